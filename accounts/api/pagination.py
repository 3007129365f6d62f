"""Pages of the REST API: `results` and the address of the `next` page."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.api.parameters import whole_number
from accounts.keyset import BadCursor, keyset_page

USUAL_SIZE, LARGEST_SIZE = 25, 100


class KeysetPagination(BasePagination):
    """Takes `cursor` and `size`; the view tells its order by `keyset_order()`."""

    next_link: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        cursor = request.query_params.get("cursor", "")
        try:
            page = keyset_page(queryset, view.keyset_order(), cursor, page_size(request))
        except BadCursor as problem:
            raise ValidationError({"cursor": [_("Take the cursor from the “next” link of the page before.")]}) from problem
        if page.next_cursor:
            self.next_link = replace_query_param(request.build_absolute_uri(), "cursor", page.next_cursor)
        return page.items

    def get_paginated_response(self, data: Any) -> Response:
        return paged(self.next_link, {"next": self.next_link, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        next_link = {"type": ["string", "null"], "format": "uri", "description": "The page after this one, or null."}
        return {"type": "object", "required": ["next", "results"], "properties": {"next": next_link, "results": schema}}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": USUAL_SIZE}
        return [
            {"name": "cursor", "in": "query", "schema": {"type": "string"}, "description": "From a “next” link."},
            {"name": "size", "in": "query", "schema": size, "description": "Rows on a page."},
        ]


def paged(next_link: str | None, body: dict[str, Any]) -> Response:
    """Answer with a page that names the next one in a header, too (RFC 8288)."""
    return Response(body, headers={"Link": f'<{next_link}>; rel="next"'} if next_link else None)


def page_size(request: Request) -> int:
    return whole_number(request, "size", usual=USUAL_SIZE, most=LARGEST_SIZE)
