"""Agreed addresses: every one that llms.txt names answers, security.txt is there where somebody is named, passwords have their form."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import HouseRules
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def test_every_address_that_llms_txt_names_is_there(settings: Settings) -> None:
    make_paper(arxiv_id="1706.03762")
    answer = Client().get("/llms.txt")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert (lines[0], lines[2][:2]) == (f"# {settings.SITE_NAME}", "> ")
    addresses = re.findall(r"\]\((.*?)\)", answer.content.decode())
    assert len(addresses) == 10
    assert {Client().get(address.removeprefix(settings.SITE_URL)).status_code for address in addresses} == {200}


def test_security_txt_names_whom_to_tell_also_behind_closed_doors(settings: Settings) -> None:
    HouseRules.objects.create(pk=1, public_reading=False)
    assert Client().get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    answer = Client().get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:security@example.org"
    assert fields["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"
    assert timedelta(0) < datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC) < timedelta(days=365)


def test_password_managers_find_the_form() -> None:
    assert Client().get("/.well-known/change-password")["Location"] == "/accounts/password/change/"
