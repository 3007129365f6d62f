"""Following: one truth for each follow, a stream with true reasons in pages by key, and nothing that one may not see."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import feedparser
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.memberships import add_member
from accounts.actions.teams import change_team
from accounts.models import Team, User
from papers.actions.feed_addresses import make_feed_address
from papers.actions.following import CannotFollow, follow, unfollow
from papers.actions.indexing import index_papers
from papers.actions.interests import follow_category, interests_of, save_search, set_interests
from papers.actions.lists import add_paper, create_list
from papers.actions.reading import set_state
from papers.actions.sharing import share_list
from papers.actions.voting import cast_vote
from papers.following import Followed, reasons_for, stream_page
from papers.interests import read
from papers.models import Author, AuthorClaim, FeedAddress, Follow, Paper, ReadingList, Visibility, Vote
from tests.api import Program
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db


def author_of(paper: Paper) -> Author:
    return paper.authors.all()[0]


def public_list(owner: User, title: str = "Shelf") -> ReadingList:
    return create_list(owner=owner.namespace, title=title, visibility=Visibility.PUBLIC)


def stream_of(user: User) -> list[int]:
    return [entry.paper_key for entry in stream_page(Followed(user), "", 50).items]


def words_of(user: User) -> dict[int, list[str]]:
    return {key: [reason.text for reason in own] for key, own in reasons_for(Followed(user), stream_of(user)).items()}


def claimed(user: User, *authors: Author) -> None:
    AuthorClaim.objects.bulk_create(AuthorClaim(user=user, author=author, state="accepted") for author in authors)


class TestFollowing:
    def test_doing_it_twice_is_doing_it_once(self, alice: User, bob: User) -> None:
        author = author_of(make_paper())
        for target in (author, bob.namespace, public_list(bob)):
            assert [follow(user=alice, target=target) for _ in "12"] == [True, False]
            assert [unfollow(user=alice, target=target) for _ in "12"] == [True, False]

    def test_a_follow_has_exactly_one_target(self, alice: User, bob: User) -> None:
        for fields in ({}, {"namespace": bob.namespace, "reading_list": public_list(bob)}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Follow.objects.create(user=alice, **fields)

    def test_nobody_follows_themselves(self, alice: User) -> None:
        for target in (alice.namespace, public_list(alice)):
            with pytest.raises(CannotFollow):
                follow(user=alice, target=target)

    def test_names_of_one_person_are_followed_as_one(self, alice: User, bob: User) -> None:
        one, other = (author_of(make_paper(authors=(name,))) for name in ("Ada Lovelace", "A. Lovelace"))
        follow(user=alice, target=one)
        claimed(bob, one, other)
        assert not follow(user=alice, target=other)
        assert Follow.objects.about(other).told_to(alice) == (1, True)
        assert unfollow(user=alice, target=other)
        assert not Follow.objects.exists()

    def test_followers_are_counted_once_and_only_while_they_stay(self, alice: User, bob: User, carol: User) -> None:
        shelf = public_list(carol)
        for person in (alice, bob):
            follow(user=person, target=shelf)
        assert Follow.objects.about(shelf).told_to(carol) == (2, False)
        User.objects.filter(pk=bob.pk).update(deletion_due_at=timezone.now())
        assert Follow.objects.about(shelf).told_to(alice) == (1, True)

    def test_who_follows_a_list_that_is_merged_follows_the_other_once(self, alice: User, bob: User, carol: User) -> None:
        from papers.actions.list_copies import merge_lists

        kept, gone = public_list(bob, "Kept"), public_list(bob, "Gone")
        for person, target in ((alice, kept), (alice, gone), (carol, gone)):
            follow(user=person, target=target)
        merge_lists(keep=kept, other=gone, user=bob)
        assert sorted(Follow.objects.values_list("user__namespace__name", "reading_list__title")) == [("alice", "Kept"), ("carol", "Kept")]


class TestTheStream:
    def test_it_holds_what_is_followed_with_reasons_and_nothing_else(self, alice: User, bob: User) -> None:
        bob.full_name = "Bob B."
        bob.save()
        make_paper()
        written, in_subject, listed, upvoted = (
            make_paper(authors=("Ada Lovelace",)),
            make_paper(categories=("cs.CL",)),
            make_paper(),
            make_paper(),
        )
        shelf = public_list(make_user("dora"))
        add_paper(reading_list=shelf, paper=listed, user=bob)
        cast_vote(user=bob, paper=upvoted)
        for target in (author_of(written), bob.namespace, shelf):
            follow(user=alice, target=target)
        follow_category(user=alice, code="cs.CL")
        assert words_of(alice) == {
            written.pk: ["New by Ada Lovelace"],
            in_subject.pk: ["New in cs.CL"],
            listed.pk: ["Added to “Shelf” by Bob B."],
            upvoted.pk: ["Upvoted by Bob B."],
        }

    def test_a_paper_is_there_once_where_it_last_came_up_with_all_reasons(self, alice: User, bob: User) -> None:
        long_ago = timezone.now() - timedelta(days=300)
        old = make_paper(authors=("Ada",), first_seen_at=long_ago)
        new = make_paper(authors=("Ada",), first_seen_at=timezone.now() - timedelta(hours=1))
        follow(user=alice, target=author_of(old))
        assert stream_of(alice) == [new.pk, old.pk]
        follow(user=alice, target=bob.namespace)
        cast_vote(user=bob, paper=old)
        assert stream_of(alice) == [old.pk, new.pk]
        assert words_of(alice)[old.pk] == ["New by Ada", "Upvoted by bob"]

    def test_pages_go_on_by_key_and_name_each_paper_once(self, alice: User, bob: User) -> None:
        shelf, now = public_list(bob), timezone.now()
        papers = [make_paper(authors=(f"Author {n % 3}",), first_seen_at=now - timedelta(hours=n)) for n in range(12)]
        for author in Author.objects.all():
            follow(user=alice, target=author)
        follow(user=alice, target=shelf)
        follow(user=alice, target=bob.namespace)
        for paper in papers[::3]:
            add_paper(reading_list=shelf, paper=paper, user=bob)
        for paper in papers[1::4]:
            cast_vote(user=bob, paper=paper)
        whole = [(entry.at, entry.paper_key) for entry in stream_page(Followed(alice), "", 50).items]
        walked, cursor = [], ""
        while True:
            page = stream_page(Followed(alice), cursor, 5)
            walked += [(entry.at, entry.paper_key) for entry in page.items]
            if not (cursor := page.next_cursor):
                break
        assert walked == whole
        assert {key for _at, key in walked} == {paper.pk for paper in papers}
        assert all(before > after for before, after in pairwise(walked))

    def test_what_many_upvoted_hides_nothing_that_is_older(self, alice: User) -> None:
        often, once, now = make_paper(), make_paper(), timezone.now()
        written = make_paper(authors=("Ada",), first_seen_at=now - timedelta(days=300))
        follow(user=alice, target=author_of(written))
        for number in range(12):
            person = make_user(password=None)
            public_list(person)
            follow(user=alice, target=person.namespace)
            Vote.objects.create(user=person, paper=often)
            Vote.objects.filter(user=person).update(created_at=now - timedelta(hours=number))
        Vote.objects.create(user=person, paper=once)
        Vote.objects.filter(paper=once).update(created_at=now - timedelta(days=1))
        for size in (1, 2, 5):
            assert [key for [*page] in self._walk(alice, size) for key in page] == [often.pk, once.pk, written.pk]

    def test_what_earlier_pages_have_shown_is_passed_in_one_step(self, alice: User, bob: User, carol: User) -> None:
        papers, now = [make_paper() for _ in range(15)], timezone.now()
        for person, days in ((bob, 1), (carol, 9)):
            public_list(person)
            follow(user=alice, target=person.namespace)
            Vote.objects.bulk_create(Vote(user=person, paper=paper) for paper in papers)
            for hours, vote in enumerate(Vote.objects.filter(user=person)):
                Vote.objects.filter(pk=vote.pk).update(created_at=now - timedelta(days=days, hours=hours))
        with CaptureQueriesContext(connection) as captured:
            pages = list(self._walk(alice, 1))
        assert sorted(key for [key] in pages) == [paper.pk for paper in papers]
        assert len(captured) <= 5 * len(pages)

    def _walk(self, user: User, size: int) -> Iterator[list[int]]:
        cursor, is_over = "", False
        while not is_over:
            page = stream_page(Followed(user), cursor, size)
            yield [entry.paper_key for entry in page.items]
            cursor = page.next_cursor
            is_over = not cursor

    def test_a_paper_in_many_lists_names_the_last_few(self, alice: User, bob: User) -> None:
        paper = make_paper()
        for number in range(5):
            add_paper(reading_list=public_list(bob, f"List {number}"), paper=paper, user=bob)
        follow(user=alice, target=bob.namespace)
        named = [f"Added to “List {number}” by bob" for number in (4, 3, 2)]
        assert words_of(alice)[paper.pk] == [*named, "Added to 2 other lists"]

    def test_all_names_of_a_followed_person_count(self, alice: User, bob: User) -> None:
        one, other = make_paper(authors=("Ada Lovelace",)), make_paper(authors=("A. Lovelace",))
        follow(user=alice, target=author_of(one))
        claimed(bob, author_of(one), author_of(other))
        assert set(stream_of(alice)) == {one.pk, other.pk}

    def test_a_list_inside_a_followed_one_is_followed_along(self, alice: User, bob: User) -> None:
        outer, paper = public_list(bob), make_paper()
        add_paper(reading_list=create_list(owner=bob.namespace, title="Inside", parent=outer), paper=paper, user=bob)
        follow(user=alice, target=outer)
        assert stream_of(alice) == [paper.pk]

    def test_a_followed_teams_open_lists_count_but_not_its_own_ones(self, carol: User, bob: User, graph_lab: Team) -> None:
        change_team(team=graph_lab, actor=graph_lab.memberships.get(role="owner").user, is_public=True)
        shown, hidden = make_paper(), make_paper()
        add_paper(reading_list=create_list(owner=graph_lab.namespace, title="Open", visibility=Visibility.INSTANCE), paper=shown, user=bob)
        add_paper(reading_list=create_list(owner=graph_lab.namespace, title="Own"), paper=hidden, user=bob)
        follow(user=carol, target=graph_lab.namespace)
        assert stream_of(carol) == [shown.pk]

    def test_what_one_may_no_longer_see_vanishes(self, alice: User, bob: User) -> None:
        shelf, paper = public_list(bob), make_paper()
        add_paper(reading_list=shelf, paper=paper, user=bob)
        follow(user=alice, target=shelf)
        for hidden, shown in (({"visibility": "private"}, {"visibility": "public"}),):
            ReadingList.objects.filter(pk=shelf.pk).update(**hidden)
            assert stream_of(alice) == []
            assert not Follow.objects.shown_to(alice).exists()
            ReadingList.objects.filter(pk=shelf.pk).update(**shown)
            assert stream_of(alice) == [paper.pk]

    @pytest.mark.parametrize("change", [{"shows_votes": False}, {"deletion_due_at": timezone.now()}, {"is_active": False}])
    def test_votes_show_as_long_as_their_maker_stays_and_shows_them(self, alice: User, bob: User, change: dict) -> None:
        paper = make_paper()
        cast_vote(user=bob, paper=paper)
        follow(user=alice, target=bob.namespace)
        assert stream_of(alice) == [paper.pk]
        User.objects.filter(pk=bob.pk).update(**change)
        assert stream_of(alice) == []

    def test_a_person_who_leaves_vanishes(self, alice: User, bob: User) -> None:
        add_paper(reading_list=public_list(bob), paper=make_paper(), user=bob)
        follow(user=alice, target=bob.namespace)
        User.objects.filter(pk=bob.pk).update(deletion_due_at=timezone.now())
        assert stream_of(alice) == []
        assert not Follow.objects.shown_to(alice).exists()
        bob.delete()
        assert not Follow.objects.exists()

    def test_what_is_not_for_me_and_what_i_did_myself_is_left_out(self, alice: User, bob: User) -> None:
        shelf, mine, dismissed = public_list(bob), make_paper(), make_paper()
        share_list(reading_list=shelf, to=alice.namespace, may="add", user=bob)
        add_paper(reading_list=shelf, paper=mine, user=alice)
        add_paper(reading_list=shelf, paper=dismissed, user=bob)
        set_state(user=alice, paper=dismissed, state="dismissed")
        follow(user=alice, target=shelf)
        assert stream_of(alice) == []

    def test_a_page_takes_as_many_queries_for_many_follows_as_for_few(self, alice: User) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                followed = Followed(alice)
                reasons_for(followed, [entry.paper_key for entry in stream_page(followed, "", 5).items])
            return len(captured)

        counts = []
        for number in (1, 12):
            for _ in range(number):
                person, paper = make_user(password=None), make_paper(categories=("cs.CL",))
                shelf = public_list(person)
                add_paper(reading_list=shelf, paper=paper, user=person)
                cast_vote(user=person, paper=paper)
                for target in (author_of(paper), person.namespace, shelf):
                    follow(user=alice, target=target)
            follow_category(user=alice, code="cs.CL")
            counts.append(queries())
        assert counts[0] == counts[1] == 9


def test_for_many_readers_at_once_lists_are_readable_as_for_each_alone(alice: User, bob: User, carol: User, graph_lab: Team) -> None:
    dora, erin = make_user("dora"), make_user("erin")
    add_member(team=graph_lab, user=erin, role="reader")
    owners = (alice.namespace, graph_lab.namespace)
    roots = [create_list(owner=owner, title=visibility, visibility=visibility) for owner in owners for visibility in Visibility.values]
    for root in list(roots):
        roots.append(create_list(owner=root.owner, title="inside", parent=root))
    lent, to_team = create_list(owner=dora.namespace, title="Lent"), create_list(owner=dora.namespace, title="To the team")
    share_list(reading_list=lent, to=bob.namespace, may="read", user=dora)
    share_list(reading_list=to_team, to=graph_lab.namespace, may="read", user=dora)
    roots += [lent, to_team, create_list(owner=dora.namespace, title="inside", parent=lent)]
    people = (alice, bob, carol, dora, erin)
    Follow.objects.bulk_create(Follow(user=person, reading_list=each) for person in people for each in roots)
    for leaving in (None, alice, dora):
        User.objects.filter(pk=leaving.pk if leaving else 0).update(deletion_due_at=timezone.now())
        at_once = set(Follow.objects.of_readable_lists().values_list("user", "reading_list"))
        alone = {(person.pk, pk) for person in people for pk in ReadingList.objects.visible_to(person).values_list("pk", flat=True)}
        assert at_once == alone


class TestThePages:
    @pytest.fixture
    def places(self, alice: User, bob: User) -> dict[str, str]:
        """Pages with a button, and where it posts to."""
        author = author_of(make_paper(authors=("Ada Lovelace",)))
        shelf = public_list(bob)
        return {
            author.get_absolute_url(): f"/authors/{author.pk}/follow",
            "/people/bob/": "/people/bob/follow",
            shelf.get_absolute_url(): f"{shelf.get_absolute_url()}follow",
            "/?category=cs.LG": "/categories/cs.LG/follow",
        }

    def test_each_page_has_the_button_and_shows_its_state(self, alices_browser: Client, places: dict[str, str]) -> None:
        for page, address in places.items():
            assert f'hx-post="{address}"' in alices_browser.get(page).content.decode()
            back = alices_browser.post(address, {"action": "follow"}, headers={"referer": f"http://testserver{page}"})
            assert back["Location"] == f"{page}#follow"
            assert 'aria-pressed="true"' in alices_browser.get(page).content.decode()
            piece = alices_browser.post(address, {"action": "unfollow"}, headers={"HX-Request": "true"}).content.decode()
            assert 'aria-pressed="false"' in piece
            assert 'id="announcer"' in piece
            assert alices_browser.post(address, {"action": "else"}).status_code == 400

    def test_followers_are_counted_for_all_who_may_see_the_page(self, alice: User, carol: User, visitors_browser: Client) -> None:
        shelf = public_list(alice)
        follow(user=carol, target=shelf)
        assert "1 follower<" in visitors_browser.get(shelf.get_absolute_url()).content.decode()

    def test_ones_own_page_and_list_have_no_button(self, alice: User, alices_browser: Client) -> None:
        for page in (public_list(alice).get_absolute_url(), "/people/alice/"):
            assert "follow-button" not in alices_browser.get(page).content.decode()

    def test_the_page_teaches_first_and_then_shows_what_is_followed(self, alice: User, bob: User, alices_browser: Client) -> None:
        assert "Nothing yet" in alices_browser.get("/following/").content.decode()
        shelf = public_list(bob, "Bob’s shelf")
        add_paper(reading_list=shelf, paper=make_paper(title="On squares"), user=bob)
        for target in (author_of(make_paper(authors=("Ada Lovelace",))), bob.namespace, shelf):
            follow(user=alice, target=target)
        follow_category(user=alice, code="q-bio.NC")
        save_search(user=alice, text="graph attention")
        page = alices_browser.get("/following/").content.decode()
        for words in ("Ada Lovelace", "Bob’s shelf", "q-bio.NC", "graph attention", "On squares", "Added to “Bob’s shelf” by bob"):
            assert words in page

    def test_categories_of_other_servers_are_followed_by_their_names(self, alice: User, alices_browser: Client) -> None:
        code = "medrxiv.infectious-diseases-(except-hiv/aids)"
        make_paper(categories=(code,))
        alices_browser.post(f"/categories/{code}/follow", {"action": "follow"})
        assert interests_of(alice)["category"] == [code]
        assert Program(alice).get(f"/follows/category/{code}/") == {"following": True}
        assert read("category", code) == ([code], [])

    def test_interests_and_follows_are_one(self, alice: User, alices_browser: Client) -> None:
        make_paper(categories=("cs.CL",))
        alices_browser.post("/categories/cs.CL/follow", {"action": "follow"})
        assert interests_of(alice)["category"] == ["cs.CL"]
        set_interests(user=alice, kind="category", values=[])
        assert 'aria-pressed="false"' in alices_browser.get("/?category=cs.CL").content.decode()
        save_search(user=alice, text="graphs")
        back = alices_browser.post("/search/save", {"q": "graphs", "action": "forget", "back": "following"})
        assert back["Location"] == "/following/"
        assert interests_of(alice)["search"] == []

    def test_who_is_followed_can_be_let_go_when_their_page_is_gone(self, alice: User, bob: User, alices_browser: Client) -> None:
        shelf = public_list(bob)
        follow(user=alice, target=bob.namespace)
        shelf.delete()
        assert alices_browser.get("/people/bob/").status_code == 404
        assert "/people/bob/follow" in alices_browser.get("/following/").content.decode()
        assert alices_browser.post("/people/bob/follow", {"action": "unfollow"}).status_code == 302
        assert not Follow.objects.exists()

    def test_what_is_private_cannot_be_followed(self, bob: User, alices_browser: Client) -> None:
        create_list(owner=bob.namespace, title="Diary")
        for address in ("/lists/bob/diary/follow", "/people/bob/follow", "/authors/0/follow", "/categories/no.NE/follow"):
            assert alices_browser.post(address, {"action": "follow"}).status_code == 404
        assert not Follow.objects.exists()


class TestFeeds:
    def test_public_ones_hold_the_papers_and_know_who_has_them(self, bob: User, visitors_browser: Client) -> None:
        paper = make_paper(title="On squares", authors=("Ada Lovelace",), categories=("cs.CL",))
        index_papers()
        add_paper(reading_list=public_list(bob), paper=paper, user=bob)
        add_paper(reading_list=create_list(owner=bob.namespace, title="Diary"), paper=make_paper(title="Secret"), user=bob)
        author = author_of(paper)
        for address in (f"/authors/{author.pk}.atom", "/categories/cs.CL.atom", "/people/bob.atom", "/search.atom?q=squares"):
            feed = visitors_browser.get(address)
            assert feed["Content-Type"].startswith("application/atom+xml")
            [entry] = feedparser.parse(feed.content).entries
            assert entry.title == "On squares"
            assert visitors_browser.get(address, headers={"If-None-Match": feed["ETag"]}).status_code == 304
        Paper.objects.filter(pk=paper.pk).update(updated_at=timezone.now() + timedelta(minutes=1))
        assert visitors_browser.get(address, headers={"If-None-Match": feed["ETag"]}).status_code == 200

    def test_the_secret_address_gives_the_stream_until_it_ends(self, alice: User, bob: User, alices_browser: Client) -> None:
        paper = make_paper(title="On squares")
        cast_vote(user=bob, paper=paper)
        follow(user=alice, target=bob.namespace)
        address = self._made(alices_browser)
        feed = Client().get(address)
        [entry] = feedparser.parse(feed.content).entries
        assert "Upvoted by bob" in entry.summary
        assert feed["Referrer-Policy"] == "no-referrer"
        assert Client().get(address, headers={"If-None-Match": feed["ETag"]}).status_code == 304
        assert FeedAddress.objects.get().last_used_at is not None
        newer = self._made(alices_browser)
        assert [Client().get(each).status_code for each in (address, newer)] == [404, 200]
        User.objects.filter(pk=alice.pk).update(deletion_due_at=timezone.now())
        assert Client().get(newer).status_code == 404
        User.objects.filter(pk=alice.pk).update(deletion_due_at=None)
        alices_browser.post("/following/feed", {"action": "end"})
        assert Client().get(newer).status_code == 404

    def _made(self, browser: Client) -> str:
        page = browser.post("/following/feed", {"action": "make"}).content.decode()
        [path] = re.findall(r"/feed/[\w-]+\.atom", page)
        return path

    def test_only_a_fingerprint_of_the_key_is_kept(self, alice: User) -> None:
        key = make_feed_address(user=alice)
        assert key not in str(FeedAddress.objects.values().get())


class TestTheApi:
    def test_each_kind_is_followed_by_name_as_often_as_one_likes(self, alice: User, bob: User, graph_lab: Team) -> None:
        change_team(team=graph_lab, actor=alice, is_public=True)
        make_paper(authors=("Ada Lovelace",), categories=("cs.CL",))
        public_list(bob)
        program = Program(alice)
        names = {
            "author": "Ada Lovelace",
            "category": "cs.CL",
            "list": "bob/shelf",
            "person": "bob",
            "team": "graph-lab",
            "search": "graph attention",
        }
        for kind, name in names.items():
            for method, status in (("put", 200), ("put", 200), ("get", 200), ("delete", 204), ("delete", 204), ("put", 200)):
                answer = program.ask(method, f"/follows/{kind}/{name}/")
                assert answer.status_code == status, (kind, answer.content)
                assert status == 204 or answer.json() == {"following": True}
        assert {row["kind"]: row["name"] for row in program.get("/follows/")["results"]} == names

    @pytest.mark.parametrize("path", ["author/Nobody", "category/no.NE", "list/bob/diary", "list/bob", "person/graph-lab", "planet/mars"])
    def test_what_is_not_there_or_not_shown_is_404(self, alice: User, bob: User, graph_lab: Team, path: str) -> None:
        create_list(owner=bob.namespace, title="Diary")
        assert Program(alice).ask("put", f"/follows/{path}/").status_code == 404

    def test_oneself_cannot_be_followed(self, alice: User) -> None:
        public_list(alice)
        assert Program(alice).ask("put", "/follows/person/alice/").status_code == 400

    def test_the_stream_comes_in_pages_with_reasons(self, alice: User, bob: User) -> None:
        for _ in range(3):
            cast_vote(user=bob, paper=make_paper())
        follow(user=alice, target=bob.namespace)
        program, seen, address = Program(alice), [], "/me/following/?size=2"
        while address:
            page = program.get(address)
            seen += [row["paper"]["slug"] for row in page["results"]]
            address = page["next"]
        assert sorted(seen) == sorted(Paper.objects.values_list("slug", flat=True))
        assert page["results"][0]["reasons"] == [
            {"kind": "upvoted_by", "names": ["bob"], "place": "", "count": 0, "text": "Upvoted by bob"}
        ]
        assert program.ask("get", "/me/following/?cursor=forged").status_code == 400

    def test_a_token_that_may_not_read_lists_is_told_of_public_ones_only(self, alice: User, bob: User) -> None:
        for visibility in ("public", "instance"):
            shelf = create_list(owner=bob.namespace, title=visibility, visibility=visibility)
            add_paper(reading_list=shelf, paper=make_paper(title=visibility), user=bob)
            follow(user=alice, target=shelf)
        add_paper(reading_list=create_list(owner=alice.namespace, title="Mine"), paper=Paper.objects.get(title="public"), user=alice)
        narrow, wide = Program(alice, scopes=["digests:read"]), Program(alice)
        assert [row["paper"]["title"] for row in narrow.get("/me/following/")["results"]] == ["public"]
        assert len(wide.get("/me/following/")["results"]) == len(wide.get("/follows/")["results"]) == 2
        assert narrow.get("/follows/")["results"] == []
        told = [program.get("/me/following/")["results"][-1]["paper"]["lists"] for program in (narrow, wide)]
        assert [len(lists) for lists in told] == [0, 1]

    def test_a_search_is_the_same_however_it_is_spaced(self, alice: User) -> None:
        program = Program(alice)
        for method in ("put", "get"):
            assert program.ask(method, "/follows/search/graph%20%20attention/").json() == {"following": True}
