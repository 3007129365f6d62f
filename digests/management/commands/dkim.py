"""`manage.py dkim`: the DNS record that lets others check what we sign."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from digests.channels.dkim import dns_record


class Command(BaseCommand):
    help = "Print the DNS record to publish for DKIM_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DKIM_KEY:
            raise CommandError("DKIM_KEY is not set. Make a key with: openssl genrsa -out dkim.pem 2048 && chmod 600 dkim.pem")
        parts = " ".join(f'"{part}"' for part in dns_record(settings.DKIM_KEY))
        self.stdout.write(f"{settings.DKIM_SELECTOR}._domainkey.{settings.DKIM_DOMAIN}. IN TXT ( {parts} )")
