"""Papers as they leave: every form is read by a program that is not ours, in a stream, whatever a paper holds."""

import csv
import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

import bibtexparser
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.formats.bibliography import STYLES, write_bibliography
from papers.formats.citation_keys import citation_key, free_key, problem_with
from papers.formats.names import family_first, parts
from papers.formats.parting import joined, parted
from papers.formats.writing import FORMS, About
from papers.record import PaperRecord

ATTENTION = PaperRecord(
    title="Attention Is All You Need",
    arxiv_id="1706.03762",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    categories=("cs.CL",),
    published=date(2017, 6, 12),
    tags=("to teach", "maps, and more"),
    note="Start with section 3.\n\n- it costs $O(n^2)$ & 5%\nER  - not the end",
)
JOURNAL = PaperRecord(title="On $x_1^2$ in {B}", doi="10.1000/a_b", journal_ref="J. Odd Phys. 1 (1999)", authors=("Ludwig van Beethoven",))
BARE = PaperRecord(title="注意 🙂 & \\odd _ title")
CROWD = PaperRecord(title="Waves", authors=tuple(f"Given Family{number}" for number in range(3_000)), published=date(2016, 2, 1))
ALL = (ATTENTION, JOURNAL, BARE, CROWD)


def written(form: str, *records: PaperRecord, **about: str) -> str:
    return "".join(FORMS[form].write(records, About(**about)))


def test_bibtex_is_read_by_bibtexparser_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    library = bibtexparser.parse_string(written("bib", *ALL))
    assert (library.failed_blocks, caplog.records) == ([], [])
    assert [entry.key for entry in library.entries] == ["vaswani2017attention", "beethovenx12", "anonymousodd", "family02016waves"]
    fields = library.entries[0].fields_dict
    assert fields["keywords"].value == "to teach, {maps, and more}"
    assert fields["annote"].value.startswith("Start with section 3.\n\n- it costs $O(n^2)$ \\& 5\\%\n")
    assert "{$x_1^2$}" in library.entries[1].fields_dict["title"].value
    assert library.entries[3].fields_dict["author"].value.count(" and ") == 2_999


def test_ris_is_read_by_rispy() -> None:
    references = rispy.loads(written("ris", *ALL))
    assert [reference["title"] for reference in references] == [record.title for record in ALL]
    assert references[0]["keywords"] == ["to teach", "maps, and more"]
    assert references[0]["notes"][0].startswith("Start with section 3.")
    assert references[0]["authors"] == ["Vaswani, Ashish", "Shazeer, Noam"]
    assert (references[1]["authors"], references[1]["journal_name"]) == (["van Beethoven, Ludwig"], "J. Odd Phys. 1 (1999)")
    assert len(references[3]["authors"]) == 3_000


def test_csl_json_is_json() -> None:
    items = json.loads(written("json", *ALL))
    assert [item["title"] for item in items] == [record.title for record in ALL]
    assert (items[0]["note"], items[0]["custom"]) == (ATTENTION.note, {"tags": ["to teach", "maps, and more"]})
    assert items[1]["author"] == [{"family": "van Beethoven", "given": "Ludwig"}]
    assert "issued" not in items[2]
    assert json.loads(written("json")) == []


def test_csv_is_a_table_that_no_spreadsheet_computes() -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", *ALL, PaperRecord(title='=HYPERLINK("http://x")')))))
    assert [row["title"] for row in rows] == [*[record.title for record in ALL], '\'=HYPERLINK("http://x")']
    assert rows[0]["note"] == ATTENTION.note
    assert parted(rows[0]["tags"]) == list(ATTENTION.tags)


def test_json_lines_are_lines() -> None:
    [first, *rest] = written("jsonl", *ALL).splitlines()
    assert PaperRecord.from_mapping(json.loads(first)) == ATTENTION
    assert len(rest) == 3


def test_markdown_is_a_list_with_notes() -> None:
    text = written("md", ATTENTION, JOURNAL, title="Winter *term*")
    assert text.startswith(
        "# Winter \\*term\\*\n\n- [**Attention Is All You Need**](https://arxiv.org/abs/1706.03762)  \n  Ashish Vaswani, Noam"
    )
    assert "  > Start with section 3.\n  >\n  > - it costs $O(n^2)$ & 5%\n" in text
    assert "$x_1^2$" in text


@pytest.mark.parametrize("style", STYLES)
def test_every_style_prints_every_paper(style: str) -> None:
    lines = list(write_bibliography(ALL, style))
    assert len(lines) == 4
    assert all(len(line) < 4_000 for line in lines)
    assert "Vaswani" in lines[0]
    assert "x₁²" in lines[1]
    if not STYLES[style].is_by_author:
        assert re.match(r"[\[(]?4[\])]?\.? ", lines[3]), lines[3]


@pytest.mark.parametrize(
    ("style", "line"),
    [
        ("apa", "Vaswani, A., & Shazeer, N. (2017). Attention Is All You Need (ArXiv:1706.03762). arXiv. https://arxiv.org/abs/1706.03762"),
        ("ieee", "[1] A. Vaswani and N. Shazeer, “Attention Is All You Need”, Jun. 12, 2017, arXiv: arXiv:1706.03762. "),
        ("nature", "1. Vaswani, A. & Shazeer, N. Attention Is All You Need. Preprint at https://arxiv.org/abs/1706.03762 (2017)."),
    ],
)
def test_the_common_styles_look_as_they_should(style: str, line: str) -> None:
    assert next(write_bibliography([ATTENTION], style)).startswith(line)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_a_stream(form: str) -> None:
    asked = 0

    def records() -> Iterator[PaperRecord]:
        nonlocal asked
        for number in range(10**9):
            asked = number
            yield PaperRecord(title=f"Paper {number}", doi=f"10.1000/{number}")

    assert len(list(islice(FORMS[form].write(records(), About()), 20))) == 20
    assert asked <= 20


@pytest.mark.parametrize(
    ("pattern", "key"),
    [
        ("{auth}{year}{word}", "vaswani2017attention"),
        ("{Auth}:{yy}:{Word}", "Vaswani:17:Attention"),
        ("{auths}-{year}", "vaswanishazeer-2017"),
        ("{auth}{year}{words}", "vaswani2017attentionallyou"),
        ("arxiv:{arxiv}", "arxiv:1706.03762"),
    ],
)
def test_patterns_of_keys(pattern: str, key: str) -> None:
    assert problem_with(pattern) == ""
    assert citation_key(ATTENTION, pattern) == key


@pytest.mark.parametrize("pattern", ["", "same", "{nothing}", "{auth} {year}", "{auth}{", "-{auth}", "{auth}" * 20, "{auth},{year}"])
def test_patterns_that_give_no_keys_are_refused(pattern: str) -> None:
    assert problem_with(pattern)


def test_keys_are_free_whatever_their_case() -> None:
    assert free_key("Doe2020", {"doe2020", "doe2020a"}) == "Doe2020b"


@pytest.mark.parametrize(
    ("name", "apart", "turned"),
    [
        ("Ada Lovelace", ("Ada", "Lovelace", ""), "Lovelace, Ada"),
        ("Lovelace, Ada", ("Ada", "Lovelace", ""), "Lovelace, Ada"),
        ("J. van der Berg, Jr.", ("J.", "van der Berg", "Jr."), "van der Berg, J., Jr."),
        ("Plato", ("", "Plato", ""), "Plato"),
        ("LIGO Scientific Collaboration", ("LIGO Scientific", "Collaboration", ""), "LIGO Scientific Collaboration"),
    ],
)
def test_names_are_taken_apart(name: str, apart: tuple[str, str, str], turned: str) -> None:
    assert (parts(name), family_first(name)) == (apart, turned)


ODD = st.text(st.one_of(st.sampled_from(list('\\{}$&#%_^~<>|"@,;= aB1é注\n')), st.characters(exclude_categories=("Cs",))), max_size=60)


@settings(max_examples=150, deadline=None)
@given(ODD.filter(str.strip), ODD, ODD, st.sampled_from(sorted(FORMS)))
def test_nothing_that_a_paper_holds_raises(title: str, name: str, note: str, form: str) -> None:
    record = PaperRecord(title=title, authors=(name,) if name.strip() else (), note=note, tags=(name,), abstract=note, journal_ref=name)
    written(form, record)


@given(st.lists(st.text(min_size=1).map(str.strip).filter(bool)))
def test_what_was_joined_comes_apart(texts: list[str]) -> None:
    assert parted(joined(texts)) == texts
