"""Lectern's senders beside a bare smtplib loop: the same prebuilt mails, over as many connections, to the same relay, in the same run."""

import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from rich.table import Table

from benchmarks.digests import free_port
from benchmarks.papers import made_up_records
from benchmarks.readers import make_readers
from config.env import Relay
from digests import actions, mails
from digests.models import Delivery, Digest, DigestPaper, Subscription
from digests.models.delivery import new_message_id
from papers.actions.ingest import ingest_papers
from papers.models import Paper

PAPERS, MONDAY = 12, date(2026, 11, 23)  # in a digest, and its day
PAUSES = (0.0, 0.005)  # seconds before each of the relay's answers
CONNECTIONS = (1, 2, 4)


class Prebuilt(EmailMessage):
    """A mail whose bytes are there already."""

    content: bytes

    def as_bytes(self, *_: Any, **__: Any) -> bytes:
        return self.content


def measure(*, small: bool) -> Table:
    count = 60 if small else 2_000
    _fill(count)
    prebuilt = _prebuild()
    size = sum(len(mail.content) for mail in prebuilt.values()) / len(prebuilt) / 1000
    table = Table("relay", "connections", "bare loop, mails/s", "Lectern, mails/s", "share", title=f"{count:,} mails of {size:,.0f} kB")
    for pause in PAUSES:
        for connections in CONNECTIONS[: 2 if small else 3]:
            with _relay(pause) as port:
                bare = count / _seconds(connections, lambda number, of, port=port: _send_bare(list(prebuilt.values())[number::of], port))
                _queue_all()
                lectern = count / _seconds(connections, lambda _number, _of: actions.deliver_mail(writer=lambda _batch: _take(prebuilt)))
            assert Delivery.objects.filter(state=Delivery.State.SENT).count() == count
            name = f"answers after {pause * 1000:.0f} ms" if pause else "answers at once"
            table.add_row(name, str(connections), f"{bare:,.0f}", f"{lectern:,.0f}", f"{lectern / bare:.0%}")
    return table


def _fill(count: int) -> None:
    ingest_papers(records=made_up_records(PAPERS), source="benchmark")
    papers = list(Paper.objects.order_by("pk"))
    readers = make_readers(count)
    subscriptions = Subscription.objects.bulk_create([Subscription(user=reader, next_due_at=timezone.now()) for reader in readers])
    ready = [Digest(subscription=one, period_key="2026-W48", day=MONDAY, state=Digest.State.READY) for one in subscriptions]
    digests = Digest.objects.bulk_create(ready)
    entries = [
        DigestPaper(digest=digest, user=reader, paper=paper, position=position, score=0.5, reason={"kind": "new"})
        for digest, reader in zip(digests, readers, strict=True)
        for position, paper in enumerate(papers, start=1)
    ]
    DigestPaper.objects.bulk_create(entries, batch_size=5_000)
    outbox = [Delivery(digest=one, address=one.subscription.user.email, message_id=new_message_id("bench.example")) for one in digests]
    Delivery.objects.bulk_create(outbox)


def _prebuild() -> dict[str, Prebuilt]:
    built, deliveries = {}, list(Delivery.objects.order_by("pk"))
    for start in range(0, len(deliveries), 100):
        write = mails.writer(deliveries[start : start + 100])
        for delivery in deliveries[start : start + 100]:
            content = write(delivery).as_bytes(policy=SMTP)
            message = BytesParser(Prebuilt, policy=SMTP).parsebytes(content, headersonly=True)
            message.content = content
            built[delivery.message_id] = message
    return built


def _take(prebuilt: dict[str, Prebuilt]) -> Callable[[Delivery], EmailMessage]:
    return lambda delivery: prebuilt[delivery.message_id]


def _queue_all() -> None:
    Delivery.objects.update(state=Delivery.State.PENDING, attempts=0, sent_at=None)


def _send_bare(batch: Sequence[Prebuilt], port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as relay:
        for mail in batch:
            relay.sendmail("lectern@lab.example", [mail["To"].addresses[0].addr_spec], mail.content)


def _seconds(processes: int, work: Callable[[int, int], object]) -> float:
    """Time a number of forked processes that each do their part."""
    connection.close()
    began = time.perf_counter()
    for number in range(processes):
        if os.fork() == 0:
            code = 1
            with suppress(Exception):
                work(number, processes)
                code = 0
            os._exit(code)
    assert all(os.wait()[1] == 0 for _ in range(processes)), "a sender failed"
    return time.perf_counter() - began


@contextmanager
def _relay(pause: float) -> Iterator[int]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.faults.relay", str(port), str(Path(folder) / "journal"), "--pause", str(pause)]
        relay = subprocess.Popen(command)
        settings.RELAY, settings.DELIVERY_CONNECTIONS = Relay("127.0.0.1", port, "", "", starttls=False, tls=False), 1
        try:
            _wait_for(port)
            yield port
        finally:
            relay.kill()
            os.waitpid(relay.pid, 0)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), smtplib.SMTP("127.0.0.1", port):
            return
        time.sleep(0.1)
    raise TimeoutError("the relay did not start")
