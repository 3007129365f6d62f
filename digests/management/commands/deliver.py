"""`manage.py deliver`: drain the outbox once, or with --loop for ever, without Celery."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from accounts.heart import Heart
from accounts.models import Worker
from digests import actions

TASK = "digests.deliver"  # what Celery would call it


class Command(BaseCommand):
    is_at_work = False
    help = "Settle what dead senders left, put waiting notices into the outbox, then send all mail and posts that are due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until stopped")
        parser.add_argument("--every", type=float, default=10.0, metavar="SECONDS", help="how long to rest between two rounds (10)")

    def handle(self, *args: Any, loop: bool, every: float, **options: Any) -> None:
        if not loop:
            return self._round()
        with Heart(Worker.Role.LOOP, doing=lambda: TASK if self.is_at_work else "") as heart:
            while True:
                self._round_of_loop(heart)
                time.sleep(every)
                close_old_connections()

    def _round_of_loop(self, heart: Heart) -> None:
        self.is_at_work = True
        try:
            self._round()
            heart.did(TASK)
        except DatabaseError as problem:  # it is away for a while: whoever started the loop need not start it again
            self.stderr.write(f"The database failed: {problem}")
        self.is_at_work = False

    def _round(self) -> None:
        settled = actions.settle_doubts()
        actions.mail_notices()
        accepted, posted = actions.deliver_mail(), actions.deliver_posts()
        if settled or accepted or posted:
            self.stdout.write(f"{accepted} mails and {posted} posts accepted, {settled} left by dead senders settled")
