"""Subjects, weeks, months and days, and authors' pages."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notice, User
from papers.actions.claiming import CannotClaim, claim_author, settle_claim
from papers.actions.counting import recount_votes
from papers.actions.ingest import ingest_papers
from papers.actions.voting import cast_vote
from papers.models import Author, AuthorClaim, Paper, Vote
from papers.spans import read_span, span_of
from tests.counting import queries_of
from tests.factories import make_paper, make_record, make_user

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)  # of week 47


@pytest.mark.parametrize(
    ("key", "first", "last", "before", "after"),
    [
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 22), "2026-W46", "2026-W48"),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3), "2020-W52", "2021-W01"),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), "2026-11", "2027-01"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-01", "2024-03"),
        ("2026-01-01", date(2026, 1, 1), date(2026, 1, 1), "2025-12-31", "2026-01-02"),
    ],
)
def test_spans_are_read_and_go_on(key: str, first: date, last: date, before: str, after: str) -> None:
    span = read_span(key)
    assert span is not None
    assert (span.key, span.first, span.last, span.before.key, span.after.key) == (key, first, last, before, after)
    assert span_of(span.kind, last) == span
    assert span.end - span.start == (last - first) + timedelta(days=1)


@pytest.mark.parametrize("key", ["2025-W53", "2026-W00", "2026-13", "2026-02-30", "2026", "W47", "0000-W01", "2026-W47 ", "９０００-01"])
def test_what_is_no_span_is_none(key: str) -> None:
    assert read_span(key) is None


@pytest.mark.django_db
class TestArchive:
    @pytest.fixture(autouse=True)
    def papers(self, bob: User) -> None:
        for title, moment in (
            ("Before", MONDAY - timedelta(microseconds=1)),
            ("First", MONDAY),
            ("Last", MONDAY + timedelta(days=7, microseconds=-1)),
        ):
            make_paper(title=title, first_seen_at=moment, categories=("cs.CL",) if title == "Last" else ("cs.LG",))
        first = Paper.objects.get(title="First")
        cast_vote(user=bob, paper=first)
        Vote.objects.update(created_at=MONDAY + timedelta(days=1))  # so that the week's order knows of it
        recount_votes(papers=[first.pk])

    def titles(self, client: Client, address: str) -> list[str]:
        return [paper.title for paper in client.get(address).context["page"].items]

    def test_a_week_holds_what_came_in_then_the_most_upvoted_first(self, client: Client) -> None:
        assert self.titles(client, "/archive/2026-W47/") == ["First", "Last"]
        assert self.titles(client, "/archive/2026-W47/?sort=new") == ["Last", "First"]
        assert self.titles(client, "/archive/2026-W47/?category=cs.CL") == ["Last"]
        assert self.titles(client, "/archive/2026-11-15/") == ["Before"]
        assert self.titles(client, "/archive/2026-11/") == ["First", "Last", "Before"]

    def test_an_empty_week_says_so(self, client: Client) -> None:
        assert "Nothing came in then" in client.get("/archive/2025-W01/").content.decode()

    @pytest.mark.parametrize("address", ["/archive/2025-W53/", "/archive/x/", "/archive/2026-W47/?sort=hot", "/archive/2026-W47/?after=x"])
    def test_what_is_not_there_is_404(self, address: str, client: Client) -> None:
        assert client.get(address).status_code == 404

    def test_the_page_of_ways_in_names_subjects_and_weeks(self, client: Client) -> None:
        page = client.get("/browse/").content.decode()
        assert "cs.CL" in page
        assert "/archive/20" in page


@pytest.mark.django_db
class TestAuthors:
    @pytest.fixture
    def author(self) -> Author:
        for title, day, names in (
            ("Old", date(2001, 1, 1), ("Yann LeCun", "A. Other")),
            ("Undated", None, ("Yann LeCun",)),
            ("Latest", date(2020, 1, 1), ("Someone Else", "Yann LeCun")),
            ("As initials", date(1998, 1, 1), ("Y. LeCun",)),
        ):
            ingest_papers(records=[make_record(title=title, published=day, authors=names)], source="test")
        return Author.objects.get(name="Yann LeCun")

    def test_the_latest_come_first_and_undated_ones_last(self, author: Author, client: Client) -> None:
        page = client.get(author.get_absolute_url())
        assert [paper.title for paper in page.context["papers"]] == ["Latest", "Old", "Undated"]
        assert [other.name for other in page.context["alike"]] == ["Y. LeCun"]

    def test_names_with_one_orcid_are_one_persons(self, author: Author, client: Client) -> None:
        one, two = "0000-0002-1825-0097", "0000-0002-1694-233X"
        for names, orcids in (
            (("Yann LeCun",), (("Yann LeCun", one),)),
            (("Yann LeCun",), (("Yann LeCun", one),)),
            (("Yann LeCun",), (("Yann LeCun", two),)),
            (("Y. LeCun", "Le Cun, Y."), (("Y. LeCun", one),)),
            (("Y. A. LeCun",), (("Y. A. LeCun", one),)),
            (("Y. A. LeCun",), (("Y. A. LeCun", one),)),
            (("Yolanda LeCun",), ()),
        ):
            make_paper(authors=names, orcids=orcids)
        page = client.get(author.get_absolute_url())
        people = [(orcid, n, [other.name for other in others]) for orcid, n, others in page.context["people"]]
        assert people == [(one, 2, ["Y. A. LeCun", "Y. LeCun"]), (two, 1, [])]
        assert [other.name for other in page.context["alike"]] == ["Yolanda LeCun"]
        text = page.content.decode()
        assert f'href="https://orcid.org/{one}"' in text
        assert "also writes as" in text
        assert "it may be several people’s" in text

    def test_an_accounts_orcid_is_typed_and_proves_nothing(self, author: Author, alice: User, client: Client) -> None:
        make_paper(authors=("Yann LeCun",), orcids=(("Yann LeCun", "0000-0002-1825-0097"),))
        User.objects.filter(pk=alice.pk).update(orcid="0000-0002-1825-0097")
        page = client.get(author.get_absolute_url()).content.decode()
        assert "ORCID 0000-0002-1825-0097" in page
        assert "/people/alice/" not in page

    def test_a_papers_page_leads_to_its_authors(self, author: Author, client: Client) -> None:
        assert author.get_absolute_url() in client.get(Paper.objects.get(title="Old").get_absolute_url()).content.decode()

    def test_who_has_shown_to_be_an_author_is_named_and_joins_the_spellings(
        self, author: Author, alice: User, admin: User, client: Client
    ) -> None:
        initials = Author.objects.get(name="Y. LeCun")
        for each in (author, initials):
            assert settle_claim(claim=claim_author(user=alice, author=each), by=admin, is_true=True)
        page = client.get(author.get_absolute_url())
        assert [paper.title for paper in page.context["papers"]] == ["Latest", "Old", "As initials", "Undated"]
        assert "/people/alice/" in page.content.decode()
        assert not page.context["alike"]
        client.force_login(alice)
        assert "Y. LeCun" in client.get("/people/alice/").content.decode()
        assert Notice.objects.filter(user=alice).count() == 2

    def test_an_author_is_one_person(self, author: Author, alice: User, bob: User, admin: User) -> None:
        first, second = claim_author(user=alice, author=author), claim_author(user=bob, author=author)
        assert settle_claim(claim=first, by=admin, is_true=True)
        assert not settle_claim(claim=second, by=admin, is_true=True)
        with pytest.raises(CannotClaim):
            claim_author(user=bob, author=author)
        assert set(AuthorClaim.objects.values_list("user", "state")) == {(alice.pk, "accepted"), (bob.pk, "pending")}

    def test_a_refused_claim_is_made_anew_only_with_other_words(self, author: Author, alice: User, admin: User) -> None:
        settle_claim(claim=claim_author(user=alice, author=author, words="trust me"), by=admin, is_true=False)
        assert claim_author(user=alice, author=author, words="trust me").state == "refused"
        assert claim_author(user=alice, author=author, words="see my page").state == "pending"

    def test_claims_that_wait_are_bounded(self, alice: User) -> None:
        for number in range(20):
            claim_author(user=alice, author=Author.objects.create(name=f"Author {number}"))
        with pytest.raises(CannotClaim):
            claim_author(user=alice, author=Author.objects.create(name="One more"))

    def test_from_the_page_to_the_admin_site(self, author: Author, alice: User, admin: User, client: Client) -> None:
        client.force_login(alice)
        client.post(f"/authors/{author.pk}/claim", {"words": "my page says so"})
        assert "whoever runs this site has still to look at it" in client.get(author.get_absolute_url()).content.decode()
        client.force_login(admin)
        chosen = {"action": "accept", "_selected_action": [AuthorClaim.objects.get().pk]}
        client.post(reverse("admin:papers_authorclaim_changelist"), chosen)
        assert AuthorClaim.objects.accepted().get().user == alice

    def test_more_papers_cost_no_more_queries(self, author: Author, alice: User, client: Client) -> None:
        client.force_login(alice)
        make_paper(authors=("Yann LeCun",), orcids=(("Yann LeCun", "0000-0002-1825-0097"),))
        client.get(author.get_absolute_url())  # a first visit notes from where the session is used
        few = queries_of(lambda: client.get(author.get_absolute_url()))
        names = [("Yann LeCun", f"Other {number}") for number in range(10)]
        orcids = (("Yann LeCun", "0000-0002-1825-0097"),)
        ingest_papers(records=[make_record(authors=each, orcids=orcids) for each in names], source="test")
        ingest_papers(
            records=[make_record(authors=(other,), orcids=((other, "0000-0002-1825-0097"),)) for _author, other in names], source="test"
        )
        assert queries_of(lambda: client.get(author.get_absolute_url())) == few

    def test_somebody_about_to_go_is_not_named(self, author: Author, admin: User, client: Client) -> None:
        leaving = make_user("leaving", deletion_due_at=datetime(2030, 1, 1, tzinfo=UTC))
        AuthorClaim.objects.create(user=leaving, author=author, state="accepted")
        assert "leaving" not in client.get(author.get_absolute_url()).content.decode()
