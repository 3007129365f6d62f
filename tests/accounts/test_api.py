"""/api/v1/me/, and what every endpoint shares: JSON errors, bounded bodies, no NUL, a schema without gaps."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Scope, Team, User
from papers.actions.lists import create_list
from tests.api import ROOT, Program
from tests.factories import make_papers


class TestMe:
    def test_a_token_learns_its_person_teams_and_scopes(self, alice: User, graph_lab: Team) -> None:
        me = Program(alice, [Scope.PAPERS_READ, Scope.LISTS_READ]).get("/me/")
        assert (me["handle"], me["email"]) == ("alice", "alice@lab.example")
        assert me["teams"] == [{"slug": "graph-lab", "title": "Graph Lab", "role": "owner"}]
        assert me["scopes"] == ["lists:read", "papers:read"]

    def test_a_session_may_do_everything(self, alices_browser: Client) -> None:
        assert alices_browser.get(f"{ROOT}/me/").json()["scopes"] == Scope.values


class TestErrors:
    @pytest.mark.parametrize("path", ["/no-such-page/", "/", "/papers/x/y/z/", "/lists/only-an-owner/"])
    def test_an_unknown_address_is_json(self, db: None, path: str) -> None:
        response = Program().ask("get", path)
        assert (response.status_code, response.json()["title"]) == (404, "Not Found")

    def test_a_wrong_method_is_json(self, alice: User) -> None:
        for program in (Program(), Program(alice), Program(alice, [])):
            response = program.ask("post", "/papers/", {})
            assert (response.status_code, response.json()["status"]) == (405, 405)

    def test_a_fault_of_ours_is_json_without_details(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        from papers.api.papers import PaperListView

        monkeypatch.setattr(PaperListView, "keyset_order", lambda self: ("-no_such_field", "pk"))
        response = Program().ask("get", "/papers/")
        assert (response.status_code, response.json()["detail"]) == (500, "Something went wrong here.")

    @pytest.mark.parametrize("path", ["/papers/a%00b/", "/papers/?category=%00", "/lists/?owner=a%00", "/lists/a%00/b/"])
    def test_nul_in_an_address_is_a_bad_request(self, db: None, path: str) -> None:
        assert Program().ask("get", path).status_code == 400

    def test_an_address_with_nul_is_a_bad_request_on_pages_too(self, visitors_browser: Client, db: None) -> None:
        assert visitors_browser.get("/papers/a%00b").status_code == 400

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b"null", b"5", b'"x"', b"\xff", b"[" * 100_000, b'{"title": NaN}', b'{"title": ' + b"9" * 9_000 + b"}"]
    )
    def test_a_body_that_is_no_object_is_a_bad_request(self, alice: User, body: bytes) -> None:
        response = Program(alice).ask("post", "/lists/", body)
        assert response.status_code == 400

    def test_a_body_beyond_the_bound_is_not_read(self, alice: User) -> None:
        body = b'{"title": "' + b"x" * 3_000_000 + b'"}'
        assert Program(alice).ask("post", "/lists/", body).status_code == 400

    def test_a_form_is_not_a_body(self, alice: User) -> None:
        program = Program(alice)
        response = program.client.post(f"{ROOT}/lists/", {"title": "x"}, headers=program.headers)
        assert (response.status_code, response["Content-Type"]) == (415, "application/problem+json")

    def test_nobody_is_answered_without_end(self, db: None) -> None:
        visitor = Program()
        with time_machine.travel(timezone.now(), tick=False):  # the limit is a hundred a minute
            answers = [visitor.ask("get", "/papers/2401.99999/").status_code for _ in range(101)]
        assert answers == [404] * 100 + [429]


class TestEveryAnswer:
    def test_times_are_in_utc_wherever_the_reader_is(self, alice: User, alices_browser: Client) -> None:
        alice.time_zone = "America/New_York"
        alice.save(update_fields=["time_zone"])
        create_list(owner=alice.namespace, title="Shelf")
        for [shelf] in (alices_browser.get(f"{ROOT}/lists/").json()["results"], Program(alice).get("/lists/")["results"]):
            assert timezone.now() - datetime.fromisoformat(shelf["created_at"]) < timedelta(minutes=5)
            assert shelf["created_at"].endswith("Z")

    def test_the_next_page_is_in_a_header_too(self, db: None) -> None:
        make_papers({}, {})
        page = Program().ask("get", "/papers/?size=1")
        assert page["Link"] == f'<{page.json()["next"]}>; rel="next"'
        assert "Link" not in Program().ask("get", page.json()["next"])

    @pytest.mark.parametrize("header", ["X-Request-Id", "X-Amzn-Trace-Id"])
    def test_a_request_keeps_the_name_that_it_was_given(self, db: None, header: str) -> None:
        assert Client(headers={header: "a-name-of-mine"}).get(f"{ROOT}/papers/")["X-Request-Id"] == "a-name-of-mine"


class TestSchema:
    def test_the_schema_is_made_without_a_warning(self, tmp_path: object) -> None:
        call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))

    def test_the_schema_names_scopes_and_public_reading(self, db: None) -> None:
        paths = Client().get(reverse("api:schema") + "?format=json").json()["paths"]
        vote, papers = paths["/api/v1/papers/{name}/vote/"], paths["/api/v1/papers/"]
        assert "`votes:write`" in vote["put"]["description"]
        assert {} in papers["get"]["security"]
        assert {} not in vote["put"]["security"]

    def test_every_route_is_in_the_schema(self, db: None) -> None:
        from config.api import urlpatterns

        paths = Client().get(reverse("api:schema") + "?format=json").json()["paths"]
        assert (
            len(paths) == len(urlpatterns) - 3
        )  # the schema itself, its page, and the feeds of a list, which have the address of its files
