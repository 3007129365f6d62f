"""What a team does with its lists: suggestions, assignments, the agenda, and who has read what."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.actions.memberships import Refused, add_member, leave_team
from accounts.models import Event, Notice, Role, Team, User
from papers.actions.assigning import assign_paper, end_assignment, finish_assignment
from papers.actions.commenting import TooMany
from papers.actions.list_items import bring_back
from papers.actions.lists import add_paper, change_list, create_list, remove_paper
from papers.actions.reading import set_state
from papers.actions.suggesting import accept_suggestion, decline_suggestion, suggest_paper, withdraw_suggestion
from papers.models import Assignment, ListItem, Paper, ReadingList, Suggestion
from tests.api import Program, wrong
from tests.factories import make_paper, make_user
from tests.threads import at_once


@pytest.fixture
def seminar(alice: User, graph_lab: Team) -> ReadingList:
    """A list of alice's team with one paper."""
    made = create_list(owner=graph_lab.namespace, title="Seminar", user=alice)
    add_paper(reading_list=made, paper=make_paper(title="Snow", arxiv_id="2401.11111"), user=alice)
    return made


@pytest.fixture
def erin(graph_lab: Team) -> User:
    """Somebody who only reads in alice's team."""
    return add_member(team=graph_lab, user=make_user("erin"), role=Role.READER).user


@pytest.fixture
def rain() -> Paper:
    return make_paper(title="Rain", arxiv_id="2401.22222")


def item_of(reading_list: ReadingList) -> ListItem:
    return reading_list.items.select_related("paper", "reading_list").get()


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("event__kind", flat=True))


class TestSuggesting:
    def test_a_reader_suggests_and_who_runs_the_team_is_told(
        self, seminar: ReadingList, rain: Paper, erin: User, alice: User, bob: User
    ) -> None:
        made, is_new = suggest_paper(reading_list=seminar, paper=rain, user=erin, words="On **rain**")
        assert is_new
        assert (told(alice), told(bob), told(erin)) == (["suggestion.made"], [], [])
        assert seminar.items.count() == 1
        assert list(Suggestion.objects.visible_to(bob)) == []
        assert list(Suggestion.objects.visible_to(erin)) == [made] == list(Suggestion.objects.visible_to(alice))

    def test_what_is_accepted_is_in_the_list_with_its_words(self, seminar: ReadingList, rain: Paper, erin: User, alice: User) -> None:
        made, _new = suggest_paper(reading_list=seminar, paper=rain, user=erin, words="On **rain**")
        accept_suggestion(suggestion=made, user=alice)
        accept_suggestion(suggestion=made, user=alice)  # twice is once
        item = seminar.items.get(paper=rain)
        assert (item.note, item.added_by) == ("On **rain**", erin)
        assert told(erin) == ["suggestion.accepted"]
        with pytest.raises(Refused):
            decline_suggestion(suggestion=made, user=alice)

    def test_what_is_declined_stays_out_and_says_why(self, seminar: ReadingList, rain: Paper, erin: User, alice: User) -> None:
        made, _new = suggest_paper(reading_list=seminar, paper=rain, user=erin)
        decline_suggestion(suggestion=made, user=alice, answer="Read it last year")
        assert not seminar.items.filter(paper=rain).exists()
        assert "Read it last year" in Event.objects.with_names().get(kind="suggestion.declined").sentence
        again, is_new = suggest_paper(reading_list=seminar, paper=rain, user=erin)
        assert is_new
        assert again.pk != made.pk

    def test_only_who_manages_the_list_decides(self, seminar: ReadingList, rain: Paper, erin: User, bob: User) -> None:
        made, _new = suggest_paper(reading_list=seminar, paper=rain, user=erin)
        for person in (erin, bob):
            with pytest.raises(PermissionDenied):
                accept_suggestion(suggestion=made, user=person)
        with pytest.raises(PermissionDenied):
            withdraw_suggestion(suggestion=made, user=bob)
        assert withdraw_suggestion(suggestion=made, user=erin).state == "withdrawn"

    def test_a_paper_that_is_there_is_not_suggested(self, seminar: ReadingList, erin: User) -> None:
        with pytest.raises(Refused, match="already"):
            suggest_paper(reading_list=seminar, paper=item_of(seminar).paper, user=erin)

    def test_strangers_suggest_for_lists_that_they_may_read(self, seminar: ReadingList, rain: Paper, carol: User, alice: User) -> None:
        with pytest.raises(PermissionDenied):
            suggest_paper(reading_list=seminar, paper=rain, user=carol)
        change_list(reading_list=seminar, user=alice, visibility="instance")
        assert suggest_paper(reading_list=seminar, paper=rain, user=carol)[1]
        mine = create_list(owner=alice.namespace, title="Mine", visibility="public")
        with pytest.raises(PermissionDenied):
            suggest_paper(reading_list=mine, paper=rain, user=carol)

    @pytest.mark.django_db(transaction=True)
    def test_eight_who_suggest_one_paper_make_one_suggestion(self, seminar: ReadingList, rain: Paper, erin: User, bob: User) -> None:
        answers = at_once(
            [lambda person=person: suggest_paper(reading_list=seminar, paper=rain, user=person) for person in [erin, bob] * 4]
        )
        assert [answer[1] for answer in answers].count(True) == 1
        assert Suggestion.objects.count() == 1

    def test_nobody_suggests_without_end(self, seminar: ReadingList, erin: User) -> None:
        for _number in range(30):
            suggest_paper(reading_list=seminar, paper=make_paper(), user=erin)
        with pytest.raises(TooMany):
            suggest_paper(reading_list=seminar, paper=make_paper(), user=erin)

    def test_on_the_web(self, seminar: ReadingList, rain: Paper, erin: User, alice: User) -> None:
        address = f"{seminar.get_absolute_url()}suggestions/"
        theirs, hers = browser_of(erin), browser_of(alice)
        assert "Suggest it for" in theirs.get(f"/papers/{rain.slug}/lists").content.decode()
        bad = theirs.post(address, {"paper": "nothing"})
        assert "No paper here is called" in bad.content.decode()
        assert theirs.post(address, {"paper": "https://arxiv.org/abs/2401.22222v3", "words": "Rain!"}).status_code == 302
        assert "Rain!" in hers.get(address).content.decode()
        made = Suggestion.objects.get()
        hers.post(f"{address}{made.pk}", {"action": "decline", "answer": "No room"})
        page = theirs.get(address).content.decode()
        assert "declined" in page
        assert "No room" in page

    def test_over_rest(self, seminar: ReadingList, rain: Paper, erin: User, alice: User) -> None:
        path = "/lists/graph-lab/seminar/suggestions/"
        theirs, hers = Program(erin), Program(alice)
        assert wrong(theirs.ask("post", path, {"paper": "none"})) == {"paper": "There is no such paper."}
        made = theirs.ask("post", path, {"paper": "arXiv:2401.22222", "words": "Rain!"})
        assert (made.status_code, made.json()["state"], made.json()["suggested_by"]) == (201, "open", "erin")
        assert theirs.ask("post", path, {"paper": rain.slug}).status_code == 200
        answered = hers.ask("post", f"{path}{made.json()['id']}/", {"action": "accept"})
        assert (answered.json()["state"], answered.json()["decided_by"]) == ("accepted", "alice")
        refused = hers.ask("post", f"{path}{made.json()['id']}/", {"action": "decline"})
        assert refused.status_code == 409
        assert [each["paper"] for each in theirs.get(path)["results"]] == [rain.slug]


class TestAssigning:
    def test_somebody_of_the_team_is_told_and_it_is_on_the_agenda(self, seminar: ReadingList, alice: User, bob: User) -> None:
        made, is_new = assign_paper(item=item_of(seminar), to=bob, user=alice, due_on=date(2026, 12, 3), words="20 minutes")
        assert is_new
        assert told(bob) == ["assignment.present_on"]
        assert "“Snow”" in Event.objects.with_names().get(kind="assignment.present_on").sentence
        assert list(Assignment.objects.visible_to(alice).upcoming()) == [made]
        page = browser_of(bob).get("/teams/graph-lab/agenda/").content.decode()
        assert "Thursday, 3 December 2026" in page
        assert "20 minutes" in page

    def test_saying_it_again_changes_it_and_tells_only_what_is_new(self, seminar: ReadingList, alice: User, bob: User) -> None:
        item = item_of(seminar)
        for day, words in ((3, ""), (3, "Shorter"), (10, "Shorter")):
            assign_paper(item=item, to=bob, user=alice, due_on=date(2026, 12, day), words=words)
        found = Assignment.objects.get()
        assert (found.due_on, found.words) == (date(2026, 12, 10), "Shorter")
        assert told(bob) == ["assignment.present_on"] * 2

    def test_only_people_of_the_team_and_only_by_its_editors(
        self, seminar: ReadingList, alice: User, bob: User, carol: User, erin: User
    ) -> None:
        with pytest.raises(Refused, match="not in the team"):
            assign_paper(item=item_of(seminar), to=carol, user=alice)
        for person in (erin, carol):
            with pytest.raises(PermissionDenied):
                assign_paper(item=item_of(seminar), to=bob, user=person)
        mine = create_list(owner=alice.namespace, title="Mine")
        item, _new = add_paper(reading_list=mine, paper=make_paper(), user=alice)
        with pytest.raises(Refused):
            assign_paper(item=item, to=bob, user=alice)

    def test_done_by_oneself_or_an_editor_and_not_by_another_reader(self, seminar: ReadingList, alice: User, bob: User, erin: User) -> None:
        made, _new = assign_paper(item=item_of(seminar), to=bob, user=alice)
        with pytest.raises(PermissionDenied):
            finish_assignment(assignment=made, user=erin)
        assert finish_assignment(assignment=made, user=bob).done_at is not None
        assert finish_assignment(assignment=made, user=alice, is_done=False).done_at is None
        with pytest.raises(PermissionDenied):
            end_assignment(assignment=made, user=erin)
        end_assignment(assignment=made, user=alice)
        end_assignment(assignment=made, user=alice)  # gone already
        assert not Assignment.objects.exists()

    def test_it_hides_with_a_paper_taken_out_and_with_a_person_who_leaves(
        self, seminar: ReadingList, alice: User, bob: User, graph_lab: Team
    ) -> None:
        made, _new = assign_paper(item=item_of(seminar), to=bob, user=alice)
        removal = remove_paper(reading_list=seminar, paper=made.item.paper, user=alice)
        assert not Assignment.objects.visible_to(alice).exists()
        bring_back(reading_list=seminar, removal=removal, user=alice)
        assert Assignment.objects.visible_to(alice).exists()
        leave_team(team=graph_lab, user=bob)
        for person in (alice, bob):
            assert not Assignment.objects.visible_to(person).exists()

    def test_strangers_see_nothing_of_it_even_on_a_public_list(self, seminar: ReadingList, alice: User, bob: User, carol: User) -> None:
        change_list(reading_list=seminar, user=alice, visibility="public")
        assign_paper(item=item_of(seminar), to=bob, user=alice, words="Secret words")
        for client in (Client(), browser_of(carol)):
            page = client.get(seminar.get_absolute_url()).content.decode()
            assert "Secret words" not in page
            assert "have read it" not in page
        assert "Secret words" in browser_of(bob).get(seminar.get_absolute_url()).content.decode()
        shown = Program(carol).get("/lists/graph-lab/seminar/items/")["results"][0]
        assert (shown["assignments"], shown["read_by"]) == ([], None)

    def test_the_agenda_says_what_is_overdue_and_what_is_done(self, seminar: ReadingList, alice: User, bob: User) -> None:
        with time_machine.travel("2026-12-10 12:00", tick=False):
            browser = browser_of(alice)
            made, _new = assign_paper(item=item_of(seminar), to=bob, user=alice, due_on=date(2026, 12, 3))
            assert "overdue" in browser.get("/teams/graph-lab/agenda/").content.decode()
            browser.post(f"/assignments/{made.pk}", {"action": "done"})
            assert "Nothing is planned" in browser.get("/teams/graph-lab/agenda/").content.decode()
            assert "presents it" in browser.get("/teams/graph-lab/agenda/?done").content.decode()

    def test_days_come_in_order_and_those_without_one_last(self, seminar: ReadingList, alice: User, bob: User, erin: User) -> None:
        item = item_of(seminar)
        for person, day in ((alice, None), (bob, date(2026, 12, 10)), (erin, date(2026, 12, 3))):
            assign_paper(item=item, to=person, user=alice, due_on=day)
        shown = Program(alice).get("/teams/graph-lab/agenda/?size=2")
        rest = Program(alice).get(shown["next"])
        assert [each["who"] for each in shown["results"] + rest["results"]] == ["erin", "bob", "alice"]

    def test_over_rest(self, seminar: ReadingList, alice: User, bob: User) -> None:
        path = "/lists/graph-lab/seminar/items/2401.11111/assignments/bob/"
        program = Program(alice)
        made = program.ask("put", path, {"part": "read", "due_on": "2026-12-03"})
        assert (made.status_code, made.json()["who"], made.json()["title"]) == (201, "bob", "Snow")
        assert wrong(program.ask("put", path, {"due_on": "soon"}))["due_on"]
        assert program.get("/lists/graph-lab/seminar/items/")["results"][0]["assignments"][0]["due_on"] == "2026-12-03"
        done = Program(bob).ask("put", path, {"done": True})
        assert done.json()["done_at"] is not None
        assert done.json()["due_on"] == "2026-12-03"
        assert Program(bob).get("/me/assignments/")["results"] == []
        assert len(Program(bob).get("/me/assignments/?done=true")["results"]) == 1
        assert program.ask("delete", path).status_code == 204
        assert program.ask("delete", path).status_code == 204

    def test_on_the_web(self, seminar: ReadingList, alices_browser: Client, bob: User) -> None:
        item = item_of(seminar)
        address = f"{seminar.get_absolute_url()}{item.pk}/assign"
        assert "Bob" in alices_browser.get(address).content.decode().title()
        assert alices_browser.post(address, {"to": bob.pk, "part": "present", "due_on": "2026-12-03"}).status_code == 302
        assert "presents it on Thu 3 Dec 2026" in alices_browser.get(seminar.get_absolute_url()).content.decode()


class TestWhoHasReadIt:
    def test_the_team_sees_how_many_and_who(self, seminar: ReadingList, alice: User, bob: User, erin: User, carol: User) -> None:
        paper = item_of(seminar).paper
        for person in (bob, carol):
            set_state(user=person, paper=paper, state="read")
        set_state(user=erin, paper=paper, state="reading")
        page = browser_of(alice).get(seminar.get_absolute_url()).content.decode()
        assert "1 of 3 have read it" in page
        assert Program(alice).get("/lists/graph-lab/seminar/items/")["results"][0]["read_by"] == ["bob"]

    def test_who_does_not_want_to_be_shown_is_not_counted(self, seminar: ReadingList, alice: User, bob: User, erin: User) -> None:
        for person in (alice, bob):
            set_state(user=person, paper=item_of(seminar).paper, state="read")
        User.objects.filter(pk=bob.pk).update(shows_reading=False)
        assert "1 of 2 have read it" in browser_of(erin).get(seminar.get_absolute_url()).content.decode()

    def test_the_wish_is_in_the_profile(self, alice: User, alices_browser: Client) -> None:
        fields = {"full_name": "", "handle": "alice", "time_zone": "UTC", "theme": "dark"}
        assert "shows_reading" in alices_browser.get("/settings/").content.decode()
        alices_browser.post("/settings/", fields)
        alice.refresh_from_db()
        assert alice.shows_reading is False


def test_a_list_outlives_whoever_made_it(seminar: ReadingList, alice: User, bob: User, graph_lab: Team) -> None:
    theirs = create_list(owner=graph_lab.namespace, title="Bob's", user=bob)
    assert ReadingList.objects.managed_by(bob).filter(pk=theirs.pk).exists()
    leave_team(team=graph_lab, user=bob)
    assert not ReadingList.objects.visible_to(bob).filter(pk=theirs.pk).exists()
    assert ReadingList.objects.managed_by(alice).filter(pk=theirs.pk).exists()


def test_due_days_far_away_are_kept(seminar: ReadingList, alice: User, bob: User) -> None:
    far = timezone.localdate() + timedelta(days=4_000)
    assign_paper(item=item_of(seminar), to=bob, user=alice, due_on=far)
    assert Assignment.objects.get().due_on == far
