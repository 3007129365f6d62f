"""Teams' digests: what is in them, who gets them, and how one says no."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.deleting import ask_for_deletion
from accounts.actions.memberships import add_member, leave_team
from accounts.actions.teams import create_team, delete_team
from accounts.actions.tokens import make_token
from accounts.models import Membership, Scope, Team, User
from accounts.models.token import TEAM_SCOPES
from digests.actions import (
    change_team_subscription,
    change_wish,
    compose_team_digests,
    deliver_mail,
    plan_team_digests,
    stop_team_digest,
)
from digests.actions.outbox import claim, hand_over
from digests.actions.personal_data import DigestsPart
from digests.mails import mail_of
from digests.models import Delivery, Digest, TeamDigest, TeamDigestWish, TeamSubscription
from digests.schedule import days_of
from digests.signing import team_stop_token
from digests.team_shown import show_team_digest
from papers.actions.commenting import delete_comment, write_comment
from papers.actions.lists import add_paper, create_list, remove_paper
from papers.actions.voting import cast_vote
from papers.models import ListItem, Paper, ReadingList
from tests.api import Program
from tests.digests.makers import make_digest
from tests.digests.relay import RelayBehaviour
from tests.digests.test_delivering import in_a_thread
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db
GRAPHS = "Graph neural networks pass messages between the nodes of molecules"
SPEECH = "Speech recognition turns audio spectrograms into transcribed words"
State = Digest.State


def make_graph_paper(title: str) -> Paper:
    return make_paper(title=title, abstract=GRAPHS)


def make_due(team: Team) -> TeamSubscription:
    """Switch a team's digest on, whose hour came just now."""
    subscription = change_team_subscription(team=team, user=team.members.all()[0], is_active=True)
    TeamSubscription.objects.filter(pk=subscription.pk).update(next_due_at=Now() - timedelta(minutes=1))
    return subscription


def compose_for(team: Team) -> TeamDigest:
    make_due(team)
    plan_team_digests()
    compose_team_digests()
    return TeamDigest.objects.newest().filter(subscription__team=team)[0]


def make_last_week(team: Team) -> None:
    """Move what a team had already a week back."""
    week = timedelta(days=7)
    for digest in TeamDigest.objects.filter(subscription__team=team):
        key = f"2020-W{digest.pk % 50 + 1:02d}"
        TeamDigest.objects.filter(pk=digest.pk).update(period_key=key, day=days_of(key)[0], composed_at=timezone.now() - week)
    Delivery.objects.all().delete()


def text_of(mail: Delivery) -> str:
    body = mail_of(mail).get_body(("plain",))
    assert body
    return str(body.get_content())


@pytest.fixture
def shelf(graph_lab: Team) -> ReadingList:
    return create_list(owner=graph_lab.namespace, title="Reading group")


@pytest.fixture
def saved(shelf: ReadingList, alice: User) -> Paper:
    """A paper that the team saved this week."""
    paper = make_graph_paper("My graphs")
    add_paper(reading_list=shelf, paper=paper, user=alice)
    return paper


# --- What is in it ----------------------------------------------------------------------------


def test_saved_is_what_came_into_the_team_s_lists_the_latest_first_and_by_whom(
    graph_lab: Team, shelf: ReadingList, alice: User, bob: User
) -> None:
    old, first, second, gone = (make_paper() for _ in range(4))
    other = create_list(owner=graph_lab.namespace, title="Molecules")
    for paper, reading_list, person in (
        (old, shelf, alice),
        (first, shelf, alice),
        (gone, shelf, alice),
        (second, shelf, alice),
        (second, other, bob),
    ):
        add_paper(reading_list=reading_list, paper=paper, user=person)
    remove_paper(reading_list=shelf, paper=gone, user=alice)
    ListItem.objects.filter(paper=old).update(added_at=timezone.now() - timedelta(days=8))
    add_paper(reading_list=create_list(owner=alice.namespace, title="Mine"), paper=make_paper(), user=alice)
    digest = compose_for(graph_lab)
    assert digest.state == State.READY
    assert digest.content["saved"] == [
        {"paper": second.pk, "people": [bob.pk, alice.pk], "lists": [other.pk, shelf.pk]},
        {"paper": first.pk, "people": [alice.pk], "lists": [shelf.pk]},
    ]


def test_the_next_digest_begins_where_the_last_one_ended(graph_lab: Team, saved: Paper, shelf: ReadingList, bob: User) -> None:
    compose_for(graph_lab)
    make_last_week(graph_lab)
    TeamDigest.objects.update(composed_at=timezone.now() - timedelta(days=9))  # it came late, or a week was left out
    ListItem.objects.update(added_at=timezone.now() - timedelta(days=8))
    assert [one["paper"] for one in compose_for(graph_lab).content["saved"]] == [saved.pk]


def test_discussed_is_what_the_team_said_most_about_in_its_lists(graph_lab: Team, shelf: ReadingList, alice: User, bob: User) -> None:
    much, little, public, silent = (make_paper() for _ in range(4))
    items = {paper: add_paper(reading_list=shelf, paper=paper, user=alice)[0] for paper in (much, little, public, silent)}
    for person, paper, text in ((alice, much, "One"), (bob, much, "Two"), (bob, little, "Three")):
        write_comment(author=person, paper=paper, text=text, item=items[paper])
    write_comment(author=bob, paper=public, text="To everybody")
    delete_comment(comment=write_comment(author=bob, paper=silent, text="Not so", item=items[silent]))
    assert compose_for(graph_lab).content["discussed"] == [
        {"paper": much.pk, "item": items[much].pk, "comments": 2},
        {"paper": little.pk, "item": items[little].pk, "comments": 1},
    ]


def test_likely_is_near_to_the_team_s_lists_new_to_it_and_never_twice(graph_lab: Team, saved: Paper) -> None:
    new = make_graph_paper("New graphs")
    make_paper(title="Talk", abstract=SPEECH)
    digest = compose_for(graph_lab)
    assert [one["paper"] for one in digest.content["likely"]] == [new.pk]
    make_last_week(graph_lab)
    newer = make_graph_paper("Newer graphs")
    assert [one["paper"] for one in compose_for(graph_lab).content["likely"]] == [newer.pk]


def test_likely_says_why_in_the_team_s_words(graph_lab: Team, saved: Paper, alice: User) -> None:
    make_graph_paper("New graphs")
    (likely,) = show_team_digest(compose_for(graph_lab), alice).likely
    assert likely.reason_text == "Because the team keeps “My graphs”"


def test_an_old_digest_tells_nothing_of_votes_that_are_hidden_by_now(graph_lab: Team, shelf: ReadingList, alice: User, bob: User) -> None:
    cast_vote(user=bob, paper=make_graph_paper("His graphs"))
    make_graph_paper("New graphs")
    digest = compose_for(graph_lab)
    assert show_team_digest(digest, alice).likely[0].reason_text == "Because “His graphs” is upvoted in the team"
    User.objects.filter(pk=bob.pk).update(shows_votes=False)
    assert show_team_digest(digest, alice).likely[0].reason_text == "Near to what the team keeps and upvotes"


@pytest.mark.parametrize("shows_votes", [True, False])
def test_votes_count_only_of_people_who_show_them(shows_votes: bool, graph_lab: Team, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(shows_votes=shows_votes)
    cast_vote(user=bob, paper=make_graph_paper("His graphs"))
    new = make_graph_paper("New graphs")
    likely = compose_for(graph_lab).content["likely"] if shows_votes else []
    assert [one["paper"] for one in likely] == ([new.pk] if shows_votes else [])
    assert shows_votes or compose_for(graph_lab).state == State.SKIPPED


def test_an_empty_digest_is_skipped_for_a_reason_and_nobody_gets_a_mail(graph_lab: Team) -> None:
    make_paper()
    digest = compose_for(graph_lab)
    assert digest.state == State.SKIPPED
    assert digest.reason.startswith("nothing was saved or discussed")
    assert not Delivery.objects.exists()


def test_names_are_asked_each_time_and_what_is_gone_is_left_away(
    graph_lab: Team, saved: Paper, shelf: ReadingList, alice: User, bob: User
) -> None:
    item = shelf.items.get()
    write_comment(author=alice, paper=saved, text="Look", item=item)
    digest = compose_for(graph_lab)
    shown = show_team_digest(digest, bob)
    assert (shown.saved[0].people, shown.saved[0].lists, shown.discussed[0].item) == ([alice], [shelf], item)
    remove_paper(reading_list=shelf, paper=saved, user=alice)
    add_member(team=graph_lab, user=make_user("heir"), role="owner")
    ask_for_deletion(user=alice)
    shown = show_team_digest(digest, bob)
    assert (shown.saved[0].people, shown.discussed[0].item) == ([], None)
    shelf.delete()
    assert show_team_digest(digest, bob).saved[0].lists == []
    saved.delete()
    assert not show_team_digest(digest, bob)


# --- When, and once only ------------------------------------------------------------------------


def test_a_team_has_no_digest_until_it_wants_one(graph_lab: Team, saved: Paper, alice: User) -> None:
    change_team_subscription(team=graph_lab, user=alice, hour=9)
    TeamSubscription.objects.update(next_due_at=Now() - timedelta(minutes=1))
    assert plan_team_digests() == 0


def test_it_is_planned_and_composed_once_however_often_one_tries(graph_lab: Team, saved: Paper) -> None:
    make_due(graph_lab)
    assert (plan_team_digests(), plan_team_digests()) == (1, 0)
    assert (compose_team_digests(), compose_team_digests()) == (1, 0)
    make_due(graph_lab)
    plan_team_digests()
    assert compose_team_digests() == 0
    assert TeamDigest.objects.count() == 1
    assert Delivery.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_planners_and_two_composers_make_one_digest_with_one_mail_each(graph_lab: Team, saved: Paper) -> None:
    make_due(graph_lab)
    for work in (plan_team_digests, compose_team_digests):
        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(in_a_thread(lambda _number, work=work: work()), range(2))) == 1
    assert TeamDigest.objects.get().state == State.READY
    assert Delivery.objects.count() == 2


def test_one_team_s_failure_stays_alone(graph_lab: Team, saved: Paper, carol: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from digests.actions import team_digests

    bad, content_of = create_team(owner=carol, slug="bad-lab", title="Bad Lab"), team_digests.content_of
    make_due(bad)

    def breaking(digest: TeamDigest, *args: object, **over: object) -> object:
        if digest.subscription.team_id == bad.pk:
            raise ValueError("broken")
        return content_of(digest, *args, **over)  # type: ignore[arg-type]

    monkeypatch.setattr(team_digests, "content_of", breaking)
    assert compose_for(graph_lab).state == State.READY
    failed = TeamDigest.objects.get(subscription__team=bad)
    assert (failed.state, failed.reason) == (State.FAILED, "ValueError: broken")
    assert "broken" not in failed.reason_for_reader


def test_an_old_one_gives_way_to_the_next_and_one_switched_off_is_not_made(graph_lab: Team, saved: Paper, alice: User) -> None:
    make_due(graph_lab)
    plan_team_digests()
    TeamDigest.objects.update(period_key="2020-W01", day="2019-12-30")
    assert compose_for(graph_lab).state == State.READY
    assert TeamDigest.objects.get(period_key="2020-W01").state == State.SKIPPED
    make_last_week(graph_lab)
    make_due(graph_lab)
    plan_team_digests()
    change_team_subscription(team=graph_lab, user=alice, is_active=False)
    assert compose_team_digests() == 0


def test_each_team_costs_the_same_however_many_there_are(graph_lab: Team, saved: Paper, alice: User) -> None:
    def cost(teams: int) -> int:
        for _ in range(teams):
            team = create_team(owner=alice, slug=f"team-{Team.objects.count()}", title="Another")
            add_paper(reading_list=create_list(owner=team.namespace, title="L"), paper=make_graph_paper("G"), user=alice)
            make_due(team)
        plan_team_digests()
        with CaptureQueriesContext(connection) as queries:
            assert compose_team_digests() == teams
        return len(queries)

    compose_for(graph_lab)
    one, four = cost(1), cost(4)
    assert four - one <= 3 * 25


# --- Who gets it ----------------------------------------------------------------------------------


def test_everybody_in_the_team_gets_it_and_sees_it_and_nobody_else(
    graph_lab: Team, saved: Paper, alice: User, bob: User, carol: User, relay: RelayBehaviour
) -> None:
    digest = compose_for(graph_lab)
    assert deliver_mail() == 2
    assert sorted(relay.recipients) == sorted([alice.email, bob.email])
    assert [TeamDigest.objects.visible_to(person).count() for person in (alice, bob, carol)] == [1, 1, 0]
    _key, _secret = make_token(user=alice, team=graph_lab, name="robot", scopes=TEAM_SCOPES)
    alice.only_team_id = graph_lab.pk
    assert TeamDigest.objects.visible_to(alice).get() == digest
    alice.only_team_id = create_team(owner=alice, slug="other-lab", title="Other").pk
    assert not TeamDigest.objects.visible_to(alice).exists()


def test_who_left_the_team_just_before_the_dot_gets_nothing(graph_lab: Team, saved: Paper, bob: User) -> None:
    compose_for(graph_lab)
    Delivery.objects.exclude(reader=bob).delete()
    (mail,) = claim(Delivery.objects.to_send(), state=Delivery.State.SENDING)
    leave_team(team=graph_lab, user=bob)
    assert hand_over(mail, accepted=[]) is None


@pytest.mark.parametrize("what", ["left", "leaves", "inactive", "declined", "switched off"])
def test_nothing_is_sent_to_whom_it_is_no_longer_for(what: str, graph_lab: Team, saved: Paper, bob: User, relay: RelayBehaviour) -> None:
    compose_for(graph_lab)
    Delivery.objects.exclude(reader=bob).delete()
    match what:
        case "left":
            Membership.objects.filter(user=bob).delete()
        case "leaves":
            ask_for_deletion(user=bob)
        case "inactive":
            User.objects.filter(pk=bob.pk).update(is_active=False)
        case "declined":
            TeamDigestWish.objects.create(user=bob, team=graph_lab, wants=False)
        case "switched off":
            TeamSubscription.objects.update(is_active=False)
    assert deliver_mail() == 0
    assert Delivery.objects.get().state == Delivery.State.SKIPPED
    assert relay.recipients == []


def test_a_wish_against_it_stops_the_mail_that_waits_and_the_next_one(graph_lab: Team, saved: Paper, alice: User, bob: User) -> None:
    compose_for(graph_lab)
    change_wish(team=graph_lab, user=bob, wants=False)
    assert Delivery.objects.get(reader=bob).state == Delivery.State.SKIPPED
    assert Delivery.objects.get(reader=alice).state == Delivery.State.PENDING
    make_last_week(graph_lab)
    make_graph_paper("New graphs")
    compose_for(graph_lab)
    assert [mail.reader for mail in Delivery.objects.all()] == [alice]


def test_the_link_in_the_mail_ends_it_for_one_reader_without_a_log_in(graph_lab: Team, saved: Paper, alice: User, bob: User) -> None:
    compose_for(graph_lab)
    message = mail_of(Delivery.objects.get(reader=bob))
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = re.sub(r"^<https?://[^/]+|>$", "", message["List-Unsubscribe"])
    visitor = Client(enforce_csrf_checks=True)
    assert visitor.get(path).status_code == 200
    assert not TeamDigestWish.objects.exists()
    assert visitor.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    wish = TeamDigestWish.objects.get()
    assert (wish.user, wish.team, wish.wants) == (bob, graph_lab, False)
    assert visitor.post(path + "x/").status_code == 404
    stop_team_digest(token=team_stop_token(alice.pk, graph_lab.pk) + "x")
    assert TeamDigestWish.objects.count() == 1


# --- Without what was in one's own digest ---------------------------------------------------------


def test_who_wishes_gets_no_suggestion_that_was_in_their_own_digest(graph_lab: Team, saved: Paper, alice: User, bob: User) -> None:
    had = make_graph_paper("Had graphs")
    make_graph_paper("New graphs")
    for person in (alice, bob):
        make_digest(person, had, composed_at=timezone.now())
    change_wish(team=graph_lab, user=bob, without_own=True)
    compose_for(graph_lab)
    texts = {person: text_of(Delivery.objects.get(reader=person)) for person in (alice, bob)}
    assert all("New graphs" in text and "My graphs" in text for text in texts.values())
    assert ("Had graphs" in texts[alice], "Had graphs" in texts[bob]) == (True, False)


def test_where_nothing_is_left_there_is_no_mail(graph_lab: Team, shelf: ReadingList, alice: User, bob: User) -> None:
    old, new = make_graph_paper("My graphs"), make_graph_paper("New graphs")
    add_paper(reading_list=shelf, paper=old, user=alice)
    ListItem.objects.update(added_at=timezone.now() - timedelta(days=30))
    for person in (alice, bob):
        make_digest(person, new, composed_at=timezone.now())
    change_wish(team=graph_lab, user=bob, without_own=True)
    compose_for(graph_lab)
    assert [mail.reader for mail in Delivery.objects.all()] == [alice]


# --- The pages ------------------------------------------------------------------------------------


def test_the_page_shows_three_parts_with_names_and_links(graph_lab: Team, saved: Paper, shelf: ReadingList, alices_browser: Client) -> None:
    alice, item = User.objects.get(namespace__name="alice"), shelf.items.get()
    write_comment(author=alice, paper=saved, text="Look", item=item)
    make_graph_paper("New graphs")
    digest = compose_for(graph_lab)
    page = alices_browser.get(digest.get_absolute_url()).content.decode()
    for words in (
        "Saved by the team",
        "Discussed in the team",
        "1 comment",
        "New graphs",
        "Because the team keeps “My graphs”",
        "Reading group",
    ):
        assert words in page
    assert f"/lists/graph-lab/reading-group/{item.pk}/comments" in page
    assert digest.get_absolute_url() in alices_browser.get("/digests/teams/graph-lab/").content.decode()
    assert "/digests/teams/graph-lab/" in alices_browser.get("/teams/graph-lab/").content.decode()


def test_owners_say_when_it_comes_and_members_whether_they_want_it(graph_lab: Team, alice: User, bob: User, alices_browser: Client) -> None:
    bobs_browser = Client()
    bobs_browser.force_login(bob)
    form = {"is_active": "on", "cadence": "weekly", "weekday": 4, "hour": 16, "time_zone": "Asia/Tokyo"}
    assert bobs_browser.post("/digests/teams/graph-lab/settings", form).status_code == 403
    assert "For the whole team" not in bobs_browser.get("/digests/teams/graph-lab/").content.decode()
    assert alices_browser.post("/digests/teams/graph-lab/settings", form | {"hour": 99}).status_code == 200
    assert not TeamSubscription.objects.exists()
    assert alices_browser.post("/digests/teams/graph-lab/settings", form).status_code == 302
    subscription = TeamSubscription.objects.get()
    assert (subscription.is_active, subscription.weekday, subscription.hour, subscription.time_zone) == (True, 4, 16, "Asia/Tokyo")
    assert "Friday" in bobs_browser.get("/digests/teams/graph-lab/").content.decode()
    bobs_browser.post("/digests/teams/graph-lab/wish", {"without_own": "on"})
    wish = TeamDigestWish.objects.get()
    assert (wish.user, wish.wants, wish.without_own) == (bob, False, True)


def test_a_team_s_digests_go_with_the_team(graph_lab: Team, saved: Paper, alice: User) -> None:
    compose_for(graph_lab)
    change_wish(team=graph_lab, user=alice, without_own=True)
    delete_team(team=graph_lab, actor=alice)
    assert not any(model.objects.exists() for model in (TeamSubscription, TeamDigest, TeamDigestWish, Delivery))


# --- Over REST, and what a person takes along -------------------------------------------------------


def test_programs_read_it_in_its_three_parts(graph_lab: Team, saved: Paper, shelf: ReadingList, alice: User, bob: User) -> None:
    write_comment(author=bob, paper=saved, text="Look", item=shelf.items.get())
    new = make_graph_paper("New graphs")
    digest = compose_for(graph_lab)
    bobs = Program(bob, [Scope.LISTS_READ])
    [card] = bobs.get("/teams/graph-lab/digests/")["results"]
    assert (card["period_key"], card["state"], card["paper_count"]) == (digest.period_key, "ready", 2)
    answer = bobs.get(f"/teams/graph-lab/digests/{digest.period_key}/")
    [one] = answer["saved"]
    assert (one["paper"]["slug"], one["people"]) == (saved.slug, [{"handle": "alice", "name": "alice"}])
    assert one["lists"] == [{"owner": "graph-lab", "slug": "reading-group", "title": "Reading group"}]
    assert [(one["paper"]["slug"], one["comments"]) for one in answer["discussed"]] == [(saved.slug, 1)]
    assert [(one["paper"]["slug"], one["reason_text"]) for one in answer["likely"]] == [(new.slug, "Because the team keeps “My graphs”")]


def test_programs_change_when_it_comes_and_whether_one_wants_it(graph_lab: Team, alice: User) -> None:
    program = Program(alice, [Scope.TEAMS_READ, Scope.TEAMS_WRITE, Scope.DIGESTS_READ, Scope.DIGESTS_WRITE])
    assert program.get("/teams/graph-lab/digest-settings/")["next_due_at"] is None
    changed = program.ask("patch", "/teams/graph-lab/digest-settings/", {"is_active": True, "hour": 7}).json()
    assert (changed["is_active"], changed["hour"], changed["weekday"]) == (True, 7, 0)
    assert program.ask("patch", "/teams/graph-lab/digest-settings/", {"hour": 24}).status_code == 400
    assert program.ask("patch", "/teams/graph-lab/digest-wish/", {"without_own": True}).json() == {"wants": True, "without_own": True}
    assert program.get("/teams/graph-lab/digest-wish/") == {"wants": True, "without_own": True}


def test_what_one_wants_and_the_mails_are_in_one_s_data(graph_lab: Team, saved: Paper, bob: User) -> None:
    compose_for(graph_lab)
    change_wish(team=graph_lab, user=bob, without_own=True)
    files = {file.name: json.loads("".join(file.pieces)) for file in DigestsPart().export(bob)}
    assert files["digests/teams.json"] == [{"name": "Graph Lab", "wants": True, "without_own": True}]
    [mail] = files["digests/deliveries.json"]
    assert (mail["team"], mail["week"], mail["state"]) == ("Graph Lab", TeamDigest.objects.get().period_key, "pending")
