"""What /api/v1/papers/ asks the database, asked through a raw cursor and sent as it comes."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.test.utils import CaptureQueriesContext
from rest_framework.request import Request

from accounts.api.authentication import TokenAuthentication
from accounts.models import ApiToken, User

_statements: dict[int, list[str]] = {}


def papers(request: HttpRequest) -> JsonResponse:
    found = TokenAuthentication().authenticate(Request(request))
    assert found is not None
    if found[1].pk not in _statements:
        _statements[found[1].pk] = _statements_of(*found)
    return JsonResponse({"results": [_rows(sql) for sql in _statements[found[1].pk]]})


def _rows(sql: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _statements_of(reader: User, token: ApiToken) -> list[str]:
    """The very statements of the view's first page, in the order in which it asks them."""
    from papers.api.papers import PaperListView

    class Asked:
        user, auth, query_params = reader, token, {}

    view = PaperListView()
    view.request = Asked()  # type: ignore[assignment]
    with CaptureQueriesContext(connection) as captured:
        list(view.get_queryset().order_by(*view.keyset_order())[:26])
    return [query["sql"] for query in captured.captured_queries]
