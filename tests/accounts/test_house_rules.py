"""Who may sign up, and whether visitors may read."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.actions.invitations import make_link
from accounts.models import Admission, HouseRules, Team, User
from papers.actions.lists import create_list
from papers.models import Visibility
from tests.api import Program
from tests.factories import make_paper
from tests.test_permissions import (
    ROWS,
    World,
    world,  # noqa: F401  # a fixture
)

pytestmark = pytest.mark.django_db
SIGNED_UP, SHOWN, CLOSED = "signed up", "shown again", "closed"


def sign_up(address: str, secret: str = "") -> str:
    browser = Client()
    if secret:
        browser.get(reverse("accounts:join", args=[secret]))
    fields = {"email": address, "handle": "dora", "password1": "a horse of another colour", "time_zone": "UTC"}
    answer = browser.post(reverse("account_signup"), fields)
    if answer.status_code == 302:
        return SIGNED_UP
    return CLOSED if "by invitation" in answer.content.decode() else SHOWN


@pytest.mark.parametrize(
    ("admission", "address", "invited", "outcome"),
    [
        (Admission.OPEN, "dora@anywhere.example", False, SIGNED_UP),
        (Admission.DOMAINS, "dora@lab.example", False, SIGNED_UP),
        (Admission.DOMAINS, "DORA@LAB.EXAMPLE", False, SIGNED_UP),
        (Admission.DOMAINS, "dora@anywhere.example", False, SHOWN),
        (Admission.DOMAINS, "dora@sub.lab.example", False, SHOWN),
        (Admission.DOMAINS, "dora@evil-lab.example", False, SHOWN),
        (Admission.DOMAINS, "dora@anywhere.example", True, SIGNED_UP),
        (Admission.INVITED, "dora@lab.example", False, CLOSED),
        (Admission.INVITED, "dora@lab.example", True, SIGNED_UP),
    ],
)
def test_who_may_sign_up(admission: str, address: str, invited: bool, outcome: str, alice: User, graph_lab: Team) -> None:
    HouseRules.objects.create(pk=1, admission=admission, domains=["lab.example"])
    secret = make_link(team=graph_lab, actor=alice)[1] if invited else ""
    assert sign_up(address, secret) == outcome
    assert len(mail.outbox) == (outcome == SIGNED_UP)


def test_a_used_up_invitation_opens_nothing(alice: User, bob: User, graph_lab: Team) -> None:
    HouseRules.objects.create(pk=1, admission=Admission.INVITED)
    assert sign_up("dora@lab.example", "no-such-secret") == CLOSED


def test_the_answer_about_a_domain_does_not_tell_who_has_an_account(alice: User) -> None:
    HouseRules.objects.create(pk=1, admission=Admission.DOMAINS, domains=["elsewhere.example"])
    assert sign_up(alice.email) == sign_up("nobody@lab.example") == SHOWN


class TestClosedToVisitors:
    @pytest.fixture(autouse=True)
    def closed(self, db: None) -> None:
        HouseRules.objects.create(pk=1, public_reading=False)

    def test_pages_ask_to_log_in_and_come_back(self, visitors_browser: Client) -> None:
        paper = make_paper()
        assert visitors_browser.get(paper.get_absolute_url())["Location"] == f"/accounts/login/?next={paper.get_absolute_url()}"

    def test_programs_are_told_401_and_keys_go_on(self, alice: User) -> None:
        make_paper()
        assert Program().ask("get", "/papers/").status_code == 401
        assert Program(alice).ask("get", "/papers/").status_code == 200

    def test_public_lists_are_for_people_with_an_account(self, alice: User, visitors_browser: Client, alices_browser: Client) -> None:
        shelf = create_list(owner=alice.namespace, title="Shelf", visibility=Visibility.PUBLIC)
        assert visitors_browser.get(shelf.get_absolute_url()).status_code == 302
        assert alices_browser.get(shelf.get_absolute_url()).status_code == 200

    @pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password", "healthz", "papers:robots"])
    def test_what_one_needs_to_get_in_stays_open(self, name: str, visitors_browser: Client) -> None:
        assert visitors_browser.get(reverse(name)).status_code == 200

    def test_robots_are_sent_away(self, visitors_browser: Client) -> None:
        assert b"Disallow: /\n" in visitors_browser.get("/robots.txt").content


OPEN = {
    *(
        "healthz",
        "metrics",
        "papers:robots",
        "papers:security",
        "papers:manifest",
        "accounts:join",
        "accounts:invitation",
    ),  # the token of metrics is the permission
    *("digests:unsubscribe", "digests:preferences", "digests:stop_notices", "digests:team_stop"),  # mails lead there
    *("digests:answers", "digests:answer"),
    *("digests:visitor_preferences", "digests:visitor_stop", "digests:visitor_forget"),
    *("digests:outlet_confirm", "digests:outlet_stop"),
    *("accounts:oauth_device", "accounts:oauth_token"),  # how programs get to show who they are
    *("api:schema", "api_docs", "openapi_json", "openapi_text", "hub:agent_harnesses"),
    # a secret link is made for those who have no account
    *("papers:shared", "papers:shared_file", "papers:shared_feed", "papers:secret_feed", "digests:secret_feed"),
}


@pytest.mark.parametrize("row", [row for row in ROWS if row.route not in OPEN], ids=str)
def test_no_address_answers_a_visitor_when_the_doors_are_closed(row: object, world: World) -> None:  # noqa: F811
    HouseRules.objects.create(pk=1, public_reading=False)
    assert world.status(row, "visitor") in {302, 401, 405}
