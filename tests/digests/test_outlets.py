"""A team's outlets: who sets them up and sees them, that their addresses stay secret, and that a mailing list is asked first."""

import re
from email import policy

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from standardwebhooks import Webhook

from accounts.models import Event, Notice, Scope, Team, User
from digests import actions
from digests.actions.personal_data import DigestsPart
from digests.mails import mail_of
from digests.models import Delivery, Suppression, TeamDigest, TeamOutlet
from digests.signing import outlet_confirm_token, outlet_stop_token
from papers.actions.lists import add_paper, create_list
from tests.api import Program
from tests.digests.makers import make_outlet, make_post, make_team_digest
from tests.digests.receiver import Receiver
from tests.digests.test_team_digests import compose_for, make_graph_paper

pytestmark = pytest.mark.django_db
PAGE, ADD = "/digests/teams/graph-lab/", "/digests/teams/graph-lab/outlets"
SECRET_ADDRESS = "https://hooks.chat.example/services/T0/B0/verySecretPart9876"
State = Delivery.State


@pytest.fixture
def bobs_browser(bob: User) -> Client:
    client = Client()
    client.force_login(bob)
    return client


@pytest.fixture
def listed(graph_lab: Team, alice: User) -> TeamOutlet:
    """A mailing list that was asked and has not answered."""
    outlet, _secret = actions.add_outlet(team=graph_lab, actor=alice, kind="mailing_list", label="Readers", address="readers@lists.example")
    return outlet


def save_a_paper(team: Team) -> None:
    add_paper(reading_list=create_list(owner=team.namespace, title="Shelf"), paper=make_graph_paper("Graphs"), user=team.members.all()[0])


def do(browser: Client, outlet: TeamOutlet, deed: str) -> str:
    return browser.post(f"{ADD}/{outlet.pk}", {"do": deed}, follow=True).content.decode()


# --- Setting up -------------------------------------------------------------------------------


def test_a_chat_is_added_and_the_next_digest_goes_there_too(graph_lab: Team, alice: User, alices_browser: Client) -> None:
    page = alices_browser.post(ADD, {"kind": "slack", "label": "#papers", "address": SECRET_ADDRESS}, follow=True).content.decode()
    assert "Send a test to see that it arrives." in page
    assert "#papers" in page
    save_a_paper(graph_lab)
    digest = compose_for(graph_lab)
    to_people, [to_chat] = Delivery.objects.filter(outlet=None), Delivery.objects.filter(outlet__isnull=False)
    assert (to_people.count(), to_chat.team_digest, to_chat.is_posted, to_chat.kind) == (2, digest, True, "outlet")


def test_one_bad_outlet_keeps_back_nobody_elses_digest(graph_lab: Team) -> None:
    sound, long = make_outlet(graph_lab), make_outlet(graph_lab, address=f"https://{'a.' * 400}example/x")
    TeamOutlet.objects.filter(pk=make_outlet(graph_lab).pk).update(sealed_address="sealed with another key")
    save_a_paper(graph_lab)
    assert compose_for(graph_lab).state == "ready"
    assert Delivery.objects.filter(outlet=None).count() == 2
    assert set(Delivery.objects.filter(outlet__isnull=False).values_list("outlet", flat=True)) == {sound.pk, long.pk}


def test_an_outlet_that_cannot_be_read_any_more_is_shown_as_such(graph_lab: Team, alices_browser: Client) -> None:
    TeamOutlet.objects.filter(pk=make_outlet(graph_lab).pk).update(sealed_address="sealed with another key")
    assert "cannot be read any more" in alices_browser.get("/digests/teams/graph-lab/").content.decode()


def test_only_open_outlets_get_a_digest(graph_lab: Team, listed: TeamOutlet) -> None:
    make_outlet(graph_lab, is_active=False)
    save_a_paper(graph_lab)
    compose_for(graph_lab)
    assert not Delivery.objects.filter(outlet__isnull=False).exists()


def test_the_address_of_a_webhook_is_on_no_page_and_in_no_log(
    graph_lab: Team, alice: User, alices_browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    actions.add_outlet(team=graph_lab, actor=alice, kind="slack", label="#papers", address=SECRET_ADDRESS)
    program = Program(alice, [Scope.TEAMS_READ])
    shown = alices_browser.get(PAGE).content.decode() + str(program.get("/teams/graph-lab/outlets/")) + caplog.text
    shown += "".join(str(event.facts) for event in Event.objects.all()) + str(TeamOutlet.objects.values().get())
    assert "hooks.chat.example/…9876" in shown
    assert "verySecretPart" not in shown


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("mailing_list", "nobody"),
        ("slack", "hooks.slack.com/services/x"),
        ("slack", "http://hooks.slack.com/services/x"),
        ("slack", "ftp://hooks.slack.com/x"),
        ("slack", "https://"),
        ("slack", "https://user:password@hooks.slack.com/x"),
        ("webhook", "https://localhost/x"),
        ("webhook", "https://127.0.0.1/x"),
        ("webhook", "https://[::1]/x"),
        ("webhook", "https://[64:ff9b::7f00:1]/x"),
        ("webhook", "https://169.254.169.254/latest/meta-data"),
        ("webhook", "https://[::1/x"),
        ("webhook", "javascript:alert(1)"),
        ("webhook", f"https://{'a.' * 130}example/x"),
    ],
)
@pytest.mark.usefixtures("graph_lab")
def test_an_address_that_cannot_be_used_is_refused_with_what_to_do(kind: str, address: str, alices_browser: Client) -> None:
    page = alices_browser.post(ADD, {"kind": kind, "label": "x", "address": address})
    assert page.status_code == 200
    assert "field__errors" in page.content.decode()
    assert not TeamOutlet.objects.exists()


def test_a_team_cannot_have_outlets_without_end(
    graph_lab: Team, alice: User, alices_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digests.actions import outlets

    monkeypatch.setattr(outlets, "MOST_OUTLETS", 1)
    make_outlet(graph_lab)
    page = alices_browser.post(ADD, {"kind": "slack", "label": "x", "address": SECRET_ADDRESS}).content.decode()
    assert "Remove one first." in page


def test_the_log_tells_who_added_and_removed_it(graph_lab: Team, alice: User, alices_browser: Client) -> None:
    outlet, _secret = actions.add_outlet(team=graph_lab, actor=alice, kind="slack", label="#papers", address=SECRET_ADDRESS)
    do(alices_browser, outlet, "remove")
    sentences = [event.sentence for event in Event.objects.of_team(graph_lab).audited()[:2]]
    assert sentences == [
        "alice ended sending the digest of Graph Lab to “#papers” (Slack)",
        "alice has the digest of Graph Lab sent to “#papers”, too (Slack)",
    ]


def test_members_neither_see_nor_change_outlets(graph_lab: Team, bob: User, bobs_browser: Client) -> None:
    outlet = make_outlet(graph_lab)
    assert "Also sent to" not in bobs_browser.get(PAGE).content.decode()
    assert bobs_browser.get(ADD).status_code == 403
    assert bobs_browser.post(f"{ADD}/{outlet.pk}", {"do": "remove"}).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.remove_outlet(outlet=outlet, actor=bob)


# --- Webhooks and their secret ---------------------------------------------------------------------


def test_the_secret_of_a_webhook_is_shown_once_and_signs(graph_lab: Team, alices_browser: Client, receiver: Receiver) -> None:
    page = alices_browser.post(ADD, {"kind": "webhook", "label": "Robot", "address": receiver.url})
    assert "no-store" in page["Cache-Control"]
    [secret] = re.findall(r"whsec_[\w+/=]+", page.content.decode())
    outlet = TeamOutlet.objects.get()
    assert "took the test" in do(alices_browser, outlet, "test")
    headers, body = receiver.posts[0]
    assert Webhook(secret).verify(body, headers)["type"] == "team_digest.test"
    assert "whsec_" not in alices_browser.get(PAGE).content.decode()
    rotated = do(alices_browser, outlet, "rotate")
    assert "whsec_" in rotated
    assert secret not in rotated


def test_a_test_that_is_not_taken_says_why(graph_lab: Team, alices_browser: Client, receiver: Receiver) -> None:
    outlet = make_outlet(graph_lab, kind="discord", address=receiver.url)
    receiver.answers.append((403, {}))
    assert "did not take the test: it answered 403 Forbidden." in do(alices_browser, outlet, "test")


def test_tests_are_limited(graph_lab: Team, alices_browser: Client, receiver: Receiver) -> None:
    outlet = make_outlet(graph_lab, kind="discord", address=receiver.url)
    pages = [do(alices_browser, outlet, "test") for _ in range(11)]
    assert ("took the test" in pages[9], "Try again in an hour." in pages[10], len(receiver.posts)) == (True, True, 10)


def test_switched_off_nothing_more_goes_out_until_it_is_on_again(graph_lab: Team, alices_browser: Client, receiver: Receiver) -> None:
    outlet = make_outlet(graph_lab, address=receiver.url)
    post = make_post(outlet, make_team_digest(graph_lab))
    assert "Switched off: switched off by hand." in do(alices_browser, outlet, "off")
    post.refresh_from_db()
    assert (post.state, post.reason) == (State.SKIPPED, "switched off by hand")
    do(alices_browser, outlet, "on")
    assert TeamOutlet.objects.open().get().why_off == ""


# --- Mailing lists --------------------------------------------------------------------------------------


def test_a_mailing_list_is_asked_and_a_look_at_the_link_confirms_nothing(
    graph_lab: Team, alices_browser: Client, visitors_browser: Client
) -> None:
    alices_browser.post(ADD, {"kind": "mailing_list", "label": "Readers", "address": "readers@lists.example"})
    [question] = mail.outbox
    assert question.to == ["readers@lists.example"]
    assert "alice would like the digests of the team Graph Lab" in question.body
    [link] = re.findall(r"http\S+/outlets/confirm/\S+", question.body)
    path = link.removeprefix("http://127.0.0.1:8000")
    path = path[path.index("/digests") :]
    assert visitors_browser.get(path).status_code == 200
    assert not TeamOutlet.objects.open().exists()
    assert "come from now on" in visitors_browser.post(path).content.decode()
    assert TeamOutlet.objects.open().exists()


def test_a_list_gets_the_digest_as_a_mail_with_its_own_way_out(graph_lab: Team, listed: TeamOutlet, visitors_browser: Client) -> None:
    actions.confirm_outlet(token=outlet_confirm_token(listed.pk))
    save_a_paper(graph_lab)
    compose_for(graph_lab)
    delivery = Delivery.objects.get(outlet=listed)
    message = mail_of(delivery)
    assert (message["To"], delivery.is_posted) == ("readers@lists.example", False)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = message["List-Unsubscribe"].strip("<>")
    path = path[path.index("/digests") :]
    assert "Graphs" in message.as_bytes(policy=policy.SMTP).decode()
    assert "What you want of it" not in str(message.get_body(("plain",)))
    visitors_browser.get(path)
    assert TeamOutlet.objects.open().exists()
    assert visitors_browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    delivery.refresh_from_db()
    assert (TeamOutlet.objects.open().exists(), delivery.state) == (False, State.SKIPPED)


def test_a_list_that_said_stop_is_switched_on_by_itself_alone(listed: TeamOutlet, alice: User, alices_browser: Client) -> None:
    actions.confirm_outlet(token=outlet_confirm_token(listed.pk))
    actions.stop_outlet(token=outlet_stop_token(listed.pk))
    assert Notice.objects.get(user=alice).event.kind == "outlet.off"
    actions.confirm_outlet(token=outlet_confirm_token(listed.pk))
    assert not TeamOutlet.objects.open().exists(), "an old link alone brings nothing back"
    actions.stop_outlet(token=outlet_stop_token(listed.pk))
    do(alices_browser, listed, "on")
    assert not TeamOutlet.objects.open().exists(), "nor does who manages the team"
    page = alices_browser.get("/digests/teams/graph-lab/").content.decode()
    assert "Somebody who reads the list stopped the mails" in page
    assert "Switch on" not in page
    do(alices_browser, listed, "ask")
    assert mail.outbox == []
    actions.confirm_outlet(token=outlet_confirm_token(listed.pk))
    do(alices_browser, listed, "on")
    assert TeamOutlet.objects.open().exists()


def test_strangers_cannot_be_pestered_with_questions(listed: TeamOutlet, graph_lab: Team, alice: User, alices_browser: Client) -> None:
    pages = [do(alices_browser, listed, "ask") for _ in range(4)]
    assert (len(mail.outbox), "Try again tomorrow." in pages[3]) == (3, True)


def test_a_suppressed_address_is_not_even_asked(graph_lab: Team, alices_browser: Client) -> None:
    Suppression.objects.create(address="Readers@lists.example", reason="it bounced")
    page = alices_browser.post(ADD, {"kind": "mailing_list", "label": "Readers", "address": "readers@lists.example"}).content.decode()
    assert "takes no mail from here" in page
    assert mail.outbox == []


def test_an_address_that_was_suppressed_meanwhile_is_not_asked_again(listed: TeamOutlet, alices_browser: Client) -> None:
    Suppression.objects.create(address="Readers@lists.example", reason="it complained")
    assert "takes no mail from here" in do(alices_browser, listed, "ask")
    assert mail.outbox == []


def test_a_list_that_wants_no_question_is_asked_by_nobody(listed: TeamOutlet, alices_browser: Client, visitors_browser: Client) -> None:
    do(alices_browser, listed, "ask")
    [stop] = re.findall(r"/digests/outlets/stop/\S+", str(mail.outbox[0].body))
    visitors_browser.post(stop)
    for deed in ("on", "ask", "remove", "ask"):
        do(alices_browser, listed, deed)
    alices_browser.post(ADD, {"kind": "mailing_list", "label": "Again", "address": "READERS@lists.example"})
    assert (len(mail.outbox), TeamOutlet.objects.count(), TeamOutlet.objects.open().exists()) == (1, 1, False)


@pytest.mark.parametrize("page", ["confirm", "stop"])
def test_the_link_of_one_page_opens_no_other(page: str, listed: TeamOutlet, visitors_browser: Client) -> None:
    foreign = (outlet_stop_token if page == "confirm" else outlet_confirm_token)(listed.pk)
    assert visitors_browser.post(f"/digests/outlets/{page}/{foreign}/").status_code == 404


# --- Over REST, and what a person takes along -------------------------------------------------------------


def test_programs_of_managers_do_all_of_it(graph_lab: Team, alice: User, receiver: Receiver) -> None:
    program = Program(alice, [Scope.TEAMS_READ, Scope.TEAMS_WRITE])
    made = program.ask("post", "/teams/graph-lab/outlets/", {"kind": "webhook", "label": "Robot", "address": receiver.url}).json()
    assert made["secret"].startswith("whsec_")
    assert "address" not in made
    path = f"/teams/graph-lab/outlets/{made['id']}/"
    assert program.ask("post", f"{path}test/").json() == {"was_accepted": True, "reason": ""}
    assert program.ask("post", f"{path}secret/").json()["secret"] != made["secret"]
    assert program.ask("patch", path, {"is_active": False}).json()["why_off"] == "switched off by hand"
    make_post(TeamOutlet.objects.get(), make_team_digest(graph_lab), state="failed", reason="it answered 403 Forbidden")
    [shown] = program.get("/teams/graph-lab/outlets/")
    assert (shown["latest"]["state"], shown["latest"]["reason"]) == ("failed", "it answered 403 Forbidden")
    assert "secret" not in shown
    assert program.get(path) == shown
    refused = program.ask("post", "/teams/graph-lab/outlets/", {"kind": "webhook", "label": "x", "address": "nonsense"})
    assert (refused.status_code, "https://" in refused.json()["detail"]) == (409, True)
    assert program.ask("delete", path).status_code == 204


def test_an_outlet_stays_when_whoever_made_it_leaves_and_is_in_their_data(graph_lab: Team, alice: User) -> None:
    make_outlet(graph_lab, created_by=alice)
    [file] = [file for file in DigestsPart().export(alice) if file.name == "digests/outlets.json"]
    assert "Our webhook" in "".join(file.pieces)
    assert "sealed" not in "".join(file.pieces)


def test_outlets_go_with_the_team(graph_lab: Team, alice: User) -> None:
    from accounts.actions.teams import delete_team

    make_post(make_outlet(graph_lab), make_team_digest(graph_lab))
    delete_team(team=graph_lab, actor=alice)
    assert not any(model.objects.exists() for model in (TeamOutlet, TeamDigest, Delivery))
