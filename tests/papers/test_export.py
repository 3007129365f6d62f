"""Lists as files and live addresses: who gets them, how they are told apart from old ones, and keys that stay."""

import re
from datetime import timedelta

import bibtexparser
import feedparser
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.memberships import add_member, remove_member
from accounts.models import HouseRules, Team, User
from papers.actions.citation_keys import give_keys, renew_keys, set_pattern
from papers.actions.list_links import make_link, revoke_link
from papers.actions.lists import add_paper, change_list, create_list, remove_paper
from papers.actions.merging import merge_papers
from papers.actions.notes import write_note
from papers.models import CitationKey, ListLink, Paper, ReadingList, Visibility
from papers.views import taking_along
from tests.api import Program
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    """A public list of two papers whose keys collide."""
    made = create_list(owner=alice.namespace, title="Shelf", description="For winter.", visibility=Visibility.PUBLIC)
    for number in (1, 2):
        paper = make_paper(title=f"Snow $x_{number}$", authors=("Ada Frost",), arxiv_id=f"2401.0000{number}")
        add_paper(reading_list=made, paper=paper, user=alice, note=f"note {number}\n\nwith <b>signs</b> & $y$")
    return made


def body(response: object) -> str:
    return b"".join(response).decode()  # type: ignore[call-overload]


def keys_in(reading_list: ReadingList, client: Client | None = None) -> list[str]:
    answer = (client or Client()).get(f"{reading_list.get_absolute_url().rstrip('/')}.bib")
    return [entry.key for entry in bibtexparser.parse_string(body(answer)).entries]


@pytest.mark.parametrize(
    ("form", "content_type", "holds"),
    [
        ("bib", "application/x-bibtex", "annote        = {note 1\n\nwith \\textless{}b\\textgreater{}signs"),
        ("ris", "application/x-research-info-systems", "N1  - note 2\r\n\r\nwith"),
        ("json", "application/vnd.citationstyles.csl+json", '"id": "frostsnowa"'),
        ("csv", "text/csv", "frostsnow,Snow $x_1$,Ada Frost"),
        ("md", "text/markdown", "# Shelf\n\nFor winter.\n\n- [**Snow $x_1$**]"),
        ("jsonl", "application/jsonl", '"cite_key": "frostsnow"'),
        ("txt", "text/plain", "Frost, A. (n.d.). Snow x₁"),
    ],
)
def test_a_list_is_a_file_in_every_form(shelf: ReadingList, form: str, content_type: str, holds: str) -> None:
    answer = Client().get(f"/lists/alice/shelf.{form}")
    assert answer["Content-Type"] == f"{content_type}; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="shelf.{form}"'
    assert holds in body(answer)
    assert body(Client().get(f"/api/v1/lists/alice/shelf.{form}")) == body(Client().get(f"/lists/alice/shelf.{form}"))


def test_styles_are_chosen_and_those_by_author_are_sorted(shelf: ReadingList, alice: User) -> None:
    add_paper(reading_list=shelf, paper=make_paper(title="Ice", authors=("Zoe van Aal",)), user=alice)
    assert [line[:9] for line in body(Client().get("/lists/alice/shelf.txt?style=apa")).splitlines()] == [
        "van Aal, ",
        "Frost, A.",
        "Frost, A.",
    ]
    assert body(Client().get("/lists/alice/shelf.txt?style=ieee")).startswith("[1] A. Frost, “Snow x₁”")
    assert Client().get("/lists/alice/shelf.txt?style=nothing").status_code == 400
    assert Client().get("/lists/alice/shelf.exe").status_code == 404
    assert Client().get("/api/v1/lists/alice/shelf.exe")["Content-Type"] == "application/problem+json"


def test_a_formatted_bibliography_has_an_end(shelf: ReadingList) -> None:
    ReadingList.objects.update(item_count=2_001)
    assert Client().get("/lists/alice/shelf.txt").status_code == 400
    assert Client().get("/lists/alice/shelf.bib").status_code == 200


class TestFreshness:
    def test_who_has_it_gets_304_for_four_queries(self, shelf: ReadingList) -> None:
        first = Client().get("/lists/alice/shelf.bib")
        with CaptureQueriesContext(connection) as captured:
            again = Client().get("/lists/alice/shelf.bib", headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, len(captured)) == (304, 4)
        assert Client().get("/lists/alice/shelf.bib", headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
        assert Client().get("/lists/alice/shelf.ris", headers={"If-None-Match": first["ETag"]}).status_code == 200
        assert first["Cache-Control"] == "no-cache"

    @pytest.mark.parametrize("change", ["note", "title", "paper", "removed", "renewed", "moved"])
    def test_whatever_shows_in_it_makes_it_new(self, shelf: ReadingList, alice: User, change: str) -> None:
        first = Client().get("/lists/alice/shelf.bib")
        item = shelf.items.first()
        match change:
            case "note":
                write_note(item=item, note="another", version=item.note_version)
            case "title":
                change_list(reading_list=shelf, title="Other")
            case "paper":
                item.paper.title = "Corrected"
                item.paper.save()
            case "removed":
                remove_paper(reading_list=shelf, paper=item.paper)
            case "renewed":
                renew_keys(reading_list=shelf)
            case "moved":
                merge_papers(keep=item.paper, other=shelf.items.last().paper)
        assert Client().get("/lists/alice/shelf.bib", headers={"If-None-Match": first["ETag"]}).status_code == 200


class TestKeys:
    def test_a_key_stays_whatever_becomes_of_the_list(self, shelf: ReadingList, alice: User) -> None:
        assert keys_in(shelf) == ["frostsnow", "frostsnowa"]
        first = shelf.items.first().paper
        remove_paper(reading_list=shelf, paper=first)
        add_paper(reading_list=shelf, paper=make_paper(title="Snow again", authors=("Bo Frost",)), user=alice)
        Paper.objects.filter(arxiv_id="2401.00002").update(title="Hail")
        assert keys_in(shelf) == ["frostsnowa", "frostsnowb"]
        add_paper(reading_list=shelf, paper=first, user=alice)
        assert keys_in(shelf) == ["frostsnowa", "frostsnowb", "frostsnow"]

    def test_a_pattern_holds_for_new_papers_and_for_all_when_asked(self, shelf: ReadingList, alice: User) -> None:
        give_keys(reading_list=shelf)
        set_pattern(owner=alice.namespace, user=alice, pattern="{Auth}-{word}")
        add_paper(reading_list=shelf, paper=make_paper(title="Rain", authors=("Bo Frost",)), user=alice)
        assert keys_in(shelf) == ["frostsnow", "frostsnowa", "Frost-rain"]
        renew_keys(reading_list=shelf)
        assert keys_in(shelf) == ["Frost-snow", "Frost-snowa", "Frost-rain"]

    def test_a_merged_paper_leaves_its_key_to_the_other(self, shelf: ReadingList) -> None:
        give_keys(reading_list=shelf)
        other = make_paper(title="The same snow")
        merge_papers(keep=other, other=Paper.objects.get(arxiv_id="2401.00001"))
        assert keys_in(shelf) == ["frostsnow", "frostsnowa"]

    def test_giving_them_again_gives_none(self, shelf: ReadingList) -> None:
        assert (give_keys(reading_list=shelf), give_keys(reading_list=shelf), CitationKey.objects.count()) == (2, 0, 2)

    def test_another_list_has_keys_of_its_own(self, shelf: ReadingList, alice: User) -> None:
        other = create_list(owner=alice.namespace, title="Other", visibility=Visibility.PUBLIC)
        add_paper(reading_list=other, paper=shelf.items.last().paper, user=alice)
        assert (keys_in(shelf)[1], keys_in(other)) == ("frostsnowa", ["frostsnow"])


class TestFeed:
    def test_feedparser_reads_it_without_a_complaint(self, shelf: ReadingList, alice: User) -> None:
        add_paper(reading_list=shelf, paper=make_paper(title="Odd \x0b \ufffe \u0007 <&> $x^2$"), user=alice, note="\x08 ]]> note")
        feed = feedparser.parse(Client().get("/lists/alice/shelf.atom").content)
        assert (feed.bozo, feed.feed.title, feed.feed.subtitle) == (False, "Shelf", "For winter.")
        assert feed.entries[0].title == "Odd <&> x²"
        assert [entry.title for entry in feed.entries[1:]] == ["Snow x₂", "Snow x₁"]
        assert "<blockquote><p>note 2</p>" in feed.entries[1].summary
        assert "We study topic" in feed.entries[1].summary
        assert feed.entries[1].link.endswith("/papers/2401.00002")

    def test_an_empty_one_is_as_old_as_its_list(self, alice: User) -> None:
        create_list(owner=alice.namespace, title="Empty", visibility=Visibility.PUBLIC)
        ReadingList.objects.update(updated_at=timezone.now() - timedelta(days=9))
        feed = feedparser.parse(Client().get("/lists/alice/empty.atom").content)
        assert (feed.bozo, feed.feed.updated[:10]) == (False, f"{timezone.now() - timedelta(days=9):%Y-%m-%d}")


class TestSecretLinks:
    @pytest.fixture
    def key(self, shelf: ReadingList, alice: User) -> str:
        ReadingList.objects.update(visibility=Visibility.PRIVATE)
        _link, key = make_link(reading_list=shelf, user=alice, label="Overleaf")
        return key

    def test_whoever_has_one_reads_the_list_and_nothing_else(self, shelf: ReadingList, key: str) -> None:
        visitor = Client()
        page = visitor.get(f"/shared/{key}/")
        assert "note 1" in page.content.decode()
        assert "Take out" not in page.content.decode()
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert [visitor.get(f"/shared/{key}.{form}").status_code for form in ("bib", "ris", "json", "atom", "csv")] == [200] * 5
        assert visitor.get("/lists/alice/shelf/").status_code == 404
        assert visitor.get("/lists/alice/shelf.bib").status_code == 404
        assert f"/shared/{key}.atom" in feedparser.parse(visitor.get(f"/shared/{key}.atom").content).feed.links[1].href

    def test_only_a_hash_of_it_is_kept_and_its_use_is_noted(self, key: str) -> None:
        link = ListLink.objects.get()
        assert key not in str(vars(link))
        assert link.last_used_at is None
        Client().get(f"/shared/{key}.bib")
        link.refresh_from_db()
        assert link.last_used_at is not None

    def test_a_revoked_one_opens_nothing(self, shelf: ReadingList, alice: User, key: str) -> None:
        revoke_link(link=ListLink.objects.get(), user=alice)
        assert Client().get(f"/shared/{key}/").status_code == 404
        assert Client().get(f"/shared/{key}.bib").status_code == 404

    def test_one_ends_with_the_rights_of_its_maker(self, graph_lab: Team, alice: User, bob: User) -> None:
        ours = create_list(owner=graph_lab.namespace, title="Ours", user=alice)
        membership = add_member(team=graph_lab, user=bob, role="maintainer")
        _link, key = make_link(reading_list=ours, user=bob, label="Bob's")
        assert Client().get(f"/shared/{key}/").status_code == 200
        remove_member(membership=membership, actor=alice)
        assert Client().get(f"/shared/{key}/").status_code == 404

    def test_guessing_is_slowed_down(self, shelf: ReadingList, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(taking_along, "WRONG_KEYS", taking_along.Limit(3, timedelta(minutes=5)))
        statuses = [Client().get(f"/shared/guess-{number}.bib").status_code for number in range(5)]
        assert statuses == [404, 404, 404, 429, 429]
        assert Client().get(f"/shared/{key}.bib").status_code == 200

    def test_it_opens_where_visitors_may_not_read(self, shelf: ReadingList, key: str) -> None:
        HouseRules.objects.update_or_create(pk=HouseRules.current().pk or 1, defaults={"public_reading": False})
        assert Client().get("/").status_code == 302
        assert Client().get(f"/shared/{key}.bib").status_code == 200

    def test_the_page_shows_the_key_once(self, shelf: ReadingList, alice: User) -> None:
        browser = Client()
        browser.force_login(alice)
        made = browser.post("/lists/alice/shelf/links", {"label": "Overleaf"}).content.decode()
        key = re.findall(r"/shared/([\w-]+)", made)[0]
        assert Client().get(f"/shared/{key}/").status_code == 200
        later = browser.get("/lists/alice/shelf/export/").content.decode()
        assert "Overleaf" in later
        assert key not in later

    def test_a_program_makes_and_ends_one(self, shelf: ReadingList, alice: User) -> None:
        program = Program(alice)
        made = program.ask("post", "/lists/alice/shelf/links/", {"label": "CI"}).json()
        assert Client().get(made["bib_url"].partition("//")[2].partition("/")[2].join("/ ").strip()).status_code == 200
        assert [each["label"] for each in program.get("/lists/alice/shelf/links/")] == ["CI"]
        assert program.ask("delete", f"/lists/alice/shelf/links/{made['id']}/").status_code == 204
        assert program.get("/lists/alice/shelf/links/")[0]["revoked_at"]


class TestChosenPapers:
    def test_papers_come_by_any_name_in_the_order_asked(self, shelf: ReadingList) -> None:
        text = body(Client().get("/export.jsonl?paper=arXiv:2401.00002v3&paper=2401.00001&paper=2401.00002"))
        assert [line.partition('"arxiv_id": "')[2][:10] for line in text.splitlines()] == ["2401.00002", "2401.00001"]
        assert body(Client().post("/export.bib", {"paper": ["2401.00001"]})).startswith("@misc{frostsnow,")

    @pytest.mark.parametrize("query", ["", "?paper=2499.00001", "?paper=2401.00001&paper=nothing"])
    def test_one_that_is_not_here_is_not_found(self, shelf: ReadingList, query: str) -> None:
        assert Client().get(f"/export.bib{query}").status_code == 404
        assert Client().get(f"/api/v1/papers.bib{query}").status_code == 404

    def test_a_search_is_a_file(self, shelf: ReadingList) -> None:
        answer = Client().get("/search.ris?q=2401.00001")
        assert answer["Content-Disposition"] == 'attachment; filename="search.ris"'
        assert body(answer).count("TY  - ") == 1
        assert body(Client().get("/search.json?q=")) == "[]\n"
