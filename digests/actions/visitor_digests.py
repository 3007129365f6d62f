"""Composing visitors' digests: what trends in the categories of each, nothing twice, frozen with a mail in the outbox."""

import logging
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.hints import hint
from accounts.models import HouseRules
from digests.actions.composing import LONGEST_REASON, STALE, drop_old_mail
from digests.models import Delivery, Digest, VisitorDigest, VisitorSubscription
from digests.models.delivery import domain_of_sender, new_message_id
from papers.ranking.rising import take_turns
from papers.search.trending import trending, trending_in

BATCH = 500
MOST_PAPERS = 10
OF_EACH = 400  # more than anybody can have had of a category within the month in which a paper trends
NOTHING_NEW = _("nothing trends that was not in an earlier mail")
SWITCHED_OFF, CLOSED = _("the visitor wants no mail"), _("the house rules let visitors have no mail")
State = Digest.State
Chosen = VisitorSubscription.categories.through
Choice = frozenset[int]  # keys of categories; none means the whole catalogue
HAD = """
SELECT DISTINCT digest.subscription_id, paper.key::bigint
FROM digests_visitordigest digest, jsonb_array_elements_text(digest.content) AS paper (key)
WHERE digest.subscription_id = ANY(%s) AND digest.state = %s AND paper.key::bigint = ANY(%s)
"""
log = logging.getLogger(__name__)


class Trends:
    """What trends, looked up once for all visitors, however many there are and whatever they chose."""

    def __init__(self) -> None:
        waiting = VisitorDigest.objects.planned().order_by().values("subscription")
        chosen = Chosen.objects.filter(visitorsubscription__in=waiting)
        self.in_all = trending(OF_EACH)
        self.in_each = trending_in(set(chosen.values_list("category", flat=True)), OF_EACH)

    def of_any(self, choices: Collection[Choice]) -> set[int]:
        """Return all that trends in any of some choices."""
        return {paper for choice in choices for papers in self._rankings(choice).values() for paper in papers}

    def choose(self, choice: Choice, had: set[int]) -> list[int]:
        """Return what trends in some categories, without what one had: each category in its turn, so that none drowns another."""
        rankings = self._rankings(choice)
        new = {field: list(islice((paper for paper in papers if paper not in had), MOST_PAPERS)) for field, papers in rankings.items()}
        return [placed.paper for placed in take_turns(new, MOST_PAPERS)]

    def _rankings(self, choice: Choice) -> dict[str, list[int]]:
        if missing := choice - self.in_each.keys():  # chosen while the others were looked up
            self.in_each |= trending_in(missing, OF_EACH)
        return {str(key): self.in_each[key] for key in sorted(choice)} if choice else {"": self.in_all}


def compose_visitor_digests() -> int:
    """Compose every planned digest of a visitor; return how many came to an end, be it ready, skipped or failed."""
    _skip_unwanted()
    if not VisitorDigest.objects.planned().exists():
        return 0
    trends, count = Trends(), 0
    while composed := _compose_batch(trends):
        count += composed
    hint("digests.deliver")
    return count


def _skip_unwanted() -> None:
    """What nobody composed gives way to what is newer; who stopped meanwhile, or may have none by the house rules, gets none."""
    planned = VisitorDigest.objects.planned().order_by()
    if HouseRules.objects.without_mail_to_visitors().exists():
        planned.update(state=State.SKIPPED, reason=CLOSED)
    planned.outdated().update(state=State.SKIPPED, reason=STALE)
    active = VisitorSubscription.objects.active().filter(pk=OuterRef("subscription"))
    planned.filter(~Exists(active)).update(state=State.SKIPPED, reason=SWITCHED_OFF)


@transaction.atomic
def _compose_batch(trends: Trends) -> int:
    planned = VisitorDigest.objects.planned().select_related("subscription").select_for_update(skip_locked=True, of=("self",))
    batch = list(planned[:BATCH])
    if batch:
        _compose(batch, trends)
    return len(batch)


def _compose(digests: Sequence[VisitorDigest], trends: Trends) -> None:
    """Choose in memory, then write all in a few statements; one bad subscription stays alone."""
    subscriptions = [digest.subscription_id for digest in digests]
    choices = _choices_of(subscriptions)
    had = _papers_had_by(subscriptions, trends.of_any({frozenset(choice) for choice in choices.values()}))
    sound = []
    for digest in digests:
        try:
            digest.content = trends.choose(frozenset(choices[digest.subscription_id]), had[digest.subscription_id])
            sound.append(digest)
        except Exception as problem:
            _fail(digest, problem)
    try:
        with transaction.atomic():
            _freeze(sound)
    except Exception:
        log.exception("Freezing %s digests together failed; trying each alone", len(sound))
        _freeze_alone(sound)


def _choices_of(subscriptions: Sequence[int]) -> Mapping[int, set[int]]:
    chosen: dict[int, set[int]] = {pk: set() for pk in subscriptions}
    rows = Chosen.objects.filter(visitorsubscription__in=subscriptions)
    for pk, category in rows.values_list("visitorsubscription", "category"):
        chosen[pk].add(category)
    return chosen


def _papers_had_by(subscriptions: Sequence[int], trending: Collection[int]) -> Mapping[int, set[int]]:
    """Return which of the papers that trend visitors had already.

    No date bounds that: a paper of any age trends again once it is upvoted again. So the database looks through all earlier
    mails, years of daily ones, and hands over only what can still be chosen.
    """
    had: dict[int, set[int]] = {pk: set() for pk in subscriptions}
    with connection.cursor() as cursor:
        cursor.execute(HAD, [list(subscriptions), State.READY.value, list(trending)])
        for pk, paper in cursor:
            had[pk].add(paper)
    return had


def _freeze(digests: Sequence[VisitorDigest]) -> None:
    """Make digests ready with a mail each; those with nothing in them are skipped."""
    ready = [digest for digest in digests if digest.content]
    empty = [digest.pk for digest in digests if not digest.content]
    VisitorDigest.objects.bulk_update(ready, ["content"])
    VisitorDigest.objects.filter(pk__in=[digest.pk for digest in ready]).update(state=State.READY, reason="", composed_at=Now())
    VisitorDigest.objects.filter(pk__in=empty).update(state=State.SKIPPED, reason=NOTHING_NEW)
    drop_old_mail("visitor_digest", ready)
    domain = domain_of_sender(settings.DEFAULT_FROM_EMAIL)
    mails = [Delivery(visitor_digest=one, address=one.subscription.address, message_id=new_message_id(domain)) for one in ready]
    Delivery.objects.bulk_create(mails, ignore_conflicts=True)


def _freeze_alone(digests: Sequence[VisitorDigest]) -> None:
    for digest in digests:
        try:
            with transaction.atomic():
                _freeze([digest])
        except Exception as problem:
            _fail(digest, problem)


def _fail(digest: VisitorDigest, problem: Exception) -> None:
    log.error("Digest %s of %s failed", digest.period_key, digest.subscription, exc_info=problem)
    reason = f"{type(problem).__name__}: {problem}"[:LONGEST_REASON]
    VisitorDigest.objects.filter(pk=digest.pk).update(state=State.FAILED, reason=reason, content=[], composed_at=None)
