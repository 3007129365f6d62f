"""What of papers an answer needs, which is less for a token that may know less."""

from rest_framework.request import Request

from accounts.api.permissions import allows
from accounts.models import Scope
from papers.models.paper import PaperQuerySet


def for_answer(papers: PaperQuerySet, request: Request) -> PaperQuerySet:
    """Papers with all that PaperCardSerializer tells the asking person or program."""
    rows = papers.for_rows(request.user)
    return rows.with_places_of(request.user) if allows(request, Scope.LISTS_READ) else rows
