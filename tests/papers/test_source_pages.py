"""The pages about sources: what staff see of the last runs, and how one is harvested now."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import Harvest, Source
from tests.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(admin: User, client: Client) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def source() -> Source:
    source = Source.objects.create(name="arXiv cs.CL", kind="arxiv", wanted="cs.CL", next_run_at=timezone.now() + timedelta(days=1))
    Harvest.objects.create(source=source, state="done", added=7, ended_at=timezone.now())
    Harvest.objects.create(source=source, state="failed", added=3, rejected=1, rejections=["2611.00002: title: is missing"], problem="No.")
    return source


def test_without_sources_it_says_what_to_do(office: Client) -> None:
    assert "Add arXiv with the categories of your field" in office.get("/sources/").content.decode()


def test_the_last_run_is_shown_with_its_problem(office: Client, source: Source) -> None:
    page = office.get("/sources/").content.decode()
    assert "3 new, 0 changed, 0 as before" in page
    assert ("1 refused" in page, "No." in page, "7 new" in page) == (True, True, False)


def test_all_runs_and_what_was_refused_are_on_its_own_page(office: Client, source: Source) -> None:
    page = office.get(f"/sources/{source.pk}/").content.decode()
    assert page.count('<th scope="row">') == 2
    assert "2611.00002: title: is missing" in page


def test_harvest_now_makes_it_due(office: Client, source: Source) -> None:
    assert not Source.objects.due().exists()
    office.post(f"/sources/{source.pk}/harvest")
    assert Source.objects.due().get() == source


def test_more_sources_ask_no_more(office: Client, source: Source) -> None:
    office.get("/sources/")
    few = queries_of(lambda: office.get("/sources/"))
    for number in range(9):
        Harvest.objects.create(source=Source.objects.create(name=f"feed {number}", kind="feed"), state="done")
    assert queries_of(lambda: office.get("/sources/")) == few


def test_the_command_names_what_there_is(source: Source) -> None:
    with pytest.raises(CommandError, match=r"There is no source bioRxiv. There are: arXiv cs.CL"):
        call_command("harvest", "bioRxiv")
