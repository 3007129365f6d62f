"""Answering a digest: from its mail without a log-in, on the web with one press; and what is known of its being opened."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.limits import Limit
from accounts.models import HouseRules, User
from digests.actions import answers_given, give_answer, note_opening, take_back_answer
from digests.models import Answer, DigestPaper
from digests.signing import answer_token, open_token, read_answer_token, read_open_token, stop_token, unsubscribe_token
from digests.views import answering
from papers.actions.lists import add_paper, create_list, saved_list
from papers.actions.merging import merge_papers
from papers.actions.reading import set_state
from papers.actions.voting import cast_vote
from papers.models import ListItem, PaperStats, ReadingList, ReadingState, Vote
from papers.models.paper import PaperQuerySet
from tests.digests.makers import make_digest
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def entry(alice: User) -> DigestPaper:
    """A paper in a digest of alice's."""
    return make_digest(alice, make_paper(title="Graphs & readers", authors=("Ada Lovelace",))).entries.get()


def address(entry: DigestPaper, answer: str = "") -> str:
    token = answer_token(entry.pk)
    return reverse("digests:answer", args=[token, answer]) if answer else reverse("digests:answers", args=[token])


class Buttons(HTMLParser):
    """The forms of a page's answers: by where each posts to, its button's state, whether it takes back and whether it sends itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, object]] = {}
        self.feed(page[page.index('id="answer"') : page.index("</main>") if "</main>" in page else None])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.form = {"to": str(given["action"]).rstrip("/").rpartition("/")[2], "itself": "load" in (given.get("hx-trigger") or "")}
        if tag == "input" and given["name"] == "take_back":
            self.form["back"] = True
        if tag == "button":
            key = "main" if given["id"] == "answer-main" else str(self.form["to"])
            self.found[key] = {**self.form, "pressed": given.get("aria-pressed")}


def buttons(page: str) -> dict[str, dict[str, object]]:
    return Buttons(page).found


def pressed(page: str) -> set[str]:
    return {name for name, button in buttons(page).items() if button["pressed"] == "true"}


def nothing_happened() -> bool:
    return not (Vote.objects.exists() or ListItem.objects.exists() or ReadingState.objects.exists() or ReadingList.objects.exists())


class TestActions:
    @pytest.mark.parametrize("answer", Answer)
    def test_an_answer_given_twice_is_given_once_and_taken_back_once(self, answer: Answer, entry: DigestPaper) -> None:
        assert [give_answer(entry=entry, answer=answer) for _ in range(2)] == [True, False]
        assert answers_given(entry=entry) == {answer}
        assert [take_back_answer(entry=entry, answer=answer) for _ in range(2)] == [True, False]
        assert answers_given(entry=entry) == set()

    def test_each_is_what_the_card_does(self, entry: DigestPaper, alice: User) -> None:
        for answer in Answer:
            give_answer(entry=entry, answer=answer)
        assert Vote.objects.get().user == alice
        assert ListItem.objects.get().reading_list == saved_list(user=alice)
        assert ReadingState.objects.get().state == "dismissed"
        stats = PaperStats.objects.get(paper=entry.paper)
        assert (stats.vote_count, stats.save_count) == (1, 1)

    def test_what_was_given_elsewhere_counts(self, entry: DigestPaper, alice: User) -> None:
        cast_vote(user=alice, paper=entry.paper)
        add_paper(reading_list=saved_list(user=alice), paper=entry.paper, user=alice)
        assert answers_given(entry=entry) == {Answer.UPVOTE, Answer.SAVE}

    def test_a_paper_in_another_list_is_still_to_be_saved_and_stays_there(self, entry: DigestPaper, alice: User) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf")
        add_paper(reading_list=shelf, paper=entry.paper, user=alice)
        assert answers_given(entry=entry) == set()
        give_answer(entry=entry, answer=Answer.SAVE)
        take_back_answer(entry=entry, answer=Answer.SAVE)
        assert [item.reading_list for item in ListItem.objects.in_lists()] == [shelf]

    def test_taking_back_leaves_another_word_on_the_paper(self, entry: DigestPaper, alice: User) -> None:
        give_answer(entry=entry, answer=Answer.DISMISS)
        set_state(user=alice, paper=entry.paper, state="reading")
        assert take_back_answer(entry=entry, answer=Answer.DISMISS) is False
        assert ReadingState.objects.get().state == "reading"

    def test_only_the_first_opening_is_kept_by_the_databases_clock(self, entry: DigestPaper) -> None:
        assert [note_opening(entry=entry) for _ in range(2)] == [True, False]
        entry.refresh_from_db()
        assert entry.opened_at
        assert abs((timezone.now() - entry.opened_at).total_seconds()) < 60


class TestTokens:
    def test_each_kind_opens_its_own_door_only(self, entry: DigestPaper, alice: User) -> None:
        of_other_kinds = [open_token(entry.pk), unsubscribe_token(entry.pk), stop_token(entry.pk, "security")]
        assert read_answer_token(answer_token(entry.pk)) == entry.pk
        assert [read_answer_token(token) for token in of_other_kinds] == [None] * 3
        assert read_open_token(answer_token(entry.pk)) is None

    def test_a_forged_one_answers_nothing(self, entry: DigestPaper, visitors_browser: Client) -> None:
        other = make_digest(make_user()).entries.get()
        token = answer_token(entry.pk)
        changed = token.replace(f"{entry.pk}.", f"{other.pk}.", 1)
        for forged in (token[:-1], f"{token}x", changed, "x", str(entry.pk), open_token(entry.pk)):
            for method in ("get", "head", "post"):
                found = getattr(visitors_browser, method)(reverse("digests:answer", args=[forged, "save"]))
                assert found.status_code == 404
            assert visitors_browser.get(reverse("digests:answers", args=[forged])).status_code == 404
            opened = forged if forged != open_token(entry.pk) else token
            assert visitors_browser.get(reverse("digests:open", args=[opened])).status_code == 404
        assert nothing_happened()

    def test_an_answer_that_there_is_not_is_not_found(self, entry: DigestPaper, visitors_browser: Client) -> None:
        assert visitors_browser.post(address(entry, "shred")).status_code == 404

    def test_one_of_a_digest_that_is_gone_is_not_found(self, entry: DigestPaper, visitors_browser: Client) -> None:
        entry.digest.delete()
        assert visitors_browser.post(address(entry, "save")).status_code == 404
        assert visitors_browser.get(entry.open_path).status_code == 404


class TestFromTheMail:
    @pytest.mark.parametrize("answer", Answer)
    def test_following_the_link_changes_nothing_and_asks(self, answer: Answer, entry: DigestPaper, visitors_browser: Client) -> None:
        assert visitors_browser.head(address(entry, answer)).status_code == 200
        page = visitors_browser.get(address(entry, answer)).content.decode()
        assert nothing_happened()
        assert ("Graphs &amp; readers" in page, "Ada Lovelace" in page) == (True, True)
        found = buttons(page)
        assert found["main"] == {"to": answer, "itself": False, "pressed": None}
        assert set(found) == {"main", *Answer.values} - {answer}
        assert 'content="noindex, nofollow"' in page

    def test_the_link_of_the_text_shows_all_answers(self, entry: DigestPaper, visitors_browser: Client) -> None:
        page = visitors_browser.get(address(entry)).content.decode()
        assert set(buttons(page)) == set(Answer.values)
        assert nothing_happened()

    @pytest.mark.parametrize("answer", Answer)
    def test_a_post_does_it_without_a_log_in_or_a_csrf_token(self, answer: Answer, entry: DigestPaper) -> None:
        browser = Client(enforce_csrf_checks=True)
        for _ in range(2):
            response = browser.post(address(entry, answer))
            assert response.status_code == 200
            page = response.content.decode()
            assert pressed(page) == {answer}
            assert buttons(page)["main"] == {"to": answer, "itself": False, "back": True, "pressed": None}
            assert entry.digest.get_absolute_url() in page
        assert answers_given(entry=entry) == {answer}
        page = browser.post(address(entry, answer), {"take_back": "1"}).content.decode()
        assert "Taken back" in page
        assert (pressed(page), "main" in buttons(page)) == (set(), False)
        assert answers_given(entry=entry) == set()

    def test_one_answer_leaves_the_others(self, entry: DigestPaper, visitors_browser: Client) -> None:
        for answer in ("save", "upvote"):
            visitors_browser.post(address(entry, answer))
        assert answers_given(entry=entry) == {Answer.SAVE, Answer.UPVOTE}
        visitors_browser.post(address(entry, "save"), {"take_back": "1"})
        assert answers_given(entry=entry) == {Answer.UPVOTE}

    def test_what_was_given_before_is_for_its_reader_to_see_and_not_for_whoever_was_passed_the_link(
        self, entry: DigestPaper, visitors_browser: Client
    ) -> None:
        for answer in (Answer.SAVE, Answer.UPVOTE):
            give_answer(entry=entry, answer=answer)
        assert pressed(visitors_browser.get(address(entry)).content.decode()) == set()
        assert pressed(visitors_browser.post(address(entry, "upvote")).content.decode()) == {"upvote"}
        hers = Client()
        hers.force_login(entry.user)
        page = hers.get(address(entry, "save")).content.decode()
        assert buttons(page)["main"]["back"] is True
        assert pressed(page) == {"save", "upvote"}

    @pytest.mark.parametrize("state", [{"is_active": False}, {"deletion_due_at": timezone.now()}])
    def test_a_reader_who_leaves_or_is_shut_out_answers_no_more(
        self, state: dict[str, object], entry: DigestPaper, visitors_browser: Client
    ) -> None:
        User.objects.filter(pk=entry.user_id).update(**state)
        for found in (address(entry, "save"), address(entry)):
            assert visitors_browser.get(found).status_code == 404
        assert visitors_browser.post(address(entry, "save")).status_code == 404
        assert nothing_happened()

    def test_a_deleted_readers_link_leads_nowhere(self, entry: DigestPaper, visitors_browser: Client) -> None:
        User.objects.get(pk=entry.user_id).delete()
        assert visitors_browser.post(address(entry, "save")).status_code == 404
        assert visitors_browser.get(entry.open_path).status_code == 404

    def test_a_paper_out_of_sight_is_not_found(self, entry: DigestPaper, visitors_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(PaperQuerySet, "visible_to", lambda papers, user: papers.none())
        for answer in Answer:
            assert visitors_browser.get(address(entry, answer)).status_code == 404
            assert visitors_browser.post(address(entry, answer)).status_code == 404
        assert visitors_browser.get(entry.open_path).status_code == 404
        assert nothing_happened()

    def test_somebody_else_who_is_logged_in_does_not_answer_for_the_reader(self, entry: DigestPaper, carol: User) -> None:
        browser = Client()
        browser.force_login(carol)
        assert browser.get(address(entry, "save")).status_code == 404
        assert browser.post(address(entry, "save")).status_code == 404
        assert nothing_happened()

    def test_it_works_where_visitors_must_log_in_to_read(self, entry: DigestPaper, visitors_browser: Client) -> None:
        HouseRules.objects.create(pk=1, public_reading=False)
        assert visitors_browser.get(address(entry)).status_code == 200
        assert visitors_browser.post(address(entry, "save")).status_code == 200
        assert visitors_browser.get(entry.open_path)["Location"].startswith("/accounts/login/?next=/digests/open/")

    def test_a_flood_of_answers_is_told_to_wait(
        self, entry: DigestPaper, visitors_browser: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(answering, "ANSWERS", Limit(2, answering.ANSWERS.window))
        statuses = [visitors_browser.post(address(entry, "upvote")).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        assert visitors_browser.get(address(entry, "upvote")).status_code == 200


class TestOneTap:
    def test_the_page_sends_itself_for_its_reader_only(self, entry: DigestPaper, alices_browser: Client, visitors_browser: Client) -> None:
        assert buttons(alices_browser.get(address(entry, "save")).content.decode())["main"]["itself"] is True
        assert buttons(visitors_browser.get(address(entry, "save")).content.decode())["main"]["itself"] is False
        assert nothing_happened()

    def test_it_does_not_send_what_is_given_or_a_page_without_an_answer(self, entry: DigestPaper, alices_browser: Client) -> None:
        assert "load" not in str(buttons(alices_browser.get(address(entry)).content.decode()))
        give_answer(entry=entry, answer=Answer.SAVE)
        found = buttons(alices_browser.get(address(entry, "save")).content.decode())
        assert not any(button["itself"] for button in found.values())

    def test_what_comes_back_is_a_piece_whose_reload_does_not_answer_again(self, entry: DigestPaper, alices_browser: Client) -> None:
        response = alices_browser.post(address(entry, "save"), headers=HTMX)
        assert response["HX-Replace-Url"] == address(entry)
        piece = response.content.decode()
        assert "<html" not in piece
        assert pressed(piece) == {"save"}
        assert not any(button["itself"] for button in buttons(piece).values())
        assert re.search(r'id="announcer"[^>]*>\s*Saved\s*<', piece)


class TestOpening:
    def test_it_leads_to_the_paper_and_notes_its_reader(self, entry: DigestPaper, alices_browser: Client) -> None:
        response = alices_browser.get(entry.open_path)
        assert (response.status_code, response["Location"]) == (302, entry.paper.get_absolute_url())
        entry.refresh_from_db()
        first = entry.opened_at
        assert first
        alices_browser.get(entry.open_path)
        entry.refresh_from_db()
        assert entry.opened_at == first

    def test_nobody_else_is_noted(self, entry: DigestPaper, visitors_browser: Client, carol: User) -> None:
        carols_browser = Client()
        carols_browser.force_login(carol)
        for browser in (visitors_browser, carols_browser):
            assert browser.get(entry.open_path)["Location"] == entry.paper.get_absolute_url()
        entry.refresh_from_db()
        assert entry.opened_at is None

    def test_a_head_notes_nothing(self, entry: DigestPaper, alices_browser: Client) -> None:
        assert alices_browser.head(entry.open_path).status_code == 302
        entry.refresh_from_db()
        assert entry.opened_at is None

    def test_it_leads_to_the_paper_that_is_left_of_two(self, entry: DigestPaper, alices_browser: Client) -> None:
        kept = merge_papers(keep=make_paper(), other=entry.paper)
        assert alices_browser.get(entry.open_path)["Location"] == kept.get_absolute_url()


class TestOnTheWeb:
    @pytest.fixture
    def page(self, entry: DigestPaper) -> str:
        return entry.digest.get_absolute_url()

    def press(self, browser: Client, entry: DigestPaper, state: str, **more: str) -> str:
        fields = {"state": state, "beside": "menu", **more}
        return browser.post(reverse("papers:mark", args=[entry.paper.slug]), fields, headers=HTMX).content.decode()

    def test_titles_lead_through_the_note_of_opening(self, entry: DigestPaper, page: str, alices_browser: Client) -> None:
        shown = alices_browser.get(page).content.decode()
        assert f'<a href="{entry.open_path}" data-open>' in shown
        assert 'href="/papers/' in alices_browser.get("/").content.decode(), "cards elsewhere lead straight to the paper"

    def test_every_card_has_a_button_that_says_whether_it_is_pressed(self, entry: DigestPaper, page: str, alices_browser: Client) -> None:
        button = rf'id="dismiss-{entry.paper_id}-button" name="state" value="{{}}" aria-pressed="{{}}"'
        assert button.format("dismissed", "false") in alices_browser.get(page).content.decode()
        set_state(user=entry.user, paper=entry.paper, state="dismissed")
        shown = alices_browser.get(page).content.decode()
        assert button.format("", "true") in shown
        assert "Take it back" in shown
        assert "dismiss-" not in alices_browser.get("/").content.decode(), "other cards have the menu only"

    def test_pressing_it_changes_the_menu_too_and_says_so_without_a_toast(self, entry: DigestPaper, alices_browser: Client) -> None:
        piece = self.press(alices_browser, entry, "dismissed")
        assert ReadingState.objects.get().state == "dismissed"
        assert f'id="dismiss-{entry.paper_id}"' in piece
        assert re.search(rf'reading--dismissed" id="reading-{entry.paper_id}" hx-swap-oob="true"', piece)
        assert ('class="toast' in piece, "autofocus" in piece) == (False, False)
        assert re.search(r'id="announcer"[^>]*>Not for me<', piece)
        self.press(alices_browser, entry, "")
        assert not ReadingState.objects.exists()

    def test_the_menu_changes_the_button_and_so_does_its_undo(self, entry: DigestPaper, alices_browser: Client) -> None:
        piece = self.press(alices_browser, entry, "dismissed", beside="button")
        assert f'id="dismiss-{entry.paper_id}" hx-swap-oob="true"' in piece
        assert '<input type="hidden" name="beside" value="button">' in piece[piece.index('class="toast') :]
        piece = self.press(alices_browser, entry, "", beside="button", undo="1")
        assert f'id="dismiss-{entry.paper_id}" hx-swap-oob="true"' in piece
        assert 'aria-pressed="false"' in piece

    def test_a_plain_form_comes_back_to_the_card(self, entry: DigestPaper, page: str, alices_browser: Client) -> None:
        here = f"http://testserver{page}"
        fields = {"state": "dismissed", "beside": "menu"}
        response = alices_browser.post(reverse("papers:mark", args=[entry.paper.slug]), fields, headers={"Referer": here})
        assert response["Location"] == f"{page}#paper-{entry.paper_id}"

    def test_a_neighbour_that_there_is_not_is_refused(self, entry: DigestPaper, alices_browser: Client) -> None:
        fields = {"state": "read", "beside": "the point"}
        assert alices_browser.post(reverse("papers:mark", args=[entry.paper.slug]), fields).status_code == 400
