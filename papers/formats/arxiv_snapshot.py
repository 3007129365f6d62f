"""arXiv's metadata snapshot: JSON Lines with every paper of the archive, in arXiv's own words."""

from collections.abc import Mapping
from typing import Any

from papers.arxiv_texts import TEXTS, latex_to_text, raw_record

MARK = "authors_parsed"  # no other format has it


def raw(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a line of the snapshot into a raw record. The parsed authors are taken, where affiliations are told apart already."""
    texts = {name: value if isinstance(value := entry.get(name), str) else "" for name in TEXTS}
    versions = [each["created"] for each in _list(entry.get("versions")) if isinstance(each, dict) and isinstance(each.get("created"), str)]
    authors = [name for each in _list(entry[MARK]) if (name := _name(each))]
    return raw_record(texts | ({"authors": ""} if authors else {}), versions) | ({"authors": authors} if authors else {})


def _name(parts: Any) -> str:
    """Last name, first name and what follows, such as "Jr."; a fourth part is the affiliation."""
    if not isinstance(parts, list):
        return ""
    last, first, suffix = ([part if isinstance(part, str) else "" for part in parts[:3]] + ["", "", ""])[:3]
    name = f"{first} {last}".strip() + (f", {suffix}" if suffix else "")
    return latex_to_text(name) if "\\" in name or "{" in name else name


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
