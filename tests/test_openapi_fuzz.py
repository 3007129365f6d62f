"""What the OpenAPI description promises holds for requests that a machine makes of it, from visitors and tokens. FUZZ=full tries more."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from rest_framework.settings import api_settings
from schemathesis.checks import load_all_checks, positive_data_acceptance
from schemathesis.core.failures import FailureGroup

from accounts.actions.tokens import make_token
from accounts.models import Scope, Team, User
from papers.actions.commenting import write_comment
from papers.actions.lists import add_paper, create_list
from papers.actions.tags import create_tag
from papers.models import Visibility
from tests.digests.makers import make_digest
from tests.factories import make_paper

IS_FULL = os.environ.get("FUZZ") == "full"
EXAMPLES, STEPS_BEGUN = (25, 500) if IS_FULL else (1, 10)
IDENTITIES = ["visitor", "all scopes", "no scopes"]
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=not IS_FULL,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# What fits the description may still be refused: a name that is taken, a paper that is not here.
LEFT_OUT = [positive_data_acceptance]
load_all_checks()


@pytest.fixture
def described(alice: User, graph_lab: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The description, of an instance with one of most things."""
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", {"anon": "1000000/day", "user": "1000000/day"})
    paper = make_paper(arxiv_id="1706.03762")
    shelf = create_list(owner=alice.namespace, title="Shelf", visibility=Visibility.PUBLIC)
    add_paper(reading_list=shelf, paper=paper, user=alice, note="x")
    write_comment(author=alice, paper=paper, text="y")
    create_tag(owner=alice.namespace, name="x")
    make_digest(alice, paper, period_key="2026-W48")
    for signal in (request_started, request_finished):  # else each request closes the connection that holds the test's transaction
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/.well-known/openapi.json", from_loopback)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def from_loopback(environ: dict[str, Any], start: Any) -> Any:
    """The whole application, as a server would call it."""
    return get_wsgi_application()(environ | {"REMOTE_ADDR": "127.0.0.1"}, start)


def headers_of(identity: str, alice: User) -> dict[str, str]:
    if identity == "visitor":
        return {}
    _token, secret = make_token(user=alice, name="fuzz", scopes=Scope.values if identity == "all scopes" else [])
    return {"Authorization": f"Bearer {secret}"}


def operations(described: Any) -> Iterator[Any]:
    for found in described.get_all_operations():
        yield found.ok()


def problems_of(operation: Any, headers: dict[str, str]) -> list[str]:
    """Try one operation; return what of its description did not hold."""
    found: list[str] = []

    @seed(20_261_127)
    @SETTINGS
    @given(case=operation.as_strategy())
    def attempt(case: Any) -> None:
        try:
            case.call_and_validate(headers=headers, excluded_checks=LEFT_OUT)
        except FailureGroup as failures:
            found.extend(f"{operation.label}: {failure}"[:1_500] for failure in failures.exceptions)

    attempt()
    return found


@pytest.mark.timeout(0 if IS_FULL else 600)
@pytest.mark.parametrize("identity", IDENTITIES)
def test_every_operation_answers_as_it_is_described(identity: str, described: Any, alice: User) -> None:
    headers = headers_of(identity, alice)
    found = [problem for operation in operations(described) for problem in problems_of(operation, headers)]
    assert found == [], "\n\n".join(found)


@pytest.mark.timeout(0 if IS_FULL else 600)
@pytest.mark.parametrize("identity", IDENTITIES)
def test_what_follows_from_another_answer_is_as_it_is_described(identity: str, described: Any, alice: User) -> None:
    """What one operation makes is read, changed and ended by others, in any order that fits the description."""
    headers, found, taken = headers_of(identity, alice), list[str](), Counter[str]()

    class Workflow(described.as_state_machine()):  # type: ignore[misc]  # a class that is made for the description
        def setup(self) -> None:
            self.before = transaction.savepoint()

        def teardown(self) -> None:
            """Each scenario begins with the same instance, or one could not be told by its steps."""
            transaction.savepoint_rollback(self.before)
            cache.clear()

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            taken[case.operation.label] += 1
            return {"headers": headers}

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            try:
                case.validate_response(response, excluded_checks=LEFT_OUT, headers=headers)
            except FailureGroup as failures:
                asked = f"{case.operation.label} {response.request.url[:300]}"
                found.extend(f"{asked}: {failure}"[:1_500] for failure in failures.exceptions)

    Workflow.run(settings=settings(SETTINGS, max_examples=STEPS_BEGUN, stateful_step_count=6))
    assert found == [], "\n\n".join(found)
    assert len(taken) > 10, taken
