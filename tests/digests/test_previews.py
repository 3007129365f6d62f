"""Every kind of mail can be looked at, light and dark, and no link in it acts for its reader."""

import re

import pytest
from django.test import Client

from accounts.models import User
from digests import mails
from digests.actions.previewing import preview
from digests.actions.sampling import SAMPLES
from digests.models import Delivery, Digest
from digests.previews import in_theme, without_tokens
from digests.signing import answer_token, open_token, stop_token, team_stop_token, unsubscribe_token
from tests.digests.makers import make_digest, make_mail
from tests.factories import make_paper, make_user

PAGE = "/admin/mails/"


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def rows() -> tuple[int, int, int]:
    return User.objects.count(), Digest.objects.count(), Delivery.objects.count()


def test_there_is_a_sample_of_each_kind() -> None:
    assert SAMPLES.keys() == mails.KINDS.keys()


@pytest.mark.parametrize("papers", [0, 3])
@pytest.mark.parametrize("kind", mails.KINDS)
def test_a_sample_is_whole_and_leaves_nothing_behind(db: None, kind: str, papers: int) -> None:
    made = [make_paper(title=f"Paper number {number}") for number in range(papers)]
    before = rows()
    sample = preview(kind)
    assert sample.problem == ""
    assert sample.subject
    assert sample.text
    assert "<html" in sample.html
    assert rows() == before
    if kind in {"digest", "team_digest"}:
        assert all(paper.title in sample.html for paper in made)


def test_no_token_of_a_reader_is_in_it(alice: User) -> None:
    digest = make_digest(alice)
    make_mail(alice, digest=digest)
    entry = digest.entries.get()
    shown = preview("digest")
    for token in (answer_token(entry.pk), open_token(entry.pk), unsubscribe_token(digest.subscription_id)):
        assert token not in shown.text + shown.html
    assert shown.html.count("/digests/answer/preview/") == 3
    assert "/digests/unsubscribe/preview/" in shown.text


@pytest.mark.parametrize(
    "token", [stop_token(1, "talk"), team_stop_token(1, 2), answer_token(3), "eyJ4Ijoxf:1uOaBc:abcdefghijklmnopqrstuvwxyz_-ABC"]
)
def test_any_signed_piece_of_an_address_is_taken_for_a_token(token: str) -> None:
    assert without_tokens(f'<a href="https://x.example/some/{token}/save/">') == '<a href="https://x.example/some/preview/save/">'
    assert without_tokens(f"See https://x.example/some/{token}") == "See https://x.example/some/preview"


@pytest.mark.parametrize("path", ["/papers/2401.00001", "/papers/10.1000/182.full.text", "/lists/alice/shelf/", "/digests/2026-W48/"])
def test_other_addresses_stay_as_they_are(path: str) -> None:
    assert without_tokens(f"https://x.example{path}") == f"https://x.example{path}"


def test_a_kind_that_breaks_is_told_and_the_others_shown(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_deliveries: object) -> object:
        raise ValueError("no such template")

    monkeypatch.setitem(mails.KINDS, "test", broken)  # type: ignore[arg-type]
    page = browser.get(PAGE).content.decode()
    assert "It cannot be made: ValueError: no such template" in page.replace("\n", " ")
    assert "papers for you" in page or "News for you" in page


def test_a_new_kind_shows_up_by_itself(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mails.KINDS, "birthday", lambda _deliveries: None)  # type: ignore[arg-type]
    page = browser.get(PAGE).content.decode()
    assert '<h2 id="birthday">Birthday</h2>' in page
    assert "No mail of this kind was made yet." in page
    assert browser.get("/admin/mails/birthday/").status_code == 404


def test_the_page_shows_every_kind_in_frames_that_may_do_nothing(browser: Client) -> None:
    response = browser.get(PAGE)
    page = response.content.decode()
    for kind in (*mails.KINDS, "invitation", "deletion", "email_confirmation", "login_code", "password_reset_key"):
        assert f'<h2 id="{kind}">' in page, kind
    frames = re.findall(r"<iframe ([^>]*)>", page)
    assert len(frames) == len(mails.KINDS) * 4
    assert all(frame.startswith("sandbox ") for frame in frames)
    assert {re.search(r'width="(\d+)"', frame)[1] for frame in frames} == {"600", "320"}  # type: ignore[index]
    assert "frame-src 'self'" in response["Content-Security-Policy"]


def test_a_mail_styles_itself_and_may_do_nothing_else(browser: Client) -> None:
    response = browser.get("/admin/mails/digest/")
    policy = response["Content-Security-Policy"]
    for directive in ("default-src 'none'", "style-src 'unsafe-inline'", "frame-ancestors 'self'", "sandbox"):
        assert directive in policy
    assert "script-src" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_other_pages_still_allow_no_inline_style(browser: Client) -> None:
    browser.get("/admin/mails/digest/")
    response = browser.get("/admin/")
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"


def test_the_theme_is_the_one_that_is_asked_for(browser: Client) -> None:
    light, dark = (browser.get(f"/admin/mails/digest/?theme={theme}").content.decode() for theme in ("light", "dark"))
    assert "prefers-color-scheme" not in light + dark
    assert "(max-width: 0)" in light
    assert "(min-width: 0)" in dark
    assert '<meta name="color-scheme" content="dark">' in dark


def test_whatever_a_mail_says_of_dark_screens_is_switched() -> None:
    html = "@media screen and (prefers-color-scheme:dark){a{}} @media ( prefers-color-scheme : dark ) {b{}}"
    assert in_theme(html, dark=True) == "@media screen and (min-width: 0){a{}} @media (min-width: 0) {b{}}"


def test_who_may_not_see_deliveries_sees_no_mail(db: None) -> None:
    bare = Client()
    bare.force_login(make_user(is_staff=True))
    for address in (PAGE, "/admin/mails/digest/"):
        assert bare.get(address).status_code == 403
