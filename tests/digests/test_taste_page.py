"""The page and the endpoint of a reader's taste: what is shown, what each button does, and that it is nobody else's."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team, User
from digests import actions
from digests.models import CategoryQuota, LeftOut, Subscription, Taste
from papers.actions.interests import set_interests
from papers.actions.lists import add_paper, create_list
from papers.actions.reading import set_state
from papers.models import Paper
from tests.api import Program
from tests.digests.test_composing import make_graph_paper, save

pytestmark = pytest.mark.django_db
PAGE, CHANGE = reverse("digests:taste"), reverse("digests:change_taste")


@pytest.fixture
def papers(alice: User) -> tuple[Paper, Paper]:
    """One that she keeps and a new one like it."""
    mine, new = make_graph_paper("My graphs"), make_graph_paper("New graphs")
    save(alice, mine)
    return mine, new


def looked_at(browser: Client) -> str:
    """The page once its picture is drawn."""
    browser.get(PAGE)
    actions.draw_pictures()
    return browser.get(reverse("digests:picture")).content.decode()


def test_a_first_look_has_the_picture_drawn_and_waits_for_it(alices_browser: Client) -> None:
    page = alices_browser.get(PAGE).content.decode()
    assert "being drawn" in page
    assert 'hx-trigger="every 2s"' in page
    assert Taste.objects.asked().count() == 1
    actions.draw_pictures()
    assert "every 2s" not in alices_browser.get(reverse("digests:picture")).content.decode()


def test_it_shows_topics_with_their_papers_and_the_next_digest_with_reasons(alices_browser: Client, papers: tuple[Paper, Paper]) -> None:
    page = looked_at(alices_browser)
    assert "100 %" in page
    assert "My graphs" in page
    assert "New graphs" in page
    assert "Because you saved “My graphs”" in page


def test_a_fresh_picture_is_not_drawn_again_by_looking_at_it(alices_browser: Client) -> None:
    looked_at(alices_browser)
    alices_browser.get(PAGE)
    assert not Taste.objects.asked().exists()


def test_what_not_for_me_does_is_shown(alice: User, alices_browser: Client, papers: tuple[Paper, Paper]) -> None:
    other = make_graph_paper("Other graphs")
    looked_at(alices_browser)
    set_state(user=alice, paper=papers[1], state="dismissed")
    alices_browser.post(CHANGE, {"do": "draw"})
    actions.draw_pictures()
    page = alices_browser.get(reverse("digests:picture")).content.decode()
    assert "1 paper is not in it any more" in page
    assert "you said that it is not for you" in page
    assert other.title in page


def test_each_button_does_what_it_says(alice: User, alices_browser: Client, papers: tuple[Paper, Paper]) -> None:
    mine = papers[0]
    looked_at(alices_browser)

    def taste() -> Taste:
        return Taste.objects.get(user=alice)

    for do, holds in (
        ("pause", lambda: taste().paused_at),
        ("end_pause", lambda: taste().paused_at is None),
        ("reset", lambda: taste().since),
        ("take_back_reset", lambda: taste().since is None),
    ):
        assert alices_browser.post(CHANGE, {"do": do}).status_code == 302
        assert holds(), do
    alices_browser.post(CHANGE, {"do": "leave_out", "paper": mine.slug})
    assert LeftOut.objects.get().paper == mine
    alices_browser.post(CHANGE, {"do": "take_in_again", "paper": mine.slug})
    assert not LeftOut.objects.exists()
    actions.draw_pictures()
    made = taste().made_at.isoformat()
    alices_browser.post(CHANGE, {"do": "leave_out", "place": "0", "made": made})
    assert LeftOut.objects.get().paper == mine
    alices_browser.post(CHANGE, {"do": "take_all_in_again"})
    assert not LeftOut.objects.exists()


def test_a_topic_of_a_picture_that_was_drawn_anew_is_not_left_out(alice: User, alices_browser: Client, papers: tuple[Paper, Paper]) -> None:
    looked_at(alices_browser)
    made = Taste.objects.get(user=alice).made_at.isoformat()
    alices_browser.post(CHANGE, {"do": "draw"})
    actions.draw_pictures()
    page = alices_browser.post(CHANGE, {"do": "leave_out", "place": "0", "made": made}, follow=True).content.decode()
    assert "drawn anew meanwhile" in page
    assert not LeftOut.objects.exists()


@pytest.mark.parametrize("posted", [{}, {"do": "everything"}, {"do": "leave_out", "place": "7"}, {"do": "leave_out", "place": "-1"}])
def test_a_strange_form_changes_nothing(alices_browser: Client, papers: tuple[Paper, Paper], posted: dict[str, str]) -> None:
    looked_at(alices_browser)
    assert alices_browser.post(CHANGE, posted).status_code in {302, 400}
    assert not LeftOut.objects.exists()
    assert alices_browser.post(CHANGE, {"do": "leave_out", "paper": "no-such-paper"}).status_code == 404


def test_quotas_are_saved_and_a_bad_one_is_named_and_kept_in_its_box(alice: User, alices_browser: Client) -> None:
    set_interests(user=alice, kind="category", values=["cs.CL", "q-bio.NC"])
    address = reverse("digests:change_quotas")
    bad = alices_browser.post(address, {"at_least-cs.CL": "4", "at_most-cs.CL": "2", "at_least-q-bio.NC": "1"})
    assert bad.status_code == 422
    assert "This is less than at least." in bad.content.decode()
    assert not CategoryQuota.objects.exists()
    assert alices_browser.post(address, {"at_least-cs.CL": "2", "at_most-cs.CL": "4", "at_least-q-bio.NC": ""}).status_code == 302
    quota = CategoryQuota.objects.get()
    assert (quota.category, quota.at_least, quota.at_most) == ("cs.CL", 2, 4)
    assert 'value="4"' in alices_browser.get(PAGE).content.decode()


def test_choosiness_and_surprise_are_settings_of_the_digest(alice: User, alices_browser: Client) -> None:
    alices_browser.post(
        reverse("digests:settings"),
        {"is_active": "on", "cadence": "weekly", "weekday": 1, "hour": 7, "time_zone": "UTC", "paper_limit": 5, "choosiness": "strict"},
    )
    subscription = Subscription.objects.get(user=alice)
    assert (subscription.choosiness, subscription.has_surprise) == ("strict", False)


class TestOverRest:
    def test_the_picture_can_be_asked_for_and_read(self, alice: User, papers: tuple[Paper, Paper]) -> None:
        program = Program(alice)
        assert program.ask("post", "/taste/").json()["is_being_made"]
        actions.draw_pictures()
        answer = program.get("/taste/")
        assert [topic["share"] for topic in answer["topics"]] == [1.0]
        assert answer["topics"][0]["papers"][0] == {"slug": papers[0].slug, "title": "My graphs", "kind": "saved", "weight": 1.0}
        assert [entry["paper"]["slug"] for entry in answer["preview"]] == [papers[1].slug]
        assert answer["preview"][0]["reason_text"] == "Because you saved “My graphs”"

    def test_pause_reset_and_quotas_are_changed_together(self, alice: User) -> None:
        quotas = [{"category": "cs.CL", "at_least": 1, "at_most": None}]
        answer = Program(alice).ask("patch", "/taste/", {"is_paused": True, "is_reset": True, "quotas": quotas}).json()
        assert (answer["is_paused"], answer["is_reset"], answer["quotas"]) == (True, True, quotas)
        answer = Program(alice).ask("patch", "/taste/", {"is_paused": False, "is_reset": False}).json()
        assert (answer["paused_at"], answer["since"], answer["quotas"]) == (None, None, quotas)

    @pytest.mark.parametrize(
        ("quotas", "named"),
        [
            ([{"category": "cs.CL", "at_least": 3, "at_most": 1}], "at_most"),
            ([{"at_least": 3}], "category"),
            ([{"category": "no category!", "at_least": 3}], "is no category"),
            ([{"category": "cs.CL", "at_least": 3}] * 2, "One quota"),
            ([{"category": f"c{number}", "at_least": 1} for number in range(21)], "20 at most"),
        ],
    )
    def test_a_bad_quota_is_named(self, alice: User, quotas: list[dict[str, object]], named: str) -> None:
        answer = Program(alice).ask("patch", "/taste/", {"quotas": quotas})
        assert answer.status_code == 400
        assert named in str(answer.json())

    def test_a_paper_is_left_out_and_taken_in_again(self, alice: User, papers: tuple[Paper, Paper]) -> None:
        program, address = Program(alice), f"/taste/left-out/{papers[0].slug}/"
        for _ in range(2):
            assert program.ask("put", address).status_code == 204
        assert [paper["slug"] for paper in program.get("/taste/")["left_out"]] == [papers[0].slug]
        for _ in range(2):
            assert program.ask("delete", address).status_code == 204
        assert program.get("/taste/")["left_out"] == []
        assert program.ask("put", "/taste/left-out/no-such-paper/").status_code == 404


def test_more_quotas_than_there_is_room_for_are_refused_in_words(alice: User, alices_browser: Client) -> None:
    codes = [f"cs.C{number}" for number in range(21)]
    set_interests(user=alice, kind="category", values=codes)
    answer = alices_browser.post(reverse("digests:change_quotas"), {f"at_least-{code}": "1" for code in codes})
    assert answer.status_code == 422
    assert "20 categories at most" in answer.content.decode()


def test_a_program_without_lists_is_told_nothing_of_teams_and_one_that_only_writes_no_picture(
    alice: User, bob: User, graph_lab: Team, papers: tuple[Paper, Paper]
) -> None:
    kept = make_graph_paper("Graphs of the team")
    add_paper(reading_list=create_list(owner=graph_lab.namespace, title="Reading group"), paper=kept, user=bob)
    actions.ask_for_picture(user=alice)
    actions.draw_pictures()
    assert "Graphs of the team" in str(Program(alice).get("/taste/")["topics"])
    assert "Graphs of the team" not in str(Program(alice, scopes=["digests:read"]).get("/taste/")["topics"])
    assert "topics" not in Program(alice, scopes=["digests:write"]).ask("post", "/taste/").json()
