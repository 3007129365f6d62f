"""Finding papers: by words, phrases, filters, meaning, with typos, and only what one may see."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions.teams import create_team
from accounts.models import Team, User
from papers.actions.indexing import index_papers
from papers.actions.ingest import ingest_papers
from papers.actions.lists import add_paper, create_list
from papers.models import Link, Paper, Visibility
from papers.search import candidates, search, similar_papers
from papers.search.facets import facets
from papers.search.fusion import fuse
from papers.search.query import parse
from papers.search.spelling import distance, nearest
from papers.search.watching import found_lately
from tests.api import Program
from tests.counting import queries_of
from tests.factories import make_paper, make_record, make_user

LIBRARY = {
    "attention": {
        "title": "Attention Is All You Need",
        "abstract": "A network of attention alone translates better than recurrent ones.",
        "authors": ("Ashish Vaswani",),
        "categories": ("cs.CL",),
        "published": date(2017, 6, 12),
    },
    "bert": {
        "title": "BERT: Pre-training of Deep Bidirectional Transformers",
        "abstract": "Language representations from unlabelled text.",
        "authors": ("Jacob Devlin",),
        "categories": ("cs.CL",),
        "published": date(2018, 10, 11),
    },
    "resnet": {
        "title": "Deep Residual Learning for Image Recognition",
        "abstract": "Shortcut connections make very deep convolutional networks trainable.",
        "authors": ("Kaiming He",),
        "categories": ("cs.CV",),
        "published": date(2015, 12, 10),
    },
    "adam": {
        "title": "Adam: A Method for Stochastic Optimization",
        "abstract": "First-order gradient descent with adaptive moments.",
        "authors": ("Diederik P. Kingma",),
        "categories": ("cs.LG",),
        "published": date(2014, 12, 22),
    },
    "gat": {
        "title": "Graph Attention Networks",
        "abstract": "Masked self-attention over the neighbours in a graph.",
        "authors": ("Petar Veličković",),
        "categories": ("stat.ML",),
        "published": date(2017, 10, 30),
    },
    "soup": {
        "title": "A recipe for onion soup",
        "abstract": "Onions are fried slowly in butter, then wine and stock are added.",
        "authors": ("Some Cook",),
        "categories": ("physics.pop-ph",),
        "published": date(2020, 1, 1),
    },
}


@pytest.fixture
def library(db: None) -> dict[str, Paper]:
    papers = {name: make_paper(**record) for name, record in LIBRARY.items()}
    index_papers()
    return papers


@pytest.fixture
def names(library: dict[str, Paper], alice: User) -> Callable[[str], list[str]]:
    """Search as alice, and say what was found by the names above."""
    by_key = {paper.pk: name for name, paper in library.items()}
    return lambda text: [by_key[key] for key in search(text, alice).keys]


Names = Callable[[str], list[str]]


class TestWords:
    def test_the_words_of_a_title_find_it_first(self, names: Names) -> None:
        assert names("attention is all you need")[0] == "attention"
        assert names("graph attention networks")[0] == "gat"

    def test_word_forms_accents_and_hyphens_do_not_matter(self, names: Names) -> None:
        assert names("residual learnings")[0] == "resnet"
        assert names("velickovic")[0] == "gat"
        assert names("pretraining pre-training")[0] == "bert"

    def test_a_phrase_keeps_its_order_and_minus_leaves_out(self, names: Names) -> None:
        assert names('"deep residual"') == ["resnet"]
        assert "resnet" not in names('"residual deep"')
        assert "attention" not in names("attention -translates")

    def test_the_words_of_a_phrase_stand_side_by_side(self, names: Names) -> None:
        assert names('"the deep"')[0] in {"bert", "resnet"}  # of which one word is everywhere, so there is no pair
        make_paper(title="Residual learning is deep", abstract="")
        index_papers()
        assert names('"deep residual learning"') == ["resnet"]
        assert names('"residual learning for image recognition" cat:cs.CV') == ["resnet"]

    def test_a_whole_title_is_found_among_more_than_can_be_ranked(self, alice: User, settings: Any, monkeypatch: Any) -> None:
        monkeypatch.setattr(candidates, "MOST_TEXTS", 3)
        monkeypatch.setattr(candidates, "MOST_TITLES", 3)
        paper = make_paper(title="Deep Learning", abstract="")
        for number in range(6):
            make_paper(title=f"Deep learning, part {number}", abstract="Deep learning of deep learning.")
        index_papers()
        found = search("deep learning", alice)
        assert found.keys[0] == paper.pk
        assert found.is_capped

    def test_what_an_address_is_made_of_are_words(self, alice: User, db: None) -> None:
        paper = make_paper(abstract="Code is at https://github.com/someone/sparrow and needs node.js 3.5.")
        index_papers()
        for text in ("github sparrow", "github.com", "node.js", "3.5"):
            assert search(text, alice).keys[0] == paper.pk, text

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("author:vaswani", {"attention"}),
            ('author:"Petar Velickovic"', {"gat"}),
            ("author:translates", set()),
            ("cat:cs", {"attention", "bert", "resnet", "adam"}),
            ("cat:cs.CV", {"resnet"}),
            ("after:2018", {"bert", "soup"}),
            ("before:2015", {"adam"}),
            ("after:2017-07 before:2018", {"gat"}),
            ("cat:cs after:2017", {"attention", "bert"}),
        ],
    )
    def test_filters_alone_show_all_that_they_leave(self, text: str, found: set[str], names: Names) -> None:
        assert set(names(text)) == found

    def test_filters_hold_for_what_is_found_by_meaning_too(self, names: Names) -> None:
        assert set(names("neural networks cat:cs.CV")) == {"resnet"}

    def test_filters_that_nobody_understands_are_named(self, alice: User, library: dict[str, Paper]) -> None:
        found = search("attention after:soon in:nowhere before:2024-13", alice)
        assert set(found.problems) == {"after:soon", "in:nowhere", "before:2024-13"}


class TestWhatBroughtItAndWhatComesWithIt:
    @pytest.fixture
    def shop(self, db: None) -> Callable[[str], set[str]]:
        """Papers of several sources with several links, by their titles."""
        code, data, pdf = ((kind, f"https://{kind}.example/a") for kind in ("code", "data", "pdf"))
        for title, source, links in (
            ("One", "arXiv cs.CL", (code,)),
            ("Two", "arXiv cs.CV", ()),
            ("Three", "arXivist", (code, data)),
            ("Four", "submitted", (pdf,)),
        ):
            over: dict[str, Any] = {} if source.startswith("arXiv ") else {"arxiv_id": "", "doi": f"10.1000/{title}"}
            ingest_papers(records=[make_record(title=title, links=links, **over)], source=source)
        index_papers()
        reader = make_user()
        return lambda text: set(Paper.objects.filter(pk__in=search(text, reader).keys).values_list("title", flat=True))

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("source:arxiv", {"One", "Two"}),
            ("source:ARXIV-CS.CL", {"One"}),
            ('source:"arXiv cs.CL"', {"One"}),
            ("source:arxiv-cs", {"One", "Two"}),
            ("source:arxivist source:submitted", {"Three", "Four"}),
            ("has:code", {"One", "Three"}),
            ("has:Code has:data", {"Three"}),
            ("has:pdf", {"One", "Two", "Four"}),
            ("source:arxiv has:code", {"One"}),
        ],
    )
    def test_filters_narrow_to_it(self, text: str, found: set[str], shop: Callable[[str], set[str]]) -> None:
        assert shop(text) == found

    def test_what_is_no_source_and_what_nothing_has_is_named(self, alice: User, library: dict[str, Paper]) -> None:
        found = search("attention source:nowhere has:cake source:test source:--", alice)
        assert set(found.problems) == {"source:nowhere", "has:cake", "source:--"}
        assert library["attention"].pk in found.keys
        assert search("attention source:nowhere", alice).keys == []

    def test_what_is_new_in_a_saved_search_keeps_to_them(self, alice: User, library: dict[str, Paper]) -> None:
        day = timedelta(days=1)
        assert len(found_lately("source:test attention", alice, since=day)) == 2
        assert found_lately("source:other attention", alice, since=day) == []
        assert found_lately("has:code attention", alice, since=day) == []


class TestMeaning:
    def test_papers_are_found_by_what_they_mean(self, names: Names) -> None:
        assert "soup" in names("cooking vegetables")[:2]
        assert "soup" not in names("machine translation with neural nets")[:2]

    def test_similar_papers_are_about_the_same(self, library: dict[str, Paper], alice: User) -> None:
        near = similar_papers(library["attention"], alice, most=3)
        assert library["soup"].pk not in near
        assert library["attention"].pk not in near
        assert len(near) == 3

    def test_a_paper_that_is_not_indexed_yet_has_none(self, alice: User, db: None) -> None:
        assert similar_papers(make_paper(), alice) == []


class TestTypos:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("atention is all you need", "attention"),
            ("deep residaul learning", "resnet"),
            ("stochastc optimization", "adam"),
            ("oinon soup", "soup"),
        ],
    )
    def test_a_typo_is_mended_and_said(self, text: str, name: str, names: Names, alice: User) -> None:
        assert names(text)[0] == name
        assert search(text, alice).spelled

    def test_a_word_that_is_another_word_is_left_out(self, names: Names) -> None:
        assert names("graph attention need networks")[0] == "gat"

    def test_right_words_are_left_alone(self, alice: User, library: dict[str, Paper]) -> None:
        assert search("graph attention networks", alice).spelled == ""

    def test_edits_are_counted(self) -> None:
        assert [distance("graph", other) for other in ("graph", "grpah", "grap", "graphs", "giraffe")] == [0, 1, 1, 1, 4]
        assert nearest("grpah", [("graph", 3), ("grape", 900)]) == "graph"
        assert nearest("zzz", [("graph", 3)]) is None


class TestWhoMaySeeWhat:
    def test_notes_of_my_team_find_their_paper_and_strangers_get_nothing(
        self, library: dict[str, Paper], bob: User, carol: User, graph_lab: Team
    ) -> None:
        shelf = create_list(owner=graph_lab.namespace, title="Shelf")
        add_paper(reading_list=shelf, paper=library["soup"], user=bob, note="quixotic for the retreat")
        assert search("quixotic retreat", bob).keys[0] == library["soup"].pk
        assert search('"quixotic for"', carol).keys == []

    def test_in_a_list_of_mine_or_one_that_i_may_read(self, library: dict[str, Paper], alice: User, carol: User) -> None:
        private = create_list(owner=alice.namespace, title="Winter")
        public = create_list(owner=alice.namespace, title="Open", visibility=Visibility.PUBLIC)
        add_paper(reading_list=private, paper=library["adam"], user=alice)
        add_paper(reading_list=public, paper=library["bert"], user=alice)
        assert search("in:winter", alice).keys == [library["adam"].pk]
        assert search("in:alice/open", carol).keys == [library["bert"].pk]
        hidden = search("in:alice/winter", carol)
        assert (hidden.keys, hidden.problems) == ([], ("in:alice/winter",))

    def test_in_all_lists_of_a_team_as_far_as_i_may_read_them(
        self, library: dict[str, Paper], bob: User, carol: User, graph_lab: Team
    ) -> None:
        shelf = create_list(owner=graph_lab.namespace, title="Shelf")
        seminar = create_list(owner=graph_lab.namespace, title="Seminar", visibility=Visibility.INSTANCE)
        for shown, name in ((shelf, "adam"), (shelf, "bert"), (seminar, "bert"), (seminar, "gat")):
            add_paper(reading_list=shown, paper=library[name], user=bob)
        assert set(search("in:graph-lab/", bob).keys) == {library[name].pk for name in ("adam", "bert", "gat")}
        assert set(search("in:graph-lab/", carol).keys) == {library[name].pk for name in ("bert", "gat")}
        assert search("in:carol/", bob).problems == ("in:carol/",)


class TestFacets:
    def test_each_says_what_it_leaves(self, library: dict[str, Paper], alice: User, graph_lab: Team) -> None:
        for slug in ("shelf", "seminar"):
            shelf = create_list(owner=graph_lab.namespace, title=slug.title())
            add_paper(reading_list=shelf, paper=library["gat"], user=alice)
        add_paper(reading_list=create_list(owner=alice.namespace, title="Winter"), paper=library["adam"], user=alice)
        Link.objects.create(paper=library["bert"], kind="code", url="https://code.example/")
        keys = search("after:2000", alice).keys
        found = facets(keys, alice)
        assert {kind: found[kind] for kind in ("sources", "has", "lists", "teams", "team_lists")} == {
            "sources": [("source:test", "test", 6)],
            "has": [("has:code", "code", 1)],
            "lists": [("in:alice/winter", "Winter", 1)],
            "teams": [("in:graph-lab/", "Graph Lab", 1)],
            "team_lists": [("in:graph-lab/seminar", "Seminar", 1), ("in:graph-lab/shelf", "Shelf", 1)],
        }
        for facet, _label, n in [each for kind in found.values() for each in kind]:
            assert len(search(f"after:2000 {facet}", alice).keys) == n, facet

    def test_a_source_counts_for_those_whose_names_begin_so(self, alice: User, db: None) -> None:
        for source in ("arXiv", "arXiv cs.CL", "arxiv cs cl", "…"):
            ingest_papers(records=[make_record()], source=source)
        keys = list(Paper.objects.values_list("pk", flat=True))
        assert {each[0]: each[2] for each in facets(keys, alice)["sources"]} == {"source:arxiv": 3, "source:arxiv-cs-cl": 2}

    def test_nobody_sees_lists_of_others(self, library: dict[str, Paper], alice: User, carol: User, graph_lab: Team) -> None:
        for owner in (alice.namespace, graph_lab.namespace):
            shown = create_list(owner=owner, title="Open", visibility=Visibility.PUBLIC)
            add_paper(reading_list=shown, paper=library["gat"], user=alice)
        for reader in (carol, AnonymousUser()):
            found = facets([paper.pk for paper in library.values()], reader)
            assert found["lists"] == found["teams"] == found["team_lists"] == []

    def test_more_papers_lists_and_teams_cost_no_more_queries(self, alice: User, library: dict[str, Paper]) -> None:
        def grow(numbers: range) -> int:
            for number in numbers:
                paper = make_paper(links=(("code", "https://code.example/"),), categories=(f"x.{number}",))
                team = create_team(owner=alice, slug=f"team-{number}", title="Team")
                for owner in (alice.namespace, team.namespace):
                    add_paper(reading_list=create_list(owner=owner, title="More"), paper=paper, user=alice)
            index_papers()
            program = Program(alice)
            program.get("/search/?q=source:test+paper")
            return queries_of(lambda: program.ask("get", "/search/?q=source:test+paper"))

        assert grow(range(4)) == grow(range(4, 14))  # with fewer than three, words are mended

    def test_nothing_found_has_none(self, alice: User) -> None:
        assert not any(facets([], alice).values())


class TestThePage:
    def test_matches_are_marked_and_nothing_else_is_markup(self, visitors_browser: Client, db: None) -> None:
        make_paper(title="Tags", abstract="We write <script>alert(1)</script> beside the wavelets of others.")
        index_papers()
        page = visitors_browser.get("/search/", {"q": "wavelets"}).content.decode()
        assert "<mark>wavelets</mark>" in page
        assert "<script>alert" not in page

    def test_an_id_leads_to_its_paper(self, visitors_browser: Client, db: None) -> None:
        paper = make_paper(arxiv_id="1706.03762")
        answer = visitors_browser.get("/search/", {"q": "https://arxiv.org/pdf/1706.03762v5"})
        assert answer["Location"] == paper.get_absolute_url()

    def test_an_empty_box_teaches(self, visitors_browser: Client, db: None) -> None:
        assert "author:vaswani" in visitors_browser.get("/search/").content.decode()

    def test_what_is_not_understood_is_said_once(self, visitors_browser: Client, library: dict[str, Paper]) -> None:
        page = visitors_browser.get("/search/", {"q": "attention has:cake after:soon source:nowhere"}).content.decode()
        assert page.count("This could not be understood") == 1
        for problem in ("has:cake", "after:soon", "source:nowhere"):
            assert f"<code>{problem}</code>" in page

    def test_facets_count_what_was_found(self, alices_browser: Client, library: dict[str, Paper]) -> None:
        page = alices_browser.get("/search/", {"q": "cat:cs"}).content.decode()
        assert "cs.CL" in page
        assert "cat%3Acs.CL" in page
        assert "after%3A2017%20before%3A2018" in page
        assert "source%3Atest" in page

    def test_titles_are_suggested_while_somebody_types(self, visitors_browser: Client, library: dict[str, Paper]) -> None:
        page = visitors_browser.get("/search/suggest", {"q": "graph atten"}).content.decode()
        assert page.count("<option") == 1
        assert "Graph Attention Networks" in page

    def test_what_takes_too_long_is_left_out_and_said(
        self, visitors_browser: Client, library: dict[str, Paper], settings: Any, monkeypatch: Any
    ) -> None:
        from django.db import connection

        def slow(*_args: Any) -> list[int]:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(5)")
            return []

        settings.SEARCH_TIMEOUT_MS = 200
        monkeypatch.setattr("papers.search.candidates.by_meaning", slow)
        page = visitors_browser.get("/search/", {"q": "graph"}).content.decode()
        assert "took too long" in page
        assert "Graph Attention Networks" in page


class TestRest:
    def test_programs_search_too(self, library: dict[str, Paper], alice: User) -> None:
        found = Program(alice).get("/search/?q=graph+attention+networks")
        assert found["results"][0]["title"] == "Graph Attention Networks"
        assert found["count"] >= 1

    def test_similar_papers_over_rest(self, library: dict[str, Paper], alice: User) -> None:
        similar = Program(alice).get(f"/papers/{library['attention'].slug}/similar/")
        assert len(similar) == 5

    def test_facets_over_rest(self, library: dict[str, Paper], alice: User) -> None:
        add_paper(reading_list=create_list(owner=alice.namespace, title="Winter"), paper=library["gat"], user=alice)
        found = Program(alice).get("/search/?q=source:test")["facets"]
        assert found["sources"] == [{"filter": "source:test", "label": "test", "count": 6}]
        assert found["lists"] == [{"filter": "in:alice/winter", "label": "Winter", "count": 1}]
        assert Program(alice, ["papers:read"]).get("/search/?q=source:test")["facets"]["lists"] == []
        assert Program().get("/search/?q=source:nowhere")["facets"]["sources"] == []


@given(st.text(max_size=80))
def test_anything_can_be_typed(text: str) -> None:
    query = parse(text)
    assert len(query.words) <= 40


@pytest.mark.parametrize(
    "text",
    ["'", "a'b", "\\", "&|!():*<->", '"', "-", "author:'", "or", "a or b", "cat:", "source:'", "has:'", 'in:"', "%", "a:*b", "x" * 600],
)
@pytest.mark.django_db
def test_no_sign_breaks_a_search(text: str, alice: User, visitors_browser: Client) -> None:
    make_paper()
    index_papers()
    search(text, alice)
    assert visitors_browser.get("/search/", {"q": text}).status_code == 200
    assert visitors_browser.get("/search/suggest", {"q": text}).status_code == 200


def test_rankings_are_fused_by_reciprocal_ranks() -> None:
    assert fuse([1, 2, 3], [3, 1]) == [1, 3, 2]
    assert fuse([], [5]) == [5]


def test_a_ranking_may_count_more_than_others() -> None:
    assert fuse([1, 2], [2, 1], weights=(1.0, 2.0)) == [2, 1]
