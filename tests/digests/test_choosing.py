"""From scores to a list: what is not wanted stays away, no theme fills it, and nothing pads it."""

import math
import time
from collections.abc import Iterable

import numpy as np
import pytest

from digests.recommender import Candidate, Model, PaperText, Quota, Reader, Recommendation, Recommender, Signal
from digests.recommender.choosing import Choice
from digests.recommender.community import FACTORS, Community
from digests.recommender.model import incidence
from digests.recommender.terms import Texts

WORDS = {
    "graphs": "graph node edge message neighbour molecule topology vertex spectral cluster",
    "speech": "speech audio phoneme transcript acoustic speaker microphone vowel prosody utterance",
    "robots": "robot grasp gripper manipulation policy actuator joint torque kinematic arm",
    "plants": "plant leaf root photosynthesis chlorophyll soil stem blossom pollen seed",
}


def text_of(subject: str, number: int) -> str:
    """Six of the ten words of a subject, others for each number."""
    words = WORDS[subject].split()
    return " ".join(words[(number * 3 + step) % 10] for step in range(6))


def candidate(number: int, subject: str, **over: object) -> Candidate:
    fields: dict = {"id": number, "title": f"{subject} {number}", "abstract": text_of(subject, number)}
    return Candidate(**fields | over)


def own(number: int, subject: str) -> PaperText:
    return PaperText(id=number, title=f"kept {number}", abstract=text_of(subject, number))


def recommender_of(candidates: Iterable[Candidate], own: Iterable[PaperText] = ()) -> Recommender:
    candidates, own = list(candidates), list(own)
    recommender = Recommender(Model.train([*candidates, *own], []), candidates)
    recommender.memory.remember(own)
    return recommender


OWN = [own(101, "graphs"), own(102, "speech"), own(103, "robots")]


@pytest.fixture
def recommender() -> Recommender:
    """Ten candidates of each subject, the earlier ones in more demand."""
    subjects = list(WORDS) * 10
    return recommender_of([candidate(n, subject, heat=-n) for n, subject in enumerate(subjects, start=1)], OWN)


def subjects(recommender: Recommender, found: Iterable[Recommendation]) -> list[str]:
    names = {paper.id: paper.title.split()[0] for paper in recommender.shelf.candidates}
    return [names[one.paper] for one in found]


def aversion(recommender: Recommender, reader: Reader) -> np.ndarray:
    """By how much each candidate is lowered."""
    recommender.memory.remember(paper for paper in recommender.shelf.candidates if paper.id in reader.dismissed)
    nothing, disliked = recommender.memory.of([]), recommender.memory.of(reader.dismissed)
    everything = np.arange(len(recommender.shelf))
    return Choice(recommender.shelf, reader, np.zeros(len(everything)), nothing, disliked)._aversion(everything)


def saved(*papers: int, age: float = 0.0) -> list[Signal]:
    return [Signal(paper, "saved", age) for paper in papers]


def test_what_was_done_lately_counts_more_than_what_was_done_long_ago(recommender: Recommender) -> None:
    lately = Reader(signals=[Signal(102, "saved", 1), Signal(101, "saved", 900)])
    long_ago = Reader(signals=[Signal(101, "saved", 1), Signal(102, "saved", 900)])
    assert set(subjects(recommender, recommender.recommend(lately, 4))) == {"speech"}
    assert set(subjects(recommender, recommender.recommend(long_ago, 4))) == {"graphs"}


def test_a_glance_counts_less_than_a_save_and_the_weightiest_doing_counts() -> None:
    reader = Reader(signals=[Signal(1, "opened", 0), Signal(1, "saved", 365), Signal(2, "opened", 365), Signal(3, "keywords", 5_000)])
    assert reader.weights == pytest.approx({1: 0.5, 2: 0.15, 3: 1.0})
    assert reader.kinds == {1: "saved", 2: "opened", 3: "keywords"}


def test_the_oldest_still_counts_and_an_age_that_is_none_does_not_matter() -> None:
    ages = (1e9, math.inf, math.nan, -3.0)
    assert [Signal(1, "saved", age).weight for age in ages] == [0.25, 0.25, 0.25, 1.0]


def test_not_for_me_pushes_its_likes_down_and_nothing_else(recommender: Recommender) -> None:
    reader = Reader(signals=saved(101, 102))
    before = recommender.recommend(reader, 8)
    assert set(subjects(recommender, before)) == {"graphs", "speech"}
    disliked = next(one.paper for one in before if subjects(recommender, [one]) == ["graphs"])
    recommender.memory.remember([paper for paper in recommender.shelf.candidates if paper.id == disliked])
    after = recommender.recommend(Reader(signals=saved(101, 102), dismissed={disliked: 0.0}), 8)
    assert disliked not in {one.paper for one in after}
    lowered = aversion(recommender, Reader(dismissed={disliked: 0.0}))
    by_subject = {
        subject: [change for change, paper in zip(lowered, recommender.shelf.candidates, strict=True) if subject in paper.title]
        for subject in WORDS
    }
    assert min(by_subject["graphs"]) > 0.5
    assert max(by_subject["speech"] + by_subject["robots"]) == 0
    assert subjects(recommender, after).count("graphs") < subjects(recommender, before).count("graphs")


def test_a_dismissal_fades(recommender: Recommender) -> None:
    fresh, old = (aversion(recommender, Reader(dismissed={1: age}))[recommender.shelf.rows[5]] for age in (0, 365))
    assert fresh > old > 0


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("state space", "A State-Space model", True),
        ("transformer", "Transformers everywhere", True),
        ("transformers", "a transformer", True),
        ("former", "Transformers", False),
        ("model state", "state-space model", False),
        ("Schrödinger", "the schrodinger equation", True),
        ("C", "written in C", True),
        ("C", "written in Coq", False),
        ("C", "written in C++", False),
        ("C++", "written in C++.", True),
        ("c#", "C# and Java", True),
        ("…", "anything …", False),
        ("学习", "深度学习的方法", True),
        ("학습", "심층 학습 방법", True),
    ],
)
def test_terms_are_found_as_whole_words_in_any_case_number_and_accent(term: str, text: str, found: bool) -> None:
    assert Texts([text]).mentioning(term).tolist() == [found]


def test_what_must_be_mentioned_is_and_what_must_not_is_not(recommender: Recommender) -> None:
    reader = Reader(signals=saved(101, 102), must=["molecules", "prosody"], never=["spectral"])
    found = recommender.recommend(reader, 40)
    texts = [recommender.shelf.candidates[recommender.shelf.rows[one.paper]].text for one in found]
    assert texts
    assert all("molecule" in text or "prosody" in text for text in texts)
    assert not any("spectral" in text for text in texts)
    assert recommender.recommend(Reader(signals=saved(101), must=["quasar"]), 12) == []


def test_nothing_below_the_bar_pads_a_list(recommender: Recommender) -> None:
    found = recommender.recommend(Reader(signals=saved(101), bar=1.0), 40)
    assert set(subjects(recommender, found)) == {"graphs"}
    assert min(one.score for one in found) >= 1.0
    assert recommender.recommend(Reader(signals=saved(101), bar=99.0), 40) == []


def test_a_week_without_anything_for_a_reader_is_empty() -> None:
    everything = [candidate(n, subject) for n, subject in enumerate(["graphs", "speech", "robots"] * 10, start=1)]
    model = Model.train([*everything, *OWN], [])
    this_week = Recommender(model, [paper for paper in everything if paper.title.startswith("robots")])
    this_week.memory.remember(OWN)
    assert this_week.recommend(Reader(signals=saved(101), bar=0.5), 12) == []
    assert len(this_week.recommend(Reader(signals=saved(103), bar=0.5), 12)) == 4


def test_no_theme_fills_the_list_of_a_reader_of_many(recommender: Recommender) -> None:
    found = recommender.recommend(Reader(signals=saved(101, 102, 103)), 12)
    assert {subject: subjects(recommender, found).count(subject) for subject in ("graphs", "speech", "robots")} == {
        "graphs": 4,
        "speech": 4,
        "robots": 4,
    }


def test_a_reader_of_one_theme_gets_a_list_of_it() -> None:
    candidates = [candidate(n, subject) for n, subject in enumerate(["graphs", "speech"] * 12, start=1)]
    narrow = [own(100 + n, "graphs") for n in range(8)]
    recommender = recommender_of(candidates, narrow)
    found = recommender.recommend(Reader(signals=saved(*range(100, 108))), 10)
    assert subjects(recommender, found).count("graphs") > 4


def test_quotas_hold_at_least_and_at_most() -> None:
    candidates = [candidate(n, subject, categories=frozenset({subject[:1]})) for n, subject in enumerate(list(WORDS) * 6, start=1)]
    recommender = recommender_of(candidates, OWN)
    quotas = {"g": Quota(at_most=1), "p": Quota(at_least=2), "r": Quota(at_least=99)}
    found = subjects(recommender, recommender.recommend(Reader(signals=saved(101, 102), quotas=quotas), 8))
    assert found.count("graphs") == 1
    assert found.count("plants") == 2
    assert len(found) <= 8


def test_one_place_is_for_something_else_that_others_like() -> None:
    candidates = [candidate(n, subject, heat=float(n)) for n, subject in enumerate(["graphs", "speech", "robots", "robots"] * 6, start=1)]
    text = "plant leaf root photosynthesis chlorophyll soil stem message"
    liked = candidate(50, "plants", abstract=text, votes=9, heat=99.0)
    recommender = recommender_of([*candidates, liked, candidate(51, "plants", heat=100.0)], OWN)
    mine = saved(101, 102)
    found = recommender.recommend(Reader(signals=mine, surprise=True, bar=6.0), 6)
    assert (found[-1].paper, found[-1].reason) == (50, {"kind": "surprise", "votes": 9})
    assert [one.reason["kind"] for one in found[:-1]] == ["because_saved"] * 5
    short = recommender.recommend(Reader(signals=saved(101), surprise=True, bar=6.0), 12)
    assert (len(short), {one.reason["kind"] for one in short}) == (4, {"because_saved"})  # too short for a surprise: it would pad
    for reader, limit in ((Reader(signals=mine), 6), (Reader(signals=mine, surprise=True), 5), (Reader(surprise=True), 6)):
        assert "surprise" not in {one.reason["kind"] for one in recommender.recommend(reader, limit)}


def test_the_surprise_counts_and_is_neither_over_a_quota_nor_like_what_is_ruled_out() -> None:
    subjects_in_turn = ["graphs", "speech", "robots", "robots"] * 6
    candidates = [candidate(n, subject, heat=float(n), categories=frozenset({subject})) for n, subject in enumerate(subjects_in_turn, 1)]
    text = "plant leaf root photosynthesis chlorophyll soil stem message"
    liked = candidate(50, "plants", abstract=text, votes=9, heat=99.0, categories=frozenset({"plants"}))
    twin = PaperText(id=60, title="Leaves", abstract=text)
    recommender = recommender_of([*candidates, liked], [*OWN, twin])

    def kinds(**fields: object) -> list[str]:
        given: dict = {"signals": saved(101, 102), "surprise": True, "bar": 6.0} | fields
        return [one.reason["kind"] for one in recommender.recommend(Reader(**given), 6)]

    assert kinds() == ["because_saved"] * 5 + ["surprise"]
    assert kinds(quotas={"graphs": Quota(at_least=3), "speech": Quota(at_least=3)}) == ["because_saved"] * 5 + ["surprise"]
    assert "surprise" not in kinds(quotas={"plants": Quota(at_most=0)})
    assert "surprise" not in kinds(dismissed={60: 1.0})
    assert "surprise" not in kinds(bar=99.0)


def test_one_list_does_not_fill_a_digest_where_nothing_else_fits(recommender: Recommender) -> None:
    followed = {number: {"kind": "in_followed_list", "list": 7} for number in range(1, 41) if number % 4 == 3}
    found = recommender.recommend(Reader(signals=saved(101, 101), followed=followed, bar=99.0), 12)
    assert [one.reason["kind"] for one in found] == ["in_followed_list"] * 4


def test_what_counts_half_is_half_as_sure_for_the_community() -> None:
    factors = np.eye(2, FACTORS, dtype=np.float32)
    community = Community(np.zeros((1, FACTORS), dtype=np.float32), np.zeros((FACTORS, FACTORS), dtype=np.float32))
    whole, half = community.readers(incidence([{0: 1.0, 1: 1.0}, {0: 1.0, 1: 0.1}], 2), factors)
    assert whole[0] == pytest.approx(whole[1])
    assert half[1] < half[0]


def test_readers_of_nothing_get_their_categories_then_what_is_in_demand() -> None:
    fields = {1: "cs.CL", 2: "cs.RO", 3: "cs.CL", 4: "cs.RO"}
    recommender = recommender_of(
        candidate(n, "graphs", categories=frozenset({code}), heat=-n, votes=int(n == 2)) for n, code in fields.items()
    )
    found = recommender.recommend(Reader(categories={"cs.CL"}, bar=2.0), 12)
    assert [(one.paper, one.reason["kind"]) for one in found] == [(1, "in_category"), (3, "in_category"), (2, "trending")]


def test_a_reader_of_few_papers_still_gets_what_is_new_in_the_categories(recommender: Recommender) -> None:
    candidates = [candidate(n, subject, categories=frozenset({subject})) for n, subject in enumerate(list(WORDS) * 3, start=1)]
    many = [own(100 + n, "graphs") for n in range(6)]
    recommender = recommender_of(candidates, many)
    few = recommender.recommend(Reader(signals=saved(100), categories={"robots"}, bar=0.5), 12)
    assert subjects(recommender, few).count("robots") == 3
    assert set(subjects(recommender, few)) == {"graphs", "robots"}
    known = recommender.recommend(Reader(signals=saved(*range(100, 106)), categories={"robots"}, bar=0.5), 12)
    assert set(subjects(recommender, known)) == {"graphs"}


def test_a_reason_names_the_strongest_thing_that_was_done(recommender: Recommender) -> None:
    for kinds, reason in (
        (("opened", "upvoted"), "because_upvoted"),
        (("team", "read"), "because_read"),
        (("noted", "saved"), "because_saved"),
    ):
        best, *_ = recommender.recommend(Reader(signals=[Signal(101, kind) for kind in kinds]), 3)
        assert best.reason["kind"] == reason


def test_bad_numbers_and_strange_texts_never_raise() -> None:
    strange = [
        Candidate(id=1, title="", heat=math.nan),
        Candidate(id=2, title="", heat=math.inf),
        Candidate(id=3, title="Тексты на русском языке", abstract="о нейронных сетях"),
        Candidate(id=4, title="深度学习", abstract="神经网络"),
        Candidate(id=5, title="\x00\ud83d", abstract="🙂" * 50),
        candidate(6, "graphs", heat=-math.inf),
        candidate(7, "graphs"),
    ]
    recommender = recommender_of(strange, [own(101, "graphs"), PaperText(id=102, title="нейронных сетях")])
    reader = Reader(signals=[Signal(101, "saved", math.nan), Signal(102, "read", math.inf)], dismissed={3: math.nan}, bar=-9, surprise=True)
    assert {6, 7} <= {one.paper for one in recommender.recommend(reader, 12)}
    assert recommender.recommend(Reader(signals=[Signal(102)]), 12)[0].paper == 3


def test_a_score_that_is_no_number_counts_as_none(recommender: Recommender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Model, "scores", lambda *_: np.array([[math.nan] * 40, [math.inf] * 40], dtype=np.float32))
    assert not recommender.scores([Reader(), Reader()]).any()


def test_a_reader_of_20_000_papers_is_served_like_anybody() -> None:
    names = list(WORDS)
    many = [own(1_000 + n, names[n % 3]) for n in range(20_000)]
    recommender = recommender_of([candidate(n, subject) for n, subject in enumerate(names * 5, start=1)], OWN)
    recommender.memory.remember(many)
    reader = Reader(signals=saved(*(paper.id for paper in many)), dismissed=dict.fromkeys(range(1_000, 1_300, 3), 1.0))
    started = time.monotonic()
    found = subjects(recommender, recommender.recommend(reader, 12))
    assert set(found[:4]) == {"speech", "robots"}
    assert time.monotonic() - started < 20
