"""What is rising in a reader's fields: upvoted within the last seven days, ranked in each field by itself."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from papers.models import Category, Interest, PaperCategory, Vote
from papers.ranking.rising import Placed, take_turns

MOST_FIELDS, OF_EACH, MOST_PAPERS = 12, 20, 50
LATEST_VOTES = 200  # whose subjects are a reader's fields


def fields_of(user: User) -> list[Category]:
    """Return the categories that a reader named, then those that the reader's latest upvotes are in, the most frequent first."""
    named = Interest.objects.filter(user=user, kind=Interest.Kind.CATEGORY).values("value")
    latest = list(Vote.objects.filter(user=user).order_by("-pk").values_list("paper", flat=True)[:LATEST_VOTES])
    upvoted = PaperCategory.objects.filter(paper__in=latest).order_by().values("category").annotate(n=Count("pk"))
    often = [row["category"] for row in upvoted.order_by("-n", "category")[:MOST_FIELDS]]
    first = list(Category.objects.filter(slug__in=named))
    rest = Category.objects.in_bulk([pk for pk in often if pk not in {category.pk for category in first}])
    return [*first, *(rest[pk] for pk in often if pk in rest)][:MOST_FIELDS]


def rising_in(fields: Sequence[Category]) -> list[Placed]:
    """Return the papers of some fields that have upvotes of the last seven days, each field in its turn."""
    votes, heat = F("paper__stats__week_votes"), F("paper__stats__hot")
    place = Window(RowNumber(), partition_by=F("category"), order_by=[votes.desc(), heat.desc()])
    upvoted = PaperCategory.objects.filter(category__in=fields, paper__stats__week_votes__gt=0).order_by()
    rankings: dict[str, list[int]] = defaultdict(list, {field.slug: [] for field in fields})
    best = upvoted.annotate(place=place).filter(place__lte=OF_EACH).order_by("place")
    for slug, paper in best.values_list("category__slug", "paper"):
        rankings[slug].append(paper)
    return take_turns(rankings, MOST_PAPERS)
