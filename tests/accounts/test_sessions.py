"""Sessions: hashed and sealed in the table, listed for their owner, ended one by one or all but one."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session, User
from accounts.sessions import SessionStore, key_hash
from tests.factories import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


def browser_of(user: User, program: str = FIREFOX) -> Client:
    browser = Client(headers={"user-agent": program})
    browser.force_login(user)
    browser.get("/", REMOTE_ADDR="192.0.2.7")
    return browser


def key_in(browser: Client) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def is_logged_in(browser: Client) -> bool:
    return browser.get(reverse("accounts:profile")).status_code == 200


class TestInTheTable:
    def test_neither_key_nor_content_is_readable(self, alice: User) -> None:
        browser = browser_of(alice)
        row = Session.objects.get(user=alice)
        assert row.session_key == key_hash(key_in(browser)) != key_in(browser)
        assert "_auth_user" not in row.session_data

    def test_the_hash_from_a_dump_logs_nobody_in(self, alice: User) -> None:
        browser_of(alice)
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = Session.objects.get(user=alice).session_key
        assert not is_logged_in(thief)

    def test_a_content_that_was_tampered_with_is_nobodys(self, alice: User) -> None:
        browser = browser_of(alice)
        Session.objects.update(session_data="e30:forged")
        assert not is_logged_in(browser)

    def test_another_key_of_the_instance_ends_all(self, alice: User, settings: object) -> None:
        browser = browser_of(alice)
        settings.FIELD_KEY = "another key " * 4
        assert not is_logged_in(browser)

    def test_an_ended_session_does_not_come_back(self, db: None) -> None:
        store = SessionStore()
        store["a"] = 1
        store.save()
        Session.objects.all().delete()
        with pytest.raises(UpdateError):
            store.save()

    def test_an_expired_one_is_over(self, alice: User) -> None:
        browser = browser_of(alice)
        Session.objects.update(expire_date=timezone.now())
        assert not is_logged_in(browser)


class TestThePage:
    def test_it_says_with_what_from_where_and_which_is_this_one(self, alice: User) -> None:
        browser_of(alice, PHONE)
        page = browser_of(alice).get(reverse("accounts:sessions")).content.decode()
        assert "Firefox, Linux" in page
        assert "Safari, iPhone" in page
        assert page.count("badge--good") == 1
        assert "192.0.2.7" in page

    def test_it_shows_nobody_elses(self, alice: User, bob: User) -> None:
        browser_of(bob, PHONE)
        assert "iPhone" not in browser_of(alice).get(reverse("accounts:sessions")).content.decode()

    def test_one_is_ended(self, alice: User) -> None:
        here, there = browser_of(alice), browser_of(alice, PHONE)
        here.post(reverse("accounts:end_sessions"), {"session": key_hash(key_in(there))})
        assert (is_logged_in(here), is_logged_in(there)) == (True, False)

    def test_all_but_this_one_are_ended(self, alice: User) -> None:
        here, *others = (browser_of(alice) for _ in range(3))
        here.post(reverse("accounts:end_sessions"))
        assert [is_logged_in(browser) for browser in (here, *others)] == [True, False, False]

    def test_nobody_elses_is_ended(self, alice: User, bob: User) -> None:
        his = browser_of(bob)
        browser_of(alice).post(reverse("accounts:end_sessions"), {"session": key_hash(key_in(his))})
        assert is_logged_in(his)


def test_a_new_password_ends_the_other_sessions_and_their_rows(alice: User) -> None:
    here, there = browser_of(alice), browser_of(alice)
    here.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    new = "a horse of another colour"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_logged_in(here), is_logged_in(there)) == (True, False)
    assert Session.objects.filter(user=alice).count() == 1


def test_use_is_noted_every_five_minutes_only(alice: User) -> None:
    browser = browser_of(alice)
    first = Session.objects.get(user=alice).seen_at
    browser.get("/")
    assert Session.objects.get(user=alice).seen_at == first
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        browser.get("/")
    assert Session.objects.get(user=alice).seen_at > first
