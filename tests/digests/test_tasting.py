"""The picture of a reader's taste, and what the reader's own word on it changes."""

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from digests import actions
from digests.actions.tasting import DRAWING
from digests.models import CategoryQuota, Digest, LeftOut, Taste
from digests.recommender import Quota
from papers.actions.interests import set_interests
from papers.actions.reading import set_state
from papers.actions.voting import cast_vote
from tests.digests.test_composing import SPEECH, make_graph_paper, save
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def picture_of(user: User) -> Taste:
    actions.ask_for_picture(user=user)
    assert actions.draw_pictures() == 1
    return Taste.objects.get(user=user)


def previewed(user: User) -> list[int]:
    return [entry["paper"] for entry in picture_of(user).preview]


def test_a_picture_holds_what_one_reads_about_and_the_next_digest(alice: User) -> None:
    mine, upvoted, new = make_graph_paper("My graphs"), make_graph_paper("Their graphs"), make_graph_paper("New graphs")
    make_paper(title="Talk", abstract=SPEECH)
    save(alice, mine)
    cast_vote(user=alice, paper=upvoted)
    set_interests(user=alice, kind="keyword", values=["molecules"])
    taste = picture_of(alice)
    [topic] = taste.topics
    assert topic["name"] == "graphs"
    assert topic["share"] == 1.0
    assert {entry["paper"]: entry["kind"] for entry in topic["papers"]} == {mine.pk: "saved", upvoted.pk: "upvoted"}
    assert [entry["paper"] for entry in taste.preview] == [new.pk]
    assert taste.preview[0]["reason"]["kind"].startswith("because_")
    assert not taste.is_being_made
    assert not Digest.objects.exists()


def test_many_papers_are_sorted_into_topics_by_their_weight(alice: User) -> None:
    for word in ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "theta", "kappa"):
        save(alice, make_graph_paper(f"Graph networks {word}"))
    for word in ("red", "green", "blue", "white", "black", "brown"):
        cast_vote(user=alice, paper=make_paper(title=f"Speech recognition {word}", abstract=SPEECH))
    first, second = picture_of(alice).topics
    assert ("graph" in first["name"], "speech" in second["name"]) == (True, True)
    assert first["share"] == pytest.approx(8 / 14, abs=0.01)
    assert len(first["papers"]) == 8


def test_nothing_is_drawn_that_nobody_asked_for(alice: User) -> None:
    actions.taste_of(user=alice)
    assert actions.draw_pictures() == 0


def test_an_empty_reader_has_an_empty_picture(alice: User) -> None:
    taste = picture_of(alice)
    assert (taste.topics, taste.preview, taste.problem) == ([], [], "")


def test_what_a_change_did_can_be_seen(alice: User) -> None:
    save(alice, make_graph_paper("My graphs"))
    first, second = make_graph_paper("One of graphs"), make_graph_paper("Two of graphs")
    assert set(previewed(alice)) == {first.pk, second.pk}
    set_state(user=alice, paper=first, state="dismissed")
    taste = picture_of(alice)
    assert first.pk not in {entry["paper"] for entry in taste.preview}
    assert {entry["paper"] for entry in taste.before} == {first.pk, second.pk}


def test_reset_pause_and_leaving_out_are_drawn_and_can_be_taken_back(alice: User) -> None:
    mine = make_graph_paper("My graphs")
    save(alice, mine)

    def papers() -> list[int]:
        assert actions.draw_pictures() == 1
        return [entry["paper"] for topic in Taste.objects.get(user=alice).topics for entry in topic["papers"]]

    actions.reset_taste(user=alice)
    assert papers() == []
    actions.take_back_reset(user=alice)
    assert papers() == [mine.pk]
    actions.pause_taste(user=alice)
    paused_at = Taste.objects.get(user=alice).paused_at
    later = make_graph_paper("Later graphs")
    save(alice, later)
    assert papers() == [mine.pk]
    actions.pause_taste(user=alice)
    assert Taste.objects.get(user=alice).paused_at == paused_at
    actions.end_pause(user=alice)
    assert set(papers()) == {mine.pk, later.pk}
    assert actions.leave_out(user=alice, papers=[mine.pk, mine.pk, 999_999]) == 1
    assert actions.leave_out(user=alice, papers=[mine.pk]) == 0
    assert papers() == [later.pk]
    actions.take_in_again(user=alice, papers=[mine.pk])
    assert set(papers()) == {mine.pk, later.pk}
    assert not LeftOut.objects.exists()


def test_what_is_asked_for_while_a_picture_is_drawn_is_drawn_again(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from digests.actions import tasting

    asked: list[int] = []

    def draw(*given: object) -> object:
        if not asked:
            asked.append(1)
            actions.leave_out(user=alice, papers=[])
        return drawn(*given)  # type: ignore[arg-type]

    drawn = tasting.draw
    monkeypatch.setattr(tasting, "draw", draw)
    actions.ask_for_picture(user=alice)
    assert actions.draw_pictures() == 2
    assert not Taste.objects.get(user=alice).is_being_made


def test_a_picture_that_fails_says_so_and_stops_no_other(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from digests.actions import tasting

    def draw(recommender: object, reader: object, limit: int) -> object:
        if limit == 7:
            raise ZeroDivisionError("a taste without end")
        return drawn(recommender, reader, limit)  # type: ignore[arg-type]

    drawn = tasting.draw
    monkeypatch.setattr(tasting, "draw", draw)
    actions.change_subscription(subscription=actions.subscription_of(user=alice), paper_limit=7)
    for user in (alice, bob):
        actions.ask_for_picture(user=user)
    assert actions.draw_pictures() == 2
    assert Taste.objects.get(user=alice).problem == "ZeroDivisionError: a taste without end"
    assert (Taste.objects.get(user=bob).problem, Taste.objects.get(user=bob).made_at is None) == ("", False)


def test_quotas_are_replaced_and_bad_ones_refused(alice: User) -> None:
    actions.set_quotas(user=alice, quotas={"cs.CL": Quota(2, 4), "cs.LG": Quota(), "cs.RO": Quota(at_most=0)})
    assert set(CategoryQuota.objects.values_list("category", "at_least", "at_most")) == {("cs.CL", 2, 4), ("cs.RO", 0, 0)}
    actions.set_quotas(user=alice, quotas={"cs.CL": Quota(1)})
    assert list(CategoryQuota.objects.values_list("category", "at_least", "at_most")) == [("cs.CL", 1, None)]
    with pytest.raises(ValueError, match="at most"):
        actions.set_quotas(user=alice, quotas={"cs.CL": Quota(3, 2)})
    with pytest.raises(ValueError, match="at most"):
        actions.set_quotas(user=alice, quotas={f"c{number}": Quota(1) for number in range(21)})
    assert CategoryQuota.objects.count() == 1


def test_a_moment_counts_between_a_reset_and_a_pause() -> None:
    now = timezone.now()
    taste = Taste(since=now, paused_at=now)
    assert taste.counts(now)
    assert not taste.counts(now.replace(year=2000))
    assert not taste.counts(now.replace(year=2200))
    assert Taste().counts(now)


def test_the_sixty_first_look_within_an_hour_draws_nothing_and_a_change_still_does(alice: User) -> None:
    for _ in range(60):
        actions.look_at_taste(user=alice)
        Taste.objects.update(asked_at=None)
    actions.look_at_taste(user=alice)
    assert not Taste.objects.asked().exists()
    actions.pause_taste(user=alice)
    assert Taste.objects.asked().exists()


def test_looking_again_leaves_what_the_last_change_did_in_sight(alice: User) -> None:
    save(alice, make_graph_paper("My graphs"))
    gone, stays = make_graph_paper("One of graphs"), make_graph_paper("Two of graphs")
    picture_of(alice)
    set_state(user=alice, paper=gone, state="dismissed")
    picture_of(alice)
    taste = picture_of(alice)
    assert [entry["paper"] for entry in taste.preview] == [stays.pk]
    assert {entry["paper"] for entry in taste.before} == {gone.pk, stays.pk}


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_draw_at_once(alice: User) -> None:
    actions.ask_for_picture(user=alice)
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [DRAWING])
        assert actions.draw_pictures() == 0
        other.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [DRAWING])
    assert actions.draw_pictures() == 1
