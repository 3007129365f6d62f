"""`manage.py send_digests`: plan, compose and deliver on the spot, and say what became of each reader's digest."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from accounts.models import User
from digests import actions
from digests.actions.clock import database_now
from digests.models import Delivery, Digest
from digests.models.digest import DigestQuerySet


class Command(BaseCommand):
    help = "Plan, compose and deliver the digests that are due; with --now, the present day's, week's or month's, whatever day it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="the present digests now; who had theirs already gets no second one")
        parser.add_argument("--user", default="", metavar="EMAIL", help="with --now: only this reader's, and again if it was sent already")

    def handle(self, *args: Any, now: bool, user: str, **options: Any) -> None:
        if user and not now:
            raise CommandError("--user goes with --now.")
        self.console, started = Console(stderr=True), database_now()
        with self.console.status("Planning and composing …"):
            digests = _one_readers(user) if user else _present_ones() if now else _due_ones(started)
        self._deliver()
        self._report(digests)

    def _deliver(self) -> None:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
        with Progress(*columns, console=self.console) as progress:
            task = progress.add_task("Delivering", total=Delivery.objects.to_send().count())
            actions.deliver_mail(on_progress=lambda _delivery, _outcome: progress.advance(task))

    def _report(self, digests: DigestQuerySet) -> None:
        """Print one line per reader; fail if any digest did."""
        ended, failures = 0, 0
        for digest in digests.select_related("subscription__user").prefetch_related("deliveries"):
            ended, failures = ended + 1, failures + _has_failed(digest)
            self.stdout.write(f"{digest.subscription.user.email}  {digest.period_key}  {_in_words(digest)}")
        if failures:
            raise CommandError(f"{failures} of {ended} digests failed, for the reasons above.")
        if not ended:
            self.stdout.write("No digest is due. --now sends the present ones without waiting for their hour.")


def _one_readers(email: str) -> DigestQuerySet:
    reader = User.objects.filter(email__iexact=email, is_active=True).first()
    if reader is None:
        raise CommandError(f"Nobody with the address {email} has an account here.")
    try:
        digest = actions.send_now(user=reader)
    except actions.AskedTooOften as problem:
        raise CommandError(f"{email} got many mails on request within the last hour; try again later.") from problem
    actions.compose_digests()
    return Digest.objects.filter(pk=digest.pk)


def _present_ones() -> DigestQuerySet:
    actions.enrol_new_readers()
    actions.plan_now()
    actions.compose_digests()
    return Digest.objects.latest_of_each()


def _due_ones(started: datetime) -> DigestQuerySet:
    actions.enrol_new_readers()
    actions.plan_digests()
    actions.compose_digests()
    return Digest.objects.filter(Q(planned_at__gte=started) | Q(composed_at__gte=started)).order_by("pk")


def _has_failed(digest: Digest) -> bool:
    return digest.state == Digest.State.FAILED or any(mail.state == Delivery.State.FAILED for mail in digest.deliveries.all())


def _in_words(digest: Digest) -> str:
    mails = sorted(digest.deliveries.all(), key=lambda mail: mail.pk)
    if digest.state != Digest.State.READY or not mails:
        words, reason = digest.get_state_display(), digest.reason
    else:
        words, reason = mails[-1].get_state_display(), mails[-1].reason
    return f"{words}: {reason}" if reason else words
