"""Logs: a secret in an address does not get in with it; as lines or as JSON; each line says which request or task it is about."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from logging.config import dictConfig

import pytest
from celery import shared_task
from django.conf import settings
from django.test import Client
from django.urls import reverse

from config import celery_app, logs
from config.logs import BlotSecrets
from config.settings import LOGGING

ADDRESSES = [
    reverse("accounts:join", args=["SECRET"]),
    reverse("papers:shared", args=["SECRET"]),
    reverse("papers:shared_file", args=["SECRET", "bib"]),
    reverse("digests:unsubscribe", args=["SECRET"]),
    reverse("digests:preferences", args=["SECRET"]),
    reverse("digests:stop_notices", args=["SECRET"]),
    reverse("digests:team_stop", args=["SECRET"]),
    reverse("accounts:take_export", args=["SECRET"]),
    reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "SECRET"}),
]
log = logging.getLogger("tests.logs")


@pytest.fixture(params=["json"])
def written(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """What is written where LOG_FORMAT is set so."""
    handler = LOGGING["handlers"]["stderr"] | {"formatter": request.param}
    dictConfig(LOGGING | {"handlers": {"stderr": handler}})
    [ours] = [one for one in logging.root.handlers if one.filters]
    stream = ours.stream = StringIO()  # type: ignore[attr-defined]
    yield stream
    logs.end()
    dictConfig(LOGGING)


def lines(written: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_address_is_named_without_its_secret(address: str) -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Internal Server Error: %s", (address,), None)
    assert BlotSecrets().filter(record)
    assert "SECRET" not in record.getMessage()
    assert record.getMessage().startswith("Internal Server Error: /")


def test_other_addresses_are_named_in_full() -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Not Found: %s", ("/lists/alice/shelf/",), None)
    BlotSecrets().filter(record)
    assert record.getMessage() == "Not Found: /lists/alice/shelf/"


def test_whatever_is_logged_goes_through_it() -> None:
    assert all("blot" in handler["filters"] for handler in settings.LOGGING["handlers"].values())


def test_a_line_of_json_tells_when_who_and_what(written: StringIO) -> None:
    log.warning("%s papers came", 3, extra={"source": "arXiv", "papers": 3})
    [line] = lines(written)
    assert line.pop("time").endswith("Z")  # type: ignore[attr-defined]
    assert line == {"level": "WARNING", "logger": "tests.logs", "message": "3 papers came", "source": "arXiv", "papers": 3}


def test_an_exception_is_one_field_of_one_line_and_keeps_no_secret(written: StringIO) -> None:
    try:
        raise ValueError("/join/SECRET/\nand more")
    except ValueError:
        log.exception("It broke", extra={"where": "/unsubscribe/SECRET/"})
    [line] = lines(written)
    assert "ValueError: /join/…/" in str(line["exception"])
    assert "SECRET" not in written.getvalue()


@pytest.mark.parametrize("written", ["line"], indirect=True)
def test_plain_lines_keep_no_secret_of_a_traceback_either(written: StringIO) -> None:
    try:
        raise ValueError("/join/SECRET/")
    except ValueError:
        log.error("It broke", exc_info=sys.exc_info())
    assert "ValueError: /join/…/" in written.getvalue()
    assert "SECRET" not in written.getvalue()


@pytest.mark.parametrize("header", ["X-Request-ID", "X-Amzn-Trace-Id"])
def test_the_lines_of_a_request_and_its_answer_bear_one_name(db: None, written: StringIO, header: str) -> None:
    answer = Client(headers={header: "proxy-12345"}).get("/no-such-page")
    assert answer["X-Request-ID"] == "proxy-12345"
    assert {line.get("request_id") for line in lines(written) if line["logger"] == "django.request"} == {"proxy-12345"}


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "two words here", "a;rm -rf /", "ünïcödé-name", "line\u2028break-here"])
def test_a_name_that_is_none_is_replaced(db: None, given: str) -> None:
    first, second = (Client(headers={"X-Request-ID": given}).get("/healthz")["X-Request-ID"] for _ in range(2))
    assert len(first) == len(second) == 32
    assert first != second


@pytest.mark.parametrize("written", ["line"], indirect=True)
def test_plain_lines_name_the_request_too(db: None, written: StringIO) -> None:
    Client(headers={"X-Request-ID": "proxy-12345"}).get("/no-such-page")
    assert "WARNING django.request [proxy-12345]: Not Found: /no-such-page" in written.getvalue()


def test_the_lines_of_a_task_name_it_and_those_after_it_do_not(written: StringIO) -> None:
    @shared_task(name="tests.speak")
    def speak() -> None:
        log.warning("inside")

    try:
        speak.apply(task_id="task-1")
        log.warning("outside")
    finally:
        celery_app.tasks.pop("tests.speak")
    inside, outside = lines(written)
    assert (inside["task"], inside["task_id"]) == ("tests.speak", "task-1")
    assert "task" not in outside
