"""The four roles in a team and what each may do; docs/teams.md shows the same as a table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """From the highest to the lowest."""

    OWNER = "owner", _("owner")
    MAINTAINER = "maintainer", _("maintainer")
    MEMBER = "member", _("member")
    READER = "reader", _("reader")


EDITING_ROLES = (Role.OWNER, Role.MAINTAINER, Role.MEMBER)
MANAGING_ROLES = (Role.OWNER, Role.MAINTAINER)


def at_least(role: str) -> list[str]:
    """Return a role and all above it."""
    return Role.values[: Role.values.index(role) + 1]


def outranks(role: str, other: str) -> bool:
    """Tell whether a role stands strictly above another."""
    return Role.values.index(role) < Role.values.index(other)


def grantable_by(role: str) -> list[str]:
    """Return the roles that somebody with this role may give and take: owners all, maintainers those below their own."""
    return {Role.OWNER.value: Role.values, Role.MAINTAINER.value: [Role.MEMBER.value, Role.READER.value]}.get(role, [])
