"""Making teams and changing who is in them."""

from django.db import transaction

from accounts.models import Membership, Namespace, Role, Team, User


@transaction.atomic
def create_team(*, owner: User, slug: str, title: str, description: str = "") -> Team:
    """Create a team, claim its slug and make its first owner."""
    team = Team.objects.create(title=title, description=description)
    Namespace.objects.create(name=slug, team=team)
    Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    return team


def add_member(*, team: Team, user: User, role: str = Role.MEMBER) -> Membership:
    """Let a person into a team, or change the role of somebody already in it."""
    membership, _ = Membership.objects.update_or_create(team=team, user=user, defaults={"role": role})
    return membership
