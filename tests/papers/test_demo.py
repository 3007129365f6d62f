"""The demo library: true to its word, loaded once, and never stale."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Team, User
from papers import identity
from papers.actions.voting import withdraw_vote
from papers.demo import LIBRARY, PASSWORD, READERS, TEAMS
from papers.demo.entries import read_library
from papers.demo.load import refresh_arrivals
from papers.models import Assignment, Follow, ListItem, Paper, PaperStats, Suggestion, Vote
from papers.ranking import hot


def test_the_library_holds_what_it_promises() -> None:
    entries = read_library(LIBRARY)
    lines = [json.loads(line) for line in LIBRARY.read_text(encoding="utf-8").splitlines()]
    assert len(entries) >= 150
    assert len({entry.record.slug for entry in entries}) == len({entry.record.title.casefold() for entry in entries}) == len(entries)
    for entry, line in zip(entries, lines, strict=True):
        record = entry.record
        assert record.authors, record.title
        assert record.categories, record.title
        assert record.published == identity.arxiv_month(record.arxiv_id).replace(day=record.published.day if record.published else 1)
        assert len(record.abstract.split()) >= 40, record.title
        assert line["source"], record.title


def test_every_demo_reader_and_team_has_papers_to_choose_from() -> None:
    topics = [entry.topic for entry in read_library(LIBRARY)]
    assert len(READERS) >= 12
    for reader in READERS:
        assert sum(topic in reader.topics for topic in topics) >= 10
    assert len(TEAMS) == 2
    assert all(topics.count(team.topic) >= 8 for team in TEAMS)


@pytest.fixture
def demo(db: None) -> None:
    call_command("demo")


def test_loading_twice_changes_nothing(demo: None) -> None:
    before = [model.objects.count() for model in (User, Paper, Vote, ListItem, Team)]
    call_command("demo")
    assert [model.objects.count() for model in (User, Paper, Vote, ListItem, Team)] == before
    assert User.objects.filter(is_demo=True).count() == len(READERS) + 1
    assert User.objects.get(email=READERS[0].email).check_password(PASSWORD)


def test_teams_read_together_and_everybody_follows_something(demo: None) -> None:
    for team in Team.objects.all():
        items = ListItem.objects.filter(reading_list__owner__team=team)
        assert items.exclude(note="").exists()
        assert items.filter(tags__isnull=False).exists()
        assert Assignment.objects.of_team(team).upcoming().exists()
        assert Suggestion.objects.open().filter(reading_list__owner__team=team).exists()
    for reader in User.objects.filter(is_demo=True):
        assert Follow.objects.of_reader(reader).exists()


def test_a_start_leaves_alone_what_a_reader_has_changed(demo: None) -> None:
    vote = Vote.objects.select_related("user", "paper").first()
    assert vote is not None
    withdraw_vote(user=vote.user, paper=vote.paper)
    call_command("demo", unless_loaded=True)
    assert not Vote.objects.filter(user=vote.user, paper=vote.paper).exists()


def test_this_week_is_never_empty_even_after_a_long_pause(demo: None) -> None:
    week_ago = timezone.now() - timedelta(weeks=1)
    assert Paper.objects.filter(first_seen_at__gte=week_ago).count() >= 30
    Paper.objects.update(first_seen_at=timezone.now() - timedelta(days=40))
    assert refresh_arrivals() >= timedelta(days=40)
    assert Paper.objects.filter(first_seen_at__gte=week_ago).exists()
    assert refresh_arrivals() == timedelta()


def test_moved_arrivals_keep_the_hot_score_true(demo: None) -> None:
    Paper.objects.update(first_seen_at=timezone.now() - timedelta(days=3))
    for stats in PaperStats.objects.select_related("paper"):
        stats.hot = hot.score(votes=stats.vote_count, first_seen=stats.paper.first_seen_at.timestamp())
        stats.save()
    refresh_arrivals()
    for stats in PaperStats.objects.select_related("paper")[:20]:
        truth = hot.score(votes=stats.vote_count, first_seen=stats.paper.first_seen_at.timestamp())
        assert stats.hot == pytest.approx(truth, abs=1e-6)
