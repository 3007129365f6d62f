"""What a demo team does with its list, so that no page of it is empty at first."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from papers.actions.assigning import assign_paper
from papers.actions.notes import write_note
from papers.actions.reading import set_state
from papers.actions.suggesting import suggest_paper
from papers.actions.tagging import write_tags
from papers.models import Assignment, ListItem, Paper, ReadingList

PRESENTED = 4  # of the list's first papers, one a week
TAGS = (("to present", "classic"), ("to present",), ("to present", "method"), ("to present", "method"), ("classic",), ("method", "survey"))
NOTES = (
    "**Start here.** Which of its claims still hold today?\n\n- What was the baseline?\n- What would we measure now?",
    "The loss is worth deriving on the board: $-\\sum_t \\log p(x_t \\mid x_{<t})$.",
)
MEETING = 3  # Thursday, counted from Monday


def read_together(*, shared: ReadingList, members: Sequence[User], others: Sequence[Paper]) -> None:
    """Tag, annotate, assign and read a team's list, and suggest papers for it.

    Args:
        members: the team's owner first.
        others: papers that are not in the list, the first of which are suggested.
    """
    items = list(shared.items.select_related("paper", "reading_list").order_by("position"))
    for item, names in zip(items, TAGS, strict=False):
        write_tags(item=item, names=names)
    for item, note in zip(items, NOTES, strict=False):
        write_note(item=item, note=note, user=members[0])
    _present(items[:PRESENTED], members)
    for number, item in enumerate(items):
        for member in members[: (number + 1) // 2]:
            set_state(user=member, paper=item.paper, state="read")
    for paper, member in zip(others, members[1:], strict=False):
        suggest_paper(reading_list=shared, paper=paper, user=member, words="Shall we read this one next?")


def _present(items: Sequence[ListItem], members: Sequence[User]) -> None:
    """Give one paper a week to each member in turn, from the next meeting on."""
    today = timezone.localdate()
    first = today + timedelta(days=(MEETING - today.weekday()) % 7 or 7)
    for week, item in enumerate(items):
        assign_paper(item=item, to=members[week % len(members)], user=members[0], due_on=first + timedelta(weeks=week))
    for member in members[1:]:
        assign_paper(item=items[0], to=member, user=members[0], part=Assignment.Part.READ, due_on=first - timedelta(days=1))
