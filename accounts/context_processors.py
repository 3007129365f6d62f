"""What every page shows a reader who is logged in."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Notice

MOST_COUNTED = 100


def inbox(request: HttpRequest) -> dict[str, Any]:
    """The number of unread notices, counted up to 100, and only where a page asks for it."""
    return {"unread_notices": SimpleLazyObject(lambda: Notice.objects.of_reader(request.user).unread().order_by()[:MOST_COUNTED].count())}
