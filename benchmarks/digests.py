"""From due hours to mails: planning, composing and delivering many readers' digests, beside a bare SMTP loop."""

import smtplib
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from email.policy import SMTP

import numpy as np
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db.models import F
from django.utils import timezone
from rich.table import Table

from benchmarks.papers import made_up_records
from benchmarks.readers import make_readers, save_papers
from config.env import Relay
from digests import actions, mails
from digests.models import Delivery, Subscription
from papers.actions.ingest import ingest_papers
from papers.models import Paper

SAVED = 10  # papers per reader
NEW_SHARE = 0.3  # of the catalogue


class _Sink:
    """A relay that takes everything and keeps nothing."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 OK"


def measure(*, small: bool) -> Table:
    """Time each step once; the bare loop sends the same mails, built beforehand, over one connection."""
    readers, papers = (40, 500) if small else (500, 10_000)
    _fill(readers, papers)
    table = Table("step", "digests/s", title=f"{readers:,} readers, {papers:,} papers, one process")
    table.add_row("enrol and plan", f"{readers / _seconds(_plan):,.0f}")
    table.add_row("train the recommender", f"{_seconds(actions.train_model):.0f} s")
    table.add_row("compose", f"{readers / _seconds(actions.compose_digests):,.0f}")
    port = free_port()
    relay = Controller(_Sink(), hostname="127.0.0.1", port=port)
    relay.start()
    settings.RELAY = Relay("127.0.0.1", port, "", "", starttls=False, tls=False)
    prebuilt = [mails.mail_of(delivery).as_bytes(policy=SMTP) for delivery in Delivery.objects.all()]
    table.add_row("bare smtplib loop, mails built before", f"{len(prebuilt) / _seconds(lambda: _send(prebuilt, port)):,.0f}")
    table.add_row("deliver (claim, render, hand over, mark)", f"{len(prebuilt) / _seconds(actions.deliver_mail):,.0f}")
    relay.stop()
    return table


def _fill(readers: int, papers: int) -> None:
    ingest_papers(records=made_up_records(papers), source="benchmark")
    known = list(Paper.objects.order_by("pk"))
    old = [paper.pk for paper in known[int(papers * NEW_SHARE) :]]
    Paper.objects.filter(pk__in=old).update(first_seen_at=timezone.now() - timedelta(days=60))
    rng = np.random.default_rng(1)
    save_papers({user.pk: [known[place].pk for place in rng.choice(papers, SAVED, replace=False)] for user in make_readers(readers)})


def _plan() -> None:
    actions.enrol_new_readers()
    Subscription.objects.update(next_due_at=F("next_due_at") - timedelta(weeks=1))
    actions.plan_digests()


def _send(mails: list[bytes], port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as relay:
        for mail in mails:
            relay.sendmail("lectern@lab.example", ["reader@lab.example"], mail)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
