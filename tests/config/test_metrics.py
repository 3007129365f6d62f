"""/metrics: read by Prometheus with a token, by nobody without."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings

from accounts.models import HouseRules, User, Worker
from config import metrics
from digests.models import Digest, Suppression
from tests.counting import queries_of
from tests.digests.makers import make_digest, make_mail
from tests.factories import make_paper

TOKEN = "a-long-random-token"


@pytest.fixture(autouse=True)
def token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def ask(token: str = TOKEN) -> str:
    response = Client(headers={"Authorization": f"Bearer {token}"}).get("/metrics")
    assert response.status_code == 200, response.content
    return response.content.decode()


def values() -> dict[str, float]:
    """Each sample by its name and labels, as Prometheus reads them."""
    found = {}
    for family in text_string_to_metric_families(ask()):
        assert family.documentation
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer schlüssel"])
def test_whoever_has_not_the_token_is_refused(db: None, given: str) -> None:
    response = Client().get("/metrics", HTTP_AUTHORIZATION=given)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert "lectern_" not in response.content.decode()


def test_without_the_variable_there_is_no_such_address(db: None, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    for given in ("Bearer ", "Bearer None", f"Bearer {TOKEN}"):
        assert Client().get("/metrics", HTTP_AUTHORIZATION=given).status_code == 404


def test_closed_doors_do_not_keep_prometheus_out(db: None) -> None:
    HouseRules.objects.update_or_create(pk=1, defaults={"public_reading": False})
    assert "lectern_readers" in ask()


def test_no_cache_keeps_it(db: None) -> None:
    assert "no-store" in Client(headers={"Authorization": f"Bearer {TOKEN}"}).get("/metrics")["Cache-Control"]


def test_the_figures_are_those_of_the_database(alice: User) -> None:
    digest = make_digest(alice, make_paper(), make_paper())
    make_digest(alice, period_key="2026-W49", state=Digest.State.SKIPPED, reason="no new papers")
    make_mail(alice, digest=digest, not_before=Now() - timedelta(minutes=20))
    for state in ("sent", "failed", "skipped", "held"):
        make_mail(alice, digest=digest, state=state, sent_at=Now() if state == "sent" else None)
    make_mail(alice, digest=make_digest(alice, period_key="2026-W50"), not_before=Now() + timedelta(hours=1))
    Suppression.objects.create(address="you@gone.example", reason="550")
    Worker.objects.create(host="here", pid=1, role="worker", alive_at=Now() - timedelta(hours=1))
    found = values()
    assert found["lectern_deliveries{state=pending}"] == 2
    assert found["lectern_deliveries{state=held}"] == found["lectern_deliveries_due"] == found["lectern_deliveries_overdue"] == 1
    assert 1200 <= found["lectern_delivery_oldest_due_seconds"] < 1260
    assert {
        state: found[f"lectern_deliveries_last_week{{state={state}}}"] for state in ("sent", "failed", "skipped", "held")
    } == dict.fromkeys(("sent", "failed", "skipped", "held"), 1)
    assert found["lectern_digests_last_week{kind=reader,state=ready}"] == 2
    assert found["lectern_digests_last_week{kind=reader,state=skipped}"] == 1
    assert found["lectern_suppressions"] == found["lectern_readers"] == 1
    assert found["lectern_workers{role=worker,status=gone}"] == 1
    assert found["lectern_workers{role=worker,status=well}"] == found["lectern_workers{role=beat,status=well}"] == 0
    assert found["lectern_papers"] == 4


def test_an_empty_instance_has_figures_too(db: None) -> None:
    assert values()["lectern_delivery_oldest_due_seconds"] == 0


def test_many_papers_are_estimated(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "COUNTED_EXACTLY", 2)
    for _ in range(4):
        make_paper()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE papers_paper")
    assert values()["lectern_papers"] == 4


def test_it_takes_a_dozen_queries_however_much_there_is(alice: User) -> None:
    client = Client(headers={"Authorization": f"Bearer {TOKEN}"})
    few = queries_of(lambda: client.get("/metrics"))
    for number in range(5):
        make_mail(alice, digest=make_digest(alice, period_key=f"2026-W{number + 10}"), state="failed", reason=f"550 {number}")
        Worker.objects.create(host="here", pid=number, role="worker")
    assert queries_of(lambda: client.get("/metrics")) == few <= 12


def test_the_documented_alerts_ask_for_metrics_that_there_are(db: None) -> None:
    Worker.objects.create(host="here", pid=1, role="worker")
    documented = set(re.findall(r"\blectern_\w+", (Path(__file__).parents[2] / "docs" / "operating.md").read_text()))
    assert documented
    assert documented - {"lectern_postgres"} <= {name.partition("{")[0] for name in values()}
