"""Two sentences and a few keywords: picked out of the abstract, stored when a paper is indexed, shown everywhere."""

import json
import time
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from accounts.models import User
from digests.mails import mail_of
from papers.actions.indexing import index_papers, words_of
from papers.actions.ingest import ingest_papers
from papers.actions.removal import delete_papers
from papers.actions.summarising import summariser_can_be_loaded
from papers.demo import load
from papers.models import PaperSummary
from papers.summaries import keywords, summarise
from papers.summaries.keywords import MOST, rarity
from papers.summaries.picking import LONGEST
from papers.summaries.sentences import sentences
from tests.digests.makers import make_digest, make_mail
from tests.factories import make_paper, make_record

LIBRARY = [json.loads(line) for line in (Path(load.__file__).parent / "library.jsonl").read_text("utf-8").splitlines()]
ABSTRACT = (
    "Graph neural networks are popular. Many of them have been built for small graphs, and few people know why they work. "
    "We propose sparse attention pooling, a way to read graph neural networks of any size in linear time. "
    "The weather was nice while we wrote this, and nobody knows whether that matters to anybody at all. "
    "Experiments show that sparse attention pooling outperforms graph neural networks with dense pooling on 12 data sets."
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two? “Three!” Four", ["One.", "Two?", "“Three!”", "Four"]),
        (
            "See e.g. Smith et al. 2020 and J. Doe, cf. Fig. 3. Then rest.",
            ["See e.g. Smith et al. 2020 and J. Doe, cf. Fig. 3.", "Then rest."],
        ),
        ("It is 3.5 points. $x$ is more.", ["It is 3.5 points.", "$x$ is more."]),
        (r"Let $f(x). G$ hold. Über alles.", ["Let $f(x). G$ hold.", "Über alles."]),
        ("", []),
        (" . ", ["."]),
    ],
)
def test_sentences_end_where_they_end(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_a_summary_is_what_is_proposed_and_what_came_of_it() -> None:
    assert summarise(ABSTRACT) == (
        "We propose sparse attention pooling, a way to read graph neural networks of any size in linear time. "
        "Experiments show that sparse attention pooling outperforms graph neural networks with dense pooling on 12 data sets."
    )


@pytest.mark.parametrize("abstract", ["", "Short enough.", "Two sentences. Both are short."])
def test_a_short_abstract_is_its_own_summary(abstract: str) -> None:
    assert summarise(abstract) == abstract


def test_an_endless_sentence_is_cut_between_words_and_never_in_a_formula() -> None:
    cut = summarise("Word " * 51 + r"and $\alpha_1 + \beta_2 + \gamma_3 + \delta_4$ " + "word " * 400)
    assert len(cut) <= LONGEST + 2
    assert cut.endswith("Word and …")


@given(st.text(alphabet="ab .?!$\\{}_ABC1é", max_size=600))
def test_a_summary_of_anything_is_short_and_made_of_it(text: str) -> None:
    assert len(summarise(text)) <= LONGEST + 2
    assert len(keywords(text, text, {})) <= MOST


def test_keywords_are_telling_phrases_and_each_is_another() -> None:
    found = keywords("Sparse attention pooling", ABSTRACT, {"graph": 3.0, "neural": 3.0, "network": 3.0, "attention": 4.0, "weather": 2.0})
    assert found[0] == "sparse attention pooling"
    assert "graph neural networks" in found
    assert not any(word in " ".join(found) for word in ("propose", "show", "outperforms"))


def test_rare_words_count_more_than_common_ones() -> None:
    background = rarity({"learning": 900, "tasks": 800, "wavelet": 3, "scattering": 5})
    assert background["wavelet"] > background["learning"]
    assert keywords("", "Deep learning and wavelet scattering.", background)[0] == "wavelet scattering"


def test_formulas_and_commands_are_no_keywords() -> None:
    found = keywords(r"Bounds for $\alpha_{max}$ \emph{Wiener} processes", r"The $O(\log n)$ bound of Wiener processes.", {})
    assert "wiener processes" in [each.lower() for each in found]
    assert not any(sign in "".join(found) for sign in "\\$_{}")


def test_the_library_is_summarised_quickly_and_within_bounds() -> None:
    counted = Counter(word for each in LIBRARY for word in words_of(f"{each['title']} {each['abstract']}"))
    background = rarity(counted)
    began = time.perf_counter()
    for each in LIBRARY:
        assert 0 < len(summarise(each["abstract"])) <= LONGEST + 2
        assert 2 <= len(keywords(each["title"], each["abstract"], background)) <= MOST
    assert len(LIBRARY) / (time.perf_counter() - began) > 300, "it makes thousands a second; a busy machine may be slower"


def test_long_texts_take_no_time_to_speak_of() -> None:
    began = time.perf_counter()
    for unit in ("A. ", "word ", "$x. Y$ ", "We we we ", "-", "a-", "e.g. ", "this paper "):
        text = unit * (50_000 // len(unit))
        summarise(text)
        keywords(text, text, {})
    assert time.perf_counter() - began < 8


@pytest.mark.django_db
class TestStored:
    def test_it_comes_with_the_index_and_follows_the_paper(self) -> None:
        record = make_record(abstract=ABSTRACT)
        ingest_papers(records=[record], source="test")
        index_papers()
        row = PaperSummary.objects.get()
        assert row.text == summarise(ABSTRACT)
        assert "graph neural networks" in row.keywords
        ingest_papers(
            records=[make_record(arxiv_id=record.arxiv_id, abstract="Now something else.", authors=record.authors)], source="test"
        )
        index_papers()
        assert PaperSummary.objects.get().text == "Now something else."

    def test_a_deleted_paper_leaves_none(self) -> None:
        paper = make_paper(abstract=ABSTRACT)
        index_papers()
        delete_papers(papers=[paper])
        assert not PaperSummary.objects.exists()

    def test_another_function_may_make_it_or_none(self, settings: Settings) -> None:
        settings.SUMMARISER = "tests.papers.test_summaries.shouting"
        paper = make_paper(abstract=ABSTRACT, title="…")
        index_papers()
        assert PaperSummary.objects.get().text.startswith("GRAPH NEURAL")
        settings.SUMMARISER = "none"
        type(paper).objects.update(abstract="Changed. And again.")
        index_papers()
        assert PaperSummary.objects.get().text == ""

    def test_a_function_that_is_not_there_is_named_at_start_up(self, settings: Settings) -> None:
        assert summariser_can_be_loaded() == []
        settings.SUMMARISER = "no.such.function"
        assert [problem.id for problem in summariser_can_be_loaded()] == ["papers.E002"]

    def test_cards_show_the_summary_and_keep_the_whole(self, visitors_browser: Client) -> None:
        make_paper(abstract=ABSTRACT)
        assert "abstract--short" not in visitors_browser.get("/").content.decode()
        index_papers()
        page = visitors_browser.get("/").content.decode()
        assert '<p class="abstract abstract--short">We propose' in page
        assert "The weather was nice" in page

    def test_keywords_lead_to_a_search_for_the_phrase(self, visitors_browser: Client) -> None:
        paper = make_paper(abstract=ABSTRACT)
        index_papers()
        page = visitors_browser.get(paper.get_absolute_url()).content.decode()
        assert 'href="/search/?q=%22graph%20neural%20networks%22"' in page
        assert paper.title in visitors_browser.get("/search/?q=%22graph%20neural%20networks%22").content.decode()

    def test_rest_gives_both(self, visitors_browser: Client) -> None:
        paper = make_paper(abstract=ABSTRACT)
        address = f"/api/v1/papers/{paper.slug}/"
        before = visitors_browser.get(address).json()
        assert (before["summary"], before["keywords"]) == ("", [])
        index_papers()
        for found in (visitors_browser.get(address).json(), visitors_browser.get("/api/v1/papers/").json()["results"][0]):
            assert found["summary"] == summarise(ABSTRACT)
            assert "graph neural networks" in found["keywords"]

    def test_a_digest_mail_says_it_in_short(self, alice: User) -> None:
        paper = make_paper(abstract=ABSTRACT)
        index_papers()
        body = mail_of(make_mail(alice, digest=make_digest(alice, paper))).get_body(("plain",))
        assert body is not None
        assert "We propose sparse attention pooling" in body.get_content()
        assert "The weather was nice" not in body.get_content()


def shouting(abstract: str) -> str:
    return abstract.upper()
