"""What readers write in Markdown: shown with its formulas, said in plain words, and harmless whatever it is."""

import random
import time
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.markup.markdown import LONGEST, excerpt, html, mentioned, plain
from papers.markup.markdown_reading import DEEPEST, MOST_FORMULAS, MOST_MENTIONS

ALLOWED = set("p br hr em strong s code pre blockquote ul ol li a table thead tbody tr th td div span".split())
ALLOWED |= set("math mrow mi mn mo mtext mspace msqrt mroot mfrac msub msup msubsup munder mover munderover mtable mtr mtd mstyle".split())
ALLOWED |= {"mpadded", "mphantom", "menclose"}
EMPTY = {"br", "hr"}
REFUSED = {"style", "id", "name", "src", "srcset", "action", "formaction", "target"}


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
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def links(self) -> list[str | None]:
        return [attributes.get("href") for tag, attributes in self.tags if tag == "a"]


def assert_harmless(piece: str) -> None:
    shown = Shown(piece)
    assert not shown.open
    for tag, attributes in shown.tags:
        assert tag in ALLOWED
        assert not REFUSED & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
        if tag == "a":
            assert attributes["rel"] == "nofollow noopener ugc"
            assert (attributes.get("href") or "/").lower().startswith(("https://", "http://", "mailto:", "/"))
            assert not (attributes.get("href") or "").startswith(("//", "/\\"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*a* **b** `c` ~~d~~", "<p><em>a</em> <strong>b</strong> <code>c</code> <s>d</s></p>"),
        ("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>"),
        ("> so\n\n- a\n- b", "<blockquote>\n<p>so</p>\n</blockquote>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
        ("# Proof", '<p class="prose__heading">Proof</p>'),
        ("Proof\n=====", '<p class="prose__heading">Proof</p>'),
        ("```python\nx < 1\n```", '<pre tabindex="0"><code>x &lt; 1\n</code></pre>'),
        (
            "|a|b|\n|-|-:|\n|1|2|",
            '<div class="prose__table" tabindex="0"><table>\n<thead>\n<tr>\n<th>a</th>\n<th class="align-right">b</th>\n</tr>\n</thead>\n'
            '<tbody>\n<tr>\n<td>1</td>\n<td class="align-right">2</td>\n</tr>\n</tbody>\n</table></div>',
        ),
        ("[t](https://a.example)", '<p><a href="https://a.example" rel="nofollow noopener ugc">t</a></p>'),
        ("<b>bold</b> &lt; &copy;", "<p>&lt;b&gt;bold&lt;/b&gt; &lt; ©</p>"),
        ("", ""),
        ("  \n\n ", ""),
    ],
)
def test_markdown_is_shown(text: str, shown: str) -> None:
    assert html(text).strip() == shown
    assert_harmless(html(text))


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("$x$ and \\(y\\)", 2),
        ("**$x_1$** *and* $y_2$", 2),
        ("`$x$` and ```$y$```", 0),
        ("    $x$ in code", 0),
        ("```\n$x$\n$$y$$\n```", 0),
        ("costs $5 and $10", 0),
        ("$5 for `a$`", 0),
        ("\\$x\\$", 0),
        ("a `$` and a $x$", 1),
        ("$`x`$", 0),
        ("[$x$](https://a.example/$y$)", 1),
        ("- $a$\n- $b$", 2),
        ("> $$c$$", 1),
        ("$x\n\ny$", 0),
        ("$x\ny$", 1),
        ("$$\na\n- b\n+ c\n= d\n\n> e\n$$", 1),
        ("so\n$$\na\n- b\n$$\nwhich ends it", 1),
        ("- thus\n  \\[\n  x\n  \\]", 1),
        ("\\begin{align}\na &= b \\\\\n- c &= d\n\\end{align}", 1),
        ("$a_1$ and *$b_2$* and $c*d$ and $e*f$", 4),
        ("$x$ $y $z$", 2),
        ("\\(never \\(ends", 0),
        ("$$ $x$", 1),
        ("|a|\n|-|\n|$x$|", 1),
        ("# $x$", 1),
        ("Erdős $\\to$ 数学 $\\alpha$ \u202e$x$", 3),
        ("$\\newcommand{\\a}{b}\\a$", 0),
    ],
)
def test_formulas_are_told_from_all_else(text: str, formulas: int) -> None:
    shown = html(text)
    assert shown.count("<math") == formulas
    assert_harmless(shown)


def test_signs_inside_a_formula_are_not_markdown() -> None:
    assert "<em>" not in html("$a*b$ and $c*d$ _and_ $[x](y)$").replace("<em>and</em>", "")
    assert Shown(html(r"$\frac{a$ stays $x^$ as typed")).words.strip() == r"$\frac{a$ stays $x^$ as typed"


def test_a_displayed_formula_has_a_line_of_its_own() -> None:
    shown = html("so\n$$x$$\nthen")
    assert shown.startswith('<p>so</p>\n<p><span class="formula formula--displayed" tabindex="0"><math display="block">')
    assert shown.strip().endswith("<p>then</p>")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://a.example/x_(y).", ["https://a.example/x_(y)"]),
        ("(https://a.example/?q=a_b&c=*d*)", ["https://a.example/?q=a_b&c="]),
        ("<https://a.example> and <me@a.example>", ["https://a.example", "mailto:me@a.example"]),
        ("`https://a.example`", []),
        ("[https://a.example](https://b.example)", ["https://b.example"]),
        ("![a picture](https://a.example/p.png)", ["https://a.example/p.png"]),
        ("[![p](https://a.example/p.png)](https://b.example)", ["https://b.example"]),
        ("[here](/papers/2401.00001)", ["/papers/2401.00001"]),
        ("[x](relative) [y](#top) [z](//c.example)", []),
        ("https:// http://", []),
        ("https://пример.example/п", ["https://xn--e1afmkfd.example/%D0%BF"]),
    ],
)
def test_links_are_found(text: str, links: list[str]) -> None:
    shown = html(text)
    assert_harmless(shown)
    assert Shown(shown).links() == links


def test_no_picture_is_ever_fetched_from_elsewhere() -> None:
    for text in (
        "![a](https://a.example/p.png)",
        "<img src=https://a.example>",
        "![a](data:image/png;base64,x)",
        "![a][b]\n\n[b]: https://a",
    ):
        assert "<img" not in html(text)


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\nscript:alert(1))",
        "[x](java&#10;script:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](<javascript:alert(1)>)",
        "[x](\x01javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x](file:///etc/passwd)",
        "[x](//evil.example)",
        "[x](/\\evil.example)",
        "[x](\\\\evil.example)",
        '[x](https://a.example "title\\" onclick=alert(1)")',
        "![x](javascript:alert(1))",
        "<javascript:alert(1)>",
        "[x]\n\n[x]: javascript:alert(1)",
        "`</code><script>alert(1)</script>`",
        "```</code></pre><script>\nalert(1)\n```",
        '```"><script>alert(1)</script>\nx\n```',
        "$\\text{<img src=x onerror=alert(1)>}$",
        "$</math><script>alert(1)</script>$",
        "$\\href{javascript:alert(1)}{x}$",
        "$\\class{evil}{x}\\style{position:fixed}{x}$",
        "$$\n</span></p><script>alert(1)</script>\n$$",
        '@alice"onclick=alert(1)',
        "|<script>|\n|-|\n|</td></table><script>|",
        '| a |\n|:-:" style="position:fixed|\n| b |',
        "<!-- --><script>-->",
        "<svg><style><img src=x onerror=alert(1)>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        'https://a.example/"onmouseover="alert(1)',
        "https://a.example/'><script>alert(1)</script>",
        "[a](https://a.example/'onclick='x)",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "\U000f0000\ue000<b>\ue001",
        "\u202eevil\u202d\u2066\x00\x07\ufeff",
    ],
)
def test_attacks_are_words(attack: str) -> None:
    for text in (attack, f"a {attack} *b* $y$ {attack}", f"> - {attack}", f"# {attack}", f"[{attack}](https://a.example)"):
        for piece in (html(text), html(text, people={"alice": "/alice/"})):
            assert_harmless(piece)
        assert isinstance(plain(text), str)


def test_an_address_of_somebody_mentioned_is_escaped() -> None:
    assert_harmless(html("@alice", people={"alice": '/"><script>alert(1)</script>'}))


SIGNS = st.text(alphabet=st.sampled_from("\\{}$^_&%~#`'-<>\"()[]|!@*+=:/. \n\tabehtps1é\u202e\u0301"), max_size=80)


@settings(max_examples=300)
@given(SIGNS)
def test_nothing_raises_and_nothing_gets_out(text: str) -> None:
    assert_harmless(html(text))
    assert len(excerpt(text, length=20)) <= 20
    mentioned(text)
    plain(text)


@given(st.text(max_size=60))
def test_any_unicode_is_taken(text: str) -> None:
    assert_harmless(html(text))
    plain(text)


UNITS = [
    *(
        "$",
        "$a$",
        "$a ",
        "\\",
        "\\(a",
        "\\[ ",
        "\\(`",
        "$$`",
        "\\begin{align}",
        "\n$$\n",
        "\n\\[\n",
        "`",
        "`a",
        "[",
        "![",
        "]",
        "[](",
        "[a](b",
    ),
    *("<", "<a@b.c", "> ", ">", "- ", "-\n", "1. ", "* ", "**a", "*a_", "~~", "|", "|a\n", "|-|\n", "#", "\n    ", "&", "&amp", "@", "@a "),
    *(
        "https://",
        "https://a)",
        "(https://a",
        "https://a.b ",
        "\u0301",
        "\u202e",
        "a",
        "é",
        "\n",
        "\n\n",
        "[a]: b\n",
        "```\n",
        "~~~",
        "<!--",
    ),
]


@pytest.mark.parametrize("unit", UNITS)
def test_the_longest_texts_take_no_time_to_speak_of(unit: str) -> None:
    text = unit * (LONGEST // len(unit))
    began = time.process_time()
    assert_harmless(html(text))
    plain(text)
    mentioned(text)
    assert time.process_time() - began < 5


def test_wide_tables_stay_small() -> None:
    text = "|a" * 3_000 + "|\n" + "|-" * 3_000 + "|\n" + "|b\n" * 2_000
    shown = html(text)
    assert_harmless(shown)
    assert len(shown) < 350_000


def test_a_text_that_is_too_long_is_shown_as_typed() -> None:
    text = "*a* <b>\n" * LONGEST
    shown = html(text)
    assert "<em>" not in shown
    assert "*a* &lt;b&gt;<br>" in shown
    assert plain(text) == text
    assert mentioned("@alice " * LONGEST) == []


def test_depth_and_number_are_bounded() -> None:
    assert html(">" * 500 + " a").count("<blockquote>") <= DEEPEST
    assert html("$x$ " * 1_000).count("<math") == MOST_FORMULAS
    assert len(mentioned(" ".join(f"@a{number}" for number in range(500)))) == MOST_MENTIONS


def test_random_pieces_of_markdown_are_harmless() -> None:
    dice = random.Random(7)
    for _ in range(200):
        assert_harmless(html("".join(dice.choice([*UNITS, " ", "\n", "x"]) for _ in range(40))))


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@alice and @Bob-2, @alice", ["alice", "bob-2"]),
        ("(@alice), **@bob**: @carol.", ["alice", "bob", "carol"]),
        ("me@alice.example, a/@bob, @@carol, @-dave, \\@erin", []),
        ("`@alice` and\n\n    @bob\n\n```\n@carol\n```", []),
        ("$@alice$", []),
        ("[@alice](https://a.example)", []),
        ("https://social.example/@alice", []),
        ("@alice@social.example and @alice_b", []),
        ("@" + "a" * 40, []),
        ("> @alice\n\n- @bob", ["alice", "bob"]),
        ("@алиса @élise", []),
    ],
)
def test_people_are_mentioned(text: str, handles: list[str]) -> None:
    assert mentioned(text) == handles


def test_only_people_who_are_known_are_linked() -> None:
    shown = html("@Alice @bob", people={"alice": "/alice/"})
    assert shown.strip() == '<p><a class="mention" href="/alice/" rel="nofollow noopener ugc">@alice</a> @bob</p>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*a* **b** `c` [t](https://a.example) <https://b.example>", "a b c t (https://a.example) https://b.example"),
        (r"$\alpha^2$ of `$x$` at $5", "α² of $x$ at $5"),
        ("# Proof\n\n1. one\n2. two\n   more\n\n> so", "Proof\n\n1. one\n2. two\n  more\n\n> so"),
        ("- a\n  - b\n- c\n\nend", "- a\n  - b\n- c\n\nend"),
        ("|a|b|\n|-|-|\n|1|2|", "a | b\n1 | 2"),
        ("one\ntwo", "one\ntwo"),
        ("![a picture](https://a.example/p.png) @Alice", "a picture (https://a.example/p.png) @alice"),
        ("```\nx = 1\n  y\n```\n---", "x = 1\n  y\n\n* * *"),
        ("<b> & &amp;", "<b> & &"),
        ("", ""),
    ],
)
def test_plain_text_is_readable(text: str, words: str) -> None:
    assert plain(text) == words


def test_an_excerpt_is_one_line_that_ends_between_words() -> None:
    assert excerpt("**One** two.\n\n- three $x^2$") == "One two. - three x²"
    assert excerpt("alpha, beta, gamma", length=13) == "alpha, beta…"
    assert excerpt("a" * 50, length=10) == "aaaaaaaaa…"


def test_templates_show_and_say_it() -> None:
    template = Template("{% load lectern %}{{ text|markdown }}{{ text|unmarkdown }} {{ text|excerpt:5 }}")
    assert template.render(Context({"text": "*a* <b> c"})) == "<p><em>a</em> &lt;b&gt; c</p>\na &lt;b&gt; c a…"
