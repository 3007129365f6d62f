"""Environment variables: typed, and refused by name when malformed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda value: monkeypatch.setenv("SOME_NAME", value)


@pytest.mark.parametrize(("value", "read"), [("1", True), ("Yes", True), ("off", False), ("", True), ("  ", True)])
def test_flags_read_as_yes_or_no(value: str, read: bool, given: Callable[[str], None]) -> None:
    given(value)
    assert env.flag("SOME_NAME", True) is read


@pytest.mark.parametrize(
    ("value", "reader"),
    [
        ("maybe", lambda: env.flag("SOME_NAME", False)),
        ("eight", lambda: env.number("SOME_NAME", 1)),
        ("-1", lambda: env.number("SOME_NAME", 1)),
        ("٣", lambda: env.number("SOME_NAME", 1)),
        ("70000", lambda: env.number("SOME_NAME", 1, high=65535)),
        ("other", lambda: env.choice("SOME_NAME", "a", {"a", "b"})),
        ("mysql://host/x", lambda: env.url("SOME_NAME", "", {"postgres"})),
        ("postgres://", lambda: env.url("SOME_NAME", "", {"postgres"})),
        ("https://host/lectern", lambda: env.site("SOME_NAME", "")),
        ("https://host?x=1", lambda: env.site("SOME_NAME", "")),
        ("smtp://host:port", lambda: env.relay("SOME_NAME")),
        ("smtp://:25", lambda: env.relay("SOME_NAME")),
        ("imap://host", lambda: env.relay("SOME_NAME")),
    ],
)
def test_a_malformed_value_is_refused_by_name(value: str, reader: Callable[[], object], given: Callable[[str], None]) -> None:
    given(value)
    with pytest.raises(ImproperlyConfigured, match="SOME_NAME"):
        reader()


@pytest.mark.parametrize("value", ["imap://me:hunter2@host", "smtp://me:hunter2@host:port", "me:hunter2@host"])
def test_a_refusal_does_not_repeat_the_password(value: str, given: Callable[[str], None]) -> None:
    given(value)
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.relay("SOME_NAME")
    assert "hunter2" not in str(refusal.value)


def test_a_relay_is_read_whole(given: Callable[[str], None]) -> None:
    given("smtp://me%40lab:p%3Aw@mail.example.org:587?starttls=1")
    assert env.relay("SOME_NAME") == env.Relay("mail.example.org", 587, "me@lab", "p:w", starttls=True, tls=False)
    given("smtps://mail.example.org")
    assert env.relay("SOME_NAME") == env.Relay("mail.example.org", 465, "", "", starttls=False, tls=True)


def test_every_variable_that_is_read_is_in_the_example_file() -> None:
    import re

    top = Path(__file__).parents[2]
    code = "\n".join(path.read_text() for path in (*top.glob("config/*.py"), *top.glob("digests/**/*.py")))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code)) | set(re.findall(r'read_key\("([A-Z_]+)"', code))
    example = (top / ".env.example").read_text()
    inner = {"SERVERS_ARE_UP"}
    assert {name for name in read - inner if not re.search(rf"^(# )?{name}=", example, re.MULTILINE)} == set()


@pytest.mark.parametrize(
    ("value", "reader"),
    [
        ("postgres://a:b@h:99999999/x", lambda: env.url("SOME_NAME", "", {"postgres"})),
        ("http://[bad", lambda: env.url("SOME_NAME", "", {"http"})),
        ("Nowhere/Else", lambda: env.zone("SOME_NAME", "UTC")),
        ("many", lambda: env.rate("SOME_NAME", "1/s")),
        ("0/min", lambda: env.rate("SOME_NAME", "1/s")),
        ("gmail.com", lambda: env.rates("SOME_NAME")),
        ("gmail.com=many", lambda: env.rates("SOME_NAME")),
        ("nobody", lambda: env.mailbox("SOME_NAME", "a@b")),
    ],
)
def test_what_cannot_be_used_later_is_refused_at_the_start(value: str, reader: Callable[[], object], given: Callable[[str], None]) -> None:
    test_a_malformed_value_is_refused_by_name(value, reader, given)


def test_compose_hands_on_every_variable_of_the_example() -> None:
    import re

    top = Path(__file__).parents[2]
    compose = (top / "docker-compose.yml").read_text()
    image = {"DATA_DIR", "STATIC_ROOT", "HOST", "DEMO", "DEBUG", "DATABASE_URL", "REDIS_URL"}  # fixed by the image or the stack
    offered = set(re.findall(r"^(?:# )?([A-Z_]+)=", (top / ".env.example").read_text(), re.MULTILINE))
    assert {name for name in offered - image if "${" + name not in compose} == set()
