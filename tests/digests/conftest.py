"""A relay for mail, and a folder of mail files that starts empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Team
from digests.models import TeamDigest, TeamOutlet
from tests.digests.makers import make_outlet, make_team_digest
from tests.digests.receiver import Receiver, receiving
from tests.digests.relay import RelayBehaviour, running_relay


@pytest.fixture(autouse=True)
def mail_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MAIL_DIR = tmp_path / "mail"
    return tmp_path / "mail"


@pytest.fixture
def relay(settings: Settings) -> Iterator[RelayBehaviour]:
    """A relay that takes everything until told otherwise; mail goes there instead of into files."""
    with running_relay() as (behaviour, address):
        settings.RELAY, settings.EMAIL_TIMEOUT = address, 1
        yield behaviour


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A program on this machine that takes posts until told otherwise."""
    settings.FETCH_PRIVATE, settings.POST_TIMEOUT = True, 1
    with receiving() as found:
        yield found


@pytest.fixture
def digest(graph_lab: Team) -> TeamDigest:
    return make_team_digest(graph_lab)


@pytest.fixture
def webhook(graph_lab: Team, receiver: Receiver) -> TeamOutlet:
    return make_outlet(graph_lab, address=receiver.url)


@pytest.fixture
def chat(graph_lab: Team, receiver: Receiver) -> TeamOutlet:
    return make_outlet(graph_lab, kind="slack", address=receiver.url)
