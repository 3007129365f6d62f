"""Every card says in which of the reader's lists a paper is already."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists
from django.test import Client

from accounts.models import Team, User
from papers.actions.lists import add_paper, create_list, remove_paper
from papers.actions.sharing import share_list
from papers.models import ListItem, Paper, ReadingList, Visibility
from papers.models.paper import _codes, _first_names
from tests.api import Program
from tests.factories import make_paper


@pytest.fixture
def paper(alice: User, bob: User, carol: User, graph_lab: Team) -> Paper:
    """In a list of alice's, of her team, one that carol shares with her, and one that carol shows to everybody."""
    found = make_paper(title="Snow")
    lists = [
        create_list(owner=alice.namespace, title="Shelf"),
        create_list(owner=graph_lab.namespace, title="Seminar"),
        create_list(owner=carol.namespace, title="Lent", user=carol),
        create_list(owner=carol.namespace, title="Shown", visibility=Visibility.PUBLIC),
    ]
    for reading_list in lists:
        add_paper(reading_list=reading_list, paper=found, user=alice)
    share_list(reading_list=lists[2], to=alice.namespace, may="read", user=carol)
    return found


def places(user: User | AnonymousUser) -> list[str]:
    return [place.reading_list.title for place in Paper.objects.for_cards(user).get(title="Snow").places]  # type: ignore[attr-defined]


def test_a_card_knows_the_lists_one_has_to_do_with(paper: Paper, alice: User, bob: User, carol: User) -> None:
    assert places(alice) == ["Lent", "Seminar", "Shelf"]
    assert places(bob) == ["Seminar"]
    assert places(carol) == ["Lent", "Shown"]
    assert places(AnonymousUser()) == []


def test_what_was_taken_out_is_in_no_list(paper: Paper, alice: User) -> None:
    remove_paper(reading_list=ReadingList.objects.get(title="Shelf"), paper=paper, user=alice)
    assert places(alice) == ["Lent", "Seminar"]


def test_cards_name_the_lists_and_link_to_them(paper: Paper, alices_browser: Client) -> None:
    page = alices_browser.get("/").content.decode()
    for address in ("/lists/alice/shelf/", "/lists/graph-lab/seminar/", "/lists/carol/lent/"):
        assert f'<span class="places__one"><a href="{address}">' in page
    assert "/lists/carol/shown/" not in page
    own = alices_browser.get("/lists/alice/shelf/").content.decode()
    assert '<span class="places__one"><a href="/lists/alice/shelf/">' not in own
    assert '<span class="places__one"><a href="/lists/graph-lab/seminar/">' in own


def test_a_saved_paper_says_so_at_once(paper: Paper, alices_browser: Client) -> None:
    answer = alices_browser.post(f"/papers/{paper.slug}/save", {"action": "add"}, headers={"HX-Request": "true"}).content.decode()
    assert f'id="places-{paper.pk}" hx-swap-oob="true"' in answer
    assert "/lists/alice/saved/" in answer


def test_programs_are_told_too(paper: Paper, alice: User) -> None:
    card = Program(alice).get("/papers/")["results"][0]
    assert {"owner": "graph-lab", "slug": "seminar", "title": "Seminar"} in card["lists"]
    assert len(Program(alice).get(f"/papers/{paper.slug}/")["lists"]) == 3
    assert Program().get("/papers/")["results"][0]["lists"] == []


def test_what_is_composed_once_is_changed_by_no_query(alice: User) -> None:
    shared = [_first_names(), _codes()]
    before = [repr(each.query.where.children) for each in shared]
    cards = Paper.objects.for_cards(alice)
    for query in (cards, cards.filter(pk__in=cards.values("pk")), cards.union(cards, all=True), ListItem.objects.filter(Exists(cards))):
        str(query.query)
    assert [repr(each.query.where.children) for each in shared] == before
