"""Making posts of announcements: one for each webhook that wants them and whose owner may see what they tell of."""

import logging
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models.functions import Now

from accounts.actions.announcing import announce_each
from accounts.hints import hint
from accounts.locks import hold_if_free
from accounts.models import Announcement
from digests.actions.endpoints import TOKEN_ENDED, switch_off
from digests.models import Delivery, Digest, EventType, Webhook
from digests.models.delivery import domain_of_sender, new_message_id
from digests.posts import audience_of, seen
from digests.posts.audience import Audience
from digests.posts.seen import Seen

BATCH = 500  # announcements in one transaction
FORGOTTEN_AT_ONCE = 2_000
SPREADING = "spreading announcements"  # whoever does it alone keeps the order in which things happened

kind_of = attrgetter("kind")
log = logging.getLogger(__name__)


def announce_digests(digests: Sequence[Digest]) -> None:
    """Announce digests that are ready to the programs of their readers; nobody else's are asked about. They have their subscriptions."""
    readers = {digest.subscription.user_id: digest.pk for digest in digests}
    wanting = Webhook.objects.open().wanting(EventType.DIGEST_READY).filter(user__in=readers).order_by().values_list("user", flat=True)
    told_of = sorted(readers[user] for user in set(wanting) if user is not None)
    if told_of:
        announce_each(EventType.DIGEST_READY, ({"digest": pk, "by": None} for pk in told_of))


def spread_announcements() -> int:
    """Make posts of every announcement that waits; return how many announcements that were. One process does so at a time."""
    count = 0
    for webhook in Webhook.objects.orphaned():
        switch_off(endpoint=webhook, why=str(TOKEN_ENDED))
    while taken := _spread_batch():
        count += taken
    if count:
        hint("digests.post")
    return count


def forget_announcements() -> int:
    """Delete announcements with their posts after some weeks; return how many."""
    count = 0
    while old := list(Announcement.objects.forgettable().order_by("made_at").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        Delivery.objects.filter(announcement__in=old).delete()
        count += Announcement.objects.filter(pk__in=old).delete()[0]
    return count


@transaction.atomic
def _spread_batch() -> int:
    if not hold_if_free(SPREADING):
        return 0
    waiting = list(Announcement.objects.waiting()[:BATCH])
    rows = Webhook.objects.open().select_related("user", "team").order_by("pk") if waiting else ()
    addresses = {webhook: webhook.shown_address for webhook in rows if webhook.is_readable}  # not if sealed with another key
    kinds = groupby(sorted(waiting, key=kind_of), key=kind_of)
    posts = [post for kind, group in kinds for post in _posts_of(kind, list(group), addresses)]
    posts.sort(key=lambda post: post.announcement_id or 0)
    Delivery.objects.bulk_create(posts, batch_size=BATCH, ignore_conflicts=True)
    taken, told_to_nobody = {one.pk for one in waiting}, {one.pk for one in waiting} - {post.announcement_id for post in posts}
    Announcement.objects.filter(pk__in=told_to_nobody).delete()
    Announcement.objects.filter(pk__in=taken - told_to_nobody).update(taken_at=Now())
    return len(waiting)


def _posts_of(kind: str, announcements: Sequence[Announcement], addresses: Mapping[Webhook, str]) -> list[Delivery]:
    wanting = {webhook: audience_of(webhook) for webhook in addresses if not webhook.types or kind in webhook.types}
    visible = _seen(announcements, wanting.values()) if wanting else set()
    domain = domain_of_sender(settings.DEFAULT_FROM_EMAIL)
    return [
        Delivery(webhook=webhook, is_posted=True, address=addresses[webhook], announcement=one, message_id=new_message_id(domain))
        for webhook, audience in wanting.items()
        for one in announcements
        if (audience, one.pk) in visible
    ]


def _seen(announcements: Sequence[Announcement], audiences: Collection[Audience]) -> Seen:
    """Return who may see which announcements of one kind. A fault in one kind keeps no other back.

    Raises:
        OperationalError: the database went away, or would not wait: then nothing is taken, and all is told later.
    """
    try:
        with transaction.atomic():
            return seen(announcements, audiences)
    except OperationalError:
        raise
    except Exception:
        log.exception("Nobody is told of %s", announcements[0].kind)
        return set()
