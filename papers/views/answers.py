"""How a small write answers: htmx gets the changed piece of the page, a plain form its page again."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.views.access import Request, page_before


def answer(request: Request, piece: str, context: dict[str, Any], *, anchor: str = "") -> HttpResponse:
    """Answer a POST.

    Args:
        piece: the template of what htmx swaps in.
        anchor: where on its page a plain form comes back to, such as "#paper-7".
    """
    if request.htmx:
        return render(request, piece, context)
    return redirect(page_before(request) + anchor)
