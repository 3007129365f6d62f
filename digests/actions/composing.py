"""Composing: planned digests get their papers, frozen for good, and a mail in the outbox."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.actions.limits import Limit, take
from accounts.hints import hint
from accounts.models import Notice, User
from digests import schedule
from digests.actions.clock import database_now
from digests.actions.subscribing import subscription_of
from digests.actions.training import model_in_use
from digests.compose import entries_of, load_readers, load_recommender
from digests.models import Delivery, Digest, DigestPaper, Subscription
from digests.models.delivery import domain_of_sender, new_message_id
from digests.recommender import Recommender

BATCH = 250
LONGEST_REASON = 300  # characters
NOTHING_NEW, NOTHING_NEAR = _("no new papers"), _("no new paper fits your interests well enough")
STALE = _("stale: a newer week's digest took its place")
MOST_NEWS = 20  # notices in a digest; the inbox has them all
REQUESTS = Limit(6, timedelta(hours=1))  # of one reader: a button that mails must not become a mail bomb
log = logging.getLogger(__name__)


class AskedTooOften(Exception):
    """The reader has had enough mails on request for now."""


def compose_digests() -> int:
    """Compose every planned digest; return how many came to an end, be it ready, skipped or failed."""
    _skip_unwanted()
    if not Digest.objects.planned().exists():
        return 0
    recommender, count = load_recommender(model_in_use()), 0
    while composed := _compose_batch(recommender):
        count += composed
    return count


@transaction.atomic
def send_now(*, user: User) -> Digest:
    """Send the reader this week's digest now, whatever day it is, and whether or not they want it weekly.

    A ready one is mailed again as it was. Else it is planned, for a worker to compose within seconds: reading the
    model and the new papers is not for a web process.

    Raises:
        AskedTooOften: after six times within an hour.
    """
    subscription = subscription_of(user=user)
    key = schedule.period_key(database_now(), subscription.time_zone)
    if take(action="digest_now", subject=str(user.pk), limit=REQUESTS):
        raise AskedTooOften
    Digest.objects.bulk_create([Digest(subscription=subscription, period_key=key)], ignore_conflicts=True)
    digest = Digest.objects.select_for_update(of=("self",)).get(subscription=subscription, period_key=key)
    if digest.state == Digest.State.READY:
        _ask_again(digest)
    else:
        digest.state, digest.reason, digest.is_asked_for = Digest.State.PLANNED, "", True
        digest.save(update_fields=["state", "reason", "is_asked_for"])
        hint("digests.compose")
    return digest


def _skip_unwanted() -> None:
    """A digest of an old week that nobody composed gives way to the new week's; who opted out meanwhile gets none but what they ask for."""
    planned = Digest.objects.planned().order_by()
    newer = Digest.objects.filter(subscription=OuterRef("subscription"), period_key__gt=OuterRef("period_key"))
    planned.filter(Exists(newer)).update(state=Digest.State.SKIPPED, reason=STALE)
    active = Subscription.objects.active().filter(pk=OuterRef("subscription"))
    planned.filter(~Exists(active), is_asked_for=False).update(state=Digest.State.SKIPPED, reason=_("the reader wants no digest"))


@transaction.atomic
def _compose_batch(recommender: Recommender) -> int:
    planned = Digest.objects.planned().select_related("subscription__user").select_for_update(skip_locked=True, of=("self",))
    batch = list(planned[:BATCH])
    if batch:
        _compose(batch, recommender)
    return len(batch)


def _compose(digests: Sequence[Digest], recommender: Recommender) -> None:
    """Choose papers reader by reader in memory, then write all in a few statements; one bad reader stays alone."""
    by_user = load_readers(recommender, [digest.subscription.user_id for digest in digests])
    readers = [by_user[digest.subscription.user_id] for digest in digests]
    entries: dict[int, list[DigestPaper]] = {}
    for digest, reader, scores in zip(digests, readers, recommender.scores(readers), strict=True):
        try:
            entries[digest.pk] = entries_of(digest, recommender.choose(reader, scores, digest.subscription.paper_limit))
        except Exception as problem:
            _fail(digest, problem)
    reason = str(NOTHING_NEAR if recommender.shelf.candidates else NOTHING_NEW)
    _freeze_all([digest for digest in digests if digest.pk in entries], entries, reason)
    Digest.objects.bulk_update(digests, ["state", "reason", "composed_at", "news"])
    hint("digests.deliver")


def _freeze_all(digests: Sequence[Digest], entries: dict[int, list[DigestPaper]], reason: str) -> None:
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


def _freeze(digests: Sequence[Digest], entries: dict[int, list[DigestPaper]], reason: str) -> None:
    """Make digests ready with their papers and a mail each; those with nothing in them are skipped for a reason."""
    _take_news(digests)
    ready = [digest for digest in digests if entries[digest.pk] or digest.news]
    DigestPaper.objects.bulk_create([entry for digest in ready for entry in entries[digest.pk]])
    _drop_old_mail(ready)
    Delivery.objects.bulk_create([_mail_for(digest, on_request=digest.is_asked_for) for digest in ready], ignore_conflicts=True)
    now = database_now()
    _promise_the_week_after(ready)
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


def _promise_the_week_after(digests: Sequence[Digest]) -> None:
    """A digest made before its hour must leave nobody waiting for it at that hour."""
    subscriptions = [digest.subscription for digest in digests]
    early = [one for one, digest in zip(subscriptions, digests, strict=True) if one.next_period() == digest.period_key]
    for subscription in early:
        subscription.next_due_at = subscription.due_after(subscription.next_due_at)
    Subscription.objects.bulk_update(early, ["next_due_at"])


def _drop_old_mail(digests: Sequence[Digest]) -> None:
    """Nobody needs last week's mail, still waiting after an outage, beside this week's."""
    old = Delivery.objects.filter(state=Delivery.State.PENDING).of_subscriptions(*[digest.subscription_id for digest in digests])
    old.exclude(digest__in=digests).update(state=Delivery.State.SKIPPED, reason=STALE)


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
