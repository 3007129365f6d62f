"""Zotero RDF: items of a library as RDF/XML. Each item is taken or rejected on its own."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from papers import identity
from papers.formats.csl_json import day
from papers.formats.html_notes import note_of
from papers.formats.rejection import Entry, Rejection, entries_of

RDF, ZOTERO = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://www.zotero.org/namespaces/export#}"
DC, TERMS = "{http://purl.org/dc/elements/1.1/}", "{http://purl.org/dc/terms/}"
FOAF, BIB = "{http://xmlns.com/foaf/0.1/}", "{http://purl.org/net/biblio#}"
QUOTE, NEW_LINE = '"', "\n"
NO_PAPERS = {"attachment", "note", "annotation"}


def read_items(text: str) -> Iterator[Entry]:
    """Yield a record or a rejection for every item that is neither a note nor an attachment."""
    try:
        root = defusedxml.ElementTree.fromstring(text.encode(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        yield Rejection("file", "RDF", f"cannot be read: {problem or type(problem).__name__}"[:300])
        return
    library, last = _Library(root), 0
    for item in library.items():
        name = item.get(f"{RDF}about") or ""
        found = text.find(f'about="{escape(name, {QUOTE: "&quot;"})}"', last)
        last = max(found, last)
        place = f"line {text.count(NEW_LINE, 0, last) + 1}, item {name.lstrip('#')[:100]}"
        yield from entries_of(place, partial(library.raw, item))


class _Library:
    """The resources of a file by their names, since items point to the journals that they are in."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.resources = {found: each for each in root if (found := each.get(f"{RDF}about"))}
        self.uses = Counter(each.get(f"{RDF}resource") for each in root.iter(f"{TERMS}isPartOf"))

    def items(self) -> Iterator[Element]:
        return (each for each in self.root if (kind := each.findtext(f"{ZOTERO}itemType")) and kind not in NO_PAPERS)

    def raw(self, item: Element) -> dict[str, Any]:
        """Read an item. A DOI may stand with its journal, where it is this item's only if no other item points there."""
        container = self._container(item)
        own = container if container is not None and self.uses[container.get(f"{RDF}about")] <= 1 else None
        names = [*_names(item), *(_names(own) if own is not None else ())]
        spellings = [*names, *(item.findtext(f"{DC}description") or "").split()]
        return {
            "title": item.findtext(f"{DC}title"),
            "abstract": item.findtext(f"{TERMS}abstract"),
            "authors": [_person(each) for each in item.iterfind(f"{BIB}authors//{FOAF}Person")],
            "arxiv_id": next(filter(None, map(identity.arxiv_id, spellings)), ""),
            "doi": next(filter(None, map(identity.doi, spellings)), ""),
            "url": next((name for name in names if name.startswith(("http://", "https://"))), ""),
            "journal_ref": container.findtext(f"{DC}title") if container is not None else None,
            "published": day((item.findtext(f"{DC}date") or "").split("T")[0].split("-")),
            "note": "\n\n".join(self._notes(item)),
            "tags": list(_tags(item)),
        }

    def _notes(self, item: Element) -> Iterator[str]:
        """Notes are items of their own, to which an item points; they are HTML."""
        for link in item.iterfind(f"{TERMS}isReferencedBy"):
            memo = self.resources.get(link.get(f"{RDF}resource") or "")
            if memo is not None and (text := memo.findtext(f"{RDF}value")):
                yield note_of(text)

    def _container(self, item: Element) -> Element | None:
        for link in item.iterfind(f"{TERMS}isPartOf"):
            found = next(iter(link), None) if len(link) else self.resources.get(link.get(f"{RDF}resource") or "")
            if found is not None and found.tag != f"{BIB}Series":
                return found
        return None


def _names(resource: Element) -> Iterable[str]:
    """Ids and addresses: plain ("DOI 10.1000/182") or as the value of a URI."""
    for each in resource.iterfind(f"{DC}identifier"):
        text = each.text if each.text and each.text.strip() else each.findtext(f"{TERMS}URI/{RDF}value")
        if text:
            yield text.strip().removeprefix("DOI ").removeprefix("arXiv ").strip()


def _tags(item: Element) -> Iterable[str]:
    """Plain or, where Zotero gave them itself, as a resource with a value."""
    for each in item.iterfind(f"{DC}subject"):
        yield (each.text or "").strip() or next((value.text or "" for value in each.iter(f"{RDF}value")), "")


def _person(person: Element) -> str:
    given = person.findtext(f"{FOAF}givenName") or person.findtext(f"{FOAF}givenname")
    return " ".join(filter(None, (given, person.findtext(f"{FOAF}surname"))))
