"""What all endpoints for the Hugging Face client share: errors, ids, times, whole numbers and pages."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.api.parameters import whole_number
from accounts.keyset import BadCursor, keyset_page
from accounts.problems import in_a_header
from papers.hub.errors import in_own_words

OBJECT_ID = re.compile(r"(?:.*-)?([0-9a-f]{24})", re.DOTALL)
LARGEST_KEY = 2**63 - 1


class HubView(APIView):
    """An endpoint of the Hugging Face Hub's; it is theirs to describe, so our schema leaves it out."""

    schema = None

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(in_own_words(exc))


def object_id(row: Model | int) -> str:
    """Return a row's key as the 24 hex digits that the client takes for an id."""
    return f"{row if isinstance(row, int) else row.pk:024x}"


def key_of(text: str) -> int | None:
    """Return the key that a text ends with, be it an id alone or words, a hyphen and the id; None for anything else."""
    match = OBJECT_ID.fullmatch(text)
    key = int(match[1], 16) if match else LARGEST_KEY + 1
    return key if key <= LARGEST_KEY else None


def moment(when: datetime | date | None) -> str | None:
    """Return a time as the client parses it, such as 2017-06-12T00:00:00.000Z; a day is its midnight in UTC."""
    if when is None:
        return None
    if not isinstance(when, datetime):
        return f"{when.isoformat()}T00:00:00.000Z"
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def found_or_404(rows: QuerySet[Any], words: str) -> Any:
    """Return the one row there is, or say in words that there is none."""
    found = rows.first()
    if found is None:
        raise NotFound(words)
    return found


def warning(topic: str, words: str) -> dict[str, str]:
    """Return the header that the client prints, once for each topic."""
    return {"X-HF-Warning": in_a_header(f"{topic}; {words}")}


def page(
    request: Request, rows: QuerySet[Any], order: Sequence[str], *, usual: int = 50, most: int = 100, highest: int | None = None
) -> tuple[list[Any], dict[str, str]]:
    """Return a page of rows, and the header that leads to the next one (RFC 8288).

    Args:
        order: as for keyset_page().
        usual, most: rows on a page where the program says nothing, and at most.
        highest: what a program may ask for, if that is more than it is given.
    """
    size = min(whole_number(request, "limit", usual=usual, most=highest or most), most)
    try:
        found = keyset_page(rows, order, request.query_params.get("cursor", ""), size)
    except BadCursor as problem:
        raise ValidationError({"cursor": [_("Take the cursor from the “next” link of the page before.")]}) from problem
    if not found.next_cursor:
        return found.items, {}
    following = replace_query_param(request.build_absolute_uri(), "cursor", found.next_cursor)
    return found.items, {"Link": f'<{following}>; rel="next"'}
