"""Asking other hosts: one request at a time per host over all workers, with a pause between, and patience where it is asked for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from accounts.locks import holding
from papers.models import Host
from papers.sources.web import Later, Web

MOST_PATIENCE = 10.0  # seconds; whoever has to wait longer comes back later


def open_web() -> Web:
    """Return what asks other hosts for us; close it after use."""
    agent = f"Lectern ({settings.SITE_URL}; mailto:{settings.CONTACT_ADDRESS})"
    return Web(agent=agent, gate=turn, may_ask_private=settings.FETCH_PRIVATE)


@contextmanager
def turn(host: str) -> Iterator[None]:
    """Hold a host for one request, once its pause is over; afterwards it rests again, as long as it asked for.

    Raises:
        Later: the pause is longer than MOST_PATIENCE.
    """
    with holding(f"host {host}"):
        _wait(host)
        rest = float(settings.FETCH_PAUSE)
        try:
            yield
        except Later as later:
            rest = later.seconds
            raise
        finally:
            _rest(host, rest)


def _wait(host: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM free_at - clock_timestamp())::float8 FROM papers_host WHERE name = %s", [host])
        found = cursor.fetchone()
    seconds = found[0] if found else 0.0
    if seconds > MOST_PATIENCE:
        raise Later(_("%(host)s wants to be left alone for a while.") % {"host": host}, seconds)
    time.sleep(max(seconds, 0.0))


def _rest(host: str, seconds: float) -> None:
    """Keep a host free of us for some seconds; a longer rest that it was given already stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO papers_host (name, free_at) VALUES (%s, clock_timestamp() + %s * interval '1 second')"
            " ON CONFLICT (name) DO UPDATE SET free_at = greatest(papers_host.free_at, excluded.free_at)",
            [host, seconds],
        )


def forget_rest(*, host: str) -> None:
    """Let a host be asked again at once; for a person who knows why it was away."""
    Host.objects.filter(name=host).delete()
