"""A citation by a paper's id: in every style, by address or by what a program accepts, and what to do where there is none."""

import json

import bibtexparser
import pytest
from django.conf import settings
from django.test import Client
from lxml import etree

from papers.models import Link
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
BIBTEX, CSL, TEXT = "application/x-bibtex", "application/vnd.citationstyles.csl+json", "text/x-bibliography"


@pytest.fixture(autouse=True)
def papers() -> None:
    make_paper(title="Snow $x^2$", authors=("Ada Frost",), arxiv_id="hep-th/9901001", abstract="Cold.")
    make_paper(
        title="Ice </script><script>alert(1)</script> & more",
        authors=("Bo Hail", "ATLAS Collaboration"),
        doi="10.1000/182(a)<b>",
        arxiv_id="",
    )


@pytest.mark.parametrize(
    "name",
    ["hep-th/9901001", "arXiv:hep-th/9901001v2", "HEP-TH/9901001", "https://arxiv.org/abs/hep-th/9901001", "10.48550/arXiv.hep-th/9901001"],
)
def test_any_usual_spelling_names_the_paper(name: str) -> None:
    assert Client().get(f"/cite/{name}", {"style": "bibtex"}).content.startswith(b"@misc{frostsnow,")


@pytest.mark.parametrize(
    ("style", "content_type", "holds"),
    [
        ("bibtex", BIBTEX, "@misc{hailice,"),
        ("csl", CSL, '"DOI": "10.1000/182(a)<b>"'),
        ("ris", "application/x-research-info-systems", "AU  - Hail, Bo"),
        ("apa", "text/plain", "Hail, B."),
        ("ieee", "text/plain", "[1] B. Hail"),
    ],
)
def test_a_style_is_chosen_in_the_address(style: str, content_type: str, holds: str) -> None:
    answer = Client().get("/cite/https://doi.org/10.1000/182(A)%3Cb%3E", {"style": style}, headers={"Accept": "text/html"})
    assert answer["Content-Type"] == f"{content_type}; charset=utf-8"
    assert holds in answer.content.decode()


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (BIBTEX, BIBTEX),
        (CSL, CSL),
        (f"text/n3, {CSL};q=0.5, application/x-research-info-systems;q=0.9", "application/x-research-info-systems"),
        (f"{TEXT}; style=mla; locale=de-DE", TEXT),
        ("*/*", BIBTEX),
    ],
)
def test_programs_get_what_they_accept(accept: str, content_type: str) -> None:
    answer = Client().get("/cite/hep-th/9901001", headers={"Accept": accept})
    assert answer["Content-Type"] == f"{content_type}; charset=utf-8"
    assert "Accept" in answer["Vary"]


def test_what_comes_is_one_citation_that_programs_read() -> None:
    [entry] = bibtexparser.parse_string(Client().get("/cite/hep-th/9901001?style=bibtex").content.decode()).entries
    item = json.loads(Client().get("/cite/hep-th/9901001?style=csl").content)
    assert entry.fields_dict["eprint"].value == "hep-th/9901001"
    assert item["author"] == [{"family": "Frost", "given": "Ada"}]


def test_a_browser_is_led_to_the_page() -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert Client().get("/cite/hep-th/9901001", headers={"Accept": browser})["Location"] == "/papers/hep-th/9901001"


def test_an_unknown_style_or_type_is_told_what_there_is() -> None:
    answers = [Client().get("/cite/hep-th/9901001?style=odd"), Client().get("/cite/hep-th/9901001", headers={"Accept": "image/png"})]
    assert [answer.status_code for answer in answers] == [400, 406]
    assert Client().get("/cite/hep-th/9901001", headers={"Accept": f"{TEXT}; style=odd"}).status_code == 406
    assert all(b"bibtex, csl, ris, apa" in answer.content for answer in answers)


def test_a_paper_that_is_not_here_can_be_submitted() -> None:
    told = Client().get("/cite/2401.99999?style=ris")
    assert told.status_code == 404
    assert f"{settings.SITE_URL}/submit/" in told.content.decode()
    assert "https://arxiv.org/abs/2401.99999" in told.content.decode()
    page = Client().get("/cite/10.1000/%3Cimg%3E", headers={"Accept": "text/html"})
    assert (page.status_code, b"<img>" in page.content, b"/submit/" in page.content) == (404, False, True)


class TestWhatAPageTellsPrograms:
    def page(self, address: str) -> etree._Element:
        return etree.HTML(Client().get(address).content.decode())

    def tags(self, page: etree._Element) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for tag in page.xpath('//meta[starts-with(@name, "citation_")]'):
            found.setdefault(tag.get("name").removeprefix("citation_"), []).append(tag.get("content"))
        return found

    def test_reference_managers_find_every_field(self) -> None:
        make_paper(title="Hail $x^2$", authors=("Ada Frost", "Bo Hail"), arxiv_id="2401.00001", doi="10.1000/1")
        page = self.page("/papers/2401.00001")
        tags = self.tags(page)
        assert (tags["title"], tags["author"]) == (["Hail x²"], ["Ada Frost", "Bo Hail"])
        assert (tags["arxiv_id"], tags["doi"], tags["pdf_url"]) == (["2401.00001"], ["10.1000/1"], ["https://arxiv.org/pdf/2401.00001"])
        assert tags["abstract_html_url"] == [f"{settings.SITE_URL}/papers/2401.00001"]
        assert page.xpath('//link[@type="text/markdown"]/@href') == ["/papers/2401.00001.md"]

    def test_search_engines_read_the_paper_and_nothing_in_it_ends_the_element(self) -> None:
        answer = Client().get("/papers/10.1000/182(a)<b>")
        [script] = etree.HTML(answer.content.decode()).xpath('//script[@type="application/ld+json"]')
        article = json.loads(script.text)
        assert article["@type"] == "ScholarlyArticle"
        assert article["headline"] == "Ice </script><script>alert(1)</script> & more"
        assert [author["name"] for author in article["author"]] == ["Bo Hail", "ATLAS Collaboration"]
        assert article["identifier"] == [{"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1000/182(a)<b>"}]
        assert f"'nonce-{script.get('nonce')}'" in answer["Content-Security-Policy"]
        assert b"<script>alert" not in answer.content

    def test_a_pdf_from_elsewhere_is_told(self) -> None:
        paper = make_paper(title="Rain", doi="10.1000/2", arxiv_id="")
        assert "pdf_url" not in self.tags(self.page("/papers/10.1000/2"))
        Link.objects.create(paper=paper, kind="pdf", url="https://journal.example/2.pdf")
        assert self.tags(self.page("/papers/10.1000/2"))["pdf_url"] == ["https://journal.example/2.pdf"]
