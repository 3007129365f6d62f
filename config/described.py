"""The API described for programs that look for it: /.well-known/openapi.json, and the same in short as text.

`make openapi` writes docs/openapi.json anew, which tests hold against the code.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import conditional_page
from drf_spectacular.generators import SchemaGenerator

HEAD = """# {title} API

{description} Bodies are JSON. Send a token as `Authorization: Bearer …`. The whole of it is in [openapi.json](openapi.json).
"""


@cache
def schema() -> dict[str, Any]:
    """Return the OpenAPI schema, the same for everybody; made once per process, since that takes half a second."""
    with override("en"):
        found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


@cache
def as_json() -> str:
    return json.dumps(schema(), indent=1, ensure_ascii=False, default=str, sort_keys=True) + "\n"


@cache
def as_text() -> str:
    lines = [HEAD.format(**schema()["info"])]
    for path, operations in schema()["paths"].items():
        for method, operation in operations.items():
            words = operation.get("description", "").replace("\n\n", " ")
            lines.append(f"- `{method.upper()} {path}` {words}".rstrip())
    return "\n".join(lines) + "\n"


@conditional_page
def openapi_json(request: HttpRequest) -> HttpResponse:
    return HttpResponse(as_json(), content_type="application/json")


@conditional_page
def openapi_text(request: HttpRequest) -> HttpResponse:
    return HttpResponse(as_text(), content_type="text/markdown; charset=utf-8")


def write_snapshot() -> None:
    Path(__file__).parent.with_name("docs").joinpath("openapi.json").write_text(as_json())
