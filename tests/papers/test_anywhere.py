"""Saving from other pages: what a page, a bookmark, an extension and a telephone tell, and that a link alone saves nothing."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from django.test import Client

from accounts.models import User
from papers.actions.lists import create_list
from papers.actions.submitting import look_up_submissions, submit_paper
from papers.identity import first_named
from papers.models import ListItem, Paper, ReadingList, Submission
from tests.factories import make_paper
from tests.papers.hosts import Archive, Deposit, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(settings: Any) -> Iterator[Archive]:
    with serving(Archive([Deposit(7)])) as found:
        settings.FETCH_PAUSE, settings.FETCH_PRIVATE, settings.ARXIV_API = 0, True, f"{found.url}/api/query"
        yield found


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        (["https://arxiv.org/abs/1706.03762v5"], "1706.03762"),
        (["", "Read this: https://arxiv.org/pdf/1706.03762, it is good"], "1706.03762"),
        (["", "", "[1706.03762] Attention Is All You Need"], "1706.03762"),
        (["1706.03762 10.5555/3295222.3295349 pmid:1"], "1706.03762"),
        (["doi:10.1038/nature14539"], "10.1038/nature14539"),
        (["", "Deep learning\nhttps://www.nature.com/articles/nature14539?s=09"], "10.1038/nature14539"),
        (["See (10.1038/nature14539)."], "10.1038/nature14539"),
        (["Deep learning (https://doi.org/10.1038/nature14539) is great"], "10.1038/nature14539"),
        (["1706.03762 https://doi.org/10.48550/arXiv.1706.03762"], "1706.03762"),
        (["https://doi.org/10.1061/(ASCE)0733-9445(1999)125:12(1361)"], "10.1061/(asce)0733-9445(1999)125:12(1361)"),
        (["", "See PMID: 26017442, please"], "pmid:26017442"),
        (["https://www.nature.com/articles/s41586-021-03819-2/figures/1"], "10.1038/s41586-021-03819-2"),
        (["https://pubmed.ncbi.nlm.nih.gov/26017442"], "pmid:26017442"),
        (["https://news.example.org/2024/12345", "Deep learning"], ""),
        (["", "", ""], ""),
        (["(" * 2_000], ""),
    ],
)
def test_what_a_page_tells_names_a_paper(texts: list[str], named: str) -> None:
    assert first_named(*texts) == named


def test_a_link_alone_changes_nothing(alices_browser: Client) -> None:
    make_paper(arxiv_id="1706.03762")
    for address in ("/save/?id=1706.03762", "/save/?id=2611.00007", "/save/?title=Paper", "/save/", "/papers/1706.03762/lists"):
        assert alices_browser.get(address).status_code == 200
    assert not ListItem.objects.exists()
    assert not Submission.objects.exists()
    assert not ReadingList.objects.exists()


def test_a_paper_that_is_here_shows_the_lists(alice: User, alices_browser: Client) -> None:
    make_paper(arxiv_id="1706.03762", title="Attention Is All You Need")
    shelf = create_list(owner=alice.namespace, title="Shelf")
    page = alices_browser.get("/save/", {"url": "https://arxiv.org/abs/1706.03762v5"}).content.decode()
    assert "Attention Is All You Need" in page
    assert f'name="list" value="{shelf.pk}"' in page
    assert 'name="list" value=""' in page  # Saved, which is made when it is first used
    alices_browser.post("/papers/1706.03762/save", {"list": "", "action": "add"})
    assert ReadingList.objects.get(slug="saved").items.get().paper.arxiv_id == "1706.03762"


def test_a_paper_that_is_not_here_comes_in_and_into_the_list(alice: User, alices_browser: Client, archive: Archive) -> None:
    shelf = create_list(owner=alice.namespace, title="Shelf")
    asks = alices_browser.get("/save/", {"text": "https://arxiv.org/abs/2611.00007"}).content.decode()
    assert "not in this catalogue yet" in asks
    there = alices_browser.post("/save/", {"id": "2611.00007", "list": shelf.pk})
    assert there.url == "/save/?id=2611.00007"
    waits = alices_browser.get(there.url).content.decode()
    assert 'hx-get="/save/?id=2611.00007"' in waits
    assert look_up_submissions() == 1
    piece = alices_browser.get(there.url, headers={"HX-Request": "true"}).content.decode()
    assert "Paper 7" in piece
    assert "<html" not in piece
    assert 'aria-pressed="true"' in piece
    assert shelf.items.get().paper == Paper.objects.get()


def test_a_paper_that_came_in_meanwhile_is_saved_at_once(alice: User, alices_browser: Client) -> None:
    make_paper(arxiv_id="2611.00007")
    alices_browser.post("/save/", {"id": "2611.00007"})
    assert ReadingList.objects.get(owner=alice.namespace).items.get().paper.arxiv_id == "2611.00007"


def test_what_could_not_be_found_says_so_and_can_be_tried_again(alices_browser: Client, archive: Archive) -> None:
    alices_browser.post("/save/", {"id": "2611.00099"})
    look_up_submissions()
    page = alices_browser.get("/save/?id=2611.00099").content.decode()
    assert "Neither arXiv nor Crossref knows this id." in page
    assert "Try again" in page


def test_nonsense_is_answered_in_words(alices_browser: Client) -> None:
    page = alices_browser.post("/save/", {"id": "\x00nonsense<b>"}, follow=True).content.decode()
    assert "No arXiv id, DOI or PubMed ID can be seen" in page
    assert "<b>" not in page


def test_a_paper_that_waits_for_no_list_yet_can_be_given_one(alice: User, alices_browser: Client, archive: Archive) -> None:
    shelf = create_list(owner=alice.namespace, title="Shelf")
    submit_paper(user=alice, text="2611.00007")
    page = alices_browser.get("/save/?id=2611.00007").content.decode()
    assert "being looked up. Say where it goes." in page
    assert 'hx-get="/save/' not in page
    alices_browser.post("/save/", {"id": "2611.00007", "list": shelf.pk})
    assert "It goes into “Shelf”" in alices_browser.get("/save/?id=2611.00007").content.decode()
    assert look_up_submissions() == 1
    assert shelf.items.exists()


def test_a_page_that_asks_hears_nothing_until_there_is_news(alice: User, alices_browser: Client, archive: Archive) -> None:
    alices_browser.post("/save/", {"id": "2611.00007"})
    ask = {"path": "/save/?id=2611.00007", "headers": {"HX-Request": "true"}}
    assert alices_browser.get(**ask).status_code == 204
    Submission.objects.update(problem="arXiv is away.")
    assert "arXiv is away." in alices_browser.get(**ask).content.decode()


def test_a_page_without_a_number_is_sought_by_its_title(alices_browser: Client) -> None:
    from papers.actions.indexing import index_papers

    make_paper(arxiv_id="1706.03762", title="Attention Is All You Need")
    index_papers()
    page = alices_browser.get("/save/", {"url": "https://blog.example/attention", "title": "Attention is all you need"}).content.decode()
    assert "Is it one of these?" in page
    assert "/papers/1706.03762/lists" in page


def test_a_visitor_logs_in_and_comes_back(visitors_browser: Client) -> None:
    answer = visitors_browser.get("/save/?id=1706.03762")
    assert answer.url == "/accounts/login/?next=/save/%3Fid%3D1706.03762"


def test_the_extension_comes_with_this_sites_address(alices_browser: Client, settings: Any) -> None:
    answer = alices_browser.get("/save/extension.zip")
    with ZipFile(BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        assert json.loads(packed.read("instance.json")) == {"address": settings.SITE_URL}
        told = json.loads(packed.read("manifest.json"))
        files = set(packed.namelist())
    named = {told["background"]["service_worker"], told["options_ui"]["page"], *told["icons"].values(), told["storage"]["managed_schema"]}
    assert named <= files
    assert not set(told["permissions"]) & {"tabs", "cookies", "<all_urls>"}
    assert "host_permissions" not in told


def test_the_bookmark_leads_to_this_site(alices_browser: Client, settings: Any) -> None:
    page = alices_browser.get("/save/").content.decode()
    link = page.partition('href="javascript:')[2].partition('"')[0]
    code = unquote(link)
    assert code.startswith(f'void open("{settings.SITE_URL}/save/?"')
    assert "// " not in code  # all that follows would be a comment where a browser makes one line of it


def test_a_telephone_is_told_what_it_may_share(visitors_browser: Client) -> None:
    answer = visitors_browser.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert {told["share_target"][name] for name in ("action", "method")} == {"/save/", "GET"}
    assert set(told["share_target"]["params"]) == {"title", "text", "url"}
    for icon in told["icons"]:
        assert icon["src"].startswith("/static/")
