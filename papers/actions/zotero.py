"""Keeping a list in step with a Zotero library: connected, asked for and ended. papers/actions/zotero_push.py brings the papers there."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.memberships import Refused
from accounts.actions.tokens import require_scopes
from accounts.hints import hint
from accounts.models import ApiToken, Scope, User
from accounts.sealing import seal, unseal
from papers.actions.list_lock import lock_list
from papers.models import ReadingList, ZoteroLink
from papers.zotero.client import Zotero, ZoteroError
from papers.zotero.shapes import new_key

PURPOSE = "zotero key"
PUSH = "papers.push_to_zotero"


def connect_zotero(
    *, reading_list: ReadingList, user: User, key: str, group: int | None = None, token: ApiToken | None = None
) -> ZoteroLink:
    """Keep a list in step with the library of a key's owner, or with a group's. Connecting again takes another key or library.

    Args:
        key: made at zotero.org; it is sealed and never shown again.
        group: the number of a group library.
        token: by which a program asks; what it connects ends with it.

    Raises:
        PermissionDenied: the list is not this person's to manage, or the token may not read lists.
        Refused: Zotero does not know the key, or it may not write there; in words for the reader.
    """
    _check_right(reading_list, user)
    if not (key.isascii() and key.isalnum()):
        raise Refused(_("This is no key of Zotero. Copy the one that zotero.org shows, letters and digits only."))
    require_scopes(token, Scope.LISTS_READ)
    try:
        with open_zotero(key=key) as zotero:
            known = zotero.key_facts()
    except ZoteroError as problem:
        raise Refused(str(problem)) from problem
    library, name = _library(known, group)
    facts = {"library": library, "library_name": name, "sealed_key": seal(key, purpose=PURPOSE), "set_up_with": token}
    return _connect(reading_list, user, facts)


def ask_for_push(*, link: ZoteroLink, user: User) -> None:
    """Bring a list to Zotero now, also after it was stopped.

    Raises:
        PermissionDenied: the list is not this person's to manage.
    """
    _check_right(link.reading_list, user)
    asked = {"state": ZoteroLink.State.RUNS, "problem": "", "next_at": timezone.now(), "pushed_version": 0}
    ZoteroLink.objects.filter(pk=link.pk).update(**asked)
    hint(PUSH)


def disconnect_zotero(*, link: ZoteroLink, user: User) -> None:
    """Forget the key and what papers are called in Zotero; what is there stays there.

    Raises:
        PermissionDenied: the list is not this person's to manage.
    """
    _check_right(link.reading_list, user)
    ZoteroLink.objects.filter(pk=link.pk).delete()


def open_zotero(*, key: str, prefix: str = "") -> Zotero:
    """Return what asks Zotero for us; close it after use."""
    agent = f"Lectern ({settings.SITE_URL}; mailto:{settings.CONTACT_ADDRESS})"
    return Zotero(key=key, prefix=prefix, address=settings.ZOTERO_API, agent=agent, may_ask_private=settings.FETCH_PRIVATE)


def key_of(link: ZoteroLink) -> str:
    return unseal(link.sealed_key, purpose=PURPOSE)


@transaction.atomic
def _connect(reading_list: ReadingList, user: User, facts: dict[str, Any]) -> ZoteroLink:
    locked = lock_list(reading_list)
    before = ZoteroLink.objects.filter(reading_list=locked).first()
    if before and before.library == facts["library"]:
        ZoteroLink.objects.filter(pk=before.pk).update(made_by=user, **facts)
        before.refresh_from_db()
        ask_for_push(link=before, user=user)
        return before
    if before:
        before.delete()  # what is called what in the other library is of no use here
    link = ZoteroLink.objects.create(reading_list=locked, made_by=user, collection=new_key(), **facts)
    hint(PUSH)
    return link


def _library(facts: dict[str, Any], group: int | None) -> tuple[str, str]:
    """Return the part of addresses that names a library, and what it is called."""
    access = facts.get("access") or {}
    groups = access.get("groups") or {}
    mine = access.get("user") or {} if group is None else groups.get(str(group)) or groups.get("all") or {}
    if not (mine.get("library") and mine.get("write")) or (group is None and not mine.get("notes")):
        raise Refused(_("This key may not write to that library with notes. Make another one at zotero.org and tick both."))
    if group is None:
        return f"users/{int(facts['userID'])}", _("My library (%(name)s)") % {"name": facts.get("username", "")}
    return f"groups/{group}", _("Group %(number)d") % {"number": group}


def _check_right(reading_list: ReadingList, user: User) -> None:
    if not ReadingList.objects.managed_by(user).filter(pk=reading_list.pk).exists():
        raise PermissionDenied(_("Only those who manage this list may keep it in step with Zotero."))
