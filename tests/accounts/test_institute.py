"""Logging in through an institute's own service, and what its groups give and take."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.groups import end_lapsed_memberships
from accounts.actions.memberships import add_member
from accounts.models import Admission, Event, HouseRules, InstituteGroup, Membership, Role, Team, User
from tests.accounts.institute import CLIENT, Institute, running_institute
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
DORA = {"sub": "dora-1", "name": "Dora D.", "email": "Dora@Institute.example", "email_verified": True}


@pytest.fixture
def institute(settings: Any) -> Iterator[Institute]:
    with running_institute() as service:
        app = {"provider_id": "institute", "name": "Institute", "client_id": CLIENT[0], "secret": CLIENT[1]}
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app | {"settings": {"server_url": service.url}}]}
        }
        service.claims = dict(DORA)
        yield service


@pytest.fixture
def group(graph_lab: Team) -> InstituteGroup:
    return InstituteGroup.objects.create(provider="institute", name="graphs", team=graph_lab)


def log_in(browser: Client | None = None, *, state: str = "") -> HttpResponse:
    """Press the button, come back from the service with a code, and end where Lectern leads."""
    browser = browser or Client()
    left = browser.post(reverse("openid_connect_login", args=["institute"]))
    asked = parse_qs(urlsplit(left.headers.get("Location", "")).query)
    back = {"code": "a code", "state": state or asked.get("state", [""])[0]}
    return browser.get(reverse("openid_connect_callback", args=["institute"]), back)


def dora() -> User:
    return User.objects.get(email="dora@institute.example")


class TestLoggingIn:
    def test_the_button_is_there_once_it_is_set_up(self, institute: Institute, visitors_browser: Client) -> None:
        assert "Log in with Institute" in visitors_browser.get("/accounts/login/").content.decode()

    def test_without_keys_there_is_none(self, visitors_browser: Client) -> None:
        assert "Log in with Institute" not in visitors_browser.get("/accounts/login/").content.decode()
        assert visitors_browser.post(reverse("openid_connect_login", args=["institute"])).status_code == 404

    def test_a_new_person_gets_an_account_with_a_handle(self, institute: Institute) -> None:
        browser = Client()
        assert log_in(browser).status_code == 302
        assert browser.get("/settings/").status_code == 200
        assert (dora().handle, dora().full_name, dora().has_usable_password()) == ("dora", "Dora D.", False)

    def test_the_same_person_again_is_the_same_account(self, institute: Institute) -> None:
        log_in(), log_in()
        assert User.objects.count() == 1

    def test_nothing_of_the_services_is_kept_but_the_number(self, institute: Institute) -> None:
        institute.claims |= {"groups": ["graphs"], "phone_number": "+49 30 1234567"}
        log_in()
        assert set(SocialAccount.objects.get().extra_data) == {"sub", "name", "email"}
        assert not SocialToken.objects.exists()

    def test_the_code_is_bound_to_the_browser(self, institute: Institute) -> None:
        log_in()
        assert "code_verifier" in institute.asked[0]

    def test_an_account_with_a_verified_address_is_linked(self, institute: Institute, alice: User) -> None:
        institute.claims |= {"sub": "alice-1", "email": "alice@lab.example"}
        browser = Client()
        log_in(browser)
        assert browser.get("/api/v1/me/").json()["handle"] == "alice"

    def test_an_address_that_the_service_has_not_verified_opens_nothing(self, institute: Institute, alice: User) -> None:
        institute.claims |= {"sub": "eve", "email": "alice@lab.example", "email_verified": False}
        browser = Client()
        log_in(browser)
        assert browser.get("/api/v1/me/").status_code in {401, 403}
        assert not SocialAccount.objects.filter(user=alice).exists()

    def test_the_house_rules_hold_here_too(self, institute: Institute) -> None:
        HouseRules.objects.create(pk=1, admission=Admission.DOMAINS, domains=["elsewhere.example"])
        log_in()
        assert not User.objects.exists()

    @pytest.mark.parametrize(("lie", "value"), [("issuer", "https://evil.example"), ("audience", "another program")])
    def test_a_token_for_somebody_else_is_refused(self, lie: str, value: str, institute: Institute) -> None:
        setattr(institute, lie, value)
        assert log_in().status_code in {200, 302, 401}
        assert not User.objects.exists()

    def test_an_answer_that_nobody_asked_for_is_refused(self, institute: Institute) -> None:
        assert log_in(state="forged").status_code in {200, 302, 401}
        assert not User.objects.exists()

    def test_a_service_that_is_down_is_a_page_and_no_fault(self, institute: Institute) -> None:
        institute.is_down = True
        page = log_in(Client(raise_request_exception=False))
        assert page.status_code < 500


class TestConnections:
    def test_a_service_is_seen_and_disconnected_by_whoever_has_a_password(self, institute: Institute, alice: User) -> None:
        institute.claims |= {"sub": "alice-1", "email": "alice@lab.example"}
        browser = Client()
        log_in(browser)
        page = browser.get(reverse("socialaccount_connections")).content.decode()
        assert "Disconnect" in page
        assert page.count("Log-in services") >= 2
        browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        browser.post(reverse("socialaccount_connections"), {"account": SocialAccount.objects.get().pk})
        assert not SocialAccount.objects.exists()

    def test_nobody_disconnects_the_only_way_in(self, institute: Institute) -> None:
        browser = Client()
        log_in(browser)
        page = browser.post(reverse("socialaccount_connections"), {"account": SocialAccount.objects.get().pk})
        assert "alert--error" in page.content.decode()
        assert SocialAccount.objects.exists()

    def test_nobody_disconnects_anybody_elses(self, institute: Institute, alices_browser: Client) -> None:
        log_in()
        alices_browser.post(reverse("socialaccount_connections"), {"account": SocialAccount.objects.get().pk})
        assert SocialAccount.objects.exists()


class TestGroups:
    def login_with(self, institute: Institute, *groups: str) -> None:
        institute.claims["groups"] = list(groups)
        log_in()

    def test_a_group_lets_in(self, institute: Institute, group: InstituteGroup) -> None:
        self.login_with(institute, "graphs", "unknown")
        membership = Membership.objects.get(user=dora())
        assert (membership.team, membership.role, membership.group) == (group.team, Role.MEMBER, group)
        assert Event.objects.filter(kind="member.group", person=dora()).count() == 1

    def test_a_group_that_is_gone_takes_back(self, institute: Institute, group: InstituteGroup) -> None:
        self.login_with(institute, "graphs")
        self.login_with(institute)
        assert not Membership.objects.filter(user=dora()).exists()
        assert Event.objects.filter(kind="member.group_ended").count() == 1

    def test_the_role_follows_the_group(self, institute: Institute, group: InstituteGroup) -> None:
        self.login_with(institute, "graphs")
        InstituteGroup.objects.update(role=Role.READER)
        self.login_with(institute, "graphs")
        assert Membership.objects.get(user=dora()).role == Role.READER

    def test_of_two_groups_the_higher_role_counts(self, institute: Institute, group: InstituteGroup) -> None:
        InstituteGroup.objects.create(provider="institute", name="heads", team=group.team, role=Role.MAINTAINER)
        self.login_with(institute, "graphs", "heads")
        assert Membership.objects.get(user=dora()).role == Role.MAINTAINER
        self.login_with(institute, "graphs")
        assert Membership.objects.get(user=dora()).role == Role.MEMBER

    def test_what_was_got_by_hand_is_neither_raised_nor_taken(self, institute: Institute, group: InstituteGroup) -> None:
        log_in()
        add_member(team=group.team, user=dora(), role=Role.READER)
        self.login_with(institute, "graphs")
        self.login_with(institute)
        assert Membership.objects.get(user=dora()).role == Role.READER

    def test_groups_of_another_service_mean_nothing(self, institute: Institute, group: InstituteGroup) -> None:
        InstituteGroup.objects.update(provider="elsewhere")
        self.login_with(institute, "graphs")
        assert not Membership.objects.filter(user=dora()).exists()

    def test_whoever_stays_away_loses_what_the_group_gave(self, institute: Institute, group: InstituteGroup) -> None:
        self.login_with(institute, "graphs")
        assert end_lapsed_memberships() == 0
        Membership.objects.filter(user=dora()).update(confirmed_at=timezone.now() - timedelta(days=8))
        assert end_lapsed_memberships() == 1
        assert not Membership.objects.filter(user=dora()).exists()
        self.login_with(institute, "graphs")
        assert Membership.objects.filter(user=dora()).exists()
