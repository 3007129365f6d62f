"""Second factors: asked for after the password, sealed in the table, each code good for one log-in."""

from functools import partial

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.sealing import unseal
from tests.factories import PASSWORD
from tests.threads import at_once
from tests.totp import code_of

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSED, REFUSED = 302, 200


@pytest.fixture
def app(alice: User) -> Authenticator:
    """Alice's authenticator app."""
    return TOTP.activate(alice, SECRET).instance


def halfway_in(user: User) -> Client:
    """A browser that has given the password and is asked for more."""
    browser = Client()
    answer = browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    return browser


def give(browser: Client, code: str) -> int:
    return browser.post(reverse("mfa_authenticate"), {"code": code}).status_code


@pytest.mark.django_db
class TestAnApp:
    def test_the_password_alone_opens_nothing(self, alice: User, app: Authenticator) -> None:
        assert halfway_in(alice).get(reverse("accounts:profile")).status_code == 302

    def test_its_code_opens(self, alice: User, app: Authenticator) -> None:
        browser = halfway_in(alice)
        assert give(browser, code_of(SECRET)) == PASSED
        assert browser.get(reverse("accounts:profile")).status_code == 200

    @pytest.mark.parametrize(("steps", "outcome"), [(-2, REFUSED), (-1, PASSED), (1, PASSED), (2, REFUSED)])
    def test_clocks_may_differ_by_half_a_minute(self, steps: int, outcome: int, alice: User, app: Authenticator) -> None:
        assert give(halfway_in(alice), code_of(SECRET, steps)) == outcome

    def test_a_code_is_used_once_whatever_its_spelling(self, alice: User, app: Authenticator) -> None:
        code = code_of(SECRET)
        assert give(halfway_in(alice), code) == PASSED
        assert give(halfway_in(alice), code) == REFUSED
        assert give(halfway_in(alice), f" {code[:3]} {code[3:]} ") == REFUSED

    def test_ten_guesses_then_a_pause(self, alice: User, app: Authenticator) -> None:
        browser = halfway_in(alice)
        assert [give(browser, f"{number:06}") for number in range(12)][-2:] == [429, 429]

    def test_its_secret_is_sealed(self, app: Authenticator) -> None:
        stored = Authenticator.objects.get(pk=app.pk).data["secret"]
        assert SECRET not in stored
        assert unseal(stored, purpose="second factor") == SECRET


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_a_code_of_an_app_opens_one_of_eight(self, alice: User, app: Authenticator) -> None:
        code, browsers = code_of(SECRET), [halfway_in(alice) for _ in range(8)]
        assert sorted(at_once(partial(give, browser, code) for browser in browsers)) == [REFUSED] * 7 + [PASSED]

    def test_a_recovery_code_opens_one_of_eight_and_never_again(self, alice: User, app: Authenticator) -> None:
        code = RecoveryCodes.activate(alice).get_unused_codes()[0]
        browsers = [halfway_in(alice) for _ in range(8)]
        assert sorted(at_once(partial(give, browser, code) for browser in browsers)) == [REFUSED] * 7 + [PASSED]
        assert give(halfway_in(alice), code) == REFUSED
