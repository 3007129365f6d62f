"""The recommender: what resembles the reader's papers comes first, for a reason that is true."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.recommender import Candidate, Model, PaperText, Reader, Recommender, Signal

TEXTS = {
    "graphs": "Graph neural networks pass messages between the nodes of molecules",
    "speech": "Speech recognition turns audio spectrograms into transcribed words",
    "robots": "Robots learn grasping policies from simulated manipulation demonstrations",
}


def candidate(number: int, subject: str, **over: object) -> Candidate:
    fields: dict = {"id": number, "title": f"{subject} {number}", "abstract": TEXTS[subject]}
    return Candidate(**fields | over)


def own(number: int, subject: str) -> PaperText:
    return PaperText(id=number, title=f"My {subject} paper", abstract=TEXTS[subject])


def recommender_of(candidates: Iterable[Candidate], own: Iterable[PaperText] = ()) -> Recommender:
    """A recommender that has learnt the words of some papers, and what nobody kept."""
    candidates, own = list(candidates), list(own)
    recommender = Recommender(Model.train([*candidates, *own], []), candidates)
    recommender.memory.remember(own)
    return recommender


def reader_of(saved: Iterable[int] = (), upvoted: Iterable[int] = (), **over: object) -> Reader:
    signals = [*(Signal(paper, "saved") for paper in saved), *(Signal(paper, "upvoted") for paper in upvoted)]
    fields: dict = {"signals": signals} | over
    return Reader(**fields)


@pytest.fixture
def recommender() -> Recommender:
    found = [candidate(number, subject, heat=number) for number, subject in enumerate(list(TEXTS) * 3, start=1)]
    return recommender_of(found, [own(101, "graphs"), own(102, "speech")])


def subjects(recommender: Recommender, reader: Reader, limit: int) -> list[str]:
    names = {paper.id: paper.title.split()[0] for paper in recommender.shelf.candidates}
    return [names[one.paper] for one in recommender.recommend(reader, limit)]


def test_papers_like_one_s_own_come_first(recommender: Recommender) -> None:
    assert subjects(recommender, reader_of(saved=[101]), 3) == ["graphs"] * 3
    assert subjects(recommender, reader_of(upvoted=[102]), 3) == ["speech"] * 3
    assert set(subjects(recommender, reader_of(saved=[101], upvoted=[102]), 6)) == {"graphs", "speech"}


def test_scores_are_standard_deviations_above_ordinary_papers_of_the_catalogue(recommender: Recommender) -> None:
    readers = [reader_of(saved=[101]), Reader(), reader_of(saved=[101, 102])]
    scores = recommender.scores(readers)
    assert scores.shape == (3, 9)
    assert not scores[1].any()
    catalogue = Recommender(
        recommender.model,
        [
            *recommender.shelf.candidates,
            *(Candidate(id=n, title=one.title, abstract=one.abstract) for n, one in recommender.memory.papers.items()),
        ],
    )
    catalogue.memory.remember(recommender.memory.papers.values())
    assert catalogue.scores(readers).mean(axis=1) == pytest.approx([0, 0, 0], abs=1e-5)
    assert catalogue.scores(readers).std(axis=1) == pytest.approx([1, 0, 1], abs=1e-5)


def test_a_reason_names_the_nearest_of_one_s_own_papers(recommender: Recommender) -> None:
    for one in recommender.recommend(reader_of(saved=[101], upvoted=[102]), 6):
        subject = next(paper.title.split()[0] for paper in recommender.shelf.candidates if paper.id == one.paper)
        kind, number = ("because_saved", 101) if subject == "graphs" else ("because_upvoted", 102)
        assert one.reason == {"kind": kind, "title": f"My {subject} paper", "paper": number}


def test_what_is_not_near_any_of_one_s_papers_gives_the_general_reason(recommender: Recommender) -> None:
    far = [one for one in recommender.recommend(reader_of(saved=[101]), 9) if one.score < 0]
    assert len(far) == 6
    assert {one.reason["kind"] for one in far} == {"new"}


def test_of_equally_near_papers_the_latest_is_named(recommender: Recommender) -> None:
    recommender.memory.remember([own(101, "graphs"), own(103, "graphs")])
    (best,) = recommender.recommend(reader_of(saved=[103, 101]), 1)
    assert best.reason["paper"] == 103


def test_nothing_comes_that_the_reader_has(recommender: Recommender) -> None:
    reader = reader_of(saved=[1, 101], upvoted=[2], known={3, 4})
    assert {one.paper for one in recommender.recommend(reader, 50)} == {5, 6, 7, 8, 9}


def test_without_a_history_the_hottest_comes_first_and_says_so() -> None:
    recommender = recommender_of(
        [candidate(1, "graphs", heat=1.0), candidate(2, "speech", heat=3.0, votes=7), candidate(3, "robots", heat=2.0)]
    )
    found = recommender.recommend(Reader(), 2)
    assert [one.paper for one in found] == [2, 3]
    assert [one.reason for one in found] == [{"kind": "trending", "votes": 7}, {"kind": "new"}]
    assert [one.score for one in found] == [0, 0]


def test_what_comes_from_those_whom_one_follows_is_raised_and_says_so(recommender: Recommender) -> None:
    signals = {
        2: {"kind": "upvoted_by", "person": "Bob"},
        3: {"kind": "by_author", "author": "Ada"},
        5: {"kind": "in_followed_list", "list": "X"},
        99: {"kind": "by_author", "author": "Of a paper that is no candidate"},
    }
    found = recommender.recommend(reader_of(followed=signals), 4)
    assert [one.paper for one in found[:3]] == [3, 5, 2]
    assert [one.reason for one in found[:3]] == [signals[3], signals[5], signals[2]]
    assert found[3].reason == {"kind": "new"}


def test_what_is_followed_is_not_shown_again_and_not_named_beside_a_search(recommender: Recommender) -> None:
    signals = {number: {"kind": "by_author", "author": "Ada"} for number in (3, 6)}
    found = recommender.recommend(reader_of(followed=signals, known={3}, matches={6: "robots"}), 1)
    assert [(one.paper, one.reason["kind"]) for one in found] == [(6, "matches_search")]


@pytest.mark.parametrize("reader", [Reader(), reader_of(saved=[101], upvoted=[102], known={1})])
def test_an_empty_catalogue_has_nothing_to_recommend(reader: Reader) -> None:
    recommender = recommender_of([], [own(101, "graphs")])
    assert recommender.recommend(reader, 10) == []


def test_papers_without_an_abstract_are_judged_by_their_title() -> None:
    candidates = [Candidate(id=1, title="Sparse attention"), Candidate(id=2, title="Folding proteins")]
    recommender = recommender_of(candidates, [PaperText(id=9, title="Attention everywhere")])
    assert [one.paper for one in recommender.recommend(reader_of(saved=[9]), 2)] == [1, 2]


def test_papers_without_a_word_that_counts_are_still_papers() -> None:
    candidates = [Candidate(id=1, title="The"), Candidate(id=2, title="???", votes=1, heat=1.0)]
    recommender = recommender_of(candidates, [PaperText(id=9, title="…")])
    assert [one.paper for one in recommender.recommend(reader_of(saved=[9]), 2)] == [2, 1]


def test_one_title_comes_once_and_not_if_the_reader_has_it_under_another_id(recommender: Recommender) -> None:
    twins = [
        candidate(1, "graphs", title="Twins"),
        candidate(2, "graphs", title="Twins!"),
        candidate(3, "graphs", title="My GRAPHS paper."),
    ]
    recommender = recommender_of([*twins, candidate(4, "robots")], [own(101, "graphs")])
    assert [one.paper for one in recommender.recommend(reader_of(saved=[101]), 9)] == [2, 4]


def test_papers_that_the_catalogue_lost_count_as_had_and_are_not_missed(recommender: Recommender) -> None:
    assert subjects(recommender, reader_of(saved=[999, 101]), 3) == ["graphs"] * 3


def test_in_a_big_catalogue_rare_and_everyday_words_do_not_count() -> None:
    recommender = recommender_of(
        Candidate(id=number, title=f"unique{number} subject{number % 50} everywhere", abstract="") for number in range(1, 2_501)
    )
    vocabulary = set(recommender.model.features.fields[0].vocabulary)
    assert vocabulary == {f"subject{number}" for number in range(50)}


words = st.lists(st.sampled_from("graph speech robot the ??? learning net audio".split()), max_size=5).map(" ".join)


@given(st.lists(words, max_size=12), st.lists(words, max_size=5), st.integers(1, 8), st.data())
def test_any_catalogue_and_any_reader_get_a_sound_answer(titles: list[str], mine: list[str], limit: int, data: st.DataObject) -> None:
    candidates = [Candidate(id=number, title=title, heat=number % 3) for number, title in enumerate(titles)]
    recommender = recommender_of(candidates, [PaperText(id=100 + number, title=title) for number, title in enumerate(mine)])
    ids = list(range(len(titles))) + [100 + number for number in range(len(mine))]
    some = st.lists(st.sampled_from(ids), unique=True) if ids else st.just([])
    reader = reader_of(saved=data.draw(some), upvoted=data.draw(some), known=set(data.draw(some)))
    found = recommender.recommend(reader, limit)
    papers = [one.paper for one in found]
    assert len(papers) == len(set(papers)) <= limit
    assert not {*papers} & {*reader.weights, *reader.known}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(abs(one.score) <= (len(titles) + len(mine)) ** 0.5 + 1e-5 for one in found)
    for one in found:
        assert one.reason["kind"] in {"new", "trending"} or one.reason["paper"] in reader.weights


def test_one_followed_author_does_not_fill_a_digest() -> None:
    found = [candidate(number, "graphs" if number < 9 else "robots", heat=number) for number in range(1, 21)]
    recommender = recommender_of(found, [own(101, "graphs")])
    signals = {number: {"kind": "by_author", "author": 7} for number in range(9, 21)}
    chosen = subjects(recommender, reader_of(saved=[101], followed=signals), 6)
    assert chosen.count("graphs") == 4
    assert chosen.count("robots") == 2


def test_papers_of_earlier_readers_stay_known_until_there_are_too_many(recommender: Recommender, monkeypatch: pytest.MonkeyPatch) -> None:
    assert recommender.memory.unknown({101, 103}) == {103}
    recommender.memory.remember([own(103, "robots")])
    assert subjects(recommender, reader_of(saved=[103]), 3) == ["robots"] * 3
    assert subjects(recommender, reader_of(saved=[102]), 3) == ["speech"] * 3
    monkeypatch.setattr("digests.recommender.memory.MOST", 2)
    assert recommender.memory.unknown({101, 103}) == {101, 103}
    recommender.memory.remember([own(101, "graphs")])
    assert subjects(recommender, reader_of(saved=[101]), 3) == ["graphs"] * 3
