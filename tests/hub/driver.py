"""Runs inside a client's environment: calls HfApi as told on standard input, and prints what came of it as JSON."""

import dataclasses
import json
import re
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError


def plain(value: Any) -> Any:
    """What JSON can hold of a value; times as ISO 8601."""
    if dataclasses.is_dataclass(value):
        return {"class": type(value).__name__} | {name: plain(each) for name, each in vars(value).items()}
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(each) for each in value]
    return value


def meant(value: Any, before: list[Any]) -> Any:
    """Put what an earlier step gave for words such as $0.slug or $1.items.0.item_object_id."""
    if isinstance(value, dict):
        return {name: meant(each, before) for name, each in value.items()}
    if not (isinstance(value, str) and re.match(r"\$\d+", value)):
        return value
    number, *path = value[1:].split(".")
    found = before[int(number)]
    for word in path:
        found = found[int(word)] if isinstance(found, list) else found[word]
    return found


def answers(api: HfApi, steps: list[Any]) -> list[Any]:
    found: list[Any] = []
    for method, arguments in steps:
        try:
            found.append(plain(getattr(api, method)(**meant(arguments, found))))
        except HfHubHTTPError as problem:
            names = [each.__name__ for each in type(problem).__mro__]
            found.append({"error": names[0], "status": problem.response.status_code, "words": str(problem)})
    return found


asked = json.load(sys.stdin)
api = HfApi(endpoint=asked["endpoint"]) if asked["endpoint"] else HfApi()
json.dump(answers(api, asked["steps"]), sys.stdout)
