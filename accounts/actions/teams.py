"""Making, describing, renaming and deleting teams. Who is in them is in `memberships`."""

from typing import Any

from django.db import transaction

from accounts.actions.events import record_event
from accounts.actions.memberships import lock_team, require_role
from accounts.actions.naming import rename_holder
from accounts.models import Announcement, Membership, Namespace, Role, Team, User
from accounts.parts import parts

FOR_MAINTAINERS = {"title", "description"}


@transaction.atomic
def create_team(*, owner: User, slug: str, title: str, description: str = "") -> Team:
    """Create a team, claim its slug and make its first owner."""
    team = Team.objects.create(title=title, description=description)
    Namespace.objects.create(name=slug, team=team)
    Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    record_event(kind="team.made", actor=owner, team=team)
    return team


@transaction.atomic
def change_team(*, team: Team, actor: User, **changes: Any) -> Team:
    """Change title or description (maintainers), or who may see and join it (owners)."""
    team = lock_team(team)
    changes = {field: value for field, value in changes.items() if getattr(team, field) != value}
    require_role(team, actor, Role.MAINTAINER if set(changes) <= FOR_MAINTAINERS else Role.OWNER)
    for field, value in changes.items():
        setattr(team, field, value)
    if changes:
        team.save(update_fields=list(changes))
        what = ", ".join(str(Team._meta.get_field(field).verbose_name) for field in changes)  # type: ignore[union-attr]
        record_event(kind="team.changed", actor=actor, team=team, what=what)
    return team


@transaction.atomic
def rename_team(*, team: Team, actor: User, slug: str) -> Team:
    """Give a team another address; the old one leads to it.

    Raises:
        NameRefused: the slug is somebody's, or none.
    """
    team = lock_team(team)
    require_role(team, actor, Role.OWNER)
    old = team.slug
    team.namespace = rename_holder(holder=team.namespace, name=slug)
    if old != slug:
        record_event(kind="team.renamed", actor=actor, team=team, old=old, new=slug)
    return team


@transaction.atomic
def delete_team(*, team: Team, actor: User) -> None:
    """Delete a team with its lists; its members are told, its name is free again, its papers stay in the catalogue."""
    team = lock_team(team)
    require_role(team, actor, Role.OWNER)
    members = list(team.members.all())
    remove_team(team=team)
    record_event(kind="team.deleted", actor=actor, tell=members, title=team.title, slug=team.slug)


def remove_team(*, team: Team) -> None:
    """Let go of a team and of all that is its own, on nobody's behalf; inside a transaction."""
    for part in parts():
        part.forget_team(team)
    Announcement.objects.with_words_of(team.namespace.pk).delete()
    Team.objects.filter(pk=team.pk).delete()
