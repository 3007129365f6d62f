"""Comments: who reads and writes them, who hears of them, exact counters, and nothing written over unseen."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import Http404
from django.utils import timezone

from accounts.actions.deleting import ask_for_deletion, erase_due_people
from accounts.actions.memberships import Refused, remove_member
from accounts.actions.naming import rename_holder
from accounts.actions.notices import change_ways
from accounts.events import Topic, Way
from accounts.models import Event, Notice, Team, User
from papers.actions.commenting import IN_MINUTES, Outdated, TooMany, change_comment, delete_comment, write_comment
from papers.actions.lists import add_paper, create_list
from papers.actions.merging import merge_papers
from papers.actions.moderating import dismiss_reports, hide_comment, report_comment, restore_comment, warn_author
from papers.actions.watching import stop_watching, watch
from papers.models import Comment, CommentEdit, CommentReport, ListItem, Mention, Paper, PaperStats, Watch
from tests.factories import make_paper, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper(title=r"Bounds of $\alpha$")


@pytest.fixture
def item(graph_lab: Team, alice: User, paper: Paper) -> ListItem:
    """A place in a list of alice's and bob's team."""
    shelf = create_list(owner=graph_lab.namespace, title="Seminar", user=alice)
    return add_paper(reading_list=shelf, paper=paper, user=alice)[0]


def say(author: User, paper: Paper, text: str = "So it is.", **over: object) -> Comment:
    return write_comment(author=author, paper=paper, text=text, **over)  # type: ignore[arg-type]


def count(paper: Paper) -> int:
    return PaperStats.objects.get(paper=paper).comment_count


def told(reader: User) -> list[str]:
    return [notice.event.kind for notice in Notice.objects.filter(user=reader).select_related("event").order_by("pk")]


# --- Who reads ------------------------------------------------------------------------------


def test_what_is_said_about_a_paper_is_for_everybody(alice: User, carol: User, paper: Paper) -> None:
    comment = say(alice, paper)
    assert Comment.objects.visible_to(carol).get() == comment
    assert count(paper) == 1


def test_what_is_said_about_a_teams_item_is_for_the_team_only(alice: User, bob: User, carol: User, admin: User, item: ListItem) -> None:
    say(alice, item.paper, item=item)
    assert Comment.objects.visible_to(bob).count() == 1
    assert Comment.objects.visible_to(carol).count() == Comment.objects.visible_to(admin).count() == 0
    assert count(item.paper) == 0
    remove_member(membership=item.reading_list.owner.team.memberships.get(user=bob), actor=alice)
    assert not Comment.objects.visible_to(bob).exists()


def test_the_comments_of_an_item_are_none_of_the_papers(alice: User, item: ListItem) -> None:
    inside, outside = say(alice, item.paper, "inside", item=item), say(alice, item.paper, "outside")
    assert Comment.objects.of(item.paper).get() == outside
    assert Comment.objects.of(item.paper, item).get() == inside


# --- Writing --------------------------------------------------------------------------------


def test_answers_stand_in_the_thread_that_they_answer(alice: User, bob: User, paper: Paper) -> None:
    opening = say(alice, paper)
    answer = say(bob, paper, "Why?", parent=opening)
    deeper = say(alice, paper, "Because.", parent=answer)
    assert (answer.thread, answer.parent) == (opening, opening)
    assert (deeper.thread, deeper.parent) == (opening, answer)
    assert deeper.get_absolute_url() == f"/comments/{opening.pk}/?from={deeper.pk}#comment-{deeper.pk}"
    assert list(Comment.objects.of(paper).openings()) == [opening]


def test_the_same_words_sent_twice_are_one_comment(alice: User, paper: Paper) -> None:
    assert say(alice, paper, "Hm.\r\n\r\nYes. ") == say(alice, paper, "Hm.\n\nYes.")
    assert count(paper) == Comment.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        say(alice, paper, "Hm.\n\nYes.")
    assert count(paper) == 2


def test_what_is_gone_cannot_be_answered(alice: User, bob: User, paper: Paper, item: ListItem) -> None:
    gone = say(alice, paper)
    delete_comment(comment=gone)
    with pytest.raises(Refused, match="gone"):
        say(bob, paper, "Why?", parent=gone)
    Paper.objects.get(pk=paper.pk).delete()
    with pytest.raises(Http404):
        say(bob, paper)
    with pytest.raises(Http404):
        say(bob, paper, item=item)


def test_a_flood_is_stopped_by_the_database(alice: User, bob: User, paper: Paper) -> None:
    for number in range(IN_MINUTES.amount):
        say(alice, paper, f"Word {number}")
    with pytest.raises(TooMany) as refused:
        say(alice, paper, "One more")
    assert timedelta() < refused.value.wait <= IN_MINUTES.window
    say(bob, paper)
    assert count(paper) == IN_MINUTES.amount + 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_only_so_many_get_through(alice: User, paper: Paper) -> None:
    tries = [lambda number=number: say(alice, paper, f"Word {number}") for number in range(16)]
    results = at_once(tries)
    assert sum(isinstance(result, Comment) for result in results) == IN_MINUTES.amount == count(paper)
    assert {type(result) for result in results} == {Comment, TooMany}


@pytest.mark.django_db(transaction=True)
def test_counters_are_exact_whoever_writes_deletes_and_hides_at_once(admin: User, paper: Paper) -> None:
    people = [make_user() for _ in range(6)]
    there = [say(person, paper, "There") for person in people]
    deeds = [lambda person=person: say(person, paper, "New") for person in people]
    deeds += [lambda comment=comment: delete_comment(comment=comment) for comment in there]
    deeds += [lambda comment=comment: hide_comment(comment=comment, by=admin) for comment in there]
    deeds += [lambda comment=comment: restore_comment(comment=comment, by=admin) for comment in there[:3]]
    problems = [result for result in at_once(deeds) if isinstance(result, Exception)]
    assert problems == []
    assert count(paper) == Comment.objects.filter(paper=paper).counted().count() == 6


# --- Changing and deleting ------------------------------------------------------------------


def test_a_change_keeps_what_it_said_before(alice: User, paper: Paper) -> None:
    comment = say(alice, paper, "First")
    changed = change_comment(comment=comment, text="Second", version=1)
    again = change_comment(comment=changed, text="Third", version=2)
    assert (again.text, again.version, again.edited_at is not None) == ("Third", 3, True)
    assert list(CommentEdit.objects.order_by("version").values_list("version", "text")) == [(1, "First"), (2, "Second")]
    assert change_comment(comment=again, text="Third", version=3).version == 3


def test_nobody_writes_over_what_they_have_not_seen(alice: User, paper: Paper) -> None:
    comment = say(alice, paper, "First")
    change_comment(comment=comment, text="On the phone", version=1)
    with pytest.raises(Outdated) as outdated:
        change_comment(comment=comment, text="At the desk", version=1)
    assert outdated.value.comment.text == "On the phone"
    delete_comment(comment=comment)
    with pytest.raises(Outdated):
        change_comment(comment=comment, text="Too late", version=3)


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_one_is_outdated(alice: User, paper: Paper) -> None:
    comment = say(alice, paper, "First")
    results = at_once([lambda text=text: change_comment(comment=comment, text=text, version=1) for text in ("Here", "There")])
    assert {type(result) for result in results} == {Comment, Outdated}


def test_a_deleted_comment_leaves_its_place_and_nothing_else(alice: User, bob: User, paper: Paper) -> None:
    opening = say(alice, paper, "A secret of @bob")
    answer = say(bob, paper, "Oh", parent=opening)
    change_comment(comment=opening, text="A smaller secret", version=1)
    assert delete_comment(comment=opening)
    assert not delete_comment(comment=opening)
    opening.refresh_from_db()
    assert (opening.text, opening.is_shown, answer.thread_id) == ("", False, opening.pk)
    assert not CommentEdit.objects.exists()
    assert not Mention.objects.exists()
    assert count(paper) == 1
    assert "secret" not in str(list(Event.objects.values_list("facts", flat=True)))


# --- Who hears of it ------------------------------------------------------------------------


def test_each_reader_is_told_once_of_what_concerns_them_most(alice: User, bob: User, carol: User, paper: Paper) -> None:
    watch(user=carol, target=paper)
    opening = say(alice, paper, "What do you think, @Bob and @carol?")
    assert (told(alice), told(bob), told(carol)) == ([], ["comment.mention"], ["comment.mention"])
    say(bob, paper, "Little, @alice.", parent=opening)
    assert told(alice) == ["comment.mention"]
    say(bob, paper, "Really.", parent=opening)
    assert told(alice) == ["comment.mention", "comment.reply"]
    assert told(carol) == ["comment.mention", "comment.written", "comment.written"]
    assert "α" in Notice.objects.filter(user=carol).first().event.sentence


def test_who_has_spoken_in_a_thread_hears_the_next_one(alice: User, bob: User, carol: User, paper: Paper) -> None:
    opening = say(alice, paper)
    answer = say(bob, paper, "Why?", parent=opening)
    say(carol, paper, "Indeed, why?", parent=answer)
    assert told(alice) == ["comment.reply", "comment.written"]
    assert told(bob) == ["comment.reply"]
    say(carol, paper, "Something else")
    assert len(told(alice)) == 2


def test_mute_wins(alice: User, bob: User, paper: Paper) -> None:
    opening = say(alice, paper)
    watch(user=alice, target=opening, is_muted=True)
    watch(user=alice, target=paper)
    answer = say(bob, paper, "@alice, hear!", parent=opening)
    assert told(alice) == []
    say(alice, paper, "I still speak.", parent=answer)
    say(bob, paper, "And now?", parent=answer)
    assert told(alice) == []
    assert stop_watching(user=alice, target=answer)
    say(bob, paper, "Hear again", parent=opening)
    assert told(alice) == ["comment.reply"]
    watch(user=alice, target=paper, is_muted=True)
    say(bob, paper, "A new thread, @alice")
    assert told(alice) == ["comment.reply"]


def test_one_wish_per_reader_and_thing(alice: User, paper: Paper) -> None:
    for is_muted in (False, True, False):
        watch(user=alice, target=paper, is_muted=is_muted)
    assert Watch.objects.get().is_muted is False


def test_whoever_may_not_read_it_is_not_told(alice: User, bob: User, carol: User, item: ListItem) -> None:
    watch(user=carol, target=item)
    say(alice, item.paper, "Dear @bob, dear @carol", item=item)
    assert (told(bob), told(carol)) == (["comment.mention"], [])
    assert list(Mention.objects.values_list("handle", flat=True)) == ["bob"]
    assert Event.objects.of_team(item.reading_list.owner.team).first().kind == "comment.written"


def test_nobody_is_told_of_a_mention_twice(alice: User, bob: User, carol: User, paper: Paper) -> None:
    comment = say(alice, paper, "Ask @bob")
    changed = change_comment(comment=comment, text="Ask nobody", version=1)
    change_comment(comment=changed, text="Ask @bob and @carol, not @nobody-at-all", version=2)
    assert (told(bob), told(carol)) == (["comment.mention"], ["comment.mention"])


def test_a_former_name_is_still_understood(alice: User, bob: User, paper: Paper) -> None:
    rename_holder(holder=bob.namespace, name="robert")
    comment = say(alice, paper, "Ask @bob")
    assert told(bob) == ["comment.mention"]
    assert comment.people == {"bob": ""}


def test_settings_are_kept(alice: User, bob: User, paper: Paper) -> None:
    change_ways(user=bob, ways={Topic.MENTIONS: Way.OFF})
    say(alice, paper, "Ask @bob")
    assert told(bob) == []


# --- Moderation -----------------------------------------------------------------------------


def test_a_hidden_comment_is_for_its_author_and_moderators(alice: User, bob: User, admin: User, paper: Paper) -> None:
    comment = say(alice, paper)
    report_comment(reporter=bob, comment=comment, reason="abuse", words="Rude")
    assert hide_comment(comment=comment, by=admin, words="Be kind")
    assert not hide_comment(comment=comment, by=admin)
    comment.refresh_from_db()
    assert [comment.is_readable_by(person) for person in (alice, bob, admin)] == [True, False, True]
    assert (count(paper), told(alice), told(bob)) == (0, ["comment.hidden"], ["comment.upheld"])
    assert "Be kind" in Notice.objects.get(user=alice).event.sentence
    assert restore_comment(comment=comment, by=admin)
    assert not restore_comment(comment=comment, by=admin)
    assert count(paper) == 1


def test_a_report_can_be_dismissed_or_lead_to_a_warning(alice: User, bob: User, carol: User, admin: User, paper: Paper) -> None:
    comment = say(alice, paper)
    first = report_comment(reporter=bob, comment=comment, reason="spam")
    assert report_comment(reporter=bob, comment=comment, reason="other", words="Hm") == first
    report_comment(reporter=carol, comment=comment, reason="spam")
    assert dismiss_reports(comment=comment, by=admin) == 2
    assert report_comment(reporter=bob, comment=comment, reason="spam").state == "dismissed"
    dave = make_user("dave")
    report_comment(reporter=dave, comment=comment, reason="private")
    warn_author(comment=comment, by=admin, words="Leave private matters out")
    assert (told(alice), told(bob), told(dave)) == (["comment.warned"], ["comment.dismissed"], ["comment.upheld"])
    assert set(CommentReport.objects.values_list("state", "settled_by")) == {("dismissed", admin.pk), ("upheld", admin.pk)}
    assert count(paper) == 1


def test_what_is_reported_and_then_deleted_is_kept_until_that_is_settled(alice: User, bob: User, admin: User, paper: Paper) -> None:
    comment = say(alice, paper, "Mud")
    report_comment(reporter=bob, comment=comment, reason="abuse")
    delete_comment(comment=comment)
    comment.refresh_from_db()
    assert (comment.text, comment.is_readable_by(admin), count(paper)) == ("Mud", False, 0)
    dismiss_reports(comment=comment, by=admin)
    comment.refresh_from_db()
    assert comment.text == ""


# --- Leaving and merging --------------------------------------------------------------------


def test_who_leaves_takes_their_words_along(alice: User, bob: User, paper: Paper, item: ListItem) -> None:
    opening = say(bob, paper, "Mine, @alice")
    change_comment(comment=opening, text="Still mine", version=1)
    say(alice, paper, "Oh", parent=opening)
    inside = say(bob, paper, "Inside", item=item)
    ask_for_deletion(user=bob)
    assert not Comment.objects.for_page().get(pk=opening.pk).is_shown
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        User.objects.filter(pk=bob.pk).update(deletion_due_at=timezone.now() - timedelta(days=30))
        assert erase_due_people() == 1
    for comment in (opening, inside):
        comment.refresh_from_db()
        assert (comment.text, comment.author, comment.deleted_at is not None) == ("", None, True)
    assert not CommentEdit.objects.exists()
    assert count(paper) == Comment.objects.counted().count() == 1


def test_merged_papers_have_all_that_was_said_about_either(alice: User, bob: User, item: ListItem) -> None:
    keep, other = make_paper(), item.paper
    twin, _new = add_paper(reading_list=item.reading_list, paper=keep, user=alice)
    said, answered = say(alice, keep), say(bob, other, "Of the other")
    inside = say(bob, other, "Inside", item=item)
    for reader, target in ((alice, keep), (alice, other), (bob, other), (alice, item), (bob, item), (bob, twin)):
        watch(user=reader, target=target)
    kept = merge_papers(keep=keep, other=other)
    assert set(Comment.objects.of(kept)) == {said, answered}
    assert Comment.objects.of(kept, twin).get() == inside
    assert count(kept) == 2
    assert Watch.objects.filter(paper=kept).count() == Watch.objects.filter(item=twin).count() == 2


def test_removing_an_item_never_opens_what_the_team_said(alice: User, carol: User, item: ListItem) -> None:
    say(alice, item.paper, "Inside", item=item)
    item.delete()
    assert not Comment.objects.exists()


def test_the_orders_of_pages_are_read_from_indexes(alice: User, paper: Paper, item: ListItem) -> None:
    opening = say(alice, paper)
    elsewhere = make_paper()
    Comment.objects.bulk_create(Comment(paper=elsewhere, author=alice, text="Elsewhere") for _ in range(200))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE papers_comment")  # with one comment, every index costs the same
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        for rows, index in (
            (Comment.objects.of(paper).openings().order_by("-pk")[:20], "threads_on_papers"),
            (Comment.objects.of(paper).order_by("pk")[:20], "comments_on_papers"),
            (Comment.objects.of(paper, item).openings().order_by("-pk")[:20], "threads_on_items"),
            (Comment.objects.filter(thread=opening).order_by("pk")[:20], "answers_in_threads"),
        ):
            assert index in rows.explain()
