"""Visitors tune, stop and delete what they began, by the links of their mails; what is said before the dot holds."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import HouseRules
from digests.actions import deliver_mail, forget_visitor, stop_visitor
from digests.actions.outbox import claim, hand_over
from digests.mails import mail_of
from digests.models import Delivery, Suppression, VisitorDigest, VisitorSubscription
from digests.signing import visitor_token
from papers.models import Category
from tests.digests.makers import make_visitor, make_visitor_digest
from tests.digests.relay import RelayBehaviour
from tests.digests.test_delivering import in_a_thread
from tests.digests.test_visiting import DORA, link_in
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def dora() -> VisitorSubscription:
    """Somebody without an account who has confirmed."""
    return make_visitor(DORA)


# --- Preferences, and the way out ---------------------------------------------------------------


def test_preferences_are_tuned_without_an_account(dora: VisitorSubscription, visitors_browser: Client) -> None:
    make_paper(categories=("cs.CL",))
    category, path = Category.objects.get(slug="cs.CL"), f"/digests/subscribe/preferences/{visitor_token(dora.pk)}/"
    form = {"is_active": "on", "cadence": "weekly", "weekday": 4, "hour": 16, "time_zone": "Asia/Tokyo", "categories": [category.pk]}
    assert visitors_browser.post(path, form | {"hour": 99}).status_code == 200
    assert visitors_browser.post(path, form)["Location"] == path
    dora.refresh_from_db()
    assert (dora.weekday, dora.hour, dora.time_zone, [*dora.categories.all()]) == (4, 16, "Asia/Tokyo", [category])
    assert "Friday" in visitors_browser.get(path).content.decode()


def test_stopping_there_takes_mails_off_the_queue(dora: VisitorSubscription, visitors_browser: Client) -> None:
    make_visitor_digest(dora, make_paper())
    path = f"/digests/subscribe/preferences/{visitor_token(dora.pk)}/"
    visitors_browser.post(path, {"cadence": "weekly", "weekday": 0, "hour": 8, "time_zone": "UTC"})
    assert Delivery.objects.get().state == State.SKIPPED
    assert "are stopped" in visitors_browser.get(path).content.decode()


def test_one_click_ends_it_and_a_visit_does_not(dora: VisitorSubscription, visitors_browser: Client) -> None:
    digest = make_visitor_digest(dora, make_paper())
    header = mail_of(digest.deliveries.get())["List-Unsubscribe"]
    path = link_in(header.strip("<>"), "stop")
    assert visitors_browser.get(path).status_code == 200
    assert VisitorSubscription.objects.active().exists()
    robot = Client(enforce_csrf_checks=True)
    assert robot.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not VisitorSubscription.objects.active().exists()
    assert digest.deliveries.get().state == State.SKIPPED
    dora.delete()
    assert robot.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_a_deleted_address_is_gone_with_all_it_was_sent(dora: VisitorSubscription, visitors_browser: Client) -> None:
    make_visitor_digest(dora, make_paper())
    Suppression.objects.create(address=DORA, reason="bounced")
    token = visitor_token(dora.pk)
    assert "is deleted" in visitors_browser.post(f"/digests/subscribe/forget/{token}/").content.decode()
    assert not any(model.objects.exists() for model in (VisitorSubscription, VisitorDigest, Delivery))
    assert Suppression.objects.get().address == DORA
    assert visitors_browser.get(f"/digests/subscribe/preferences/{token}/").status_code == 410
    assert visitors_browser.post(f"/digests/subscribe/forget/{token}/").status_code == 200


@pytest.mark.parametrize("page", ["preferences", "stop"])
def test_mails_lead_there_when_the_doors_are_closed(page: str, dora: VisitorSubscription, visitors_browser: Client) -> None:
    HouseRules.objects.create(pk=1, public_reading=False)
    assert visitors_browser.get(f"/digests/subscribe/{page}/{visitor_token(dora.pk)}/").status_code == 200


# --- The last moment ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way_out", ["stop", "forget", "rules", "suppress"])
def test_what_is_said_before_the_dot_holds(way_out: str, relay: RelayBehaviour) -> None:
    dora = make_visitor(DORA)
    make_visitor_digest(dora, make_paper())
    deeds = {
        "stop": lambda: stop_visitor(token=visitor_token(dora.pk)),
        "forget": lambda: forget_visitor(subscription=dora),
        "rules": lambda: HouseRules.objects.create(pk=1, mails_visitors=False),
        "suppress": lambda: Suppression.objects.create(address=DORA.upper(), reason="bounced"),
    }
    relay.before_dot = in_a_thread(deeds[way_out])
    assert deliver_mail() == 0
    assert relay.seen["dots"] == 0
    assert not Delivery.objects.exclude(state=State.SKIPPED).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way_out", ["stop", "forget"])
def test_a_sender_waits_for_a_way_out_that_was_first(way_out: str) -> None:
    dora = make_visitor(DORA)
    make_visitor_digest(dora, make_paper())
    (mail,) = claim(Delivery.objects.to_send(), state=State.SENDING)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            if way_out == "stop":
                stop_visitor(token=visitor_token(dora.pk))
            else:
                forget_visitor(subscription=dora)
            waiting = pool.submit(in_a_thread(partial(hand_over, mail, accepted=[])))
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        assert waiting.result(timeout=5) is None
