"""Invitations onto an instance that takes only invited people, made by staff in the admin site."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.actions.invitations import usable_invitation
from accounts.models import Invitation, User

ADD = reverse("admin:accounts_invitation_add")


@pytest.fixture
def office(admin: User, client: Client) -> Client:
    client.force_login(admin)
    return client


def test_a_link_is_shown_once_and_names_no_team(office: Client) -> None:
    page = office.post(ADD, {"address": "", "uses": 30, "days": 14}, follow=True).content.decode()
    secret = re.search(r"/join/([^/\s]+)/", page)
    assert secret is not None
    invitation = usable_invitation(secret=secret[1])
    assert invitation is not None
    assert (invitation.team, invitation.uses) == (None, 30)
    assert secret[1] not in office.get(reverse("admin:accounts_invitation_changelist")).content.decode()


def test_an_address_gets_its_mail(office: Client) -> None:
    office.post(ADD, {"address": "new@example.org", "uses": 1, "days": 7})
    assert [each.to for each in mail.outbox] == [["new@example.org"]]
    assert "/join/" in mail.outbox[0].body


def test_withdrawn_ones_let_nobody_in(office: Client) -> None:
    office.post(ADD, {"address": "", "uses": 2, "days": 7})
    waiting = Invitation.objects.get()
    chosen = {"action": "withdraw", "_selected_action": [waiting.pk]}
    office.post(reverse("admin:accounts_invitation_changelist"), chosen)
    assert not Invitation.objects.usable().exists()
