"""LaTeX in titles and abstracts: shown where it can be read, shown as typed where not, harmless either way."""

import re
import time
from html.parser import HTMLParser

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from papers.actions.indexing import index_papers
from papers.markup import START, STOP, html, plain, without_torn_end
from papers.markup.pieces import Formula, pieces
from tests.factories import make_paper

ALLOWED = set("a em strong code sup sub mark span math mrow mi mn mo mtext mspace msqrt mroot mfrac msub msup msubsup".split())
ALLOWED |= set("munder mover munderover mtable mtr mtd mstyle mpadded mphantom menclose".split())
ATTRIBUTES = set("href rel class tabindex display mathvariant stretchy fence form accent movablelimits largeop".split())
ATTRIBUTES |= set("displaystyle scriptlevel columnalign width height depth lspace rspace voffset minsize maxsize linethickness".split())


class Shown(HTMLParser):
    """What a browser makes of a piece of HTML."""

    def __init__(self, piece: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(piece)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def assert_harmless(piece: str) -> None:
    shown = Shown(piece)
    assert not shown.open
    for tag, attributes in shown.tags:
        assert tag in ALLOWED
        assert set(attributes) <= ATTRIBUTES
        assert (attributes.get("href") or "https://").startswith(("https://", "http://"))


def formulas(text: str) -> list[str]:
    return [piece.body for piece in pieces(text) if isinstance(piece, Formula)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$x$", ["x"]),
        ("an $x$-ray and $$y$$", ["x", "y"]),
        (r"\(a\) or \[b\]", ["a", "b"]),
        (r"\begin{equation} e = mc^2 \end{equation}", ["e = mc^2"]),
        (r"$a \$ b$", [r"a \$ b"]),
        (r"$\alpha$ and $\beta_1$.", [r"\alpha", r"\beta_1"]),
        ("$5 and $10", []),
        ("US$5, US$10 and US$15", []),
        ("$5 million or 6$ more", []),
        ("$5, or 10$ in all", []),
        (r"\$5$x$", ["x"]),
        ("it costs 5$ or $ 6", []),
        ("$2x$ of $10^4$ at $3\\,$GeV", ["2x", "10^4", "3\\,"]),
        ("one $ alone, then $y$", ["y"]),
        ("$$", []),
        ("$", []),
        (r"\(never ends", []),
    ],
)
def test_formulas_are_told_from_prices(text: str, found: list[str]) -> None:
    assert formulas(text) == found


@given(st.text(alphabet="$\\()[]{} a5.", max_size=60))
def test_the_pieces_of_a_text_make_the_text(text: str) -> None:
    assert "".join(piece if isinstance(piece, str) else piece.typed for piece in pieces(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"Erd\H{o}s--R\'enyi, na\"{\i}ve, \o re, Fran\c{c}ois", "Erdős–Rényi, naïve, øre, François"),
        (r"\emph{a \textbf{b}} {\it c} \texttt{d\_e}", "<em>a <strong>b</strong></em> <em>c</em> <code>d_e</code>"),
        ("``quotes'' and `single' ones, pages 3--5, a --flag", "“quotes” and ‘single’ ones, pages 3–5, a --flag"),
        (r"5\% of 100% & more, \$5, #1", "5% of 100% &amp; more, $5, #1"),
        ("Fig.~3 has ~10 to 10~20", "Fig.\u00a03 has ~10 to 10~20"),
        (r"{B}ayes, {0, 1} and \LaTeX here", "Bayes, {0, 1} and LaTeX here"),
        (r"\unknown{thing} stays \cite{as} typed", r"\unknown{thing} stays \cite{as} typed"),
        ("$\\alpha^2$", "<math><mrow><msup><mi>α</mi><mn>2</mn></msup></mrow></math>"),
        (r"$\mathbb{R}, \boldsymbol{\theta}, \mathbf{Wx}$", None),
    ],
)
def test_latex_is_shown(text: str, shown: str | None) -> None:
    piece = html(text)
    assert_harmless(piece)
    if shown is None:
        assert Shown(piece).words == "ℝ,𝜽,𝐖𝐱"
    else:
        assert piece == shown


@pytest.mark.parametrize(
    "typed", ["$x^$", r"$\frac{a}$", r"$\nosuchcommand x$", "$" + "{" * 40 + "x" + "}" * 40 + "$", "$" + "x" * 2_001 + "$", r"$\left( x$"]
)
def test_a_formula_that_cannot_be_read_is_shown_as_typed(typed: str) -> None:
    assert Shown(html(f"so {typed} holds")).words == f"so {typed} holds"
    assert "<code>" in html(typed)


def test_a_displayed_formula_scrolls_in_itself_but_not_in_a_title() -> None:
    assert html("$$x$$", in_line=False).startswith('<span class="formula formula--displayed" tabindex="0"><math display="block">')
    assert html("$$x$$") == "<math><mrow><mi>x</mi></mrow></math>"
    assert html("$" + "x+" * 40 + "x$").startswith('<span class="formula">')


def test_links_are_links_in_abstracts_only() -> None:
    text = r"Code: \url{https://a.example/b_c%20d~e--f}, \href{https://b.example}{there}"
    links = [attributes["href"] for tag, attributes in Shown(html(text, in_line=False)).tags if tag == "a"]
    assert links == ["https://a.example/b_c%20d~e--f", "https://b.example"]
    assert "<a" not in html(text)
    assert plain(text) == "Code: https://a.example/b_c%20d~e--f, there (https://b.example)"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        r"\emph{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\href{https://a.example/\" onclick=alert(1)}{x}",
        "\\href{\tjava\nscript:alert(1)}{x}",
        r"\url{https://a.example/'><script>}",
        r"\url{data:text/html,<script>}",
        r"$\text{<img src=x onerror=alert(1)>}$",
        r"$\text{&lt;img src=x onerror=alert(1)&gt;}$",
        r"$\mbox{</math><script>alert(1)</script>}$",
        r"$\href{javascript:alert(1)}{x}$",
        r"$\class{evil}{x} \style{position:fixed}{x} \cssId{y}{x}$",
        r"$\color{red;background:url(//e.example)}x$",
        r"$\operatorname{<b>}$",
        r"$\unicode{3c}script\unicode{3e}$",
        "$&#x3c;script&#x3e;$",
        r"$\rule{999em}{999em}\hspace{-999em}\kern{99em}x$",
        r"$\newcommand{\a}{\b\b}\newcommand{\b}{<script>}\a$",
        r"$\def\a{\a\a}\a$",
        r"\input{/etc/passwd}\include{/etc/passwd}",
        f"{START}<b>{STOP}{STOP}{START}",
        "\U000f0000\U000f0001 $x$",
        "\U00100000\U00100001 \\emph{x}",
    ],
)
def test_attacks_are_words(attack: str) -> None:
    for text in (attack, f"a {attack} b $y$ \\emph{{{attack}}}"):
        assert_harmless(html(text))
        assert_harmless(html(text, in_line=False))
        assert isinstance(plain(text), str)


@given(st.text(alphabet=st.sampled_from("\\{}$^_&%~#`'-<>\"()[] \nabeghiftx1é" + START + STOP), max_size=80))
def test_nothing_raises_and_nothing_gets_out(text: str) -> None:
    assert_harmless(html(text, in_line=False))
    assert START not in plain(text)


@pytest.mark.parametrize(
    "unit",
    [
        "$",
        "$a$",
        "$a ",
        "\\",
        "{",
        "\\emph{",
        "{\\em ",
        "\\'",
        "\\[ ",
        "\\(a",
        "`",
        "`a",
        "~",
        "-",
        "\\begin{equation}",
        START,
        "$5 ",
        "\\c",
    ],
)
def test_fifty_thousand_characters_take_no_time_to_speak_of(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    began = time.perf_counter()
    assert_harmless(html(text, in_line=False))
    plain(text)
    assert time.perf_counter() - began < 3


def test_many_different_formulas_are_bounded() -> None:
    shown = html(" ".join(f"$x_{{{number}}}$" for number in range(5_000)), in_line=False)
    assert shown.count("<math>") == 500
    assert "$x_{4999}$" in shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"$\alpha^2$", "α²"),
        (r"An $O(n\log n)$ way to $x_{ij}^{n+1}$ in $\mathbb{R}^d$", "An O(n log n) way to xᵢⱼⁿ⁺¹ in ℝᵈ"),
        (r"$10^{-3}$ and $\|x\|_2 \le \epsilon$ and H$_2$O", "10⁻³ and ‖x‖₂ ≤ ϵ and H₂O"),
        (r"\emph{Caf\'e} at $5 and $10", "Café at $5 and $10"),
        (r"$\sum_{i=1}^n i$", "∑ᵢ₌₁ⁿ i"),
        ("plain <b> & simple", "plain <b> & simple"),
        (r"$x^$", "x^"),
    ],
)
def test_plain_text_is_readable(text: str, words: str) -> None:
    assert plain(text) == words


def test_matches_are_marked_wherever_they_are() -> None:
    text = f"a {START}graph{STOP} & $\\{START}alpha{STOP}$ in \\emph{{the {START}net{STOP}}}, \\{START}emph{STOP}{{x}}"
    shown = html(text)
    assert_harmless(shown)
    assert (
        re.sub(r"<math>.*</math>", "α", shown) == "a <mark>graph</mark> &amp; <mark>α</mark> in <em>the <mark>net</mark></em>, <em>x</em>"
    )


@pytest.mark.parametrize(
    ("excerpt", "left"),
    [
        (r"so $x$ and $$\sum_{i", "so $x$ and …"),
        (r"so \(x_1", "so …"),
        ("$x$ of a_b", "$x$ of a_b"),
        ("it costs $5", "it costs $5"),
        ("", ""),
    ],
)
def test_a_formula_that_an_excerpt_cuts_off_is_left_out(excerpt: str, left: str) -> None:
    assert without_torn_end(excerpt) == left


TITLE, ABSTRACT = r"Bounds of $O(n^2)$ \emph{for} R\'enyi <graphs>", r"We bound $\alpha$ of graphs, $$\sum_{i=1}^n x_i < \beta.$$ More."


@pytest.mark.django_db
def test_every_page_shows_formulas_and_speaks_unicode(visitors_browser: Client) -> None:
    paper = make_paper(title=TITLE, abstract=ABSTRACT)
    page = visitors_browser.get(paper.get_absolute_url()).content.decode()
    assert "<title>Bounds of O(n²) for Rényi &lt;graphs&gt; ·" in page
    assert 'citation_title" content="Bounds of O(n²) for Rényi &lt;graphs&gt;"' in page
    assert "<em>for</em> Rényi &lt;graphs&gt;" in page
    assert '<math display="block">' in page
    assert "Upvote “Bounds of O(n²) for Rényi &lt;graphs&gt;”" in page
    assert TITLE not in page
    assert "<msup><mi>n</mi><mn>2</mn></msup>" in visitors_browser.get("/").content.decode()


@pytest.mark.django_db
def test_a_search_marks_what_matches_beside_formulas(visitors_browser: Client) -> None:
    make_paper(title=TITLE, abstract=ABSTRACT)
    index_papers()
    page = visitors_browser.get("/search/?q=graphs").content.decode()
    assert "<mark>graphs</mark>" in page
    assert "<mi>α</mi>" in page
    assert "Bounds of O(n²) for Rényi" in visitors_browser.get("/search/suggest?q=bound").content.decode()


@pytest.mark.django_db
def test_rest_keeps_what_was_typed(visitors_browser: Client) -> None:
    paper = make_paper(title=TITLE, abstract=ABSTRACT)
    found = visitors_browser.get(f"/api/v1/papers/{paper.slug}/").json()
    assert (found["title"], found["abstract"]) == (TITLE, ABSTRACT)
