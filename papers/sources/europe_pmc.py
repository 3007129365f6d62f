"""Europe PMC: the DOI behind a PubMed ID or a PMCID.

API: https://europepmc.org/RestfulWebService (GET /search); fields `EXT_ID`, `SRC` and `PMCID` by its list of search fields.
"""

from papers import identity
from papers.sources.json_answers import first, parsed
from papers.sources.web import Web

ADDRESS = "https://www.ebi.ac.uk/europepmc/webservices/rest"


class EuropePmc:
    def __init__(self, *, web: Web, address: str = "") -> None:
        self.web, self.address = web, (address or ADDRESS).rstrip("/")

    def doi_of(self, name: str) -> str:
        """Return the DOI of what a name as `identity.pubmed_id` gives it stands for, or "" where none is known.

        Raises:
            SourceError: the answer makes no sense.
            WebError: there is none.
        """
        kind, _colon, number = name.partition(":")
        query = f"EXT_ID:{number} AND SRC:MED" if kind == "pmid" else f"PMCID:{number}"
        asked = {"query": query, "format": "json", "resultType": "lite"}
        answer = parsed(self.web.get(f"{self.address}/search", asked), dict, "Europe PMC")
        listed = answer.get("resultList")
        found = listed.get("result") if isinstance(listed, dict) else None
        works = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        return next((doi for each in works if (doi := identity.doi(first(each.get("doi"))))), "")
