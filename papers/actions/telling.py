"""Who hears of a comment: whom it mentions, whom it answers, who watches; each once, and nobody who muted it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from accounts.actions.events import record_event
from accounts.models import Namespace, User
from papers.markup import plain
from papers.markup.markdown import mentioned
from papers.models import Comment, Mention, Watch

MOST_MENTIONED = 20  # people whom one comment can tell


def tell_of_comment(comment: Comment) -> None:
    """Tell everybody whom a new comment concerns: what concerns a reader most is the one thing that is told."""
    told = tell_of_mentions(comment)
    if comment.parent and comment.parent.author_id and comment.parent.author_id not in told:
        told |= _tell("comment.reply", comment, _listening(comment).filter(pk=comment.parent.author_id))
    watchers = Watch.objects.about(comment).filter(is_muted=False).values("user")
    readers = list(_listening(comment).filter(pk__in=watchers).exclude(pk__in=told))
    team = comment.item.reading_list.owner.team if comment.item else None
    if team or readers:
        record_event(
            kind="comment.written", actor=comment.author, team=team, tell=readers, path=comment.get_absolute_url(), **_facts(comment)
        )


def tell_of_mentions(comment: Comment) -> set[int]:
    """Note whom a comment mentions and tell those whom it has not told before; return their keys."""
    handles = mentioned(comment.text)
    if not handles:
        return set()
    found = Namespace.objects.filter(name__in=handles).values_list("name", "user", "moved_to__user")
    people = {user or later: name for name, user, later in found if user or later}
    readers = _audience(comment).filter(pk__in=people).exclude(pk__in=comment.mentions.values("user"))[:MOST_MENTIONED]
    new = {reader.pk: people[reader.pk] for reader in readers}
    Mention.objects.bulk_create([Mention(comment=comment, user_id=pk, handle=name) for pk, name in new.items()], ignore_conflicts=True)
    return _tell("comment.mention", comment, _listening(comment).filter(pk__in=new))


def _audience(comment: Comment) -> QuerySet[User]:
    """Who may read a comment and can be told of it."""
    people = User.objects.filter(is_active=True, deletion_due_at__isnull=True)
    if comment.item is None:
        return people
    return people.filter(memberships__team=comment.item.reading_list.owner.team_id)


def _listening(comment: Comment) -> QuerySet[User]:
    silent = Watch.objects.about(comment).filter(is_muted=True).values("user")
    return _audience(comment).exclude(Q(pk__in=silent) | Q(pk=comment.author_id))


def _tell(kind: str, comment: Comment, readers: Iterable[User]) -> set[int]:
    if not (people := list(readers)):
        return set()
    record_event(kind=kind, actor=comment.author, tell=people, path=comment.get_absolute_url(), **_facts(comment))
    return {person.pk for person in people}


def _facts(comment: Comment) -> dict[str, Any]:
    """Never its words: who deletes a comment, or leaves, takes them along."""
    return {"paper": plain(comment.paper.title), "comment": comment.pk}
