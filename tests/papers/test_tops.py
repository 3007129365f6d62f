"""The most upvoted of a period, what rises in a reader's fields, a week as it was, and who upvoted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.actions.counting import age_votes, recount_votes
from papers.actions.interests import set_interests
from papers.actions.merging import merge_papers
from papers.actions.reading import set_state
from papers.actions.voting import cast_vote, withdraw_all_votes, withdraw_vote
from papers.models import Paper, PaperStats, Vote
from papers.models.vote import Age
from papers.ranking.rising import Placed, take_turns
from papers.search.rising import fields_of
from tests.api import Program
from tests.factories import make_paper, make_user
from tests.threads import at_once

COUNTERS = ("day_votes", "week_votes", "month_votes", "year_votes")


def counters(paper: Paper) -> tuple[int, ...]:
    stats = PaperStats.objects.get(paper=paper)
    return tuple(getattr(stats, name) for name in COUNTERS)


def cast(user: User, paper: Paper, days_ago: float) -> None:
    cast_vote(user=user, paper=paper)
    Vote.objects.filter(user=user, paper=paper).update(created_at=timezone.now() - timedelta(days=days_ago))


def titles(page: object) -> list[str]:
    return [paper.title for paper in page.context["page"].items]  # type: ignore[attr-defined]


def test_fields_take_turns_and_a_paper_of_two_comes_once() -> None:
    found = take_turns({"cs.CL": [1, 2, 3, 4], "math.AG": [9], "cs.LG": [2, 1, 5]}, most=6)
    assert [(row.paper, row.field, row.place) for row in found] == [
        (1, "cs.CL", 1),
        (9, "math.AG", 1),
        (2, "cs.LG", 1),
        (3, "cs.CL", 3),
        (5, "cs.LG", 3),
        (4, "cs.CL", 4),
    ]
    assert take_turns({}, most=5) == []
    assert take_turns({"x": [1, 2]}, most=1) == [Placed(1, "x", 1)]


@pytest.mark.django_db
class TestPeriods:
    @pytest.mark.parametrize(("days", "left"), [(0, 4), (0.9, 4), (1.1, 3), (6.9, 3), (8, 2), (31, 1), (366, 0)])
    def test_a_vote_leaves_the_counters_that_it_is_too_old_for(self, alice: User, days: float, left: int) -> None:
        paper = make_paper()
        cast(alice, paper, days)
        age_votes()
        assert counters(paper) == (0,) * (4 - left) + (1,) * left
        assert age_votes() == 0
        assert PaperStats.objects.get(paper=paper).vote_count == 1
        assert withdraw_vote(user=alice, paper=paper) is True
        assert counters(paper) == (0, 0, 0, 0)

    def test_taking_back_all_votes_takes_them_out_of_their_counters(self, alice: User, bob: User) -> None:
        old, new = make_paper(), make_paper()
        cast(alice, old, 10)
        cast(alice, new, 0)
        cast(bob, old, 0)
        age_votes()
        assert counters(old) == (1, 1, 2, 2)
        assert withdraw_all_votes(user=alice) == 2
        assert (counters(old), counters(new)) == ((1, 1, 1, 1), (0, 0, 0, 0))

    def test_counting_anew_counts_the_same(self, alice: User, bob: User) -> None:
        paper = make_paper()
        cast(alice, paper, 40)
        cast(bob, paper, 2)
        age_votes()
        before = PaperStats.objects.filter(paper=paper).values().get()
        PaperStats.objects.filter(paper=paper).update(**dict.fromkeys([*COUNTERS, "vote_count", "first_week_votes"], 7), hot=0)
        recount_votes(papers=[paper.pk])
        after = PaperStats.objects.filter(paper=paper).values().get()
        assert after.pop("hot") == pytest.approx(before.pop("hot"), abs=1e-9)
        assert after.pop("first_week_votes") <= before.pop("first_week_votes")  # the dates of these votes were moved
        assert after == before

    def test_merged_papers_have_the_votes_of_both(self, alice: User, bob: User) -> None:
        one, other = make_paper(), make_paper()
        cast(alice, one, 10)
        cast(alice, other, 0)
        cast(bob, other, 2)
        age_votes()
        assert counters(merge_papers(keep=one, other=other)) == (0, 1, 2, 2)

    def test_each_period_has_its_own_order_and_leaves_out_what_has_no_votes(self, alice: User, bob: User, client: Client) -> None:
        today, month, never = make_paper(title="Today"), make_paper(title="Month"), make_paper(title="Never")
        cast(alice, today, 0)
        for reader in (alice, bob):
            cast(reader, month, 20)
        age_votes()
        assert titles(client.get("/?sort=top&period=day")) == ["Today"]
        assert titles(client.get("/?sort=top&period=week")) == ["Today"]
        assert titles(client.get("/?sort=top&period=month")) == ["Month", "Today"]
        assert titles(client.get("/?sort=top")) == ["Month", "Today", "Never"]
        assert "2 upvotes within a year" in client.get("/?sort=top&period=year").content.decode()
        assert titles(client.get("/?sort=top&period=year&category=cs.LG")) == ["Month", "Today"]
        assert client.get("/?sort=top&period=decade").status_code == 404
        program = Program()
        assert [paper["title"] for paper in program.get("/papers/?order=top&period=week")["results"]] == ["Today"]
        assert program.ask("get", "/papers/?order=top&period=decade").status_code == 400
        assert never.title in {paper["title"] for paper in program.get("/papers/?order=top")["results"]}

    def test_a_period_goes_on_page_by_page(self, client: Client) -> None:
        reader = make_user()
        for _ in range(30):
            cast_vote(user=reader, paper=make_paper())
        first = client.get("/?sort=top&period=week")
        assert "sort=top" in first.content.decode()
        cursor = first.context["page"].next_cursor
        second = client.get("/", {"sort": "top", "period": "week", "after": cursor})
        assert len(set(titles(first)) | set(titles(second))) == 30


@pytest.mark.django_db
class TestRising:
    def test_a_small_field_is_not_drowned(self, alice: User, alices_browser: Client) -> None:
        crowd = [make_user() for _ in range(4)]
        popular = [make_paper(title=f"Popular {number}", categories=("cs.LG",)) for number in range(3)]
        small = make_paper(title="Small", categories=("math.AG",))
        make_paper(title="Without votes", categories=("math.AG",))
        for reader in crowd:
            for paper in popular:
                cast_vote(user=reader, paper=paper)
        cast_vote(user=crowd[0], paper=small)
        set_interests(user=alice, kind="category", values=["cs.LG", "math.AG"])
        page = alices_browser.get("/?sort=rising")
        assert titles(page) == ["Popular 2", "Small", "Popular 1", "Popular 0"]
        assert "No. 1 of math.AG: 1 upvote within 7 days" in page.content.decode()
        found = Program(alice).get("/me/rising/")["results"]
        assert [(row["paper"]["title"], row["field"], row["place"]) for row in found][:2] == [
            ("Popular 2", "cs.LG", 1),
            ("Small", "math.AG", 1),
        ]

    def test_fields_are_what_one_named_and_then_what_one_upvotes(self, alice: User) -> None:
        for categories in (("cs.CL",), ("cs.CV", "cs.CL"), ("cs.LG",)):
            cast_vote(user=alice, paper=make_paper(categories=categories))
        set_interests(user=alice, kind="category", values=["cs.LG", "no.SUCH"])
        assert [field.slug for field in fields_of(alice)] == ["cs.LG", "cs.CL", "cs.CV"]

    def test_what_is_not_for_me_does_not_rise(self, alice: User, bob: User, alices_browser: Client) -> None:
        paper = make_paper()
        for reader in (alice, bob):
            cast_vote(user=reader, paper=paper)
        assert titles(alices_browser.get("/?sort=rising")) == [paper.title]
        set_state(user=alice, paper=paper, state="dismissed")
        assert "Nothing rises yet" in alices_browser.get("/?sort=rising").content.decode()

    def test_a_visitor_has_no_fields(self, client: Client) -> None:
        assert client.get("/?sort=rising").status_code == 404
        assert "Rising" not in client.get("/").content.decode()


@pytest.mark.django_db
class TestWeekAsItWas:
    @pytest.fixture(autouse=True)
    def week(self) -> None:
        """Two papers of last week, of which the second had the only vote when the week ended."""
        self.monday = datetime.fromisocalendar(*timezone.now().isocalendar()[:2], 1).replace(tzinfo=UTC)
        moment = self.monday - timedelta(days=3)
        self.first, self.second = (make_paper(title=title, first_seen_at=moment) for title in ("First", "Second"))
        self.early = make_user()
        cast_vote(user=self.early, paper=self.first)
        Vote.objects.update(created_at=moment + timedelta(days=1))
        recount_votes(papers=[self.first.pk])

    def order(self, client: Client) -> list[str]:
        year, week, _day = (self.monday - timedelta(days=1)).isocalendar()
        return titles(client.get(f"/archive/{year}-W{week:02}/"))

    def test_later_votes_do_not_change_it(self, client: Client, alice: User, bob: User) -> None:
        for reader in (alice, bob):
            cast_vote(user=reader, paper=self.second)
        assert self.order(client) == ["First", "Second"]
        assert titles(client.get("/?sort=top")) == ["Second", "First"]

    def test_neither_does_a_vote_that_is_taken_back_nor_a_reader_who_leaves(self, client: Client) -> None:
        withdraw_vote(user=self.early, paper=self.first)
        assert self.order(client) == ["First", "Second"]
        cast_vote(user=self.early, paper=self.second)
        withdraw_all_votes(user=self.early)
        assert self.order(client) == ["First", "Second"]

    def test_while_the_week_runs_its_order_follows_the_votes(self, client: Client, alice: User) -> None:
        now, other = make_paper(title="Now"), make_paper(title="Other")
        year, week, _day = timezone.now().isocalendar()
        address = f"/archive/{year}-W{week:02}/"
        cast_vote(user=alice, paper=now)
        assert titles(client.get(address)) == ["Now", "Other"]
        withdraw_vote(user=alice, paper=now)
        cast_vote(user=alice, paper=other)
        assert titles(client.get(address)) == ["Other", "Now"]


@pytest.mark.django_db
class TestVoters:
    def test_names_are_for_people_with_an_account_and_of_those_who_allow_it(
        self, alice: User, bob: User, carol: User, client: Client
    ) -> None:
        paper = make_paper()
        for reader in (alice, bob, carol):
            cast_vote(user=reader, paper=paper)
        User.objects.filter(pk=bob.pk).update(full_name="Bob B.", shows_votes=False)
        User.objects.filter(pk=carol.pk).update(full_name="Carol C.")
        assert "Carol C." not in client.get(paper.get_absolute_url()).content.decode()
        client.force_login(alice)
        page = client.get(paper.get_absolute_url()).content.decode()
        assert "Carol C." in page
        assert "Bob B." not in page
        assert "and one other" in page
        answer = Program(alice).get(f"/papers/{paper.slug}/vote/")
        assert [voter["handle"] for voter in answer["voters"]] == ["carol", "alice"]
        assert (answer["votes"], answer["others"]) == (3, 1)
        assert Program().ask("get", f"/papers/{paper.slug}/vote/").status_code == 401

    def test_one_sees_oneself_and_nobody_who_is_about_to_go(self, alice: User, bob: User) -> None:
        paper = make_paper()
        for reader in (alice, bob):
            cast_vote(user=reader, paper=paper)
        User.objects.filter(pk=alice.pk).update(shows_votes=False)
        User.objects.filter(pk=bob.pk).update(deletion_due_at=timezone.now())
        assert [vote.user for vote in paper.votes.named_to(alice)] == [alice]

    def test_the_profile_has_the_setting(self, alices_browser: Client, alice: User) -> None:
        assert "may see which papers I upvoted" in alices_browser.get("/settings/").content.decode()
        fields = {"full_name": "A", "handle": "alice", "time_zone": "UTC", "theme": "system"}
        alices_browser.post("/settings/", fields)
        alice.refresh_from_db()
        assert alice.shows_votes is False
        alices_browser.post("/settings/", fields | {"shows_votes": "on"})
        alice.refresh_from_db()
        assert alice.shows_votes is True


@pytest.mark.django_db(transaction=True)
def test_votes_that_age_while_readers_vote_leave_every_counter_exact() -> None:
    papers, readers = [make_paper() for _ in range(3)], [make_user() for _ in range(8)]
    for reader in readers:
        for paper in papers:
            cast_vote(user=reader, paper=paper)
    Vote.objects.update(created_at=timezone.now() - timedelta(days=2))

    def toggle(reader: User) -> None:
        for paper in papers * 3:
            withdraw_vote(user=reader, paper=paper)
            cast_vote(user=reader, paper=paper)

    deeds = [*(lambda reader=reader: toggle(reader) for reader in readers), *[age_votes] * 4]
    assert [found for found in at_once(deeds) if isinstance(found, Exception)] == []
    for paper in papers:
        ages = list(paper.votes.values_list("age", flat=True))
        assert counters(paper) == tuple(sum(age <= limit for age in ages) for limit in (Age.DAY, Age.WEEK, Age.MONTH, Age.YEAR))
        assert PaperStats.objects.get(paper=paper).vote_count == len(ages) == len(readers)
