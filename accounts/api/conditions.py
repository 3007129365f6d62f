"""Conditional requests: whoever changes something names what they saw of it."""

from rest_framework.request import Request


def matches(request: Request, etag: str) -> bool | None:
    """Tell whether If-Match names an entity tag; None where it is not sent (RFC 9110, 13.1.1)."""
    sent = request.headers.get("If-Match")
    if sent is None:
        return None
    return sent.strip() == "*" or etag in [each.strip() for each in sent.split(",")]
