"""The official client, unchanged: each method against a live Lectern, in two releases."""

from datetime import UTC, date, datetime

import pytest
from rest_framework.settings import api_settings

from accounts.actions.teams import change_team
from accounts.models import HouseRules, Scope, Team, User
from papers.actions.claiming import claim_author, settle_claim
from papers.actions.following import follow
from papers.actions.indexing import index_papers
from papers.actions.lists import add_paper, create_list
from papers.actions.voting import cast_vote
from papers.models import Paper, PaperSummary, ReadingList, Visibility
from tests.factories import make_paper
from tests.hub.conftest import MakeClient


class TestPapers:
    def test_one_paper_by_any_of_its_names_without_a_token(self, client_of: MakeClient, papers: list[Paper], alice: User) -> None:
        cast_vote(user=alice, paper=papers[0])
        names = ("2601.15621", "2601.15621v1", "hep-th/9901001", "10.1234/abc.def")
        found = client_of().call(*[("paper_info", {"id": name}) for name in names])
        assert [paper["id"] for paper in found] == ["2601.15621", "2601.15621", "hep-th/9901001", "10.1234/abc.def"]
        first = found[0]
        assert (first["title"], first["summary"], first["upvotes"], first["comments"]) == (
            "Attention to graphs",
            "We attend to graphs.",
            1,
            0,
        )
        assert [(author["class"], author["name"]) for author in first["authors"]] == [
            ("PaperAuthor", "Ada One"),
            ("PaperAuthor", "Ben Two"),
        ]
        assert first["submitted_at"]
        assert (found[2]["upvotes"], found[2].get("linked_models", [])) == (0, [])

    def test_all_that_is_known_of_a_paper_is_told_alone_and_in_lists(self, client_of: MakeClient, alice: User, admin: User) -> None:
        repo = "https://github.com/ada/attention"
        known = {
            "title": "Attention to graphs",
            "authors": ("Ada One", "Ben Two"),
            "published": date(2026, 1, 22),
            "links": (("code", repo),),
        }
        paper = make_paper(arxiv_id="2601.15621", first_seen_at=datetime(2026, 1, 23, 9, 30, tzinfo=UTC), **known)
        settle_claim(claim=claim_author(user=alice, author=paper.authors.get(name="Ada One")), by=admin, is_true=True)
        index_papers()
        summary = PaperSummary.objects.get()
        alone, [daily], [found] = client_of().call(
            ("paper_info", {"id": "2601.15621"}), ("list_daily_papers", {}), ("list_papers", {"query": "2601.15621"})
        )
        for told in (alone, daily, found):
            assert (told["title"], told["github_repo"]) == ("Attention to graphs", repo)
            assert (told["published_at"], told["submitted_at"]) == ("2026-01-22T00:00:00+00:00", "2026-01-23T09:30:00+00:00")
            assert (told["ai_summary"], told["ai_keywords"]) == (summary.text, summary.keywords)
            ada, ben = told["authors"]
            assert (ada["user"]["class"], ada["user"]["username"], ada["status"]) == ("User", "alice", "claimed_verified")
            assert ada["status_last_changed_at"]
            assert (ben["user"], ben["status"], ben["status_last_changed_at"], ben["hidden"]) == (None, None, None, False)

    def test_a_paper_as_markdown(self, client_of: MakeClient, papers: list[Paper]) -> None:
        whole, versioned, old, by_doi = client_of().call(
            *[("read_paper", {"id": name}) for name in ("2601.15621", "2601.15621v2", "hep-th/9901001", "10.1234/abc.def")]
        )
        assert whole.startswith("# Attention to graphs")
        assert versioned == whole
        assert "Strings and branes" in old
        assert by_doi.startswith("# A paper of a journal")

    def test_a_paper_that_is_not_here_is_404_in_words(self, client_of: MakeClient, papers: list[Paper]) -> None:
        missing, unread = client_of().call(("paper_info", {"id": "2601.99999"}), ("read_paper", {"id": "2601.99999"}))
        assert (missing["error"], missing["status"], unread["status"]) == ("HfHubHTTPError", 404, 404)
        assert "There is no paper 2601.99999 here" in missing["words"]
        assert missing["words"].count("There is no paper") == 1  # header and body say the same
        assert "Request ID: " in missing["words"]

    def test_daily_papers_in_pages_and_orders(self, client_of: MakeClient, papers: list[Paper], cast: dict[str, User]) -> None:
        for reader in cast.values():
            cast_vote(user=reader, paper=papers[0])
        nobody = client_of()
        asked = [{}, {"p": 1, "limit": 2}, {"p": 7}, {"p": 10**9, "limit": 100}, {"sort": "trending"}, {"sort": "publishedAt"}]
        newest, second, *beyond, trending, published = nobody.call(*[("list_daily_papers", one) for one in asked])
        assert [paper["id"] for paper in newest] == ["10.1234/abc.def", "hep-th/9901001", "2601.15621"]
        assert [paper["id"] for paper in second] == ["2601.15621"]
        assert beyond == [[], []]
        assert trending[0]["id"] == "2601.15621"
        assert [paper["id"] for paper in published] == [paper["id"] for paper in newest]
        upvoted = newest[2]
        assert (upvoted["upvotes"], newest[0]["upvotes"], upvoted["comments"]) == (3, 0, 0)
        assert upvoted["title"] == "Attention to graphs"
        assert upvoted["authors"][0]["class"] == "PaperAuthor"
        assert newest[0]["submitted_at"]
        assert newest[0]["published_at"] is None  # no day is known, and the arrival is not taken for it

    def test_daily_papers_of_a_time_and_of_a_person(self, client_of: MakeClient, papers: list[Paper], alice: User, bob: User) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf", visibility=Visibility.PUBLIC)
        hidden = create_list(owner=bob.namespace, title="Hidden")
        for reading_list, person in ((hidden, bob), (shelf, alice)):
            add_paper(reading_list=reading_list, paper=papers[0], user=person)
        day = papers[0].first_seen_at
        year, week, _weekday = day.isocalendar()
        spans = [{"date": f"{day:%Y-%m-%d}"}, {"week": f"{year}-W{week:02}"}, {"month": f"{day:%Y-%m}"}, {"date": "2001-01-01"}]
        who = [{"submitter": "alice"}, {"submitter": "bob"}, {"submitter": "nobody-here"}]
        today, of_week, of_month, long_ago, hers, his, nobodys = client_of().call(*[("list_daily_papers", one) for one in spans + who])
        assert [len(found) for found in (today, of_week, of_month, long_ago)] == [3, 3, 3, 0]
        assert [paper["id"] for paper in hers] == ["2601.15621"]
        assert (hers[0]["submitted_by"]["class"], hers[0]["submitted_by"]["username"]) == ("User", "alice")
        assert (his, nobodys) == ([], [])  # his list is nobody else's

    def test_bad_dates_and_numbers_are_bad_requests(self, client_of: MakeClient, papers: list[Paper]) -> None:
        wrong = [
            {"date": "2026-13-40"},
            {"date": "2026-W05"},
            {"week": "2026-W60"},
            {"month": "May"},
            {"sort": "best"},
            {"limit": 101},
            {"p": -1},
        ]
        found = client_of().call(*[("list_daily_papers", one) for one in wrong])
        assert {(each["error"], each["status"]) for each in found} == {("BadRequestError", 400)}
        assert "date: Give it as 2026-11-24." in found[0]["words"]

    def test_papers_are_found_by_words(self, client_of: MakeClient, papers: list[Paper]) -> None:
        index_papers()
        found, by_id, too_long = client_of().call(
            ("list_papers", {"query": "strings", "limit": 5}),
            ("list_papers", {"query": "2601.15621"}),
            ("list_papers", {"query": "a" * 251}),
        )
        assert [paper["id"] for paper in found][:1] == ["hep-th/9901001"]
        assert [paper["id"] for paper in by_id] == ["2601.15621"]
        assert too_long["error"] == "BadRequestError"

    def test_an_endpoint_may_end_in_a_slash(self, client_of: MakeClient, papers: list[Paper], alice: User) -> None:
        client = client_of(alice)
        made = client.one("create_collection", endpoint=f"{client.address}/", title="Shelf", private=True)
        assert made["slug"].startswith("alice/shelf-")
        client.environment["HF_ENDPOINT"] += "/"
        assert "Attention to graphs" in client.hf("papers", "info", "2601.15621")
        assert client.one("paper_info", endpoint=f"{client.address}/", id="2601.15621")["title"] == "Attention to graphs"
        assert client.one("read_paper", endpoint=f"{client.address}/", id="2601.15621").startswith("# Attention")


class TestCollections:
    def test_a_collection_from_its_making_to_its_end(self, client_of: MakeClient, papers: list[Paper], alice: User) -> None:
        made, again, renamed, by_old, by_new, deleted, gone = client_of(alice).call(
            ("create_collection", {"title": "Reading group", "description": "Fridays", "private": True}),
            ("create_collection", {"title": "Reading group", "exists_ok": True}),
            (
                "update_collection_metadata",
                {
                    "collection_slug": "$0.slug",
                    "title": "Seminar",
                    "description": "Mondays",
                    "private": False,
                    "theme": "pink",
                    "position": 3,
                },
            ),
            ("get_collection", {"collection_slug": "$0.slug"}),
            ("get_collection", {"collection_slug": "$2.slug"}),
            ("delete_collection", {"collection_slug": "$0.slug"}),
            ("delete_collection", {"collection_slug": "$0.slug", "missing_ok": True}),
        )
        assert (made["class"], made["owner"], made["private"], made["items"], made["position"]) == ("Collection", "alice", True, [], 0)
        assert made["slug"].startswith("alice/reading-group-")
        assert again["slug"] == made["slug"]
        told = ("title", "description", "private", "theme", "position")
        assert [renamed[name] for name in told] == ["Seminar", "Mondays", False, "pink", 0]
        assert renamed["slug"] != made["slug"]
        assert renamed["slug"].rpartition("-")[2] == made["slug"].rpartition("-")[2]
        assert by_old == by_new == renamed
        assert deleted is None
        assert gone is None

    def test_what_a_collection_refuses(self, client_of: MakeClient, papers: list[Paper], alice: User) -> None:
        new = {"title": "Reading group"}
        _made, twice, nothing, long, nobodys = client_of(alice).call(
            ("create_collection", new),
            ("create_collection", new),
            ("get_collection", {"collection_slug": f"alice/nothing-{2**40:024x}"}),
            ("create_collection", {"title": "Long", "description": "a" * 151}),
            ("create_collection", {"title": "Theirs", "namespace": "bob"}),
        )
        assert (twice["error"], twice["status"]) == ("HfHubHTTPError", 409)
        assert (nothing["error"], nothing["status"]) == ("HfHubHTTPError", 404)
        assert long["error"] == "BadRequestError"
        assert "no more than 150 characters" in long["words"]
        assert nobodys["status"] == 403
        assert "You cannot keep collections under the name bob." in nobodys["words"]

    def test_there_are_no_resource_groups(self, client_of: MakeClient, alice: User) -> None:
        client, group = client_of(alice), {"resource_group_id": "66670e5163145ca562cb1988"}
        if client.release.startswith("1."):
            pytest.skip("This release knows of none.")
        _made, new, moved, kept = client.call(
            ("create_collection", {"title": "Reading group"}),
            ("create_collection", {"title": "Grouped"} | group),
            ("update_collection_resource_group", {"collection_slug": "$0.slug"} | group),
            ("update_collection_resource_group", {"collection_slug": "$0.slug", "resource_group_id": None}),
        )
        assert (new["status"], moved["status"]) == (403, 403)
        assert "There are no resource groups here" in new["words"]
        assert "None" not in new["words"]
        assert "error" not in (kept or {})

    def test_papers_of_a_collection(self, client_of: MakeClient, papers: list[Paper], alice: User) -> None:
        slug = {"collection_slug": "$0.slug"}
        first = {"item_object_id": "$1.items.0.item_object_id"}
        _made, one, two, twice, there, _moved, _noted, after, _out, out_again, end = client_of(alice).call(
            ("create_collection", {"title": "Reading group"}),
            ("add_collection_item", slug | {"item_id": "2601.15621", "item_type": "paper", "note": "start here"}),
            ("add_collection_item", slug | {"item_id": "hep-th/9901001", "item_type": "paper"}),
            ("add_collection_item", slug | {"item_id": "2601.15621v3", "item_type": "paper"}),
            ("add_collection_item", slug | {"item_id": "2601.15621", "item_type": "paper", "exists_ok": True}),
            ("update_collection_item", slug | first | {"position": 1}),
            ("update_collection_item", slug | first | {"note": "not here"}),
            ("get_collection", slug),
            ("delete_collection_item", slug | first),
            ("delete_collection_item", slug | first | {"missing_ok": True}),
            ("get_collection", slug),
        )
        [item] = one["items"]
        assert (item["item_id"], item["item_type"], item["position"], item["note"]) == ("2601.15621", "paper", 0, "start here")
        assert [(each["item_id"], each["position"], each["note"]) for each in two["items"]][1:] == [("hep-th/9901001", 1, None)]
        assert twice["status"] == 409
        assert len(there["items"]) == 2
        assert [(each["item_id"], each["position"], each["note"]) for each in after["items"]] == [
            ("hep-th/9901001", 0, None),
            ("2601.15621", 1, "not here"),
        ]
        assert out_again is None
        assert [each["item_id"] for each in end["items"]] == ["hep-th/9901001"]

    def test_what_cannot_be_put_into_a_collection(self, client_of: MakeClient, papers: list[Paper], alice: User, carol: User) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf", visibility=Visibility.PUBLIC)
        slug = {"collection_slug": f"alice/shelf-{shelf.pk:024x}"}
        paper = slug | {"item_id": "2601.15621", "item_type": "paper"}
        model, unknown, long = client_of(alice).call(
            ("add_collection_item", slug | {"item_id": "gpt2", "item_type": "model"}),
            ("add_collection_item", slug | {"item_id": "2601.99999", "item_type": "paper"}),
            ("add_collection_item", paper | {"note": "a" * 501}),
        )
        assert (model["error"], unknown["status"], long["error"]) == ("BadRequestError", 404, "BadRequestError")
        assert "Collections here hold papers only" in model["words"]
        assert "no more than 500 characters" in long["words"]
        refused = client_of(carol).one("add_collection_item", **paper)
        assert refused["status"] == 403
        assert "You may read this collection but not add to it." in refused["words"]

    def test_collections_are_listed_page_by_page(self, client_of: MakeClient, papers: list[Paper], alice: User, carol: User) -> None:
        lists = [create_list(owner=alice.namespace, title=f"List {n}", visibility=Visibility.PUBLIC) for n in range(5)]
        create_list(owner=alice.namespace, title="Hidden")
        theirs = create_list(owner=carol.namespace, title="Theirs", visibility=Visibility.PUBLIC)
        add_paper(reading_list=lists[0], paper=papers[1], user=alice)
        follow(user=carol, target=lists[3])
        asked = [
            {},
            {"owner": "alice"},
            {"owner": ["alice", "carol"]},
            {"item": "papers/hep-th/9901001"},
            {"item": "models/gpt2"},
            {"sort": "upvotes"},
            {"sort": "trending"},
            {"sort": "lastModified"},
            {"item": ["papers/hep-th/9901001", "papers/2601.15621"], "owner": ["alice"]},
        ]
        everything, hers, both, with_paper, with_model, liked, trending, latest, with_either = client_of().call(
            *[("list_collections", one | {"limit": 40}) for one in asked]
        )
        assert len(everything) == len(both) == 6
        assert {each["title"] for each in hers} == {each.title for each in lists}
        assert [each["position"] for each in hers] == [0, 1, 2, 3, 4]  # the client counts them off
        assert [each["items"][0]["item_id"] for each in with_paper] == ["hep-th/9901001"]
        assert with_model == []
        assert (liked[0]["title"], liked[0]["upvotes"]) == ("List 3", 1)
        assert theirs.title in {each["title"] for each in both}
        assert (trending[0]["title"], latest[0]["title"]) == ("List 3", "List 0")  # into which a paper was put last
        assert [each["title"] for each in with_either] == ["List 0"]

    def test_the_next_pages_are_found_by_the_link_header(self, client_of: MakeClient, alice: User) -> None:
        for number in range(30):
            create_list(owner=alice.namespace, title=f"List {number}")
        found = client_of(alice).one("list_collections", owner="alice")  # a page is 25
        assert sorted(each["title"] for each in found) == sorted(f"List {number}" for number in range(30))

    def test_a_team_keeps_collections_too(
        self, client_of: MakeClient, papers: list[Paper], alice: User, bob: User, graph_lab: Team
    ) -> None:
        made = client_of(alice).one("create_collection", title="Seminar", namespace="graph-lab", private=True)
        assert made["slug"].startswith("graph-lab/seminar-")
        assert client_of(bob).one("get_collection", collection_slug=made["slug"])["owner"] == "graph-lab"
        assert client_of().one("get_collection", collection_slug=made["slug"])["status"] == 404


class TestLimits:
    def test_who_asks_too_often_is_told_when_to_come_again(
        self, client_of: MakeClient, alice: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", {"anon": "0/min", "user": "0/min"})
        who, daily = client_of(alice).call(("whoami", {}), ("list_daily_papers", {}))
        assert (who["status"], daily["status"]) == (429, 429)
        assert "rate limit for the /whoami-v2 endpoint" in who["words"]
        assert "you have reached your 'api' rate limit" in daily["words"]
        assert "(0/0 requests remaining in current 60s window)" in daily["words"]

    def test_the_client_waits_and_reads_on(
        self, client_of: MakeClient, alice: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        for number in range(80):  # on four pages
            create_list(owner=alice.namespace, title=f"List {number}")
        monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", {"anon": "1/s", "user": "1/s"})
        assert len(client_of(alice).one("list_collections", owner="alice")) == 80
        assert "Too Many Requests: /api/collections" in caplog.text


class TestPeople:
    def test_whose_token_it_is(self, client_of: MakeClient, cast: dict[str, User]) -> None:
        alice = cast["alice"]
        told = client_of(alice, [Scope.PAPERS_READ]).one("whoami")
        assert (told["name"], [org["name"] for org in told["orgs"]]) == ("alice", ["graph-lab"])
        assert (told["type"], told["fullname"], told["email"]) == ("user", alice.display_name, "alice@lab.example")
        assert told["auth"]["accessToken"]["displayName"] == "notebook"
        assert told["auth"]["accessToken"]["role"] == "read"
        assert client_of(alice).one("whoami")["auth"]["accessToken"]["role"] == "write"

    def test_a_token_that_is_none_is_told_so(self, client_of: MakeClient, alice: User) -> None:
        client = client_of(alice)
        client.environment["HF_TOKEN"] = "lectern_pat_of_nobody"
        refused = client.one("whoami")
        assert refused["status"] == 401
        assert "Invalid user token" in refused["words"]

    def test_people_and_teams(self, client_of: MakeClient, cast: dict[str, User], graph_lab: Team) -> None:
        alice, bob, carol = cast.values()
        create_list(owner=bob.namespace, title="Shelf", visibility=Visibility.PUBLIC)
        follow(user=carol, target=bob.namespace)
        change_team(team=graph_lab, actor=alice, is_public=True)
        people = ("get_user_overview", "list_user_followers", "list_user_following")
        user, followers, following = client_of(alice).call(*[(method, {"username": "bob"}) for method in people])
        assert (user["class"], user["username"], user["num_followers"]) == ("User", "bob", 1)
        assert [org["name"] for org in user["orgs"]] == ["graph-lab"]
        assert (followers, following) == ([], [])  # whom carol follows is hers to know
        assert [each["username"] for each in client_of(carol).one("list_user_following", username="carol")] == ["bob"]
        teams = ("get_organization_overview", "list_organization_members", "list_organization_followers")
        team, members, fans = client_of(bob).call(*[(method, {"organization": "graph-lab"}) for method in teams])
        assert (team["class"], team["name"], team["fullname"], team["num_users"]) == ("Organization", "graph-lab", "Graph Lab", 2)
        assert [each["username"] for each in members] == ["alice", "bob"]
        assert fans == []
        team, members = client_of(carol).call(*[(method, {"organization": "graph-lab"}) for method in teams[:2]])
        assert (team["num_users"], members["status"]) == (None, 403)

    def test_hidden_people_and_teams_are_not_there(self, client_of: MakeClient, cast: dict[str, User]) -> None:
        user, team = client_of(cast["carol"]).call(
            ("get_user_overview", {"username": "bob"}), ("get_organization_overview", {"organization": "graph-lab"})
        )
        assert (user["status"], team["status"]) == (404, 404)


@pytest.mark.django_db(transaction=True)
def test_a_closed_lectern_says_how_to_get_in(client_of: MakeClient, papers: list[Paper], alice: User) -> None:
    HouseRules.objects.create(pk=1, public_reading=False)
    info, markdown, daily = client_of().call(
        ("paper_info", {"id": "2601.15621"}), ("read_paper", {"id": "2601.15621"}), ("list_daily_papers", {})
    )
    assert {each["status"] for each in (info, markdown, daily)} == {401}
    assert "hf auth login" in info["words"]
    assert "Log in first" in markdown["words"]
    assert len(client_of(alice).one("list_daily_papers")) == 3
    made = client_of(alice).one("create_collection", title="Open here", private=False)
    assert made["private"] is False
    assert ReadingList.objects.get().visibility == Visibility.INSTANCE
