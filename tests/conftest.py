"""The cast: alice owns things, bob is in her team, carol is a stranger, a visitor has no account."""

import fcntl
import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.test.client import ClientHandler
from pytest_django.live_server_helper import LiveServer

from accounts.actions.memberships import add_member
from accounts.actions.teams import create_team
from accounts.models import Team, User
from tests.factories import make_user

if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # else one worker's clean_cache empties the other's
    settings.CACHES["default"]["OPTIONS"]["db"] += 1 + int(worker.removeprefix("gw"))
    settings.EXPORTS_DIR /= worker  # their files are named by keys, which each worker's database gives out anew

# Most tests roll back what they did, and so have one connection to the database: mail takes one thread.
settings.DELIVERY_CONNECTIONS = 1
# Slow hashing protects stored passwords; here it would only be a tax on every person that a test makes.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Collect the static files once, as a real start does: templates name hashed files."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    with (settings.STATIC_ROOT.parent / "static.lock").open("w") as lock:  # workers share the folder
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (settings.STATIC_ROOT / "staticfiles.json").exists():
            call_command("collectstatic", verbosity=0, interactive=False)


@pytest.fixture(scope="session", autouse=True)
def middleware(static_files: None) -> None:
    """Let all browsers of the tests share one chain, as all requests of a process do: to load it is to look at every static file.

    What a middleware reads when it is made cannot be set by a test, then.
    """
    loaded = ClientHandler()
    loaded.load_middleware()
    chain = {name: part for name, part in vars(loaded).items() if name.startswith("_")}
    ClientHandler.load_middleware = lambda handler, is_async=False: vars(handler).update(chain)  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def live_server(static_files: None) -> Iterator[LiveServer]:
    """The site as it runs in earnest, where WhiteNoise hands out the collected files; once for all tests of a worker."""
    server = LiveServer("localhost", start=False)
    server.thread.static_handler = lambda application: application
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def clean_cache() -> None:
    cache.clear()


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob")


@pytest.fixture
def carol(db: None) -> User:
    return make_user("carol")


@pytest.fixture
def admin(db: None) -> User:
    return make_user("admin-person", is_staff=True, is_superuser=True)


@pytest.fixture
def graph_lab(alice: User, bob: User) -> Team:
    """Alice's team, with bob in it."""
    team = create_team(owner=alice, slug="graph-lab", title="Graph Lab")
    add_member(team=team, user=bob)
    return team


@pytest.fixture
def alices_browser(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def visitors_browser() -> Client:
    return Client()
