"""The front page, a paper's page, and the buttons on both."""

import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from papers.actions.lists import add_paper, create_list, saved_list
from papers.actions.voting import cast_vote
from papers.models import Paper, ReadingList, Vote
from papers.views.front import CARDS_ON_A_PAGE
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/?sort=new"}


def titles(page: str) -> list[str]:
    return re.findall(r"data-open>(.*?)</a>", page)


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def vote(client: Client, paper: Paper, action: str = "cast", **headers: str):
    return client.post(reverse("papers:vote", args=[paper.slug]), {"action": action}, headers=headers)


def test_the_three_tabs_put_papers_in_three_orders(visitors_browser: Client, alice: User, bob: User) -> None:
    old = make_paper(title="Old and loved")
    new = make_paper(title="New")
    for reader in (alice, bob):
        cast_vote(user=reader, paper=old)
    assert titles(read(visitors_browser, "/?sort=new")) == [new.title, old.title]
    assert titles(read(visitors_browser, "/?sort=top")) == [old.title, new.title]
    assert titles(read(visitors_browser, "/")) == [old.title, new.title]


def test_a_subject_leaves_only_its_own_papers(visitors_browser: Client) -> None:
    make_paper(title="Vision", categories=("cs.CV",))
    make_paper(title="Language", categories=("cs.CL",))
    assert titles(read(visitors_browser, "/?category=cs.CV")) == ["Vision"]


@pytest.mark.parametrize("query", ["sort=worst", "category=no.SUCH", "after=forged"])
def test_a_front_page_that_does_not_exist_is_not_found(visitors_browser: Client, query: str) -> None:
    make_paper()
    assert visitors_browser.get(f"/?{query}").status_code == 404


def test_the_pager_walks_through_every_paper_once(visitors_browser: Client) -> None:
    made = {make_paper().title for _ in range(CARDS_ON_A_PAGE + 3)}
    first = read(visitors_browser, "/?sort=new")
    onwards = re.search(r'rel="next" href="(\?[^"]+)"', first)
    assert onwards is not None
    second = read(visitors_browser, "/" + onwards[1].replace("&amp;", "&"))
    assert len(titles(first)) == CARDS_ON_A_PAGE
    assert {*titles(first), *titles(second)} == made


def test_the_front_page_asks_the_database_no_more_for_more_papers(
    alices_browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        make_paper()
    with django_assert_max_num_queries(100) as few:
        read(alices_browser, "/")
    for _ in range(10):
        make_paper()
    with django_assert_max_num_queries(len(few)):
        read(alices_browser, "/")


def test_a_visitor_is_told_in_one_sentence_what_this_is(visitors_browser: Client, alices_browser: Client) -> None:
    sentence = "is where a research group reads together"
    assert sentence in read(visitors_browser, "/")
    assert sentence not in read(alices_browser, "/")


def test_logging_in_from_a_page_leads_back_to_it(visitors_browser: Client) -> None:
    assert 'href="/accounts/login/?next=/%3Fsort%3Dnew"' in read(visitors_browser, "/?sort=new")
    assert "next=/accounts/" not in read(visitors_browser, reverse("account_signup"))


def test_a_title_with_markup_is_shown_as_text(visitors_browser: Client) -> None:
    paper = make_paper(title="A <script>alert(1)</script> study")
    for address in ("/", paper.get_absolute_url()):
        page = read(visitors_browser, address)
        assert "<script>alert" not in page
        assert "A &lt;script&gt;alert(1)&lt;/script&gt; study" in page


def test_a_papers_page_tells_machines_what_it_is_about(visitors_browser: Client) -> None:
    orcids = (("Cy D", "0000-0002-1825-0097"),)
    paper = make_paper(title="Attention", authors=("Ada B", "Cy D"), orcids=orcids, doi="10.1000/182", published=None)
    page = read(visitors_browser, paper.get_absolute_url())
    assert '<meta name="citation_title" content="Attention">' in page
    assert page.index('citation_author" content="Ada B"') < page.index('citation_author" content="Cy D"')
    assert page.index('citation_author" content="Cy D"') < page.index(
        'citation_author_orcid" content="https://orcid.org/0000-0002-1825-0097"'
    )
    assert page.count("citation_author_orcid") == 1
    assert '<meta name="citation_doi" content="10.1000/182">' in page
    assert f'<meta name="citation_pdf_url" content="https://arxiv.org/pdf/{paper.arxiv_id}">' in page


def test_another_spelling_of_an_id_leads_to_the_papers_one_address(visitors_browser: Client) -> None:
    paper = make_paper(arxiv_id="2401.09999", doi="10.1000/182")
    for spelling in ("10.1000/182", "2401.09999v2", "arXiv:2401.09999"):
        response = visitors_browser.get(f"/papers/{spelling}")
        assert (response.status_code, response["Location"]) == (301, paper.get_absolute_url())


@pytest.mark.parametrize("name", ["1706.03762", "arXiv:1706.03762v2", "10.48550/arxiv.1706.03762"])
def test_every_spelling_means_one_paper_in_both_skins(name: str, alices_browser: Client) -> None:
    make_paper(arxiv_id="1706.03762")
    page = alices_browser.get(f"/papers/{name}", follow=True)
    assert page.status_code == 200
    assert page.context["paper"].slug == "1706.03762"
    assert alices_browser.get(f"/papers/{name}/lists").status_code == 200
    assert alices_browser.post(f"/papers/{name}/vote", {"action": "cast"}).status_code == 302
    assert alices_browser.post(f"/papers/{name}/save").status_code == 302
    paper = alices_browser.get(f"/api/v1/papers/{quote(name, safe='')}/").json()
    assert (paper["slug"], paper["voted"], paper["saved"]) == ("1706.03762", True, True)


def test_a_paper_whose_name_holds_slashes_and_brackets_has_a_page(visitors_browser: Client) -> None:
    paper = make_paper(title="Slashes", arxiv_id="", doi="10.1016/s0140(97)/9?x<y>#1".split("?")[0])
    assert paper.title in read(visitors_browser, paper.get_absolute_url())


def test_a_papers_page_names_the_readers_own_lists_only(alices_browser: Client, alice: User, bob: User) -> None:
    paper = make_paper()
    for owner, title in ((alice, "Mine"), (bob, "His")):
        add_paper(reading_list=create_list(owner=owner.namespace, title=title, visibility="public"), paper=paper, user=owner)
    page = read(alices_browser, paper.get_absolute_url())
    assert "Mine" in page
    assert "His" not in page


def test_a_plain_upvote_comes_back_to_the_page_it_came_from(alices_browser: Client) -> None:
    paper = make_paper()
    response = vote(alices_browser, paper, referer="http://testserver/?sort=top")
    assert (response.status_code, response["Location"]) == (302, f"/?sort=top#paper-{paper.pk}")
    assert Vote.objects.count() == 1


def test_an_upvote_from_a_foreign_page_does_not_lead_back_to_it(alices_browser: Client) -> None:
    paper = make_paper()
    for foreign in ("https://evil.example/", "javascript:alert(1)", "//evil.example"):
        assert vote(alices_browser, paper, referer=foreign)["Location"] == f"/#paper-{paper.pk}"


def test_an_htmx_upvote_gets_just_the_button_again(alices_browser: Client) -> None:
    piece = vote(alices_browser, make_paper(), **HTMX).content.decode()
    assert 'aria-pressed="true"' in piece
    assert "<html" not in piece


def test_withdrawing_takes_the_vote_back_and_nonsense_is_refused(alices_browser: Client, alice: User) -> None:
    paper = make_paper()
    cast_vote(user=alice, paper=paper)
    assert vote(alices_browser, paper, "toggle").status_code == 400
    assert Vote.objects.count() == 1
    vote(alices_browser, paper, "withdraw")
    assert not Vote.objects.exists()


def test_a_visitor_who_upvotes_logs_in_and_comes_back(visitors_browser: Client) -> None:
    paper = make_paper()
    assert vote(visitors_browser, paper, **HTMX)["HX-Redirect"] == "/accounts/login/?next=/%3Fsort%3Dnew"
    plain = vote(visitors_browser, paper, referer=f"http://testserver{paper.get_absolute_url()}")
    assert plain["Location"] == f"/accounts/login/?next={paper.get_absolute_url()}"
    assert not Vote.objects.exists()


def test_saving_without_a_list_means_the_saved_list(alices_browser: Client, alice: User) -> None:
    paper = make_paper()
    alices_browser.post(reverse("papers:save", args=[paper.slug]), {"action": "add"})
    assert list(saved_list(user=alice).items.values_list("paper", flat=True)) == [paper.pk]
    alices_browser.post(reverse("papers:save", args=[paper.slug]), {"action": "remove"})
    assert not saved_list(user=alice).items.exists()


def test_saving_into_somebody_elses_list_is_refused(alices_browser: Client, bob: User) -> None:
    paper = make_paper()
    lists = {visibility: create_list(owner=bob.namespace, title=visibility, visibility=visibility) for visibility in ("public", "private")}
    address = reverse("papers:save", args=[paper.slug])
    assert alices_browser.post(address, {"list": lists["public"].pk}).status_code == 403
    assert alices_browser.post(address, {"list": lists["private"].pk}).status_code == 404
    assert alices_browser.post(address, {"list": "1; drop"}).status_code == 404
    assert not any(each.items.exists() for each in ReadingList.objects.all())


def test_the_picker_is_a_dialog_for_htmx_and_a_page_for_everybody_else(alices_browser: Client) -> None:
    address = reverse("papers:picker", args=[make_paper().slug])
    assert "<html" in read(alices_browser, address)
    piece = alices_browser.get(address, headers=HTMX)
    assert "<html" not in piece.content.decode()
    assert "HX-Request" in piece["Vary"]


def test_robots_are_kept_from_pages_that_are_somebodys_own(visitors_browser: Client) -> None:
    rules = read(visitors_browser, "/robots.txt")
    assert "Disallow: /settings/" in rules
    assert "Disallow: /papers/" not in rules
