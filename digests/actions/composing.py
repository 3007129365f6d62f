"""Composing: planned digests get their papers, frozen for good, and a mail in the outbox."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.actions.limits import Limit, take
from accounts.hints import hint
from accounts.models import Notice, User
from digests.actions.announcing import announce_digests
from digests.actions.clock import database_now
from digests.actions.subscribing import subscription_of
from digests.actions.training import model_in_use
from digests.compose import NEWS, NEWS_OF_A_MONTH, entries_of, load_readers, load_recommender, news_of
from digests.models import Delivery, Digest, DigestPaper, Subscription
from digests.models.delivery import domain_of_sender, new_message_id
from digests.recommender import Recommender
from digests.schedule import days_of

BATCH = 250
LONGEST_REASON = 300  # characters
NOTHING_NEW, NOTHING_NEAR = _("no new papers"), _("no new paper fits your interests well enough")
STALE = _("stale: a newer digest took its place")
UNWANTED, PAUSED = _("the reader wants no digest"), _("the reader paused the digest")
MOST_NEWS = 20  # notices in a digest; the inbox has them all
REQUESTS = Limit(6, timedelta(hours=1))  # of one reader: a button that mails must not become a mail bomb
Entries = dict[int, list[DigestPaper]]  # by digest
Choice = tuple[Sequence[Digest], Entries, str]  # what is chosen for digests, and why there is nothing where there is nothing
log = logging.getLogger(__name__)


class AskedTooOften(Exception):
    """The reader has had enough mails on request for now."""


def compose_digests() -> int:
    """Compose every planned digest; return how many came to an end, be it ready, skipped or failed."""
    _skip_unwanted()
    if not Digest.objects.planned().exists():
        return 0
    model, count = model_in_use(), 0
    load = cache(lambda news: load_recommender(model, news=news))
    while composed := _compose_batch(load):
        count += composed
    return count


@transaction.atomic
def send_now(*, user: User) -> Digest:
    """Send the reader the digest of this day, week or month now, whatever day it is, and whether or not they want any otherwise.

    A ready one is mailed again as it was. Else it is planned, for a worker to compose within seconds: reading the
    model and the new papers is not for a web process.

    Raises:
        AskedTooOften: after six times within an hour.
    """
    subscription = subscription_of(user=user)
    if take(action="digest_now", subject=str(user.pk), limit=REQUESTS):
        raise AskedTooOften
    digest = _present_digest(subscription)
    if digest.state == Digest.State.READY:
        _ask_again(digest)
    else:
        digest.state, digest.reason, digest.is_asked_for = Digest.State.PLANNED, "", True
        digest.save(update_fields=["state", "reason", "is_asked_for", "day"])
        hint("digests.compose")
    return digest


def _present_digest(subscription: Subscription) -> Digest:
    """Return the digest of the period that is now, locked; a new one if there is none, of whatever cadence."""
    day = subscription.today(database_now())
    key = subscription.period_of(day)
    rows = Digest.objects.select_for_update(of=("self",)).filter(subscription=subscription)
    if there := rows.of_period(key).order_by("-day", "-pk").first():
        return there
    Digest.objects.bulk_create([Digest(subscription=subscription, period_key=key, day=day)], ignore_conflicts=True)
    digest = rows.get(period_key=key)
    digest.day = day
    return digest


def _skip_unwanted() -> None:
    """An old digest that nobody composed gives way to a newer one; who opted out meanwhile gets none but what they ask for."""
    planned = Digest.objects.planned().order_by()
    planned.outdated().update(state=Digest.State.SKIPPED, reason=STALE)
    unasked = planned.filter(is_asked_for=False)
    unasked.filter(subscription__in=Subscription.objects.paused()).update(state=Digest.State.SKIPPED, reason=PAUSED)
    unasked.exclude(subscription__in=Subscription.objects.active()).update(state=Digest.State.SKIPPED, reason=UNWANTED)


@transaction.atomic
def _compose_batch(load: Callable[[timedelta], Recommender]) -> int:
    planned = Digest.objects.planned().select_related("subscription__user").select_for_update(skip_locked=True, of=("self",))
    batch = list(planned[:BATCH])
    chosen = [_choose(digests, load(news), news=news) for news, digests in _by_look_back(batch).items()]
    for choice in chosen:  # only once all are chosen, which takes minutes: what is locked from here on keeps opt-outs waiting
        _write(*choice)
    return len(batch)


def _by_look_back(digests: Sequence[Digest]) -> dict[timedelta, list[Digest]]:
    """How far digests look back: as far as a month's, if one of the last weeks was that, since that may be the one before."""
    since = min((digest.day for digest in digests), default=date.max) - NEWS_OF_A_MONTH
    lately = Digest.objects.filter(subscription__in=[digest.subscription_id for digest in digests], day__gte=since)
    news: dict[int, timedelta] = defaultdict(lambda: NEWS)
    for subscription, key in lately.values_list("subscription", "period_key"):
        news[subscription] = max(news[subscription], news_of(key))
    return {length: [one for one in digests if news[one.subscription_id] == length] for length in sorted(set(news.values()))}


def _choose(digests: Sequence[Digest], recommender: Recommender, *, news: timedelta = NEWS) -> Choice:
    """Choose papers reader by reader in memory; one bad reader stays alone."""
    by_user = load_readers(recommender, [digest.subscription.user_id for digest in digests], news=news)
    readers = [by_user[digest.subscription.user_id] for digest in digests]
    entries: Entries = {}
    for digest, reader, scores in zip(digests, readers, recommender.scores(readers), strict=True):
        try:
            entries[digest.pk] = entries_of(digest, recommender.choose(reader, scores, digest.subscription.paper_limit))
        except Exception as problem:
            _fail(digest, problem)
    return digests, entries, str(NOTHING_NEAR if recommender.shelf.candidates else NOTHING_NEW)


def _write(digests: Sequence[Digest], entries: Entries, reason: str) -> None:
    """Write what was chosen in a few statements."""
    _freeze_all([digest for digest in digests if digest.pk in entries], entries, reason)
    Digest.objects.bulk_update(digests, ["state", "reason", "composed_at", "news"])
    hint("digests.deliver")


def _freeze_all(digests: Sequence[Digest], entries: Entries, reason: str) -> None:
    """Freeze all at once; where the database refuses, one by one, so that it refuses only the bad one."""
    try:
        with transaction.atomic():
            _freeze(digests, entries, reason)
    except Exception:
        log.exception("Freezing %s digests together failed; trying each alone", len(digests))
        for digest in digests:
            try:
                with transaction.atomic():
                    _freeze([digest], entries, reason)
            except Exception as problem:
                _fail(digest, problem)


def _freeze(digests: Sequence[Digest], entries: Entries, reason: str) -> None:
    """Make digests ready with their papers and a mail each; those with nothing in them are skipped for a reason."""
    _take_news(digests)
    ready = [digest for digest in digests if entries[digest.pk] or digest.news]
    DigestPaper.objects.bulk_create([entry for digest in ready for entry in entries[digest.pk]])
    subscriptions = _locked_subscriptions(ready)
    _promise_the_next(ready, subscriptions)
    drop_old_mail("digest", ready)
    mails = [_mail_for(digest, on_request=_is_still_asked_for(digest, subscriptions[digest.subscription_id])) for digest in ready]
    Delivery.objects.bulk_create(mails, ignore_conflicts=True)
    announce_digests(ready)
    now = database_now()
    for digest in digests:
        is_ready = bool(entries[digest.pk] or digest.news)
        digest.state = Digest.State.READY if is_ready else Digest.State.SKIPPED
        digest.reason = "" if is_ready else reason
        digest.composed_at = now if is_ready else None


def _take_news(digests: Sequence[Digest]) -> None:
    """Freeze the notices that readers wanted in their next digest: the newest of each, and none twice."""
    readers = {digest.subscription.user_id: digest for digest in digests}
    waiting = Notice.objects.for_digest().filter(user__in=readers).select_for_update(skip_locked=True, of=("self",))
    notices = list(waiting.select_related("event__actor__namespace", "event__person__namespace", "event__team__namespace"))
    for digest in digests:
        digest.news = []
    for notice in notices:
        readers[notice.user_id].news.append({"text": notice.event.sentence, "path": notice.event.path})
    for digest in digests:
        digest.news = digest.news[-MOST_NEWS:]
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(taken_at=Now())


def _locked_subscriptions(digests: Sequence[Digest]) -> dict[int, Subscription]:
    """Read the subscriptions of digests again: readers may have changed them in the minutes since the digests were taken up.

    Before any mail is locked, as opting out does it too: the other way round the two would wait for each other.
    """
    named = Subscription.objects.filter(pk__in=[digest.subscription_id for digest in digests])
    return {subscription.pk: subscription for subscription in named.order_by("pk").select_for_update(no_key=True)}


def _is_still_asked_for(digest: Digest, now: Subscription) -> bool:
    """Who said meanwhile whether they want any digest has said something newer than what they asked for before."""
    before = digest.subscription
    return digest.is_asked_for and (now.is_active, now.paused_until) == (before.is_active, before.paused_until)


def _promise_the_next(digests: Sequence[Digest], subscriptions: Mapping[int, Subscription]) -> None:
    """A digest made before its hour must leave nobody waiting for it at that hour."""
    pairs = [(digest, subscriptions[digest.subscription_id]) for digest in digests]
    early = [subscription for digest, subscription in pairs if digest.day >= days_of(subscription.next_period())[0]]
    for subscription in early:
        subscription.next_due_at = subscription.due_after(subscription.next_due_at)
    Subscription.objects.bulk_update(early, ["next_due_at"])


def drop_old_mail(column: str, digests: Sequence[Any]) -> None:
    """Nobody needs the mail before, still waiting after an outage, beside this one.

    Args:
        column: of Delivery, that says which digest it is of.
        digests: those that are to be mailed instead.
    """
    model: Any = Delivery._meta.get_field(column).related_model
    of_same = model.objects.filter(subscription__in=[digest.subscription_id for digest in digests])
    earlier = of_same.exclude(pk__in=[digest.pk for digest in digests])
    old = Delivery.objects.filter(state=Delivery.State.PENDING, **{f"{column}__in": earlier})
    old.update(state=Delivery.State.SKIPPED, reason=STALE)


def _fail(digest: Digest, problem: Exception) -> None:
    log.error("Digest %s of subscription %s failed", digest.period_key, digest.subscription_id, exc_info=problem)
    digest.state = Digest.State.FAILED
    digest.reason = f"{type(problem).__name__}: {problem}"[:LONGEST_REASON]
    digest.news = []  # its notices wait on, if they were taken in what was just rolled back


def _mail_for(digest: Digest, *, on_request: bool = False) -> Delivery:
    message_id = new_message_id(domain_of_sender(settings.DEFAULT_FROM_EMAIL))
    return Delivery(digest=digest, address=digest.subscription.user.email, on_request=on_request, message_id=message_id)


def _ask_again(digest: Digest) -> None:
    """Make sure one mail of the digest is on its way at once, for the reader asked for it."""
    if not digest.deliveries.under_way().update(on_request=True, not_before=Now()):
        Delivery.objects.bulk_create([_mail_for(digest, on_request=True)], ignore_conflicts=True)
    hint("digests.deliver")
