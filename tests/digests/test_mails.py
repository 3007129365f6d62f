"""The mail: what its reader sees, and what mail programs act on."""

import re
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from html.parser import HTMLParser
from typing import cast
from urllib.parse import urlsplit

import pytest
from pytest_django.fixtures import Settings

from accounts.models import User
from digests.mails import mail_of
from digests.mails.frame import extract
from digests.models import Delivery, DigestPaper
from digests.reasons import reason_text
from digests.signing import preferences_token, read_answer_token, read_unsubscribe_token
from tests.digests.makers import make_digest, make_mail
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def as_received(mail: Delivery) -> EmailMessage:
    """The mail after its way over the wire."""
    return cast(EmailMessage, message_from_bytes(mail_of(mail).as_bytes(policy=SMTP.clone(cte_type="7bit")), policy=default))


def part(mail: Delivery, kind: str) -> str:
    body = as_received(mail).get_body((kind,))
    assert body
    return str(body.get_content())


class Page(HTMLParser):
    """What a mail program makes of the HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.lang = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")
        if tag == "html":
            self.lang = dict(attrs)["lang"] or ""


@pytest.fixture
def mail(alice: User) -> Delivery:
    first = make_paper(
        title="Attention & <memory> in “deep” nets",
        abstract="We ask a question. We answer it. Then we go on for long.",
        authors=("Ada Lovelace", "Alan Turing"),
        published=date(2017, 6, 12),
    )
    return make_mail(alice, digest=make_digest(alice, first, make_paper(title="Second paper", abstract="")))


def test_it_has_a_text_and_an_html_part_and_nothing_else(mail: Delivery) -> None:
    message = as_received(mail)
    assert message.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_subject_says_how_many_and_names_the_first(mail: Delivery) -> None:
    assert as_received(mail)["Subject"] == "2 papers for you: Attention & <memory> in “deep” nets"


def test_a_long_or_broken_title_makes_one_short_subject_line(alice: User) -> None:
    mail = make_mail(alice, digest=make_digest(alice, make_paper(title="A very long title\nwith a break " * 20)))
    subject = as_received(mail)["Subject"]
    assert subject.startswith("A paper for you: A very long title with a break")
    assert len(subject) < 100


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_both_parts_tell_all_of_each_paper(kind: str, mail: Delivery, settings: Settings) -> None:
    body = part(mail, kind)
    shown = [
        "Ada Lovelace, Alan Turing",
        "12 June 2017",
        "We ask a question. We answer it.",
        "New in the catalogue",
        settings.SITE_URL + mail.digest.get_absolute_url(),
        f"{settings.SITE_URL}/digests/preferences/{preferences_token(mail.digest.subscription_id)}/",
        "Week 48 of 2026",
        "Second paper",
    ]
    assert [one for one in shown if one not in body] == []
    assert "Then we go on" not in body


def test_titles_lead_through_the_note_of_opening_and_the_text_straight_to_the_paper(mail: Delivery, settings: Settings) -> None:
    entry = mail.digest.entries.all()[0]
    links = Page(part(mail, "html")).links
    assert settings.SITE_URL + entry.open_path in links
    assert settings.SITE_URL + entry.paper.get_absolute_url() not in links
    text = part(mail, "plain")
    assert settings.SITE_URL + entry.paper.get_absolute_url() in text
    assert "/digests/open/" not in text


def test_each_paper_has_three_quiet_links_to_answer(mail: Delivery, settings: Settings) -> None:
    links = [link for link in Page(part(mail, "html")).links if "/digests/answer/" in link]
    pages = [re.fullmatch(r"http\S+/digests/answer/([^/]+)/(\w+)/", link) for link in links]
    named = [(read_answer_token(page[1]), page[2]) for page in pages if page]
    assert named == [(entry.pk, answer) for entry in mail.digest.entries.all() for answer in ("save", "upvote", "dismiss")]
    assert re.findall(r">(Save|Upvote|Not for me)</a>", part(mail, "html")) == ["Save", "Upvote", "Not for me"] * 2


def test_the_text_has_one_short_line_to_answer_per_paper(mail: Delivery) -> None:
    lines = [line for line in part(mail, "plain").splitlines() if "/digests/answer/" in line]
    found = [re.fullmatch(r"   Save, upvote or not for me: http\S+/digests/answer/([^/]+)/", line) for line in lines]
    assert [read_answer_token(line[1]) for line in found if line] == [entry.pk for entry in mail.digest.entries.all()]
    assert max(map(len, lines)) < 160


def test_titles_are_text_in_the_html_and_themselves_in_the_text(mail: Delivery) -> None:
    assert "Attention &amp; &lt;memory&gt; in “deep” nets" in part(mail, "html")
    assert "Attention & <memory> in “deep” nets" in part(mail, "plain")


def test_the_html_names_its_language_and_carries_its_style_inline(mail: Delivery) -> None:
    html = part(mail, "html")
    assert Page(html).lang == "en"
    assert re.search(r'<h2[^>]*style="[^"]*font', html)
    assert "prefers-color-scheme: dark" in html
    assert not {"script", "img", "link", "iframe", "form"} & set(Page(html).tags), "nothing to load, nothing that tells on the reader"


def test_links_are_whole_addresses_of_this_site(mail: Delivery, settings: Settings) -> None:
    links = Page(part(mail, "html")).links
    assert len(links) == 4 + 2 * 4
    assert {urlsplit(link).netloc for link in links} == {urlsplit(settings.SITE_URL).netloc}


def test_mail_programs_find_a_one_click_way_out(mail: Delivery) -> None:
    raw = mail_of(mail).as_bytes(policy=SMTP.clone(cte_type="7bit")).decode()
    found = re.search(r"^List-Unsubscribe: <(http\S+/digests/unsubscribe/([^/\s]+)/)>\r$", raw, re.MULTILINE)
    assert found, "whole, on one line, not in encoded words"
    assert read_unsubscribe_token(found[2]) == mail.digest.subscription_id
    assert as_received(mail)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found[1] in part(mail, "plain")
    assert found[1] in Page(part(mail, "html")).links


def test_robots_do_not_answer_it_and_lists_sort_it(mail: Delivery) -> None:
    message = as_received(mail)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["List-Id"] == "Lectern <digest.127.0.0.1>"
    assert message["To"] == mail.address


def test_every_attempt_has_the_same_message_id(mail: Delivery) -> None:
    assert mail_of(mail)["Message-ID"] == mail_of(mail)["Message-ID"] == mail.message_id


def test_fifty_papers_stay_below_what_mail_programs_cut_off(alice: User) -> None:
    papers = [
        make_paper(
            title="A title of quite usual length for a paper " * 2, abstract="A sentence of some length, " * 40, authors=("A B",) * 9
        )
        for _ in range(50)
    ]
    mail = make_mail(alice, digest=make_digest(alice, *papers))
    DigestPaper.objects.update(reason={"kind": "because_saved", "title": "A title of quite usual length for a paper " * 2, "paper": 1})
    html = part(mail, "html").encode()
    assert len(html) < 80_000
    assert len(Page(html.decode()).links) >= 50 * 4


def test_an_international_domain_is_spelt_for_every_relay(alice: User) -> None:
    mail = make_mail(alice, address="ada@bücher.example")
    assert mail_of(mail)["To"].addresses[0].addr_spec == "ada@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ({"kind": "because_saved", "title": "A <b> & c", "paper": 1}, "Because you saved “A <b> & c”"),
        ({"kind": "because_upvoted", "title": "X", "paper": 1}, "Because you upvoted “X”"),
        ({"kind": "trending", "votes": 1}, "Trending here: 1 upvote"),
        ({"kind": "trending", "votes": 5}, "Trending here: 5 upvotes"),
        ({"kind": "new"}, "New in the catalogue"),
        ({"kind": "of a later version"}, ""),
        ({}, ""),
    ],
)
def test_a_reason_is_a_sentence(reason: dict[str, object], sentence: str) -> None:
    assert reason_text(reason) == sentence


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("", ""),
        ("One only.", "One only."),
        ("One.  Two?\nThree!", "One. Two?"),
        ("We reach 3.5 points, i.e. more. Then rest. Not this.", "We reach 3.5 points, i.e. more. Then rest."),
    ],
)
def test_an_extract_is_the_first_two_sentences(abstract: str, expected: str) -> None:
    assert extract(abstract) == expected


def test_an_endless_sentence_is_cut() -> None:
    cut = extract("word " * 500)
    assert len(cut) <= 320
    assert cut.endswith("word …")


def test_a_name_with_a_line_break_adds_no_header(mail: Delivery) -> None:
    User.objects.update(full_name="Ada\r\nBcc: everybody@lab.example")
    message = as_received(mail)
    assert message["Bcc"] is None
    assert message["To"].addresses[0].display_name == "Ada Bcc: everybody@lab.example"


def test_latex_in_a_title_is_said_in_plain_words(alice: User) -> None:
    paper = make_paper(title=r"An $\alpha^2$ \emph{bound}", abstract=r"We reach $10^{-3}$ \& more.")
    mail = make_mail(alice, digest=make_digest(alice, paper))
    assert as_received(mail)["Subject"] == "A paper for you: An α² bound"
    assert ("An α² bound" in part(mail, "plain"), "We reach 10⁻³ & more." in part(mail, "plain")) == (True, True)
    assert "We reach 10⁻³ &amp; more." in part(mail, "html")
    assert "$" not in part(mail, "plain")
