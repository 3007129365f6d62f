"""How a small write answers: htmx gets the changed piece of the page, a plain form its page again; some can be undone."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.views.access import Request, page_before
from papers.models import ReadingList


def answer(request: Request, piece: str, context: dict[str, Any], *, anchor: str = "") -> HttpResponse:
    """Answer a POST.

    Args:
        piece: the template of what htmx swaps in.
        anchor: where on its page a plain form comes back to, such as "#paper-7".
    """
    if request.htmx:
        return render(request, piece, context)
    return redirect(page_before(request) + anchor)


def say_taken_out(request: Request, reading_list: ReadingList, removal: UUID | None) -> None:
    """Say that a paper is taken out of a list, beside a button that brings it back; nothing where it was not in it."""
    if removal:
        words = _("Taken out of “%(list)s”.") % {"list": reading_list.title}
        say_with_undo(request, words, "papers:undo", reading_list.owner.name, reading_list.slug, removal)


def say_with_undo(request: Request, words: str, route: str, *arguments: object, **fields: str) -> None:
    """Say that something is done, beside a button that takes it back.

    Args:
        route, arguments: where that button posts to.
        fields: what it sends there; `undo` comes on top, so that the view knows that the button is in a message.
    """
    undo = {"address": reverse(route, args=arguments), "fields": fields}
    messages.success(request, words, extra_tags=json.dumps(undo))
