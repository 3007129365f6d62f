"""The API's description: complete, the same as the snapshot in docs/, and never narrower than before without a word."""

import copy
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import Scope
from config.described import as_json, schema
from config.openapi import EXAMPLES

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT = ROOT / "docs" / "openapi.json"
DEPTH = 4  # of members inside members; what is deeper is told elsewhere


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def members(described: dict[str, Any], part: dict[str, Any], key: str, depth: int = DEPTH) -> Iterator[str]:
    """Yield the names of what is in a schema, with dots: all that are there, or (key "required") all that must be."""
    if "$ref" in part:
        part = described["components"]["schemas"][part["$ref"].rpartition("/")[2]]
    for inner in [*part.get("allOf", []), *([part["items"]] if "items" in part else [])]:
        yield from members(described, inner, key, depth)
    for name, member in part.get("properties", {}).items():
        if key == "properties" or name in part.get("required", []):
            yield name
            if depth:
                yield from (f"{name}.{inner}" for inner in members(described, member, key, depth - 1))


def promises(described: dict[str, Any]) -> set[str]:
    """What a program may rely on: operations, and the members of their answers."""
    found = set()
    for name, operation in operations(described):
        found.add(name)
        for code, answer in operation["responses"].items():
            if code.startswith("2"):
                content = answer.get("content", {}).get("application/json", {}).get("schema", {})
                found |= {f"{name} answers {code} with {member}" for member in members(described, content, "properties")}
    return found


def demands(described: dict[str, Any]) -> set[str]:
    """What a program has to send."""
    found = set()
    for name, operation in operations(described):
        found |= {f"{name} wants {each['name']}" for each in operation.get("parameters", []) if each.get("required")}
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        found |= {f"{name} wants {member}" for member in members(described, body, "required")}
    return found


def broken(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    """What worked with the old description and does not with the new one."""
    there = {name for name, _operation in operations(old)}
    more = {each for each in demands(new) - demands(old) if each.partition(" wants ")[0] in there}
    return (promises(old) - promises(new)) | more


def earlier_snapshot() -> str | None:
    """Return the newest committed snapshot that differs from the one here."""
    log = ["git", "log", "-n", "2", "--format=%H", "--", str(SNAPSHOT)]
    for commit in subprocess.run(log, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split():
        shown = subprocess.run(["git", "show", f"{commit}:docs/openapi.json"], cwd=ROOT, capture_output=True, text=True, check=False)
        if shown.returncode == 0 and shown.stdout != SNAPSHOT.read_text():
            return shown.stdout
    return None


def test_the_snapshot_is_what_the_code_says() -> None:
    assert SNAPSHOT.read_text() == as_json(), "docs/openapi.json is not what the code says. Renew it: make openapi"


def test_what_programs_rely_on_goes_only_with_a_line_in_the_changelog() -> None:
    earlier = earlier_snapshot()
    if earlier is None:
        pytest.skip("no earlier snapshot")
    told = [line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("- API:")]
    gone = [
        each for each in broken(json.loads(earlier), schema()) if not any(f"`{each.split()[0]} {each.split()[1]}`" in line for line in told)
    ]
    assert gone == [], "This breaks programs. Name each as `METHOD /path` in a line of CHANGELOG.md that begins “- API:”, or take it back."


def remove_method(new: dict[str, Any]) -> None:
    del new["paths"]["/api/v1/papers/{name}/vote/"]["put"]


def remove_member(new: dict[str, Any]) -> None:
    del new["components"]["schemas"]["PaperCard"]["properties"]["title"]


def demand_parameter(new: dict[str, Any]) -> None:
    [each] = [each for each in new["paths"]["/api/v1/papers/"]["get"]["parameters"] if each["name"] == "order"]
    each["required"] = True


def demand_member(new: dict[str, Any]) -> None:
    new["components"]["schemas"]["TeamRequest"]["required"].append("description")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (remove_method, "PUT /api/v1/papers/{name}/vote/"),
        (remove_member, "GET /api/v1/papers/ answers 200 with results.title"),
        (demand_parameter, "GET /api/v1/papers/ wants order"),
        (demand_member, "POST /api/v1/teams/ wants description"),
    ],
)
def test_a_breaking_change_is_seen(change: Callable[[dict[str, Any]], None], named: str) -> None:
    new = copy.deepcopy(json.loads(as_json()))
    change(new)
    assert named in broken(json.loads(as_json()), new)
    assert broken(new, json.loads(as_json())) == set()


def test_it_is_openapi_3_1_and_every_operation_tells_what_may_go_wrong() -> None:
    assert schema()["openapi"].startswith("3.1")
    for name, operation in operations(schema()):
        assert {"400", "401", "403", "429", "default"} <= set(operation["responses"]), name
        assert name.startswith("GET") or "404" in operation["responses"], name


def test_scopes_are_named_where_programs_look() -> None:
    vote = dict(operations(schema()))["PUT /api/v1/papers/{name}/vote/"]
    assert {"token": ["votes:write"]} in vote["security"]
    named = {scope for _name, each in operations(schema()) for way in each["security"] for scope in way.get("token", [])}
    assert named == set(Scope.values)


def test_headers_and_parameters_that_many_share_are_described() -> None:
    described = dict(operations(schema()))
    parameters = {name: {each["name"] for each in operation.get("parameters", [])} for name, operation in described.items()}
    assert all(
        "Idempotency-Key" in names
        for name, names in parameters.items()
        if name.startswith("POST") and not name.endswith(("/test/", "/zotero/"))
    )
    assert {"If-Match"} < parameters["PATCH /api/v1/lists/{owner}/{slug}/"]
    assert {"fields", "cursor", "size"} <= parameters["GET /api/v1/papers/"]
    assert "fields" in parameters["GET /api/v1/search/"]


def test_the_examples_are_of_operations_there_are() -> None:
    described = {operation["operationId"]: operation for _name, operation in operations(schema())}
    for name, example in EXAMPLES.items():
        assert described[name]["requestBody"]["content"]["application/json"]["examples"]["usual"]["value"] == example


def test_it_is_found_at_the_usual_places(db: None) -> None:
    assert Client().get("/.well-known/openapi.json").json()["openapi"] == schema()["openapi"]
    text = Client().get("/.well-known/openapi.md")
    assert (text["Content-Type"], "`PUT /api/v1/papers/{name}/vote/`" in text.content.decode()) == ("text/markdown; charset=utf-8", True)
    assert Client().get("/api/v1/docs/")["Location"] == "/api/docs/"
    assert b"swagger" in Client().get("/api/docs/").content
