"""Files of reference managers: read entry by entry, what cannot be taken is named, nothing that they hold raises."""

import gzip
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.formats.ahead import read_ahead
from papers.formats.bibtex import write_entries
from papers.formats.packed import unpacked
from papers.formats.reading import FORMATS, read
from papers.formats.rejection import Named, Rejection
from papers.record import PaperRecord

BIBTEX = r"""
% by hand
@string{nips = "NeurIPS"}
@comment{nobody reads this}
@inproceedings{vas17,
  title = {{Attention} Is All You Need},
  author = {Vaswani, Ashish and von Berg, Anna and {ACME Research Group} and Doe, Jr, John and M{\'e}rand, C{\"o}lestine and others},
  year = 2017, month = jun, booktitle = nips, eprint = {1706.03762}, archivePrefix = {arXiv}, primaryClass = {cs.CL},
  abstract = {Caf\'e \& $x_1^2$}, file = {:/home/me/a.pdf:PDF}, keywords = {a, b}
}
@article{nameless, year = 2001}
@article{ok, title={Fine}, doi={10.1000/182}, date={2020-03}}
""".replace("\\\\", "\\")
RIS = """TY  - JOUR
TI  - A title
AU  - Doe, Jane
AU  - Roe, R., Jr.
PY  - 2017/06/12
DO  - https://doi.org/10.1000/182
AB  - What it is about.
JO  - A Journal
ER  - 

TY  - JOUR
AU  - Nobody
ER  - 

TY  - UNPB
T1  - Without an end
UR  - https://arxiv.org/abs/1706.03762v5
"""  # noqa: W291
CSL = [
    {
        "id": "a",
        "title": "A title",
        "author": [{"given": "Jane", "family": "Doe"}, {"literal": "A group"}],
        "issued": {"date-parts": [[2017, 6]]},
    },
    {"id": "b", "DOI": "10.1000/182"},
    "nonsense",
    {"id": "c", "title": "Preprint", "URL": "http://arxiv.org/abs/hep-th/9901001"},
]
ZOTERO = {
    "config": {"id": "36a3b0b5"},
    "items": [
        {"itemType": "preprint", "title": "Zotero's", "creators": [{"creatorType": "author", "firstName": "Jane", "lastName": "Doe"}],
         "archiveID": "arXiv:1706.03762", "date": "2017-06-12", "abstractNote": "About."},
        {"itemType": "attachment", "title": "PDF"},
    ],
}  # fmt: skip


def zipped(content: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("README", "x")
        archive.writestr("snapshot.json", content)
    return packed.getvalue()


def read_text(text: str, form: str = "") -> tuple[list[PaperRecord], list[str]]:
    found = list(read(BytesIO(text.encode()), form))
    return [each for each in found if isinstance(each, PaperRecord)], [str(each) for each in found if isinstance(each, Rejection)]


def test_bibtex_is_told_and_read() -> None:
    [first, second], rejected = read_text(BIBTEX)
    assert first.title == "Attention Is All You Need"
    assert first.authors == ("Ashish Vaswani", "Anna von Berg", "ACME Research Group", "John Doe, Jr", "Cölestine Mérand")
    assert (first.arxiv_id, first.categories, first.published) == ("1706.03762", ("cs.CL",), date(2017, 6, 1))
    assert (first.abstract, first.journal_ref) == ("Café & $x_1^2$", "NeurIPS")
    assert (second.doi, second.published) == ("10.1000/182", date(2020, 3, 1))
    assert rejected == ["line 11, entry nameless: title: is missing or empty"]


def test_a_broken_entry_is_named_and_the_rest_comes_in() -> None:
    records, rejected = read_text("@article{broken, title={no end\n@misc{ok, title={Fine}}\n")
    assert [record.title for record in records] == ["Fine"]
    assert rejected == ["line 1, entry broken: entry: does not end before the next one begins"]


def test_what_we_write_we_read() -> None:
    record = PaperRecord(
        title="On GPT-4 & the 50% of $x^2$",
        authors=("Ada Lovelace", "The LIGO Collaboration"),
        arxiv_id="2303.08774",
        published=date(2023, 3, 1),
    )
    [back], rejected = read_text("".join(write_entries([record])))
    assert (back.title, back.authors, back.arxiv_id, back.published) == (record.title, record.authors, record.arxiv_id, record.published)
    assert rejected == []


def test_ris_is_told_and_read() -> None:
    records, rejected = read_text(RIS)
    assert [(record.title, record.doi, record.arxiv_id) for record in records] == [
        ("A title", "10.1000/182", ""),
        ("Without an end", "", "1706.03762"),
    ]
    assert (records[0].authors, records[0].published, records[0].journal_ref) == (
        ("Jane Doe", "R. Roe, Jr."),
        date(2017, 6, 12),
        "A Journal",
    )
    assert rejected == ["line 11: title: is missing or empty"]


@pytest.mark.parametrize("indent", [None, 2])
def test_csl_json_is_told_and_read(indent: int | None) -> None:
    records, rejected = read_text(json.dumps(CSL, indent=indent))
    assert [(record.title, record.authors, record.published) for record in records] == [
        ("A title", ("Jane Doe", "A group"), date(2017, 6, 1)),
        ("Preprint", (), None),
    ]
    assert records[1].arxiv_id == "hep-th/9901001"
    lines = (23, 27) if indent else (1, 1)
    assert rejected == [f"line {lines[0]}, item b: title: is missing or empty", f"line {lines[1]}: item: is no object"]


def test_zotero_s_json_is_told_and_read() -> None:
    [record], rejected = read_text(json.dumps(ZOTERO, indent=2))
    assert (record.title, record.authors, record.arxiv_id) == ("Zotero's", ("Jane Doe",), "1706.03762")
    assert record.published == date(2017, 6, 12)
    assert rejected == []


def test_json_lines_are_still_told() -> None:
    records, _rejected = read_text('{"title": "One"}\n{"title": "Two"}\n')
    assert [record.title for record in records] == ["One", "Two"]


def test_another_encoding_is_named() -> None:
    rejection, record = read(BytesIO("@article{a, title={Schrödinger}}".encode("latin-1")))
    assert isinstance(record, PaperRecord)
    assert record.title == "Schrödinger"
    assert "is not UTF-8; it was read as cp1252" in str(rejection)


def test_three_thousand_authors_come_in() -> None:
    authors = " and ".join(f"Last{number}, First" for number in range(3_000))
    [record], _rejected = read_text(f"@article{{a, title={{Big}}, author={{{authors}}}}}")
    assert len(record.authors) == 3_000


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["", *FORMATS]))
def test_no_bytes_raise(content: bytes, form: str) -> None:
    for found in read(BytesIO(content), form):
        str(found)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='@{}\\"=,article$ \n-TYERAUI[]:0123é', max_size=120), st.sampled_from(["bibtex", "ris", "csl"]))
def test_no_text_of_their_own_signs_raises(text: str, form: str) -> None:
    for found in read(BytesIO(text.encode()), form):
        str(found)


RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
 <bib:Article rdf:about="#item_2"><z:itemType>journalArticle</z:itemType><dcterms:isPartOf rdf:resource="urn:issn:1"/>
  <bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Doe</foaf:surname><foaf:givenName>Jane</foaf:givenName></foaf:Person></rdf:li>
   <rdf:li><foaf:Person><foaf:surname>A group</foaf:surname></foaf:Person></rdf:li></rdf:Seq></bib:authors>
  <dc:title>In a journal</dc:title><dcterms:abstract>About it.</dcterms:abstract><dc:date>2017-06</dc:date>
  <dc:identifier><dcterms:URI><rdf:value>https://journal.example/1</rdf:value></dcterms:URI></dc:identifier></bib:Article>
 <bib:Journal rdf:about="urn:issn:1"><dc:title>A Journal</dc:title><dc:identifier>DOI 10.1000/182</dc:identifier></bib:Journal>
 <rdf:Description rdf:about="https://arxiv.org/abs/1706.03762"><z:itemType>preprint</z:itemType><dc:title>A preprint</dc:title>
  <dc:identifier><dcterms:URI><rdf:value>https://arxiv.org/abs/1706.03762</rdf:value></dcterms:URI></dc:identifier></rdf:Description>
 <bib:Article rdf:about="#item_3"><z:itemType>journalArticle</z:itemType></bib:Article>
 <z:Attachment rdf:about="#item_4"><z:itemType>attachment</z:itemType><dc:title>PDF</dc:title></z:Attachment>
</rdf:RDF>"""


def test_zotero_rdf_is_told_and_read() -> None:
    [first, second], rejected = read_text(RDF)
    assert (first.title, first.authors, first.doi) == ("In a journal", ("Jane Doe", "A group"), "10.1000/182")
    assert (first.journal_ref, first.published, first.url) == ("A Journal", date(2017, 6, 1), "https://journal.example/1")
    assert second.arxiv_id == "1706.03762"
    assert rejected == ["line 12, item item_3: title: is missing or empty"]


def test_a_doi_of_a_journal_that_two_items_share_is_nobodys() -> None:
    other = """<bib:Article rdf:about="#item_9"><z:itemType>journalArticle</z:itemType><dc:title>Second</dc:title>
      <dcterms:isPartOf rdf:resource="urn:issn:1"/></bib:Article>"""
    records, _rejected = read_text(RDF.replace("<bib:Journal ", other + "<bib:Journal "))
    assert [record.doi for record in records] == ["", "", ""]


@pytest.mark.parametrize(
    "text", ['<!DOCTYPE x [<!ENTITY a "b">]><rdf:RDF>&a;</rdf:RDF>', RDF[:-40], "<rdf:RDF>", RDF.replace("<z:itemType>", "\x02")]
)
def test_rdf_that_is_cut_off_or_holds_entities_is_one_rejection(text: str) -> None:
    records, [reason] = read_text(text)
    assert not records
    assert reason.startswith("file: RDF: cannot be read")


def test_a_list_of_ids_names_papers_and_each_line_without_one() -> None:
    lines = "\ufeff1706.03762", "", "# my papers", "https://arxiv.org/pdf/1706.03762v5"
    text = "\n".join([*lines, "see doi:10.1016/S0140-6736(20)30183-5, and arXiv:hep-th/9901001", "no id"])
    found = list(read(BytesIO(text.encode())))
    assert [(each.place, each.identifier) for each in found if isinstance(each, Named)] == [
        ("line 1", "1706.03762"),
        ("line 5", "10.1016/s0140-6736(20)30183-5"),
        ("line 5", "hep-th/9901001"),
    ]
    assert [str(each) for each in found if isinstance(each, Rejection)] == ["line 6: id: there is no arXiv id and no DOI in “no id”"]


def test_bookmarks_of_a_browser_are_links() -> None:
    text = '<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>\n<DT><A HREF="https://arxiv.org/abs/2005.14165" ADD_DATE="1">x</A>\n</DL>\n'
    assert [each.identifier for each in read(BytesIO(text.encode())) if isinstance(each, Named)] == ["2005.14165"]


@pytest.mark.parametrize(("encoding", "guessed"), [("utf-16", ""), ("utf-8-sig", ""), ("cp1252", "file: encoding: is not UTF-8")])
def test_a_file_in_another_encoding_is_read(encoding: str, guessed: str) -> None:
    text = "\n".join(f"@article{{k{number}, title={{Élan vital à l'œuvre naïve}}, author={{Mérand, Cölestine}}}}" for number in range(20))
    found = list(read(BytesIO(text.encode(encoding))))
    records = [each for each in found if isinstance(each, PaperRecord)]
    assert {(record.title, record.authors) for record in records} == {("Élan vital à l'œuvre naïve", ("Cölestine Mérand",))}
    assert "".join(str(each) for each in found if isinstance(each, Rejection)).startswith(guessed)


SNAPSHOT = {
    "id": "hep-th/9901001", "submitter": "J. Doe", "authors": "Jane Doe (Institute (of things)), C\\'eleste M\\'erand, Jr",
    "title": "A title\n  over two lines", "comments": "This paper has been withdrawn", "journal-ref": "J. Phys. 1 (1999)",
    "doi": "10.1000/182 10.1000/183", "report-no": None, "categories": "hep-th math.AG", "license": None,
    "abstract": "  About it.\n", "update_date": "2007-05-23",
    "versions": [{"version": "v1", "created": "Fri, 1 Jan 1999 19:18:42 GMT"}, {"created": "Sat, 2 Jan 1999 10:00:00 GMT"}],
    "authors_parsed": [["Doe", "Jane", "", "Institute (of things)"], ["M\\'erand", "C\\'eleste", "Jr"], "nonsense", [None]],
}  # fmt: skip


def test_arxivs_snapshot_is_told_and_read() -> None:
    [record], rejected = read_text(json.dumps(SNAPSHOT))
    assert (record.arxiv_id, record.doi, record.title) == ("hep-th/9901001", "10.1000/182", "A title over two lines")
    assert record.authors == ("Jane Doe", "Céleste Mérand, Jr")
    assert (record.categories, record.published, len(record.versions)) == (("hep-th", "math.AG"), date(1999, 1, 1), 2)
    assert (record.journal_ref, record.is_withdrawn) == ("J. Phys. 1 (1999)", True)
    assert rejected == []


def test_a_snapshot_without_parsed_authors_has_those_of_the_byline() -> None:
    [record], _rejected = read_text(json.dumps(SNAPSHOT | {"authors_parsed": None}))
    assert record.authors == ("Jane Doe", "Céleste Mérand, Jr")


@pytest.mark.parametrize("pack", [gzip.compress, zipped, bytes])
def test_packed_files_are_unpacked(pack: Callable[[bytes], bytes]) -> None:
    lines = json.dumps(SNAPSHOT).encode() + b"\n"
    assert list(unpacked(BytesIO(pack(lines)))) == [lines]


def test_reading_ahead_keeps_the_order_and_raises_what_reading_raises() -> None:
    def items() -> Iterator[int]:
        yield from range(7)
        raise ArithmeticError

    found = read_ahead(items(), 3)
    assert [next(found) for _ in range(6)] == [0, 1, 2, 3, 4, 5]
    with pytest.raises(ArithmeticError):
        next(found)
    assert list(read_ahead(range(10), 4)) == list(range(10))


DIALECTS = r"""
@string{ jmlr = "J. Mach. " # "Learn. Res." }
@comment{jabref-meta: databaseType:bibtex;}
@article{jab, title = {From {JabRef}}, author = {Doe, Jane}, journal = jmlr, groups = {Graphs, To read}, keywords = {a; b},
  comment-me = {x}, comment = {Read {\'e}t.\newline twice}, file = {:a/b.pdf:PDF}, doi = {10.1000/a\_b} }
@inproceedings{child, title = "A chapter", author = "Roe, R.", crossref = {Parent} }
@article(round, title = {In round brackets}, year = 2001)
@misc{mend, title={From Mendeley}, author={Doe, J.}, arxivId = {1706.03762}, mendeley-tags = {m1,m2}, keywords = {m1}, annote = {A note
  with   a line}}
@article{dblp, title={From DBLP}, journal={CoRR}, volume={abs/2005.14165}, year={2020}}
@article{half, title={No value}, year=
@proceedings{parent, title = {Proc. of Chapters}, year = 1999}
@misc{orphan, title = {Nobody's child}, crossref = {nobody}}
@misc{, title={Without a key}}
@misc{quoted, title="With {\"o} in quotes", year=2000,}
""".replace("\\\\", "\\")


def test_dialects_macros_and_parents() -> None:
    records, rejected = read_text(DIALECTS)
    by_title = {record.title: record for record in records}
    assert (by_title["From JabRef"].journal_ref, by_title["From JabRef"].tags) == ("J. Mach. Learn. Res.", ("a", "b", "Graphs", "To read"))
    assert by_title["From JabRef"].doi == "10.1000/a_b"
    assert "Read ét." in by_title["From JabRef"].note
    assert (by_title["From Mendeley"].arxiv_id, by_title["From Mendeley"].tags) == ("1706.03762", ("m1", "m2"))
    assert by_title["From Mendeley"].note == "A note\n  with   a line"
    assert by_title["From DBLP"].arxiv_id == "2005.14165"
    assert (by_title["A chapter"].journal_ref, by_title["A chapter"].published) == ("Proc. of Chapters", date(1999, 1, 1))
    assert by_title["In round brackets"].published == date(2001, 1, 1)
    assert {"Nobody's child", "Without a key", "With ö in quotes"} <= set(by_title)
    assert rejected == ["line 11, entry half: entry: does not end before the next one begins"]


def test_a_table_with_a_header_is_read() -> None:
    zotero = '"Key","Item Type","Publication Year","Author","Title","DOI","Manual Tags","Notes"\n'
    zotero += (
        '"ABCD","journalArticle","2017","Doe, Jane; Roe, R.","On ""tables""","10.1000/182","one; two","<p>A <b>note</b></p><p>more</p>"\n'
    )
    records, rejected = read_text(zotero + '"","","","","","","",""\n"X","","1","","","","",""\n')
    [record] = records
    assert (record.title, record.authors, record.published) == ('On "tables"', ("Jane Doe", "R. Roe"), date(2017, 1, 1))
    assert (record.tags, record.note, record.cite_key) == (("one", "two"), "A note\n\nmore", "")
    assert rejected == ["line 4: title: is missing or empty"]


def test_a_table_of_links_names_papers() -> None:
    text = "url;title;tags;description\nhttps://arxiv.org/abs/2005.14165v2;[2005] LMs;nlp, big;first\nhttps://x.example;Nothing;;\n"
    found = list(read(BytesIO(text.encode())))
    assert found[0] == Named("line 2", "2005.14165", "first", ("nlp", "big"))
    assert isinstance(found[1], PaperRecord)  # a title at least


def test_linkding_s_bookmarks_bring_tags_and_notes() -> None:
    text = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<DL><p>
<DT><A HREF="https://arxiv.org/abs/2005.14165?x=1&amp;y=2" ADD_DATE="1" PRIVATE="0" TAGS="nlp,big models">Title</A>
<DD>What it says &amp; more[linkding-notes]# Mine
second line[/linkding-notes]
<DT><A HREF="https://doi.org/10.1000/182" TAGS="">T</A>
<DT><A HREF="https://news.example/" TAGS="x">No paper</A>
</DL><p>
"""
    first, second, third = read(BytesIO(text.encode()))
    assert first == Named("line 3", "2005.14165", "What it says & more\n\n# Mine\nsecond line", ("nlp", "big models"))
    assert second == Named("line 6", "10.1000/182")
    assert str(third) == "line 7: link: there is no arXiv id and no DOI in “https://news.example/”"


def test_zotero_s_notes_and_tags_come_along() -> None:
    memo = """<bib:Memo rdf:about="#item_8"><z:itemType>note</z:itemType><rdf:value>&lt;p&gt;Mine&lt;/p&gt;</rdf:value></bib:Memo>"""
    own = """<dc:subject>plain</dc:subject><dc:subject><z:AutomaticTag><rdf:value>given</rdf:value></z:AutomaticTag></dc:subject>
      <dcterms:isReferencedBy rdf:resource="#item_8"/>"""
    text = RDF.replace("<dc:title>In a", own + "<dc:title>In a").replace("<bib:Journal ", memo + "<bib:Journal ")
    [first, _second], _rejected = read_text(text)
    assert (first.note, first.tags) == ("Mine", ("plain", "given"))


def test_a_note_that_is_too_long_is_cut_and_said() -> None:
    record, cut = read(BytesIO(json.dumps({"title": "T", "note": "x" * 6_000}).encode()))
    assert isinstance(record, PaperRecord)
    assert len(record.note) == 5_000
    assert str(cut) == "line 1: note: is 6,000 characters long; the first 5,000 came in"


def test_a_broken_item_costs_no_other() -> None:
    broken = '{"id": "b", "title": oops, "author": [{"family": "X"}, {"family": "Y"}]}'
    text = f'[{{"id": "a", "title": "One"}},\n{broken},\n{{"id": "c", "title": "Two"}}'
    records, rejected = read_text(text)
    assert [record.title for record in records] == ["One", "Two"]
    assert rejected == ["line 2: JSON: cannot be read: Expecting value"]


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl", "csv"])
def test_a_large_file_is_read_piece_by_piece(form: str) -> None:
    entries = {
        "bibtex": "@misc{{k{n}, title = {{Paper {n}}}}}\n",
        "ris": "TY  - JOUR\nTI  - Paper {n}\nER  - \n",
        "csl": '{{"id": "k{n}", "title": "Paper {n}"}},\n',
        "csv": "Paper {n},Doe\n",
    }
    taken = 0

    def lines() -> Iterator[bytes]:
        nonlocal taken
        yield {"csl": b"[\n", "csv": b"title,authors\n"}.get(form, b"\n")
        for number in range(10**9):
            taken = number
            yield from entries[form].format(n=number).encode().splitlines(keepends=True)

    found = read(lines(), form)
    assert [next(found).title for _each in range(3)] == ["Paper 0", "Paper 1", "Paper 2"]  # type: ignore[union-attr]
    assert taken < 5_000
