"""What the ranked papers of a search have in common: subjects, years, sources, lists. Counted among them, never over all."""

from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet

from papers.models import Category, Link, ListItem, Paper, ReadingList
from papers.models.paper import comes_with
from papers.search.query import HELD, is_called, source_spelling

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MOST = 8
Facet = tuple[str, str, int]


def facets(keys: list[int], reader: "User | AnonymousUser") -> dict[str, list[Facet]]:
    """Count among papers.

    Returns:
        By kind: what to add to the search, how it reads, and how many papers it leaves.
    """
    items = ListItem.objects.filter(paper__in=keys, reading_list__in=ReadingList.objects.of_reader(reader).values("pk"))
    of_teams = items.filter(reading_list__owner__team__isnull=False)
    return {
        "categories": _categories(keys),
        "years": _years(keys),
        "sources": _sources(keys),
        "has": _held(keys),
        "lists": _lists(items.filter(reading_list__owner__user__isnull=False)),
        "teams": _teams(of_teams),
        "team_lists": _lists(of_teams),
    }


def _categories(keys: list[int]) -> list[Facet]:
    counted = Category.objects.filter(papercategory__paper__in=keys).values_list("slug", "name").annotate(n=Count("papercategory"))
    return [(f"cat:{slug}", f"{slug} {name}".strip(), n) for slug, name, n in counted.order_by("-n", "slug")[:MOST]]


def _years(keys: list[int]) -> list[Facet]:
    counted = Paper.objects.filter(pk__in=keys, published_on__isnull=False).values_list("published_on__year").annotate(n=Count("pk"))
    return [(f"after:{year} before:{year + 1}", str(year), n) for year, n in counted.order_by("-published_on__year")[:MOST]]


def _sources(keys: list[int]) -> list[Facet]:
    """A spelling may be that of several names, or of the first words of others: it counts for all whom it finds."""
    counted = Paper.objects.filter(pk__in=keys).exclude(source="").values_list("source").annotate(n=Count("pk"))
    counts = dict(counted.order_by("-n", "source"))
    by_spelling: dict[str, str] = {}
    for name in counts:
        by_spelling.setdefault(source_spelling(name), name)
    by_spelling.pop("", None)
    shown = list(by_spelling.items())[:MOST]
    found = [(f"source:{typed}", name, sum(n for other, n in counts.items() if is_called(other, typed))) for typed, name in shown]
    return sorted(found, key=lambda facet: -facet[2])


def _held(keys: list[int]) -> list[Facet]:
    """What all of the papers have narrows nothing, and is left out."""
    papers = Paper.objects.filter(pk__in=keys)
    counts = papers.aggregate(**{kind: Count("pk", filter=comes_with(kind)) for kind in HELD})
    return [(f"has:{kind}", str(Link.Kind(kind).label), n) for kind, n in counts.items() if 0 < n < len(keys)]


def _lists(items: QuerySet[ListItem]) -> list[Facet]:
    counted = items.values_list("reading_list__owner__name", "reading_list__slug", "reading_list__title").annotate(n=Count("pk"))
    return [(f"in:{owner}/{slug}", title, n) for owner, slug, title, n in counted.order_by("-n", "reading_list__title")[:MOST]]


def _teams(items: QuerySet[ListItem]) -> list[Facet]:
    """A paper in two lists of a team counts once."""
    named = items.values_list("reading_list__owner__name", "reading_list__owner__team__title")
    counted = named.annotate(n=Count("paper", distinct=True))
    return [(f"in:{slug}/", title or slug, n) for slug, title, n in counted.order_by("-n", "reading_list__owner__name")[:MOST]]
