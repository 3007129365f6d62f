"""Harvesting: everything once, whatever the other side answers and wherever a run ends."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from papers.actions import harvesting
from papers.actions.harvesting import run_harvests
from papers.models import Harvest, Host, Paper, Source, Version
from tests.papers.hosts import Archive, Deposit, serving
from tests.threads import at_once

pytestmark = pytest.mark.django_db
State = Harvest.State


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    settings.FETCH_PAUSE, settings.FETCH_PRIVATE = 0, True


@pytest.fixture
def archive() -> Iterator[Archive]:
    with serving(Archive([Deposit(number) for number in range(1, 26)])) as found:
        yield found


@pytest.fixture
def oai(archive: Archive) -> Source:
    return Source.objects.create(name="arXiv, everything", kind="oai", wanted="cs", address=f"{archive.url}/oai")


@pytest.fixture
def search(archive: Archive) -> Source:
    cursor = {"from": "202611010000"}
    return Source.objects.create(name="arXiv cs.CL", kind="arxiv", wanted="cs.CL", address=f"{archive.url}/api/query", cursor=cursor)


def come_back(source: Source) -> None:
    """Let the time pass that the source was given to rest, and its host as well."""
    Source.objects.filter(pk=source.pk).update(next_run_at=timezone.now())
    Host.objects.all().delete()


def run_of(source: Source) -> Harvest:
    return Harvest.objects.filter(source=source).latest("pk")


class TestAWholeRun:
    def test_every_page_is_taken_and_counted(self, oai: Source) -> None:
        assert run_harvests() == 1
        run = run_of(oai)
        assert (run.state, run.pages, run.added, run.rejected) == (State.DONE, 3, 25, 0)
        assert Paper.objects.count() == 25

    def test_the_next_run_asks_for_what_changed_since_the_servers_day(self, oai: Source, archive: Archive) -> None:
        run_harvests()
        come_back(oai)
        archive.deposits[3].changed, archive.deposits[3].title = "2026-11-24", "A better title"
        run_harvests()
        assert "from=2026-11-24" in archive.asked[-1][1]
        assert (run_of(oai).updated, run_of(oai).added) == (1, 0)
        assert Paper.objects.get(arxiv_id="2611.00004").title == "A better title"

    def test_nothing_new_is_no_mistake(self, oai: Source, archive: Archive) -> None:
        run_harvests()
        come_back(oai)
        run_harvests()
        assert (run_of(oai).state, run_of(oai).problem) == (State.DONE, "")

    def test_it_rests_until_its_hour(self, oai: Source) -> None:
        run_harvests()
        assert run_harvests() == 0
        oai.refresh_from_db()
        assert timedelta(hours=23) < oai.next_run_at - timezone.now() <= timedelta(hours=24)

    def test_we_say_who_we_are_and_never_ask_twice_at_once(self, oai: Source, search: Source, archive: Archive) -> None:
        run_harvests()
        assert archive.most_at_once == 1
        assert all("Lectern" in agent and "mailto:" in agent for _when, _path, agent in archive.asked)

    def test_versions_withdrawals_and_odd_bylines_are_kept(self, oai: Source, archive: Archive) -> None:
        archive.deposits[0].dates = ("Mon, 2 Nov 2026 09:00:00 GMT", "Tue, 10 Nov 2026 09:00:00 GMT")
        archive.deposits[1].comment = "This paper has been withdrawn by the authors"
        archive.deposits[2].authors = r"M. M\'erand (1), A. Abel, Jr. and B. von Bell ((1) CERN, (2) MIT)"
        archive.deposits[3].authors = ", ".join(f"Author {number}" for number in range(3_000))
        archive.deposits[4].title = r"On $\alpha$-stable “quotes” — and ½ of 数学 𝔸"
        run_harvests()
        papers = {paper.arxiv_id: paper for paper in Paper.objects.all()}
        assert [str(v.made_on) for v in Version.objects.filter(paper=papers["2611.00001"])] == ["2026-11-02", "2026-11-10"]
        assert [paper.arxiv_id for paper in papers.values() if paper.is_withdrawn] == ["2611.00002"]
        names = papers["2611.00003"].authorships.values_list("author__name", flat=True)
        assert list(names) == ["M. Mérand", "A. Abel, Jr.", "B. von Bell"]
        assert papers["2611.00004"].author_count == 3_000
        assert papers["2611.00005"].title == r"On $\alpha$-stable “quotes” — and ½ of 数学 𝔸"


class TestWhatGoesWrong:
    @pytest.mark.parametrize("status", [503, 429])
    def test_a_busy_host_is_left_alone_as_long_as_it_says(self, status: int, oai: Source, archive: Archive) -> None:
        archive.faults.extend([None, (status, {"Retry-After": "7200"})])
        run_harvests()
        run = run_of(oai)
        assert (run.state, run.pages, run.added) == (State.PUT_OFF, 1, 10)
        oai.refresh_from_db()
        assert timedelta(minutes=115) < oai.next_run_at - timezone.now() <= timedelta(hours=2)
        come_back(oai)
        run_harvests()
        assert (run_of(oai).pk, run_of(oai).state, run_of(oai).added, Paper.objects.count()) == (run.pk, State.DONE, 25, 25)

    def test_xml_that_was_cut_off_costs_no_record(self, oai: Source, archive: Archive) -> None:
        archive.faults.extend([None, lambda body: body[: len(body) // 2]])
        run_harvests()
        assert (run_of(oai).state, Paper.objects.count()) == (State.FAILED, 10)
        assert "no XML that can be used" in run_of(oai).problem
        come_back(oai)
        run_harvests()
        assert Paper.objects.count() == 25

    def test_a_wrong_charset_is_told_and_nothing_is_guessed(self, oai: Source, archive: Archive) -> None:
        archive.deposits[0].title = "Schrödinger"
        archive.faults.append(lambda body: body.decode().encode("latin-1"))
        run_harvests()
        assert (run_of(oai).state, Paper.objects.count()) == (State.FAILED, 0)

    def test_entities_are_refused(self, oai: Source, archive: Archive) -> None:
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
        archive.faults.append(lambda body: bomb)
        run_harvests()
        assert run_of(oai).state == State.FAILED

    def test_a_forgotten_token_begins_the_walk_again_without_doubles(self, oai: Source, archive: Archive) -> None:
        archive.faults.extend([None, (503, {"Retry-After": "1"})])
        run_harvests()
        archive.tokens_alive, archive.page = False, 100
        come_back(oai)
        run_harvests()
        assert (run_of(oai).state, Paper.objects.count(), run_of(oai).added) == (State.DONE, 25, 25)

    def test_broken_and_deleted_records_do_not_stop_the_rest(self, oai: Source, archive: Archive) -> None:
        archive.deposits[0].deleted = True
        archive.deposits[1].title = "x" * 2_000
        run_harvests()
        run = run_of(oai)
        assert (run.added, run.rejected) == (23, 1)
        assert run.rejections[0].startswith("2611.00002: title: is 2,000 characters long")

    def test_a_host_inside_our_own_network_is_not_asked(self, oai: Source, archive: Archive, settings: Any) -> None:
        settings.FETCH_PRIVATE = False
        run_harvests()
        assert archive.asked == []
        assert "inside this network" in run_of(oai).problem

    def test_one_source_that_fails_does_not_hold_up_the_next(self, archive: Archive, oai: Source) -> None:
        Source.objects.create(
            name="a broken feed", kind="feed", address=f"{archive.url}/nothing", next_run_at=timezone.now() - timedelta(days=1)
        )
        run_harvests()
        assert {run.source.name: run.state for run in Harvest.objects.all()} == {"a broken feed": State.FAILED, oai.name: State.DONE}


class TestTheSearchApi:
    def test_it_walks_on_from_the_last_change(self, search: Source, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
        for number, deposit in enumerate(archive.deposits):
            deposit.changed = f"2026-11-{2 + number // 5:02}"
        monkeypatch.setattr("papers.sources.arxiv.PAGE", 10)
        run_harvests()
        assert (run_of(search).state, Paper.objects.count()) == (State.DONE, 25)
        search.refresh_from_db()
        assert search.cursor == {"from": "202611060900", "start": 0}
        assert Paper.objects.first().categories.count() == 2  # type: ignore[union-attr]

    def test_more_changes_within_a_minute_than_a_page_holds_are_all_taken(
        self, search: Source, archive: Archive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("papers.sources.arxiv.PAGE", 10)
        run_harvests()
        assert Paper.objects.count() == 25

    def test_an_entry_without_a_date_is_refused_alone(self, search: Source, archive: Archive) -> None:
        archive.faults.append(lambda body: body.replace(b"<published>2026-11-02T09:00:00Z", b"<published>soon", 1))
        run_harvests()
        assert (run_of(search).added, run_of(search).rejected) == (24, 1)


@pytest.mark.django_db(transaction=True)
class TestSeveralWorkers:
    def test_sixteen_workers_walk_a_source_once(self, oai: Source, archive: Archive) -> None:
        at_once([run_harvests] * 16)
        assert (Harvest.objects.count(), run_of(oai).added, Paper.objects.count()) == (1, 25, 25)
        assert len(archive.asked) == 3

    def test_who_lost_the_lease_writes_nothing_more(self, oai: Source, archive: Archive) -> None:
        def lose_it(body: bytes) -> bytes:
            Source.objects.update(leased_until=timezone.now() + timedelta(hours=1))
            connection.close()
            return body

        archive.faults.extend([None, lose_it])
        run_harvests()
        assert (Paper.objects.count(), run_of(oai).state) == (10, State.RUNNING)
        Source.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        run_harvests()
        assert (Paper.objects.count(), run_of(oai).added) == (25, 25)


def test_a_long_walk_lets_others_have_their_turn(oai: Source, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvesting, "LONGEST_SPELL", 0.0)
    assert run_harvests() == 1
    assert (Harvest.objects.count(), run_of(oai).state, run_of(oai).pages) == (1, State.DONE, 3)
