"""A team's outlets: set up, tried, changed and ended by its owners and maintainers."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Now
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.actions.limits import Limit, take
from accounts.actions.memberships import lock_team, require_role
from accounts.models import Role, Team, User
from digests.actions.clock import database_now
from digests.actions.endpoints import (
    OLD_SECRET_FOR,
    EndpointRefused,
    checked_url,
    note_success,
    stop_deliveries,
    switch_off,
)
from digests.channels import Outcome, Verdict, open_webhooks
from digests.models import Suppression, TeamOutlet
from digests.posts import new_secret, trial_post
from digests.signing import outlet_confirm_token, outlet_stop_token, read_outlet_confirm_token, read_outlet_stop_token

MOST_OUTLETS = 20  # of a team
TESTS = Limit(10, timedelta(hours=1))  # of one team
QUESTIONS = Limit(3, timedelta(days=1))  # mails that ask one address to confirm, from whichever team
ASKING = Limit(20, timedelta(days=1))  # such mails of one person, to whatever addresses


@transaction.atomic
def add_outlet(*, team: Team, actor: User, kind: str, label: str, address: str) -> tuple[TeamOutlet, str]:
    """Have a team's digests sent somewhere, too; return the outlet and, of a webhook, its secret, which nobody can read again.

    A mailing list is asked first: ask_to_confirm() comes next.

    Raises:
        PermissionDenied: the actor does not manage the team.
        EndpointRefused: the address is none, or leads where nothing may be sent.
    """
    team = lock_team(team)
    require_role(team, actor, Role.MAINTAINER)
    if team.digest_outlets.count() >= MOST_OUTLETS:
        raise EndpointRefused(_("A team has %(n)d outlets at most. Remove one first.") % {"n": MOST_OUTLETS})
    outlet = TeamOutlet(team=team, kind=kind, label=label, created_by=actor)
    outlet.address = checked_address(kind, address)
    secret = new_secret() if outlet.is_signed else ""
    if secret:
        outlet.put_secret(secret)
    outlet.confirmed_at = database_now() if outlet.is_posted_to else None
    outlet.save()
    _record("outlet.added", outlet, actor=actor)
    return outlet, secret


def checked_address(kind: str, address: str) -> str:
    """Return an address as it is kept; what a name stands for is checked again at every post, after it was looked up.

    Raises:
        EndpointRefused: it is none of this kind, or may not be written to.
    """
    address = address.strip()
    if kind == TeamOutlet.Kind.MAILING_LIST:
        return _checked_mail_address(address)
    return checked_url(address)


def ask_to_confirm(*, outlet: TeamOutlet, actor: User) -> None:
    """Mail a mailing list the question whether it wants a team's digests; one that said stop is not asked again by anybody.

    Raises:
        EndpointRefused: it said stop, or takes no mail, or was asked often enough for today, or the mail could not be sent.
    """
    require_role(outlet.team, actor, Role.MAINTAINER)
    if outlet.is_posted_to:
        raise EndpointRefused(_("Only mailing lists confirm. Send a test instead."))
    if outlet.confirmed_at:
        raise EndpointRefused(_("The list has confirmed already."))
    _checked_mail_address(outlet.mail_address)
    tries = (("outlet_asking", str(actor.pk), ASKING), ("outlet_question", outlet.mail_address.lower(), QUESTIONS))
    if any(take(action=action, subject=subject, limit=limit) for action, subject, limit in tries):
        raise EndpointRefused(_("This address was asked often enough for today. Try again tomorrow."))
    path = reverse("digests:outlet_confirm", args=[outlet_confirm_token(outlet.pk)])
    context = {
        "team": outlet.team,
        "actor": actor,
        "url": settings.SITE_URL + path,
        "stop_url": settings.SITE_URL + reverse("digests:outlet_stop", args=[outlet_stop_token(outlet.pk)]),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    subject = _("The digests of %(team)s for this list?") % {"team": " ".join(outlet.team.title.split())}
    mail = EmailMessage(subject, render_to_string("email/outlet.txt", context), to=[outlet.mail_address])
    try:
        mail.send()
    except (OSError, BadHeaderError) as problem:
        raise EndpointRefused(
            _("The mail to %(address)s could not be sent. Try again later.") % {"address": outlet.mail_address}
        ) from problem


@transaction.atomic
def confirm_outlet(*, token: str) -> None:
    """Let digests come to a mailing list, on the word of a link in a mail to it; a foreign token does nothing."""
    TeamOutlet.objects.filter(pk=read_outlet_confirm_token(token) or 0, confirmed_at=None).update(confirmed_at=Now())


@transaction.atomic
def stop_outlet(*, token: str) -> None:
    """End the mails to a list, on the word of a link in one of them; only the list itself can want them again."""
    pk = read_outlet_stop_token(token) or 0
    TeamOutlet.objects.filter(pk=pk).update(confirmed_at=None)
    if found := TeamOutlet.objects.filter(pk=pk).first():
        switch_off(endpoint=found, why=_("somebody who reads the list wants no more of these mails"))


@transaction.atomic
def change_outlet(*, outlet: TeamOutlet, actor: User, **changes: Any) -> TeamOutlet:
    """Change the label, or switch an outlet on or off; off also stops what is not yet handed over."""
    require_role(lock_team(outlet.team), actor, Role.MAINTAINER)
    found = _fresh(outlet)
    if "is_active" in changes and not found.is_posted_to and not found.confirmed_at:
        raise EndpointRefused(_("Only the list itself can say whether the digests come: by the links in the mail that asked it."))
    for name, value in changes.items():
        setattr(found, name, value)
    if "is_active" in changes:
        found.why_off, found.failing_since = ("", None) if found.is_active else (_("switched off by hand"), None)
    found.save(update_fields=[*changes, "why_off", "failing_since"])
    if not found.is_active:
        stop_deliveries(found, found.why_off)
    return found


@transaction.atomic
def rotate_secret(*, outlet: TeamOutlet, actor: User) -> str:
    """Give a webhook another secret and return it; for a day posts are signed with the one before, too."""
    require_role(lock_team(outlet.team), actor, Role.MAINTAINER)
    found, secret = _fresh(outlet), new_secret()
    if not found.is_signed:
        raise EndpointRefused(_("Only webhooks have a secret."))
    found.change_secret(secret, old_until=database_now() + OLD_SECRET_FOR)
    found.save(update_fields=["sealed_secret", "sealed_old_secret", "old_secret_until"])
    return secret


@transaction.atomic
def remove_outlet(*, outlet: TeamOutlet, actor: User) -> None:
    """End an outlet; what waits for it goes along."""
    require_role(lock_team(outlet.team), actor, Role.MAINTAINER)
    if TeamOutlet.objects.stopped().filter(pk=outlet.pk).exists():
        raise EndpointRefused(_("This list said stop. It stays here, so that nobody asks it again."))
    if TeamOutlet.objects.filter(pk=outlet.pk).delete()[0]:
        _record("outlet.removed", outlet, actor=actor)


def try_outlet(*, outlet: TeamOutlet, actor: User) -> Outcome:
    """Post a few words now and return what became of them. Outside any transaction: the receiver may take its time.

    Raises:
        PermissionDenied: the actor does not manage the team.
        EndpointRefused: it was tried often enough, or is a mailing list, which gets a mail to confirm instead.
    """
    require_role(outlet.team, actor, Role.MAINTAINER)
    if not outlet.is_posted_to:
        raise EndpointRefused(_("A mailing list is tried by the mail that asks it to confirm."))
    if take(action="outlet_test", subject=str(outlet.team_id), limit=TESTS):
        raise EndpointRefused(_("That were many tests. Try again in an hour."))
    post = trial_post(outlet, webhook_id=f"msg_{uuid.uuid4().hex}", at=database_now())
    outcome = open_webhooks().send(post, lambda: float("inf"))
    if outcome.verdict is Verdict.ACCEPTED:
        note_success(endpoint=outlet)
    return outcome


def _record(kind: str, outlet: TeamOutlet, **facts: Any) -> None:
    record_event(kind=kind, team=outlet.team, **{"label": outlet.label, "kind_of_outlet": outlet.get_kind_display(), **facts})


def _fresh(outlet: TeamOutlet) -> TeamOutlet:
    return get_object_or_404(TeamOutlet.objects.select_for_update(of=("self",)).select_related("team__namespace"), pk=outlet.pk)


def _checked_mail_address(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        raise EndpointRefused(_("This is no e-mail address.")) from None
    if Suppression.objects.of([address]).exists():
        raise EndpointRefused(
            _("This address takes no mail from here: it bounced, or said stop. Those who run this site can allow it again.")
        )
    if TeamOutlet.objects.stopped().filter(mail_address__iexact=address).exists():
        raise EndpointRefused(_("This list said stop, and is not asked again."))
    return address
