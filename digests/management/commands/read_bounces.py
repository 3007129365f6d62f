"""`manage.py read_bounces`: take in what came back, from the mailbox of BOUNCE_URL, from files, or from what is piped in."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from digests import actions


class Command(BaseCommand):
    help = "Read reports about mails that came back, and complaints: from the mailbox of BOUNCE_URL, or from files; - is standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", help="one mail each (.eml)")

    def handle(self, *args: Any, files: list[str], **options: Any) -> None:
        if not files:
            self.stdout.write(f"{actions.read_bounces()} reports about our mails in the mailbox")
        for name, content in _contents(files):
            delivery = actions.take_report(content)
            self.stdout.write(f"{name}: mail {delivery.message_id} to {delivery.address}" if delivery else f"{name}: about no mail of ours")


def _contents(files: list[str]) -> Iterator[tuple[str, bytes]]:
    for name in files:
        try:
            yield name, sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as problem:
            raise CommandError(f"{name}: {problem.strerror}") from problem
