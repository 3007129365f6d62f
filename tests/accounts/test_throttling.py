"""What is left of a token's, a person's or a network's requests, told with every answer."""

import re
from collections.abc import Iterator
from functools import partial

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from rest_framework.settings import api_settings

from accounts.models import User
from tests.api import ROOT, Program
from tests.factories import make_paper
from tests.threads import at_once


@pytest.fixture(autouse=True)
def three_a_minute(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", {"anon": "2/min", "user": "3/min"})
    with time_machine.travel("2026-11-27T12:00:20Z", tick=False):
        yield


def left(answer: object) -> tuple[int, int]:
    found = re.fullmatch(r'"api";r=(\d+);t=(\d+)', answer["RateLimit"])  # type: ignore[index]
    assert found
    return int(found[1]), int(found[2])


def test_each_answer_tells_what_is_left_and_the_last_one_when_to_come_again(alice: User) -> None:
    program = Program(alice)
    answers = [program.ask("get", "/me/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [left(answer) for answer in answers] == [(2, 40), (1, 40), (0, 40), (0, 40)]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"fixed window";"api";q=3;w=60'}
    assert answers[-1]["Retry-After"] == "40"


def test_the_next_minute_begins_anew(alice: User) -> None:
    program = Program(alice)
    for _ in range(4):
        program.ask("get", "/me/")
    with time_machine.travel("2026-11-27T12:01:00Z", tick=False):
        assert left(program.ask("get", "/me/")) == (2, 60)


def test_refusals_and_unchanged_pages_count_and_tell_too(alice: User) -> None:
    make_paper()
    narrow = Program(alice, [])
    refused = narrow.ask("get", "/notices/")
    assert (refused.status_code, left(refused)[0]) == (403, 2)
    assert left(narrow.ask("post", "/notices/", {}))[0] == 1
    same = Program().ask("get", "/papers/", HTTP_IF_NONE_MATCH=Program().ask("get", "/papers/")["ETag"])
    assert (same.status_code, left(same)[0]) == (304, 0)


def test_wrong_tokens_are_counted_by_network() -> None:
    client = Client(headers={"Authorization": "Bearer lectern_pat_wrong"})
    answers = [client.get(f"{ROOT}/me/", REMOTE_ADDR="192.0.2.7").status_code for _ in range(3)]
    assert answers == [401, 401, 429]


def test_each_token_and_the_session_have_their_own(alice: User, alices_browser: Client) -> None:
    assert [left(Program(alice).ask("get", "/me/"))[0] for _ in range(2)] == [2, 2]
    assert left(alices_browser.get(f"{ROOT}/me/"))[0] == 2


def test_one_network_is_one_visitor() -> None:
    neighbours = [Client().get(f"{ROOT}/papers/", REMOTE_ADDR=f"2001:db8::{number}") for number in range(1, 4)]
    assert [answer.status_code for answer in neighbours] == [200, 200, 429]
    assert Client().get(f"{ROOT}/papers/", REMOTE_ADDR="2001:db8:0:1::1").status_code == 200


def test_many_at_once_are_each_counted() -> None:
    counts = at_once([partial(cache.count, "a-name", seconds=60)] * 20)
    assert sorted(counts) == list(range(1, 21))


def test_nobody_is_counted_while_the_cache_is_away(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_cache", type(cache._cache)(["redis://127.0.0.1:1"], **settings.CACHES["default"]["OPTIONS"]))
    program = Program(alice)
    assert [left(program.ask("get", "/me/"))[0] for _ in range(5)] == [3] * 5
