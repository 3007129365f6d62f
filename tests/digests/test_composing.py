"""Composing: the right papers, frozen once; an empty digest is skipped, a bad one fails alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Team, User
from digests.actions import (
    AskedTooOften,
    change_subscription,
    compose_digests,
    plan_digests,
    plan_now,
    send_now,
    subscription_of,
    unsubscribe,
)
from digests.actions.composing import _choose, _write
from digests.actions.training import train_model
from digests.models import Delivery, Digest, DigestPaper, Subscription
from digests.reasons import name_reasons, reason_text
from digests.recommender import Candidate, Model, Reader, Recommendation, Recommender
from digests.signing import unsubscribe_token
from papers.actions.following import follow
from papers.actions.indexing import index_papers
from papers.actions.interests import set_interests
from papers.actions.lists import add_paper, create_list, saved_list
from papers.actions.reading import clear_state, set_state
from papers.actions.voting import cast_vote
from papers.models import Author, Paper
from tests.digests.makers import make_digest, make_due, make_mail, sent_now
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db
GRAPHS = "Graph neural networks pass messages between the nodes of molecules"
SPEECH = "Speech recognition turns audio spectrograms into transcribed words"
State = Digest.State


def make_graph_paper(title: str, **over: object) -> Paper:
    return make_paper(title=title, abstract=GRAPHS, **over)


def save(user: User, paper: Paper) -> None:
    add_paper(reading_list=saved_list(user=user), paper=paper, user=user)


def compose_for(user: User) -> Digest:
    make_due(user)
    plan_digests()
    compose_digests()
    return Digest.objects.newest().filter(subscription__user=user)[0]


def papers_in(digest: Digest) -> list[Paper]:
    return [entry.paper for entry in digest.entries.select_related("paper")]


def test_a_digest_holds_new_papers_like_the_reader_s_own_with_a_true_reason(alice: User) -> None:
    mine, new = make_graph_paper("My graphs"), make_graph_paper("New graphs")
    make_paper(title="Talk", abstract=SPEECH)
    save(alice, mine)
    digest = compose_for(alice)
    assert digest.state == State.READY
    assert papers_in(digest) == [new]
    assert digest.entries.all()[0].reason == {"kind": "because_saved", "title": "My graphs", "paper": mine.pk}
    assert [entry.position for entry in digest.entries.all()] == [1]


def test_a_ready_digest_has_one_mail_to_its_reader_s_address(alice: User) -> None:
    make_paper()
    mail = Delivery.objects.get(digest=compose_for(alice))
    assert (mail.address, mail.state, mail.on_request) == (alice.email, Delivery.State.PENDING, False)


def test_a_paper_voted_for_counts_as_had_and_as_taste(alice: User) -> None:
    mine, new = make_graph_paper("My graphs"), make_graph_paper("New graphs")
    cast_vote(user=alice, paper=mine)
    digest = compose_for(alice)
    assert papers_in(digest) == [new]
    assert digest.entries.get().reason["kind"] == "because_upvoted"


def test_what_the_reader_put_into_a_team_s_list_is_known_and_what_others_put_there_is_news(alice: User, bob: User, graph_lab: Team) -> None:
    hers, his = make_graph_paper("Hers"), make_graph_paper("His")
    shared = create_list(owner=graph_lab.namespace, title="Reading group")
    add_paper(reading_list=shared, paper=hers, user=alice)
    add_paper(reading_list=shared, paper=his, user=bob)
    digest = compose_for(alice)
    assert papers_in(digest) == [his]
    name_reasons(entries := list(digest.entries.all()), reader=alice)
    assert reason_text(entries[0].reason) == "Added to your team’s “Reading group”"


def test_no_paper_is_sent_twice(alice: User) -> None:
    old, new = make_paper(), make_paper()
    make_digest(alice, old, period_key="2020-W01")
    assert papers_in(compose_for(alice)) == [new]


def test_only_what_the_catalogue_first_saw_in_the_last_four_weeks_is_news(alice: User) -> None:
    make_paper(first_seen_at=timezone.now() - timedelta(days=29))
    new = make_paper(first_seen_at=timezone.now() - timedelta(days=27), published=date(1999, 1, 1))
    assert papers_in(compose_for(alice)) == [new]


def test_old_papers_of_one_s_own_still_say_what_one_likes(alice: User) -> None:
    mine = make_graph_paper("My graphs", first_seen_at=timezone.now() - timedelta(days=400))
    make_paper(title="Talk", abstract=SPEECH)
    new = make_graph_paper("New graphs")
    save(alice, mine)
    assert papers_in(compose_for(alice))[0] == new


@pytest.mark.parametrize("state", ["dismissed", "read", "reading", "to_read"])
def test_what_a_reader_said_anything_of_is_not_news_until_it_is_taken_back(alice: User, state: str) -> None:
    mine, settled, new = make_graph_paper("My graphs"), make_graph_paper("Settled graphs"), make_graph_paper("New graphs")
    save(alice, mine)
    set_state(user=alice, paper=settled, state=state)
    assert papers_in(compose_for(alice)) == [new]
    Digest.objects.all().delete()
    clear_state(user=alice, paper=settled)
    assert papers_in(compose_for(alice)) == [new, settled]


def test_a_dismissed_paper_stays_away_even_where_a_saved_search_finds_it(alice: User) -> None:
    dismissed, new = make_graph_paper("Graphs of old"), make_graph_paper("Graphs of now")
    index_papers()
    set_interests(user=alice, kind="search", values=["graphs"])
    set_state(user=alice, paper=dismissed, state="dismissed")
    assert papers_in(compose_for(alice)) == [new]


def test_the_reader_s_limit_is_kept(alice: User) -> None:
    for _ in range(5):
        make_paper()
    Subscription.objects.filter(pk=subscription_of(user=alice).pk).update(paper_limit=3)
    assert len(papers_in(compose_for(alice))) == 3


def test_without_anything_new_the_digest_is_skipped_and_says_why(alice: User) -> None:
    digest = compose_for(alice)
    assert (digest.state, digest.reason) == (State.SKIPPED, "no new papers")
    assert not Delivery.objects.exists()


def test_who_opted_out_between_planning_and_composing_gets_none(alice: User) -> None:
    make_paper()
    subscription = make_due(alice)
    plan_digests()
    unsubscribe(token=unsubscribe_token(subscription.pk))
    compose_digests()
    assert Digest.objects.get().state == State.SKIPPED
    assert not Delivery.objects.exists()


def test_a_digest_of_an_old_week_gives_way_to_the_new_one(alice: User) -> None:
    make_paper()
    old = make_digest(alice, state=State.PLANNED, period_key="2020-W01")
    digest = compose_for(alice)
    old.refresh_from_db()
    assert (old.state, old.reason.partition(":")[0]) == (State.SKIPPED, "stale")
    assert digest.state == State.READY


def test_last_week_s_mail_still_waiting_gives_way_to_this_week_s(alice: User) -> None:
    waiting = make_mail(alice, digest=make_digest(alice, period_key="2020-W01"))
    make_paper()
    compose_for(alice)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason.partition(":")[0]) == (Delivery.State.SKIPPED, "stale")
    assert Delivery.objects.to_send().count() == 1


def test_a_reader_whom_the_database_refuses_fails_alone(alice: User, bob: User) -> None:
    make_paper()
    for reader in (alice, bob):
        make_due(reader)
    User.objects.filter(pk=alice.pk).update(email="x" * 250)  # longer than a mail's address may be
    plan_digests()
    with connection.cursor() as cursor:  # as a later, narrower column would
        cursor.execute("ALTER TABLE digests_delivery ALTER COLUMN address TYPE varchar(200)")
    assert compose_digests() == 2
    hers, his = (Digest.objects.get(subscription__user=reader) for reader in (alice, bob))
    assert hers.state == State.FAILED
    assert "DataError" in hers.reason
    assert his.state == State.READY
    assert not hers.entries.exists()


class Stumbling(Recommender):
    """Stumbles over one reader's history, as a fault of ours might."""

    def choose(self, reader: Reader, scores: np.ndarray, limit: int) -> list[Recommendation]:
        if reader.had:
            raise ZeroDivisionError("a history without end")
        return super().choose(reader, scores, limit)


def test_a_reader_over_whom_the_recommender_stumbles_fails_alone(alice: User, bob: User, caplog: pytest.LogCaptureFixture) -> None:
    save(alice, make_paper())
    for reader in (alice, bob):
        make_due(reader)
    plan_digests()
    paper = make_paper()
    with transaction.atomic():
        chosen = _choose(
            Digest.objects.planned().select_related("subscription__user"),
            Stumbling(Model.train([], []), [Candidate(id=paper.pk, title=paper.title)]),
        )
        _write(*chosen)
    hers, his = (Digest.objects.get(subscription__user=reader) for reader in (alice, bob))
    assert (hers.state, hers.reason) == (State.FAILED, "ZeroDivisionError: a history without end")
    assert his.state == State.READY
    assert "Traceback" in caplog.text


def queries_of_composing(readers: int) -> int:
    for _ in range(readers):
        reader, other = make_user(password=None), make_user(password=None)
        followed = create_list(owner=other.namespace, title="Followed", visibility="public")
        for target in (Author.objects.earliest("pk"), other.namespace, followed):
            follow(user=reader, target=target)
        add_paper(reading_list=followed, paper=make_graph_paper(f"Listed {reader.pk}"), user=other)
        cast_vote(user=other, paper=make_graph_paper(f"Upvoted {reader.pk}"))
        save(reader, make_graph_paper(f"Owned {reader.pk}"))
        make_due(reader)
    plan_digests()
    train_model()
    with CaptureQueriesContext(connection) as queries:
        assert compose_digests() == readers
    assert Digest.objects.filter(state=State.READY).count() >= readers
    return len(queries)


def test_composing_for_twelve_readers_takes_as_many_queries_as_for_two() -> None:
    for number in range(4):
        make_graph_paper(f"New {number}")
    assert queries_of_composing(2) == queries_of_composing(12)


@pytest.mark.django_db(transaction=True)
def test_three_composers_at_once_freeze_each_digest_once() -> None:
    make_paper()
    for _ in range(9):
        make_due(make_user(password=None))
    plan_digests()

    def compose(_number: int) -> int:
        try:
            return compose_digests()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(compose, range(3))) == 9
    assert Digest.objects.filter(state=State.READY).count() == 9
    assert DigestPaper.objects.count() == Delivery.objects.count() == 9


class TestSendNow:
    def test_it_composes_this_week_and_queues_one_mail(self, alice: User) -> None:
        make_paper()
        digest = sent_now(alice)
        assert digest.state == State.READY
        assert digest.deliveries.get().on_request

    def test_it_only_plans_and_a_worker_composes(self, alice: User) -> None:
        make_paper()
        assert send_now(user=alice).state == State.PLANNED
        assert send_now(user=alice).state == State.PLANNED
        assert not Delivery.objects.exists()
        assert compose_digests() == 1
        assert Digest.objects.get().state == State.READY

    def test_pressing_twice_while_the_mail_waits_makes_no_second_one(self, alice: User) -> None:
        make_paper()
        assert sent_now(alice) == sent_now(alice)
        assert Delivery.objects.count() == 1

    def test_after_it_was_sent_the_same_content_goes_out_again(self, alice: User) -> None:
        make_paper()
        first = papers_in(sent_now(alice))
        Delivery.objects.update(state=Delivery.State.SENT)
        make_paper()
        assert papers_in(sent_now(alice)) == first
        assert Delivery.objects.to_send().count() == 1
        assert len(set(Delivery.objects.values_list("message_id", flat=True))) == 2

    def test_the_weekly_hour_then_sends_no_second_one(self, alice: User) -> None:
        make_paper()
        sent_now(alice)
        digests = Digest.objects.count()
        make_due(alice, weekday=timezone.now().weekday(), hour=timezone.now().hour)
        plan_digests()
        compose_digests()
        assert Digest.objects.count() == digests
        assert Delivery.objects.count() == 1

    def test_a_skipped_week_is_composed_anew(self, alice: User) -> None:
        assert sent_now(alice).state == State.SKIPPED
        paper = make_paper()
        digest = sent_now(alice)
        assert (digest.state, digest.reason) == (State.READY, "")
        assert papers_in(digest) == [paper]

    def test_a_reader_without_the_weekly_mail_may_still_ask_for_one(self, alice: User) -> None:
        make_paper()
        unsubscribe(token=unsubscribe_token(subscription_of(user=alice).pk))
        assert sent_now(alice).state == State.READY
        assert Delivery.objects.to_send().permitted().count() == 1

    def test_the_next_one_is_promised_for_the_week_after(self, alice: User) -> None:
        make_paper()
        digest = sent_now(alice)
        subscription = subscription_of(user=alice)
        assert subscription.next_period() != digest.period_key
        change_subscription(subscription=subscription, weekday=6, hour=23)
        assert subscription.next_period() != digest.period_key

    def test_a_week_that_was_skipped_then_is_made_at_its_hour(self, alice: User) -> None:
        assert sent_now(alice).state == State.SKIPPED
        make_paper()
        make_due(alice, weekday=timezone.now().weekday(), hour=timezone.now().hour)
        plan_digests()
        compose_digests()
        assert Digest.objects.get().state == State.READY

    def test_the_seventh_mail_within_an_hour_is_refused(self, alice: User) -> None:
        make_paper()
        for _number in range(6):
            sent_now(alice)
            Delivery.objects.update(state=Delivery.State.SENT)
        with pytest.raises(AskedTooOften):
            send_now(user=alice)
        assert Delivery.objects.count() == 6


def test_a_digest_that_was_sent_early_to_everybody_is_not_promised_again(alice: User) -> None:
    make_paper()
    subscription = subscription_of(user=alice)
    plan_now()
    compose_digests()
    subscription.refresh_from_db()
    assert subscription.next_period() != Digest.objects.get().period_key


def test_readers_are_told_of_a_fault_in_plain_words(alice: User) -> None:
    digest = Digest(state=State.FAILED, reason="KeyError: 'secret detail'")
    assert "secret" not in digest.reason_for_reader
