"""A list that was written in any form that can carry it comes back as it was: papers, order, notes, tags and keys."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.formats.reading import read
from papers.formats.rejection import Rejection
from papers.formats.writing import FORMS, About
from papers.record import PaperRecord, tidy_note

CARRYING = ("bib", "ris", "json", "csv", "jsonl")
SIGNS = st.one_of(st.sampled_from(list("\\{}$&#%_^~<>|\"@,;='-+ aB1é注🙂")), st.characters(exclude_categories=("C", "Z"), min_codepoint=33))
LINES = st.lists(
    st.one_of(st.text(SIGNS, max_size=30), st.sampled_from(["", "  - indented", "ER  - ", "TY  - JOUR", "@misc{a,", "<p>x</p>", "$x_1$"]))
)
NOTES = LINES.map("\n".join).map(tidy_note)
TAGS = st.lists(st.text(SIGNS, min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool), max_size=4, unique=True)
TITLES = st.text(SIGNS, min_size=1, max_size=40).map(lambda text: " ".join(("A", *text.split())))
NAMES = st.sampled_from(["Ada Lovelace", "Ludwig van Beethoven", "John Doe, Jr.", "The LIGO Collaboration", "Émile Zola"])


@st.composite
def lists(draw: st.DrawFn) -> list[PaperRecord]:
    return [
        PaperRecord(
            title=draw(TITLES),
            arxiv_id=f"2401.{number:05}" if draw(st.booleans()) else "",
            doi=f"10.1000/{number}",
            authors=tuple(draw(st.lists(NAMES, max_size=3, unique=True))),
            published=draw(st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2100, 1, 1)))),
            note=draw(NOTES),
            tags=tuple(draw(TAGS)),
            cite_key=f"key{number}",
        )
        for number in range(draw(st.integers(0, 3)))
    ]


def told(record: PaperRecord) -> tuple[object, ...]:
    return record.arxiv_id, record.doi, record.authors, record.note, record.tags, record.cite_key


@pytest.mark.parametrize("form", CARRYING)
@settings(max_examples=120, deadline=None)
@given(records=lists())
def test_what_is_exported_comes_back(form: str, records: list[PaperRecord]) -> None:
    text = "".join(FORMS[form].write(records, About()))
    found = list(read(BytesIO(text.encode()), {"bib": "bibtex", "json": "csl"}.get(form, form)))
    assert [each for each in found if isinstance(each, Rejection)] == []
    assert [told(each) for each in found if isinstance(each, PaperRecord)] == [told(record) for record in records]


@pytest.mark.parametrize("form", CARRYING)
def test_the_form_is_told_by_the_file_alone(form: str) -> None:
    record = PaperRecord(title="On $x^2$ & more", doi="10.1000/1", note="two\nlines", tags=("a, b", "c"), authors=("Ada Lovelace",))
    text = "".join(FORMS[form].write([record], About()))
    [back] = read(BytesIO(text.encode()))
    assert isinstance(back, PaperRecord)
    assert (back.title, back.note, back.tags) == (record.title, record.note, record.tags)
