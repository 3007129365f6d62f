"""Visitors' digests: what trends in what they chose, nothing twice, and a mail that says so."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Admission, HouseRules
from digests import tasks
from digests.actions import compose_visitor_digests, plan_visitor_digests
from digests.actions.requeueing import queue_again
from digests.actions.visitor_digests import Trends, _papers_had_by
from digests.mails import mail_of, writer
from digests.models import Delivery, Digest, VisitorDigest, VisitorSubscription
from digests.signing import read_visitor_token
from papers.actions.removal import delete_papers
from papers.actions.voting import cast_vote
from papers.models import Category, Paper
from papers.search.trending import trending, trending_in
from tests.digests.makers import make_visitor, make_visitor_digest
from tests.digests.relay import RelayBehaviour
from tests.digests.test_mails import Page, part
from tests.factories import make_paper, make_papers, make_user

pytestmark = pytest.mark.django_db
State = Digest.State


def compose() -> list[VisitorDigest]:
    VisitorSubscription.objects.update(next_due_at=Now() - timedelta(minutes=1))
    plan_visitor_digests()
    compose_visitor_digests()
    return list(VisitorDigest.objects.order_by("subscription", "pk"))


def make_upvoted(votes: int, *codes: str, **over: object) -> Paper:
    paper = make_paper(categories=codes or ("cs.LG",), **over)
    for _ in range(votes):
        cast_vote(user=make_user(password=None), paper=paper)
    return paper


def make_last_week() -> None:
    """Move what visitors had already a week back."""
    for digest in VisitorDigest.objects.all():
        VisitorDigest.objects.filter(pk=digest.pk).update(
            period_key=f"2020-W{digest.pk % 50 + 1:02d}", day=digest.day - timedelta(days=7), planned_at=Now() - timedelta(days=7)
        )


# --- What trends ------------------------------------------------------------------------------


def test_the_order_is_that_of_the_front_page_what_nobody_upvoted_last() -> None:
    new, once, often = make_paper(), make_upvoted(1), make_upvoted(3)
    assert trending(10) == [often.pk, once.pk, new.pk]
    assert trending(2) == [often.pk, once.pk]


def test_what_is_long_ago_trends_only_where_it_is_upvoted_again() -> None:
    long_ago = timezone.now() - timedelta(days=60)
    make_paper(first_seen_at=long_ago)
    again = make_paper(first_seen_at=long_ago)
    cast_vote(user=make_user(), paper=again)
    Paper.objects.filter(pk=make_paper().pk).update(is_retracted=True)
    assert trending(10) == [again.pk]


def test_each_category_has_its_own_order() -> None:
    common, small = make_upvoted(3, "cs.LG"), make_upvoted(0, "math.AG")
    both = make_upvoted(1, "cs.LG", "math.AG")
    keys = {category.slug: category.pk for category in Category.objects.all()}
    assert trending_in(keys.values(), 10) == {keys["cs.LG"]: [common.pk, both.pk], keys["math.AG"]: [both.pk, small.pk]}


# --- Composing --------------------------------------------------------------------------------


def test_a_due_visitor_gets_what_trends_in_the_whole_catalogue() -> None:
    once, often = make_upvoted(1, "math.AG"), make_upvoted(2)
    make_visitor()
    [digest] = compose()
    assert (digest.state, digest.content, digest.paper_count) == (State.READY, [often.pk, once.pk], 2)
    mail = digest.deliveries.get()
    assert (mail.address, mail.kind, mail.state) == ("visitor@elsewhere.example", "visitor_digest", "pending")
    assert digest.composed_at


def test_chosen_categories_take_turns_so_that_none_drowns_another() -> None:
    popular = [make_upvoted(2, "cs.LG") for _ in range(11)]
    small, elsewhere = make_upvoted(0, "math.AG"), make_upvoted(5, "q-bio.NC")
    make_visitor("a@b.example", "cs.LG", "math.AG")
    [digest] = compose()
    assert small.pk in digest.content[:2]
    assert len(digest.content) == 10
    assert set(digest.content) <= {small.pk, *(paper.pk for paper in popular)}
    assert elsewhere.pk not in digest.content


def test_no_paper_comes_twice_and_nothing_new_is_skipped_for_a_reason() -> None:
    first = make_paper()
    make_visitor()
    compose()
    make_last_week()
    second = make_paper()
    assert [digest.content for digest in compose() if digest.state == State.READY] == [[first.pk], [second.pk]]
    make_last_week()
    last = next(digest for digest in compose() if digest.state == State.SKIPPED)
    assert last.reason == "nothing trends that was not in an earlier mail"
    assert not last.deliveries.exists()


def test_a_paper_that_trends_again_after_years_does_not_come_again_and_only_what_trends_is_read() -> None:
    again, gone, new = make_upvoted(1), make_upvoted(0), make_upvoted(1)
    Paper.objects.filter(pk__in=[again.pk, gone.pk]).update(first_seen_at=timezone.now() - timedelta(days=900))
    visitor = make_visitor()
    had = make_visitor_digest(visitor, again, gone, period_key="2024-W30", planned_at=timezone.now() - timedelta(days=850))
    assert compose()[-1].content == [new.pk]
    assert _papers_had_by([visitor.pk], Trends().of_any({frozenset()}) - {new.pk}) == {visitor.pk: {again.pk}}
    assert gone.pk in had.content


def test_who_stopped_between_planning_and_composing_gets_none() -> None:
    make_paper()
    visitor = make_visitor()
    plan_visitor_digests()
    VisitorSubscription.objects.filter(pk=visitor.pk).update(is_active=False)
    compose_visitor_digests()
    digest = VisitorDigest.objects.get()
    assert (digest.state, digest.reason) == (State.SKIPPED, "the visitor wants no mail")


def test_closed_doors_skip_what_is_planned() -> None:
    make_paper()
    make_visitor()
    plan_visitor_digests()
    HouseRules.objects.create(pk=1, public_reading=False)
    compose_visitor_digests()
    assert VisitorDigest.objects.get().reason == "the house rules let visitors have no mail"


def test_who_has_not_confirmed_or_has_stopped_is_not_planned() -> None:
    make_visitor("a@b.example", confirmed_at=None)
    make_visitor("b@b.example", is_active=False)
    assert plan_visitor_digests() == 0


def test_last_week_s_mail_still_waiting_gives_way_to_this_week_s() -> None:
    make_paper()
    make_visitor()
    compose()
    make_last_week()
    make_paper()
    compose()
    old, new = Delivery.objects.order_by("pk")
    assert (old.state, new.state) == ("skipped", "pending")
    assert old.reason.startswith("stale")


def test_a_visitor_whom_the_database_refuses_fails_alone() -> None:
    make_paper()
    make_visitor("x" * 60 + "@b.example")
    make_visitor("b@b.example")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE digests_delivery ALTER COLUMN address TYPE varchar(40)")
    bad, good = compose()
    assert (bad.state, good.state) == (State.FAILED, State.READY)
    assert "DataError" in bad.reason
    assert not bad.content
    assert Delivery.objects.get().visitor_digest == good


def test_a_visitor_over_whom_the_choice_stumbles_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    had, choose = make_paper(), Trends.choose
    make_visitor_digest(make_visitor("a@b.example"), had, period_key="2020-W01")
    make_visitor("b@b.example")

    def stumble(trends: Trends, choice: frozenset[int], papers: set[int]) -> list[int]:
        if papers:
            raise ZeroDivisionError("a past without end")
        return choose(trends, choice, papers)

    monkeypatch.setattr(Trends, "choose", stumble)
    bad, good = [digest for digest in compose() if digest.period_key != "2020-W01"]
    assert (bad.state, bad.reason) == (State.FAILED, "ZeroDivisionError: a past without end")
    assert good.state == State.READY


def queries_of_composing(visitors: int) -> int:
    for _ in range(visitors):
        visitor = make_visitor(f"{make_user(password=None).pk}@b.example", "cs.LG", "math.AG")
        make_visitor_digest(visitor, period_key="2020-W01")
    VisitorSubscription.objects.update(next_due_at=Now() - timedelta(minutes=1))
    make_paper(categories=("cs.LG",))
    plan_visitor_digests()
    with CaptureQueriesContext(connection) as queries:
        assert compose_visitor_digests() == visitors
    return len(queries)


def test_composing_for_twelve_takes_as_many_queries_as_for_two() -> None:
    make_paper(categories=("cs.LG", "math.AG"))
    few = queries_of_composing(2)
    VisitorSubscription.objects.all().delete()
    assert queries_of_composing(12) == few


@pytest.mark.django_db(transaction=True)
def test_one_round_of_the_clock_brings_it_to_its_visitor(relay: RelayBehaviour) -> None:
    make_paper()
    make_visitor()
    for task in (tasks.plan, tasks.compose, tasks.deliver):
        task()
    assert relay.recipients == ["visitor@elsewhere.example"]


# --- The mail -----------------------------------------------------------------------------------


@pytest.fixture
def mail() -> Delivery:
    first = make_paper(title="Attention & <memory>", abstract="We ask a question. We answer it.", authors=("Ada Lovelace",))
    visitor = make_visitor("a@b.example", "cs.LG")
    return make_visitor_digest(visitor, first, make_paper(title="Second paper", abstract="")).deliveries.get()


def test_the_subject_says_how_many_and_names_the_first(mail: Delivery) -> None:
    message = mail_of(mail)
    assert message["Subject"] == "2 trending papers: Attention & <memory>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"].startswith("Lectern <trending.")


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_both_parts_tell_all_and_lead_to_public_pages(kind: str, mail: Delivery, settings: Settings) -> None:
    body, digest = part(mail, kind), mail.visitor_digest
    assert digest
    papers = Paper.objects.in_bulk(digest.content).values()
    for words in ("Ada Lovelace", "We ask a question.", "Second paper", "cs.LG", f"{settings.SITE_URL}/accounts/signup/"):
        assert words in body
    for paper in papers:
        assert settings.SITE_URL + paper.get_absolute_url() in body
    assert "/digests/subscribe/preferences/" in body
    assert "/digests/open/" not in body


def test_every_link_is_public_or_signed_for_this_subscription_only(mail: Delivery, settings: Settings) -> None:
    digest = mail.visitor_digest
    assert digest
    signed = [link for link in Page(part(mail, "html")).links if "/digests/" in link]
    assert {read_visitor_token(link.rstrip("/").rpartition("/")[2]) for link in signed} == {digest.subscription_id}
    assert "img" not in Page(part(mail, "html")).tags


def test_where_nobody_may_sign_up_nobody_is_told_to(mail: Delivery) -> None:
    HouseRules.objects.create(pk=1, admission=Admission.INVITED)
    assert "/accounts/signup/" not in part(mail, "plain")


def test_a_paper_that_is_gone_is_left_out(mail: Delivery) -> None:
    delete_papers(papers=Paper.objects.filter(title="Second paper"))
    assert mail_of(mail)["Subject"] == "A trending paper: Attention & <memory>"


def test_twelve_mails_take_as_many_queries_as_two() -> None:
    def queries(count: int) -> int:
        mails = [make_visitor_digest(make_visitor(f"{make_user(password=None).pk}@b.example"), make_paper()) for _ in range(count)]
        deliveries = list(Delivery.objects.filter(visitor_digest__in=mails))
        with CaptureQueriesContext(connection) as captured:
            write = writer(deliveries)
            assert all(write(delivery)["Subject"] for delivery in deliveries)
        return len(captured)

    assert queries(2) == queries(12)


def test_failed_mails_are_queued_again_one_per_digest(mail: Delivery) -> None:
    Delivery.objects.update(state="failed")
    again = Delivery.objects.create(visitor_digest=mail.visitor_digest, address=mail.address, message_id="<x@y>", state="failed")
    question = Delivery.objects.create(
        visitor_subscription=make_visitor("c@b.example"), address="c@b.example", message_id="<q@y>", state="failed"
    )
    assert queue_again(deliveries=Delivery.objects.all()) == 2
    assert set(Delivery.objects.filter(state="pending")) == {again, question}
    Delivery.objects.filter(pk=mail.pk).update(state="failed")
    assert queue_again(deliveries=Delivery.objects.all()) == 0


def test_many_visitors_are_composed_in_batches() -> None:
    make_papers(*[{"categories": ("cs.LG",)}] * 12)
    VisitorSubscription.objects.bulk_create(
        VisitorSubscription(address=f"{number}@b.example", confirmed_at=timezone.now(), next_due_at=timezone.now())
        for number in range(1_100)
    )
    assert all(digest.paper_count == 10 for digest in compose())
    assert Delivery.objects.under_way().count() == 1_100
