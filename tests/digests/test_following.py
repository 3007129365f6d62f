"""Follows in the digest: what comes of them is first, for a reason that is true of this reader."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Team, User
from digests.compose import NEWS
from digests.models import Digest
from digests.reasons import name_reasons, reason_text
from papers.actions.following import follow
from papers.actions.lists import add_paper, create_list
from papers.actions.sharing import share_list
from papers.actions.voting import cast_vote
from papers.following.lately import followed_lately
from papers.models import AuthorClaim, Paper, ReadingList, Visibility
from tests.api import Program
from tests.digests.test_composing import compose_for
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db


def signals_of(user: User) -> dict[int, dict[str, str]]:
    return followed_lately([user.pk], since=NEWS)[user.pk]


def test_a_reader_with_nothing_but_follows_gets_them_first_with_their_reasons(alice: User, bob: User) -> None:
    others = [make_paper() for _ in range(3)]
    for paper in others:
        cast_vote(user=make_user(), paper=paper)
    written, listed, upvoted = make_paper(authors=("Ada Lovelace",)), make_paper(), make_paper()
    shelf = create_list(owner=make_user().namespace, title="Shelf", visibility=Visibility.PUBLIC)
    add_paper(reading_list=shelf, paper=listed, user=shelf.owner.user)
    cast_vote(user=bob, paper=upvoted)
    for target in (written.authors.get(), shelf, bob.namespace):
        follow(user=alice, target=target)
    digest = compose_for(alice)
    assert digest.state == Digest.State.READY
    first = list(digest.entries.all()[:3])
    name_reasons(first, reader=alice)
    assert [entry.paper_id for entry in first] == [written.pk, listed.pk, upvoted.pk]
    assert [reason_text(entry.reason) for entry in first] == [
        "New by Ada Lovelace, whom you follow",
        "Added to “Shelf”, which you follow",
        "Upvoted by bob, whom you follow",
    ]


def test_a_past_digest_names_nobody_who_hides_now(alice: User, bob: User, alices_browser: Client) -> None:
    upvoted, listed = make_paper(), make_paper()
    shelf = create_list(owner=make_user("dora").namespace, title="Diary", visibility=Visibility.INSTANCE)
    add_paper(reading_list=shelf, paper=listed, user=shelf.owner.user)
    cast_vote(user=bob, paper=upvoted)
    for target in (shelf, bob.namespace):
        follow(user=alice, target=target)
    page = compose_for(alice).get_absolute_url()
    week = page.strip("/").rpartition("/")[2]

    def told() -> tuple[bool, ...]:
        answers = (alices_browser.get(page).content.decode(), str(Program(alice).get(f"/digests/{week}/")))
        return tuple(name in answer for answer in answers for name in ("Upvoted by bob", "Diary", "From what you follow"))

    assert told() == (True, True, False) * 2
    narrow = str(Program(alice, scopes=["digests:read"]).get(f"/digests/{week}/"))
    assert ("bob" in narrow, "Diary" in narrow) == (True, False)
    User.objects.filter(pk=bob.pk).update(shows_votes=False)
    ReadingList.objects.filter(pk=shelf.pk).update(visibility=Visibility.PRIVATE)
    assert told() == (False, False, True) * 2


def test_the_strongest_reason_is_told_and_old_papers_are_no_news(alice: User, bob: User) -> None:
    paper = make_paper(authors=("Ada",))
    old = make_paper(authors=("Ada",), first_seen_at=timezone.now() - NEWS - timedelta(days=1))
    for each in (paper, old):
        cast_vote(user=bob, paper=each)
    follow(user=alice, target=bob.namespace)
    follow(user=alice, target=paper.authors.get())
    assert signals_of(alice) == {paper.pk: {"kind": "by_author", "author": "Ada"}}


def test_papers_under_another_name_of_the_same_person_count(alice: User, bob: User) -> None:
    one, other = make_paper(authors=("Ada Lovelace",)), make_paper(authors=("A. Lovelace",))
    follow(user=alice, target=one.authors.get())
    AuthorClaim.objects.bulk_create(AuthorClaim(user=bob, author=paper.authors.get(), state="accepted") for paper in (one, other))
    assert {key: signal["author"] for key, signal in signals_of(alice).items()} == {one.pk: "Ada Lovelace", other.pk: "A. Lovelace"}


class TestWhatMayBeTold:
    @pytest.fixture
    def paper(self) -> Paper:
        return make_paper()

    @pytest.fixture
    def shelf(self, bob: User, paper: Paper) -> ReadingList:
        made = create_list(owner=bob.namespace, title="Shelf", visibility=Visibility.INSTANCE)
        add_paper(reading_list=made, paper=paper, user=bob)
        return made

    def test_a_list_that_becomes_private_is_told_to_those_it_is_shared_with(
        self, alice: User, carol: User, bob: User, shelf: ReadingList, paper: Paper
    ) -> None:
        for person in (alice, carol):
            follow(user=person, target=shelf)
        share_list(reading_list=shelf, to=carol.namespace, may="read", user=bob)
        ReadingList.objects.filter(pk=shelf.pk).update(visibility=Visibility.PRIVATE)
        assert signals_of(alice) == {}
        assert signals_of(carol) == {paper.pk: {"kind": "in_followed_list", "list": shelf.pk}}

    def test_lists_of_a_followed_person_are_told_if_everybody_here_may_read_them(
        self, alice: User, bob: User, shelf: ReadingList, paper: Paper
    ) -> None:
        follow(user=alice, target=bob.namespace)
        assert set(signals_of(alice)) == {paper.pk}
        ReadingList.objects.filter(pk=shelf.pk).update(visibility=Visibility.PRIVATE)
        assert signals_of(alice) == {}

    def test_lists_inside_a_followed_one_are_told(self, alice: User, bob: User, shelf: ReadingList) -> None:
        inside, paper = create_list(owner=bob.namespace, title="Inside", parent=shelf), make_paper()
        add_paper(reading_list=inside, paper=paper, user=bob)
        follow(user=alice, target=shelf)
        assert signals_of(alice)[paper.pk]["list"] == inside.pk

    def test_what_one_put_there_oneself_is_no_news(self, alice: User, graph_lab: Team) -> None:
        made = create_list(owner=graph_lab.namespace, title="Team")
        add_paper(reading_list=made, paper=make_paper(), user=alice)
        follow(user=alice, target=made)
        assert signals_of(alice) == {}

    @pytest.mark.parametrize("change", [{"shows_votes": False}, {"deletion_due_at": timezone.now()}])
    def test_votes_are_told_while_their_maker_stays_and_shows_them(self, alice: User, bob: User, paper: Paper, change: dict) -> None:
        cast_vote(user=bob, paper=paper)
        follow(user=alice, target=bob.namespace)
        assert set(signals_of(alice)) == {paper.pk}
        User.objects.filter(pk=bob.pk).update(**change)
        assert signals_of(alice) == {}
