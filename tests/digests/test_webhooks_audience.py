"""Who is told of what: each event by each person's webhook and the team's. A stranger's events never arrive."""

from collections.abc import Callable
from datetime import date
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.announcing import announce
from accounts.actions.memberships import add_member, remove_member
from accounts.models import Announcement, Membership, Team, User
from digests.actions import spread_announcements
from digests.models import Delivery, EventType, Webhook
from digests.posts import audience_of, seen, told
from papers.actions.assigning import assign_paper
from papers.actions.commenting import delete_comment, write_comment
from papers.actions.list_items import take_out
from papers.actions.list_order import move_item_to
from papers.actions.lists import add_paper, change_list, create_list, delete_list
from papers.actions.notes import write_note
from papers.actions.sharing import share_list
from papers.actions.suggesting import suggest_paper
from papers.actions.tagging import write_tags
from papers.actions.voting import cast_vote
from papers.models import Comment, ReadingList, Visibility
from tests.digests.makers import make_digest, make_team_digest, make_webhook
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db
Deed = Callable[[User, Team], object]


def shelf_of(owner: User | Team, **over: str) -> ReadingList:
    return create_list(owner=owner.namespace, title="Shelf", **over)


def filled(owner: User | Team, by: User, **over: str) -> ReadingList:
    shelf = shelf_of(owner, **over)
    add_paper(reading_list=shelf, paper=make_paper(), user=by)
    return shelf


def vote(alice: User, lab: Team) -> None:
    User.objects.filter(pk=alice.pk).update(shows_votes=False)
    cast_vote(user=alice, paper=make_paper())


def shown_vote(alice: User, lab: Team) -> None:
    User.objects.filter(pk=alice.pk).update(shows_votes=True)
    cast_vote(user=alice, paper=make_paper())


def note(owner: User | Team, alice: User) -> None:
    write_note(item=filled(owner, alice).items.get(), note="For few eyes", user=alice)


def team_comment(alice: User, lab: Team) -> None:
    item = filled(lab, alice).items.get()
    write_comment(author=alice, paper=item.paper, text="Among us", item=item)


def shared_list(alice: User, lab: Team) -> None:
    shelf = shelf_of(alice)
    share_list(reading_list=shelf, to=User.objects.get(namespace__name="bob").namespace, may="read", user=alice)
    add_paper(reading_list=shelf, paper=make_paper(), user=alice)


def assignment(alice: User, lab: Team) -> None:
    assign_paper(item=filled(lab, alice).items.get(), to=alice, user=alice, due_on=date(2026, 12, 1))


def leaving(alice: User, lab: Team) -> None:
    dave = make_user("dave")
    add_member(team=lab, user=dave)
    remove_member(membership=Membership.objects.get(team=lab, user=dave), actor=alice)


# The event, what alice does (her team-mate is bob, carol a stranger), and whose webhooks are told of it: alice, bob, carol, the team.
TABLE: list[tuple[str, str, Deed, str]] = [
    ("papers.added", "a paper", lambda alice, lab: make_paper(), "alice bob carol lab"),
    ("paper.voted", "a vote that is hidden", vote, "alice"),
    ("paper.voted", "a vote that is shown", shown_vote, "alice bob carol lab"),
    ("comment.written", "in public", lambda alice, lab: write_comment(author=alice, paper=make_paper(), text="Hello"), "alice bob carol"),
    ("comment.written", "in the team", team_comment, "alice bob lab"),
    ("list.changed", "a private list", lambda alice, lab: filled(alice, alice), "alice"),
    ("list.changed", "a private note", lambda alice, lab: note(alice, alice), "alice"),
    ("list.changed", "a public list of a person", lambda alice, lab: filled(alice, alice, visibility=Visibility.PUBLIC), "alice"),
    ("list.changed", "a list of the team", lambda alice, lab: filled(lab, alice), "alice bob lab"),
    ("list.changed", "a note in the team", lambda alice, lab: note(lab, alice), "alice bob lab"),
    ("list.changed", "a shared list", shared_list, "alice bob"),
    ("list.changed", "a private list deleted", lambda alice, lab: delete_list(reading_list=shelf_of(alice), user=alice), "alice"),
    ("list.changed", "the team's deleted", lambda alice, lab: delete_list(reading_list=shelf_of(lab), user=alice), "alice bob lab"),
    (
        "suggestion.made",
        "to the team",
        lambda alice, lab: suggest_paper(reading_list=shelf_of(lab), paper=make_paper(), user=alice),
        "alice lab",
    ),
    ("assignment.made", "in the team", assignment, "alice bob lab"),
    ("member.left", "somebody", leaving, "alice bob lab"),
    ("digest.ready", "alice's", lambda alice, lab: announce("digest.ready", digest=make_digest(alice).pk), "alice"),
    (
        "team_digest.ready",
        "the team's",
        lambda alice, lab: announce("team_digest.ready", team_digest=make_team_digest(lab).pk),
        "alice bob lab",
    ),
]


@pytest.fixture
def webhooks(alice: User, bob: User, carol: User, graph_lab: Team) -> dict[str, Webhook]:
    add_member(team=graph_lab, user=bob)
    return {
        "alice": make_webhook(alice, label="alice"),
        "bob": make_webhook(bob, label="bob"),
        "carol": make_webhook(carol, label="carol"),
        "lab": make_webhook(graph_lab, label="lab"),
    }


@pytest.mark.parametrize(("kind", "what", "deed", "expected"), TABLE, ids=[f"{kind}, {what}" for kind, what, *_rest in TABLE])
@pytest.mark.usefixtures("webhooks")
def test_only_those_who_may_see_it_are_told(kind: str, what: str, deed: Deed, expected: str, alice: User, graph_lab: Team) -> None:
    deed(alice, graph_lab)
    spread_announcements()
    posts = Delivery.objects.filter(announcement__kind=kind)
    assert set(posts.values_list("webhook__label", flat=True)) == set(expected.split())


@pytest.fixture
def everything(webhooks: dict[str, Webhook], alice: User, graph_lab: Team) -> list[Announcement]:
    """All of the table has happened, and waits to be told."""
    for _kind, _what, deed, _expected in TABLE:
        deed(alice, graph_lab)
    return list(Announcement.objects.waiting())


@pytest.mark.parametrize("at_once", [50, 3])
def test_who_is_asked_for_together_sees_what_each_is_told(
    webhooks: dict[str, Webhook], everything: list[Announcement], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("digests.posts.seen"), "AT_ONCE", at_once)
    audiences = [audience_of(webhook) for webhook in webhooks.values()]
    kinds = {one.kind for one in everything}
    assert kinds | {"member.joined"} == {*EventType.values}
    for kind in kinds:
        many = [one for one in everything if one.kind == kind]
        found = seen(many, audiences)
        assert found == {(audience, key) for audience in audiences for key in told(many, audience)}, kind
        assert found, kind


def spreading_anew() -> tuple[int, int]:
    """How many queries it takes to tell of everything that somebody heard of once more, and how many posts are made."""
    Delivery.objects.all().delete()
    Announcement.objects.update(taken_at=None)
    with CaptureQueriesContext(connection) as queries:
        spread_announcements()
    return len(queries), Delivery.objects.count()


def test_posts_are_made_in_as_many_queries_for_many_webhooks_as_for_few(
    webhooks: dict[str, Webhook], everything: list[Announcement], graph_lab: Team
) -> None:
    readers = [make_user(f"reader-{number}") for number in range(8)]
    for reader in readers:
        add_member(team=graph_lab, user=reader)
    spread_announcements()
    few = spreading_anew()
    for reader in readers:
        make_webhook(reader)
    many = spreading_anew()
    assert few[0] == many[0]
    assert few[1] * 2 < many[1]


def test_the_table_has_every_type() -> None:
    assert {kind for kind, *_rest in TABLE} | {"member.joined"} == set(EventType.values)


@pytest.mark.usefixtures("webhooks")
def test_every_way_of_changing_a_list_is_told(alice: User) -> None:
    shelf = filled(alice, alice)
    add_paper(reading_list=shelf, paper=make_paper(), user=alice)
    item = shelf.items.select_related("reading_list").latest("pk")
    write_note(item=item, note="Worth it", user=alice)
    write_tags(item=item, names=["often"])
    move_item_to(item=item, place=0)
    take_out(reading_list=shelf, papers=[item.paper_id], user=alice)
    change_list(reading_list=shelf, user=alice, title="Other")
    delete_list(reading_list=shelf, user=alice)
    announced = Announcement.objects.filter(kind="list.changed").order_by("pk")
    changes = "made papers_added papers_added note_written tags_changed order_changed papers_removed changed deleted"
    assert [one.facts["change"] for one in announced] == changes.split()


def test_what_was_said_is_not_told_once_it_is_deleted_nor_to_who_has_left(
    webhooks: dict[str, Webhook], alice: User, bob: User, graph_lab: Team
) -> None:
    team_comment(alice, graph_lab)
    spread_announcements()
    post = Delivery.objects.select_related("announcement").get(webhook=webhooks["bob"], announcement__kind="comment.written")
    assert post.announcement
    assert told([post.announcement], audience_of(webhooks["bob"]))[post.announcement.pk]["text"] == "Among us"
    remove_member(membership=Membership.objects.get(team=graph_lab, user=bob), actor=alice)
    assert told([post.announcement], audience_of(webhooks["bob"])) == {}
    delete_comment(comment=Comment.objects.get())
    assert told([post.announcement], audience_of(webhooks["alice"])) == {}
