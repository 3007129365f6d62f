"""Composing teams' digests: each is frozen once for the whole team, with a mail to each of its people who wants one."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.actions.announcing import announce
from accounts.hints import hint
from accounts.models import Membership
from digests.actions.clock import database_now
from digests.actions.composing import LONGEST_REASON, STALE, drop_old_mail
from digests.actions.planning import address_is_confirmed
from digests.actions.training import model_in_use
from digests.compose import load_recommender, news_of
from digests.models import Delivery, Digest, Subscription, TeamDigest, TeamDigestWish, TeamOutlet, TeamSubscription
from digests.models.delivery import domain_of_sender, new_message_id
from digests.recommender import Recommender
from digests.schedule import days_of
from digests.team_content import content_of
from digests.team_shown import own_before

SHORTEST_LIMIT = timedelta(days=14)  # of looking back: an outage this long loses nothing, whatever the cadence
NOTHING = _("nothing was saved or discussed, and no new paper was near enough to what the team keeps")
SWITCHED_OFF = _("the team wants no digest")
State = Digest.State
log = logging.getLogger(__name__)


def compose_team_digests() -> int:
    """Compose every planned digest of a team; return how many came to an end, be it ready, skipped or failed.

    One at a time, each in its own transaction: any number of workers may do so at once.
    """
    _skip_unwanted()
    if not TeamDigest.objects.planned().exists():
        return 0
    model, count = model_in_use(), 0
    load = cache(lambda news: load_recommender(model, news=news))
    while _compose_next(load):
        count += 1
    if count:
        hint("digests.deliver")
        hint("digests.post")
    return count


def _skip_unwanted() -> None:
    """An old digest that nobody composed gives way to a newer one; a team that opted out meanwhile gets none."""
    planned = TeamDigest.objects.planned().order_by()
    planned.outdated().update(state=State.SKIPPED, reason=STALE)
    planned.exclude(subscription__in=TeamSubscription.objects.active()).update(state=State.SKIPPED, reason=SWITCHED_OFF)


@transaction.atomic
def _compose_next(load: Callable[[timedelta], Recommender]) -> bool:
    """Compose one digest; one team's failure is that team's only."""
    waiting = TeamDigest.objects.planned().select_related("subscription__team__namespace")
    digest = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if digest is None:
        return False
    try:
        with transaction.atomic():
            _compose(digest, load)
    except Exception as problem:
        log.exception("Digest %s of %s failed", digest.period_key, digest.subscription)
        digest.state, digest.reason, digest.content = State.FAILED, f"{type(problem).__name__}: {problem}"[:LONGEST_REASON], {}
        digest.composed_at = None
        digest.save()
    return True


def _compose(digest: TeamDigest, load: Callable[[timedelta], Recommender]) -> None:
    digest.composed_at = now = database_now()
    last = _last_one(digest)
    news = max(news_of(one.period_key) for one in (digest, last) if one)
    digest.content = content_of(digest, load(news), since=_looked_at_last(digest, last, now))
    is_ready = any(digest.content.values())
    digest.state = State.READY if is_ready else State.SKIPPED
    digest.reason = "" if is_ready else str(NOTHING)
    digest.save()
    if is_ready:
        drop_old_mail("team_digest", [digest])
        Delivery.objects.bulk_create([*_mails_of(digest), *_to_outlets(digest)], ignore_conflicts=True)
        announce("team_digest.ready", team_digest=digest.pk)


def _last_one(digest: TeamDigest) -> TeamDigest | None:
    """The digest that looked at the team before this one, whether or not it found anything."""
    others = TeamDigest.objects.filter(subscription=digest.subscription_id, composed_at__isnull=False).exclude(pk=digest.pk)
    return others.order_by("-composed_at").first()


def _looked_at_last(digest: TeamDigest, last: TeamDigest | None, now: datetime) -> datetime:
    """Until when the digest before this one looked, so that a late one misses nothing and tells nothing twice.

    A first one looks back a day, a week or a month; any other at most twice as long as its own period or the last one's.
    """
    if last is None or last.composed_at is None:
        return now - _length(digest)
    return max(last.composed_at, now - max(2 * _length(digest), 2 * _length(last), SHORTEST_LIMIT))


def _length(digest: TeamDigest) -> timedelta:
    first, last = days_of(digest.period_key)
    return last - first + timedelta(days=1)


def _mails_of(digest: TeamDigest) -> list[Delivery]:
    """A mail to each who wants one and is not away, at a confirmed address, unless all of it was in the reader's own digests."""
    team = digest.subscription.team_id
    declined = TeamDigestWish.objects.filter(user=OuterRef("user"), team=team, wants=False)
    away = Subscription.objects.paused().filter(user=OuterRef("user"))
    members = Membership.objects.filter(address_is_confirmed("user"), ~Exists(declined), ~Exists(away), team=team)
    members = members.filter(user__is_active=True, user__deletion_due_at__isnull=True).select_related("user")
    people = [member.user for member in members.order_by("pk")]
    domain = domain_of_sender(settings.DEFAULT_FROM_EMAIL)
    had_all = set() if digest.content["saved"] or digest.content["discussed"] else _who_had_all(digest, [person.pk for person in people])
    return [
        Delivery(team_digest=digest, reader=person, address=person.email, message_id=new_message_id(domain))
        for person in people
        if person.pk not in had_all
    ]


def _to_outlets(digest: TeamDigest) -> list[Delivery]:
    domain, outlets = domain_of_sender(settings.DEFAULT_FROM_EMAIL), TeamOutlet.objects.open().filter(team=digest.subscription.team_id)
    return [row for outlet in outlets.order_by("pk") if (row := _to_outlet(digest, outlet, domain))]


def _to_outlet(digest: TeamDigest, outlet: TeamOutlet, domain: str) -> Delivery | None:
    """An outlet whose address cannot be read, such as one sealed with another key, keeps nobody's mail back."""
    if not outlet.is_readable:
        log.error("Outlet %s is left out of %s: its address was sealed with another key", outlet.pk, digest.period_key)
        return None
    about = {"team_digest": digest, "outlet": outlet, "is_posted": outlet.is_posted_to}
    return Delivery(**about, address=outlet.shown_address, message_id=new_message_id(domain))


def _who_had_all(digest: TeamDigest, people: list[int]) -> set[int]:
    """Who wants nothing twice and had every suggested paper in digests of their own."""
    asked = TeamDigestWish.objects.filter(user__in=people, team=digest.subscription.team_id, without_own=True)
    own = own_before(digest, list(asked.values_list("user", flat=True)))
    suggested = {one["paper"] for one in digest.content["likely"]}
    return {person for person, papers in own.items() if papers >= suggested}
