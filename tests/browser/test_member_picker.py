"""Picking a member by a few letters, instead of typing an address."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Invitation, Team, User

pytestmark = pytest.mark.django_db(transaction=True)


def test_letters_bring_names_and_a_name_invites(reader: Page, carol: User, graph_lab: Team) -> None:
    reader.goto("/teams/graph-lab/people/")
    who = reader.locator("[name=who]")
    who.press_sequentially("car", delay=40)
    expect(reader.locator("#people-found option")).to_have_attribute("value", "carol")
    who.fill("carol")
    reader.get_by_role("button", name="Invite", exact=True).click()
    expect(reader.get_by_text("is invited.")).to_be_visible()
    assert Invitation.objects.get().invitee == carol
