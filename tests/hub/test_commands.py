"""The command `hf`, unchanged, against a live Lectern: what it prints, and that it ends well."""

import json
from pathlib import Path

from accounts.models import Team, User
from papers.actions.indexing import index_papers
from papers.actions.lists import add_paper, create_list
from papers.actions.voting import cast_vote
from papers.models import ListItem, Paper, ReadingList, Visibility
from tests.hub.conftest import MakeClient


def test_hf_papers(client_of: MakeClient, papers: list[Paper], alice: User) -> None:
    cast_vote(user=alice, paper=papers[0])
    index_papers()
    nobody = client_of()
    rows = json.loads(nobody.hf("papers", "ls", "--format", "json"))
    assert [row["id"] for row in rows] == ["10.1234/abc.def", "hep-th/9901001", "2601.15621"]
    assert [(row["upvotes"], row["comments"]) for row in rows] == [(0, 0), (0, 0), (1, 0)]
    assert "Strings and branes" in nobody.hf("papers", "search", "branes")
    assert "Attention to graphs" in nobody.hf("papers", "info", "2601.15621")
    assert nobody.hf("papers", "read", "2601.15621").lstrip().startswith("# Attention to graphs")
    for verb in ("info", "read"):
        missing = nobody.run_hf("papers", verb, "2601.99999")
        assert missing.returncode == 1
        assert "Paper '2601.99999' not found on the Hub." in missing.stdout + missing.stderr


def test_hf_papers_of_a_time_and_of_a_person(client_of: MakeClient, papers: list[Paper], alice: User) -> None:
    shelf = create_list(owner=alice.namespace, title="Shelf", visibility=Visibility.PUBLIC)
    add_paper(reading_list=shelf, paper=papers[0], user=alice)
    client, day = client_of(), papers[0].first_seen_at
    for words in (("--date", f"{day:%Y-%m-%d}"), ("--week", f"{day:%G-W%V}"), ("--month", f"{day:%Y-%m}"), ("--submitter", "alice")):
        [*_others, row] = json.loads(client.hf("papers", "ls", *words, "--sort", "publishedAt", "--format", "json"))
        assert (row["id"], row["submitted_by"]["username"]) == ("2601.15621", "alice")
    refused = client.run_hf("papers", "ls", "--week", "2026-48")
    assert refused.returncode == 1
    assert "week: Give it as 2026-W48." in refused.stdout + refused.stderr


def test_hf_asks_for_agents_once_a_day(client_of: MakeClient, papers: list[Paper]) -> None:
    client = client_of()
    client.hf("papers", "info", "2601.15621")
    kept = Path(client.environment["HF_HOME"]) / ".agent_harnesses.json"
    if not client.release.startswith("1."):  # which knows of none
        assert json.loads(kept.read_text()) == {"standardEnvVars": [], "harnesses": {}}


def test_hf_prints_a_warning_once(client_of: MakeClient, alice: User) -> None:
    shelf = create_list(owner=alice.namespace, title="Shelf")
    done = client_of(alice).run_hf("collections", "update", f"alice/shelf-{shelf.pk:024x}", "--position", "3")
    assert (done.returncode, done.stderr.count("Lists have no order among each other here")) == (0, 1)


def test_hf_collections(client_of: MakeClient, papers: list[Paper], alice: User) -> None:
    hers = client_of(alice)
    assert "/collections/alice/reading-group-" in hers.hf("collections", "create", "Reading group", "--description", "Fridays", "--private")
    made = ReadingList.objects.get()
    slug = f"alice/reading-group-{made.pk:024x}"
    assert made.visibility == Visibility.PRIVATE
    hers.hf("collections", "create", "Reading group", "--exists-ok")
    hers.hf("collections", "add-item", slug, "2601.15621", "paper", "--note", "start here")
    item = ListItem.objects.get(reading_list=made)
    assert (item.paper, item.note) == (papers[0], "start here")
    hers.hf("collections", "add-item", slug, "10.1234/abc.def", "paper")
    hers.hf("collections", "update-item", slug, f"{item.pk:024x}", "--note", "later", "--position", "1")
    as_json = () if hers.release.startswith("1.") else ("--format", "json")  # the older one prints nothing else
    shown = json.loads(hers.hf("collections", "info", slug, *as_json))
    assert [(each["item_id"], each["position"], each.get("note")) for each in shown["items"]] == [
        ("10.1234/abc.def", 0, None),
        ("2601.15621", 1, "later"),
    ]
    hers.hf("collections", "delete-item", slug, f"{item.pk:024x}")
    hers.hf("collections", "update", slug, "--title", "Seminar", "--theme", "green", "--no-private")
    made.refresh_from_db()
    assert (made.title, made.theme, made.visibility, made.item_count) == ("Seminar", "green", Visibility.PUBLIC, 1)
    [row] = json.loads(hers.hf("collections", "ls", "--owner", "alice", "--format", "json"))
    assert (row["slug"], row["title"], row["private"]) == (f"alice/seminar-{made.pk:024x}", "Seminar", False)
    hers.hf("collections", "delete", slug)
    hers.hf("collections", "delete", slug, "--missing-ok")
    assert not ReadingList.objects.exists()


def test_hf_auth_whoami(client_of: MakeClient, alice: User, graph_lab: Team) -> None:
    said = client_of(alice).hf("auth", "whoami")
    assert "alice" in said
    assert "graph-lab" in said


def test_hf_auth_login_with_a_token_keeps_it(client_of: MakeClient, alice: User) -> None:
    client = client_of(alice)
    token = client.environment.pop("HF_TOKEN")
    assert client.run_hf("auth", "whoami").stdout.find("alice") == -1
    client.hf("auth", "login", "--token", token)
    assert "alice" in client.hf("auth", "whoami")
