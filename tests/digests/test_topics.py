"""Topics of a subject: what the most papers share, without repeating itself, in one line."""

import pytest

from accounts.models import Team, User
from digests.mails import mail_of
from digests.topics import ROOM, topics
from papers.models import PaperSummary
from tests.digests.makers import make_digest, make_mail, make_team_digest
from tests.factories import make_paper


def test_what_many_papers_share_comes_first() -> None:
    papers = [["beam search", "state-space models"], ["protein design"], ["State-space model", "long contexts"]]
    assert topics(papers) == ["state-space models", "protein design", "beam search"]


def test_each_topic_speaks_for_papers_of_which_none_speaks_yet() -> None:
    both = ["state-space models", "selective scans"]
    assert topics([both, both, both, ["protein design"], ["galaxies"]]) == ["state-space models", "protein design", "galaxies"]


def test_no_topic_repeats_a_word_of_another() -> None:
    assert topics([["graph networks"], ["deep graphs"], ["protein design"]]) == ["graph networks", "protein design"]


def test_topics_fit_into_one_line() -> None:
    papers = [[f"{letter * 30} of some kind{letter}"] for letter in "abcdef"] + [["x" * 60]]
    chosen = topics(papers)
    assert chosen
    assert len(", ".join(chosen)) <= ROOM


@pytest.mark.parametrize("papers", [[], [["one"]], [[], []]])
def test_one_paper_and_papers_without_keywords_have_no_topics(papers: list[list[str]]) -> None:
    assert topics(papers) == []


def test_the_same_papers_have_the_same_topics() -> None:
    papers = [["b", "a"], ["a", "c"], ["c", "b"]]
    assert topics(papers) == topics(papers) == ["b", "a", "c"]


@pytest.fixture
def with_keywords(db: None) -> None:
    for title, words in (("First", ["state-space models"]), ("Second", ["protein design"])):
        PaperSummary.objects.create(paper=make_paper(title=title), text="", keywords=words)


def papers() -> list[object]:
    return [one.paper for one in PaperSummary.objects.select_related("paper").order_by("pk")]


def test_a_digest_says_in_its_subject_what_it_is_about(alice: User, with_keywords: None) -> None:
    mail = make_mail(alice, digest=make_digest(alice, *papers()))
    assert mail_of(mail)["Subject"] == "2 papers for you: state-space models, protein design"


def test_a_team_s_digest_does_so_too(alice: User, graph_lab: Team, with_keywords: None) -> None:
    content = {"saved": [], "discussed": [], "likely": [{"paper": one.pk, "reason": {"kind": "new"}} for one in papers()]}
    mail = make_mail(alice, digest=None, team_digest=make_team_digest(graph_lab, content=content), reader=alice)
    assert mail_of(mail)["Subject"] == "Graph Lab, Week 48 of 2026: state-space models, protein design"
