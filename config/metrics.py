"""/metrics for Prometheus: figures read from the database at each visit, so that they are the same whichever process is asked."""

import hmac
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from accounts.models import User, Worker
from digests import figures
from digests.models import Suppression
from papers.models import Paper

COUNTED_EXACTLY = 50_000  # rows; counting more of them every few seconds costs more than anybody gains


class DatabaseCollector(Collector):
    """What an operator wants to be woken for, and what else explains it. Names follow https://prometheus.io/docs/practices/naming/."""

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is asked of the database when the collector is registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from _deliveries()
        found = figures.digests_by_state()
        yield _gauge("digests_last_week", "Digests planned within seven days, by state.", ["kind", "state"], found)
        yield GaugeMetricFamily("lectern_suppressions", "Addresses that are not written to.", Suppression.objects.count())
        yield _workers()
        yield GaugeMetricFamily("lectern_readers", "People who may log in.", User.objects.filter(is_active=True).count())
        yield GaugeMetricFamily("lectern_papers", "Papers in the catalogue; of very many, an estimate.", _about_how_many(Paper))


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer whoever holds METRICS_TOKEN. Without that variable there is no such address."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse(
            "The token of METRICS_TOKEN, please.\n", status=401, headers={"WWW-Authenticate": "Bearer"}, content_type="text/plain"
        )
    registry = CollectorRegistry(auto_describe=False)
    registry.register(DatabaseCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _deliveries() -> Iterator[GaugeMetricFamily]:
    outbox = figures.outbox()
    open_ones = {"pending": outbox.waiting, "sending": outbox.being_sent, "handing_over": outbox.handing_over, "held": outbox.held}
    yield _gauge("deliveries", "Mails of which something is still to become, by state.", ["state"], _by_one(open_ones))
    yield GaugeMetricFamily("lectern_deliveries_due", "Mails whose turn has come.", outbox.due)
    yield GaugeMetricFamily("lectern_deliveries_overdue", "Mails whose turn came over ten minutes ago.", outbox.overdue)
    oldest = outbox.oldest.total_seconds() if outbox.oldest else 0
    yield GaugeMetricFamily("lectern_deliveries_in_doubt", "Mails that nobody knows about, to be settled.", outbox.in_doubt)
    yield GaugeMetricFamily("lectern_delivery_oldest_due_seconds", "For how long the oldest due mail has waited.", oldest)
    ended = figures.ended_badly() | {"sent": sum(bar.count for bar in figures.sent_by_day(7))}
    yield _gauge("deliveries_last_week", "Mails that ended within about seven days, by state.", ["state"], _by_one(ended))


def _workers() -> GaugeMetricFamily:
    counts = dict(Counter((worker.role, worker.status) for worker in Worker.objects.with_status()))
    for role in (Worker.Role.WORKER, Worker.Role.BEAT):  # an alert can only see a nought that is there
        counts.setdefault((role, "well"), 0)
    return _gauge("workers", "Processes that work, by role and how they are.", ["role", "status"], counts)


def _gauge(name: str, words: str, labels: list[str], counts: dict[Any, int]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(f"lectern_{name}", words, labels=labels)
    for values, count in sorted(counts.items()):
        gauge.add_metric([str(value) for value in values], count)
    return gauge


def _by_one(counts: dict[str, int]) -> dict[tuple[str], int]:
    return {(name,): count for name, count in counts.items()}


def _about_how_many(model: type[Model]) -> int:
    """The number of rows, exactly or as PostgreSQL's last ANALYZE has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
        [estimate] = cursor.fetchone()
    return int(estimate) if estimate > COUNTED_EXACTLY else model._default_manager.count()
