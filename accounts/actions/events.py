"""Writing down what happened, and telling the people whom it concerns."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.actions.announcing import announce
from accounts.events import DEFAULT_WAYS, KINDS, Topic, Way
from accounts.hints import hint
from accounts.models import Event, Notice, NoticeSetting, Team, User


@transaction.atomic
def record_event(
    *,
    kind: str,
    actor: User | None = None,
    person: User | None = None,
    team: Team | None = None,
    tell: Iterable[User] = (),
    path: str = "",
    **facts: Any,
) -> Event:
    """Add an event, and a notice for each reader who is to be told and has not switched the topic off.

    Args:
        kind: a name in accounts.events.KINDS; an unknown one raises KeyError.
        actor: who did it.
        person: whom it was done to, or who did it where there is no other actor.
        tell: readers; the actor is never told of their own deed.
        path: where the notice leads, such as /teams/graph-lab/.
        facts: what the kind's sentence names beside actor, person and team; texts and numbers.
    """
    known = KINDS[kind]
    event = Event.objects.create(kind=kind, actor=actor, person=person, team=team, path=path, is_audit=known.is_audit, facts=facts)
    if known.announced_as:
        keys = {"team": team.pk if team else None, "person": person.pk if person else None}
        announce(known.announced_as, by=actor, role=facts.get("role", ""), **keys)
    readers = {reader.pk for reader in tell} - {actor.pk if actor else None}
    if known.topic and readers:
        _notify(event, known.topic, readers)
    return event


def ways_of(readers: Iterable[int], topic: Topic) -> dict[int, Way]:
    """Return how each reader, by primary key, wants to be told of a topic."""
    chosen = dict(NoticeSetting.objects.filter(user__in=readers, topic=topic).values_list("user", "way"))
    return {reader: Way(chosen.get(reader, DEFAULT_WAYS[topic])) for reader in readers}


def _notify(event: Event, topic: Topic, readers: set[int]) -> None:
    ways = {reader: way for reader, way in ways_of(readers, topic).items() if way is not Way.OFF}
    Notice.objects.bulk_create(Notice(event=event, user_id=reader, topic=topic, way=way) for reader, way in ways.items())
    if Way.MAIL in ways.values():
        hint("digests.notify")
