"""`manage.py deliver`: drain the outbox once, or with --loop for ever, without Celery."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from digests import actions


class Command(BaseCommand):
    help = "Settle what dead senders left, put waiting notices into the outbox, then send all mail that is due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until stopped")
        parser.add_argument("--every", type=float, default=10.0, metavar="SECONDS", help="how long to rest between two rounds (10)")

    def handle(self, *args: Any, loop: bool, every: float, **options: Any) -> None:
        if not loop:
            return self._round()
        while True:
            try:
                self._round()
            except DatabaseError as problem:  # it is away for a while: whoever started the loop need not start it again
                self.stderr.write(f"The database failed: {problem}")
            time.sleep(every)
            close_old_connections()

    def _round(self) -> None:
        settled = actions.settle_doubts()
        actions.mail_notices()
        accepted = actions.deliver_mail()
        if settled or accepted:
            self.stdout.write(f"{accepted} mails accepted, {settled} left by dead senders settled")
