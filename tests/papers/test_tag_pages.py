"""Tags on the web and over REST: on a list's papers, in a list's bar, on pages of their own, in files."""

import csv
import io
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.actions.naming import rename_holder
from accounts.models import Team, User
from papers.actions.list_links import make_link
from papers.actions.lists import add_paper, create_list
from papers.actions.tagging import write_tags
from papers.actions.tags import create_tag
from papers.models import ListItem, Paper, ReadingList, Tag, Visibility
from tests.api import ROOT, Program, wrong
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
ODD = ["cs/theory", "100%", ".", "..", "a/../b", "%2E", "C++ & C#?", "a\\b", "“ü” 注", "7/edit", "x.bib", "a//b", "/", "new"]


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    """Three papers: one to teach, one of both tags, one of none."""
    made = create_list(owner=alice.namespace, title="Shelf", visibility=Visibility.PUBLIC, user=alice)
    for title, names in (("First", ["To teach"]), ("Second", ["baseline", "To teach"]), ("Third", [])):
        item, _new = add_paper(reading_list=made, paper=make_paper(title=title), user=alice, note=f"Note on {title}")
        write_tags(item=item, names=names)
    return made


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code
    return "".join(part.decode() for part in answer) if answer.streaming else answer.content.decode()


def item_of(title: str) -> ListItem:
    return ListItem.objects.get(paper__title=title)


def names_on(title: str) -> list[str]:
    return ListItem.objects.with_tags().get(paper__title=title).tag_names


def test_a_list_shows_its_tags_and_is_narrowed_down_by_one(shelf: ReadingList, visitors_browser: Client) -> None:
    page = text_of(visitors_browser, "/lists/alice/shelf/")
    assert page.count('href="?tag=To%20teach"') == 3  # on two papers and in the bar
    assert "Add tags" not in page
    assert 'id="known-tags"' not in page
    page = text_of(visitors_browser, "/lists/alice/shelf/?tag=to%20TEACH&order=added")
    assert all((title in page) is shown for title, shown in (("First", True), ("Second", True), ("Third", False)))
    assert 'aria-current="true"' in page
    assert "?order=votes&amp;tag=to%20TEACH" in page
    assert "No paper here has this tag" in text_of(visitors_browser, "/lists/alice/shelf/?tag=nothing")
    assert visitors_browser.get("/lists/alice/shelf/?tag=%00").status_code == 400


def test_an_editor_writes_tags_beside_a_paper(shelf: ReadingList, alices_browser: Client) -> None:
    page = text_of(alices_browser, "/lists/alice/shelf/")
    assert 'value="baseline, To teach"' in page
    assert '<option value="baseline">' in page
    address = f"/lists/alice/shelf/{item_of('Third').pk}/tags"
    answer = alices_browser.post(address, {"tags": 'to teach, "with, comma"'}, headers={"referer": "http://testserver/lists/alice/shelf/"})
    assert answer["Location"] == f"/lists/alice/shelf/#paper-{item_of('Third').paper_id}"
    assert names_on("Third") == ["To teach", "with, comma"]
    assert "&quot;with, comma&quot;" in text_of(alices_browser, "/lists/alice/shelf/")
    alices_browser.post(address, {"tags": " "})
    assert names_on("Third") == []


def test_those_ticked_are_tagged_and_untagged(shelf: ReadingList, alices_browser: Client) -> None:
    bulk = "/lists/alice/shelf/bulk"
    keys = [item_of(title).pk for title in ("First", "Third")]
    answer = alices_browser.post(bulk, {"what": "tag", "item": keys, "tags": "new, Baseline"}, follow=True)
    assert "2 papers are tagged." in answer.content.decode()
    assert (names_on("First"), names_on("Third")) == (["baseline", "new", "To teach"], ["baseline", "new"])
    answer = alices_browser.post(bulk, {"what": "untag", "all": "1", "only": "to teach", "tags": "new"}, follow=True)
    assert "1 paper lost its tag. 1 stays as it was." in answer.content.decode()
    assert (names_on("First"), names_on("Third")) == (["baseline", "To teach"], ["baseline", "new"])
    answer = alices_browser.post(bulk, {"what": "tag", "item": keys, "tags": " , "}, follow=True)
    assert "Write one tag at least." in answer.content.decode()


def test_a_tags_page_gathers_its_papers_over_all_lists(shelf: ReadingList, alice: User, alices_browser: Client, carol: User) -> None:
    hidden = create_list(owner=alice.namespace, title="Hidden", user=alice)
    for paper in (make_paper(title="Fourth"), Paper.objects.get(title="First")):
        write_tags(item=add_paper(reading_list=hidden, paper=paper, user=alice)[0], names=["to teach", "secret"])
    page = text_of(alices_browser, "/tags/alice/To%20teach/")
    places = [page.index(f">{title}</a>") for title in ("First", "Fourth", "Second")]
    assert places == sorted(places)
    assert page.count(">First</a>") == 1
    assert "In “Hidden”" in page
    assert "Change the tag" in page
    theirs = Client()
    theirs.force_login(carol)
    page = text_of(theirs, "/tags/alice/To%20teach/")
    assert "Fourth" not in page
    assert "secret" not in page
    assert "Change the tag" not in page
    assert theirs.get("/tags/alice/secret/").status_code == 404
    assert theirs.get("/tags/alice/to%20teach/")["Location"] == "/tags/alice/To%20teach/"
    assert "secret" not in text_of(theirs, "/tags/alice/")


def test_pages_of_a_tag_go_on(alice: User, alices_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papers.views.tags.PAPERS_ON_A_PAGE", 2)
    made = create_list(owner=alice.namespace, title="Shelf", user=alice)
    for number in range(5):
        write_tags(item=add_paper(reading_list=made, paper=make_paper(title=f"Paper {number}"), user=alice)[0], names=["x"])
    seen, address = "", "/tags/alice/x/"
    while address:
        page = alices_browser.get(address)
        seen += "".join(item.paper.title[-1] for item in page.context["page"].items)
        cursor = page.context["page"].next_cursor
        address = f"/tags/alice/x/?after={cursor}" if cursor else ""
    assert seen == "43210"
    assert alices_browser.get("/tags/alice/x/?after=forged").status_code == 404


def test_the_tags_of_a_name_are_shown_with_counts_and_empty_pages_teach(
    shelf: ReadingList, alices_browser: Client, visitors_browser: Client, bob: User
) -> None:
    page = text_of(alices_browser, "/tags/alice/")
    assert page.index("baseline") < page.index("To teach")
    assert "2 papers" in page
    assert 'href="/tags/alice/"' in text_of(alices_browser, "/lists/")
    assert "A new tag" not in text_of(visitors_browser, "/tags/alice/")
    theirs = Client()
    theirs.force_login(bob)
    assert "Tags are short words for papers" in text_of(theirs, "/tags/bob/")
    assert visitors_browser.get("/tags/bob/").status_code == 404


def test_a_tag_is_made_renamed_merged_and_deleted(shelf: ReadingList, alice: User, alices_browser: Client) -> None:
    assert alices_browser.post("/tags/alice/new", {"name": "fresh ", "colour": "teal"})["Location"] == "/tags/alice/fresh/"
    assert "There is a tag “FRESH” already." in alices_browser.post("/tags/alice/new", {"name": "FRESH", "colour": "red"}).content.decode()
    assert "valid choice" in alices_browser.post("/tags/alice/new", {"name": "x", "colour": "mauve"}).content.decode()
    tag = Tag.objects.get(name="To teach")
    edit = f"/tags/alice/{tag.pk}/edit"
    assert 'value="To teach"' in text_of(alices_browser, edit)
    assert "Merge the two" in alices_browser.post(edit, {"name": "Fresh", "colour": "red"}).content.decode()
    assert alices_browser.post(edit, {"name": "Teaching", "colour": "red"})["Location"] == "/tags/alice/Teaching/"
    assert names_on("Second") == ["baseline", "Teaching"]
    alices_browser.post(f"/tags/alice/{tag.pk}/merge", {"into": "no such tag"})
    assert Tag.objects.filter(pk=tag.pk).exists()
    assert alices_browser.post(f"/tags/alice/{tag.pk}/merge", {"into": "BASELINE"})["Location"] == "/tags/alice/baseline/"
    assert (names_on("First"), names_on("Second")) == (["baseline"], ["baseline"])
    alices_browser.post(f"/tags/alice/{Tag.objects.get(name='baseline').pk}/delete")
    assert (names_on("First"), Tag.objects.get().name) == ([], "fresh")


@pytest.mark.parametrize("name", ODD)
def test_every_name_has_an_address(name: str, alice: User, alices_browser: Client) -> None:
    made = create_list(owner=alice.namespace, title="Shelf", user=alice)
    item, _new = add_paper(reading_list=made, paper=make_paper(title="Odd"), user=alice)
    write_tags(item=item, names=[name])
    tag = Tag.objects.get()
    assert "Odd" in text_of(alices_browser, tag.get_absolute_url())
    assert "/./" not in tag.get_absolute_url()
    assert "/../" not in tag.get_absolute_url()
    assert "Odd" in text_of(alices_browser, f"/tags/alice/{quote(tag.in_address)}.bib")
    assert "Odd" in text_of(alices_browser, f"/lists/alice/shelf/?tag={quote(name)}")
    assert alices_browser.get(f"{ROOT}/tags/alice/{quote(tag.in_address)}/").json()["name"] == name


def test_the_papers_of_a_tag_are_taken_along(shelf: ReadingList, alices_browser: Client, visitors_browser: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(visitors_browser, "/tags/alice/to%20teach.csv"))))
    assert [(row["title"], row["tags"], row["note"]) for row in rows] == [
        ("Second", "baseline; To teach", "Note on Second"),
        ("First", "To teach", "Note on First"),
    ]
    assert "keywords      = {baseline, To teach}" in text_of(visitors_browser, "/tags/alice/to%20teach.bib")
    assert "Second" in text_of(visitors_browser, "/tags/alice/to%20teach.txt?style=ieee")
    assert "KW  - baseline" in text_of(alices_browser, "/api/v1/tags/alice/to%20teach.ris")
    assert visitors_browser.get("/tags/alice/to%20teach.exe").status_code == 404
    shelf.visibility = Visibility.PRIVATE
    shelf.save()
    assert visitors_browser.get("/tags/alice/to%20teach.csv").status_code == 404


def test_a_secret_link_shows_the_tags_as_mere_words(shelf: ReadingList, alice: User, visitors_browser: Client) -> None:
    _link, key = make_link(reading_list=shelf, user=alice, label="x")
    page = text_of(visitors_browser, f"/shared/{key}/")
    assert page.count(">To teach</span>") == 2
    assert "?tag=" not in page


def test_programs_read_and_write_the_tags_of_papers(shelf: ReadingList, alice: User) -> None:
    program, items = Program(alice), "/lists/alice/shelf/items/"
    assert [item["tags"] for item in program.get(items)["results"]] == [["To teach"], ["baseline", "To teach"], []]
    assert [item["paper"]["title"] for item in program.get(f"{items}?tag=BASELINE")["results"]] == ["Second"]
    slug, new = item_of("Third").paper.slug, make_paper(title="New")
    assert program.ask("patch", f"{items}{slug}/", {"tags": ["A", "to teach"]}).json()["tags"] == ["A", "To teach"]
    assert program.ask("patch", f"{items}{slug}/", {"note": "only"}, HTTP_IF_MATCH="*").json()["tags"] == ["A", "To teach"]
    assert program.ask("put", f"{items}{new.slug}/", {"tags": ["a"]}).json()["tags"] == ["A"]
    assert program.ask("put", f"{items}{new.slug}/", {}).json()["tags"] == ["A"]
    assert program.ask("put", f"{items}{new.slug}/", {"tags": []}).json()["tags"] == []
    assert program.ask("patch", f"{items}{slug}/", {"tags": ["x" * 61]}).status_code == 400


def test_programs_tag_many_at_once(shelf: ReadingList, alice: User) -> None:
    program, bulk = Program(alice), "/lists/alice/shelf/items/bulk/"
    slugs = [item_of(title).paper.slug for title in ("First", "Third")]
    answer = program.ask("post", bulk, {"action": "tag", "papers": [*slugs, "no-such"], "tags": ["new"]}).json()
    assert (answer["done"], [each["paper"] for each in answer["refused"]]) == (slugs, ["no-such"])
    answer = program.ask("post", bulk, {"action": "untag", "papers": slugs, "tags": ["TO TEACH"]}).json()
    assert (answer["done"], answer["refused"][0]["paper"]) == (slugs[:1], slugs[1])
    assert (names_on("First"), names_on("Third")) == (["new"], ["new"])
    assert wrong(program.ask("post", bulk, {"action": "tag", "papers": slugs})) == {"tags": "This field is required."}


def test_programs_change_tags(shelf: ReadingList, alice: User, graph_lab: Team, bob: User) -> None:
    program = Program(alice)
    assert [(tag["name"], tag["paper_count"]) for tag in program.get("/tags/alice/")["results"]] == [("baseline", 1), ("To teach", 2)]
    made = program.ask("post", "/tags/graph-lab/", {"name": " Ours "})
    assert (made.status_code, made.json()["name"], made.json()["owner"]) == (201, "Ours", "graph-lab")
    assert program.ask("post", "/tags/graph-lab/", {"name": "OURS"}).status_code == 409
    assert program.ask("post", "/tags/graph-lab/", {"name": "x", "colour": "mauve"}).status_code == 400
    assert Program(bob).ask("patch", "/tags/graph-lab/ours/", {"colour": "red"}).json()["colour"] == "red"
    assert Program(bob).ask("patch", "/tags/alice/baseline/", {"colour": "red"}).status_code == 403
    changed = program.ask("patch", "/tags/alice/to%20teach/", {"name": "Teaching"}).json()
    assert (changed["name"], changed["url"]) == ("Teaching", "http://testserver/tags/alice/Teaching/")
    assert program.ask("patch", "/tags/alice/teaching/", {"name": "Baseline"}).status_code == 409
    assert program.ask("patch", "/tags/alice/teaching/", {"name": "\u2003"}).status_code == 400
    assert program.ask("post", "/tags/alice/teaching/", {"into": "nothing"}).status_code == 400
    assert program.ask("post", "/tags/alice/teaching/", {"into": "Teaching"}).status_code == 409
    assert program.ask("post", "/tags/alice/teaching/", {"into": "Baseline"}).json()["paper_count"] == 2
    assert program.ask("delete", "/tags/alice/baseline/").status_code == 204
    assert program.ask("get", "/tags/alice/baseline/").status_code == 404


def test_a_former_name_leads_on(alice: User, alices_browser: Client) -> None:
    create_tag(owner=alice.namespace, name="x")
    rename_holder(holder=alice.namespace, name="alicia")
    assert alices_browser.get("/tags/alice/")["Location"] == "/tags/alicia/"
    assert alices_browser.get("/tags/alice/x/")["Location"] == "/tags/alicia/x/"
