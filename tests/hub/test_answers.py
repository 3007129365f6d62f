"""What the client never shows: fields, headers, bounds and privacy of the addresses that it calls."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.actions.tokens import make_token
from accounts.models import HouseRules, Scope, Team, User
from accounts.models.token import TEAM_SCOPES
from papers.actions.following import follow
from papers.actions.list_copies import move_list
from papers.actions.lists import add_paper, create_list
from papers.actions.nesting import nest_list
from papers.hub.answers import key_of, object_id
from papers.models import Paper, ReadingList, Submission, Visibility
from tests.factories import make_paper

LONG_DOI = "10.1234/" + "a" * 250


class Program:
    """Calls the addresses below /api/ with a token, or as nobody."""

    def __init__(self, user: User | None = None, scopes: Any = Scope.values, team: Team | None = None) -> None:
        self.browser = Client()
        secret = make_token(user=user, name="notebook", scopes=scopes, team=team)[1] if user else ""
        self.headers = {"Authorization": f"Bearer {secret}"} if user else {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        sent = {"data": body, "content_type": "application/json"} if body is not None else {}
        answer: HttpResponse = getattr(self.browser, method)(f"/api/{path}", headers=self.headers | headers, **sent)
        return answer

    def get(self, path: str) -> Any:
        answer = self.ask("get", path)
        assert answer.status_code == 200, answer.content
        return answer.json()


@pytest.fixture
def hers(alice: User) -> Program:
    return Program(alice)


def address_of(reading_list: ReadingList) -> str:
    return f"collections/{reading_list.owner.name}/words-{reading_list.pk:024x}"


class TestErrors:
    def test_an_error_is_a_problem_with_the_words_where_the_client_looks(self, db: None) -> None:
        answer = Program().ask("get", "papers/2601.99999", **{"X-Amzn-Trace-Id": "0b1f2c3d-aaaa-bbbb-cccc-1234567890ab"})
        told = answer.json()
        assert answer["Content-Type"] == "application/problem+json"
        assert (told["type"], told["title"], told["status"]) == ("about:blank", "Not Found", 404)
        assert told["detail"] == told["error"] == answer["X-Error-Message"]
        assert answer["X-Request-Id"] == "0b1f2c3d-aaaa-bbbb-cccc-1234567890ab"
        assert "X-Error-Code" not in answer

    def test_a_header_holds_one_plain_line(self, db: None) -> None:
        answer = Program().ask("get", "papers/“a\nb”é")
        assert answer.status_code == 404
        assert answer["X-Error-Message"].encode("latin-1").isascii() is False  # as a header can carry it
        assert "\n" not in answer["X-Error-Message"]

    def test_a_field_is_named(self, hers: Program) -> None:
        told = hers.ask("post", "collections", {"title": ""}).json()
        assert told["detail"] == "title: This field may not be blank."

    def test_a_visitor_who_writes_is_told_how_to_log_in(self, db: None) -> None:
        answer = Program().ask("post", "collections", {"title": "Mine"})
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="lectern"')
        assert "hf auth login --token" in answer.json()["detail"]

    def test_a_token_without_the_scope_is_told_which(self, alice: User) -> None:
        answer = Program(alice, [Scope.PAPERS_READ]).ask("get", "collections")
        assert (answer.status_code, answer.json()["detail"]) == (403, "This token lacks the scope lists:read.")

    @pytest.mark.parametrize(
        "body", [[], "x", None, {"item": 1}, {"item": {"id": [], "type": {}}}, {"item": {"id": "\x00", "type": "paper"}}]
    )
    def test_odd_bodies_are_bad_requests(self, hers: Program, alice: User, body: Any) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf")
        answer = hers.browser.post(f"/api/{address_of(shelf)}/items", body, content_type="application/json", headers=hers.headers)
        assert answer.status_code == 400


class TestErrorsOfAnyKind:
    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("get", "models/gpt2", 404),
            ("get", "collections/alice", 404),
            ("put", "daily_papers", 405),
            ("delete", "papers/2601.15621", 405),
            ("get", "papers/%00", 400),
            ("get", "daily_papers?date=today", 400),
            ("get", "collections/alice/shelf-000000000000000000000001", 404),
        ],
    )
    def test_each_has_both_shapes_in_one_body(self, hers: Program, method: str, path: str, status: int) -> None:
        answer = hers.ask(method, path)
        told = answer.json()
        assert (answer.status_code, told["status"], answer["Content-Type"]) == (status, status, "application/problem+json")
        assert told["error"] == told["detail"]
        assert answer["X-Error-Message"]
        assert "X-Error-Code" not in answer


class TestBounds:
    @pytest.mark.parametrize(
        ("path", "good", "bad"),
        [
            ("daily_papers?limit=", ["1", "100"], ["0", "101", "-1", "x", ""]),
            ("daily_papers?p=", ["0", "1"], ["-1", "x", "1.5"]),
            ("daily_papers?date=", ["2026-11-24"], ["2026-W48", "2026-11", "2026-02-30", "today", ""]),
            ("daily_papers?week=", ["2026-W48", "2026-W53"], ["2025-W53", "2026-48", "2026-W00", ""]),
            ("daily_papers?month=", ["2026-11"], ["2026-13", "2026-11-24", ""]),
            ("daily_papers?sort=", ["publishedAt", "trending"], ["best", ""]),
            ("papers/search?q=a&limit=", ["1", "120"], ["0", "121"]),
            ("papers/search?q=", ["a", "a" * 250], ["", "%20", "a" * 251]),
            ("papers?limit=", ["1", "100"], ["0", "101"]),
            ("papers?cursor=", [""], ["x"]),
            ("collections?limit=", ["1", "1000"], ["0", "x"]),  # it is of all pages
            ("collections?sort=", ["lastModified", "trending", "upvotes"], ["best"]),
        ],
    )
    def test_what_is_out_of_bounds_is_a_bad_request(self, db: None, path: str, good: list[str], bad: list[str]) -> None:
        found = {value: Program().ask("get", f"{path}{value}").status_code for value in good + bad}
        assert found == dict.fromkeys(good, 200) | dict.fromkeys(bad, 400)

    @pytest.mark.parametrize(
        ("name", "value", "status"),
        [
            ("description", "a" * 150, 201),
            ("description", "a" * 151, 400),
            ("description", None, 400),
            ("title", "", 400),
        ],
    )
    def test_words_of_a_collection(self, hers: Program, name: str, value: Any, status: int) -> None:
        assert hers.ask("post", "collections", {"title": "Shelf", name: value}).status_code == status

    @pytest.mark.parametrize(("note", "status"), [("a" * 500, 200), ("a" * 501, 400), (None, 200), ({"text": "a"}, 400)])
    def test_words_beside_a_paper(self, hers: Program, alice: User, note: Any, status: int) -> None:
        shelf, paper = create_list(owner=alice.namespace, title="Shelf"), make_paper()
        asked = {"item": {"id": paper.arxiv_id, "type": "paper"}, "note": note}
        assert hers.ask("post", f"{address_of(shelf)}/items", asked).status_code == status


class TestSpans:
    MOMENTS = ("2026-10-31T23:59", "2026-11-01T00:00", "2026-11-22T23:59", "2026-11-23T00:00", "2026-11-29T23:59", "2026-11-30T00:00")

    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [
            ("week=2026-W48", 3, 4),
            ("month=2026-11", 1, 5),
            ("date=2026-11-23", 3, 3),
            ("date=2026-11-22", 2, 2),
            ("month=2026-11&week=2026-W44", 1, 1),
        ],
    )
    def test_days_weeks_and_months_end_at_midnight_utc(self, db: None, asked: str, first: int, last: int) -> None:
        for moment in self.MOMENTS:
            make_paper(title=moment, first_seen_at=datetime.fromisoformat(f"{moment}Z"))
        found = [entry["title"] for entry in Program().get(f"daily_papers?{asked}")]
        assert found == list(reversed(self.MOMENTS[first : last + 1]))


class TestNames:
    @pytest.mark.parametrize("number", range(3))
    def test_a_paper_is_named_alike_wherever_it_is_named(self, hers: Program, alice: User, papers: list[Paper], number: int) -> None:
        paper = papers[number]
        names = [
            ["2601.15621", "2601.15621v2", "arXiv:2601.15621"],
            ["hep-th/9901001", "hep-th/9901001v3", "Hep-Th/9901001"],
            ["10.1234/abc.def", "10.1234/ABC.def"],
        ][number]
        for name in names:
            shelf = create_list(owner=alice.namespace, title=name)
            assert hers.get(f"papers/{name}")["discussionId"] == object_id(paper)
            added = hers.ask("post", f"{address_of(shelf)}/items", {"item": {"id": name, "type": "paper"}})
            assert [item["id"] for item in added.json()["items"]] == names[:1]
            assert len(hers.get(f"collections?item=papers/{name}")) == len(ReadingList.objects.all())
            page = hers.browser.get(f"/papers/{name}", headers={"Accept": "text/markdown"}, follow=True).content.decode()
            assert page.startswith(f"# {paper.title}")
            assert hers.browser.get(f"/papers/{name}.md", follow=True).content.decode() == page


class TestIds:
    @pytest.mark.parametrize("key", [0, 1, 2**40, 2**63 - 1])
    def test_a_key_comes_back_from_its_id_whatever_words_are_before(self, key: int) -> None:
        assert key_of(object_id(key)) == key_of(f"reading-group-{object_id(key)}") == key_of(f"a\n-{object_id(key)}") == key

    @pytest.mark.parametrize("text", ["", "shelf", "0" * 23, "g" * 24, "f" * 24, "0" * 25, "x" + "0" * 24])
    def test_anything_else_is_no_id(self, text: str) -> None:
        assert key_of(text) is None

    @pytest.mark.parametrize(("title", "words"), [("Café & Co", "cafe-co"), ("漢字", "list"), ("a" * 90, "a" * 60)])
    def test_an_address_is_a_name_words_and_an_id(self, hers: Program, title: str, words: str) -> None:
        assert re.fullmatch(f"alice/{words}-[0-9a-f]{{24}}", hers.ask("post", "collections", {"title": title}).json()["slug"])

    def test_a_collection_that_moved_is_found_by_its_old_address(self, hers: Program, alice: User, graph_lab: Team) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf", user=alice)
        before = hers.get(address_of(shelf))["slug"]
        move_list(reading_list=shelf, owner=graph_lab.namespace, user=alice)
        assert hers.get(f"collections/{before}")["slug"] == f"graph-lab/shelf-{shelf.pk:024x}"


class TestLists:
    def test_a_paper_beside_others_says_it_all_in_both_places(self, db: None) -> None:
        make_paper(arxiv_id="2601.15621", title="Attention", abstract="We attend.")
        [entry] = Program().get("daily_papers")
        assert {"id", "authors", "summary", "upvotes", "discussionId", "publishedAt", "title"} == set(entry["paper"])
        assert {"authors", "comments", "id"} & set(entry) == set()  # the client would take them for its own
        assert (entry["title"], entry["numComments"], entry["upvotes"], entry["paper"]["upvotes"]) == ("Attention", 0, 0, 0)
        assert "publishedAt" not in entry  # no day of publication is known
        assert entry["submittedOnDailyAt"].endswith("Z")

    def test_a_paper_alone_has_these_members(self, db: None) -> None:
        make_paper(arxiv_id="2601.15621")
        told = Program().get("papers/2601.15621")
        assert set(told) == {
            *("id", "title", "summary", "authors", "publishedAt", "submittedOnDailyAt", "submittedOnDailyBy", "upvotes", "discussionId"),
            *("numComments", "source", "ai_summary", "ai_keywords", "organization", "projectPage", "githubRepo", "githubStars"),
            *("linkedModels", "linkedDatasets", "linkedSpaces", "numTotalModels", "numTotalDatasets", "numTotalSpaces"),
        }
        assert set(told["authors"][0]) == {"_id", "name", "user", "status", "statusLastChangedAt", "hidden"}

    def test_pages_by_number_end_at_the_ten_thousandth_paper(self, db: None) -> None:
        make_paper()
        answer = Program().ask("get", "daily_papers?p=100&limit=100")
        assert (answer.json(), "10000" in answer["X-HF-Warning"]) == ([], True)
        assert Program().get("daily_papers?p=99&limit=100") == []
        assert Program().ask("get", "daily_papers?p=" + "9" * 40).status_code == 400

    def test_the_catalogue_goes_on_by_the_link_header(self, db: None) -> None:
        made = [make_paper() for _ in range(5)]
        found, path = [], "papers?limit=2"
        while path:
            answer = Program().ask("get", path)
            found += [entry["paper"]["id"] for entry in answer.json()]
            path = answer.get("Link", "").partition("<http://testserver/api/")[2].removesuffix('>; rel="next"')
        assert found == [paper.arxiv_id for paper in reversed(made)]

    def test_the_next_page_has_one_slash_however_many_were_asked_with(self, db: None) -> None:
        for _ in range(2):
            make_paper()
        answer = Program().browser.get("/", {"limit": 1}, PATH_INFO="//api/papers")
        assert answer["Link"].startswith("<http://testserver/api/papers?")

    def test_items_of_a_listed_collection_are_the_first_four_and_have_no_slug(self, hers: Program, alice: User) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf")
        for _ in range(6):
            add_paper(reading_list=shelf, paper=make_paper(), user=alice)
        [listed] = hers.get("collections?owner=alice")
        assert len(listed["items"]) == 4
        assert "position" not in listed
        whole = hers.get(address_of(shelf))
        assert [item["position"] for item in whole["items"]] == [0, 1, 2, 3, 4, 5]
        assert not any("slug" in item for item in whole["items"] + listed["items"])
        assert isinstance(whole["owner"], str)

    def test_collections_with_any_of_the_papers_and_of_any_of_the_owners(self, hers: Program, alice: User, carol: User) -> None:
        made = [make_paper() for _ in range(3)]
        for owner, paper in zip((alice, alice, carol), made, strict=True):
            shelf = create_list(owner=owner.namespace, title=paper.title, visibility=Visibility.PUBLIC)
            add_paper(reading_list=shelf, paper=paper, user=owner)
        one, two, three = (f"item=papers/{paper.arxiv_id}" for paper in made)
        counts = {
            f"{one}&{two}": 2,
            f"{one}&{three}&owner=alice": 1,
            "owner=alice&owner=carol": 3,
            "owner=nobody": 0,
            "item=spaces/a/b": 0,
            f"{one}&item=x": 1,
        }
        assert {asked: len(hers.get(f"collections?{asked}")) for asked in counts} == counts

    def test_people_come_in_pages(self, hers: Program, alice: User, bob: User, carol: User, graph_lab: Team) -> None:
        for person in (bob, carol):
            create_list(owner=person.namespace, title="Shelf", visibility=Visibility.PUBLIC)
            follow(user=alice, target=person.namespace)
        for path, people in (("organizations/graph-lab/members", ["alice", "bob"]), ("users/alice/following", ["bob", "carol"])):
            first = hers.ask("get", f"{path}?limit=1")
            following = first["Link"].partition("<http://testserver/api/")[2].removesuffix('>; rel="next"')
            last = hers.ask("get", following)
            assert [each["user"] for each in first.json() + last.json()] == people
            assert "Link" not in last


class TestPrivacy:
    def test_who_brought_a_paper_in_is_told_to_nobody(self, alice: User, hers: Program) -> None:
        paper = make_paper()
        Submission.objects.create(user=alice, identifier="2601.15621", paper=paper, state=Submission.State.FOUND)
        assert [Program().get("daily_papers")[0]["submittedBy"], hers.get("daily_papers?submitter=alice")] == [None, []]

    def test_who_saved_a_paper_first_is_told_as_far_as_their_list_may_be_read(
        self, alice: User, bob: User, carol: User, graph_lab: Team
    ) -> None:
        paper = make_paper()
        for owner, person, visibility in ((graph_lab, bob, "private"), (carol, carol, "public")):
            add_paper(reading_list=create_list(owner=owner.namespace, title="L", visibility=visibility), paper=paper, user=person)
        told = {"alice": Program(alice), "nobody": Program(), "narrow": Program(alice, [Scope.PAPERS_READ])}
        firsts = {name: program.get("daily_papers")[0]["submittedBy"]["user"] for name, program in told.items()}
        assert firsts == {"alice": "bob", "nobody": "carol", "narrow": "carol"}
        assert told["alice"].get("daily_papers?submitter=carol") == []
        assert len(told["nobody"].get("daily_papers?submitter=carol")) == 1

    def test_whom_one_follows_is_told_to_oneself_by_a_token_that_may(self, alice: User, carol: User) -> None:
        create_list(owner=carol.namespace, title="Shelf", visibility=Visibility.PUBLIC)
        follow(user=alice, target=carol.namespace)
        assert [each["user"] for each in Program(alice).get("users/alice/following")] == ["carol"]
        assert Program(alice, [Scope.PAPERS_READ]).get("users/alice/following") == []
        assert Program(alice, [Scope.PAPERS_READ]).get("users/carol/overview")["orgs"] == []


class TestCollections:
    def test_a_teams_key_is_the_team(self, alice: User, graph_lab: Team) -> None:
        robot = Program(alice, TEAM_SCOPES, graph_lab)
        assert (robot.get("whoami-v2")["name"], robot.get("whoami-v2")["email"]) == ("graph-lab", None)
        assert robot.ask("post", "collections", {"title": "Seminar", "private": True}).json()["owner"] == "graph-lab"
        assert robot.ask("post", "collections", {"title": "Mine", "namespace": "alice"}).status_code == 403

    def test_a_title_that_is_taken_is_409_with_the_slug(self, hers: Program, alice: User) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf")
        answer = hers.ask("post", "collections", {"title": "Shelf"})
        assert (answer.status_code, answer.json()["slug"]) == (409, f"alice/shelf-{shelf.pk:024x}")

    def test_without_a_word_about_it_a_collection_is_private(self, hers: Program) -> None:
        assert hers.ask("post", "collections", {"title": "Shelf"}).json()["private"] is True

    def test_to_be_not_private_leaves_a_list_as_open_as_it_is(self, hers: Program, alice: User) -> None:
        house = create_list(owner=alice.namespace, title="House", visibility=Visibility.INSTANCE)
        assert hers.ask("patch", address_of(house), {"private": False}).status_code == 200
        house.refresh_from_db()
        assert house.visibility == Visibility.INSTANCE

    def test_a_list_inside_another_one_is_as_open_as_that(self, hers: Program, alice: User) -> None:
        above, inside = (create_list(owner=alice.namespace, title=title, visibility=Visibility.PUBLIC) for title in ("Above", "Inside"))
        nest_list(reading_list=inside, parent=above)
        assert hers.get(address_of(inside))["private"] is False
        answer = hers.ask("patch", address_of(inside), {"private": True})
        assert answer.status_code == 200
        assert answer.json()["data"]["private"] is False  # its parent says so

    def test_a_place_among_lists_is_warned_of_and_not_kept(self, hers: Program, alice: User) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf")
        answer = hers.ask("patch", address_of(shelf), {"position": 5})
        assert answer["X-HF-Warning"].startswith("position; ")
        assert answer.json()["data"]["position"] == 0

    def test_a_note_may_be_taken_away(self, hers: Program, alice: User) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf")
        item, _new = add_paper(reading_list=shelf, paper=make_paper(), user=alice, note="old")
        answer = hers.ask("patch", f"{address_of(shelf)}/items/{item.pk:024x}", {"note": ""})
        assert (answer.status_code, hers.get(address_of(shelf))["items"][0]["note"]) == (200, None)

    @pytest.mark.parametrize("kind", ["model", "dataset", "space", "collection", "bucket", "Paper", ""])
    def test_collections_hold_papers_only(self, hers: Program, alice: User, kind: str) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf")
        answer = hers.ask("post", f"{address_of(shelf)}/items", {"item": {"id": make_paper().arxiv_id, "type": kind}})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "item.type")

    def test_what_is_gone_is_404(self, hers: Program, alice: User) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf")
        paths = [f"{address_of(shelf)}/items/{1:024x}", address_of(shelf), address_of(shelf)]
        assert [hers.ask("delete", path).status_code for path in paths] == [404, 204, 404]

    def test_an_item_of_another_collection_is_404(self, hers: Program, alice: User) -> None:
        one, other = (create_list(owner=alice.namespace, title=title) for title in ("One", "Other"))
        item, _new = add_paper(reading_list=one, paper=make_paper(), user=alice)
        assert hers.ask("delete", f"{address_of(other)}/items/{item.pk:024x}").status_code == 404

    def test_the_address_that_the_client_prints_leads_to_the_list(self, alice: User, alices_browser: Client) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf")
        assert alices_browser.get(f"/collections/alice/old-words-{shelf.pk:024x}")["Location"] == shelf.get_absolute_url()
        assert alices_browser.get("/collections/alice/shelf").status_code == 404


class TestIndex:
    def test_a_paper_is_brought_in_by_its_id_once(self, hers: Program, alice: User) -> None:
        for _ in range(2):
            answer = hers.ask("post", "papers/index", {"arxivId": "2601.15621"})
            assert (answer.status_code, answer.json()) == (200, {})
        assert [each.identifier for each in Submission.objects.filter(user=alice)] == ["2601.15621"]

    def test_one_that_is_here_is_no_mistake(self, hers: Program) -> None:
        make_paper(arxiv_id="2601.15621")
        assert hers.ask("post", "papers/index", {"arxivId": "2601.15621"}).json() == {}
        assert not Submission.objects.exists()

    @pytest.mark.parametrize("wanted", ["hep-th/9901001", "math.GT/0309136", "10.1234/Abc.def"])
    def test_it_may_be_an_old_id_or_a_doi(self, hers: Program, wanted: str) -> None:
        assert hers.ask("post", "papers/index", {"arxivId": wanted}).json() == {}
        assert Submission.objects.get().identifier.lower() == wanted.lower()

    @pytest.mark.parametrize(
        "wanted",
        [
            None,
            5,
            [],
            "",
            "26.1",
            "2601.156210",
            "2601.15621v1",
            "hep-th/9901001v1",
            "2613.00001",
            "٢601.15621",
            "arXiv:2601.15621",
            "10.1234/\ud800",
            LONG_DOI,
        ],
    )
    def test_what_is_no_bare_id_is_a_bad_request(self, hers: Program, wanted: Any) -> None:
        assert hers.ask("post", "papers/index", {"arxivId": wanted}).status_code == 400


class TestMarkdown:
    def test_who_would_rather_have_markdown_gets_it(self, visitors_browser: Client, db: None) -> None:
        paper: Paper = make_paper(arxiv_id="2601.15621", title="Attention")
        page = paper.get_absolute_url()
        as_markdown = visitors_browser.get(page, headers={"Accept": "text/markdown"})
        assert as_markdown["Content-Type"] == "text/markdown; charset=utf-8"
        assert as_markdown.content.decode().startswith("# Attention")
        for accept in ("*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html, text/markdown;q=0.5"):
            answer = visitors_browser.get(page, headers={"Accept": accept})
            assert answer["Content-Type"].startswith("text/html")
            assert "Accept" in answer["Vary"]

    def test_closed_doors_send_browsers_to_log_in_and_tell_programs(self, visitors_browser: Client, db: None) -> None:
        HouseRules.objects.create(pk=1, public_reading=False)
        page = make_paper(arxiv_id="2601.15621").get_absolute_url()
        for address, accept, status in ((page, "text/markdown", 401), (f"{page}.md", "*/*", 401), (f"{page}.md", "text/html", 302)):
            assert visitors_browser.get(address, headers={"Accept": accept}).status_code == status


def test_addresses_may_begin_with_two_slashes_where_doors_are_closed_too(db: None, visitors_browser: Client) -> None:
    HouseRules.objects.create(pk=1, public_reading=False)
    answer = visitors_browser.get("/", PATH_INFO="//api/daily_papers")
    assert answer.status_code == 401
    assert visitors_browser.get("/", PATH_INFO="//api/agent-harnesses").json() == {"standardEnvVars": [], "harnesses": {}}
    assert visitors_browser.get("/", PATH_INFO="//api/no-such").json()["status"] == 404
