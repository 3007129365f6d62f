"""A paper as schema.org's ScholarlyArticle, for search engines and programs that read pages (JSON-LD 1.1)."""

from collections.abc import Mapping
from typing import Any

from papers.markup import plain
from papers.record import PaperRecord


def scholarly_article(record: PaperRecord, *, address: str, pdf_url: str, orcids: Mapping[str, str]) -> dict[str, Any]:
    """Return a paper as JSON-LD; what is not known is left out.

    Args:
        address: of its page here.
        orcids: of authors, by their names.
    """
    known = {
        "headline": plain(record.title),
        "abstract": plain(record.abstract),
        "author": [_author(name, orcids.get(name, "")) for name in record.authors],
        "datePublished": record.published.isoformat() if record.published else "",
        "identifier": _identifiers(record),
        "sameAs": [known_as for known_as in (_arxiv(record), f"https://doi.org/{record.doi}" if record.doi else "") if known_as],
        "keywords": list(record.categories),
        "isPartOf": {"@type": "Periodical", "name": plain(record.journal_ref)} if record.journal_ref else None,
        "encoding": {"@type": "MediaObject", "contentUrl": pdf_url, "encodingFormat": "application/pdf"} if pdf_url else None,
    }
    article = {"@context": "https://schema.org", "@type": "ScholarlyArticle", "@id": address, "url": address}
    return article | {name: value for name, value in known.items() if value}


def _author(name: str, orcid: str) -> dict[str, str]:
    return {"@type": "Person", "name": name} | ({"@id": f"https://orcid.org/{orcid}"} if orcid else {})


def _identifiers(record: PaperRecord) -> list[dict[str, str]]:
    told = (("arXiv", record.arxiv_id), ("DOI", record.doi))
    return [{"@type": "PropertyValue", "propertyID": kind, "value": value} for kind, value in told if value]


def _arxiv(record: PaperRecord) -> str:
    return f"https://arxiv.org/abs/{record.arxiv_id}" if record.arxiv_id else ""
