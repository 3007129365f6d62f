"""Reading JSON answers of others, which may hold anything."""

import json
from typing import Any

from papers.sources.base import SourceError


def parsed(content: bytes, expected: type, what: str) -> Any:
    """Return the JSON of an answer whose outermost value has the expected type.

    Raises:
        SourceError: it is no JSON, or something else.
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as problem:
        raise SourceError(f"{what} answered something that is no JSON: {problem}"[:300]) from problem
    if not isinstance(found, expected):
        raise SourceError(f"{what} answered {type(found).__name__} instead of {expected.__name__}.")
    return found


def entries(found: Any, what: str) -> list[dict[str, Any]]:
    """Return a list's objects; whatever else is in it cannot be a paper.

    Raises:
        SourceError: it is no list.
    """
    if not isinstance(found, list):
        raise SourceError(f"{what} answered without a list of papers.")
    return [each for each in found if isinstance(each, dict)]


def first(value: Any) -> str:
    """Return a text, or the first text of a list, or ""."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""
