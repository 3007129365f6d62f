"""Where somebody is logged in, and ending it."""

from datetime import timedelta

from django.db.models.functions import Now

from accounts.models import Session, User
from accounts.sessions import key_hash

LONGEST_PROGRAM = 200  # characters of a User-Agent
SEEN_EVERY = timedelta(minutes=5)


def note_session(*, session_key: str, address: str, program: str) -> None:
    """Note that a session was used now, from where and by what program."""
    seen = {"seen_at": Now(), "address": address, "program": program[:LONGEST_PROGRAM]}
    Session.objects.filter(session_key=key_hash(session_key)).update(**seen)


def end_sessions(*, user: User, only: str = "", but: str | None = None) -> int:
    """Log somebody out; return of how many browsers.

    Args:
        only: the hashed key of the one session to end; without it, all end.
        but: the key in the cookie of a session that goes on.
    """
    sessions = Session.objects.filter(user=user)
    if only:
        sessions = sessions.filter(session_key=only)
    if but:
        sessions = sessions.exclude(session_key=key_hash(but))
    return sessions.delete()[0]
