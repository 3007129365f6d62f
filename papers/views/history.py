"""A reader's history as a picture that needs no script: two bars a week, drawn on the server, with a table beside them."""

from dataclasses import dataclass
from math import ceil

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.access import ReaderRequest, reader_required
from papers.history import History, Week, history_of

WIDTH, HEIGHT = 720, 250  # units of the picture
LEFT, RIGHT, TOP, BOTTOM = 36, 24, 14, 28  # room for the numbers, half the last label, the topmost number and the weeks
LEAST_SCALE = 4  # papers; else one paper would be a tower
LABEL_EVERY = 4  # weeks


@dataclass(frozen=True)
class Bars:
    """One week in the picture: where its two bars stand and how high they are."""

    week: Week
    x: float
    width: float
    read_y: float
    saved_y: float
    is_labelled: bool

    @property
    def saved_x(self) -> float:
        return round(self.x + self.width + 1, 1)

    @property
    def read_height(self) -> float:
        return round(HEIGHT - BOTTOM - self.read_y, 1)

    @property
    def saved_height(self) -> float:
        return round(HEIGHT - BOTTOM - self.saved_y, 1)


@require_safe
@reader_required
def history(request: ReaderRequest) -> HttpResponse:
    found = history_of(request.user)
    scale = _scale(found)
    lines = [(count, _height(count, scale)) for count in (0, scale // 2, scale)]
    context = {"history": found, "bars": _bars(found, scale), "lines": lines, "width": WIDTH, "height": HEIGHT, "left": LEFT}
    return render(request, "papers/history.html", context | {"most": max((topic.read for topic in found.topics), default=1)})


def _scale(found: History) -> int:
    """The number at the top: even, so that its half is a whole number."""
    most = max(max(week.read, week.saved) for week in found.weeks)
    return max(LEAST_SCALE, 2 * ceil(most / 2))


def _height(count: int, scale: int) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - count / scale), 1)


def _bars(found: History, scale: int) -> list[Bars]:
    step = (WIDTH - LEFT - RIGHT) / len(found.weeks)
    last = len(found.weeks) - 1
    return [
        Bars(
            week=week,
            x=round(LEFT + place * step + step * 0.14, 1),
            width=round(step * 0.34, 1),
            read_y=_height(week.read, scale),
            saved_y=_height(week.saved, scale),
            is_labelled=(last - place) % LABEL_EVERY == 0,
        )
        for place, week in enumerate(found.weeks)
    ]
