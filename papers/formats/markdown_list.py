"""A list as Markdown: each paper a bullet with its authors, where it is, its tags and its note; LaTeX stays LaTeX."""

import re
from collections.abc import Iterable, Iterator

from papers.markup import in_markdown, plain
from papers.record import PaperRecord

MOST_NAMES = 8
DANGER = re.compile(r"[\\`*_\[\]<>#|~!]")


def write_markdown(records: Iterable[PaperRecord], title: str, about: str = "") -> Iterator[str]:
    """Yield a heading, then one bullet per paper.

    Args:
        title: of the list, in plain text, as is `about`.
    """
    yield f"# {_escaped(title)}\n\n" + (f"{_escaped(about)}\n\n" if about else "")
    for record in records:
        yield _bullet(record)


def _bullet(record: PaperRecord) -> str:
    address = _address(record)
    name = in_markdown(record.title)
    lines = [f"- [**{name}**]({address})" if address else f"- **{name}**"]
    facts = [_byline(record), str(record.published.year) if record.published else "", _escaped(record.journal_ref)]
    if said := ". ".join(filter(None, facts)):
        lines.append(said + ".")
    if record.tags:
        lines.append("Tags: " + ", ".join(map(_escaped, record.tags)))
    text = "  \n  ".join(lines) + "\n"
    return text + ("\n" + "".join(f"  > {line}".rstrip() + "\n" for line in record.note.split("\n")) + "\n" if record.note else "")


def _byline(record: PaperRecord) -> str:
    names = [_escaped(plain(name)) for name in record.authors[:MOST_NAMES]]
    more = len(record.authors) - MOST_NAMES
    return ", ".join(names) + (f" and {more:,} more" if more > 0 else "")


def _address(record: PaperRecord) -> str:
    address = (
        f"https://arxiv.org/abs/{record.arxiv_id}" if record.arxiv_id else f"https://doi.org/{record.doi}" if record.doi else record.url
    )
    return re.sub(r"[()\s<>\\]", lambda found: f"%{ord(found[0]):02X}", address)


def _escaped(text: str) -> str:
    return DANGER.sub(r"\\\g<0>", " ".join(text.split()))
