"""Reading notices, and choosing how to be told."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models.functions import Now

from accounts.events import DEFAULT_WAYS, Topic, Way
from accounts.models import Notice, NoticeSetting, User


def mark_read(*, user: User, ids: Collection[int] | None = None) -> int:
    """Mark some of a reader's notices as read, or all; return how many were not read before."""
    unread = Notice.objects.filter(user=user).unread()
    return (unread if ids is None else unread.filter(pk__in=ids)).update(read_at=Now())


def ways_for(user: User) -> dict[Topic, Way]:
    """Return how a reader wants to be told of each topic."""
    chosen = dict(NoticeSetting.objects.filter(user=user).values_list("topic", "way"))
    return {topic: Way(chosen.get(topic, DEFAULT_WAYS[topic])) for topic in Topic}


@transaction.atomic
def change_ways(*, user: User, ways: Mapping[Topic, Way]) -> None:
    """Choose how to be told; what is the default anyway needs no row, and follows the default if that changes."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)  # the later of two wishes must not lose to the earlier
    NoticeSetting.objects.filter(user=user, topic__in=ways).delete()
    chosen = [NoticeSetting(user=user, topic=topic, way=way) for topic, way in ways.items() if DEFAULT_WAYS[topic] != way]
    NoticeSetting.objects.bulk_create(chosen)
