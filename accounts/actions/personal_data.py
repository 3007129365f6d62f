"""What this app knows about people: who they are, their teams, keys and sessions, what they did and were told. No secrets."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.exporting import export_path
from accounts.models import Event, Invitation, Membership, Notice, Team, User
from accounts.parts import File, json_file

CHUNK = 500  # rows in memory at a time
Rows = Iterable[Mapping[str, object]]
PROFILE = (
    "email",
    "full_name",
    "affiliation",
    "orcid",
    "time_zone",
    "theme",
    "language",
    "shows_votes",
    "shows_reading",
    "joined_at",
    "last_login",
)


class AccountsPart:
    def export(self, user: User) -> Iterator[File]:
        addresses = EmailAddress.objects.filter(user=user)
        yield json_file("account/profile.json", _("who you are here"), [{"handle": user.handle, **_one(user, PROFILE)}])
        yield json_file("account/addresses.json", _("your e-mail addresses"), _rows(addresses, "email", "verified", "primary"))
        yield json_file("account/second-factors.json", _("your second factors, by name only"), _second_factors(user))
        yield json_file("account/tokens.json", _("your API tokens, without their secrets"), _tokens(user))
        yield json_file("account/sessions.json", _("where you are logged in"), _sessions(user))
        yield json_file("account/teams.json", _("the teams you are in"), _teams(user))
        yield json_file("account/join-requests.json", _("teams you asked to let you in"), _requests(user))
        yield json_file("account/invitations.json", _("invitations that you made or got"), _invitations(user))
        yield json_file("account/events.json", _("what you did, and what was done to you"), _events(user))
        yield json_file("account/notices.json", _("your inbox"), _notices(user))
        yield json_file("account/notice-settings.json", _("how you want to be told"), _rows(user.notice_settings, "topic", "way"))
        yield json_file("account/exports.json", _("copies of your data that you asked for"), _exports(user))

    def pause_person(self, user: User) -> None:
        """Keys stop at once and for good. Sessions end, too: from now on logging in only leads to keeping the account."""
        user.api_tokens.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
        user.sessions.all().delete()

    def forget_person(self, user: User) -> None:
        """What was done in teams stays in their history, under no name; what concerned nobody else goes, and so do files."""
        told_others = Notice.objects.filter(event=OuterRef("pk")).exclude(user=user)
        _events_of(user).filter(~Exists(told_others), team__isnull=True).delete()
        mine = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
        mine.update(object_repr=_("somebody who has left"))
        for export in user.exports.all():  # on commit, since whoever makes one of them holds its row until then
            transaction.on_commit(partial(export_path(export).unlink, missing_ok=True))

    def forget_team(self, team: Team) -> None:
        """Rows about a team go with it."""


def _one(user: User, columns: Iterable[str]) -> dict[str, Any]:
    return {column: getattr(user, column) for column in columns}


def _rows(rows: Any, *columns: str, **named: F) -> Rows:
    found: QuerySet[Any] = rows.order_by("pk")
    return found.values(*columns, **named).iterator(CHUNK)


def _second_factors(user: User) -> Rows:
    """A passkey's name is its reader's own word; what it holds is secret."""
    for factor in Authenticator.objects.filter(user=user).order_by("pk"):
        yield {"type": factor.type, "name": str(factor), "created_at": factor.created_at, "last_used_at": factor.last_used_at}


def _tokens(user: User) -> Rows:
    used = ("last_used_at", "last_address", "last_program")
    return _rows(
        user.api_tokens, "name", "ending", "scopes", "created_at", "expires_at", *used, "revoked_at", of=F("team__namespace__name")
    )


def _sessions(user: User) -> Rows:
    return user.sessions.order_by("created_at").values("address", "program", "created_at", "seen_at", "expire_date").iterator(CHUNK)


def _teams(user: User) -> Rows:
    return _rows(Membership.objects.filter(user=user), "role", "joined_at", slug=F("team__namespace__name"), title=F("team__title"))


def _requests(user: User) -> Rows:
    return _rows(user.join_requests, "words", "state", "created_at", "decided_at", slug=F("team__namespace__name"))


def _invitations(user: User) -> Rows:
    made_or_got = Invitation.objects.filter(Q(made_by=user) | Q(invitee=user))
    names = {"slug": F("team__namespace__name"), "by": F("made_by__namespace__name"), "to": F("invitee__namespace__name")}
    return _rows(made_or_got, "role", "address", "uses", "used", "created_at", "expires_at", "revoked_at", **names)


def _events_of(user: User) -> QuerySet[Event]:
    return Event.objects.filter(Q(actor=user) | Q(person=user))


def _events(user: User) -> Rows:
    for event in _events_of(user).with_names().order_by("pk").iterator(CHUNK):  # type: ignore[attr-defined]
        yield {"at": event.created_at, "kind": event.kind, "sentence": event.sentence, "path": event.path}


def _notices(user: User) -> Rows:
    for notice in Notice.objects.of_reader(user).order_by("pk").iterator(CHUNK):
        yield {"at": notice.created_at, "topic": notice.topic, "sentence": notice.event.sentence, "read_at": notice.read_at}


def _exports(user: User) -> Rows:
    return _rows(user.exports, "state", "size", "asked_at", "ready_at", "taken_at")
