"""Coming into a team: by an invitation meant for one, by asking, by the domain of one's address."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.actions.invitations import InvitationRefused, accept_invitation, invite_address
from accounts.actions.joining import ask_to_join, free_to_join, join_by_domain
from accounts.actions.memberships import remove_member
from accounts.actions.teams import change_team
from accounts.models import Invitation, Membership, Notice, Team, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


class TestByMail:
    def test_the_mail_says_who_invites_into_what_and_leads_there(self, alices_browser: Client, graph_lab: Team) -> None:
        alices_browser.post(reverse("accounts:invite", args=["graph-lab"]), {"who": "erin@lab.example", "role": "member"})
        [sent] = mail.outbox
        assert sent.to == ["erin@lab.example"]
        assert sent.subject == "alice invites you to Graph Lab"
        address = next(word for word in sent.body.split() if "/join/" in word)
        page = Client().get(address.partition("127.0.0.1:8000")[2] or address, follow=True)
        assert "Join Graph Lab" in page.content.decode()

    def test_only_the_owner_of_the_address_can_accept(self, alice: User, carol: User, graph_lab: Team) -> None:
        invitation, _secret = invite_address(team=graph_lab, actor=alice, address="erin@lab.example")
        with pytest.raises(InvitationRefused, match=r"erin@lab\.example"):
            accept_invitation(invitation=invitation, user=carol)
        EmailAddress.objects.create(user=carol, email="erin@lab.example", verified=False)
        with pytest.raises(InvitationRefused):
            accept_invitation(invitation=invitation, user=carol)
        EmailAddress.objects.filter(user=carol).update(verified=True)
        assert accept_invitation(invitation=invitation, user=carol) == graph_lab

    def test_a_mail_that_cannot_be_sent_takes_its_invitation_with_it(self, alices_browser: Client, graph_lab: Team, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        answer = alices_browser.post(
            reverse("accounts:invite", args=["graph-lab"]), {"who": "erin@lab.example", "role": "member"}, follow=True
        )
        assert "could not be sent" in answer.content.decode()
        assert not Invitation.objects.usable().exists()

    def test_nobody_invites_as_owner_through_the_form(self, alices_browser: Client, graph_lab: Team) -> None:
        page = alices_browser.post(reverse("accounts:invite", args=["graph-lab"]), {"who": "erin@lab.example", "role": "owner"})
        assert 'id="id_role_error"' in page.content.decode()


class TestByLink:
    def test_the_secret_leaves_the_address_bar_and_is_no_referrer(self, graph_lab: Team, visitors_browser: Client) -> None:
        answer = visitors_browser.get(reverse("accounts:join", args=["some-secret"]))
        assert (answer["Location"], answer["Referrer-Policy"]) == (reverse("accounts:invitation"), "no-referrer")
        assert "no-store" in answer["Cache-Control"]

    def test_an_unknown_one_is_a_friendly_404(self, visitors_browser: Client) -> None:
        page = visitors_browser.get(reverse("accounts:join", args=["some-secret"]), follow=True)
        assert page.status_code == 404
        assert "does not work any more" in page.content.decode()


class TestByDomain:
    @pytest.fixture
    def lab(self, alice: User, graph_lab: Team) -> Team:
        return change_team(team=graph_lab, actor=alice, domains=["lab.example"])

    def test_a_verified_address_of_the_domain_opens(self, lab: Team, carol: User) -> None:
        assert list(free_to_join(carol)) == [lab]
        join_by_domain(team=lab, user=carol)
        assert Membership.objects.get(team=lab, user=carol).role == "member"

    @pytest.mark.parametrize("email", ["eve@sub.lab.example", "eve@evil-lab.example", "eve@lab.example.org"])
    def test_another_domain_does_not(self, email: str, lab: Team) -> None:
        eve = make_user("eve", email=email)
        with pytest.raises(PermissionDenied):
            join_by_domain(team=lab, user=eve)

    def test_an_address_that_is_not_proven_does_not(self, lab: Team, carol: User) -> None:
        EmailAddress.objects.filter(user=carol).update(verified=False)
        assert not free_to_join(carol).exists()

    def test_whoever_was_taken_out_does_not_walk_in_again(self, lab: Team, alice: User, carol: User) -> None:
        remove_member(membership=join_by_domain(team=lab, user=carol), actor=alice)
        assert not free_to_join(carol).exists()

    def test_proving_an_address_joins_by_itself(self, lab: Team) -> None:
        dora = Client()
        fields = {"email": "dora@lab.example", "handle": "dora", "password1": "a horse of another colour", "time_zone": "UTC"}
        dora.post(reverse("account_signup"), fields)
        code = next(line.strip() for line in mail.outbox[-1].body.splitlines() if 5 < len(line.strip()) < 12 and line.strip().isupper())
        dora.post(reverse("account_email_verification_sent"), {"code": code})
        assert Membership.objects.filter(team=lab, user__namespace__name="dora").exists()

    def test_nobody_opens_a_team_to_a_domain_of_others(self, graph_lab: Team, alices_browser: Client) -> None:
        wishes = {"slug": "graph-lab", "domains": "lab.example, university.example"}
        page = alices_browser.post(reverse("accounts:team_rules", args=["graph-lab"]), wishes).content.decode()
        assert "no confirmed address of university.example" in page
        graph_lab.refresh_from_db()
        assert graph_lab.domains == []


class TestByAsking:
    def test_those_who_run_the_team_are_told_and_the_answer_comes_back(self, alice: User, bob: User, carol: User, graph_lab: Team) -> None:
        change_team(team=graph_lab, actor=alice, takes_requests=True)
        asked = ask_to_join(team=graph_lab, user=carol, words="I work on graphs.")
        assert [notice.user for notice in Notice.objects.filter(event__kind="request.made")] == [alice]
        browser = Client()
        browser.force_login(alice)
        assert "I work on graphs." in browser.get(reverse("accounts:people", args=["graph-lab"])).content.decode()
        browser.post(reverse("accounts:answer_request", args=["graph-lab", asked.pk]), {"answer": "yes"})
        assert Membership.objects.filter(team=graph_lab, user=carol).exists()
        assert Notice.objects.filter(user=carol, event__kind="member.let_in").count() == 1


class TestThePicker:
    def found(self, browser: Client, wanted: str) -> str:
        return browser.get(reverse("accounts:find_people", args=["graph-lab"]), {"who": wanted}).content.decode()

    def test_people_are_found_by_handle_and_name_but_never_by_address(self, graph_lab: Team, alices_browser: Client) -> None:
        make_user("grace", full_name="Grace Example")
        assert "Grace Example" in self.found(alices_browser, "gra")
        assert "Grace Example" in self.found(alices_browser, "example")
        assert "grace" not in self.found(alices_browser, "grace@lab")
        assert "@" not in self.found(alices_browser, "gra")

    def test_one_letter_finds_nobody_and_members_are_left_out(self, graph_lab: Team, bob: User, alices_browser: Client) -> None:
        assert "option" not in self.found(alices_browser, "b")
        assert "option" not in self.found(alices_browser, "bob")
