"""Every component on one page, with made-up content: shown while DEBUG is on."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.keyset import KeysetPage
from papers.forms import ListForm
from papers.views.front import TABS

COLOURS = (
    "paper surface sunken ink ink-soft ink-faint rule rule-strong accent accent-soft brass brass-soft danger danger-soft focus"
).split()
ABSTRACT = (
    "We ask whether a reader who sees three lines of an abstract chooses as well as one who sees all of it. "
    "In a catalogue of made-up papers the answer depends on the third line, which is why it is never cut in the middle of a word. "
    "The rest of this abstract exists to be hidden at first, and to show that nothing jumps when it appears."
)
SUMMARY = ABSTRACT[: ABSTRACT.index(". ") + 1]
WRITTEN = r"""## A heading

**Bold**, *italic*, `code`, ~~struck~~, $e^{i\pi} + 1 = 0$, a mention of @alice and <https://papers.example>.

$$\sum_{k=1}^n k = \frac{n(n+1)}{2}$$

- one
- two
  1. nested

> A quotation of somebody.

| model | score |
|-------|------:|
| small | 71.5 |

```
x = 1
```"""
MOMENT = datetime(2026, 11, 20, 9, tzinfo=UTC)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Name"), help_text=_("Where you use it."))
    weekday = forms.ChoiceField(label=_("Day"), choices=[("0", _("Monday")), ("1", _("Tuesday"))])
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    is_active = forms.BooleanField(label=_("Send me a weekly digest"), required=False)
    address = forms.EmailField(label=_("Address"))


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    context = {
        "colours": COLOURS,
        "cards": [sample_paper(pk=1), sample_paper(pk=2, is_voted=True, is_saved=True)],
        "lists": [sample_list(pk=1, holds_paper=True), sample_list(pk=2, holds_paper=False)],
        "form": SampleForm({"name": "notebook", "weekday": "1", "address": "not an address"}),
        "list_form": ListForm(),
        "written": WRITTEN,
        "tabs": TABS,
        "page": KeysetPage(items=[], next_cursor="next"),
    }
    return render(request, "papers/styleguide.html", context)


def sample_paper(*, pk: int, is_voted: bool = False, is_saved: bool = False) -> Any:
    """Return what a card reads from a paper; no row of the database is behind it."""
    categories = [SimpleNamespace(slug="cs.HC", name="Human-Computer Interaction"), SimpleNamespace(slug="cs.DL", name="")]
    return SimpleNamespace(
        pk=pk,
        slug=f"sample-{pk}",
        title="How much of an abstract does a reader need before choosing? A study of long titles that run over more than one line",
        abstract=ABSTRACT,
        summary=SUMMARY if pk == 1 else "",
        short_authors="A. Sample, B. Sample and 3 more",
        author_count=5,
        published_on=date(2026, 11, 12),
        first_seen_at=MOMENT,
        stats=SimpleNamespace(vote_count=11 + is_voted, comment_count=pk - 1),
        categories=SimpleNamespace(all=categories),
        is_voted=is_voted,
        is_saved=is_saved,
        places=[SimpleNamespace(reading_list_id=0, reading_list=sample_list(pk=1, holds_paper=True))] if is_saved else [],
        pdf_url="/",
        get_absolute_url="/",
    )


def sample_list(*, pk: int, holds_paper: bool) -> Any:
    owner = SimpleNamespace(name="sample-lab", display_name="Sample Lab", is_team=True)
    return SimpleNamespace(
        pk=pk,
        title=["Seminar on reading", "To read this winter"][pk - 1],
        description="",
        open_to=["public", "private"][pk - 1],
        is_shared=False,
        owner=owner,
        item_count=7 * pk,
        updated_at=MOMENT,
        holds_paper=holds_paper,
        get_absolute_url="/",
    )
