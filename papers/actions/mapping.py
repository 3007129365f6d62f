"""Drawing the maps of this week and the last one, as papers come in."""

from datetime import timedelta

import numpy as np
from django.utils import timezone

from papers import markup
from papers.atlas import lay_out
from papers.models import Paper, PaperSearch, WeekMap
from papers.spans import Span, span_of

MOST_PAPERS = 1_500  # of a week, the hottest: more could not be told apart on a screen
LEAST_REST = timedelta(hours=1)


def draw_maps() -> list[str]:
    """Draw this week's map and the last one's where papers came in since; return the weeks that were drawn."""
    now = span_of("week", timezone.now().date())
    return [week.key for week in (now, now.before) if _draw(week)]


def _draw(week: Span) -> bool:
    """Draw one week, unless nothing changed or its map is fresh."""
    count = Paper.objects.seen_within(week.start, week.end).filter(search__embedding__isnull=False).count()
    known = WeekMap.objects.filter(pk=week.key).first()
    is_fresh = known and (known.paper_count == count or known.drawn_at > timezone.now() - LEAST_REST)
    if not count or is_fresh:
        return False
    rows = PaperSearch.objects.filter(paper__first_seen_at__gte=week.start, paper__first_seen_at__lt=week.end, embedding__isnull=False)
    found = list(rows.order_by("-stats__hot", "-pk").values_list("pk", "paper__title", "embedding")[:MOST_PAPERS])
    vectors = np.array([vector for _pk, _title, vector in found], dtype=np.float32)
    atlas = lay_out(vectors, [markup.plain(title) for _pk, title, _vector in found])
    points = [
        [pk, round(float(x), 4), round(float(y), 4), topic]
        for (pk, *_rest), (x, y), topic in zip(found, atlas.places, atlas.topics, strict=True)
    ]
    WeekMap.objects.update_or_create(pk=week.key, defaults={"paper_count": count, "points": points, "topics": atlas.names})
    return True
