"""Pages elsewhere may call the API from a browser where CORS_ORIGINS names them, with a token and without cookies."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django.fixtures import Settings

from config import env

READER = "https://reader.example.org"


def test_nobody_else_may_unless_named(db: None) -> None:
    assert "Access-Control-Allow-Origin" not in Client().get("/api/v1/papers/", headers={"Origin": READER})


def test_a_named_page_may_read_answers_and_what_their_headers_tell(db: None, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [READER]
    answer = Client().get("/api/v1/papers/", headers={"Origin": READER})
    assert answer["Access-Control-Allow-Origin"] == READER
    exposed = {name.strip().lower() for name in answer["Access-Control-Expose-Headers"].split(",")}
    assert {"etag", "link", "ratelimit", "x-request-id", "x-error-message", "last-modified-version"} <= exposed
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Access-Control-Allow-Origin" not in Client().get("/api/v1/papers/", headers={"Origin": "https://other.example.org"})
    assert "Access-Control-Allow-Origin" not in Client().get("/", headers={"Origin": READER})


def test_a_browser_that_asks_first_hears_what_it_may_send(db: None, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [READER]
    asked = {"Origin": READER, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,if-match"}
    answer = Client().options("/api/v1/lists/alice/shelf/", headers=asked)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, READER)
    assert {"authorization", "if-match", "idempotency-key"} <= set(answer["Access-Control-Allow-Headers"].split(", "))


@pytest.mark.parametrize("value", ["reader.example.org", "https://a.example/path", "ftp://a.example", "*,https://a.example"])
def test_a_bad_origin_stops_the_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", value)
    with pytest.raises(ImproperlyConfigured, match="CORS_ORIGINS"):
        env.origins("CORS_ORIGINS")
