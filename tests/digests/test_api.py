"""/api/v1/digests/ and /api/v1/subscription/."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import User
from digests.actions import compose_digests
from digests.models import Delivery, Digest, Subscription
from tests.api import Program, wrong
from tests.digests.makers import make_digest, make_mail
from tests.factories import make_paper


@pytest.fixture
def alices_program(alice: User) -> Program:
    return Program(alice)


class TestDigests:
    def test_digests_come_page_by_page_the_latest_first(self, alice: User, alices_program: Program) -> None:
        for week in (45, 46, 47):
            make_digest(alice, period_key=f"2026-W{week}")
        first = alices_program.get("/digests/?size=2")
        second = alices_program.get(first["next"])
        assert [digest["period_key"] for digest in first["results"] + second["results"]] == ["2026-W47", "2026-W46", "2026-W45"]
        assert {digest["paper_count"] for digest in first["results"]} == {1}

    def test_a_digest_shows_its_papers_their_reasons_and_its_mails(self, alice: User, alices_program: Program) -> None:
        papers = [make_paper(), make_paper()]
        digest = make_digest(alice, *papers)
        make_mail(digest=digest, user=alice, state="failed", reason="550 no such mailbox")
        answer = alices_program.get("/digests/2026-W48/")
        assert [entry["paper"]["slug"] for entry in answer["entries"]] == [paper.slug for paper in papers]
        assert answer["entries"][0]["reason"] == {"kind": "new"}
        assert answer["entries"][0]["reason_text"] == "New in the catalogue"
        assert answer["entries"][0]["opened_at"] is None
        [mail] = answer["deliveries"]
        assert (mail["state"], mail["reason"], mail["address"]) == ("failed", "550 no such mailbox", "alice@lab.example")
        assert answer["url"] == "http://testserver/digests/2026-W48/"

    def test_a_digest_that_was_not_sent_says_why(self, alice: User, alices_program: Program) -> None:
        make_digest(alice, state=Digest.State.SKIPPED, reason="no new papers")
        [digest] = alices_program.get("/digests/")["results"]
        assert (digest["state"], digest["reason"]) == ("skipped", "no new papers")

    def test_sending_now_composes_the_weeks_digest_and_queues_its_mail(self, alice: User, alices_program: Program) -> None:
        for _ in range(4):
            make_paper()
        response = alices_program.ask("post", "/digests/send-now/")
        assert (response.status_code, response.json()["state"]) == (202, "planned")
        compose_digests()
        answer = alices_program.get(f"/digests/{response.json()['period_key']}/")
        assert (answer["state"], len(answer["entries"])) == ("ready", 4)
        assert Delivery.objects.get().address == "alice@lab.example"
        assert all(entry["reason_text"] for entry in answer["entries"])

    def test_sending_now_is_not_a_mail_bomb(self, alices_program: Program) -> None:
        make_paper()
        answers = []
        for _ in range(7):
            answers.append(alices_program.ask("post", "/digests/send-now/"))
            compose_digests()
            Delivery.objects.update(state=Delivery.State.SENT)
        assert [answer.status_code for answer in answers] == [202] * 6 + [429]
        assert answers[-1]["Retry-After"] == "3600"
        assert Delivery.objects.count() == 6


class TestSubscription:
    def test_it_begins_in_the_readers_own_zone(self, alices_program: Program, alice: User) -> None:
        User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
        answer = alices_program.get("/subscription/")
        assert (answer["is_active"], answer["time_zone"]) == (True, "Asia/Tokyo")

    def test_a_change_moves_the_next_hour(self, alices_program: Program, alice: User) -> None:
        alices_program.get("/subscription/")
        Subscription.objects.update(next_due_at=timezone.now() - timedelta(days=30))
        answer = alices_program.ask("patch", "/subscription/", {"weekday": 3, "hour": 17, "time_zone": "Europe/Berlin"}).json()
        assert (answer["weekday"], answer["hour"]) == (3, 17)
        due = Subscription.objects.get().next_due_at
        assert timezone.now() < due < timezone.now() + timedelta(days=8)
        assert due.astimezone(ZoneInfo("Europe/Berlin")).hour == 17

    @pytest.mark.parametrize(
        "change",
        [
            {"weekday": 7},
            {"weekday": -1},
            {"weekday": "Monday"},
            {"hour": 24},
            {"hour": None},
            {"hour": 10**30},
            {"time_zone": "Mars/Olympus"},
            {"time_zone": "../etc/passwd"},
            {"time_zone": ""},
            {"paper_limit": 0},
            {"paper_limit": 51},
            {"is_active": "maybe"},
            {"cadence": "hourly"},
            {"paused_until": "soon"},
            {"paused_until": "9999-12-31T23:59:59Z"},
        ],
        ids=str,
    )
    def test_a_bad_field_is_named(self, alices_program: Program, change: dict) -> None:
        response = alices_program.ask("patch", "/subscription/", change)
        assert set(wrong(response)) == set(change)

    def test_the_next_hour_cannot_be_written(self, alices_program: Program) -> None:
        before = alices_program.get("/subscription/")
        after = alices_program.ask("patch", "/subscription/", {"next_due_at": "2000-01-01T00:00:00Z"}).json()
        assert after["next_due_at"] == before["next_due_at"]
