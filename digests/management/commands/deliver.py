"""`manage.py deliver`: drain the outbox once, or with --loop for ever, without Celery."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from digests import actions


class Command(BaseCommand):
    help = "Settle what dead senders left, put waiting notices into the outbox, then send all mail and posts that are due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until stopped")
        parser.add_argument("--every", type=float, default=10.0, metavar="SECONDS", help="how long to rest between two rounds (10)")

    def handle(self, *args: Any, loop: bool, every: float, **options: Any) -> None:
        self._round()
        while loop:
            time.sleep(every)
            close_old_connections()
            self._round()

    def _round(self) -> None:
        settled = actions.settle_doubts()
        actions.mail_notices()
        accepted, posted = actions.deliver_mail(), actions.deliver_posts()
        if settled or accepted or posted:
            self.stdout.write(f"{accepted} mails and {posted} posts accepted, {settled} left by dead senders settled")
