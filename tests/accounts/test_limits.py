"""Limits of logging in: exact for any number at once, blind to what a client says of itself, deaf to a flushed cache."""

from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.actions.limits import Limit, limit_key, same_account, take
from accounts.actions.tidying import tidy
from accounts.limiting import RULES
from accounts.models import Limit as Row
from accounts.models import User
from tests.factories import PASSWORD
from tests.threads import at_once

LOGIN = "/accounts/login/"
A_MINUTE = timedelta(minutes=1)


def log_in(client: Client | None = None, *, login: str = "alice@lab.example", password: str = "", **meta: Any) -> int:
    return (client or Client()).post(LOGIN, {"login": login, "password": password or "wrong"}, **meta).status_code


@pytest.mark.django_db
class TestTaking:
    def test_so_many_and_no_more(self) -> None:
        tries = [take(action="a", subject="x", limit=Limit(3, A_MINUTE)) for _ in range(5)]
        assert [try_ is None for try_ in tries] == [True, True, True, False, False]
        assert timedelta(seconds=50) < tries[-1] <= A_MINUTE

    def test_what_is_long_ago_does_not_count(self) -> None:
        limit = Limit(2, timedelta(milliseconds=50))
        assert take(action="a", subject="x", limit=limit) is None
        Row.objects.update(tries=[*Row.objects.get().tries] * 2)
        assert take(action="a", subject="x", limit=limit)
        import time

        time.sleep(0.06)
        assert take(action="a", subject="x", limit=limit) is None
        assert len(Row.objects.get().tries) == 1

    def test_each_subject_and_each_action_has_its_own(self) -> None:
        for action, subject in (("a", "x"), ("a", "y"), ("b", "x")):
            assert take(action=action, subject=subject, limit=Limit(1, A_MINUTE)) is None

    def test_the_table_tells_nobodys_name(self) -> None:
        log_in(login="somebody@lab.example", REMOTE_ADDR="192.0.2.7")
        keys = set(Row.objects.values_list("key", flat=True))
        assert limit_key("account_login", "192.0.2.7") in keys
        assert not [key for key in keys if "somebody" in key or "192" in key]

    def test_what_has_run_out_is_tidied_away(self) -> None:
        take(action="a", subject="old", limit=Limit(1, timedelta(microseconds=1)))
        take(action="a", subject="new", limit=Limit(1, A_MINUTE))
        tidy()
        assert Row.objects.get().key == limit_key("a", "new")


@pytest.mark.parametrize(
    "typed", ["ALICE@lab.example", " alice@lab.example ", "al\u0131ce@lab.example", "\uff41lice@lab.example", "ali\u217de@lab.example"]
)
def test_look_alikes_share_a_limit(typed: str) -> None:
    assert same_account(typed) == same_account("alice@lab.example")


def test_every_rule_is_about_a_page_there_is() -> None:
    for name in RULES:
        assert get_resolver(None), name
        arguments = {"uidb36": "a", "key": "b"} if name.endswith("from_key") else {"slug": "x"} if name == "accounts:invite" else {}
        assert reverse(name, kwargs=arguments)


@pytest.mark.django_db
class TestPages:
    def test_ten_tries_at_one_account_then_a_page_that_says_when(self, alice: User) -> None:
        assert Counter(log_in(REMOTE_ADDR=f"192.0.2.{number}") for number in range(1, 13)) == {200: 10, 429: 2}
        page = Client().post(LOGIN, {"login": alice.email, "password": PASSWORD})
        assert page.status_code == 429
        assert 0 < int(page["Retry-After"]) <= 301
        assert "Try again in 5 minutes" in page.content.decode()

    def test_sixty_from_one_address_whatever_the_account(self) -> None:
        answers = Counter(log_in(login=f"reader{number}@lab.example") for number in range(70))
        assert answers == {200: 60, 429: 10}

    def test_what_a_client_says_of_its_address_is_nothing(self, alice: User) -> None:
        numbers = count(1)
        answers = Counter(
            log_in(login=f"r{number}@lab.example", HTTP_X_FORWARDED_FOR=f"10.0.{number}.1", REMOTE_ADDR="192.0.2.1")
            for number in (next(numbers) for _ in range(70))
        )
        assert answers[429] == 10

    def test_behind_a_proxy_its_word_counts_and_the_clients_does_not(self, settings: Any) -> None:
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        answers = Counter(
            log_in(login=f"r{number}@lab.example", HTTP_X_FORWARDED_FOR=f"10.9.{number}.1, 203.0.113.5", REMOTE_ADDR="127.0.0.1")
            for number in range(70)
        )
        assert answers[429] == 10

    def test_an_ipv6_household_is_one_address(self) -> None:
        answers = Counter(log_in(login=f"r{number}@lab.example", REMOTE_ADDR=f"2001:db8::{number:x}") for number in range(1, 71))
        assert answers[429] == 10

    def test_a_reset_of_the_password_is_mailed_five_times_an_hour(self, alice: User, mailoutbox: list[Any]) -> None:
        for _ in range(7):
            Client().post(reverse("account_reset_password"), {"email": alice.email})
        assert len(mailoutbox) == 5

    def test_no_answer_tells_whether_there_is_an_account(self, alice: User) -> None:
        pages = [Client().post(reverse("account_reset_password"), {"email": email}) for email in (alice.email, "nobody@lab.example")]
        assert len({(page.status_code, page.get("Location")) for page in pages}) == 1
        logins = [Client().post(LOGIN, {"login": email, "password": "wrong"}) for email in (alice.email, "nobody@lab.example")]
        assert len({page.content.count(b"field__errors") + page.content.count(b"alert--error") for page in logins}) == 1


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_are_counted_one_by_one(alice: User) -> None:
    for _ in range(3):
        cache.clear()
        answers = Counter(at_once([partial(log_in, HTTP_X_FORWARDED_FOR=f"10.0.0.{_}")] * 16))
    assert answers == {429: 16}
    assert len(Row.objects.get(key=limit_key("account_login", f"account {same_account(alice.email)}")).tries) == 10


class TestWithoutValkey:
    @pytest.fixture(autouse=True)
    def nobody_there(self, settings: Any) -> None:
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1"}}

    def test_people_log_in_and_read_and_programs_are_answered(self, alice: User) -> None:
        browser = Client()
        assert log_in(browser, password=PASSWORD) == 302
        assert browser.get("/").status_code == 200
        assert browser.get("/api/v1/me/").status_code == 200
        assert Client().get("/api/v1/papers/").status_code == 200
