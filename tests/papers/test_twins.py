"""A paper's twin in Markdown: for notes, and for programs that read text."""

from datetime import date

import pytest
from django.test import Client
from markdown_it import MarkdownIt

from papers.actions.indexing import index_papers
from papers.markup import in_markdown
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "text/markdown; charset=utf-8")
    return response.content.decode()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Attention", "Attention"),
        (r"\emph{Very} \textbf{deep} $\alpha^2$ nets", r"*Very* **deep** $\alpha^2$ nets"),
        ("a_b * c [d](e) <f> `g` #1", r"a\_b \* c \[d\](e) \<f\> \`g\` \#1"),
        (r"costs $5 and $10, $$x$$ and \(y\)", r"costs \$5 and \$10, $$x$$ and $y$"),
        ("$a<b$", "$a< b$"),
        (r"\url{https://a.example/b_c}", r"[https://a.example/b\_c](<https://a.example/b_c>)"),
        ("- 1. no list", r"\- 1. no list"),
        ("1. no list", r"1\. no list"),
        ("two\nlines", "two lines"),
    ],
)
def test_latex_becomes_markdown(text: str, written: str) -> None:
    assert in_markdown(text) == written


@pytest.mark.parametrize(
    "attack", ["<script>alert(1)</script>", "$<script>$", "[x](javascript:alert(1))", r"\href{javascript:alert(1)}{x}", "&lt;b&gt;"]
)
def test_what_is_made_of_it_again_is_words(attack: str) -> None:
    page = MarkdownIt("commonmark").render(in_markdown(f"a {attack} b"))
    assert not any(tag in page for tag in ("<script", "<a ", "<b>"))


def test_it_tells_all_of_a_paper(visitors_browser: Client) -> None:
    paper = make_paper(
        title=r"Bounds of $O(n^2)$ \emph{for} <graphs>",
        abstract="First we ask. Then we answer. " + "We propose sparse pooling of large graphs in linear time. " * 5,
        arxiv_id="2401.09999",
        doi="10.1000/a(b)",
        authors=("Ada Lovelace", "Some_Body"),
        published=date(2024, 1, 31),
        categories=("cs.LG", "math.CO"),
        links=(("code", "https://code.example/a_b"),),
    )
    index_papers()
    text = read(visitors_browser, f"/papers/{paper.slug}.md")
    for line in (
        r"# Bounds of $O(n^2)$ *for* \<graphs\>",
        r"Ada Lovelace, Some\_Body",
        "- Published: 2024-01-31",
        "- arXiv: [2401.09999](<https://arxiv.org/abs/2401.09999>)",
        "- DOI: [10.1000/a(b)](<https://doi.org/10.1000/a(b)>)",
        "- Links: [code](<https://code.example/a_b>)",
        "## Summary",
        "## Abstract",
        "## How to cite",
        "```bibtex",
        "@misc{lovelace2024bounds,",
    ):
        assert line in text.split("\n")
    assert "cs.LG" in text
    assert "&lt;" not in text
    assert "\n\n\n" not in text


def test_a_paper_of_which_little_is_known_has_one_too(visitors_browser: Client) -> None:
    paper = make_paper(title="Alone", abstract="", authors=(), arxiv_id="", doi="", categories=())
    text = read(visitors_browser, f"{paper.get_absolute_url()}.md")
    assert text.startswith("# Alone\n\n- In this catalogue: <http")
    assert "## Abstract" not in text


def test_the_page_and_its_twin_name_each_other(visitors_browser: Client) -> None:
    paper = make_paper()
    page = visitors_browser.get(paper.get_absolute_url()).content.decode()
    assert f'<link rel="alternate" type="text/markdown" href="/papers/{paper.slug}.md">' in page
    assert visitors_browser.get(f"/papers/{paper.slug}.md")["Link"].endswith(f'{paper.get_absolute_url()}>; rel="canonical"')


def test_another_spelling_leads_to_the_one_address(visitors_browser: Client) -> None:
    paper = make_paper(arxiv_id="2401.09999", doi="10.1000/182")
    for spelling in ("arXiv:2401.09999v2", "10.1000/182"):
        response = visitors_browser.get(f"/papers/{spelling}.md")
        assert (response.status_code, response["Location"]) == (301, f"/papers/{paper.slug}.md")
    assert visitors_browser.get("/papers/no-such-paper.md").status_code == 404


def test_a_paper_whose_name_ends_in_md_keeps_its_page_and_has_a_twin(visitors_browser: Client) -> None:
    paper = make_paper(title="Named so", arxiv_id="", doi="10.1000/with/slash.md")
    assert visitors_browser.get(paper.get_absolute_url())["Content-Type"].startswith("text/html")
    assert read(visitors_browser, "/papers/10.1000/with/slash.md.md").startswith("# Named so")
    assert read(visitors_browser, f"/papers/{make_paper(arxiv_id='hep-th/9901001').slug}.md")
