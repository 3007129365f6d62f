"""How a small write answers: htmx gets the changed piece of the page, a plain form its page again; some can be undone."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

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


def say_with_undo(request: Request, words: str, route: str, *arguments: object, **fields: str) -> None:
    """Say that something is done, beside a button that takes it back.

    Args:
        route, arguments: where that button posts to.
        fields: what it sends there; `undo` comes on top, so that the view knows that the button is in a message.
    """
    undo = {"address": reverse(route, args=arguments), "fields": fields}
    messages.success(request, words, extra_tags=json.dumps(undo))
