"""A paper: which one it is, what is known of it, and which papers a page needs."""

from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from papers import identity
from papers.models.author import Author, Authorship
from papers.models.category import Category, PaperCategory
from papers.models.citation import Citation, CitationRecord
from papers.models.other_name import OtherName
from papers.models.reading_list import ListItem, ReadingList
from papers.models.reading_state import ReadingState, State
from papers.models.version import Link, Version
from papers.models.vote import Vote
from papers.record import PaperRecord

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

AUTHORS_ON_A_CARD = 4
RECENT = timedelta(days=21)  # how long a new version is news
# What accounts/keyset.py walks; each order has an index of the same columns.
ORDERS = {
    "hot": ("-stats__hot", "-stats__paper"),
    "new": ("-first_seen_at", "-pk"),
    "top": ("-stats__vote_count", "-stats__paper"),
}
# The same by the upvotes of a period that ends now; papers without any in it are left out.
TOPS = {
    "day": ("-stats__day_votes", "-stats__paper"),
    "week": ("-stats__week_votes", "-stats__paper"),
    "month": ("-stats__month_votes", "-stats__paper"),
    "year": ("-stats__year_votes", "-stats__paper"),
    "all": ORDERS["top"],
}
# A week's papers as they stood when it ended.
AS_IT_WAS = ("-stats__first_week_votes", "-stats__paper")


def comes_with(kind: str) -> Q:
    """That a paper has a link of a kind; arXiv has a PDF of each of its own."""
    linked = Q(Exists(Link.objects.filter(paper=OuterRef("pk"), kind=kind)))
    return linked | Q(arxiv_id__isnull=False) if kind == Link.Kind.PDF else linked


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, user: "User | AnonymousUser") -> "PaperQuerySet":
        """Every paper of the catalogue is open to everybody."""
        return self.all()

    def newest(self) -> "PaperQuerySet":
        """Latest arrivals in this catalogue first, whenever they were published."""
        return self.order_by(*ORDERS["new"])

    def with_stats(self) -> "PaperQuerySet":
        """Every paper has its counters; saying so turns an outer join, which no index can sort, into an inner one."""
        return self.filter(stats__isnull=False).select_related("stats")

    def upvoted_within(self, period: str) -> "PaperQuerySet":
        """Papers with upvotes of the last "day", "week", "month" or "year"; of "all" times, all papers."""
        return self if period == "all" else self.filter(**{f"stats__{period}_votes__gt": 0})

    def seen_within(self, start: datetime, end: datetime) -> "PaperQuerySet":
        """What came into this catalogue from one moment on until before another."""
        return self.filter(first_seen_at__gte=start, first_seen_at__lt=end)

    def without_dismissed(self, user: "User | AnonymousUser") -> "PaperQuerySet":
        """All but what the reader said is not for them."""
        dismissed = ReadingState.objects.of_reader(user).filter(paper=OuterRef("pk"), state=State.DISMISSED)
        return self.filter(~Exists(dismissed)) if user.is_authenticated else self

    def by_authors(self, authors: "Collection[Author]") -> "PaperQuerySet":
        return self.filter(pk__in=Authorship.objects.filter(author__in=[author.pk for author in authors]).values("paper"))

    def in_category(self, category: Category | None) -> "PaperQuerySet":
        """Papers of a subject by its key, not by its code: so the planner knows how many papers it has. None for no subject."""
        return self.filter(pk__in=PaperCategory.objects.filter(category=category).values("paper")) if category else self.none()

    def having(self, kind: str) -> "PaperQuerySet":
        return self.filter(comes_with(kind))

    def called(self, name: str) -> "PaperQuerySet":
        """The one paper that a text names: by its slug before anything else, by an arXiv id or DOI in any spelling, or by a former name."""
        arxiv_id, doi = identity.arxiv_id(name), identity.doi(name)
        spellings = Q(slug=name)
        if arxiv_id:
            spellings |= Q(arxiv_id=arxiv_id)
        if doi:
            spellings |= Q(doi=doi)
        former = OtherName.objects.filter(value__in={name, arxiv_id, doi, identity.pubmed_id(name)}).order_by("pk").values("paper")[:1]
        spellings |= Q(pk=Subquery(former))  # one value, so that all four are looked up in indexes
        exact_first = Case(When(slug=name, then=0), default=1)
        return self.filter(spellings).order_by(exact_first, "pk")[:1]

    def for_cards(self, user: "User | AnonymousUser") -> "PaperQuerySet":
        """All that a paper card shows, in two queries."""
        return self.for_rows(user).with_revisions().with_places_of(user)

    def for_rows(self, user: "User | AnonymousUser") -> "PaperQuerySet":
        """What one query tells of each paper and of what the reader did with it."""
        return self.with_stats().with_bylines().with_subjects().select_related("in_short").with_marks_of(user)

    def with_places_of(self, user: "User | AnonymousUser") -> "PaperQuerySet":
        """Load `places`: where each paper is among the reader's lists, those of teams and those shared; one query for a page."""
        return self.prefetch_related(_places_of(user))

    def with_bylines(self) -> "PaperQuerySet":
        """Add `first_names`, those of each paper's first authors: an array costs no rows and no query of its own."""
        return self.annotate(first_names=_first_names())

    def with_subjects(self) -> "PaperQuerySet":
        """Add `codes`, those of each paper's categories."""
        return self.annotate(codes=_codes())

    def cited_by_paper(self, paper: "Paper") -> "PaperQuerySet":
        """Papers of the catalogue that a paper cites."""
        return self.filter(citation_record__work__in=Citation.objects.filter(paper=paper).values("work"))

    def citing(self, paper: "Paper") -> "PaperQuerySet":
        """Papers of the catalogue that cite a paper."""
        number = CitationRecord.objects.filter(paper=paper, work__isnull=False).values("work")
        return self.filter(pk__in=Citation.objects.filter(work__in=number).values("paper"))

    def with_revisions(self) -> "PaperQuerySet":
        """Add `revised_to`: the number of a version that came out within the last three weeks, after the first one."""
        lately = Now() - RECENT
        newest = Version.objects.filter(paper=OuterRef("pk"), number__gt=1, made_on__gte=lately).order_by("-number")
        return self.annotate(revised_to=Subquery(newest.values("number")[:1]))

    def named_by(self, ids: "Collection[str]") -> "PaperQuerySet":
        """Papers that some base arXiv ids and DOIs name, as far as they are in the catalogue."""
        former = list(OtherName.objects.filter(value__in=ids).values_list("paper", flat=True))
        return self.filter(Q(arxiv_id__in=ids) | Q(doi__in=ids) | Q(pk__in=former))

    def keys_of(self, names: "Collection[str]") -> dict[str, int]:
        """The key of the paper that each name means: a slug, an arXiv id or a DOI in any spelling, or a former name."""
        meant = {name: {name, identity.arxiv_id(name), identity.doi(name)} - {""} for name in names}
        wanted = set().union(*meant.values())
        keys = dict(OtherName.objects.filter(value__in=wanted, paper__in=self.values("pk")).values_list("value", "paper"))
        spelt = self.filter(Q(slug__in=wanted) | Q(arxiv_id__in=wanted) | Q(doi__in=wanted)).order_by()
        for pk, *names_of_it in spelt.values_list("pk", "doi", "arxiv_id", "slug"):
            keys |= dict.fromkeys(filter(None, names_of_it), pk)
        return {
            name: next(keys[one] for one in (name, *spellings) if one in keys)
            for name, spellings in meant.items()
            if spellings & keys.keys()
        }

    def for_page(self, user: "User | AnonymousUser") -> "PaperQuerySet":
        """All that a paper's own page shows."""
        whole = (
            self.with_stats()
            .select_related("in_short", "citation_record")
            .prefetch_related("authorships__author", "categories", "versions", "links", "signals", _places_of(user))
        )
        return whole.with_revisions().with_marks_of(user)

    def with_marks_of(self, user: "User | AnonymousUser") -> "PaperQuerySet":
        """Add `is_voted`, `is_saved` and `reading_state`, "" where nothing was said: what this reader did with each paper."""
        if not user.is_authenticated or user.only_team_id:  # a team has neither votes nor lists of one person
            never = Value(False, output_field=models.BooleanField())
            return self.annotate(is_voted=never, is_saved=never, reading_state=Value("", output_field=models.CharField()))
        said = ReadingState.objects.filter(paper=OuterRef("pk"), user=user).values("state")
        return self.annotate(
            is_voted=Exists(Vote.objects.filter(paper=OuterRef("pk"), user=user)),
            is_saved=Exists(ListItem.objects.filter(paper=OuterRef("pk"), reading_list__owner=user.namespace)),
            reading_state=Coalesce(Subquery(said), Value(""), output_field=models.CharField()),
        )


# The same for all readers, and so composed once, which takes longer than PostgreSQL takes to answer. annotate() copies them.
@cache
def _first_names() -> ArraySubquery:
    first = Authorship.objects.filter(paper=OuterRef("pk"), position__lt=AUTHORS_ON_A_CARD).order_by("position")
    return ArraySubquery(first.values("author__name"))


@cache
def _codes() -> ArraySubquery:
    return ArraySubquery(PaperCategory.objects.filter(paper=OuterRef("pk")).order_by("category__slug").values("category__slug"))


def _places_of(user: "User | AnonymousUser") -> Prefetch:
    """Load `places`: where each paper is among the reader's lists, those of teams and those shared; one query for a page."""
    items = ListItem.objects.filter(reading_list__in=ReadingList.objects.of_reader(user).values("pk"))
    named = items.select_related("reading_list__owner__user", "reading_list__owner__team").order_by("reading_list__title", "pk")
    return Prefetch("list_items", queryset=named if user.is_authenticated else ListItem.objects.none(), to_attr="places")


class Paper(models.Model):
    """One paper, however many spellings of its id come in.

    `slug` names it in addresses and never changes. "New" always means `first_seen_at`, the
    moment it entered this catalogue; `published_on` is the day of its first version.
    """

    slug = models.CharField(max_length=255, unique=True, editable=False)
    arxiv_id = models.CharField("arXiv id", max_length=40, unique=True, null=True, blank=True)
    doi = models.CharField("DOI", max_length=255, unique=True, null=True, blank=True)
    key = models.CharField(_("key in its source"), max_length=200, unique=True, null=True, blank=True)
    fingerprint = models.CharField(max_length=24, editable=False, db_index=True)
    title = models.TextField(_("title"))
    abstract = models.TextField(_("abstract"), blank=True)
    published_on = models.DateField(_("published"), null=True, blank=True)
    first_seen_at = models.DateTimeField(_("in this catalogue since"), default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    url = models.URLField(_("address"), max_length=2000, blank=True)
    source = models.CharField(_("brought in by"), max_length=200, blank=True)
    author_count = models.PositiveIntegerField(default=0, editable=False)
    comment = models.CharField(_("comment"), max_length=2_000, blank=True)
    journal_ref = models.CharField(_("published in"), max_length=2_000, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    is_withdrawn = models.BooleanField(_("withdrawn"), default=False)
    is_retracted = models.BooleanField(_("retracted"), default=False)
    authors: models.ManyToManyField = models.ManyToManyField("Author", through="Authorship", related_name="papers")
    categories: models.ManyToManyField = models.ManyToManyField("Category", through="PaperCategory", related_name="papers")

    objects = PaperQuerySet.as_manager()
    because = ""  # why a page shows it, where it says so

    class Meta:
        indexes = [
            models.Index(F("first_seen_at").desc(), F("id").desc(), name="newest_papers"),
            models.Index("published_on", name="papers_by_day"),
            models.Index("source", name="papers_by_source"),
        ]
        verbose_name = _("paper")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("papers:paper", args=[self.slug])

    @property
    def short_authors(self) -> str:
        """The first authors' names for a card; loaded by for_cards()."""
        loaded: list[str] | None = getattr(self, "first_names", None)
        names = [authorship.author.name for authorship in self.authorships.all()[:AUTHORS_ON_A_CARD]] if loaded is None else loaded
        shown, more = names[:AUTHORS_ON_A_CARD], self.author_count - AUTHORS_ON_A_CARD
        if more <= 0:
            return ", ".join(shown)
        return ", ".join(shown) + " " + ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}

    @property
    def category_codes(self) -> list[str]:
        """The codes of its categories; loaded by for_cards() and for_page()."""
        loaded: list[str] | None = getattr(self, "codes", None)
        return [category.slug for category in self.categories.all()] if loaded is None else loaded

    @property
    def record(self) -> PaperRecord:
        """The paper as file formats know it; loaded by for_page()."""
        return PaperRecord(
            title=self.title,
            abstract=self.abstract,
            arxiv_id=self.arxiv_id or "",
            doi=self.doi or "",
            authors=tuple(authorship.author.name for authorship in self.authorships.all()),
            categories=tuple(category.slug for category in self.categories.all()),
            published=self.published_on,
            url=self.url,
        )

    @property
    def summary(self) -> str:
        """Two sentences of the abstract, or ""; loaded by for_cards() and for_page()."""
        in_short = getattr(self, "in_short", None)
        return in_short.text if in_short else ""

    @property
    def keywords(self) -> list[str]:
        in_short = getattr(self, "in_short", None)
        return in_short.keywords if in_short else []

    @property
    def changes(self) -> list[tuple[str, str]]:
        """What happened to the paper since it came out: how bad or good that is, and words for it. Loaded by for_cards()."""
        revised = getattr(self, "revised_to", None)
        found = [
            ("bad", _("retracted"), self.is_retracted),
            ("bad", _("withdrawn"), self.is_withdrawn),
            ("good", _("new version %(n)s") % {"n": f"v{revised}"}, revised),
            ("", _("published"), bool(self.arxiv_id and (self.doi or self.journal_ref))),
        ]
        return [(kind, str(words)) for kind, words, is_so in found if is_so]

    @property
    def cited_by_count(self) -> int | None:
        """How often OpenAlex knows the paper to be cited; None where it was not asked. Loaded by for_page()."""
        record = getattr(self, "citation_record", None)
        return record.cited_by_count if record and record.work else None

    @property
    def reading_url(self) -> str:
        """Where the paper itself can be read, or ""."""
        if self.arxiv_id:
            return f"https://arxiv.org/abs/{self.arxiv_id}"
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    @property
    def pdf_url(self) -> str:
        return f"https://arxiv.org/pdf/{self.arxiv_id}" if self.arxiv_id else ""
