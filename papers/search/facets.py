"""What the ranked papers of a search have in common: subjects, years, the reader's lists. Counted among them, never over all."""

from typing import TYPE_CHECKING

from django.db.models import Count

from papers.models import Category, ListItem, Paper, ReadingList

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
    categories = Category.objects.filter(papercategory__paper__in=keys).values_list("slug", "name").annotate(n=Count("papercategory"))
    years = Paper.objects.filter(pk__in=keys, published_on__isnull=False).values_list("published_on__year").annotate(n=Count("pk"))
    items = ListItem.objects.filter(paper__in=keys, reading_list__in=ReadingList.objects.of_reader(reader).values("pk"))
    lists = items.values_list("reading_list__owner__name", "reading_list__slug", "reading_list__title").annotate(n=Count("pk"))
    return {
        "categories": [(f"cat:{slug}", f"{slug} {name}".strip(), n) for slug, name, n in categories.order_by("-n", "slug")[:MOST]],
        "years": [(f"after:{year} before:{year + 1}", str(year), n) for year, n in years.order_by("-published_on__year")[:MOST]],
        "lists": [(f"in:{owner}/{slug}", title, n) for owner, slug, title, n in lists.order_by("-n", "reading_list__title")[:MOST]],
    }
