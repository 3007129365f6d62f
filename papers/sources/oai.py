"""arXiv by OAI-PMH 2.0: everything that changed since a day, page by page, in arXiv's own metadata format.

Protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from collections.abc import Iterator
from typing import Any, cast
from xml.etree.ElementTree import Element

import requests
from sickle import Sickle, oaiexceptions
from sickle.iterator import OAIResponseIterator
from sickle.oaiexceptions import BadResumptionToken, NoRecordsMatch
from sickle.response import OAIResponse

from papers.arxiv_texts import TEXTS, raw_record
from papers.sources.base import Cursor, Page, Refusal, SourceError, read_all
from papers.sources.web import Later, Web, checked_xml

ADDRESS = "https://oaipmh.arxiv.org/oai"
FORMAT = "arXivRaw"  # the one format that lists the versions
ERRORS = tuple(each for each in vars(oaiexceptions).values() if isinstance(each, type) and issubclass(each, Exception))
WALK_LOST = "The server has forgotten how far we were; the walk begins again."
OAI, RAW = "{http://www.openarchives.org/OAI/2.0/}", "{http://arxiv.org/OAI/arXivRaw/}"


class OaiPmh:
    """Cursor: {"from": day} between runs; {"from", "next_from", "token"} inside one."""

    def __init__(self, *, web: Web, wanted: str, address: str) -> None:
        self.client = _Polite(address or ADDRESS, web)
        self.sets = wanted.strip()

    def pages(self, cursor: Cursor) -> Iterator[Page]:
        walk = {"from": cursor.get("from"), "next_from": cursor.get("next_from")}
        try:
            for answer in self._answers(cursor):
                walk["next_from"] = walk["next_from"] or _text(answer.xml, f"{OAI}responseDate")[:10]
                yield _page(answer, walk)
        except NoRecordsMatch:
            yield Page(cursor={"from": walk["from"]}, is_last=True)
        except BadResumptionToken as problem:
            raise Later(WALK_LOST, 60.0) from problem
        except ERRORS as problem:
            raise SourceError(f"OAI-PMH: {type(problem).__name__}: {problem}"[:400]) from problem

    def _answers(self, cursor: Cursor) -> Iterator[OAIResponse]:
        """Go on with the token; where the server has forgotten it, begin the walk again: papers that are known are not doubled."""
        if cursor.get("token"):
            try:
                yield from self._list({"resumptionToken": cursor["token"]})
                return
            except BadResumptionToken:
                pass
        asked = {"metadataPrefix": FORMAT, "from": cursor.get("from"), "set": self.sets}
        yield from self._list({name: value for name, value in asked.items() if value})

    def _list(self, asked: dict[str, Any]) -> Iterator[OAIResponse]:
        return cast("Iterator[OAIResponse]", self.client.ListRecords(**asked))


class _Polite(Sickle):
    """Sickle, asking through `Web`. Sickle would mend XML that was cut off, and so lose records without a word."""

    def __init__(self, endpoint: str, web: Web) -> None:
        super().__init__(endpoint, iterator=OAIResponseIterator)
        self.web = web

    def _request(self, asked: dict[str, Any]) -> requests.Response:
        answer = requests.Response()
        answer._content = checked_xml(self.web.get(self.endpoint, asked))
        answer.status_code = 200
        return answer


def _page(answer: OAIResponse, walk: Cursor) -> Page:
    root = answer.xml
    entries, refusals = [], []
    for element in root.iter(f"{OAI}record"):
        name = _text(element, f"{OAI}header/{OAI}identifier").rpartition(":")[2]
        raw = element.find(f"{OAI}metadata/{RAW}arXivRaw")
        if raw is not None:
            entries.append((name, _raw_record(raw)))
        elif (header := element.find(f"{OAI}header")) is None or header.get("status") != "deleted":
            refusals.append(Refusal(name, "has no metadata"))
    records, refused = read_all(entries)
    token = _text(root, f".//{OAI}resumptionToken")
    cursor = {**walk, "token": token} if token else {"from": walk["next_from"]}
    return Page(records=records, refusals=refusals + refused, cursor=cursor, is_last=not token)


def _raw_record(raw: Element) -> dict[str, Any]:
    dates = [_text(version, f"{RAW}date") for version in raw.iter(f"{RAW}version")]
    return raw_record({name: _text(raw, RAW + name) for name in TEXTS}, dates)


def _text(element: Any, path: str) -> str:
    found = element.find(path)
    return str(found.text or "").strip() if found is not None else ""
