"""Lists and counters under many hands: nobody waits for each other, and what is gone meanwhile is 404."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse

from accounts.models import User
from papers.actions.lists import add_paper, change_list, create_list, delete_list
from papers.actions.notes import write_note
from papers.actions.voting import cast_vote, withdraw_all_votes
from papers.models import PaperStats, ReadingList, Vote
from papers.ranking import hot
from tests.api import Program
from tests.factories import make_paper, make_user


@pytest.mark.django_db(transaction=True)
def test_overlapping_lists_are_deleted_at_once_without_a_deadlock() -> None:
    alice = make_user("alice")
    papers = [make_paper() for _ in range(40)]
    lists = [create_list(owner=alice.namespace, title=f"List {number}") for number in range(8)]
    for number, reading_list in enumerate(lists):
        for paper in papers[::-1] if number % 2 else papers:
            add_paper(reading_list=reading_list, paper=paper, user=alice)
    kept = lists.pop()

    def delete(reading_list: ReadingList) -> None:
        try:
            delete_list(reading_list=reading_list)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(lists)) as pool:
        list(pool.map(delete, lists))
    assert list(ReadingList.objects.all()) == [kept]
    assert set(PaperStats.objects.values_list("save_count", flat=True)) == {1}


def test_all_votes_taken_back_leave_exact_counts_and_scores(alice: User, bob: User) -> None:
    papers = [make_paper() for _ in range(5)]
    for paper in papers[:4]:
        cast_vote(user=alice, paper=paper)
    for paper in papers[2:]:
        cast_vote(user=bob, paper=paper)
    assert withdraw_all_votes(user=alice) == 4
    assert not Vote.objects.filter(user=alice).exists()
    for stats in PaperStats.objects.select_related("paper"):
        assert stats.vote_count == stats.paper.votes.count()
        score = hot.score(votes=stats.vote_count, first_seen=stats.paper.first_seen_at.timestamp())
        assert stats.hot == pytest.approx(score, abs=1e-9)


def test_a_note_on_a_paper_taken_out_meanwhile_is_not_found(alice: User) -> None:
    item, _new = add_paper(reading_list=create_list(owner=alice.namespace, title="Shelf"), paper=make_paper(), user=alice)
    type(item).objects.all().delete()
    with pytest.raises(Http404):
        write_note(item=item, note="late")


def test_a_list_deleted_meanwhile_is_not_changed(alice: User) -> None:
    shelf = create_list(owner=alice.namespace, title="Shelf")
    ReadingList.objects.all().delete()
    with pytest.raises(Http404):
        change_list(reading_list=shelf, title="Late")


def while_it_is_deleted(work: Callable[[], int]) -> int:
    """Do something that finds the list, and then has to wait until somebody has deleted it."""
    begun, result = Event(), 0

    def delete() -> None:
        with transaction.atomic():
            ReadingList.objects.all().delete()
            begun.set()
            time.sleep(0.7)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        deleting = pool.submit(delete)
        begun.wait(5)
        result = work()
        deleting.result()
    return result


@pytest.mark.django_db(transaction=True)
def test_both_skins_answer_404_for_what_is_deleted_under_their_hand() -> None:
    alice, paper = make_user("alice"), make_paper()
    browser, program = Client(), Program(alice)
    browser.force_login(alice)

    def shelf() -> int:
        return add_paper(reading_list=create_list(owner=alice.namespace, title="Shelf"), paper=paper, user=alice)[0].pk

    shelf()
    changed = {"title": "Late", "visibility": "private"}
    assert while_it_is_deleted(lambda: browser.post("/lists/alice/shelf/edit/", changed).status_code) == 404
    address = reverse("papers:note", args=["alice", "shelf", shelf()])
    assert while_it_is_deleted(lambda: browser.post(address, {"note": "late"}).status_code) == 404
    shelf()
    assert while_it_is_deleted(lambda: program.ask("patch", "/lists/alice/shelf/", {"title": "Late"}).status_code) == 404
    shelf()
    item = f"/lists/alice/shelf/items/{paper.slug}/"
    assert while_it_is_deleted(lambda: program.ask("patch", item, {"note": "late"}).status_code) == 404
