"""Webhooks: set up, tried, changed and ended by the reader whose they are, or by a team's owners and maintainers."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.actions.limits import Limit, take
from accounts.actions.memberships import lock_team, require_role
from accounts.actions.tokens import require_scopes
from accounts.hints import hint
from accounts.models import ApiToken, Role, Team, User
from digests.actions.clock import database_now
from digests.actions.endpoints import OLD_SECRET_FOR, EndpointRefused, checked_url, note_success, stop_deliveries
from digests.channels import Outcome, Verdict, open_webhooks
from digests.models import Delivery, Webhook
from digests.models.delivery import UNDER_WAY
from digests.models.webhook import scopes_to_tell
from digests.posts import new_secret, trial_post

MOST_WEBHOOKS = 20  # of a reader, and of a team
TESTS = Limit(10, timedelta(hours=1))  # of one owner
REPLAYS = Limit(200, timedelta(hours=1))
State = Delivery.State


@transaction.atomic
def add_webhook(
    *, owner: User | Team, actor: User, label: str, address: str, types: Sequence[str] = (), token: ApiToken | None = None
) -> tuple[Webhook, str]:
    """Have a program told what happens; return the webhook and its secret, which nobody can read again.

    Args:
        owner: the person or team whose eyes it has.
        types: what it is told of; nothing means everything.
        token: by which a program asks; the webhook is told of nothing that it may not read, and ends with it.

    Raises:
        PermissionDenied: the actor does not manage the team, or the token may not read what the webhook would be told.
        EndpointRefused: the address is none, or leads where nothing may be sent, or there are many webhooks.
    """
    _lock(owner, actor)
    if Webhook.objects.of_owner(owner).count() >= MOST_WEBHOOKS:
        raise EndpointRefused(_("There are %(n)d webhooks at most. Remove one first.") % {"n": MOST_WEBHOOKS})
    secret = new_secret()
    webhook = Webhook(label=label, types=sorted({*types}), created_by=actor, **_of(owner))
    _set_up_with(webhook, token)
    webhook.address = checked_url(address)
    webhook.put_secret(secret)
    webhook.save()
    _record("webhook.added", webhook, actor)
    return webhook, secret


@transaction.atomic
def change_webhook(*, webhook: Webhook, actor: User, token: ApiToken | None = None, **changes: Any) -> Webhook:
    """Change label, address or types, or switch it on or off; off also stops what is not yet handed over.

    Whoever changes it answers for it: from then on it ends with their token, or with none where a person did it.

    Raises:
        PermissionDenied: as for `add_webhook`.
        EndpointRefused: the address is none, or leads where nothing may be sent.
    """
    found = _fresh(webhook, actor)
    if "address" in changes:
        changes["address"] = checked_url(changes["address"])
    for name, value in changes.items():
        setattr(found, name, value)
    _set_up_with(found, token)
    if "is_active" in changes:
        found.why_off, found.failing_since = ("", None) if found.is_active else (_("switched off by hand"), None)
    found.save()
    if {"address", "is_active"} & set(changes):
        Webhook.objects.filter(pk=found.pk, lease=None).update(lease_until=None)  # it rested for how it was before
    if not found.is_active:
        stop_deliveries(found, found.why_off)
    return found


@transaction.atomic
def rotate_webhook_secret(*, webhook: Webhook, actor: User) -> str:
    """Give a webhook another secret and return it; for a day posts are signed with the one before, too."""
    found, secret = _fresh(webhook, actor), new_secret()
    found.change_secret(secret, old_until=database_now() + OLD_SECRET_FOR)
    found.save(update_fields=["sealed_secret", "sealed_old_secret", "old_secret_until"])
    return secret


@transaction.atomic
def remove_webhook(*, webhook: Webhook, actor: User) -> None:
    """End a webhook; what waits for it and the log of its posts go along."""
    _check(webhook.team or webhook.user, actor)
    if Webhook.objects.filter(pk=webhook.pk).delete()[0]:
        _record("webhook.removed", webhook, actor)


def try_webhook(*, webhook: Webhook, actor: User) -> Outcome:
    """Post a test now and return what became of it. Outside any transaction: the receiver may take its time.

    Raises:
        EndpointRefused: there were many tests lately.
    """
    _check(webhook.team or webhook.user, actor)
    if take(action="webhook_test", subject=_subject(webhook), limit=TESTS):
        raise EndpointRefused(_("That were many tests. Try again in an hour."))
    post = trial_post(webhook, webhook_id=f"msg_{uuid.uuid4().hex}", at=database_now())
    outcome = open_webhooks().send(post, lambda: float("inf"))
    if outcome.verdict is Verdict.ACCEPTED:
        note_success(endpoint=webhook)
    return outcome


@transaction.atomic
def replay_post(*, delivery: Delivery, actor: User) -> Delivery:
    """Post once more what was posted, or was not, under its old id, by which a program knows a double.

    Raises:
        EndpointRefused: it is under way, or the webhook is switched off, or many were replayed lately.
    """
    webhook = _fresh(delivery.webhook or Webhook(), actor)
    if not webhook.is_active:
        raise EndpointRefused(_("The webhook is switched off. Switch it on first."))
    if take(action="webhook_replay", subject=_subject(webhook), limit=REPLAYS):
        raise EndpointRefused(_("Those were many posts. Try again in an hour."))
    anew = {
        "state": State.PENDING,
        "reason": "",
        "attempts": 0,
        "not_before": Now(),
        "created_at": Now(),
        "lease": None,
        "lease_until": None,
    }
    if not Delivery.objects.filter(pk=delivery.pk).exclude(state__in=UNDER_WAY).update(**anew):
        raise EndpointRefused(_("It is on its way already."))
    Webhook.objects.filter(pk=webhook.pk, lease=None).update(lease_until=None)  # somebody waits for it, so it rests no more
    hint("digests.post")
    return get_object_or_404(Delivery.objects.select_related("announcement"), pk=delivery.pk)


def _lock(owner: User | Team, actor: User) -> None:
    if isinstance(owner, User):
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=owner.pk)
    else:
        lock_team(owner)
    _check(owner, actor)


def _check(owner: User | Team | None, actor: User) -> None:
    if isinstance(owner, Team):
        require_role(owner, actor, Role.MAINTAINER)
    elif owner != actor:
        raise PermissionDenied(_("This webhook is somebody else's."))


def _set_up_with(webhook: Webhook, token: ApiToken | None) -> None:
    """Without this, a program that may not read could have everything sent to itself, also when its token is long revoked."""
    require_scopes(token, *scopes_to_tell(webhook.types))
    webhook.set_up_with = token


def _fresh(webhook: Webhook, actor: User) -> Webhook:
    rows = Webhook.objects.select_for_update(of=("self",)).select_related("user", "team__namespace")
    found = get_object_or_404(rows, pk=webhook.pk)
    _check(found.team or found.user, actor)
    return found


def _of(owner: User | Team) -> dict[str, Any]:
    return {"user": owner} if isinstance(owner, User) else {"team": owner}


def _subject(webhook: Webhook) -> str:
    return f"team {webhook.team_id}" if webhook.team_id else f"user {webhook.user_id}"


def _record(kind: str, webhook: Webhook, actor: User) -> None:
    """A team's log has it; what a person does alone is nobody's business."""
    if webhook.team:
        record_event(kind=kind, actor=actor, team=webhook.team, label=webhook.label)
