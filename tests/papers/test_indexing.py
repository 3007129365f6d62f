"""Papers become findable by themselves, whoever adds or changes them."""

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from papers.actions.arrivals import set_first_seen
from papers.actions.indexing import index_all_again, index_papers, words_of
from papers.actions.ingest import ingest_papers
from papers.actions.removal import delete_papers
from papers.actions.voting import cast_vote
from papers.embedding import embed, fit
from papers.models import Author, Paper, PaperSearch, PaperToIndex, SearchWord
from papers.tasks import index_papers as task
from tests.factories import make_paper, make_record

pytestmark = pytest.mark.django_db


def waiting() -> int:
    return PaperToIndex.objects.count()


def test_a_new_paper_waits_and_is_indexed_once() -> None:
    paper = make_paper(title="Graph attention networks", authors=("Petar Veličković",))
    assert waiting() == 1
    assert index_papers() == 1
    row = PaperSearch.objects.get(paper=paper)
    assert "attent" in row.title
    assert "velickov" in row.text
    assert len(row.embedding) == 256
    assert (waiting(), index_papers()) == (0, 0)


def test_the_task_indexes_what_waits() -> None:
    make_paper()
    task()
    assert PaperSearch.objects.count() == 1


def test_a_paper_that_an_import_changes_is_indexed_again() -> None:
    record = make_record(title="First title")
    ingest_papers(records=[record], source="test")
    index_papers()
    ingest_papers(records=[make_record(arxiv_id=record.arxiv_id, title="Second title", authors=record.authors)], source="test")
    assert waiting() == 1
    index_papers()
    assert "second" in PaperSearch.objects.get().title


def test_new_authors_and_a_renamed_author_are_noticed() -> None:
    paper = make_paper(authors=("Ada Lovelace",))
    index_papers()
    Author.objects.filter(name="Ada Lovelace").update(name="Ada King")
    assert waiting() == 1
    index_papers()
    paper.authorships.all().delete()
    assert waiting() == 1


def test_votes_and_arrivals_leave_the_index_alone(alice: User) -> None:
    paper = make_paper()
    index_papers()
    cast_vote(user=alice, paper=paper)
    set_first_seen(paper=paper, first_seen_at=paper.first_seen_at.replace(year=2020))
    assert waiting() == 0


def test_a_paper_that_is_deleted_while_it_waits_harms_nobody() -> None:
    paper = make_paper()
    index_papers()
    delete_papers(papers=[paper])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not PaperSearch.objects.exists()
    index_papers()
    assert not PaperSearch.objects.exists()


def test_a_paper_without_an_abstract_and_one_without_known_words_are_indexed() -> None:
    make_paper(abstract="")
    make_paper(title="…", abstract="")
    index_papers()
    assert PaperSearch.objects.count() == 2


def test_the_words_of_papers_are_counted_once_per_paper() -> None:
    make_paper(title="Résumé of résumé", abstract="A GPT-4 résumé, and kernels")
    index_papers()
    assert SearchWord.objects.get(word="resume").papers == 1
    Paper.objects.update(abstract="Kernels and wavelets, once more")
    index_papers()
    counts = dict(SearchWord.objects.values_list("word", "papers"))
    assert (counts["kernels"], counts["wavelets"]) == (1, 0)


def test_words_are_plain_and_not_too_short_or_long() -> None:
    assert words_of("An Über-model of x, 42 and w2v " + "a" * 41) == {"uber", "model", "and", "w2v"}


def test_everything_can_be_indexed_again(capsys: pytest.CaptureFixture[str]) -> None:
    make_paper()
    index_papers()
    assert index_all_again() == 1
    call_command("index_papers", "--again")
    assert "1 papers indexed" in capsys.readouterr().out
    assert PaperSearch.objects.count() == 1


def test_texts_about_the_same_thing_point_the_same_way() -> None:
    graphs, networks, cooking, nothing = embed(["graph neural networks", "learning on graphs with neural nets", "a recipe for soup", ""])
    assert graphs @ networks > graphs @ cooking
    assert not nothing.any()
    assert abs(float(graphs @ graphs) - 1) < 1e-5


def test_vectors_of_other_models_are_brought_to_the_length_of_the_column() -> None:
    import numpy as np

    assert fit(np.ones((2, 384))).shape == (2, 256)
    assert fit(np.ones((2, 128))).sum() == 256
