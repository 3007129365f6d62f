"""API tokens: how they are spelt, who may use them, and where their secret never is."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.actions.tokens import LIFETIME, find_token, make_token, revoke_token
from accounts.models import ApiToken, Scope, User
from accounts.signing import ALPHABET, PREFIX, is_well_formed, new_token, token_digest
from tests.api import Program
from tests.factories import make_paper


def secret_of(user: User, **over: object) -> str:
    return make_token(user=user, **({"name": "laptop", "scopes": [Scope.PAPERS_READ]} | over))[1]


def ask(secret: str, path: str = "/me/", method: str = "get") -> int:
    return Program().ask(method, path, HTTP_AUTHORIZATION=f"Bearer {secret}").status_code


class TestSpelling:
    def test_a_token_names_its_kind_and_ends_in_a_checksum(self) -> None:
        token = new_token()
        assert token.startswith("lectern_pat_")
        assert len(token) == len(PREFIX) + 36
        assert is_well_formed(token)

    def test_any_changed_letter_is_noticed_without_the_database(self) -> None:
        token = new_token()
        for place in range(len(PREFIX), len(token)):
            other = ALPHABET[(ALPHABET.index(token[place]) + 1) % len(ALPHABET)]
            assert not is_well_formed(token[:place] + other + token[place + 1 :])

    @pytest.mark.parametrize("text", ["", "lectern_pat_", "x" * 48, "lectern_pat_" + "0" * 35, "lectern_pat_" + "é" * 36])
    def test_other_texts_are_no_tokens(self, text: str) -> None:
        assert not is_well_formed(text)

    def test_a_mistyped_token_is_refused_without_a_query(self, db: None, django_assert_num_queries: object) -> None:
        with django_assert_num_queries(0):
            assert find_token(secret=new_token()[:-1] + "!") is None

    def test_the_digest_depends_on_the_pepper(self, settings: object) -> None:
        token = new_token()
        before = token_digest(token)
        settings.TOKEN_PEPPER += "x"
        assert token_digest(token) != before


class TestUse:
    def test_a_fresh_token_works_and_says_whose_it_is(self, alice: User) -> None:
        response = Program().ask("get", "/me/", HTTP_AUTHORIZATION=f"bearer {secret_of(alice)}")
        assert response.json()["handle"] == "alice"

    def test_an_expired_token_is_refused_from_its_second_on(self, alice: User) -> None:
        secret = secret_of(alice)
        with time_machine.travel(timezone.now() + LIFETIME - timedelta(minutes=1), tick=False):
            assert ask(secret) == 200
        with time_machine.travel(timezone.now() + LIFETIME + timedelta(seconds=1), tick=False):
            assert ask(secret) == 401

    def test_a_revoked_token_is_refused_at_once(self, alice: User) -> None:
        token, secret = make_token(user=alice, name="laptop", scopes=[Scope.PAPERS_READ])
        assert ask(secret) == 200
        revoke_token(token=token)
        assert ask(secret) == 401

    def test_a_token_of_somebody_switched_off_is_refused(self, alice: User) -> None:
        secret = secret_of(alice)
        User.objects.filter(pk=alice.pk).update(is_active=False)
        assert ask(secret) == 401

    def test_an_unknown_token_is_refused_also_where_visitors_may_read(self, db: None) -> None:
        assert ask(new_token(), "/papers/") == 401
        assert ask("not-even-one", "/papers/") == 401

    def test_a_refusal_says_how_to_log_in(self, db: None) -> None:
        response = Program().ask("get", "/me/")
        assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer realm="lectern"')

    def test_another_scheme_is_not_our_business(self, alice: User) -> None:
        assert Program().ask("get", "/papers/", HTTP_AUTHORIZATION="Basic YTpi").status_code == 200

    def test_a_token_without_the_scope_is_told_which(self, alice: User) -> None:
        paper = make_paper()
        program = Program(alice, [Scope.PAPERS_READ])
        refused = program.ask("put", f"/papers/{paper.slug}/vote/")
        assert (refused.status_code, refused.json()["detail"]) == (403, "This token lacks the scope votes:write.")
        assert program.ask("get", "/lists/").status_code == 403
        assert program.ask("get", "/papers/").status_code == 200

    def test_a_token_needs_no_csrf_token_and_a_cookie_beside_it_counts_for_nothing(self, alice: User, carol: User) -> None:
        program = Program(alice)
        program.client.handler.enforce_csrf_checks = True
        program.client.force_login(carol)
        assert program.get("/me/")["handle"] == "alice"
        assert program.ask("post", "/lists/", {"title": "Mine"}).json()["owner"] == "alice"


class TestTraces:
    def test_use_is_noted_at_most_once_a_minute(self, alice: User) -> None:
        token, secret = make_token(user=alice, name="laptop", scopes=[Scope.PAPERS_READ])
        start = timezone.now()
        seen = []
        for seconds in (0, 30, 59, 61, 90):
            with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
                find_token(secret=secret)
            token.refresh_from_db()
            seen.append((token.last_used_at - start).seconds)
        assert seen == [0, 0, 0, 61, 61]

    def test_the_secret_is_in_no_row(self, alice: User) -> None:
        secret = secret_of(alice)
        ask(secret)
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(t)::text FROM accounts_apitoken t")
            [(row,)] = cursor.fetchall()
        assert secret not in row
        assert secret.removeprefix(PREFIX)[:30] not in row
        assert ApiToken.objects.get().digest in row

    def test_the_secret_is_in_no_log(self, alice: User, caplog: pytest.LogCaptureFixture) -> None:
        secret = secret_of(alice)
        with caplog.at_level(logging.DEBUG):
            ask(secret)
            ask(secret, "/no-such-page/")
            ask(secret, "/papers/x/vote/", "put")
        assert caplog.records  # Django logs each refusal
        assert not any(secret in record.getMessage() for record in caplog.records)
