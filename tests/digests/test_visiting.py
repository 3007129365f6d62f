"""Trending papers without an account: asked for by anybody, begun by whoever reads the mail, ended by one press."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.deleting import ask_for_deletion
from accounts.models import HouseRules, Limit, User
from digests.actions import (
    confirm_visitor,
    deliver_mail,
    end_visits_of_readers,
    forget_unconfirmed,
)
from digests.mails import mail_of
from digests.models import Delivery, Suppression, VisitorSubscription
from digests.models.delivery import new_message_id
from digests.signing import confirm_token, visitor_token
from papers.models import Category
from tests.counting import queries_of
from tests.digests.makers import make_visitor, make_visitor_digest
from tests.digests.relay import RelayBehaviour
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db
FORM = "/digests/subscribe/"
DORA = "dora@elsewhere.example"
State = Delivery.State


def ask(address: str = DORA, browser: Client | None = None, **form: Any) -> Any:
    return (browser or Client()).post(FORM, {"address": address, **form})


def question_to(address: str = DORA) -> Delivery:
    return Delivery.objects.get(visitor_subscription__address=address)


def text_of(mail: Delivery) -> str:
    body = mail_of(mail).get_body(("plain",))
    assert body
    return str(body.get_content())


def link_in(text: str, kind: str) -> str:
    """The path of the one link of a kind in a mail."""
    [path] = set(re.findall(rf"http[^\s/]*//[^/\s]+(/digests/subscribe/{kind}/\S+/)", text))
    return str(path)


@pytest.fixture
def dora() -> VisitorSubscription:
    """Somebody without an account who has confirmed."""
    return make_visitor(DORA)


# --- Asking -----------------------------------------------------------------------------------


def test_the_front_page_has_the_form_for_visitors_only(visitors_browser: Client, alices_browser: Client) -> None:
    assert b"Get trending papers in your inbox" in visitors_browser.get("/").content
    assert b"Get trending papers in your inbox" not in alices_browser.get("/").content
    assert alices_browser.get(FORM)["Location"] == "/digests/settings/"


def test_a_category_that_is_looked_at_is_asked_for(visitors_browser: Client) -> None:
    make_paper(categories=("cs.CL",))
    category = Category.objects.get(slug="cs.CL")
    page = visitors_browser.get("/?category=cs.CL").content.decode()
    assert f'name="categories" value="{category.pk}"' in page
    form = visitors_browser.get(f"{FORM}?category={category.pk}").content.decode()
    assert re.search(rf'value="{category.pk}"[^>]* checked', form)


@pytest.mark.parametrize("rules", [{"public_reading": False}, {"mails_visitors": False}])
def test_it_is_there_only_where_the_house_rules_say_so(rules: dict[str, bool], visitors_browser: Client) -> None:
    HouseRules.objects.create(pk=1, **rules)
    assert visitors_browser.get(FORM).status_code in {302, 404}
    assert b"in your inbox" not in visitors_browser.get("/", follow=True).content
    ask()
    assert not VisitorSubscription.objects.exists()


def test_who_asks_is_asked_and_gets_nothing_else_until_then(relay: RelayBehaviour) -> None:
    make_paper(categories=("cs.CL",))
    category = Category.objects.get(slug="cs.CL")
    answer = ask(" Dora@Elsewhere.example ", categories=[category.pk], time_zone="Asia/Tokyo")
    assert answer["Location"] == "/digests/subscribe/asked/"
    subscription = VisitorSubscription.objects.get()
    assert (subscription.address, subscription.time_zone, [*subscription.categories.all()]) == (DORA, "Asia/Tokyo", [category])
    assert not VisitorSubscription.objects.active().exists()
    assert deliver_mail() == 1
    assert relay.recipients == [DORA]


@pytest.mark.parametrize("address", ["", "dora", "dora@", "a@b.example\nBcc: all@b.example"])
def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    assert ask(address).status_code == 200
    assert not VisitorSubscription.objects.exists()


def test_a_made_up_time_zone_is_none(db: None) -> None:
    ask(time_zone="Mars/Olympus")
    assert VisitorSubscription.objects.get().time_zone == "UTC"


def test_the_form_takes_as_many_queries_for_twelve_categories_as_for_two(visitors_browser: Client) -> None:
    make_paper(categories=("a.A", "b.B"))
    few = queries_of(lambda: visitors_browser.get(FORM))
    make_paper(categories=tuple(f"x.{number}" for number in range(10)))
    assert queries_of(lambda: visitors_browser.get(FORM)) == few <= 3


def test_more_categories_than_papers_are_refused_in_words() -> None:
    make_paper(categories=tuple(f"x.{number}" for number in range(11)))
    answer = ask(categories=[category.pk for category in Category.objects.all()])
    assert "Choose 10 at most" in answer.content.decode()
    assert not VisitorSubscription.objects.exists()


def test_nobody_learns_what_is_known_about_an_address(alice: User, relay: RelayBehaviour) -> None:
    make_visitor("known@elsewhere.example")
    make_visitor("stopped@elsewhere.example", is_active=False)
    make_visitor("no@elsewhere.example", is_active=False, confirmed_at=None)
    Suppression.objects.create(address="Bounced@elsewhere.example", reason="bounced")
    addresses = [alice.email, DORA, *(f"{name}@elsewhere.example" for name in ("known", "stopped", "no", "bounced"))]
    ask("first@elsewhere.example")  # what a first request of a process looks up is not counted
    Delivery.objects.all().delete()
    answers, queries = [], set()
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            answers.append(ask(address))
        queries.add(len(captured))
    assert len({(answer.status_code, answer["Location"], answer.content) for answer in answers}) == 1
    assert len(queries) == 1, "nor by how long it takes"
    deliver_mail()
    assert sorted(relay.recipients) == sorted([alice.email, DORA, "stopped@elsewhere.example"])


def test_who_has_an_account_is_told_so_and_where_to_log_in(alice: User) -> None:
    ask(alice.email)
    mail = question_to(alice.email)
    assert mail_of(mail)["Subject"].startswith("You have an account on ")
    assert "/accounts/login/" in text_of(mail)
    assert "/confirm/" not in text_of(mail)


def test_an_address_that_nobody_proved_is_no_account(alice: User) -> None:
    alice.emailaddress_set.update(verified=False)
    ask(alice.email)
    assert "/confirm/" in text_of(question_to(alice.email))


def test_a_running_subscription_is_nobody_s_to_change_by_the_form(dora: VisitorSubscription) -> None:
    make_paper(categories=("cs.CL",))
    ask(categories=[Category.objects.get(slug="cs.CL").pk], time_zone="Asia/Tokyo")
    dora.refresh_from_db()
    assert (dora.time_zone, dora.is_confirmed, dora.categories.count()) == ("UTC", True, 0)


# --- No mail bomb -----------------------------------------------------------------------------


def test_an_address_is_asked_once_a_day_whoever_asks(relay: RelayBehaviour) -> None:
    for number in range(5):
        ask(browser=Client(REMOTE_ADDR=f"192.0.2.{number}"))
        ask("dora+more@elsewhere.example", browser=Client(REMOTE_ADDR=f"192.0.2.{number}"))
        deliver_mail()
    assert relay.recipients == [DORA]


def test_a_network_may_ask_for_so_many_addresses_and_no_more() -> None:
    answers = [ask(f"{number}@elsewhere.example").status_code for number in range(32)]
    assert answers == [302] * 30 + [429] * 2
    assert ask("other@elsewhere.example", browser=Client(REMOTE_ADDR="192.0.2.9")).status_code == 302


def test_whoever_says_no_to_the_question_is_not_asked_again(relay: RelayBehaviour) -> None:
    ask()
    Client().post(link_in(text_of(question_to()), "stop"))
    assert question_to().state == State.SKIPPED
    VisitorSubscription.objects.update(asked_at=Now() - timedelta(days=30))
    forget_unconfirmed()
    Limit.objects.all().delete()
    ask()
    assert deliver_mail() == 0
    assert relay.recipients == []


# --- Confirming -------------------------------------------------------------------------------


def test_a_scanner_that_follows_the_link_confirms_nothing_and_a_press_does(visitors_browser: Client) -> None:
    ask(time_zone="Europe/Berlin")
    path = link_in(text_of(question_to()), "confirm")
    page = visitors_browser.get(path).content.decode()
    assert '<option value="Europe/Berlin" selected>' in page
    assert not VisitorSubscription.objects.active().exists()
    assert "Every Monday, 08:00, to" in page
    VisitorSubscription.objects.update(cadence="daily")
    assert "Every day at 08:00, to" in visitors_browser.get(path).content.decode(), "who comes back keeps their rhythm"
    VisitorSubscription.objects.update(cadence="weekly")
    page = visitors_browser.post(path, {"time_zone": "Asia/Tokyo"}).content.decode()
    assert "The papers will come" in page
    subscription = VisitorSubscription.objects.active().get()
    assert subscription.time_zone == "Asia/Tokyo"
    assert subscription.next_due_at == subscription.due_after(timezone.now())
    assert "The papers will come" in visitors_browser.post(path, {"time_zone": "UTC"}).content.decode()
    subscription.refresh_from_db()
    assert subscription.time_zone == "Asia/Tokyo", "twice is as once"


def test_a_link_works_for_seven_days_for_its_own_address(visitors_browser: Client) -> None:
    ask()
    token = confirm_token(VisitorSubscription.objects.get().pk, DORA)
    foreign = confirm_token(VisitorSubscription.objects.get().pk, "carol@elsewhere.example")
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=5)):
        assert visitors_browser.get(f"/digests/subscribe/confirm/{token}/").status_code == 410
        assert confirm_visitor(token=token, time_zone="UTC") is None
    assert visitors_browser.get(f"/digests/subscribe/confirm/{foreign}/").status_code == 410
    assert visitors_browser.get(f"/digests/subscribe/confirm/{token}/").status_code == 200
    assert visitors_browser.get(f"/digests/subscribe/confirm/{token}x/").status_code == 404
    other_purpose = visitor_token(VisitorSubscription.objects.get().pk)
    assert visitors_browser.get(f"/digests/subscribe/confirm/{other_purpose}/").status_code == 404


def test_what_nobody_confirmed_is_forgotten_after_a_week(dora: VisitorSubscription) -> None:
    ask("late@elsewhere.example")
    ask("new@elsewhere.example")
    VisitorSubscription.objects.exclude(address__startswith="new").update(asked_at=Now() - timedelta(days=8))
    assert forget_unconfirmed() == 1
    assert {row.address for row in VisitorSubscription.objects.all()} == {DORA, "new@elsewhere.example"}


def test_who_made_an_account_meanwhile_cannot_confirm(visitors_browser: Client) -> None:
    ask()
    path = link_in(text_of(question_to()), "confirm")
    make_user("dora", email=DORA)
    assert "You have an account" in visitors_browser.post(path, {"time_zone": "UTC"}).content.decode()
    assert not VisitorSubscription.objects.active().exists()


def test_the_mails_end_where_an_account_begins(dora: VisitorSubscription) -> None:
    make_visitor_digest(dora, make_paper())
    other = make_visitor("other@elsewhere.example")
    unproven = make_user("other", email=other.address)
    unproven.emailaddress_set.update(verified=False)
    make_user("dora", email=DORA)
    assert end_visits_of_readers() == 1
    assert [*VisitorSubscription.objects.all()] == [other]
    assert not Delivery.objects.exists()


def test_who_is_about_to_leave_counts_as_gone(dora: VisitorSubscription) -> None:
    ask_for_deletion(user=make_user("dora", email=DORA))
    assert end_visits_of_readers() == 0


def test_a_question_is_not_sent_once_it_is_answered(relay: RelayBehaviour) -> None:
    ask()
    question = question_to()
    confirm_visitor(token=confirm_token(question.visitor_subscription_id or 0, DORA), time_zone="UTC")
    question.refresh_from_db()
    assert question.state == State.SKIPPED
    again = Delivery.objects.create(
        visitor_subscription_id=question.visitor_subscription_id, address=DORA, message_id=new_message_id("a.b")
    )
    assert not Delivery.objects.permitted().filter(pk=again.pk).exists()
