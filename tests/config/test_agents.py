"""Programs of language models, with the official client of their protocol, against a live server."""

import asyncio
import json
import re
from typing import Any

import httpx2
import pytest
from django.test import Client as Browser
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS
from pytest_django.live_server_helper import LiveServer

from accounts.actions.tokens import make_token
from accounts.models import HouseRules, Scope, Team, User
from config.agents.tools import READING, TOOLS, asked_by
from digests.models import DigestPaper
from papers.actions.commenting import write_comment
from papers.actions.indexing import index_papers
from papers.actions.lists import add_paper, create_list
from papers.actions.notes import write_note
from papers.models import ListItem, ReadingState, Submission, Vote
from tests.counting import queries_of
from tests.digests.makers import make_digest
from tests.factories import make_paper, make_papers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("agents")]
MODES = ["legacy", "2026-07-28"]


class Agent:
    """A program that talks to Lectern as a language model's does."""

    def __init__(self, server: LiveServer, user: User | None = None, scopes: list[str] | None = None, mode: str = "auto") -> None:
        self.address, self.mode, self.headers = f"{server.url}/mcp", mode, dict[str, str]()
        if user:
            _token, secret = make_token(user=user, name="agent", scopes=Scope.values if scopes is None else scopes)
            self.headers = {"Authorization": f"Bearer {secret}"}

    def call(self, name: str, **arguments: Any) -> Any:
        """Call a tool; return what it answers as data, after it was no error."""
        result = self.result_of(name, arguments)
        assert not result.is_error, result.content
        return result.structured_content

    def wrong(self, name: str, **arguments: Any) -> Any:
        result = self.result_of(name, arguments)
        assert result.is_error
        return result.structured_content

    def result_of(self, name: str, arguments: dict[str, Any]) -> Any:
        return asyncio.run(self._with_client(lambda client: client.call_tool(name, arguments)))

    def read(self, address: str) -> str:
        """Read a resource, which is Markdown."""
        [content] = asyncio.run(self._with_client(lambda client: client.read_resource(address))).contents
        assert (content.mime_type, content.uri) == ("text/markdown", address)
        return str(content.text)

    def unread(self, address: str) -> MCPError:
        """What is said of an address that cannot be read."""

        async def read(client: Client) -> MCPError:
            with pytest.raises(MCPError) as told:
                await client.read_resource(address)
            return told.value

        return asyncio.run(self._with_client(read))

    def tools(self) -> list[Any]:
        return list(asyncio.run(self._with_client(lambda client: client.list_tools())).tools)

    def resources(self) -> tuple[list[Any], list[Any]]:
        found = asyncio.run(self._with_client(lambda client: client.list_resources())).resources
        return found, asyncio.run(self._with_client(lambda client: client.list_resource_templates())).resource_templates

    async def _with_client(self, deed: Any) -> Any:
        http = httpx2.AsyncClient(headers=self.headers)
        async with http, Client(streamable_http_client(self.address, http_client=http), mode=self.mode) as client:
            return await deed(client)


@pytest.mark.parametrize("mode", MODES)
def test_an_agent_is_told_what_there_is(mode: str, live_server: LiveServer, alice: User) -> None:
    tools = Agent(live_server, alice, mode=mode).tools()
    assert {tool.name for tool in tools} == set(TOOLS)
    assert all(tool.description and tool.input_schema["type"] == "object" for tool in tools)
    reading = {tool.name for tool in tools if tool.annotations.read_only_hint}
    assert reading == {tool.__name__ for tool in READING}


@pytest.mark.parametrize("mode", MODES)
def test_it_searches_reads_and_saves(mode: str, live_server: LiveServer, alice: User) -> None:
    agent, paper = (
        Agent(live_server, alice, mode=mode),
        make_paper(arxiv_id="hep-th/9901001", title="Attention to graphs", abstract="On it."),
    )
    index_papers()
    shelf = create_list(owner=alice.namespace, title="Thesis", user=alice)
    [found] = agent.call("search_papers", query="attention graphs")["results"]
    assert agent.call("search_papers", query="attention graphs", start=25)["results"] == []
    assert found["slug"] == paper.slug
    assert agent.call("browse_papers", order="new")["results"][0]["title"] == "Attention to graphs"
    assert agent.call("read_paper", paper="arXiv:hep-th/9901001v2")["abstract"] == "On it."
    assert agent.call("similar_papers", paper=paper.slug) == {"results": []}
    assert [one["slug"] for one in agent.call("my_lists")["results"]] == ["thesis"]
    for _twice in range(2):
        agent.call("save_paper", paper=paper.slug, list="alice/thesis")
    agent.call("save_paper", paper=paper.slug, list="alice/thesis", note="Why it **matters**")
    [item] = agent.call("read_list", list="alice/thesis")["results"]
    assert (item["paper"]["title"], item["note"], shelf.items.count()) == ("Attention to graphs", "Why it **matters**", 1)


def test_it_acts_for_its_reader(live_server: LiveServer, alice: User) -> None:
    agent, paper = Agent(live_server, alice), make_paper(arxiv_id="1706.03762")
    assert agent.call("upvote_paper", paper="1706.03762") == {"votes": 1, "voted": True}
    assert Vote.objects.filter(user=alice, paper=paper).exists()
    assert agent.call("take_upvote_back", paper="1706.03762") == {"votes": 0, "voted": False}
    agent.call("mark_paper", paper="1706.03762", state="to_read")
    assert ReadingState.objects.get(user=alice).state == "to_read"
    create_list(owner=alice.namespace, title="Thesis")
    agent.call("bring_paper", paper="https://arxiv.org/abs/2005.14165", list="alice/thesis")
    [made] = Submission.objects.all()
    assert (made.user, [each.slug for each in made.lists.all()]) == (alice, ["thesis"])
    make_digest(alice, paper, period_key="2026-W48")
    assert agent.call("my_digests")["results"][0]["period_key"] == "2026-W48"
    assert agent.call("my_digest", period="2026-W48")["entries"][0]["paper"]["slug"] == paper.slug


def test_what_is_read_in_full_is_told_in_markdown_beside_the_data(live_server: LiveServer, alice: User) -> None:
    agent, paper = Agent(live_server, alice), make_paper(title=r"On $x^2$ \emph{graphs}", abstract="All of it.", arxiv_id="1706.03762")
    make_digest(alice, period_key="2026-W47")
    make_digest(alice, paper, period_key="2026-W48")
    write_comment(author=alice, paper=paper, text="Well")
    read, digest = agent.result_of("read_paper", {"paper": "1706.03762"}), agent.result_of("my_digest", {})
    assert read.content[0].text.startswith("# On $x^2$ *graphs*\n")
    assert "0 upvotes, 1 comment" in read.content[0].text
    assert (read.structured_content["slug"], read.structured_content["comments"]) == ("1706.03762", 1)
    assert digest.content[0].text.startswith("# Digest: Week 48 of 2026\n")
    assert digest.structured_content["period_key"] == "2026-W48"
    assert set(digest.structured_content["entries"][0]) == {"paper", "reason_text"}
    listed = agent.result_of("my_lists", {})
    assert json.loads(listed.content[0].text) == listed.structured_content


@pytest.mark.parametrize("mode", MODES)
def test_papers_and_digests_are_resources(mode: str, live_server: LiveServer, alice: User) -> None:
    agent = Agent(live_server, alice, mode=mode)
    make_digest(alice, make_paper(title="Old and good", arxiv_id="hep-th/9901001"))
    for name in ("hep-th/9901001", "hep-th%2F9901001", "arXiv:hep-th/9901001v2"):
        assert agent.read(f"lectern://papers/{name}").startswith("# Old and good\n")
    assert "Old and good" in agent.read("lectern://digests/2026-W48") == agent.read("lectern://digests/latest")
    resources, templates = agent.resources()
    assert {resource.uri for resource in resources} == {"lectern://digests/latest"}
    assert {template.uri_template for template in templates} == {"lectern://papers/{+name}", "lectern://digests/{period}"}


@pytest.mark.parametrize(
    "address",
    [
        "lectern://papers/no-such",
        "lectern://papers/",
        "lectern://papers/1706.03762/vote",
        "lectern://papers/%00",
        "lectern://digests/2026-W48/../../me",
        "lectern://digests/send-now",
        "lectern://lists/alice/hidden",
        "file:///etc/passwd",
        "",
    ],
)
def test_what_is_no_resource_is_an_error_that_says_so(address: str, live_server: LiveServer, alice: User) -> None:
    make_paper(arxiv_id="1706.03762")
    told = Agent(live_server, alice).unread(address)
    assert (told.code, bool(told.message), told.data["uri"]) == (INVALID_PARAMS, True, address)


def test_a_resource_is_for_whoever_may_read_it(live_server: LiveServer, alice: User, carol: User) -> None:
    make_paper(arxiv_id="1706.03762")
    make_digest(alice, period_key="2026-W48")
    assert Agent(live_server).read("lectern://papers/1706.03762")
    for agent, status in (
        (Agent(live_server, carol), 404),
        (Agent(live_server, alice, [Scope.PAPERS_READ]), 403),
        (Agent(live_server), 401),
    ):
        assert agent.unread("lectern://digests/2026-W48").data["status"] == status


def test_a_tool_asks_the_database_as_often_for_twelve_rows_as_for_two(alice: User) -> None:
    shelf, digest = create_list(owner=alice.namespace, title="Thesis", user=alice), make_digest(alice)
    _token, secret = make_token(user=alice, name="agent", scopes=Scope.values)
    headers = {"Authorization": f"Bearer {secret}", "Accept": "application/json, text/event-stream"}
    asked: dict[str, dict[str, Any]] = {
        "browse_papers": {"order": "new"},
        "search_papers": {"query": "graphs"},
        "read_list": {"list": "alice/thesis"},
        "my_lists": {},
        "my_digests": {},
        "my_digest": {"period": "2026-W48"},
        "similar_papers": {"paper": "1706.03762"},
        "read_paper": {"paper": "1706.03762"},
    }

    def fill(rows: int) -> None:
        for paper in make_papers(*[{"title": "Graphs of graphs"}] * rows):
            add_paper(reading_list=shelf, paper=paper, user=alice)
            place = digest.entries.count() + 1
            DigestPaper.objects.create(digest=digest, user=alice, paper=paper, position=place, score=0.5, reason={"kind": "new"})
            create_list(owner=alice.namespace, title="More", user=alice)
            make_digest(alice, period_key=f"{2000 + paper.pk % 900}-W01")
        index_papers()

    def ask(name: str) -> Any:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": asked[name]}}
        answer = Browser().post("/mcp", message, content_type="application/json", headers=headers)
        assert not answer.json()["result"]["isError"], answer.content
        return answer

    def queries() -> dict[str, int]:
        counts = {}
        for name in asked:
            ask(name)  # a first visit makes more
            counts[name] = queries_of(lambda name=name: ask(name))
        return counts

    make_paper(arxiv_id="1706.03762", title="Graphs")
    fill(2)
    few = queries()
    fill(10)
    assert queries() == few
    assert {tool.__name__ for tool in READING} == set(asked)


def test_a_note_of_somebody_is_not_written_over(live_server: LiveServer, alice: User) -> None:
    item, _new = add_paper(
        reading_list=create_list(owner=alice.namespace, title="Thesis"), paper=make_paper(arxiv_id="1706.03762"), user=alice
    )
    write_note(item=ListItem.objects.select_related("reading_list").get(pk=item.pk), note="Mine", user=alice)
    told = Agent(live_server, alice).wrong("save_paper", paper="1706.03762", list="alice/thesis", note="Its own")
    assert told["current"]["note"] == "Mine"
    item.refresh_from_db()
    assert item.note == "Mine"


def test_it_sees_and_does_no_more_than_its_key_may(live_server: LiveServer, alice: User, bob: User, carol: User, graph_lab: Team) -> None:
    make_paper(arxiv_id="1706.03762")
    hidden = create_list(owner=alice.namespace, title="Hidden", user=alice)
    create_list(owner=graph_lab.namespace, title="Seminar", user=alice)
    make_digest(alice, period_key="2026-W48")
    stranger = Agent(live_server, carol)
    assert stranger.wrong("read_list", list="alice/hidden")["status"] == 404
    assert stranger.wrong("read_list", list="graph-lab/seminar")["status"] == 404
    assert stranger.wrong("save_paper", paper="1706.03762", list="alice/hidden")["status"] == 404
    assert stranger.wrong("my_digest", period="2026-W48")["status"] == 404
    reader_only = Agent(live_server, alice, [Scope.PAPERS_READ])
    for name, arguments in (("save_paper", {"paper": "1706.03762", "list": "alice/hidden"}), ("upvote_paper", {"paper": "1706.03762"})):
        told = reader_only.wrong(name, **arguments)
        assert (told["status"], "lacks the scope" in told["detail"]) == (403, True)
    visitor = Agent(live_server)
    assert visitor.call("read_paper", paper="1706.03762")["slug"] == "1706.03762"
    assert visitor.wrong("upvote_paper", paper="1706.03762")["status"] == 401
    assert (hidden.items.count(), Vote.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("name", "arguments", "fields"),
    [
        ("read_paper", {"paper": "2001.00001"}, ["paper"]),
        ("save_paper", {"paper": "2001.00001", "list": "alice/thesis"}, ["paper", "list"]),
        ("read_list", {"list": "bob/hidden"}, ["list"]),
        ("my_digest", {}, ["period"]),
    ],
)
def test_what_is_not_there_is_told_with_where_to_look(
    name: str, arguments: dict[str, Any], fields: list[str], live_server: LiveServer, alice: User
) -> None:
    told = Agent(live_server, alice).wrong(name, **arguments)
    assert (told["status"], [error["field"] for error in told["errors"]]) == (404, fields)
    assert set(re.findall(r"\w+_\w+", told["errors"][0]["detail"])) <= set(TOOLS)


@pytest.mark.parametrize(
    ("name", "arguments", "field"),
    [
        ("search_papers", {}, "query"),
        ("search_papers", {"query": "a\0b"}, "query"),
        ("read_paper", {"paper": "a\0b"}, "paper"),
        ("search_papers", {"query": "x", "limit": 5}, "limit"),
        ("read_list", {"list": "../../admin"}, "list"),
        ("read_list", {"list": "thesis"}, "list"),
        ("mark_paper", {"paper": "1706.03762", "state": "burnt"}, "state"),
        ("my_digest", {"period": "2026-W48/../../me"}, "period"),
        ("browse_papers", {"order": "worst"}, "order"),
    ],
)
def test_arguments_that_do_not_fit_are_named(
    name: str, arguments: dict[str, Any], field: str, live_server: LiveServer, alice: User
) -> None:
    [error] = Agent(live_server, alice).wrong(name, **arguments)["errors"]
    asked_for = asked_by(TOOLS[name]).model_fields
    meant = asked_for[field].description if field in asked_for else "There is query, start."
    assert (error["field"], error["detail"].endswith(meant or ".")) == (field, True)


def test_no_name_of_a_paper_leads_to_another_address(live_server: LiveServer, alice: User) -> None:
    agent = Agent(live_server, alice)
    make_paper(arxiv_id="1706.03762")
    for name in ("../me", "..", "x/../../me", "?a=b", "1706.03762/vote", "1706.03762/comments", "%2e%2e", "\n", "x" * 300):
        assert agent.wrong("read_paper", paper=name)["status"] == 404, name
    assert agent.wrong("fly")["tools"] == sorted(TOOLS)


def test_closed_doors_and_wrong_keys_are_told_so(alice: User) -> None:
    hello = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream"}
    ask = lambda **more: Browser().post("/mcp", hello, content_type="application/json", headers=headers | more)  # noqa: E731
    assert ask().status_code == 200
    refused = ask(Authorization="Bearer lectern_pat_wrong")
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, 'Bearer realm="lectern"')
    assert ask(Origin="https://elsewhere.example").status_code == 403
    HouseRules.objects.update_or_create(pk=1, defaults={"public_reading": False})
    closed = ask()
    assert (closed.status_code, closed["WWW-Authenticate"]) == (401, 'Bearer realm="lectern"')
    assert Browser().get("/mcp").status_code in {401, 405}


def test_a_session_opens_nothing(alices_browser: Browser) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "my_digests", "arguments": {}}}
    answer = alices_browser.post("/mcp", asked, content_type="application/json", headers={"Accept": "application/json, text/event-stream"})
    assert answer.json()["result"]["structuredContent"]["status"] == 401


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '{"jsonrpc": "2.0"}', '{"jsonrpc": "2.0", "id": 1, "method": "no/such"}', "x" * 200_000]
)
def test_what_is_no_message_is_refused_and_nothing_breaks(body: str) -> None:
    answer = Browser().post("/mcp", body, content_type="application/json", headers={"Accept": "application/json, text/event-stream"})
    assert answer.status_code < 500
    assert answer.status_code >= 400 or "error" in answer.json()
