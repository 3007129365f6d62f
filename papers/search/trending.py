"""What trends, in the whole catalogue and in each category by itself: the order of the front page, without what is long gone by."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Case, F, Q, Value, When, Window
from django.db.models.functions import Now, RowNumber

from papers.models import PaperCategory, PaperStats

LATELY = timedelta(days=30)  # came into the catalogue since then, or has an upvote since then


def trending(most: int) -> list[int]:
    """Return the hottest papers of the catalogue, those that somebody upvoted before those that are merely new."""
    stats = PaperStats.objects.filter(_lately("")).order_by(_voted_first(""), "-hot", "-paper")
    return list(stats.values_list("paper", flat=True)[:most])


def trending_in(categories: Collection[int], most: int) -> dict[int, list[int]]:
    """Return the same for each of some categories, by its key; one query for all of them, none for none."""
    place = Window(
        RowNumber(),
        partition_by=F("category"),
        order_by=[_voted_first("paper__stats__"), F("paper__stats__hot").desc(), F("paper").desc()],
    )
    rows = PaperCategory.objects.filter(_lately("paper__stats__"), category__in=categories).order_by()
    best: dict[int, list[int]] = {category: [] for category in categories}
    for category, paper in rows.annotate(place=place).filter(place__lte=most).order_by("place").values_list("category", "paper"):
        best[category].append(paper)
    return best


def _lately(stats: str) -> Q:
    """That a paper may trend; who was misled by a retracted one is not helped by a mail."""
    paper = f"{stats}paper__"
    recent = Q(**{f"{paper}first_seen_at__gte": Now() - LATELY}) | Q(**{f"{stats}month_votes__gt": 0})
    return recent & Q(**{f"{paper}is_withdrawn": False, f"{paper}is_retracted": False})


def _voted_first(stats: str) -> Case:
    """Else a weekly mail from a large catalogue would hold what came in an hour before it."""
    return Case(When(**{f"{stats}month_votes__gt": 0}, then=Value(0)), default=Value(1))
