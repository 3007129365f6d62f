"""A digest's twin in Markdown: on the web with a log-in, over REST with a token."""

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.actions.memberships import add_member
from accounts.models import Scope, Team, User
from digests.models import Digest
from papers.actions.lists import add_paper, create_list
from tests.api import Program
from tests.digests.makers import make_digest, make_team_digest
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
MARKDOWN = {"Accept": "text/markdown"}
CONTENT_TYPE = "text/markdown; charset=utf-8"


@pytest.fixture
def digest(alice: User) -> Digest:
    papers = make_paper(title=r"Bounds of $O(n^2)$ <graphs>", authors=("Ada Lovelace", "Some_Body")), make_paper(title="Two", authors=())
    return make_digest(alice, *papers, news=[{"text": "Bob answered *you*", "path": "/comments/1/"}])


@pytest.fixture
def team_digest(alice: User, graph_lab: Team) -> str:
    shelf = create_list(owner=graph_lab.namespace, title="Seminar_1", user=alice)
    item, _new = add_paper(reading_list=shelf, paper=make_paper(title="Of the team"), user=alice)
    return make_team_digest(graph_lab, item).get_absolute_url()


def ask(program: Program, path: str, accept: str = "text/markdown") -> HttpResponse:
    return program.client.get(f"/api/v1{path}", headers=program.headers | {"Accept": accept})


def test_it_tells_each_paper_with_its_reason_and_the_news(digest: Digest, alices_browser: Client) -> None:
    answer = alices_browser.get("/digests/2026-W48.md")
    assert (answer.status_code, answer["Content-Type"]) == (200, CONTENT_TYPE)
    text, lines = answer.content.decode(), answer.content.decode().split("\n")
    [first, second] = [line for line in lines if line.startswith("### ")]
    assert first.startswith(r"### 1\. [Bounds of $O(n^2)$ \<graphs\>](<http://")
    assert second.startswith(r"### 2\. [Two](<http://")
    assert lines[0] == "# Digest: Week 48 of 2026"
    assert any(line.startswith(r"Ada Lovelace, Some\_Body") for line in lines)
    assert "*New in the catalogue*" in lines
    assert r"[Bob answered \*you\*](<http://" in text
    assert "\n\n\n" not in text


def test_the_page_its_twin_and_the_api_tell_the_same(digest: Digest, alice: User, alices_browser: Client) -> None:
    page, token = digest.get_absolute_url(), Program(alice)
    text = alices_browser.get("/digests/2026-W48.md")
    assert text["Link"].endswith(f'{page}>; rel="canonical"')
    assert '<link rel="alternate" type="text/markdown" href="/digests/2026-W48.md">' in alices_browser.get(page).content.decode()
    asked = alices_browser.get(page, headers=MARKDOWN)
    assert (asked.content, "Accept" in asked["Vary"]) == (text.content, True)
    for answer in (ask(token, "/digests/2026-W48/"), ask(token, "/digests/latest/?format=md", accept="*/*")):
        assert (answer.status_code, answer["Content-Type"], answer.content) == (200, CONTENT_TYPE, text.content)
    assert ask(token, "/digests/2026-W48/", accept="*/*")["Content-Type"] == "application/json"


def test_the_latest_is_the_last_that_there_is_to_read(alice: User, bob: User) -> None:
    make_digest(alice, period_key="2026-W47")
    make_digest(alice, period_key="2026-W46")
    make_digest(alice, period_key="2026-W49", state=Digest.State.SKIPPED, reason="no new papers")
    make_digest(bob, period_key="2026-W48")
    assert Program(alice).get("/digests/latest/")["period_key"] == "2026-W46"  # the last that was planned
    Digest.objects.all().delete()
    assert Program(alice).ask("get", "/digests/latest/").status_code == 404


def test_one_without_papers_says_why(alice: User, alices_browser: Client) -> None:
    make_digest(alice, state=Digest.State.SKIPPED, reason="no new papers")
    assert alices_browser.get("/digests/2026-W48.md").content.decode().rstrip().endswith("skipped: no new papers")


def test_a_teams_has_its_three_parts(team_digest: str, alice: User, bob: User, alices_browser: Client, graph_lab: Team) -> None:
    add_member(team=graph_lab, user=bob)
    answer = alices_browser.get(f"{team_digest.removesuffix('/')}.md")
    text = answer.content.decode()
    assert (answer.status_code, answer["Content-Type"]) == (200, CONTENT_TYPE)
    for part in ("## Saved by the team", "## Discussed in the team", "## New, and near to what the team keeps", r"[Seminar\_1](<http"):
        assert part in text
    assert (text.count("Of the team"), "\n\n\n" in text) == (3, False)
    assert alices_browser.get(team_digest, headers=MARKDOWN).content.decode() == text
    for period in ("2026-W48", "latest"):
        told = ask(Program(bob), f"/teams/{graph_lab.slug}/digests/{period}/")
        assert (told.status_code, told.content.decode()) == (200, text)


def test_who_may_not_see_a_digest_does_not_see_its_twin(digest: Digest, team_digest: str, alice: User, carol: User) -> None:
    stranger, page = Client(), f"{team_digest.removesuffix('/')}.md"
    stranger.force_login(carol)
    for address in ("/digests/2026-W48.md", page):
        assert stranger.get(address).status_code == 404
    for address in ("/digests/2026-W48/", "/digests/latest/", "/teams/graph-lab/digests/latest/"):
        assert ask(Program(carol), address).status_code == 404
    refused = ask(Program(alice, scopes=[Scope.PAPERS_READ]), "/digests/latest/")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")


def test_a_program_without_a_log_in_is_told_so_and_a_browser_is_led_to_it(digest: Digest) -> None:
    for address, accept, status in (
        ("/digests/2026-W48.md", "*/*", 401),
        ("/digests/2026-W48/", "text/markdown", 401),
        ("/digests/2026-W48.md", "text/html,*/*;q=0.8", 302),
        ("/digests/2026-W48/", "*/*", 302),
    ):
        assert Client().get(address, headers={"Accept": accept}).status_code == status
