"""Whatever JSON or query a program sends, the API answers below 500, in JSON."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Team, User
from papers.actions.lists import add_paper, create_list
from papers.actions.tags import create_tag
from tests.factories import make_paper

FIELDS = ["title", "description", "visibility", "owner", "note", "weekday", "hour", "time_zone", "paper_limit", "is_active", "slug"]
FIELDS += ["cadence", "paused_until"]
FIELDS += ["tags", "name", "colour", "into"]
FIELDS += ["namespace", "private", "theme", "position", "item", "resourceGroupId", "arxivId"]
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["alice", "graph-lab", "private", "public", "UTC", "\x00", "10.1234/a%00b", "\ud800", "a" * 6_000]
)
NUMBERS = st.integers() | st.floats() | st.sampled_from([10**30, -(10**30), 2**63, 1e308])
PLAIN = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6)
BODIES = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=5) | VALUES
WRITES = [
    ("post", "/api/v1/lists/"),
    ("patch", "/api/v1/lists/alice/shelf/"),
    ("put", "/api/v1/lists/alice/shelf/items/2401.00001/"),
    ("patch", "/api/v1/lists/alice/shelf/items/2401.00001/"),
    ("put", "/api/v1/papers/2401.00001/vote/"),
    ("patch", "/api/v1/subscription/"),
    ("post", "/api/v1/tags/alice/"),
    ("post", "/api/v1/tags/alice/x/"),
    ("patch", "/api/v1/tags/alice/x/"),
    ("post", "/api/collections"),
    ("post", "/api/papers/index"),
]
READS = ["/api/v1/papers/", "/api/v1/lists/", "/api/v1/lists/alice/shelf/items/", "/api/v1/tags/alice/", "/api/v1/digests/"]
READS += ["/api/papers", "/api/daily_papers", "/api/collections"]
QUERIES = ["cursor", "size", "order", "category", "owner", "show", "p", "limit", "sort", "date", "week", "submitter", "item"]
EXAMPLES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def browser(alice: User, graph_lab: Team) -> Client:
    paper = make_paper(arxiv_id="2401.00001")
    add_paper(reading_list=create_list(owner=alice.namespace, title="Shelf"), paper=paper, user=alice)
    create_tag(owner=alice.namespace, name="x")
    client = Client()
    client.force_login(alice)
    return client


@pytest.mark.parametrize(("method", "address"), WRITES)
@EXAMPLES
@given(body=BODIES)
def test_no_body_breaks_a_write(browser: Client, method: str, address: str, body: Any) -> None:
    response = getattr(browser, method)(address, json.dumps(body), content_type="application/json")
    assert response.status_code < 500
    assert response.status_code != 429  # else nothing was tried
    assert response["Content-Type"] == ("application/problem+json" if response.status_code >= 400 else "application/json")


@pytest.mark.parametrize("address", READS)
@EXAMPLES
@given(query=st.dictionaries(st.sampled_from(QUERIES), TEXTS, max_size=3))
def test_no_query_breaks_a_list(browser: Client, address: str, query: dict[str, str]) -> None:
    asked = "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in query.items())
    response = browser.get(f"{address}?{asked}")
    assert response.status_code < 500
    assert response.status_code != 429  # else nothing was tried
    assert response["Content-Type"] == ("application/problem+json" if response.status_code >= 400 else "application/json")


@EXAMPLES
@given(name=TEXTS.filter(bool))
def test_no_name_breaks_an_address(browser: Client, name: str) -> None:
    spelt = quote(name.encode("utf-8", "surrogatepass"), safe="")
    for address in (f"papers/{spelt}", f"collections/alice/{spelt}", f"users/{spelt}/overview"):
        assert browser.get(f"/api/{address}").status_code in {200, 400, 404, 405}
    for address in (f"papers/{spelt}/", f"lists/{spelt}/{spelt}/", f"lists/alice/shelf/items/{spelt}/", f"digests/{spelt}/"):
        assert browser.get(f"/api/v1/{address}").status_code in {200, 400, 404, 405}
