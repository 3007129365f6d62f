"""Which of a reader's doings shape the digest: what is kept, written about, opened, not wanted, and what the teams do."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Team, User
from digests.actions import subscription_of
from digests.actions.training import model_in_use
from digests.compose import load_readers, load_recommender
from digests.models import CategoryQuota, DigestPaper, LeftOut, Subscription, Taste
from digests.reasons import name_reasons, reason_text
from digests.recommender import BARS, Quota, Reader
from papers.actions.claiming import claim_author, settle_claim
from papers.actions.commenting import delete_comment, write_comment
from papers.actions.interests import set_interests
from papers.actions.lists import add_paper, create_list, saved_list
from papers.actions.notes import write_note
from papers.actions.reading import set_state
from papers.actions.voting import cast_vote
from papers.models import Citation, CitationRecord, ListItem, ReadingState, Vote
from tests.digests.makers import make_digest
from tests.digests.test_composing import compose_for, make_graph_paper, papers_in, save
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db


def reader_of(user: User) -> Reader:
    return load_readers(load_recommender(model_in_use()), [user.pk])[user.pk]


def kinds_of(user: User) -> dict[int, str]:
    return reader_of(user).kinds


def test_every_doing_tells_something_and_the_strongest_names_it(alice: User, bob: User, graph_lab: Team) -> None:
    saved, noted, upvoted, read, waiting, opened, kept, said = (make_paper() for _ in range(8))
    save(alice, saved)
    cast_vote(user=alice, paper=saved)
    team_list = create_list(owner=graph_lab.namespace, title="Reading group")
    for paper in (noted, kept):
        add_paper(reading_list=team_list, paper=paper, user=bob)
    write_note(item=ListItem.objects.get(paper=noted), note="Read section 3", user=alice)
    write_comment(author=alice, paper=said, text="Is the proof of lemma 2 complete?")
    cast_vote(user=alice, paper=upvoted)
    set_state(user=alice, paper=read, state="read")
    set_state(user=alice, paper=waiting, state="to_read")
    make_digest(alice, opened)
    DigestPaper.objects.update(opened_at=Now())
    assert kinds_of(alice) == {
        saved.pk: "saved",
        noted.pk: "noted",
        said.pk: "noted",
        upvoted.pk: "upvoted",
        read.pk: "read",
        waiting.pk: "to_read",
        opened.pk: "opened",
        kept.pk: "team",
    }


def test_a_comment_that_was_taken_back_tells_nothing(alice: User) -> None:
    delete_comment(comment=write_comment(author=alice, paper=make_paper(), text="Never mind"))
    assert kinds_of(alice) == {}


def test_what_was_done_long_ago_says_less(alice: User) -> None:
    old, new = make_paper(), make_paper()
    for paper in (old, new):
        cast_vote(user=alice, paper=paper)
    Vote.objects.filter(paper=old).update(created_at=timezone.now() - timedelta(days=365))
    assert reader_of(alice).weights == pytest.approx({new.pk: 1.0, old.pk: 0.5}, abs=0.01)


def test_a_dismissed_paper_keeps_its_likes_away(alice: User) -> None:
    mine, disliked = make_graph_paper("My graphs"), make_graph_paper("Graphs of molecules, once more")
    save(alice, mine)
    set_state(user=alice, paper=disliked, state="dismissed")
    ReadingState.objects.update(changed_at=timezone.now() - timedelta(days=3))
    reader = reader_of(alice)
    assert reader.dismissed == {disliked.pk: pytest.approx(3, abs=0.01)}
    assert disliked.pk not in reader.weights


def test_one_s_own_papers_are_no_news(alice: User) -> None:
    hers, other = make_paper(authors=("Alice Liddell",)), make_paper(authors=("Bob",))
    claim = claim_author(user=alice, author=hers.authors.get())
    assert set(papers_in(compose_for(alice))) == {hers, other}
    DigestPaper.objects.all().delete()
    settle_claim(claim=claim, by=make_user(password=None), is_true=True)
    assert hers.pk in reader_of(alice).known
    assert other.pk not in reader_of(alice).known


def test_words_that_must_and_must_not_be_mentioned(alice: User) -> None:
    wanted = make_graph_paper("Graphs of proteins")
    make_graph_paper("Graphs of proteins and quantum walks")
    make_graph_paper("Graphs of roads")
    set_interests(user=alice, kind="must", values=["protein"])
    set_interests(user=alice, kind="never", values=["quantum"])
    assert papers_in(compose_for(alice)) == [wanted]


def test_two_people_of_a_team_bring_a_paper_and_are_counted(alice: User, bob: User, graph_lab: Team) -> None:
    save(alice, make_graph_paper("My graphs"))
    liked, by_one = make_paper(), make_paper()
    for voter in (bob, carol := make_user("carol")):
        if voter == carol:
            graph_lab.members.add(carol)
        cast_vote(user=voter, paper=liked)
    cast_vote(user=bob, paper=by_one)
    entries = list(compose_for(alice).entries.all())
    name_reasons(entries, reader=alice)
    assert {entry.paper: reason_text(entry.reason) for entry in entries}[liked] == f"2 people in {graph_lab.title} upvoted it"
    assert set(reader_of(alice).followed) == {liked.pk}
    User.objects.filter(pk=bob.pk).update(shows_votes=False)
    assert reader_of(alice).followed == {}


def test_who_left_a_team_is_told_no_name(bob: User, graph_lab: Team) -> None:
    carol = make_user("carol")
    graph_lab.members.add(carol)
    team_list = create_list(owner=graph_lab.namespace, title="Secret plans")
    add_paper(reading_list=team_list, paper=make_paper(), user=bob)
    (entry,) = compose_for(carol).entries.all()
    graph_lab.members.remove(carol)
    name_reasons([entry], reader=carol)
    assert reason_text(entry.reason) == "From a team of yours"


def test_a_reset_a_pause_and_a_paper_left_out_change_what_tells(alice: User) -> None:
    first, second, third = (make_paper() for _ in range(3))
    for days, paper in ((30, first), (20, second), (10, third)):
        cast_vote(user=alice, paper=paper)
        Vote.objects.filter(paper=paper).update(created_at=timezone.now() - timedelta(days=days))
    assert set(kinds_of(alice)) == {first.pk, second.pk, third.pk}
    taste = Taste.objects.create(user=alice, since=timezone.now() - timedelta(days=25))
    assert set(kinds_of(alice)) == {second.pk, third.pk}
    Taste.objects.filter(pk=taste.pk).update(paused_at=timezone.now() - timedelta(days=15))
    assert set(kinds_of(alice)) == {second.pk}
    LeftOut.objects.create(user=alice, paper=second)
    reader = reader_of(alice)
    assert reader.kinds == {}
    assert {first.pk, second.pk, third.pk} <= set(reader.known)


def test_settings_reach_the_recommender(alice: User) -> None:
    assert (reader_of(alice).bar, reader_of(alice).surprise) == (BARS["usual"], True)
    Subscription.objects.filter(pk=subscription_of(user=alice).pk).update(choosiness="strict", has_surprise=False)
    CategoryQuota.objects.create(user=alice, category="cs.CL", at_least=2, at_most=5)
    reader = reader_of(alice)
    assert (reader.bar, reader.surprise, reader.quotas) == (BARS["strict"], False, {"cs.CL": Quota(2, 5)})


def test_changed_keywords_are_read_anew_by_the_same_recommender(alice: User) -> None:
    make_graph_paper("Graphs")
    recommender = load_recommender(model_in_use())
    for words in ("molecules", "spectrograms"):
        set_interests(user=alice, kind="keyword", values=[words])
        load_readers(recommender, [alice.pk])
        assert recommender.memory.papers[-alice.pk].title == words


def test_a_saved_paper_of_the_default_list_is_saved(alice: User) -> None:
    paper = make_paper()
    add_paper(reading_list=saved_list(user=alice), paper=paper, user=alice)
    assert kinds_of(alice) == {paper.pk: "saved"}


def test_what_cites_a_paper_of_one_s_own_is_raised_and_says_so(alice: User) -> None:
    mine, citing, other = make_graph_paper("My graphs"), make_paper(title="A survey"), make_graph_paper("Other graphs")
    cast_vote(user=alice, paper=mine)
    CitationRecord.objects.create(paper=mine, work=77, next_at=timezone.now())
    Citation.objects.create(paper=citing, work=77)
    assert reader_of(alice).citing == {citing.pk: mine.pk}
    first, second = compose_for(alice).entries.all()
    assert (first.paper, second.paper) == (citing, other)
    assert reason_text(first.reason) == "Cites “My graphs”, which you keep"


def test_what_is_ruled_out_tells_nothing_more_whatever_was_done_with_it(alice: User) -> None:
    paper = make_paper()
    save(alice, paper)
    cast_vote(user=alice, paper=paper)
    make_digest(alice, paper)
    DigestPaper.objects.update(opened_at=Now())
    set_state(user=alice, paper=paper, state="dismissed")
    reader = reader_of(alice)
    assert reader.kinds == {}
    assert set(reader.dismissed) == {paper.pk}


def test_a_reset_and_a_pause_hold_for_what_is_ruled_out_too(alice: User) -> None:
    paper = make_paper()
    set_state(user=alice, paper=paper, state="dismissed")
    taste = Taste.objects.create(user=alice, since=timezone.now())
    assert (reader_of(alice).dismissed, paper.pk in reader_of(alice).known) == ({}, True)
    Taste.objects.filter(pk=taste.pk).update(since=None, paused_at=timezone.now() - timedelta(days=1))
    assert (reader_of(alice).dismissed, paper.pk in reader_of(alice).known) == ({}, True)


def test_a_paper_named_as_an_interest_can_be_left_out(alice: User) -> None:
    named = make_paper(arxiv_id="1706.03762")
    set_interests(user=alice, kind="paper", values=["1706.03762"])
    assert kinds_of(alice) == {named.pk: "named"}
    LeftOut.objects.create(user=alice, paper=named)
    assert kinds_of(alice) == {}


def test_what_teams_keep_does_not_crowd_out_what_a_reader_keeps(
    alice: User, bob: User, graph_lab: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digests.compose.MOST_OWN", 2)
    monkeypatch.setattr("digests.compose.MOST_FAINT", 1)
    mine, theirs = [make_paper() for _ in range(3)], [make_paper() for _ in range(3)]
    for paper in mine:
        save(alice, paper)
    team_list = create_list(owner=graph_lab.namespace, title="Reading group")
    for paper in theirs:
        add_paper(reading_list=team_list, paper=paper, user=bob)
    kinds = kinds_of(alice)
    assert sorted(kinds.values()) == ["saved", "saved", "team"]
    assert set(kinds) <= {paper.pk for paper in mine + theirs}
