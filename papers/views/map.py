"""A week's papers as a picture: near is alike, colour is the topic, size is votes, and the reader's own stand out."""

from collections import defaultdict
from dataclasses import dataclass
from math import log2
from statistics import median
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.hints import hint
from accounts.views.access import Request
from papers.models import Paper, WeekMap
from papers.spans import read_span, span_of

WIDTH, HEIGHT, MARGIN = 1_000, 640, 40  # units of the picture
SMALLEST, LARGEST = 5.0, 16.0  # radius


@dataclass(frozen=True)
class Point:
    paper: Paper
    x: float
    y: float
    topic: int
    radius: float


@require_safe
def week_map(request: Request, key: str = "") -> HttpResponse:
    """Show a week's map; without a week, the latest that was drawn."""
    if not key:
        latest = WeekMap.objects.filter(pk__lte=span_of("week", timezone.now().date()).key).values_list("pk", flat=True).first()
        return redirect("papers:map", latest or span_of("week", timezone.now().date()).key)
    span = read_span(key)
    if span is None or span.kind != "week":
        raise Http404
    drawn = WeekMap.objects.filter(pk=span.key).first()
    if drawn is None:
        hint("papers.draw_maps")
    points = _points(request, drawn) if drawn else []
    context = {"span": span, "drawn": drawn, "points": points, "topics": _topics(drawn, points), "is_over": span.end <= timezone.now()}
    return render(request, "papers/map.html", context | {"width": WIDTH, "height": HEIGHT})


def _points(request: Request, drawn: WeekMap) -> list[Point]:
    keys = [pk for pk, *_place in drawn.points]
    papers = Paper.objects.visible_to(request.user).with_stats().with_marks_of(request.user)
    found = papers.only("slug", "title", "stats__vote_count").in_bulk(keys)
    return [
        Point(
            paper=found[pk],
            x=round(MARGIN + x * (WIDTH - 2 * MARGIN), 1),
            y=round(MARGIN + y * (HEIGHT - 2 * MARGIN), 1),
            topic=topic,
            radius=round(min(SMALLEST + 2 * log2(1 + found[pk].stats.vote_count), LARGEST), 1),
        )
        for pk, x, y, topic in drawn.points
        if pk in found
    ]


def _topics(drawn: WeekMap | None, points: list[Point]) -> list[dict[str, Any]]:
    """Each topic with its name, where that is written, and its papers, the most upvoted first."""
    by_topic: dict[int, list[Point]] = defaultdict(list)
    for point in points:
        by_topic[point.topic].append(point)
    return [
        {
            "number": number,
            "name": name,
            "x": median(point.x for point in by_topic[number]),
            "y": median(point.y for point in by_topic[number]) - LARGEST - 8,  # above the papers, not on them
            "points": sorted(by_topic[number], key=lambda point: -point.paper.stats.vote_count),
        }
        for number, name in enumerate(drawn.topics if drawn else [])
        if by_topic[number]
    ]
