"""What a program may put before its model by an address, in Markdown: each is one call of the REST API, as a tool is."""

from urllib.parse import unquote

from django.http import HttpRequest
from django.utils.translation import gettext as _
from mcp import types
from mcp.shared.exceptions import MCPError

from accounts.twins import MEDIA_TYPE
from config.agents.calling import answer_to
from config.agents.tools import Call

PAPERS, DIGESTS = "lectern://papers/", "lectern://digests/"
RESOURCES = [types.Resource(name="latest_digest", title="The reader's latest digest", uri=f"{DIGESTS}latest", mime_type=MEDIA_TYPE)]
TEMPLATES = [
    types.ResourceTemplate(
        name="paper",
        title="A paper",
        uri_template=f"{PAPERS}{{+name}}",
        description="By an arXiv id, a DOI, or the slug that a tool told.",
        mime_type=MEDIA_TYPE,
    ),
    types.ResourceTemplate(
        name="digest",
        title="A digest of the reader's",
        uri_template=f"{DIGESTS}{{period}}",
        description="By an ISO week such as 2026-W48, a day or a month; or latest.",
        mime_type=MEDIA_TYPE,
    ),
]


def read(uri: str, request: HttpRequest) -> types.ReadResourceResult:
    """Read what an address names.

    Raises:
        MCPError: there is nothing there, or nothing for this program to read.
    """
    call = _call_of(uri)
    if call is None:
        raise MCPError(types.INVALID_PARAMS, _("Addresses here begin with lectern://papers/ or lectern://digests/."), {"uri": uri})
    answer = answer_to(call, request)
    if answer.status >= 400:
        code = types.INVALID_PARAMS if answer.status < 500 else types.INTERNAL_ERROR
        raise MCPError(code, answer.body["detail"], {"uri": uri, "status": answer.status})
    return types.ReadResourceResult(contents=[types.TextResourceContents(uri=uri, mime_type=MEDIA_TYPE, text=answer.text)])


def _call_of(uri: str) -> Call | None:
    if uri.startswith(PAPERS):
        return Call("GET", "paper", {"name": unquote(uri.removeprefix(PAPERS))})
    return Call("GET", "digest", {"period_key": unquote(uri.removeprefix(DIGESTS))}) if uri.startswith(DIGESTS) else None
