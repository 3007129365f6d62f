"""When a team's digest comes, which its owners and maintainers say, and whether one wants it, which everybody says alone."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from digests.actions.clock import database_now
from digests.models import Delivery, TeamDigest, TeamDigestWish, TeamSubscription
from digests.signing import read_team_stop_token


def team_subscription_of(*, team: Team, user: User) -> TeamSubscription:
    """Return the team's subscription, or an unsaved one on the clock of whoever looks: nothing is begun by looking."""
    return TeamSubscription.objects.filter(team=team).first() or TeamSubscription(team=team, time_zone=user.time_zone)


def wish_of(*, team: Team, user: User) -> TeamDigestWish:
    """Return what somebody wants of a team's digest, or an unsaved row of what holds until they say."""
    return TeamDigestWish.objects.filter(team=team, user=user).first() or TeamDigestWish(team=team, user=user)


@transaction.atomic
def change_team_subscription(*, team: Team, user: User, **changes: Any) -> TeamSubscription:
    """Change cadence, day, hour, zone or whether it is on; the next digest is due at the next such hour from now.

    Switching it off also stops the mails that are not yet handed over.
    """
    new = TeamSubscription(team=team, time_zone=user.time_zone, next_due_at=database_now())
    TeamSubscription.objects.bulk_create([new], ignore_conflicts=True)
    subscription = TeamSubscription.objects.select_for_update().get(team=team)
    for name, value in changes.items():
        setattr(subscription, name, value)
    subscription.next_due_at = subscription.next_open_due(database_now())
    subscription.save()
    if not subscription.is_active:
        mail = Delivery.objects.stoppable().filter(team_digest__in=TeamDigest.objects.filter(subscription=subscription))
        mail.update(state=Delivery.State.SKIPPED, reason=_("the team switched its digest off"), lease=None)
    return subscription


@transaction.atomic
def change_wish(*, team: Team, user: User, **changes: bool) -> TeamDigestWish:
    """Say whether one wants a team's digest by mail, and whether without what was in one's own; not wanting it stops mails under way."""
    wish, _new = TeamDigestWish.objects.update_or_create(team=team, user=user, defaults=changes)
    if not wish.wants:
        _stop_mail(wish.team_id, wish.user_id)
    return wish


@transaction.atomic
def stop_team_digest(*, token: str) -> None:
    """End one reader's mails of one team's digest, on the word of a link in a mail; a foreign token does nothing."""
    if named := read_team_stop_token(token):
        for team in Team.objects.filter(pk=named[1]):
            for user in User.objects.filter(pk=named[0]):
                change_wish(team=team, user=user, wants=False)


def _stop_mail(team_id: int, user_id: int) -> None:
    """Take mails off the queue. A sender about to hand one over updates the same row: one of the two comes first."""
    digests = TeamDigest.objects.filter(subscription__team=team_id)
    mail = Delivery.objects.stoppable().filter(reader=user_id, team_digest__in=digests)
    mail.update(state=Delivery.State.SKIPPED, reason=_("the reader does not want the team's digest"), lease=None)
