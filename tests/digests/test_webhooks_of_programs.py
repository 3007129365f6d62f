"""Webhooks that a program sets up: they are told of nothing that its token may not read, and end with it."""

import pytest
from django.db.models.functions import Now

from accounts.actions.deleting import ask_for_deletion, erase_due_people
from accounts.actions.memberships import change_role
from accounts.actions.tokens import revoke_token
from accounts.models import ApiToken, Notice, Role, Scope, Team, User
from digests import actions
from digests.models import EventType, Webhook
from papers.actions.voting import cast_vote
from tests.api import Program
from tests.digests.makers import deliver_posts, make_webhook, tell_programs
from tests.digests.receiver import Receiver
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def test_a_program_has_nobody_told_what_it_may_not_read(alice: User, receiver: Receiver) -> None:
    program = Program(alice, [Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE, Scope.PAPERS_READ])
    asked = {"label": "Robot", "address": receiver.url}
    for types in ([], ["digest.ready"], ["paper.voted", "comment.written"]):
        refused = program.ask("post", "/webhooks/", asked | {"types": types})
        assert refused.status_code == 403, types
        assert "This token lacks the scope" in refused.json()["detail"]
    made = program.ask("post", "/webhooks/", asked | {"types": ["paper.voted"]})
    assert made.status_code == 201
    wider = program.ask("patch", f"/webhooks/{made.json()['id']}/", {"types": []})
    assert (wider.status_code, Webhook.objects.get().types) == (403, ["paper.voted"])


def test_a_reader_s_webhook_is_not_turned_elsewhere_by_a_program_that_may_not_read(alice: User) -> None:
    robot = make_webhook(alice, types=[EventType.LIST_CHANGED])
    program = Program(alice, [Scope.WEBHOOKS_WRITE, Scope.PAPERS_READ])
    turned = program.ask("patch", f"/webhooks/{robot.pk}/", {"address": "https://elsewhere.example/"})
    assert (turned.status_code, Webhook.objects.get().address) == (403, robot.address)


def test_a_webhook_ends_with_the_token_that_set_it_up(alice: User, receiver: Receiver) -> None:
    program = Program(alice, [Scope.WEBHOOKS_WRITE, Scope.PAPERS_READ])
    program.ask("post", "/webhooks/", {"label": "Robot", "address": receiver.url, "types": ["paper.voted"]})
    cast_vote(user=alice, paper=make_paper())
    actions.spread_announcements()
    revoke_token(token=ApiToken.objects.get())
    deliver_posts()
    assert receiver.posts == []
    cast_vote(user=alice, paper=make_paper())
    tell_programs()
    robot = Webhook.objects.get()
    assert (receiver.posts, robot.is_active, "token" in robot.why_off) == ([], False, True)
    assert Notice.objects.filter(user=alice, event__kind="webhook.off").count() == 1

    actions.change_webhook(webhook=robot, actor=alice, is_active=True)  # by hand: from now on it is the reader's own
    cast_vote(user=alice, paper=make_paper())
    tell_programs()
    assert len(receiver.posts) == 1


def test_a_team_is_told_when_the_token_goes_with_its_owner(graph_lab: Team, alice: User, bob: User, receiver: Receiver) -> None:
    program = Program(bob, [Scope.WEBHOOKS_WRITE, Scope.PAPERS_READ])
    change_role(membership=bob.memberships.get(), actor=alice, role=Role.MAINTAINER)
    asked = {"label": "Robot", "address": receiver.url, "types": ["paper.voted"]}
    assert program.ask("post", f"/teams/{graph_lab.slug}/webhooks/", asked).status_code == 201
    ask_for_deletion(user=bob)
    User.objects.filter(pk=bob.pk).update(deletion_due_at=Now())
    erase_due_people()
    robot = Webhook.objects.get()
    assert (robot.is_active, robot.set_up_with) == (False, None)
