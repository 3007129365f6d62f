"""BibTeX as others read it: every entry goes through a parser that is not ours, and comes back as it was."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import BibliographyData, parse_string

from papers.formats.bibtex import SPECIALS, citation_key, title_field, write_entries
from papers.record import PaperRecord

BACK = {latex: sign for sign, latex in SPECIALS.items()}
COMMAND = re.compile("|".join(map(re.escape, sorted(BACK, key=len, reverse=True))))
ATTENTION = PaperRecord(
    title="Attention Is All You Need",
    arxiv_id="1706.03762",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    categories=("cs.CL", "cs.LG"),
    published=date(2017, 6, 12),
)


def parsed(*records: PaperRecord) -> BibliographyData:
    return parse_string("".join(write_entries(records)), "bibtex")


def printed(latex: str) -> str:
    """The text that LaTeX would set."""
    hidden = COMMAND.sub(lambda found: f"\0{ord(BACK[found[0]])}\0", latex)
    return re.sub(r"\0(\d+)\0", lambda found: chr(int(found[1])), hidden.replace("{", "").replace("}", ""))


def test_an_entry_holds_what_a_bibliography_needs() -> None:
    [(key, entry)] = parsed(ATTENTION).entries.items()
    assert (key, entry.type) == ("vaswani2017attention", "misc")
    assert dict(entry.fields) == {
        "title": "Attention Is All You Need",
        "year": "2017",
        "month": "June",
        "eprint": "1706.03762",
        "archivePrefix": "arXiv",
        "primaryClass": "cs.CL",
    }
    assert [str(person) for person in entry.persons["author"]] == ["Vaswani, Ashish", "Shazeer, Noam"]


def test_a_doi_is_there_without_an_arxiv_id() -> None:
    record = PaperRecord(title="On _names_", doi="10.1000/a_b(c)<d>", url="https://x.example/?a=1&b={2}%20#c")
    [entry] = parsed(record).entries.values()
    assert entry.fields["doi"] == "10.1000/a_b(c)<d>"
    assert entry.fields["url"] == "https://x.example/?a=1&b=%7B2%7D%20#c"
    assert "eprint" not in entry.fields
    assert "author" not in entry.persons


def test_keys_are_unique_and_plain_letters() -> None:
    twin = PaperRecord(title="Attention, again", authors=("Vaswani, A.",), published=date(2017, 1, 1))
    keys = list(parsed(ATTENTION, ATTENTION, twin, *[ATTENTION] * 30).entries)
    assert keys[:3] == ["vaswani2017attention", "vaswani2017attentiona", "vaswani2017attentionb"]
    assert len(set(map(str.lower, keys))) == 33
    assert citation_key(PaperRecord(title="The Ørsted: 3D maps", authors=("Łukasz Müller-Żak",))) == "mullerzakorsted"
    assert citation_key(PaperRecord(title="注意")) == "anonymous"


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("BERT: Pre-training of Deep Transformers", "{BERT:} Pre-training of Deep Transformers"),
        ("A study of Bayesian inference on the ImageNet data", "A study of {Bayesian} inference on the {ImageNet} data"),
        ("An $O(n^2)$ bound and $k$ more", "An {$O(n^2)$} bound and {$k$} more"),
        ("It costs $5 and $10 a day", r"It costs \$5 and \$10 a day"),
        ("Unbalanced $x^{2$ here", r"Unbalanced \$x\textasciicircum{}\textbraceleft{}2\$ here"),
        ("50% of C# & R_0 ~ {x}", r"50\% of C\# \& R\_0 \textasciitilde{} \textbraceleft{}x\textbraceright{}"),
    ],
)
def test_titles_keep_their_signs_capitals_and_mathematics(title: str, written: str) -> None:
    assert title_field(title) == written


def test_the_name_of_a_group_is_not_taken_apart() -> None:
    record = PaperRecord(title="Waves", authors=("LIGO Scientific Collaboration", "Barnes and Noble"), published=date(2016, 2, 1))
    [(key, entry)] = parsed(record).entries.items()
    assert [person.last_names for person in entry.persons["author"]] == [["{LIGO Scientific Collaboration}"], ["{Barnes and Noble}"]]
    assert key == "ligoscientificcollaboration2016waves"


ODD = st.text(st.one_of(st.sampled_from(list('\\{}$&#%_^~<>|"@,= aB1é注')), st.characters(exclude_categories=("Cs", "Cc"))), min_size=1)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(ODD, ODD.filter(str.strip)), min_size=1, max_size=4))
def test_whatever_a_title_holds_comes_back(pairs: list[tuple[str, str]]) -> None:
    records = [PaperRecord(title=title, authors=("Anna " + name.replace(",", "") + "x",), doi=name) for title, name in pairs]
    entries = parsed(*records).entries
    assert len(entries) == len(records)
    for entry, record in zip(entries.values(), records, strict=True):
        if "$" not in record.title:  # what stands between dollars may be mathematics, which is left as it is
            assert printed(entry.fields.get("title", "")).strip() == " ".join(record.title.split())
