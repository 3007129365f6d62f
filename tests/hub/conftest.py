"""A live Lectern, the same papers and people for every client, and the clients themselves."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.actions.tokens import make_token
from accounts.models import Scope, Team, User
from papers.models import Paper
from tests.factories import make_paper
from tests.hub.clients import RELEASES, HubClient

MakeClient = Callable[..., HubClient]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/hub/" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("hub"))


@pytest.fixture(params=RELEASES)
def client_of(request: pytest.FixtureRequest, live_server: LiveServer, tmp_path: Path) -> MakeClient:
    """Make a client of each release in turn: of somebody, or of nobody."""

    def make(user: User | None = None, scopes: list[str] | None = None) -> HubClient:
        token = make_token(user=user, name="notebook", scopes=Scope.values if scopes is None else scopes)[1] if user else ""
        return HubClient(release=request.param, address=live_server.url, home=tmp_path / (user.handle if user else "nobody"), token=token)

    return make


@pytest.fixture
def papers(db: None) -> list[Paper]:
    """One with a new arXiv id, one with an old one, one with a DOI alone."""
    return [
        make_paper(arxiv_id="2601.15621", title="Attention to graphs", abstract="We attend to graphs.", authors=("Ada One", "Ben Two")),
        make_paper(arxiv_id="hep-th/9901001", title="Strings and branes"),
        make_paper(arxiv_id=None, doi="10.1234/abc.def", title="A paper of a journal"),
    ]


@pytest.fixture
def cast(alice: User, bob: User, carol: User, graph_lab: Team) -> dict[str, User]:
    return {"alice": alice, "bob": bob, "carol": carol}
