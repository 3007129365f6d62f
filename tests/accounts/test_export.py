"""Somebody's data in one file: complete, without secrets, made again after a death, taken exactly once."""

import io
import json
import os
import signal
import stat
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pybtex.database import parse_string

from accounts.actions.exporting import (
    MOST_A_DAY,
    AskedTooOften,
    ask_for_export,
    expire_exports,
    export_path,
    export_token,
    make_exports,
    read_export_token,
    take_export,
    write_zip,
)
from accounts.actions.tokens import make_token
from accounts.models import DataExport, Scope, Team, User
from accounts.parts import parts
from accounts.tasks import export as export_task
from digests.models import Delivery, DigestFeedAddress, DigestPaper
from papers.actions.feed_addresses import make_feed_address
from papers.actions.following import follow
from papers.actions.lists import add_paper, create_list
from papers.actions.reading import set_state
from papers.actions.tagging import write_tags
from papers.actions.voting import cast_vote
from papers.models import Interest
from tests.counting import queries_of
from tests.digests.makers import make_digest, make_mail
from tests.factories import PASSWORD, make_paper, make_user

pytestmark = pytest.mark.django_db
State = DataExport.State
DATA = "/settings/data/"


@pytest.fixture
def logged_in(alices_browser: Client) -> Client:
    """Alice's browser just after she gave her password once more."""
    alices_browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return alices_browser


@pytest.fixture
def ready(alice: User) -> DataExport:
    ask_for_export(user=alice)
    make_exports()
    return DataExport.objects.get(user=alice)


def zip_of(user: User) -> zipfile.ZipFile:
    file = io.BytesIO()
    write_zip(user=user, to=file)
    return zipfile.ZipFile(file)


def rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    return json.loads(archive.read(name))


def download(browser: Client, export: DataExport) -> HttpResponse:
    return browser.post(reverse("accounts:take_export", args=[export_token(export)]))


def test_the_file_holds_everything_a_reader_did(alice: User, graph_lab: Team) -> None:
    paper, other = make_paper(title="On $x$ and 50% of BERT"), make_paper()
    shelf = create_list(owner=alice.namespace, title="Shelf")
    listed, _new = add_paper(reading_list=shelf, paper=paper, user=alice, note="Read on Friday – ünïcode")
    write_tags(item=listed, names=["to teach", "baseline"])
    add_paper(reading_list=create_list(owner=graph_lab.namespace, title="Team"), paper=other, user=alice)
    cast_vote(user=alice, paper=other)
    set_state(user=alice, paper=paper, state="read")
    Interest.objects.create(user=alice, kind="keyword", value="graphs")
    follow(user=alice, target=make_user("dora").namespace)
    make_feed_address(user=alice)
    make_feed_address(user=alice, of=DigestFeedAddress)
    make_mail(digest=make_digest(alice, paper), user=alice)
    DigestPaper.objects.update(opened_at=datetime(2026, 11, 27, 8, tzinfo=UTC))
    archive = zip_of(alice)
    assert rows(archive, "account/profile.json")[0]["handle"] == "alice"
    assert rows(archive, "account/teams.json") == [
        {"role": "owner", "joined_at": graph_lab.memberships.get(user=alice).joined_at.isoformat(timespec="milliseconds")[:-6] + "Z"}
        | {"slug": "graph-lab", "title": "Graph Lab"}
    ]
    [item] = rows(archive, "papers/list-items.json")
    assert (item["list"], item["note"], item["slug"]) == ("shelf", "Read on Friday – ünïcode", paper.slug)
    assert item["tags"] == ["baseline", "to teach"]
    assert [tag["name"] for tag in rows(archive, "papers/tags.json")] == ["baseline", "to teach"]
    [given] = rows(archive, "papers/in-team-lists.json")
    assert (given["owner"], given["slug"]) == ("graph-lab", other.slug)
    assert [vote["slug"] for vote in rows(archive, "papers/votes.json")] == [other.slug]
    assert [(said["slug"], said["state"]) for said in rows(archive, "papers/reading.json")] == [(paper.slug, "read")]
    assert [followed["name"] for followed in rows(archive, "papers/follows.json")] == ["dora"]
    for app in ("papers", "digests"):
        assert [set(address) for address in rows(archive, f"{app}/feed-address.json")] == [{"made_at", "last_used_at"}]
    assert [interest["value"] for interest in rows(archive, "papers/interests.json")] == ["graphs"]
    assert [digest["period_key"] for digest in rows(archive, "digests/digests.json")] == ["2026-W48"]
    [sent] = rows(archive, "digests/papers.json")
    assert (sent["reason"], sent["opened_at"]) == ({"kind": "new"}, "2026-11-27T08:00:00Z")
    assert [mail["state"] for mail in rows(archive, "digests/deliveries.json")] == ["pending"]
    assert any("Graph Lab" in event["sentence"] for event in rows(archive, "account/events.json"))
    assert archive.testzip() is None


def test_the_readme_names_every_file(alice: User) -> None:
    add_paper(reading_list=create_list(owner=alice.namespace, title="Mine & yours"), paper=make_paper(), user=alice)
    archive = zip_of(alice)
    readme = archive.read("README.txt").decode()
    assert {name for name in archive.namelist() if f"\n{name}: " not in readme} == {"README.txt"}
    assert "“Mine & yours”" in readme


def test_every_list_and_the_votes_are_bibliographies(alice: User) -> None:
    papers = [make_paper(title=f"Deep Graphs {number}") for number in range(3)]
    for title in ("First", "Second"):
        shelf = create_list(owner=alice.namespace, title=title)
        for paper in papers:
            add_paper(reading_list=shelf, paper=paper, user=alice)
    create_list(owner=alice.namespace, title="Empty")
    cast_vote(user=alice, paper=papers[0])
    archive = zip_of(alice)
    books = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".bib")}
    assert sorted(len(parse_string(text, "bibtex").entries) for text in books.values()) == [1, 3, 3]
    assert papers[0].arxiv_id in books["bibtex/upvoted.bib"]


def test_nobody_elses_rows_and_no_secret_are_in_it(alice: User, bob: User) -> None:
    _token, secret = make_token(user=alice, name="laptop", scopes=[Scope.PAPERS_READ])
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    client = Client()
    client.force_login(alice)
    add_paper(reading_list=create_list(owner=bob.namespace, title="Bobs"), paper=make_paper(), user=bob, note="bobs secret note")
    make_mail(user=bob)
    archive = zip_of(alice)
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    token = alice.api_tokens.get()
    hidden = [secret, token.digest, "JBSWY3DPEHPK3PXP", alice.password, client.session.session_key, "bobs secret note", bob.email]
    assert [text for text in hidden if text in everything] == []
    assert rows(archive, "account/second-factors.json")[0]["type"] == "totp"
    assert len(rows(archive, "account/sessions.json")) == 1


def test_an_export_takes_as_many_queries_for_many_rows_as_for_few(alice: User) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            paper = make_paper()
            cast_vote(user=alice, paper=paper)
            add_paper(reading_list=create_list(owner=alice.namespace, title=f"L{number}"), paper=paper, user=alice)

    def written() -> HttpResponse:
        zip_of(alice)
        return HttpResponse()

    fill(2)
    few = queries_of(written)
    fill(10)
    assert queries_of(written) == few


def test_asking_takes_the_password_first(alices_browser: Client, alice: User) -> None:
    asked = alices_browser.post(reverse("accounts:ask_for_export"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not alice.exports.exists()
    alices_browser.post(asked["Location"], {"password": PASSWORD, "next": reverse("accounts:ask_for_export")})
    assert alice.exports.get().state == State.WAITING


def test_the_page_follows_an_export_from_asking_to_the_file(logged_in: Client, alice: User) -> None:
    assert "Put my data together" in logged_in.get(DATA).content.decode()
    assert logged_in.post(reverse("accounts:ask_for_export"))["Location"] == DATA
    assert 'hx-trigger="every 2s"' in logged_in.get(DATA).content.decode()
    script = {"HX-Request": "true"}
    assert logged_in.get(DATA, headers=script).status_code == 204
    export_task()
    piece = logged_in.get(DATA, headers=script).content.decode()
    assert "<html" not in piece
    assert "hx-trigger" not in piece
    export = alice.exports.get()
    assert 'action="/settings/data/export/' in piece
    assert alice.notices.get().event.kind == "export.ready"
    taken = download(logged_in, export)
    assert taken.headers["Content-Disposition"].startswith('attachment; filename="lectern-alice-')
    assert "no-store" in taken.headers["Cache-Control"]
    assert zipfile.ZipFile(io.BytesIO(b"".join(taken.streaming_content))).testzip() is None  # type: ignore[arg-type]
    assert "You downloaded your data" in logged_in.get(DATA).content.decode()


def test_the_file_is_for_its_owner_alone_and_whole_before_it_has_its_name(ready: DataExport) -> None:
    path = export_path(ready)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert ready.size == path.stat().st_size
    assert not path.with_name(f"{ready.pk}.{os.getpid()}.part").exists()  # others, and other workers, leave theirs on purpose


def test_a_second_download_finds_nothing(alices_browser: Client, ready: DataExport) -> None:
    first = download(alices_browser, ready)
    assert first.status_code == 200
    assert b"".join(first.streaming_content).startswith(b"PK")  # type: ignore[arg-type]
    assert not export_path(ready).exists()
    again = download(alices_browser, ready)
    assert (again.status_code, again.headers["Location"]) == (302, DATA)


def test_nobody_else_gets_the_file_even_with_the_link(ready: DataExport, bob: User, visitors_browser: Client) -> None:
    browser = Client()
    browser.force_login(bob)
    assert download(browser, ready).status_code == 404
    assert download(visitors_browser, ready).headers["Location"].startswith("/accounts/login/")
    ready.refresh_from_db()
    assert ready.state == State.READY


def test_a_forged_or_old_link_opens_nothing(alices_browser: Client, ready: DataExport) -> None:
    for token in (str(ready.pk), f"{ready.pk}:abc:def", export_token(ready)[:-1] + "-"):
        assert alices_browser.post(reverse("accounts:take_export", args=[token])).status_code == 404
    token = export_token(ready)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert read_export_token(token) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_downloads_at_once_exactly_one_wins() -> None:
    alice = make_user("alice")
    for _ in range(5):
        DataExport.objects.all().delete()
        ask_for_export(user=alice)
        make_exports()
        export, start = DataExport.objects.get(), Barrier(4)

        def take(_number: int, export: DataExport = export, start: Barrier = start) -> bool:
            try:
                start.wait(10)
                file = take_export(export=export)
                if file:
                    file.close()
                return bool(file)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(take, range(4))) == [False, False, False, True]


def test_what_nobody_takes_for_a_week_expires_with_its_file(ready: DataExport, alices_browser: Client) -> None:
    DataExport.objects.update(ready_at=timezone.now() - timedelta(days=7, minutes=1))
    assert download(alices_browser, ready).status_code == 302
    assert export_path(ready).exists()
    assert expire_exports() == 1
    assert not export_path(ready).exists()
    assert DataExport.objects.get().state == State.EXPIRED
    assert "deleted" in alices_browser.get(DATA).content.decode()


def test_files_that_no_row_knows_are_swept_away(db: None) -> None:
    expire_exports()
    stray, young = settings.EXPORTS_DIR / "7.123.part", settings.EXPORTS_DIR / "8.123.part"
    for path in (stray, young):
        path.touch()
    old = (timezone.now() - timedelta(days=9)).timestamp()
    os.utime(stray, (old, old))
    expire_exports()
    assert (stray.exists(), young.exists()) == (False, True)
    young.unlink()


def test_asking_again_replaces_what_was_not_taken(alice: User, ready: DataExport) -> None:
    anew = ask_for_export(user=alice)
    assert ask_for_export(user=alice) == anew
    ready.refresh_from_db()
    assert (ready.state, export_path(ready).exists()) == (State.EXPIRED, False)


def test_asking_is_bounded(alice: User) -> None:
    for _ in range(MOST_A_DAY):
        ask_for_export(user=alice)
        make_exports()
    with pytest.raises(AskedTooOften):
        ask_for_export(user=alice)


class BrokenPart:
    """A part with a fault."""

    def export(self, user: User) -> Any:
        if user.handle == "alice":
            raise ValueError("no such thing")
        return []

    def pause_person(self, user: User) -> None: ...
    def forget_person(self, user: User) -> None: ...
    def forget_team(self, team: Team) -> None: ...


class DyingPart(BrokenPart):
    """A part during which the power goes."""

    def export(self, user: User) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_fault_fails_one_export_with_a_reason_and_not_the_next(alice: User, bob: User, settings: Any) -> None:
    settings.DATA_PARTS = ["tests.accounts.test_export.BrokenPart"]
    parts.cache_clear()
    try:
        ask_for_export(user=alice)
        ask_for_export(user=bob)
        assert make_exports() == 2
    finally:
        parts.cache_clear()
    assert alice.exports.get().state == State.FAILED
    assert "no such thing" in alice.exports.get().reason
    assert bob.exports.get().state == State.READY


@pytest.mark.django_db(transaction=True)
def test_an_export_whose_worker_was_killed_is_made_by_the_next() -> None:
    alice = make_user("alice")
    ask_for_export(user=alice)
    program = (
        "import django; from django.conf import settings; settings.DATA_PARTS = ['tests.accounts.test_export.DyingPart'];"
        f"settings.DATABASES['default']['NAME'] = {connection.settings_dict['NAME']!r};"
        "django.setup(); from accounts.actions.exporting import make_exports; make_exports()"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    died = subprocess.run([sys.executable, "-c", program], env=environment, cwd=Path(__file__).parents[2], check=False)
    assert died.returncode == -signal.SIGKILL
    assert alice.exports.get().state == State.WAITING
    assert make_exports() == 1
    assert alice.exports.get().state == State.READY
    assert zipfile.ZipFile(export_path(alice.exports.get())).testzip() is None


@pytest.mark.django_db(transaction=True)
def test_many_workers_make_each_export_once() -> None:
    for _ in range(4):
        ask_for_export(user=make_user())

    def work(_number: int) -> int:
        try:
            return make_exports()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 4
    assert set(DataExport.objects.values_list("state", flat=True)) == {State.READY}
    assert not Delivery.objects.exists()
