"""/api/v1/papers/ and /api/v1/lists/: what programs read and write."""

from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import Role, Team, User
from papers.actions.lists import add_paper, create_list
from papers.actions.voting import cast_vote
from papers.models import ListItem, Paper, ReadingList, Visibility, Vote
from tests.api import Program, wrong
from tests.factories import make_paper, make_user


@pytest.fixture
def alices_program(alice: User) -> Program:
    return Program(alice)


@pytest.fixture
def carols_program(carol: User) -> Program:
    return Program(carol)


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    return create_list(owner=alice.namespace, title="Shelf")


def slugs(answer: dict) -> list[str]:
    return [paper["slug"] for paper in answer["results"]]


class TestPapers:
    def test_a_visitor_reads_the_catalogue_page_by_page(self, db: None) -> None:
        papers = [make_paper() for _ in range(5)]
        visitor = Program()
        first = visitor.get("/papers/?size=2")
        second = visitor.get(first["next"])
        third = visitor.get(second["next"])
        assert third["next"] is None
        assert slugs(first) + slugs(second) + slugs(third) == [paper.slug for paper in reversed(papers)]

    def test_the_next_link_keeps_order_category_and_size(self, db: None) -> None:
        for _ in range(3):
            make_paper(categories=("cs.CL",))
            make_paper(categories=("cs.CV",))
        visitor = Program()
        page = visitor.get("/papers/?order=new&category=cs.CL&size=2")
        assert len(page["results"]) == 2
        last = visitor.get(page["next"])
        assert len(last["results"]) == 1
        assert {code for paper in page["results"] + last["results"] for code in paper["categories"]} == {"cs.CL"}

    def test_top_puts_the_most_upvoted_first(self, alice: User, bob: User) -> None:
        favourite, _other = make_paper(), make_paper()
        for reader in (alice, bob):
            cast_vote(user=reader, paper=favourite)
        first = Program().get("/papers/?order=top")["results"][0]
        assert (first["slug"], first["votes"]) == (favourite.slug, 2)

    def test_a_card_tells_what_its_reader_did(self, alice: User, alices_program: Program, shelf: ReadingList) -> None:
        paper = make_paper()
        cast_vote(user=alice, paper=paper)
        add_paper(reading_list=shelf, paper=paper, user=alice)
        [card] = alices_program.get("/papers/")["results"]
        assert (card["voted"], card["saved"], card["votes"], card["saves"]) == (True, True, 1, 1)
        [card] = Program().get("/papers/")["results"]
        assert (card["voted"], card["saved"]) == (False, False)

    def test_a_card_names_the_first_authors_and_the_paper_all(self, db: None) -> None:
        names = tuple(f"Author {number}" for number in range(9))
        paper = make_paper(authors=names)
        [card] = Program().get("/papers/")["results"]
        assert card["authors"] == list(names[:4])
        assert card["author_count"] == 9
        whole = Program().get(f"/papers/{paper.slug}/")
        assert whole["authors"] == list(names)
        assert whole["url"] == f"http://testserver{paper.get_absolute_url()}"

    @pytest.mark.parametrize(
        "spelling",
        ["1706.03762", "1706.03762v7", "arXiv:1706.03762", "https://arxiv.org/abs/1706.03762v2", "10.48550/arXiv.1706.03762"],
    )
    def test_a_paper_is_found_by_any_spelling_of_its_arxiv_id(self, db: None, spelling: str) -> None:
        make_paper(arxiv_id="1706.03762")
        assert Program().get(f"/papers/{quote(spelling, safe='')}/")["slug"] == "1706.03762"

    @pytest.mark.parametrize("spelling", ["10.1000/ABC.182", "doi:10.1000/abc.182", "https://doi.org/10.1000/abc.182"])
    def test_a_paper_is_found_by_any_spelling_of_its_doi(self, db: None, spelling: str) -> None:
        make_paper(arxiv_id="", doi="10.1000/abc.182")
        assert Program().get(f"/papers/{quote(spelling, safe='')}/")["slug"] == "10.1000/abc.182"

    def test_an_old_arxiv_id_with_its_slash_is_an_address(self, alices_program: Program) -> None:
        make_paper(arxiv_id="hep-th/9901001")
        assert alices_program.get("/papers/hep-th/9901001/")["arxiv_id"] == "hep-th/9901001"
        assert alices_program.ask("put", "/papers/hep-th/9901001/vote/").json() == {"votes": 1, "voted": True}

    def test_an_unknown_paper_is_404(self, db: None) -> None:
        assert Program().ask("get", "/papers/2401.99999/").status_code == 404

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("order=best", "order"),
            ("size=0", "size"),
            ("size=101", "size"),
            ("size=²", "size"),
            ("size=x", "size"),
            ("cursor=xyz", "cursor"),
        ],
    )
    def test_a_bad_parameter_is_named(self, db: None, query: str, field: str) -> None:
        response = Program().ask("get", f"/papers/?{query}")
        assert set(wrong(response)) == {field}

    def test_a_cursor_of_another_order_is_refused(self, db: None) -> None:
        for _ in range(2):
            make_paper()
        other = Program().get("/papers/?size=1&order=new")["next"].replace("order=new", "order=hot")
        assert "cursor" in wrong(Program().ask("get", other))


class TestVotes:
    def test_putting_a_vote_twice_counts_once(self, alices_program: Program) -> None:
        paper = make_paper()
        for _ in range(2):
            response = alices_program.ask("put", f"/papers/{paper.slug}/vote/")
            assert (response.status_code, response.json()) == (200, {"votes": 1, "voted": True})
        assert Vote.objects.count() == 1

    def test_deleting_a_vote_twice_is_deleting_it_once(self, alices_program: Program, bob: User) -> None:
        paper = make_paper()
        cast_vote(user=bob, paper=paper)
        alices_program.ask("put", f"/papers/{paper.slug}/vote/")
        for _ in range(2):
            response = alices_program.ask("delete", f"/papers/{paper.slug}/vote/")
            assert (response.status_code, response.json()) == (200, {"votes": 1, "voted": False})

    def test_a_session_needs_the_csrf_token(self, alice: User) -> None:
        paper = make_paper()
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(alice)
        refused = browser.put(f"/api/v1/papers/{paper.slug}/vote/")
        assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
        assert "CSRF" in refused.json()["detail"]
        assert not Vote.objects.exists()

    def test_a_session_with_the_csrf_token_votes(self, alice: User) -> None:
        paper = make_paper()
        browser = Client(enforce_csrf_checks=True)
        browser.get("/accounts/login/")
        browser.force_login(alice)
        token = browser.cookies["lectern_csrf"].value
        assert browser.put(f"/api/v1/papers/{paper.slug}/vote/", headers={"X-CSRFToken": token}).status_code == 200


class TestLists:
    def test_a_list_is_made_under_its_makers_name(self, alices_program: Program) -> None:
        response = alices_program.ask("post", "/lists/", {"title": "Diffusion models", "description": "To read in May"})
        assert response.status_code == 201
        made = response.json()
        assert (made["owner"], made["slug"], made["visibility"], made["item_count"]) == ("alice", "diffusion-models", "private", 0)
        assert ReadingList.objects.get().owner.name == "alice"

    def test_a_member_makes_a_list_of_the_team(self, graph_lab: Team, bob: User) -> None:
        response = Program(bob).ask("post", "/lists/", {"title": "Ours", "owner": "graph-lab"})
        assert (response.status_code, response.json()["owner"]) == (201, "graph-lab")

    def test_a_guest_of_the_team_does_not(self, graph_lab: Team, bob: User) -> None:
        graph_lab.memberships.filter(user=bob).update(role=Role.READER)
        response = Program(bob).ask("post", "/lists/", {"title": "Ours", "owner": "graph-lab"})
        assert set(wrong(response)) == {"owner"}

    @pytest.mark.parametrize("owner", ["graph-lab", "bob", "nobody-at-all", "", None, 5, ["alice"], {"name": "alice"}, "\x00"])
    def test_nobody_makes_a_list_under_a_foreign_name(self, graph_lab: Team, carols_program: Program, owner: object) -> None:
        response = carols_program.ask("post", "/lists/", {"title": "Mine now", "owner": owner})
        assert set(wrong(response)) == {"owner"}
        assert not ReadingList.objects.exists()

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "title"),
            ({"title": " "}, "title"),
            ({"title": "x" * 121}, "title"),
            ({"title": "x\x00"}, "title"),
            ({"title": "x", "visibility": "secret"}, "visibility"),
            ({"title": "x", "description": "x" * 501}, "description"),
        ],
    )
    def test_a_bad_field_is_named(self, alices_program: Program, body: dict, field: str) -> None:
        response = alices_program.ask("post", "/lists/", body)
        assert set(wrong(response)) == {field}

    def test_lists_show_what_may_be_read_and_mine_what_is_ones_own(self, graph_lab: Team, alice: User, bob: User, carol: User) -> None:
        create_list(owner=alice.namespace, title="Private")
        create_list(owner=graph_lab.namespace, title="Team")
        create_list(owner=carol.namespace, title="Open", visibility=Visibility.PUBLIC)
        create_list(owner=carol.namespace, title="House", visibility=Visibility.INSTANCE)

        def titles(program: Program, query: str = "") -> set[str]:
            return {row["title"] for row in program.get(f"/lists/{query}")["results"]}

        assert titles(Program(bob)) == {"Team", "Open", "House"}
        assert titles(Program(bob), "?show=mine") == {"Team"}
        assert titles(Program(alice), "?owner=alice") == {"Private"}
        assert titles(Program(bob), "?owner=alice") == set()
        assert titles(Program()) == {"Open"}
        assert titles(Program(), "?show=mine") == set()

    def test_lists_come_page_by_page_the_latest_changed_first(self, alice: User, alices_program: Program) -> None:
        for number in range(3):
            create_list(owner=alice.namespace, title=f"List {number}")
        first = alices_program.get("/lists/?size=2")
        second = alices_program.get(first["next"])
        assert slugs(first) + slugs(second) == ["list-2", "list-1", "list-0"]

    def test_a_list_changes_its_title_and_keeps_its_address(self, alices_program: Program, shelf: ReadingList) -> None:
        response = alices_program.ask("patch", "/lists/alice/shelf/", {"title": "Better", "visibility": "public"})
        assert response.status_code == 200
        assert (response.json()["title"], response.json()["slug"]) == ("Better", "shelf")
        assert Program().get("/lists/alice/shelf/")["title"] == "Better"

    def test_a_list_cannot_be_given_away_by_a_patch(self, graph_lab: Team, alices_program: Program, shelf: ReadingList) -> None:
        response = alices_program.ask("patch", "/lists/alice/shelf/", {"owner": "graph-lab"})
        assert set(wrong(response)) == {"owner"}

    def test_read_only_fields_stay(self, alices_program: Program, shelf: ReadingList) -> None:
        answer = alices_program.ask("patch", "/lists/alice/shelf/", {"slug": "other", "item_count": 9}).json()
        assert (answer["slug"], answer["item_count"]) == ("shelf", 0)

    def test_a_stranger_cannot_tell_a_private_list_from_none(self, carols_program: Program, shelf: ReadingList) -> None:
        for method, path in [("get", ""), ("patch", ""), ("delete", ""), ("get", "items/"), ("put", f"items/{make_paper().slug}/")]:
            theirs = carols_program.ask(method, f"/lists/alice/shelf/{path}")
            none = carols_program.ask(method, f"/lists/alice/no-such-list/{path}")
            assert (theirs.status_code, theirs.content) == (404, none.content)

    def test_an_open_list_is_read_but_not_changed_by_others(self, alice: User, carols_program: Program) -> None:
        paper = make_paper()
        create_list(owner=alice.namespace, title="Open", visibility=Visibility.PUBLIC)
        assert carols_program.get("/lists/alice/open/items/")["results"] == []
        for method, path in [("patch", ""), ("delete", ""), ("put", f"items/{paper.slug}/"), ("delete", f"items/{paper.slug}/")]:
            assert carols_program.ask(method, f"/lists/alice/open/{path}").status_code == 403

    def test_a_deleted_list_takes_its_saves_along(self, alice: User, alices_program: Program, shelf: ReadingList) -> None:
        paper = make_paper()
        add_paper(reading_list=shelf, paper=paper, user=alice)
        assert alices_program.ask("delete", "/lists/alice/shelf/").status_code == 204
        paper.stats.refresh_from_db()
        assert (ReadingList.objects.count(), paper.stats.save_count) == (0, 0)


class TestItems:
    def test_a_paper_is_added_once_with_its_note(self, alices_program: Program, shelf: ReadingList) -> None:
        make_paper(arxiv_id="hep-th/9901001")
        first = alices_program.ask("put", "/lists/alice/shelf/items/hep-th/9901001/", {"note": "for Friday"})
        again = alices_program.ask("put", "/lists/alice/shelf/items/arXiv:hep-th%2F9901001v2/")
        assert (first.status_code, again.status_code) == (201, 200)
        for answer in (first.json(), again.json()):
            assert (answer["paper"]["slug"], answer["note"], answer["added_by"]) == ("hep-th/9901001", "for Friday", "alice")
            assert answer["paper"]["saved"] is True
        assert ListItem.objects.count() == 1

    def test_a_note_that_is_given_replaces_the_one_there(self, alices_program: Program, shelf: ReadingList) -> None:
        path = f"/lists/alice/shelf/items/{make_paper().slug}/"
        alices_program.ask("put", path, {"note": "one"})
        assert alices_program.ask("put", path, {"note": "two"}, HTTP_IF_MATCH="*").json()["note"] == "two"
        assert alices_program.ask("patch", path, {"note": "three"}, HTTP_IF_MATCH="*").json()["note"] == "three"
        assert alices_program.ask("patch", path, {}).json()["note"] == "three"
        assert alices_program.ask("patch", path, {"note": "x" * 5_001}).status_code == 400
        assert ListItem.objects.get().note == "three"

    def test_a_note_needs_its_paper_in_the_list(self, alices_program: Program, shelf: ReadingList) -> None:
        paper = make_paper()
        assert alices_program.ask("patch", f"/lists/alice/shelf/items/{paper.slug}/", {"note": "x"}).status_code == 404

    def test_items_come_in_the_order_of_the_list(self, alice: User, alices_program: Program, shelf: ReadingList) -> None:
        papers = [make_paper() for _ in range(5)]
        for paper in papers:
            add_paper(reading_list=shelf, paper=paper, user=alice)
        first = alices_program.get("/lists/alice/shelf/items/?size=3")
        second = alices_program.get(first["next"])
        found = [item["paper"]["slug"] for item in first["results"] + second["results"]]
        assert found == [paper.slug for paper in papers]

    def test_a_paper_is_taken_out_once(self, alice: User, alices_program: Program, shelf: ReadingList) -> None:
        paper = make_paper()
        add_paper(reading_list=shelf, paper=paper, user=alice)
        for _ in range(2):
            assert alices_program.ask("delete", f"/lists/alice/shelf/items/{paper.slug}/").status_code == 204
        shelf.refresh_from_db()
        assert shelf.item_count == 0

    def test_an_unknown_paper_is_not_added(self, alices_program: Program, shelf: ReadingList) -> None:
        assert alices_program.ask("put", "/lists/alice/shelf/items/2401.99999/").status_code == 404

    def test_the_item_of_somebody_who_left_has_no_adder(self, graph_lab: Team, alice: User) -> None:
        guest = make_user("guest")
        shared = create_list(owner=graph_lab.namespace, title="Ours")
        add_paper(reading_list=shared, paper=make_paper(), user=guest)
        guest.delete()
        [item] = Program(alice).get("/lists/graph-lab/ours/items/")["results"]
        assert item["added_by"] is None


def test_a_page_that_has_not_changed_is_not_sent_again(db: None) -> None:
    make_paper()
    first = Program().ask("get", "/papers/")
    again = Program().ask("get", "/papers/", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    Paper.objects.update(title="Corrected")
    assert Program().ask("get", "/papers/", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_no_cache_may_show_one_reader_what_another_did(db: None) -> None:
    assert {"Authorization", "Cookie"} <= set(Program().ask("get", "/papers/")["Vary"].split(", "))
