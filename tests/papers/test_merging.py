"""Two papers that are one: nothing that readers did is lost, counts are exact, former names lead on, imports do not split them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from digests.models import DigestPaper
from papers.actions.ingest import IngestReport, ingest_papers
from papers.actions.lists import add_paper, create_list
from papers.actions.merging import merge_papers
from papers.actions.reading import set_state
from papers.actions.submitting import AlreadyHere, submit_paper
from papers.actions.voting import cast_vote
from papers.models import Assignment, ListItem, OtherName, Paper, Submission, Suggestion
from papers.ranking import hot
from tests.digests.makers import make_digest
from tests.factories import make_paper, make_record

pytestmark = pytest.mark.django_db
EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def preprint() -> Paper:
    links, versions = (("code", "https://code.example/a"),), ((1, date(2025, 12, 1)),)
    return make_paper(arxiv_id="2512.00001", title="A preprint", abstract="", links=links, versions=versions, first_seen_at=LATE)


@pytest.fixture
def article() -> Paper:
    links, found = (("code", "https://code.example/a"), ("data", "https://data.example/b")), date(2026, 1, 5)
    return make_paper(
        arxiv_id="", doi="10.1000/182", title="An article", links=links, journal_ref="A Journal", published=found, first_seen_at=EARLY
    )


def test_votes_are_counted_once_for_each_reader(alice: User, bob: User, carol: User, preprint: Paper, article: Paper) -> None:
    for reader, paper in ((alice, preprint), (alice, article), (bob, preprint), (carol, article)):
        cast_vote(user=reader, paper=paper)
    kept = merge_papers(keep=preprint, other=article)
    kept.stats.refresh_from_db()
    assert (kept.votes.count(), kept.stats.vote_count) == (3, 3)
    assert kept.first_seen_at == EARLY
    assert kept.stats.hot == pytest.approx(hot.score(votes=3, first_seen=EARLY.timestamp()), abs=1e-9)


def test_of_two_words_on_it_the_last_one_counts(alice: User, bob: User, carol: User, preprint: Paper, article: Paper) -> None:
    said = (
        (alice, preprint, "to_read"),
        (alice, article, "read"),
        (bob, article, "read"),
        (bob, preprint, "reading"),
        (carol, article, "read"),
    )
    for reader, paper, state in said:
        set_state(user=reader, paper=paper, state=state)
    kept = merge_papers(keep=preprint, other=article)
    assert dict(kept.reading_states.values_list("user", "state")) == {alice.pk: "read", bob.pk: "reading", carol.pk: "read"}


def test_lists_hold_it_once_with_all_notes(alice: User, bob: User, preprint: Paper, article: Paper) -> None:
    both, one, silent = (create_list(owner=alice.namespace, title=title) for title in ("Both", "One", "Silent"))
    add_paper(reading_list=both, paper=preprint, user=alice, note="of the preprint")
    add_paper(reading_list=both, paper=article, user=bob, note="of the article")
    add_paper(reading_list=one, paper=article, user=alice, note="alone")
    add_paper(reading_list=silent, paper=preprint, user=alice)
    add_paper(reading_list=silent, paper=article, user=alice, note="the only note")
    kept = merge_papers(keep=preprint, other=article)
    notes = dict(ListItem.objects.filter(paper=kept).values_list("reading_list__title", "note"))
    assert notes == {"Both": "of the preprint\n\nof the article", "One": "alone", "Silent": "the only note"}
    for reading_list in (both, one, silent):
        reading_list.refresh_from_db()
        assert reading_list.item_count == reading_list.items.count() == 1
    kept.stats.refresh_from_db()
    assert kept.stats.save_count == 3


def test_what_a_team_planned_with_either_stays(alice: User, bob: User, graph_lab: Team, preprint: Paper, article: Paper) -> None:
    seminar = create_list(owner=graph_lab.namespace, title="Seminar")
    stays, goes = (add_paper(reading_list=seminar, paper=each, user=alice)[0] for each in (preprint, article))
    Assignment.objects.create(item=stays, user=alice, part="read")
    Assignment.objects.create(item=goes, user=alice, part="present")
    Assignment.objects.create(item=goes, user=bob, part="present")
    merge_papers(keep=preprint, other=article)
    assert set(Assignment.objects.values_list("item", "user", "part")) == {(stays.pk, alice.pk, "read"), (stays.pk, bob.pk, "present")}


def test_one_suggestion_stays_open_and_the_answered_ones_stay(alice: User, bob: User, preprint: Paper, article: Paper) -> None:
    seminar = create_list(owner=alice.namespace, title="Seminar")
    for paper, state in ((preprint, "open"), (article, "open"), (preprint, "declined"), (article, "declined")):
        decided = None if state == "open" else timezone.now()
        Suggestion.objects.create(reading_list=seminar, paper=paper, suggested_by=bob, state=state, decided_at=decided)
    kept = merge_papers(keep=preprint, other=article)
    assert sorted(kept.suggestions.values_list("state", flat=True)) == ["declined", "declined", "open"]


def test_a_joined_note_is_a_new_version(alice: User, preprint: Paper, article: Paper) -> None:
    shelf = create_list(owner=alice.namespace, title="Shelf")
    item, _added = add_paper(reading_list=shelf, paper=preprint, user=alice, note="one")
    add_paper(reading_list=shelf, paper=article, user=alice, note="two")
    seen = item.etag
    merge_papers(keep=preprint, other=article)
    item.refresh_from_db()
    assert item.etag != seen


def test_empty_fields_are_filled_and_the_rest_stays(preprint: Paper, article: Paper) -> None:
    kept = merge_papers(keep=preprint, other=article)
    assert (kept.title, kept.arxiv_id, kept.doi) == ("A preprint", "2512.00001", "10.1000/182")
    assert (kept.abstract, kept.journal_ref, kept.published_on) == (article.abstract, "A Journal", date(2026, 1, 5))
    assert sorted(kept.links.values_list("kind", flat=True)) == ["code", "data"]
    assert kept.authorships.count() == kept.author_count == 2


def test_past_digests_and_submissions_stay(alice: User, preprint: Paper, article: Paper) -> None:
    digest = make_digest(alice, article)
    Submission.objects.create(user=alice, identifier="10.1000/182", paper=article, state="found")
    kept = merge_papers(keep=preprint, other=article)
    assert DigestPaper.objects.get(digest=digest).paper == kept
    assert Submission.objects.get().paper == kept


def test_every_former_name_leads_on(alice: User, client: Client) -> None:
    keep, other = make_paper(arxiv_id="2512.00001"), make_paper(arxiv_id="2512.00002", key="mine:2")
    merge_papers(keep=keep, other=other)
    assert set(OtherName.objects.values_list("kind", "value")) == {
        ("slug", "2512.00002"),
        ("arxiv_id", "2512.00002"),
        ("key", "mine:2"),
    } - ({("key", "mine:2")} if Paper.objects.get().key == "mine:2" else set())
    answer = client.get("/papers/2512.00002")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/papers/2512.00001")
    assert client.get("/api/v1/papers/arXiv:2512.00002v3/").json()["slug"] == "2512.00001"
    with pytest.raises(AlreadyHere):
        submit_paper(user=alice, text="https://arxiv.org/abs/2512.00002")


def test_names_lead_on_after_a_second_merge(client: Client) -> None:
    first, second, third = (make_paper(arxiv_id=f"2512.0000{number}") for number in (1, 2, 3))
    kept = merge_papers(keep=third, other=merge_papers(keep=second, other=first))
    assert client.get("/papers/2512.00001").headers["Location"] == kept.get_absolute_url()
    assert Paper.objects.count() == 1


def test_an_import_does_not_split_them_again() -> None:
    keep, other = make_paper(arxiv_id="2512.00001", title="Kept"), make_paper(arxiv_id="2512.00002", title="Other")
    merge_papers(keep=keep, other=other)
    report = ingest_papers(records=[make_record(arxiv_id="2512.00002", title="Changed")], source="test")
    assert report == IngestReport(unchanged=1)
    assert list(Paper.objects.values_list("title", "arxiv_id")) == [("Kept", "2512.00001")]


def test_a_paper_is_not_merged_with_itself(preprint: Paper) -> None:
    with pytest.raises(ValidationError):
        merge_papers(keep=preprint, other=preprint)


def test_every_row_of_a_paper_has_a_fate() -> None:
    """A new kind of row that points to papers moves by itself; whoever adds one looks here whether that is right."""
    found = {f"{each.related_model._meta.label}.{each.field.name}" for each in Paper._meta.get_fields(include_hidden=True)
             if each.auto_created and not each.concrete and not each.many_to_many}  # fmt: skip
    assert found == MOVED | KEPT
    assert all(apps.get_model(name.rpartition(".")[0]) for name in found)


KEPT = {
    "papers.PaperStats.paper",
    "papers.PaperSearch.paper",
    "papers.Authorship.paper",
    "papers.PaperCategory.paper",
    "papers.PaperSummary.paper",
    "papers.CitationRecord.paper",
}
MOVED = {
    "papers.CitationKey.paper",
    "papers.Comment.paper",
    "papers.Suggestion.paper",
    "papers.Watch.paper",
    "papers.Citation.paper",
    "papers.Signal.paper",
    "papers.Version.paper",
    "papers.Link.paper",
    "papers.Vote.paper",
    "papers.ReadingState.paper",
    "papers.ListItem.paper",
    "papers.Submission.paper",
    "papers.OtherName.paper",
    "digests.DigestPaper.paper",
    "digests.LeftOut.paper",
}


def test_staff_merge_in_the_admin_site(admin: User, alice: User, client: Client, preprint: Paper, article: Paper) -> None:
    client.force_login(admin)
    chosen = {"action": "merge", "_selected_action": [preprint.pk, article.pk]}
    address = reverse("admin:papers_paper_changelist")
    question = client.post(address, chosen).content.decode()
    assert "Which one stays?" in question
    assert "A preprint" in question
    assert Paper.objects.count() == 2
    answer = client.post(address, chosen | {"stays": article.pk}, follow=True).content.decode()
    assert "They are one paper now" in answer
    assert Paper.objects.get().slug == article.slug
    assert timedelta(0) == Paper.objects.get().first_seen_at - EARLY


def test_one_paper_is_nothing_to_merge(admin: User, client: Client, preprint: Paper) -> None:
    client.force_login(admin)
    answer = client.post(reverse("admin:papers_paper_changelist"), {"action": "merge", "_selected_action": [preprint.pk]}, follow=True)
    assert "Choose two to 10 papers" in answer.content.decode()
