"""Programs of language models, with the official client of their protocol, against a live server."""

import asyncio
from typing import Any

import httpx2
import pytest
from django.test import Client as Browser
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from pytest_django.live_server_helper import LiveServer

from accounts.actions.tokens import make_token
from accounts.models import HouseRules, Scope, Team, User
from config.agents.tools import READING, TOOLS
from papers.actions.indexing import index_papers
from papers.actions.lists import add_paper, create_list
from papers.actions.notes import write_note
from papers.models import ListItem, ReadingState, Submission, Vote
from tests.digests.makers import make_digest
from tests.factories import make_paper

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

    def tools(self) -> list[Any]:
        return list(asyncio.run(self._with_client(lambda client: client.list_tools())).tools)

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
    agent.call("bring_paper", paper="https://arxiv.org/abs/2005.14165")
    assert Submission.objects.get().user == alice
    make_digest(alice, paper, period_key="2026-W48")
    assert agent.call("my_digests")["results"][0]["period_key"] == "2026-W48"
    assert agent.call("my_digest", period="2026-W48")["entries"][0]["paper"]["slug"] == paper.slug


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
    ("name", "arguments", "field"),
    [
        ("search_papers", {}, "query"),
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
    assert error["field"] == field


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
