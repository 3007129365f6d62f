"""Reading state: said once or for many, by button and over REST; lists say how far one is; nobody else sees it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from papers.actions.lists import add_paper, create_list
from papers.actions.reading import clear_state, clear_states, mark_list_read, set_state, set_states
from papers.actions.voting import cast_vote
from papers.models import Paper, ReadingList, ReadingState, State, Visibility
from tests.api import Program
from tests.factories import make_paper
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    """Alice's public list with three papers."""
    reading_list = create_list(owner=alice.namespace, title="Shelf", visibility=Visibility.PUBLIC)
    for _ in range(3):
        add_paper(reading_list=reading_list, paper=make_paper(), user=alice)
    return reading_list


def mark(browser: Client, paper: Paper, state: str, **headers: str) -> str:
    response = browser.post(reverse("papers:mark", args=[paper.slug]), {"state": state}, headers=headers)
    assert response.status_code == (200 if headers else 302)
    return response.content.decode()


def test_what_is_said_twice_is_said_once_and_keeps_its_date(alice: User) -> None:
    paper, long_ago = make_paper(), timezone.now() - timedelta(days=9)
    assert set_state(user=alice, paper=paper, state=State.READ) is True
    ReadingState.objects.update(changed_at=long_ago, read_at=long_ago)
    assert set_state(user=alice, paper=paper, state=State.READ) is False
    said = ReadingState.objects.get()
    assert (said.state, said.changed_at, said.read_at) == ("read", long_ago, long_ago)


def test_only_a_paper_that_is_read_says_since_when(alice: User) -> None:
    paper = make_paper()
    for state in State:
        set_state(user=alice, paper=paper, state=state)
        assert (ReadingState.objects.get().read_at is not None) is (state == State.READ)


def test_a_state_that_does_not_exist_is_refused(alice: User) -> None:
    with pytest.raises(ValueError, match="skimmed"):
        set_state(user=alice, paper=make_paper(), state="skimmed")


def test_it_is_taken_back_and_never_touches_votes(alice: User) -> None:
    paper = make_paper()
    cast_vote(user=alice, paper=paper)
    set_state(user=alice, paper=paper, state=State.DISMISSED)
    assert clear_state(user=alice, paper=paper) is True
    assert clear_state(user=alice, paper=paper) is False
    paper.stats.refresh_from_db()
    assert paper.stats.vote_count == paper.votes.count() == 1


def test_many_papers_are_one_statement(alice: User, django_assert_num_queries: object) -> None:
    papers = [make_paper().pk for _ in range(12)]
    set_states(user=alice, papers=papers[:3], state=State.READ)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert set_states(user=alice, papers=[*papers, 0], state=State.READ) == 9
    assert clear_states(user=alice, papers=papers) == 12
    assert set_states(user=alice, papers=[], state=State.READ) == 0


def test_a_whole_list_is_read_in_one_statement_by_whoever_may_see_it(shelf: ReadingList, alice: User, bob: User) -> None:
    set_state(user=bob, paper=shelf.items.all()[0].paper, state=State.READ)
    assert mark_list_read(user=bob, reading_list=shelf) == 2
    assert mark_list_read(user=bob, reading_list=shelf) == 0
    counts = {who: ReadingList.objects.with_progress_of(who).get(pk=shelf.pk).read_count for who in (alice, bob)}
    assert counts == {alice: 0, bob: 3}


def test_a_list_shows_how_far_its_reader_is(shelf: ReadingList, alices_browser: Client, alice: User, client: Client) -> None:
    set_state(user=alice, paper=shelf.items.all()[0].paper, state=State.READ)
    for address in (shelf.get_absolute_url(), "/lists/", "/people/alice/"):
        assert "1 of 3 read" in alices_browser.get(address).content.decode()
    answer = alices_browser.post(f"{shelf.get_absolute_url()}read", follow=True).content.decode()
    assert "2 more papers count as read." in answer
    assert "3 of 3 read" in answer
    assert "Mark all as read" not in answer
    assert "<progress" not in client.get(shelf.get_absolute_url()).content.decode()


def test_the_control_shows_what_was_said_and_takes_it_back(alices_browser: Client, alice: User) -> None:
    paper = make_paper()
    assert 'value="read" aria-pressed="false"' in alices_browser.get("/").content.decode()
    piece = mark(alices_browser, paper, "read", hx_request="true")
    assert 'value="" aria-pressed="true" data-state="read"' in piece
    assert "<html" not in piece
    mark(alices_browser, paper, "")
    assert not ReadingState.objects.exists()


def test_what_is_not_for_me_leaves_the_front_page_and_comes_back_by_undo(alices_browser: Client, alice: User) -> None:
    paper, other = make_paper(title="Not mine"), make_paper(title="Mine")
    set_state(user=alice, paper=paper, state=State.TO_READ)
    piece = mark(alices_browser, paper, "dismissed", hx_request="true")
    assert "Undo" in piece
    assert '<input type="hidden" name="state" value="to_read">' in piece
    assert [card.title for card in alices_browser.get("/").context["page"].items] == ["Mine"]
    assert Client().get("/").content.decode().count("data-card") == 2
    alices_browser.post(reverse("papers:mark", args=[paper.slug]), {"state": "to_read", "undo": "1"})
    assert ReadingState.objects.get().state == State.TO_READ
    assert {card.pk for card in alices_browser.get("/?sort=new").context["page"].items} == {paper.pk, other.pk}


def test_the_undo_button_is_on_the_next_page_for_readers_without_javascript(alices_browser: Client) -> None:
    paper = make_paper()
    mark(alices_browser, paper, "dismissed")
    page = alices_browser.get("/").content.decode()
    assert f'action="{reverse("papers:mark", args=[paper.slug])}"' in page
    assert "toast__undo" in page


def test_my_reading_shows_papers_by_state_the_last_said_first(alices_browser: Client, alice: User, bob: User) -> None:
    first, second, his = make_paper(), make_paper(), make_paper()
    for paper in (first, second):
        set_state(user=alice, paper=paper, state=State.TO_READ)
    set_state(user=bob, paper=his, state=State.TO_READ)
    page = alices_browser.get("/reading/")
    assert [marked.paper for marked in page.context["page"].items] == [second, first]
    assert page.context["counts"]["to_read"] == 2
    assert "Nothing read yet" in alices_browser.get("/reading/?state=read").content.decode()
    assert alices_browser.get("/reading/?state=skimmed").status_code == 404
    assert alices_browser.get("/reading/?after=x").status_code == 404


def test_bad_words_are_refused(alices_browser: Client) -> None:
    paper = make_paper()
    assert alices_browser.post(reverse("papers:mark", args=[paper.slug]), {"state": "skimmed"}).status_code == 400
    assert Program(User.objects.get()).ask("put", f"/papers/{paper.slug}/state/", {"state": "skimmed"}).status_code == 400
    assert Program(User.objects.get()).ask("get", "/me/reading/?state=skimmed").status_code == 400


def test_it_all_works_over_rest(alice: User, shelf: ReadingList) -> None:
    program, paper = Program(alice), make_paper(arxiv_id="1706.03762", doi="10.1000/182")
    said = program.ask("put", "/papers/arXiv:1706.03762v2/state/", {"state": "read"}).json()
    assert said["state"] == "read"
    assert said["read_at"] == said["changed_at"] is not None
    assert program.get("/papers/1706.03762/")["state"] == "read"
    [marked] = program.get("/me/reading/?state=read")["results"]
    assert (marked["paper"]["slug"], marked["state"]) == (paper.slug, "read")
    assert program.ask("put", "/lists/alice/shelf/read/").json()["changed"] == 3
    assert program.get("/lists/alice/shelf/")["read_count"] == 3
    many = {"papers": ["https://doi.org/10.1000/182", "9999.99999"], "state": "to_read"}
    assert program.ask("post", "/me/reading/", many).json() == {"changed": 1, "unknown": ["9999.99999"]}
    assert program.ask("post", "/me/reading/", many | {"state": None}).json()["changed"] == 1
    assert program.ask("delete", "/papers/1706.03762/state/").status_code == 204
    assert program.get("/papers/1706.03762/")["state"] == ""


def test_a_team_s_key_sees_nobody_s_reading(alice: User, graph_lab: Team, shelf: ReadingList) -> None:
    mark_list_read(user=alice, reading_list=shelf)
    alice.only_team_id = graph_lab.pk
    assert not ReadingState.objects.of_reader(alice).exists()
    assert {paper.reading_state for paper in Paper.objects.with_marks_of(alice)} == {""}


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_one_word_per_reader_and_paper() -> None:
    from tests.factories import make_user

    reader, papers = make_user(), [make_paper() for _ in range(4)]
    keys = [paper.pk for paper in papers]
    deeds = [lambda state=state: set_states(user=reader, papers=keys, state=state) for state in [*State] * 3]
    assert all(isinstance(count, int) for count in at_once(deeds))
    assert ReadingState.objects.count() == 4
