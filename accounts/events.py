"""The kinds of events there are: whom they concern and how they read. Other apps register theirs when they load."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What a reader can be told of, each with its own setting."""

    MENTIONS = "mentions", _("somebody mentions me")
    REPLIES = "replies", _("somebody answers me")
    COMMENTS = "comments", _("somebody comments where I watch")
    ASSIGNMENTS = "assignments", _("a paper is assigned to me")
    SUGGESTIONS = "suggestions", _("a paper is suggested for a list I manage, or my own suggestion is answered")
    INVITATIONS = "invitations", _("I am invited")
    REQUESTS = "requests", _("somebody wants to join a team of mine, or my own request is answered")
    TEAMS = "teams", _("my role in a team changes")
    JOBS = "jobs", _("an import or export of mine is finished")
    SECURITY = "security", _("something about the safety of my account")


class Way(models.TextChoices):
    """How a reader is told. Everything but `off` is also in the inbox."""

    WEB = "web", _("here only")
    MAIL = "mail", _("by mail at once")
    DIGEST = "digest", _("in my next digest")
    OFF = "off", _("not at all")


DEFAULT_WAYS = {
    Topic.MENTIONS: Way.MAIL,
    Topic.REPLIES: Way.WEB,
    Topic.COMMENTS: Way.WEB,
    Topic.ASSIGNMENTS: Way.MAIL,
    Topic.SUGGESTIONS: Way.WEB,
    Topic.INVITATIONS: Way.MAIL,
    Topic.REQUESTS: Way.MAIL,
    Topic.TEAMS: Way.WEB,
    Topic.JOBS: Way.WEB,
    Topic.SECURITY: Way.WEB,  # the log-in pages send their own mail about safety, at once
}


@dataclass(frozen=True)
class Kind:
    """A kind of event.

    Args:
        sentence: with %(actor)s, %(person)s, %(team)s and the names of the event's facts.
        topic: the setting of the people who are told; None for what only a team's pages show.
        is_audit: whether it changed who may do what.
        announced_as: what programs are told of it as; "" for nothing.
    """

    name: str
    sentence: str | Promise
    topic: Topic | None = None
    is_audit: bool = False
    announced_as: str = ""


KINDS: dict[str, Kind] = {}
# Each says whether some program wants to be told of a kind of announcement.
LISTENERS: list[Callable[[str], bool]] = []
JOINED, LEFT = "member.joined", "member.left"


def register(*kinds: Kind) -> None:
    """Make kinds known; called once by each app, when it loads."""
    KINDS.update({kind.name: kind for kind in kinds})


register(
    Kind("team.made", _("%(actor)s made the team %(team)s"), is_audit=True),
    Kind("team.changed", _("%(actor)s changed %(what)s of %(team)s"), is_audit=True),
    Kind("team.renamed", _("%(actor)s renamed %(team)s from %(old)s to %(new)s"), is_audit=True),
    Kind("team.deleted", _("%(actor)s deleted the team %(title)s"), Topic.TEAMS, is_audit=True),
    Kind("member.joined", _("%(person)s joined %(team)s as %(role)s"), is_audit=True, announced_as=JOINED),
    Kind("member.let_in", _("%(actor)s let %(person)s into %(team)s as %(role)s"), Topic.REQUESTS, is_audit=True, announced_as=JOINED),
    Kind("member.role", _("%(actor)s made %(person)s %(role)s of %(team)s (before: %(old)s)"), Topic.TEAMS, is_audit=True),
    Kind("member.removed", _("%(actor)s took %(person)s out of %(team)s"), Topic.TEAMS, is_audit=True, announced_as=LEFT),
    Kind("member.left", _("%(person)s left %(team)s"), is_audit=True, announced_as=LEFT),
    Kind(
        "member.group",
        _("The institute's group %(group)s let %(person)s into %(team)s as %(role)s"),
        Topic.TEAMS,
        is_audit=True,
        announced_as=JOINED,
    ),
    Kind(
        "member.group_ended",
        _("%(person)s is no longer in %(team)s by way of the group %(group)s"),
        Topic.TEAMS,
        is_audit=True,
        announced_as=LEFT,
    ),
    Kind("invitation.person", _("%(actor)s invites %(person)s into %(team)s as %(role)s"), Topic.INVITATIONS, is_audit=True),
    Kind("invitation.address", _("%(actor)s sent an invitation into %(team)s as %(role)s by mail"), is_audit=True),
    Kind("invitation.link", _("%(actor)s made a link into %(team)s as %(role)s, for %(uses)s people"), is_audit=True),
    Kind("invitation.revoked", _("%(actor)s withdrew an invitation into %(team)s"), is_audit=True),
    Kind("invitation.declined", _("%(person)s declined the invitation into %(team)s"), is_audit=True),
    Kind("request.made", _("%(person)s asks to join %(team)s"), Topic.REQUESTS),
    Kind("request.declined", _("%(person)s was not let into %(team)s"), Topic.REQUESTS, is_audit=True),
    Kind("token.team_made", _("%(actor)s made the key “%(name)s” for %(team)s"), is_audit=True),
    Kind("token.team_revoked", _("%(actor)s ended the key “%(name)s” of %(team)s"), is_audit=True),
    Kind("security.changed", _("%(what)s"), Topic.SECURITY),
    Kind("export.ready", _("Your data is ready to download"), Topic.JOBS),
    Kind("account.deletion", _("Your account will be deleted on %(day)s"), Topic.SECURITY),
)
