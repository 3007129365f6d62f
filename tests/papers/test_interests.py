"""Interests: typed in any spelling, kept once each, and heard by the digest."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from digests.actions.training import model_in_use
from digests.compose import NEWS, load_readers, load_recommender
from papers import interests
from papers.actions import interests as saving
from papers.actions.indexing import index_papers
from papers.actions.interests import interests_of, save_search, set_interests
from papers.actions.lists import add_paper, create_list
from papers.actions.voting import cast_vote
from papers.models import Paper
from papers.search.watching import found_lately
from tests.api import Program, wrong
from tests.factories import make_paper


@pytest.mark.parametrize(
    ("kind", "text", "good", "bad"),
    [
        ("category", "cs.CL, cs.LG\ncs.CL", ["cs.CL", "cs.LG"], []),
        ("category", "cs CL", [], ["cs CL"]),
        ("keyword", "  Diffusion   Models\nproteins, diffusion models", ["diffusion models", "proteins"], []),
        ("keyword", "x" * 61, [], ["x" * 61]),
        ("paper", "https://arxiv.org/abs/1706.03762v5\narXiv:1706.03762\n10.1038/nature14539", ["1706.03762", "10.1038/nature14539"], []),
        ("paper", "1706.03762\nsome title", ["1706.03762"], ["some title"]),
        ("paper", "", [], []),
    ],
)
def test_each_part_is_read_by_itself(kind: str, text: str, good: list[str], bad: list[str]) -> None:
    assert interests.read(kind, text) == (good, bad)


NOTHING_ELSE: dict[str, list[str]] = {"search": [], "must": [], "never": []}


def test_setting_them_again_replaces_one_kind_and_keeps_the_others(alice: User) -> None:
    set_interests(user=alice, kind="keyword", values=["graphs", "proteins"])
    set_interests(user=alice, kind="category", values=["cs.CL"])
    set_interests(user=alice, kind="keyword", values=["proteins"])
    assert interests_of(alice) == {"category": ["cs.CL"], "keyword": ["proteins"], "paper": []} | NOTHING_ELSE


class TestThePage:
    def test_what_is_typed_is_kept_well_spelt(self, alice: User, alices_browser: Client) -> None:
        typed = {"category": "cs.CL", "keyword": "Graphs", "paper": "https://arxiv.org/pdf/1706.03762.pdf"}
        assert alices_browser.post(reverse("papers:interests"), typed).status_code == 302
        assert interests_of(alice) == {
            "category": ["cs.CL"],
            "keyword": ["graphs"],
            "paper": ["1706.03762"],
            "search": [],
            "must": [],
            "never": [],
        }

    def test_what_cannot_be_understood_is_named_and_nothing_is_saved(self, alice: User, alices_browser: Client) -> None:
        page = alices_browser.post(reverse("papers:interests"), {"keyword": "graphs", "paper": "1706.03762\nmy thesis"}).content.decode()
        assert "my thesis" in page
        assert "1706.03762" in page
        assert interests_of(alice)["keyword"] == []

    def test_named_papers_of_the_catalogue_are_shown(self, alice: User, alices_browser: Client) -> None:
        make_paper(arxiv_id="1706.03762", title="Attention Is All You Need")
        set_interests(user=alice, kind="paper", values=["1706.03762"])
        assert "Attention Is All You Need" in alices_browser.get(reverse("papers:interests")).content.decode()


class TestOverRest:
    def test_one_kind_can_be_replaced(self, alice: User) -> None:
        program = Program(alice)
        set_interests(user=alice, kind="category", values=["cs.CL"])
        answer = program.ask("patch", "/interests/", {"paper": ["arXiv:1706.03762v1", "10.1038/NATURE14539"]})
        assert answer.json() == {
            "category": ["cs.CL"],
            "keyword": [],
            "paper": ["10.1038/nature14539", "1706.03762"],
            "search": [],
            "must": [],
            "never": [],
        }
        assert program.get("/interests/") == answer.json()

    def test_a_bad_one_is_named_with_its_kind(self, alice: User) -> None:
        answer = Program(alice).ask("patch", "/interests/", {"paper": ["my thesis"]})
        assert answer.status_code == 400
        assert "my thesis" in wrong(answer)["paper"]


class TestInTheDigest:
    def recommended(self, user: User) -> list[tuple[str, str]]:
        recommender = load_recommender(model_in_use())
        readers = load_readers(recommender, [user.pk])
        titles = dict(Paper.objects.values_list("pk", "title"))
        return [(titles[one.paper], one.reason["kind"]) for one in recommender.recommend(readers[user.pk], 3)]

    @pytest.fixture(autouse=True)
    def catalogue(self, bob: User, carol: User) -> None:
        popular = make_paper(title="Robots that walk", abstract="Legged locomotion by learning.", categories=("cs.RO",))
        for reader in (bob, carol):
            cast_vote(user=reader, paper=popular)
        make_paper(title="Folding proteins", abstract="Protein structures from sequences.", categories=("q-bio.BM",))
        make_paper(title="Parsing sentences", abstract="Grammar and syntax trees.", categories=("cs.CL",))

    def test_without_any_the_most_wanted_comes_first(self, alice: User) -> None:
        assert self.recommended(alice)[0] == ("Robots that walk", "trending")

    def test_keywords_bring_what_they_say(self, alice: User) -> None:
        set_interests(user=alice, kind="keyword", values=["protein sequences"])
        assert self.recommended(alice)[0] == ("Folding proteins", "because_keywords")

    def test_a_named_paper_brings_what_resembles_it(self, alice: User) -> None:
        make_paper(arxiv_id="1706.03762", title="Grammar of syntax", abstract="Trees of sentences.")
        set_interests(user=alice, kind="paper", values=["1706.03762"])
        first = self.recommended(alice)
        assert first[0] == ("Parsing sentences", "because_named")
        assert "Grammar of syntax" not in dict(first)

    def test_a_category_goes_before_what_is_popular(self, alice: User) -> None:
        set_interests(user=alice, kind="category", values=["cs.CL"])
        assert self.recommended(alice)[:2] == [("Parsing sentences", "in_category"), ("Robots that walk", "trending")]

    def test_a_saved_search_brings_what_it_finds(self, alice: User) -> None:
        save_search(user=alice, text="  protein   sequences -robots")
        index_papers()
        assert self.recommended(alice)[0] == ("Folding proteins", "matches_search")

    def test_a_saved_search_in_a_list_of_somebody_elses_finds_nothing(self, alice: User, bob: User) -> None:
        reading_list = create_list(owner=bob.namespace, title="Secret")
        add_paper(reading_list=reading_list, paper=Paper.objects.get(title="Folding proteins"), user=bob)
        index_papers()
        for reader, found in ((alice, []), (bob, ["Folding proteins"])):
            keys = found_lately("in:bob/secret", reader, since=NEWS)
            assert list(Paper.objects.filter(pk__in=keys).values_list("title", flat=True)) == found


class TestSavedSearches:
    def test_saving_and_forgetting(self, alice: User) -> None:
        browser = Client()
        browser.force_login(alice)
        answer = browser.post("/search/save", {"q": " graph  attention "}, follow=True).content.decode()
        assert "The search is saved" in answer
        assert "Forget it" in answer
        assert interests_of(alice)["search"] == ["graph attention"]
        assert "graph attention" in browser.get("/search/").content.decode()
        browser.post("/search/save", {"q": "graph attention", "action": "forget"})
        assert interests_of(alice)["search"] == []

    def test_what_cannot_be_saved_is_said(self, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
        assert not save_search(user=alice, text="x" * 301)
        assert not save_search(user=alice, text=" ")
        monkeypatch.setattr(saving, "MOST", 1)
        assert [save_search(user=alice, text=text) for text in ("one", "two", "one")] == [True, False, True]

    def test_commas_belong_to_a_search(self, alice: User) -> None:
        Program(alice).ask("patch", "/interests/", {"search": ["graphs, or trees", "author:vaswani"]})
        assert interests_of(alice)["search"] == ["author:vaswani", "graphs, or trees"]


def test_words_to_meet_or_not_need_a_letter_or_a_digit(alice: User) -> None:
    answer = Program(alice).ask("patch", "/interests/", {"never": ["Quantum  Walks", "…"]})
    assert answer.status_code == 400
    assert "…" in str(answer.json())
    assert Program(alice).ask("patch", "/interests/", {"never": ["Quantum  Walks"]}).json()["never"] == ["quantum walks"]
