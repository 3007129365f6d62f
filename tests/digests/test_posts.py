"""What a post says in each format: within the receiver's limits, nothing in it acts as markup, and nobody is called."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Team, User
from digests.models import TeamOutlet
from digests.posts import discord, matrix, mattermost, post_of, slack, trial_post
from digests.posts.bulletin import Bulletin, Entry, Part
from papers.actions.lists import add_paper, create_list
from papers.models import ListItem, Visibility
from tests.digests.makers import make_outlet, make_post, make_team_digest
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
NASTY = "<!channel> @everyone [x](http://evil.example) **bold** a|b & `code` <script>alert(1)</script>"
LONG = Bulletin(
    "Graph Lab, Week 48 of 2026",
    "https://lectern.example/digests/teams/graph-lab/2026-W48/",
    "Lectern",
    parts=[
        Part(
            heading,
            [
                Entry(f"{number} {NASTY} " * 20, f"https://lectern.example/papers/{number}", "A. Author " * 90, "why " * 300)
                for number in range(12)
            ],
        )
        for heading in ("Saved", "Discussed", "New")
    ],
    more="Read it on the web",
)


@pytest.fixture
def item(graph_lab: Team, alice: User) -> ListItem:
    shelf = create_list(owner=graph_lab.namespace, title="Reading group")
    item, _new = add_paper(reading_list=shelf, paper=make_paper(title="On $x^2$ & more", arxiv_id="2401.12345"), user=alice)
    return item


def content_for(kind: str, team: Team, item: ListItem) -> Any:
    outlet = make_outlet(team, kind=kind)
    return post_of(make_post(outlet, make_team_digest(team, item)), at=timezone.now()).content


@pytest.mark.parametrize("kind", [kind for kind in TeamOutlet.Kind if kind != "mailing_list"])
def test_each_format_names_the_papers_who_saved_them_and_where_they_are(kind: str, graph_lab: Team, item: ListItem) -> None:
    said = str(content_for(kind, graph_lab, item))
    for words in ("/papers/2401.12345", "alice", "Reading group", "/digests/teams/graph-lab/2026-W48/"):
        assert words in said.replace("\\\\", "").replace("\\", ""), words


@pytest.mark.parametrize("kind", [kind for kind in TeamOutlet.Kind if kind != "mailing_list"])
def test_a_test_says_that_it_is_one(kind: str, graph_lab: Team) -> None:
    post = trial_post(make_outlet(graph_lab, kind=kind), webhook_id="msg_1", at=timezone.now())
    assert "test" in str(post.content)


def test_programs_get_papers_as_data(graph_lab: Team, item: ListItem) -> None:
    data = content_for("webhook", graph_lab, item)["data"]
    [saved] = data["saved"]
    assert (saved["arxiv_id"], saved["title"], saved["people"], saved["lists"]) == (
        "2401.12345",
        "On $x^2$ & more",
        ["alice"],
        ["Reading group"],
    )
    assert data["discussed"][0]["comments"] == 1
    assert data["likely"][0]["reason"]


def test_slack_gets_escaped_text_in_fifty_blocks_at_most() -> None:
    blocks = slack.content(LONG)["blocks"]
    texts = [block["text"]["text"] for block in blocks[1:]]
    assert len(blocks) <= 50
    assert all(0 < len(text) <= 3_000 for text in texts)
    assert texts[-1] == f"<{LONG.url}|Read it on the web>"
    assert "&lt;!channel&gt;" in texts[1]
    assert all(text.count("<") == text.count("<https://") for text in texts), "only links of ours"


def test_mattermost_gets_markdown_that_calls_nobody() -> None:
    text = mattermost.content(LONG)["text"]
    assert len(text) <= 16_383
    assert text.endswith(f"[Read it on the web]({LONG.url})")
    assert "@everyone" not in text
    assert "\\[x\\]\\(http" in text
    assert "\\*\\*bold\\*\\*" in text


def test_discord_gets_embeds_within_its_limits_and_may_call_nobody() -> None:
    content = discord.content(LONG)
    assert content["allowed_mentions"] == {"parse": []}
    assert len(content["content"]) <= 2_000
    assert 0 < len(content["embeds"]) <= 10
    assert sum(len(embed["title"]) + len(embed["description"]) for embed in content["embeds"]) <= 6_000
    assert all(len(embed["description"]) <= 4_096 for embed in content["embeds"])


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


def test_matrix_gets_text_and_harmless_html_within_an_event() -> None:
    content = matrix.content(LONG)
    html = Links(content["html"])
    assert html.tags == {"h4", "h5", "p", "a", "br"}
    assert all(link.startswith("https://lectern.example/") for link in html.links)
    assert len((content["text"] + content["html"]).encode()) < 60_000
    assert LONG.url in content["text"]


def test_a_post_tells_only_what_all_of_the_team_may_see(graph_lab: Team, item: ListItem, alice: User, bob: User) -> None:
    mine = create_list(owner=alice.namespace, title="My own", visibility=Visibility.PRIVATE)
    digest = make_team_digest(graph_lab, item)
    digest.content["saved"][0]["lists"].append(mine.pk)  # as if a list of the team had become hers since
    digest.content["likely"] = [
        {"paper": item.paper_id, "reason": {"kind": "because_upvoted", "paper": item.paper_id, "title": "Hidden vote"}}
    ]
    digest.save()
    said = str(post_of(make_post(make_outlet(graph_lab, kind="matrix"), digest), at=timezone.now()).content)
    assert "Reading group" in said
    assert "My own" not in said
    assert "Hidden vote" not in said


@pytest.mark.parametrize(("period_key", "name"), [("2026-W48", "Week 48 of 2026"), ("2026-11", "November 2026")])
def test_a_chat_reads_which_period_it_is_as_everywhere_else(period_key: str, name: str, graph_lab: Team) -> None:
    digest = make_team_digest(graph_lab, period_key=period_key)
    assert f"Graph Lab, {name}" in str(post_of(make_post(make_outlet(graph_lab, kind="slack"), digest), at=timezone.now()).content)
