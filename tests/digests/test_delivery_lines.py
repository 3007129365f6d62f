"""What readers are told of their mails: one line each, in plain words, on their own clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from accounts.models import Team, User
from digests.delivery_lines import line_of_digest, write_lines
from digests.models import Delivery, Digest, Suppression
from tests.digests.makers import make_digest, make_mail, make_team_digest

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 7, 2, tzinfo=UTC)


def line_of(**over: object) -> str:
    """The line of a mail made on Monday morning, as it reads then in Berlin."""
    mail = make_mail(**{"created_at": MONDAY} | over)
    with time_machine.travel(MONDAY):
        write_lines([mail], zone=BERLIN)
    return mail.line


def test_a_sent_mail_tells_its_hour_on_the_readers_clock(db: None) -> None:
    assert line_of(state="sent", sent_at=MONDAY) == "Mon 23 Nov: sent 08:02"


def test_the_day_is_the_readers_too(db: None) -> None:
    assert line_of(state="sent", sent_at=MONDAY.replace(hour=23, minute=30)) == "Tue 24 Nov: sent 00:30"


@pytest.mark.parametrize(
    ("reason", "wait", "words"),
    [
        ("", timedelta(), "waiting: it is sent within minutes"),
        ("451 4.3.2 busy", timedelta(minutes=73), "waiting: the mail server is busy, next try about 09:15"),
        ("450 4.7.1 greylisted", timedelta(minutes=5), "waiting: your mail provider asks us to come back later, next try about 08:07"),
        ("452 4.2.2 full", timedelta(hours=20), "waiting: the mailbox is full, next try about Tue 24 Nov, 04:02"),
        ("/srv/mail: Permission denied", timedelta(), "waiting: the mail server could not take it yet, next try about 08:02"),
    ],
)
def test_a_waiting_mail_tells_why_and_until_when(db: None, reason: str, wait: timedelta, words: str) -> None:
    assert line_of(reason=reason, not_before=MONDAY + wait) == f"Mon 23 Nov: {words}"


def test_a_held_mail_says_that_nobody_knows(db: None) -> None:
    assert line_of(state="held", reason="…").startswith("Mon 23 Nov: held: nobody knows whether it arrived")


@pytest.mark.parametrize("state", ["sending", "handing_over"])
def test_a_mail_on_its_way_says_so(db: None, state: str) -> None:
    assert line_of(state=state) == "Mon 23 Nov: being sent"


def test_a_failed_mail_tells_what_its_reader_can_do(db: None) -> None:
    line = line_of(state="failed", reason="552 5.2.2 over quota")
    assert line == "Mon 23 Nov: failed: the mailbox is full; make room in it, then ask for the mail again"


def test_a_dead_address_is_told_to_be_written_to_no_more(db: None) -> None:
    Suppression.objects.create(address="You@Gone.example", reason="550 5.1.1 unknown")
    line = line_of(state="failed", reason="550 5.1.1 <you@gone.example> unknown to mx7", address="you@gone.example")
    assert "failed: the mailbox does not exist; we stopped writing to you@gone.example: enter another address" in line
    assert "mx7" not in line


def test_a_mail_to_a_dead_address_is_skipped_in_the_same_words(db: None) -> None:
    Suppression.objects.create(address="you@gone.example", reason="550 5.1.1 unknown")
    line = line_of(state="skipped", reason="the address is suppressed: 550 5.1.1 unknown", address="you@gone.example")
    assert "skipped: the mailbox does not exist; we stopped writing to you@gone.example" in line


def test_a_fault_of_ours_is_told_without_its_innards(db: None) -> None:
    assert line_of(state="failed", reason="KeyError: 'secret'").endswith("failed: something went wrong here; tell whoever runs this site")


def test_other_skipped_mails_keep_their_reason(db: None) -> None:
    assert line_of(state="skipped", reason="the reader wants no digest") == "Mon 23 Nov: skipped: the reader wants no digest"


def test_a_digest_without_a_mail_tells_why(alice: User) -> None:
    skipped = make_digest(alice, state=Digest.State.SKIPPED, reason="no new papers", planned_at=MONDAY)
    assert line_of_digest(skipped, zone=BERLIN) == "Mon 23 Nov: skipped: no new papers"
    planned = make_digest(alice, state=Digest.State.PLANNED, planned_at=MONDAY, period_key="2026-W49")
    assert line_of_digest(planned, zone=BERLIN) == "Mon 23 Nov: being made"
    assert line_of_digest(make_digest(alice, period_key="2026-W50")) == ""


def test_any_number_of_lines_takes_one_query(db: None, django_assert_num_queries: object) -> None:
    mails = [make_mail(state=state, reason="550 5.1.1") for state in ("failed", "skipped", "sent", "pending") for _ in range(3)]
    with django_assert_num_queries(1):  # type: ignore[operator]
        write_lines(mails)
    assert all(mail.line for mail in mails)


def test_every_state_has_words_of_its_own(db: None) -> None:
    assert all(line_of(state=state).startswith("Mon 23 Nov: ") for state in Delivery.State.values)


def test_a_teams_digest_tells_each_of_them_of_their_own_mail(graph_lab: Team, alice: User, bob: User, alices_browser: Client) -> None:
    digest = make_team_digest(graph_lab)
    for reader, reason in ((alice, "552 5.2.2 full"), (bob, "550 5.1.1 gone")):
        make_mail(reader, digest=None, team_digest=digest, reader=reader, state="failed", reason=reason)
    page = alices_browser.get(digest.get_absolute_url()).content.decode()
    assert "failed: the mailbox is full" in page
    assert "the mailbox does not exist" not in page
