"""The order of a list by hand, by several hands at once, and the other orders of its page."""

import random
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from accounts.actions.tokens import make_token
from accounts.keyset import keyset_page
from accounts.models import Scope, User
from papers.actions.list_order import move_item, move_item_by, move_item_to, place_of
from papers.actions.lists import add_paper, create_list, remove_paper
from papers.actions.voting import cast_vote
from papers.models import ListItem, Paper, PaperStats, ReadingList
from papers.models.reading_list import ITEM_ORDERS
from tests.api import Program
from tests.factories import make_paper, make_user
from tests.threads import at_once

CLIENTS, ROUNDS = 8, 12
Deed = Callable[[random.Random], None]


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    """Alice's list of five papers, a to e."""
    made = create_list(owner=alice.namespace, title="Shelf")
    for letter in "abcde":
        add_paper(reading_list=made, paper=make_paper(title=letter), user=alice)
    return made


def titles(reading_list: ReadingList) -> str:
    return "".join(reading_list.items.order_by("position").values_list("paper__title", flat=True))


def item(reading_list: ReadingList, title: str) -> ListItem:
    return reading_list.items.select_related("reading_list", "paper").get(paper__title=title)


def test_an_item_goes_before_or_after_another_one(shelf: ReadingList) -> None:
    move_item(item=item(shelf, "d"), before=item(shelf, "b"))
    assert titles(shelf) == "adbce"
    move_item(item=item(shelf, "a"), after=item(shelf, "e"))
    assert titles(shelf) == "dbcea"
    move_item(item=item(shelf, "a"), before=item(shelf, "d"))
    assert titles(shelf) == "adbce"


@pytest.mark.parametrize(("place", "order"), [(0, "cabde"), (1, "acbde"), (2, "abcde"), (4, "abdec"), (99, "abdec")])
def test_an_item_goes_to_a_place_counted_from_the_top(shelf: ReadingList, place: int, order: str) -> None:
    moved = move_item_to(item=item(shelf, "c"), place=place)
    assert titles(shelf) == order
    assert place_of(moved) == order.index("c") + 1


def test_an_item_goes_one_step_and_stops_at_the_ends(shelf: ReadingList) -> None:
    for steps, order in [(-1, "acbde"), (-1, "cabde"), (-1, "cabde"), (1, "acbde"), (1, "abcde"), (1, "abdce"), (1, "abdec"), (1, "abdec")]:
        move_item_by(item=item(shelf, "c"), steps=steps)
        assert titles(shelf) == order


def test_a_gap_that_is_used_up_is_made_anew(shelf: ReadingList) -> None:
    for round_number in range(30):  # each halves the gap behind a, which has room for ten
        move_item(item=item(shelf, "de"[round_number % 2]), after=item(shelf, "a"))
        assert titles(shelf).startswith("a" + "de"[round_number % 2])
    positions = list(shelf.items.values_list("position", flat=True))
    assert len(set(positions)) == 5
    assert max(positions) <= 6 * ListItem.GAP


def test_one_move_rewrites_one_row(shelf: ReadingList) -> None:
    before = dict(shelf.items.values_list("pk", "position"))
    moved = move_item(item=item(shelf, "e"), after=item(shelf, "a"))
    after = dict(shelf.items.values_list("pk", "position"))
    assert [pk for pk in before if before[pk] != after[pk]] == [moved.pk]


def test_what_was_taken_out_meanwhile_is_not_found(shelf: ReadingList) -> None:
    a, b, other = item(shelf, "a"), item(shelf, "b"), create_list(owner=shelf.owner, title="Other")
    stranger, _new = add_paper(reading_list=other, paper=a.paper, user=shelf.owner.user)
    with pytest.raises(Http404):
        move_item(item=a, after=stranger)
    remove_paper(reading_list=shelf, paper=a.paper)
    with pytest.raises(Http404):
        move_item(item=a, after=b)
    with pytest.raises(Http404):
        move_item(item=b, before=a)
    with pytest.raises(ValueError, match="one neighbour"):
        move_item(item=b)


# --- Many hands ---------------------------------------------------------------------------


def expect_a_sound_list(shelf: ReadingList, papers: list[Paper]) -> None:
    shelf.refresh_from_db()
    positions = list(shelf.items.values_list("position", flat=True))
    assert len(set(positions)) == len(positions) == shelf.item_count
    held = set(shelf.items.values_list("paper", flat=True))
    assert {stats.paper_id for stats in PaperStats.objects.filter(save_count=1)} == held
    assert {paper.pk for paper in papers[:10]} <= held  # nobody took these out


def crowd(alice: User) -> tuple[ReadingList, list[Paper]]:
    papers = [make_paper() for _ in range(10 + CLIENTS * 3)]
    shelf = create_list(owner=alice.namespace, title="Shelf")
    for paper in papers[:10]:
        add_paper(reading_list=shelf, paper=paper, user=alice)
    return shelf, papers


@pytest.mark.django_db(transaction=True)
def test_eight_who_move_add_and_take_out_at_once_lose_nothing() -> None:
    alice = make_user("alice")
    shelf, papers = crowd(alice)

    def client(number: int) -> list[int]:
        chosen, own = random.Random(number), papers[10 + number * 3 : 13 + number * 3]
        for _ in range(ROUNDS):
            paper = chosen.choice(own)
            if not add_paper(reading_list=shelf, paper=paper, user=alice)[1]:
                remove_paper(reading_list=shelf, paper=paper)
            kept = list(shelf.items.filter(paper__in=papers[:10]).select_related("reading_list"))
            one, other = chosen.sample(kept, 2)
            chosen.choice(
                [lambda one=one, other=other: move_item(item=one, after=other), lambda one=one: move_item_to(item=one, place=1)]
            )()
        return list(shelf.items.order_by("position").values_list("pk", flat=True))

    assert not [
        result for result in at_once([lambda number=number: client(number) for number in range(CLIENTS)]) if isinstance(result, Exception)
    ]
    expect_a_sound_list(shelf, papers)


@pytest.mark.django_db(transaction=True)
def test_eight_programs_at_one_list_end_with_the_same_order(live_server: LiveServer) -> None:
    alice = make_user("alice")
    shelf, papers = crowd(alice)
    _token, secret = make_token(user=alice, name="test", scopes=Scope.values)
    address = f"{live_server.url}/api/v1/lists/alice/shelf/items/"

    def client(number: int) -> list[str]:
        chosen, own = random.Random(number), papers[10 + number * 3 : 13 + number * 3]
        with httpx.Client(headers={"Authorization": f"Bearer {secret}"}, timeout=60) as program:
            for _ in range(ROUNDS // 2):
                one, other = chosen.sample(papers[:10], 2)
                kind = chosen.choice(["put", "delete", "after", "position"])
                if kind in {"put", "delete"}:
                    answer = program.request(kind.upper(), f"{address}{chosen.choice(own).slug}/")
                else:
                    answer = program.patch(f"{address}{one.slug}/", json={kind: other.slug if kind == "after" else chosen.randrange(9)})
                assert answer.status_code in {200, 201, 204}, answer.text
        return []

    def order(_number: int) -> list[str]:
        rows = httpx.get(f"{address}?size=100", headers={"Authorization": f"Bearer {secret}"}, timeout=60).json()["results"]
        return [row["paper"]["slug"] for row in rows]

    assert at_once([lambda number=number: client(number) for number in range(CLIENTS)]) == [[]] * CLIENTS
    expect_a_sound_list(shelf, papers)
    seen = at_once([lambda number=number: order(number) for number in range(CLIENTS)])
    assert all(one == seen[0] for one in seen)
    assert seen[0] == list(shelf.items.order_by("position").values_list("paper__slug", flat=True))


# --- Both skins ---------------------------------------------------------------------------


def test_buttons_move_a_paper_and_say_where_it_is(shelf: ReadingList, alices_browser: Client) -> None:
    address = f"/lists/alice/shelf/{item(shelf, 'c').pk}/move"
    page = alices_browser.post(address, {"to": "up"}, headers={"referer": "http://testserver/lists/alice/shelf/"}, follow=True)
    assert titles(shelf) == "acbde"
    assert page.redirect_chain[-1][0] == f"/lists/alice/shelf/#paper-{item(shelf, 'c').paper_id}"
    assert "“c” is number 2 of 5 now." in page.content.decode()
    said = alices_browser.post(address, {"before": item(shelf, "a").pk}, headers={"HX-Request": "true"})
    assert (titles(shelf), said.content.decode()) == ("cabde", "“c” is number 1 of 5 now.")
    alices_browser.post(address, {"after": item(shelf, "e").pk})
    alices_browser.post(f"/lists/alice/shelf/{item(shelf, 'b').pk}/move", {"to": "top"})
    assert titles(shelf) == "badec"


@pytest.mark.parametrize(("fields", "status"), [({}, 400), ({"to": "left"}, 400), ({"after": "x"}, 404), ({"before": "9" * 40}, 404)])
def test_a_move_to_nowhere_is_refused(shelf: ReadingList, alices_browser: Client, fields: dict[str, str], status: int) -> None:
    assert alices_browser.post(f"/lists/alice/shelf/{item(shelf, 'c').pk}/move", fields).status_code == status
    assert titles(shelf) == "abcde"


def test_a_program_moves_a_paper_behind_another_one_or_to_a_position(shelf: ReadingList, alice: User) -> None:
    program, slug = Program(alice), {one.paper.title: one.paper.slug for one in shelf.items.select_related("paper")}
    address = f"/lists/alice/shelf/items/{slug['b']}/"
    assert program.ask("patch", address, {"after": f"arXiv:{slug['d']}", "note": "later"}).status_code == 200
    assert (titles(shelf), item(shelf, "b").note) == ("acdbe", "later")
    assert program.ask("patch", address, {"position": 0}).status_code == 200
    assert titles(shelf) == "bacde"
    assert program.ask("patch", address, {"before": slug["d"]}).status_code == 200
    assert titles(shelf) == "acbde"
    other = make_paper()
    for wrong in ({"after": other.slug}, {"after": slug["b"]}, {"position": -1}, {"position": 1, "after": slug["d"]}):
        assert program.ask("patch", address, wrong).status_code == 400
    assert titles(shelf) == "acbde"


def test_a_page_has_four_orders(shelf: ReadingList, alice: User, bob: User, alices_browser: Client) -> None:
    days = {"a": date(2020, 1, 1), "b": None, "c": date(2024, 1, 1), "d": date(2019, 1, 1), "e": date(2022, 1, 1)}
    for title, day in days.items():
        Paper.objects.filter(title=title).update(published_on=day)
    for user in (alice, bob):
        cast_vote(user=user, paper=Paper.objects.get(title="d"))
    cast_vote(user=bob, paper=Paper.objects.get(title="b"))
    move_item_to(item=item(shelf, "e"), place=0)
    expected = {"hand": "eabcd", "added": "edcba", "votes": "dbeca", "published": "ceadb"}
    for order, letters in expected.items():
        shown = alices_browser.get(f"/lists/alice/shelf/?order={order}").context["page"].items
        assert "".join(one.paper.title for one in shown) == letters
        first = Program(alice).get(f"/lists/alice/shelf/items/?order={order}&size=2")
        rest = Program(alice).get(first["next"].replace("http://testserver/api/v1", ""))
        more = Program(alice).get(rest["next"].replace("http://testserver/api/v1", ""))
        assert "".join(row["paper"]["title"] for row in first["results"] + rest["results"] + more["results"]) == letters
    assert alices_browser.get("/lists/alice/shelf/?order=mood").status_code == 404
    assert Program(alice).ask("get", "/lists/alice/shelf/items/?order=mood").status_code == 400


def test_only_the_order_by_hand_offers_moves(shelf: ReadingList, alices_browser: Client) -> None:
    assert "data-moves" in alices_browser.get("/lists/alice/shelf/").content.decode()
    assert "data-moves" not in alices_browser.get("/lists/alice/shelf/?order=votes").content.decode()


def fill(shelf: ReadingList, count: int) -> None:
    """Put many bare papers into a list."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO papers_paper (slug, fingerprint, title, abstract, first_seen_at, updated_at, url, source, author_count, comment,"
            " journal_ref, licence, is_withdrawn, is_retracted) SELECT 'p' || n, '', 't', '', now(), now(), '', '', 0, '', '', '',"
            " false, false FROM generate_series(1, %s) AS n",
            [count],
        )
        cursor.execute(
            "INSERT INTO papers_listitem (reading_list_id, paper_id, position, note, added_at)"
            " SELECT %s, id, id * 1024, '', now() - id * interval '1 second' FROM papers_paper WHERE title = 't'",
            [shelf.pk],
        )
        cursor.execute("ANALYZE papers_listitem")


@pytest.mark.parametrize("order", ["hand", "added"])
def test_a_page_in_the_middle_is_read_from_an_index(shelf: ReadingList, order: str) -> None:
    fill(shelf, 5_000)
    items, sent = ListItem.objects.filter(reading_list=shelf), list[str]()
    middle = keyset_page(items, ITEM_ORDERS[order], "", 2_500).next_cursor

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(connection.connection.cursor().mogrify(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert len(keyset_page(items, ITEM_ORDERS[order], middle, 50).items) == 50
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF) " + sent[0])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Cond: ((reading_list_id" in plan
    assert max(map(int, re.findall(r"actual rows=(\d+)", plan))) <= 60  # nothing is read and skipped
