"""The protocol itself is the `mcp` package's: Streamable HTTP without sessions, each message a POST, each answer JSON."""

import inspect
import json
from collections.abc import Mapping
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from config.agents.calling import answer_to
from config.agents.resources import RESOURCES, TEMPLATES, read
from config.agents.tools import IF_MISSING, READING, TOOLS, Tool, asked_by

LARGEST = 100_000  # bytes of a message; a note may be long
WORDS = (
    "A library of research papers that a group reads together. Search it before you name papers; tell readers the url of each. "
    "Save, upvote and mark only what the reader asks for."
)


def answer_message(request: HttpRequest) -> HttpResponse:
    """Answer one message of a program's; a view calls it, whose thread then also does what the tools do."""
    answer: HttpResponse = async_to_sync(_answer)(request)
    return answer


async def _answer(request: HttpRequest) -> HttpResponse:
    body, sent = request.body, list[dict[str, Any]]()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    manager = StreamableHTTPSessionManager(
        _server_for(request), json_response=True, stateless=True, max_request_body_size=LARGEST, security_settings=_guard(request)
    )
    async with manager.run():
        await manager.handle_request(_scope(request), receive, send)
    begun = sent[0]
    content = b"".join(message.get("body", b"") for message in sent[1:])
    headers = {name.decode(): value.decode() for name, value in begun["headers"] if name.lower() != b"content-length"}
    return HttpResponse(content, status=begun["status"], headers=headers)


def _server_for(request: HttpRequest) -> Server[Any]:
    """A server of one message: what it does, it does with the key of that request."""

    async def list_tools(_context: Any, _asked: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(name, tool) for name, tool in TOOLS.items()])

    async def call_tool(_context: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        return await sync_to_async(_done)(asked.name, asked.arguments or {}, request)

    async def list_resources(_context: Any, _asked: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=RESOURCES)

    async def list_templates(_context: Any, _asked: Any) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=TEMPLATES)

    async def read_resource(_context: Any, asked: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        return await sync_to_async(read)(str(asked.uri), request)

    return Server(
        "lectern",
        title=settings.SITE_NAME,
        instructions=WORDS,
        website_url=settings.SITE_URL,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )


def _described(name: str, tool: Tool) -> types.Tool:
    hints = types.ToolAnnotations(read_only_hint=tool in READING, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    title, words = name.replace("_", " ").capitalize(), inspect.cleandoc(tool.__doc__ or "")
    return types.Tool(name=name, title=title, description=words, input_schema=asked_by(tool).model_json_schema(), annotations=hints)


def _done(name: str, arguments: dict[str, Any], request: HttpRequest) -> types.CallToolResult:
    """Do what a tool is for. What goes wrong is told in words that say what to do, so that a model can mend its call."""
    if name not in TOOLS:
        return _result({"detail": _("There is no tool %(name)s.") % {"name": name[:60]}, "tools": sorted(TOOLS)}, is_error=True)
    tool, fields = TOOLS[name], asked_by(TOOLS[name]).model_fields
    try:
        call = tool(asked_by(tool).model_validate(arguments))
    except ValidationError as problem:
        errors = [_misfit(".".join(map(str, one["loc"])), one["msg"], fields) for one in problem.errors()]
        return _result({"detail": _("The arguments do not fit."), "errors": errors}, is_error=True)
    answer = answer_to(call, request)
    if answer.status == 404:
        named = [name for name in fields if name in IF_MISSING]
        return _result(answer.body | {"errors": [{"field": name, "detail": IF_MISSING[name]} for name in named]}, is_error=True)
    return _result(answer.body, answer.text, is_error=answer.status >= 400)


def _misfit(name: str, words: str, fields: Mapping[str, FieldInfo]) -> dict[str, str]:
    """Say what is wrong with an argument, and what it should be; of one that is none, which there are."""
    meant = fields[name].description if name in fields else _("There is %(names)s.") % {"names": ", ".join(fields) or "–"}
    return {"field": name, "detail": f"{words.rstrip('.')}. {meant or ''}".strip()}


def _result(body: dict[str, Any], text: str = "", *, is_error: bool) -> types.CallToolResult:
    """Say it as data, and in words for models: in Markdown where there is that, else as JSON."""
    words = types.TextContent(type="text", text=text or json.dumps(body, ensure_ascii=False))
    return types.CallToolResult(content=[words], structured_content=body, is_error=is_error)


def _guard(request: HttpRequest) -> TransportSecuritySettings:
    """Pages of elsewhere, which a name that changes its address may lead here, are refused by their Origin."""
    pages = [request.headers.get("Origin", "")] if settings.CORS_ALLOW_ALL_ORIGINS else settings.CORS_ALLOWED_ORIGINS
    return TransportSecuritySettings(allowed_hosts=[request.get_host()], allowed_origins=[settings.SITE_URL, *pages])


def _scope(request: HttpRequest) -> dict[str, Any]:
    sent = {name.lower(): value for name, value in request.headers.items()} | {"host": request.get_host()}
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in sent.items()]
    return {"type": "http", "method": request.method, "path": request.path, "query_string": b"", "headers": headers}
