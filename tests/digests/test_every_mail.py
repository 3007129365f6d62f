"""What holds for every mail of the suite, whatever its kind: a new kind fails here until it has a maker."""

import itertools
import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail as django_mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree
from pytest_django.fixtures import Settings

from accounts.actions.deleting import ask_for_deletion
from accounts.actions.invitations import invite_address, mail_invitation
from accounts.events import Way
from accounts.models import HouseRules, Team, User
from digests.actions import ask_to_subscribe, deliver_mail, mail_notices, send_test
from digests.mails import KINDS
from digests.models import Delivery, DigestPaper
from papers.actions.lists import add_paper, create_list
from tests.digests.keys import dkim_key, is_signed
from tests.digests.makers import make_digest, make_mail, make_outlet, make_post, make_team_digest, make_visitor, make_visitor_digest
from tests.digests.relay import RelayBehaviour
from tests.digests.test_notifying import tell
from tests.factories import PASSWORD, make_papers

pytestmark = pytest.mark.django_db
FIFTY = 50
BULK = ("list-unsubscribe", "list-unsubscribe-post", "list-id")
TITLE = r"A long title about $\alpha$-divergences & <what> they do in “deep” networks " * 2
REASON = {"kind": "because_saved", "title": TITLE, "paper": 1}


def digest(user: User) -> None:
    papers = make_papers(*({"title": f"{number} {TITLE}", "abstract": "A sentence of some length, " * 40} for number in range(FIFTY)))
    make_mail(user, digest=make_digest(user, *papers, news=[{"text": "Something happened", "path": "/settings/"}]))
    DigestPaper.objects.update(reason=REASON)


def notice(user: User) -> None:
    tell(user, "Something happened", Way.MAIL)
    mail_notices()


def team_digest(user: User) -> None:
    team = Team.objects.get()
    saved, likely = make_papers({"title": TITLE}), make_papers(*({"title": f"{number} {TITLE}"} for number in range(FIFTY - 1)))
    reading_list = create_list(owner=team.namespace, user=user, title="Ours")
    items = [add_paper(reading_list=reading_list, paper=saved[0], user=user)[0]]
    digest = make_team_digest(team, *items)
    digest.content["likely"] = [{"paper": paper.pk, "reason": REASON} for paper in likely]
    digest.save()
    make_mail(user, digest=None, team_digest=digest, reader=user)


def outlet(user: User) -> None:
    team_digest(user)
    mail = Delivery.objects.get()
    assert mail.team_digest
    make_post(make_outlet(Team.objects.get(), kind="mailing_list", address="list@lab.example"), mail.team_digest)
    mail.delete()


def visitor_digest(_user: User) -> None:
    papers = make_papers(*({"title": f"{number} {TITLE}", "abstract": "A sentence of some length, " * 40} for number in range(FIFTY)))
    make_visitor_digest(make_visitor(), *papers)


def visitor_subscription(_user: User) -> None:
    ask_to_subscribe(address="dora@lab.example", categories=[], time_zone="UTC", language="en")


MAKERS: dict[str, Callable[[User], object]] = {
    "digest": digest,
    "notice": notice,
    "team_digest": team_digest,
    "outlet": outlet,
    "test": lambda user: send_test(user=user),
    "visitor_digest": visitor_digest,
    "visitor_subscription": visitor_subscription,
}


def test_every_kind_of_mail_is_looked_at_here() -> None:
    assert set(MAKERS) == set(KINDS)


@pytest.fixture(params=sorted(MAKERS))
def sent(request: pytest.FixtureRequest, alice: User, graph_lab: Team, relay: RelayBehaviour, settings: Settings) -> bytes:
    """One mail of each kind as it arrived."""
    settings.DKIM_KEY = dkim_key()
    MAKERS[request.param](alice)
    assert deliver_mail() == 1, Delivery.objects.values_list("reason", flat=True)
    return relay.contents[0]


def parsed(content: bytes) -> EmailMessage:
    message = cast(EmailMessage, message_from_bytes(content, policy=default))
    assert not message.defects
    for part in message.walk():
        assert not part.defects
        assert not [one for value in part.values() for one in getattr(value, "defects", ())]
    return message


def is_bulk(message: EmailMessage) -> bool:
    """Whether it is one of many: all are but the one that its reader has just asked for."""
    return message["Subject"] != "Mail from Lectern reaches you"


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body
    return str(body.get_content())


def tree_of(message: EmailMessage) -> Any:
    return etree.fromstring(html_of(message), etree.HTMLParser(recover=False))


def test_it_is_well_formed_and_signed(sent: bytes) -> None:
    message = parsed(sent)
    assert is_signed(sent)
    signed = re.sub(r"\s", "", message["DKIM-Signature"]).lower()
    for name in ("message-id", *(BULK if is_bulk(message) else ())):
        assert message[name]
        assert f":{name}:" in signed or f":{name};" in signed
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_its_html_loads_nothing_runs_nothing_and_tells_nobody(sent: bytes) -> None:
    page = tree_of(parsed(sent))
    tags = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert not tags & {"script", "form", "input", "img", "picture", "link", "iframe", "object", "video", "audio", "base", "svg", "math"}
    assert not [name for element in page.iter() for name in element.attrib if name.startswith("on") or name in {"src", "background"}]
    assert "url(" not in html_of(parsed(sent))
    assert "@import" not in html_of(parsed(sent))


def test_a_screen_reader_finds_its_way(sent: bytes) -> None:
    page = tree_of(parsed(sent))
    assert page.get("lang") == "en"
    assert page.findtext("head/title")
    levels = [int(element.tag[1]) for element in page.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    assert {table.get("role") for table in page.iter("table")} <= {"presentation"}
    assert all("".join(link.itertext()).strip() for link in page.iter("a"))


def test_it_has_a_preheader_of_its_own(sent: bytes) -> None:
    message = parsed(sent)
    [preheader] = tree_of(message).xpath("//body/*[1][contains(@style, 'display: none') or contains(@style, 'display:none')]")
    words = re.sub(r"[\u034f\u200c\u00a0\s]+", " ", "".join(preheader.itertext())).strip()
    assert len(words) > 5
    assert words != message["Subject"]


def test_it_stays_below_what_mail_programs_cut_off(sent: bytes) -> None:
    assert len(html_of(parsed(sent)).encode()) < 80_000
    assert len(parsed(sent)["Subject"]) <= 100


def test_its_links_lead_somewhere_for_a_visitor_and_change_nothing(sent: bytes, alices_browser: Client, settings: Settings) -> None:
    """A private list of a team is 404 to all but the team: then it must be there for the reader."""
    message = parsed(sent)
    text = message.get_body(("plain",))
    assert text
    links = {link.get("href") for link in tree_of(message).iter("a")} | set(re.findall(r"https?://\S+", text.get_content()))
    links |= {message["List-Unsubscribe"].strip("<>")} if is_bulk(message) else set()
    assert len(links) >= 3
    one_of_each = {re.sub(r"(open|answer|papers)/.*?(/save/|/upvote/|/dismiss/|$)", r"\1/…\2", urlsplit(link).path): link for link in links}
    for link in one_of_each.values():
        assert link.startswith(settings.SITE_URL), link
        with CaptureQueriesContext(connection) as queries:
            answer = Client().get(link.removeprefix(settings.SITE_URL))
        if answer.status_code == 404:
            answer = alices_browser.get(link.removeprefix(settings.SITE_URL))
        assert answer.status_code in {200, 302}, link
        written = [one["sql"] for one in queries if re.match(r"\s*(INSERT|UPDATE|DELETE)", one["sql"])]
        assert written == [], link


def test_one_click_ends_it_also_where_visitors_may_not_read(sent: bytes) -> None:
    """As a mail program does it for its reader: without cookies, and 200 at once (RFC 8058)."""
    message = parsed(sent)
    if is_bulk(message):
        HouseRules.objects.update_or_create(pk=1, defaults={"public_reading": False})
        path = message["List-Unsubscribe"].strip("<>").removeprefix(settings.SITE_URL)
        assert Client().post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200


# --- Django's own ------------------------------------------------------------------------------------------------------------------------


def invite_to_team(user: User) -> None:
    team = Team.objects.get()
    invitation, secret = invite_address(team=team, actor=user, address="new@lab.example")
    mail_invitation(invitation=invitation, secret=secret, actor=user)


def invite_to_instance(user: User) -> None:
    invitation, secret = invite_address(team=None, actor=user, address="new@lab.example")
    mail_invitation(invitation=invitation, secret=secret, actor=user)


def sign_up(_user: User) -> None:
    fields = {"email": "new@lab.example", "password1": PASSWORD, "handle": "newcomer"}
    Client().post("/accounts/signup/", fields)


def forget_password(user: User) -> None:
    Client().post("/accounts/password/reset/", {"email": user.email})


def ask_for_code(user: User) -> None:
    Client().post("/accounts/login/code/", {"email": user.email})


def change_address(user: User) -> None:
    browser = Client()
    browser.force_login(user)
    EmailAddress.objects.filter(user=user).update(verified=True)
    browser.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"}
    )


DJANGO_SENT = [invite_to_team, invite_to_instance, ask_for_deletion, sign_up, forget_password, ask_for_code, change_address]


@pytest.mark.parametrize("send", DJANGO_SENT, ids=lambda send: send.__name__)
def test_mails_of_django_s_own_are_well_formed_and_signed(
    send: Callable[..., Any],
    admin: User,
    alice: User,
    bob: User,
    graph_lab: Team,
    settings: Settings,
    relay: RelayBehaviour,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.DKIM_KEY = dkim_key()
    settings.EMAIL_BACKEND = "digests.channels.backends.SignedSMTP"
    sender = {invite_to_instance: admin, ask_for_deletion: bob}.get(send, alice)
    with django_capture_on_commit_callbacks(execute=True):
        send(user=sender) if send is ask_for_deletion else send(sender)
    assert len(relay.contents) == 1
    message = parsed(relay.contents[0])
    assert is_signed(relay.contents[0])
    assert len(message["Subject"]) < 100
    body = message.get_body(("plain",))
    assert body
    assert "Lectern" in body.get_content() + message["Subject"] + str(message["From"])
    links = [link for link in re.findall(r"https?://[^\s<>]+", body.get_content()) if "example.com" not in link]
    assert {urlsplit(link).netloc for link in links} <= {urlsplit(settings.SITE_URL).netloc, "testserver"}
    assert django_mail.outbox == []


# --- Colours -----------------------------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_colour_of_words_stands_out_by_day_and_by_night() -> None:
    style = (Path(__file__).parents[2] / "templates" / "email" / "_style.html").read_text()
    for sheet in style.split("@media (prefers-color-scheme: dark)"):
        [page, *_more] = re.findall(r"background: (#\w{6})", sheet)
        pairs = []
        for rule in re.findall(r"{([^{}]*)}", sheet):
            own = re.findall(r"background: (#\w{6})", rule)  # a button's, else the page's
            pairs += [(colour, *(own or [page])) for colour in re.findall(r"(?:^|[; ])color: (#\w{6})", rule)]
        assert len(pairs) >= 5
        assert [pair for pair in pairs if contrast(*pair) < 4.5] == []
