"""What the documentation shows works: every curl example of docs/api.md is sent, in its order."""

import re
import shlex
from pathlib import Path

from django.test import Client

from accounts.actions.tokens import make_token
from accounts.models import Scope, Team, User
from tests.digests.makers import make_digest, make_team_digest
from tests.factories import make_paper

DOCS = Path(__file__).resolve().parent.parent / "docs"


def send(command: str, token: str) -> int:
    """Do what a curl command says, at the test client."""
    words = shlex.split(command.replace("$LECTERN", "").replace("$TOKEN", token))[1:]
    options = {"-X": [], "-H": [], "-d": [], "": []}
    while words:
        word = words.pop(0)
        if word in options:
            options[word].append(words.pop(0))
        else:
            options[""].append(word)
    [address] = options[""]
    headers = dict(header.split(": ", 1) for header in options["-H"])
    content_type = headers.pop("Content-Type", "application/x-www-form-urlencoded")
    method = next(iter(options["-X"]), "POST" if options["-d"] else "GET")
    return Client().generic(method, address, "&".join(options["-d"]), content_type, headers=headers).status_code


def test_the_examples_of_the_rest_api_work_as_they_are_written(alice: User, graph_lab: Team) -> None:
    make_paper(arxiv_id="1706.03762")
    make_paper(arxiv_id="hep-th/9901001")
    make_digest(alice, make_paper(), period_key="2026-W48")
    make_team_digest(graph_lab, period_key="2026-W48")
    _token, secret = make_token(user=alice, name="docs", scopes=Scope.values)
    commands = re.findall(r"^curl .*$", (DOCS / "api.md").read_text(), re.MULTILINE)
    assert len(commands) > 20
    for command in commands:
        assert send(command, secret) in {200, 201, 202, 204}, command


def test_the_documented_scopes_are_the_scopes_there_are() -> None:
    documented = re.findall(r"^\| `(\w+:\w+)` \|", (DOCS / "api.md").read_text(), re.MULTILINE)
    assert documented == Scope.values


def prose(page: Path) -> str:
    """A page without its programs."""
    return re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def test_every_link_between_the_documents_leads_somewhere() -> None:
    pages = [DOCS.parent / "README.md", *DOCS.rglob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", prose(page))]
    assert links
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []
