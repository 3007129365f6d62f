"""Votes: one per reader, counted exactly, and hot in step with the pure formula."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import User
from papers.actions.voting import cast_vote, withdraw_vote
from papers.models import Paper, Vote
from papers.models.paper import ORDERS
from papers.ranking import hot
from tests.factories import make_paper, make_user


def test_an_upvote_counts_once_however_often_it_is_cast(alice: User) -> None:
    paper = make_paper()
    assert cast_vote(user=alice, paper=paper) is True
    assert cast_vote(user=alice, paper=paper) is False
    paper.stats.refresh_from_db()
    assert paper.stats.vote_count == 1


def test_a_withdrawn_vote_leaves_no_trace(alice: User) -> None:
    paper = make_paper()
    cast_vote(user=alice, paper=paper)
    assert withdraw_vote(user=alice, paper=paper) is True
    assert withdraw_vote(user=alice, paper=paper) is False
    paper.stats.refresh_from_db()
    assert paper.stats.vote_count == 0
    assert not Vote.objects.exists()


def test_the_stored_hot_score_is_the_pure_formula(alice: User, bob: User, carol: User) -> None:
    paper = make_paper()
    for reader in (alice, bob, carol):
        cast_vote(user=reader, paper=paper)
    paper.stats.refresh_from_db()
    assert paper.stats.hot == pytest.approx(hot.score(votes=3, first_seen=paper.first_seen_at.timestamp()), abs=1e-9)


def test_a_tenfold_of_votes_is_worth_five_days() -> None:
    five_days = 5 * 24 * 3600
    assert hot.score(votes=10, first_seen=0) == pytest.approx(hot.score(votes=1, first_seen=five_days))


def test_hottest_prefers_votes_and_then_arrival(alice: User) -> None:
    older, newer = make_paper(), make_paper()
    assert list(Paper.objects.order_by(*ORDERS["hot"])) == [newer, older]


@pytest.mark.django_db(transaction=True)
def test_sixteen_threads_toggling_leave_counts_equal_to_rows() -> None:
    papers = [make_paper() for _ in range(3)]
    readers = [make_user() for _ in range(16)]

    def toggle(reader: User) -> None:
        for round_ in range(6):
            for paper in papers:
                (withdraw_vote if round_ % 3 == 2 else cast_vote)(user=reader, paper=paper)
        connection.close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(toggle, readers))
    for paper in Paper.objects.select_related("stats"):
        assert paper.stats.vote_count == paper.votes.count()
