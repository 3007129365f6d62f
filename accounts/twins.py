"""Markdown beside pages and JSON: the same rows by another template, for programs that read text and for notebooks."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

MEDIA_TYPE = "text/markdown"


def prefers_markdown(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", MEDIA_TYPE]) == MEDIA_TYPE


def is_read_by_program(request: HttpRequest) -> bool:
    """Whether whoever asks would take a page for logging in for what was asked for; every browser sends text/html."""
    return prefers_markdown(request) or (request.path.endswith(".md") and "text/html" not in request.headers.get("Accept", ""))


def in_markdown(template: str, rows: Mapping[str, Any]) -> str:
    """Write rows by a template that is Markdown."""
    return render_to_string(template, {**rows, "site_url": settings.SITE_URL})


def twin(template: str, rows: Mapping[str, Any], *, of: str) -> HttpResponse:
    """Answer with the twin of a page.

    Args:
        of: the path of the page.
    """
    canonical = f'<{settings.SITE_URL}{of}>; rel="canonical"'
    return HttpResponse(in_markdown(template, rows), content_type=f"{MEDIA_TYPE}; charset=utf-8", headers={"Link": canonical})
