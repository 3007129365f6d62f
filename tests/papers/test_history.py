"""A reader's history: weeks of the reader's own zone, topics, a streak that does not nag, as a picture, a table and numbers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from papers.actions.lists import add_paper, create_list, saved_list
from papers.actions.reading import set_state
from papers.history import history_of
from papers.models import ListItem, ReadingState
from papers.ranking.streaks import streak
from tests.api import Program
from tests.factories import make_paper

THURSDAY = datetime(2026, 11, 26, 12, tzinfo=UTC)  # of week 48


@pytest.mark.parametrize(
    ("counts", "length"),
    [([], 0), ([0], 0), ([1], 1), ([1, 0], 1), ([1, 0, 0], 0), ([0, 2, 1, 3], 3), ([1, 1, 0, 2, 0], 1), ([5, 5, 5, 0], 3)],
)
def test_a_streak_reaches_the_present_and_the_running_week_breaks_none(counts: list[int], length: int) -> None:
    assert streak(counts) == length


@pytest.fixture
def read(alice: User) -> None:
    """Alice read two papers in week 48, one each in 47 and 46, and one in 43."""
    for moment, category in (
        (THURSDAY, "cs.LG"),
        (THURSDAY - timedelta(days=1), "cs.CL"),
        (THURSDAY - timedelta(weeks=1), "cs.LG"),
        (THURSDAY - timedelta(weeks=2), "cs.LG"),
        (THURSDAY - timedelta(weeks=5), "cs.LG"),
    ):
        paper = make_paper(categories=(category,))
        set_state(user=alice, paper=paper, state="read")
        ReadingState.objects.filter(paper=paper).update(read_at=moment)


@pytest.mark.django_db
class TestHistory:
    @pytest.fixture(autouse=True)
    def thursday(self) -> Iterator[None]:
        with time_machine.travel(THURSDAY, tick=False):
            yield

    def test_what_was_read_is_counted_by_week_and_topic(self, alice: User, bob: User, read: None) -> None:
        set_state(user=bob, paper=make_paper(), state="read")
        set_state(user=alice, paper=make_paper(), state="to_read")
        found = history_of(alice)
        assert len(found.weeks) == 26
        by_week = {week.span.key: week.read for week in found.weeks if week.read}
        assert by_week == {
            "2026-W48": 2,
            "2026-W47": 1,
            "2026-W46": 1,
            "2026-W43": 1,
        }
        assert [(topic.category.slug, topic.read) for topic in found.topics] == [("cs.LG", 4), ("cs.CL", 1)]
        assert (found.streak, found.read, found.saved) == (3, 5, 0)

    def test_a_paper_saved_to_two_lists_in_a_week_is_saved_once(self, alice: User) -> None:
        paper = make_paper()
        for reading_list in (saved_list(user=alice), create_list(owner=alice.namespace, title="Other")):
            add_paper(reading_list=reading_list, paper=paper, user=alice)
        ListItem.objects.update(added_at=THURSDAY)
        assert history_of(alice).weeks[-1].saved == 1

    def test_weeks_are_those_of_the_reader_s_zone(self, alice: User) -> None:
        paper = make_paper()
        set_state(user=alice, paper=paper, state="read")
        ReadingState.objects.update(read_at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC))  # Sunday, and Monday in Berlin
        alice.time_zone = "Europe/Berlin"
        assert [week.span.key for week in history_of(alice).weeks if week.read] == ["2026-W48"]
        alice.time_zone = "America/New_York"
        assert [week.span.key for week in history_of(alice).weeks if week.read] == ["2026-W47"]

    def test_the_page_draws_bars_and_writes_a_table(self, alices_browser: Client, read: None) -> None:
        page = alices_browser.get("/reading/history/").content.decode()
        assert page.count('class="history__read" x=') == 4
        assert "2026-W48: 2 read, 0 saved" in page
        assert "You read something 3 weeks in a row." in page
        assert ">2026-W46</a></th><td>1</td><td>0</td>" in page

    def test_without_anything_it_says_what_would_show(self, alices_browser: Client) -> None:
        page = alices_browser.get("/reading/history/").content.decode()
        assert "Nothing to draw yet" in page
        assert "in a row" not in page

    def test_the_same_numbers_come_over_rest(self, alice: User, read: None) -> None:
        program = Program(alice)
        found = program.get("/me/reading/history/?weeks=2")
        assert found["weeks"] == [{"week": "2026-W47", "read": 1, "saved": 0}, {"week": "2026-W48", "read": 2, "saved": 0}]
        assert found["topics"][0] == {"category": "cs.LG", "read": 4}
        assert (found["streak"], found["read"]) == (3, 5)
        assert program.ask("get", "/me/reading/history/?weeks=0").status_code == 400
        assert program.ask("get", "/me/reading/history/?weeks=1000").status_code == 400
