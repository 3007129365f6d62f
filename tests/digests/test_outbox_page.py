"""The page of mail and workers in the admin site: what is due, what went wrong and why, and who does not work."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User, Worker
from digests import figures
from digests.models import Delivery, Digest, Suppression, TeamDigest
from tests.counting import queries_of
from tests.digests.makers import make_digest, make_mail
from tests.factories import make_user

PAGE = "/admin/outbox/"


@pytest.fixture
def staff(db: None) -> Client:
    """Somebody who may see deliveries, and nothing else."""
    person = make_user(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_delivery"))
    browser = Client()
    browser.force_login(person)
    return browser


def text_of(browser: Client) -> str:
    page = re.sub(r"<(?!/?a)[^>]*>", " ", browser.get(PAGE).content.decode())
    return " ".join(re.sub("<[^>]*>", "", page).split())


def test_an_empty_instance_says_that_nobody_works(staff: Client) -> None:
    text = text_of(staff)
    assert "No worker runs" in text
    assert "No clock runs" in text


def test_it_counts_what_is_due_and_what_ended(staff: Client, alice: User) -> None:
    digest = make_digest(alice)
    make_mail(alice, digest=digest, not_before=Now() - timedelta(hours=1))
    make_mail(alice, digest=make_digest(alice, period_key="2026-W01"), not_before=Now() + timedelta(hours=1))
    make_mail(alice, digest=make_digest(alice, period_key="2026-W02"), state="handing_over", lease_until=Now() - timedelta(minutes=1))
    make_mail(alice, digest=digest, state="held")
    for days in (0, 0, 3, 10):
        make_mail(alice, digest=digest, state="sent", sent_at=Now() - timedelta(days=days))
    Suppression.objects.create(address="you@gone.example", reason="550")
    text = text_of(staff)
    for words in ("due now 1", "overdue by ten minutes 1", "waiting for their turn 1", "in doubt 1", "held 1"):
        assert words in text, words
    for words in ("sent today 2", "sent in seven days 3", "suppressed addresses 1"):
        assert words in text, words


def test_reasons_are_gathered_by_code_and_name_no_address(staff: Client, alice: User) -> None:
    digest = make_digest(alice)
    for number in range(3):
        make_mail(alice, digest=digest, state="failed", reason=f"550 5.1.1 <reader{number}@gone.example>: unknown, id={number}")
    make_mail(alice, digest=digest, state="skipped", reason="no place for bob@lab.example here")
    make_mail(alice, digest=digest, state="failed", reason="550 5.2.2 old", created_at=Now() - timedelta(days=9))
    assert [(one.state, one.reason, one.count) for one in figures.reasons_of_mails()] == [
        ("failed", "550 5.1.1", 3),
        ("skipped", "no place for … here", 1),
    ]
    text = text_of(staff)
    assert "550 5.1.1 the mailbox does not exist failed 3" in text
    assert "@gone.example" not in text


def test_digests_are_counted_by_state_and_reason(staff: Client, alice: User, bob: User) -> None:
    make_digest(alice)
    for reader in (alice, bob):
        make_digest(reader, period_key="2026-W01", state=Digest.State.SKIPPED, reason="no new papers")
    assert figures.digests_by_state() == {("reader", "ready"): 1, ("reader", "skipped"): 2}
    text = text_of(staff)
    assert "of readers 0 1 2 0" in text
    assert "no new papers skipped 2" in text


def test_the_picture_has_a_bar_for_each_of_fourteen_days(staff: Client, alice: User) -> None:
    digest = make_digest(alice)
    for days in (0, 0, 1):
        make_mail(alice, digest=digest, state="sent", sent_at=Now() - timedelta(days=days))
    bars = figures.sent_by_day()
    assert [bar.count for bar in bars] == [0] * 12 + [1, 2]
    assert [bar.height for bar in bars[-2:]] == [50, 100]
    page = staff.get(PAGE).content.decode()
    assert page.count("<title>") == 1 + 14
    assert 'height="50.0"' in page


def test_the_mails_of_two_weeks_are_counted_once_a_minute(alice: User) -> None:
    mail = make_mail(alice, state="sent", sent_at=Now())
    with CaptureQueriesContext(connection) as queries:
        assert figures.sent_by_day() == figures.sent_by_day()
    assert len(queries) == 1
    make_mail(alice, digest=mail.digest, state="sent", sent_at=Now())
    assert [bar.count for bar in figures.sent_by_day(7)] == [0] * 6 + [2]


def test_a_stalled_worker_is_red_and_says_what_to_do(staff: Client) -> None:
    long_ago = Now() - timedelta(minutes=20)
    Worker.objects.create(host="here", pid=1, role="beat", started_at=long_ago)
    Worker.objects.create(host="here", pid=2, role="worker", started_at=long_ago, worked_at=long_ago, did="digests.plan")
    page = staff.get(PAGE).content.decode()
    assert '<span class="is-bad">stalled: it lives and gets nothing done</span>' in page
    assert "docker compose restart worker beat" in page
    assert "No worker runs" not in page


def test_it_asks_for_itself_every_ten_seconds_and_has_no_inline_script_or_style(staff: Client) -> None:
    page = staff.get(PAGE).content.decode()
    assert 'hx-get="/admin/outbox/" hx-trigger="every 10s"' in page
    assert "<style" not in page
    assert " style=" not in page


def test_the_number_of_queries_does_not_grow(staff: Client, alice: User) -> None:
    def fill(start: int) -> None:
        for number in range(start, start + 6):
            digest = make_digest(alice, period_key=f"2025-W{number:02d}", state="failed", reason=f"problem {number}")
            make_mail(alice, digest=digest, state="failed", reason=f"550 5.1.{number}")
            make_mail(alice, digest=digest)
            Worker.objects.create(host="here", pid=number, role="worker")

    staff.get(PAGE)
    fill(1)
    few = queries_of(lambda: staff.get(PAGE))
    fill(20)
    assert queries_of(lambda: staff.get(PAGE)) == few <= 18


@pytest.mark.parametrize(
    "rows",
    [
        Delivery.objects.unsettled().values("pk"),
        Delivery.objects.sent_since(Now() - timedelta(days=14)).values("pk"),
        Delivery.objects.ended_badly_since(Now() - timedelta(days=7)).values("pk"),
        Delivery.objects.of_kind("test").filter(reader=1).order_by("-pk"),
        Digest.objects.filter(planned_at__gte=Now() - timedelta(days=7)).values("pk"),
        TeamDigest.objects.filter(planned_at__gte=Now() - timedelta(days=7)).values("pk"),
    ],
    ids=lambda rows: str(rows.query)[:40],
)
def test_each_figure_has_an_index(db: None, rows: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.explain()  # type: ignore[attr-defined]
    assert re.search("mail_unsettled|mail_sent|mail_that_ended_badly|test_mails|digests_of_late", plan), plan


def test_the_admin_index_leads_there_whoever_may_see_it(staff: Client, admin: User) -> None:
    assert PAGE in staff.get("/admin/").content.decode()
    bare = Client()
    bare.force_login(make_user(is_staff=True))
    assert PAGE not in bare.get("/admin/").content.decode()
    assert bare.get(PAGE).status_code == 403
