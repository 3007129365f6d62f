"""Endpoints that answer `Accept: text/markdown`, too, or `?format=md`."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.response import Response

from accounts.twins import MEDIA_TYPE, in_markdown


class Told(Response):
    """An answer as data, which a template can tell in Markdown.

    Args:
        template, rows: what the template is given are the rows themselves, and not the data made of them.
    """

    def __init__(self, data: Any, *, template: str, rows: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.template, self.rows = template, rows


class MarkdownRenderer(BaseRenderer):
    media_type, format, charset = MEDIA_TYPE, "md", "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None) -> Any:
        told = (renderer_context or {})["response"]
        return in_markdown(told.template, told.rows)


RENDERERS = [JSONRenderer, MarkdownRenderer]


def also_in_markdown(serializer: Any) -> dict[tuple[int, str], Any]:
    """Say in the schema that an answer comes in both forms."""
    return {(200, "application/json"): serializer, (200, MEDIA_TYPE): OpenApiTypes.STR}
