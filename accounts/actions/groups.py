"""What an institute's log-in service says about somebody's groups: it gives places in teams, and takes them away again."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.actions.events import record_event
from accounts.actions.memberships import end_membership, lock_team
from accounts.models import InstituteGroup, Membership, Team, User
from accounts.models.roles import outranks


def apply_groups(*, user: User, provider: str, names: Collection[str]) -> None:
    """Bring the memberships that a log-in service gives in line with the groups that it names now.

    What somebody got by hand is neither raised nor taken by a group.

    Args:
        provider: the id of the log-in service.
        names: the person's groups, as the service spells them.
    """
    groups = InstituteGroup.objects.filter(provider=provider, name__in=names).select_related("team").order_by("team", "pk")
    best: dict[int, InstituteGroup] = {}
    for group in groups:
        if group.team_id not in best or outranks(group.role, best[group.team_id].role):
            best[group.team_id] = group
    given = Membership.objects.filter(user=user, group__provider=provider)
    _end(given.exclude(team__in=best).select_related("team", "group", "user").order_by("team"))
    for group in best.values():
        _give(user, group)


def end_lapsed_memberships() -> int:
    """End what a group gave to people whom the institute has not confirmed for INSTITUTE_CONFIRM_DAYS; return how many.

    Whoever leaves an institute never logs in through it again, and nobody tells us.
    """
    oldest = timezone.now() - timedelta(days=settings.INSTITUTE_CONFIRM_DAYS)
    lapsed = Membership.objects.filter(group__isnull=False, confirmed_at__lt=oldest)
    return _end(lapsed.select_related("team", "group", "user").order_by("team", "pk"))


@transaction.atomic
def _give(user: User, group: InstituteGroup) -> None:
    team: Team = lock_team(group.team)
    membership = Membership.objects.filter(team=team, user=user).first()
    if membership is None:
        Membership.objects.create(team=team, user=user, role=group.role, group=group, confirmed_at=timezone.now())
        path = team.get_absolute_url()
        record_event(kind="member.group", person=user, team=team, tell=[user], path=path, group=group.name, role=group.role)
    elif membership.group_id:
        Membership.objects.filter(pk=membership.pk).update(role=group.role, group=group, confirmed_at=Now())


def _end(memberships: Iterable[Membership]) -> int:
    count = 0
    for membership in memberships:
        name = membership.group.name if membership.group else ""
        end_membership(membership=membership, kind="member.group_ended", group=name)
        count += 1
    return count
