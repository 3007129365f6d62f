"""Lists under many hands: counters stay true, and a list that is gone is gone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client

from accounts.models import User
from papers.actions.lists import add_paper, create_list, delete_list, remove_paper
from papers.models import Paper, PaperStats, ReadingList
from tests.factories import make_paper, make_user


@pytest.mark.django_db(transaction=True)
def test_deleting_and_filling_at_once_leaves_the_save_counts_true() -> None:
    alice = make_user("alice")
    papers = [make_paper() for _ in range(6)]
    keeper = create_list(owner=alice.namespace, title="Kept")
    doomed = create_list(owner=alice.namespace, title="Doomed")
    for paper in papers:
        add_paper(reading_list=keeper, paper=paper, user=alice)
    for paper in papers[:3]:
        add_paper(reading_list=doomed, paper=paper, user=alice)

    def work(number: int) -> None:
        try:
            if number % 2:
                delete_list(reading_list=ReadingList(pk=doomed.pk, owner=alice.namespace))
            else:
                add_paper(reading_list=doomed, paper=papers[3 + number // 2], user=alice)
        except Http404:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert not ReadingList.objects.filter(pk=doomed.pk).exists()
    assert set(PaperStats.objects.values_list("save_count", flat=True)) == {1}


def test_a_list_that_was_deleted_meanwhile_is_not_found(alice: User) -> None:
    gone = create_list(owner=alice.namespace, title="Gone")
    ReadingList.objects.filter(pk=gone.pk).delete()
    with pytest.raises(Http404):
        add_paper(reading_list=gone, paper=make_paper(), user=alice)
    with pytest.raises(Http404):
        remove_paper(reading_list=gone, paper=Paper.objects.get())
    assert Paper.objects.get().stats.save_count == 0


def test_deleting_a_list_twice_is_deleting_it_once(alice: User) -> None:
    paper, shelf = make_paper(), create_list(owner=alice.namespace, title="Shelf")
    add_paper(reading_list=shelf, paper=paper, user=alice)
    twin = ReadingList.objects.get(pk=shelf.pk)
    delete_list(reading_list=shelf)
    delete_list(reading_list=twin)
    assert PaperStats.objects.get(paper=paper).save_count == 0


@pytest.mark.parametrize("pk", ["9" * 30, "9" * 5_000, "x", "-1"])
def test_no_number_of_a_list_breaks_the_save_button(pk: str, alices_browser: Client) -> None:
    answer = alices_browser.post(f"/papers/{make_paper().slug}/save", {"list": pk})
    assert answer.status_code == 404
