"""Leaving: what stops at once, how it is undone, and what becomes of every row that names the person who left."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.deleting import GRACE, TeamsNeedAnOwner, ask_for_deletion, erase_due_people, keep_account, teams_that_go
from accounts.actions.devices import allow_request, ask_for_token
from accounts.actions.exporting import ask_for_export, export_path, make_exports
from accounts.actions.invitations import invite_person, make_link
from accounts.actions.joining import ask_to_join, decline_request
from accounts.actions.memberships import add_member
from accounts.actions.teams import change_team, create_team
from accounts.actions.tokens import find_token, make_token
from accounts.models import Event, Membership, Namespace, Notice, NoticeSetting, Role, Scope, Session, Team, User
from digests import actions as digest_actions
from digests.models import CategoryQuota, Delivery, Digest, DigestFeedAddress, Suppression
from papers.actions.assigning import assign_paper
from papers.actions.claiming import claim_author, settle_claim
from papers.actions.commenting import write_comment
from papers.actions.feed_addresses import make_feed_address
from papers.actions.following import follow
from papers.actions.importing import start_import
from papers.actions.list_links import make_link as make_list_link
from papers.actions.lists import add_paper, create_list, remove_paper
from papers.actions.moderating import dismiss_reports, report_comment
from papers.actions.notes import write_note
from papers.actions.reading import set_state
from papers.actions.sharing import share_list
from papers.actions.submitting import submit_paper
from papers.actions.suggesting import decline_suggestion, suggest_paper
from papers.actions.voting import cast_vote, withdraw_vote
from papers.models import Interest, ListItem, PaperStats, ReadingList, Visibility, Vote, WaitingItem, ZoteroLink
from papers.ranking import hot
from tests.api import Program
from tests.digests.makers import make_digest, make_due, make_mail, make_outlet, make_team_digest, make_told, make_webhook
from tests.factories import PASSWORD, make_paper, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db
PAGE, DELETION = "/settings/data/", "/settings/deletion/"

# Every column that names a person -> what becomes of its rows. A new one without a line here fails the build.
FATES = {
    "account.EmailAddress.user": "goes",
    "accounts.ApiToken.user": "goes",
    "accounts.DataExport.user": "goes",
    "accounts.DeviceRequest.user": "goes",
    "accounts.Event.actor": "stays without the name",
    "accounts.Event.person": "stays without the name",
    "accounts.Invitation.invitee": "goes",
    "accounts.Invitation.made_by": "goes",
    "accounts.JoinRequest.decided_by": "stays without the name",
    "accounts.JoinRequest.user": "goes",
    "accounts.Membership.user": "goes",
    "accounts.Namespace.user": "goes",
    "accounts.Notice.user": "goes",
    "accounts.NoticeSetting.user": "goes",
    "accounts.Session.user": "goes",
    "accounts.User_groups.user": "goes",
    "accounts.User_user_permissions.user": "goes",
    "admin.LogEntry.user": "goes",
    "digests.CategoryQuota.user": "goes",
    "digests.Delivery.reader": "goes",
    "digests.DigestFeedAddress.user": "goes",
    "digests.DigestPaper.user": "goes",
    "digests.LeftOut.user": "goes",
    "digests.Subscription.user": "goes",
    "digests.Taste.user": "goes",
    "digests.TeamDigestWish.user": "goes",
    "digests.TeamOutlet.created_by": "stays without the name",
    "digests.Webhook.created_by": "stays without the name",
    "digests.Webhook.user": "goes",
    "mfa.Authenticator.user": "goes",
    "papers.Assignment.made_by": "stays without the name",
    "papers.Assignment.user": "goes",
    "papers.AuthorClaim.settled_by": "stays without the name",
    "papers.AuthorClaim.user": "goes",
    "papers.Comment.author": "stays without the name",
    "papers.CommentReport.reporter": "stays without the name",
    "papers.CommentReport.settled_by": "stays without the name",
    "papers.FeedAddress.user": "goes",
    "papers.Follow.user": "goes",
    "papers.Interest.user": "goes",
    "papers.ListItem.added_by": "stays without the name",
    "papers.ListItem.note_by": "stays without the name",
    "papers.ListItem.removed_by": "stays without the name",
    "papers.ListLink.made_by": "goes",
    "papers.ListShare.made_by": "stays without the name",
    "papers.Mention.user": "goes",
    "papers.PaperImport.user": "goes",
    "papers.ReadingList.made_by": "stays without the name",
    "papers.ReadingState.user": "goes",
    "papers.Submission.user": "goes",
    "papers.Suggestion.decided_by": "stays without the name",
    "papers.Suggestion.suggested_by": "goes",
    "papers.Vote.user": "goes",
    "papers.WaitingItem.added_by": "goes",
    "papers.Watch.user": "goes",
    "papers.ZoteroLink.made_by": "goes",
    "socialaccount.SocialAccount.user": "goes",
}


def references() -> set[str]:
    """Every foreign key to a person, those without a name for the way back included."""
    found = [field for field in User._meta.get_fields(include_hidden=True) if field.auto_created and not field.concrete]
    return {f"{each.related_model._meta.label}.{each.field.name}" for each in found if not each.many_to_many}


def make_due_now(user: User) -> None:
    ask_for_deletion(user=user)
    User.objects.filter(pk=user.pk).update(deletion_due_at=timezone.now() - timedelta(minutes=1))


@pytest.fixture
def logged_in(alices_browser: Client) -> Client:
    alices_browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return alices_browser


# --- Asking ---------------------------------------------------------------------------------


def test_asking_needs_the_password_and_the_handle(alices_browser: Client, alice: User) -> None:
    address = reverse("accounts:delete_account")
    asked = alices_browser.post(address, {"handle": "alice"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    alices_browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    refused = alices_browser.post(address, {"handle": "alicia"})
    assert "This is not your handle." in refused.content.decode()
    assert User.objects.get(pk=alice.pk).deletion_due_at is None
    assert alices_browser.post(address, {"handle": "alice"})["Location"] == reverse("account_login")
    assert User.objects.get(pk=alice.pk).deletion_due_at > timezone.now() + GRACE - timedelta(minutes=1)


def test_a_wish_that_waited_for_the_password_goes_on_after_it(alices_browser: Client, alice: User) -> None:
    address = reverse("accounts:delete_account")
    asked = alices_browser.post(address, {"handle": "alice"})
    done = alices_browser.post(asked["Location"], {"password": PASSWORD, "next": address})
    assert done["Location"] == reverse("account_login")
    assert User.objects.get(pk=alice.pk).deletion_due_at
    assert not Session.objects.filter(user=alice).exists()
    assert alices_browser.get(PAGE)["Location"].startswith("/accounts/login/")


def test_everything_that_runs_in_the_name_stops_at_once(logged_in: Client, alice: User, graph_lab: Team, bob: User) -> None:
    add_member(team=graph_lab, user=bob, role=Role.OWNER)
    other = Client()
    other.force_login(alice)
    _token, secret = make_token(user=alice, name="laptop", scopes=[Scope.PAPERS_READ])
    waiting, sent = make_mail(user=alice), make_mail(digest=make_digest(alice, period_key="2026-W40"), user=alice, state="sent")
    subscription = make_due(alice)
    logged_in.post(reverse("accounts:delete_account"), {"handle": "alice"})
    for browser in (logged_in, other):
        assert browser.get("/settings/")["Location"].startswith("/accounts/login/")
    assert find_token(secret=secret) is None
    for delivery, state in ((waiting, "skipped"), (sent, "sent")):
        delivery.refresh_from_db()
        assert delivery.state == state
    waiting.refresh_from_db()
    assert "deleted" in waiting.reason
    assert digest_actions.plan_digests() == 0
    assert digest_actions.plan_now() == 0
    assert subscription.digests.count() == 2


def test_no_mail_goes_out_that_was_queued_after_all(alice: User) -> None:
    ask_for_deletion(user=alice)
    late = make_mail(user=alice)
    assert digest_actions.deliver_mail() == 0
    late.refresh_from_db()
    assert late.state == Delivery.State.SKIPPED


def test_nobody_is_enrolled_on_the_way_out(alice: User) -> None:
    ask_for_deletion(user=alice)
    assert digest_actions.enrol_new_readers() == 0


@pytest.mark.django_db(transaction=True)
def test_a_mail_says_when_and_how_to_undo_it() -> None:
    alice = make_user("alice")
    mail.outbox.clear()
    due = ask_for_deletion(user=alice)
    [letter] = mail.outbox
    assert letter.to == [alice.email]
    assert f"{due.day} {due:%B %Y}" in letter.body
    assert DELETION in letter.body


def test_asking_twice_keeps_the_first_day(alice: User) -> None:
    first = ask_for_deletion(user=alice)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert ask_for_deletion(user=User.objects.get(pk=alice.pk)) == first


def test_the_only_owner_of_a_team_hands_it_over_first(logged_in: Client, alice: User, graph_lab: Team) -> None:
    page = logged_in.get(PAGE).content.decode()
    assert reverse("accounts:team_settings", args=["graph-lab"]) in page
    assert 'name="handle"' not in page
    logged_in.post(reverse("accounts:delete_account"), {"handle": "alice"})
    assert User.objects.get(pk=alice.pk).deletion_due_at is None
    with pytest.raises(TeamsNeedAnOwner, match="Graph Lab"):
        ask_for_deletion(user=alice)


def test_an_owner_who_is_leaving_too_does_not_count(alice: User, bob: User, graph_lab: Team) -> None:
    add_member(team=graph_lab, user=bob, role=Role.OWNER)
    ask_for_deletion(user=bob)
    with pytest.raises(TeamsNeedAnOwner):
        ask_for_deletion(user=alice)


def test_a_team_of_nobody_else_is_named_on_the_page(alices_browser: Client, alice: User) -> None:
    create_team(owner=alice, slug="solo", title="Solo Team")
    assert [team.title for team in teams_that_go(alice)] == ["Solo Team"]
    assert "Solo Team" in alices_browser.get(PAGE).content.decode()


# --- Grace ----------------------------------------------------------------------------------


def test_logging_in_leads_to_one_page_and_back(alice: User) -> None:
    ask_for_deletion(user=alice)
    browser = Client()
    browser.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    for address in ("/", "/settings/", PAGE, "/lists/", "/no-such-page", "/accounts/email/", "/admin/"):
        assert browser.get(address)["Location"] == DELETION, address
    assert browser.get("/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == DELETION
    for method in ("get", "post"):
        assert getattr(browser, method)("/api/v1/me/").status_code == 403
    assert "Keep my account" in browser.get(DELETION).content.decode()
    assert browser.post(reverse("accounts:keep_account"))["Location"] == PAGE
    assert browser.get("/settings/").status_code == 200
    assert User.objects.get(pk=alice.pk).deletion_due_at is None


def test_logging_out_is_the_other_way(alice: User) -> None:
    ask_for_deletion(user=alice)
    browser = Client()
    browser.force_login(alice)
    assert browser.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in browser.session
    assert User.objects.get(pk=alice.pk).deletion_due_at


def test_a_token_made_at_the_last_moment_opens_nothing(alice: User) -> None:
    ask_for_deletion(user=alice)
    assert Program(alice).ask("get", "/me/").status_code == 401


def test_nobody_else_sees_the_lists_meanwhile(alice: User, bob: User, graph_lab: Team) -> None:
    add_member(team=graph_lab, user=bob, role=Role.OWNER)
    own = create_list(owner=alice.namespace, title="Own", visibility=Visibility.PUBLIC)
    teams = create_list(owner=graph_lab.namespace, title="Team", visibility=Visibility.PUBLIC)
    browser, visitor = Client(), Client()
    browser.force_login(bob)
    ask_for_deletion(user=alice)
    for client in (browser, visitor):
        assert client.get(own.get_absolute_url()).status_code == 404
        assert client.get(teams.get_absolute_url()).status_code == 200
        assert client.get("/people/alice/").status_code == 404
    keep_account(user=alice)
    assert visitor.get(own.get_absolute_url()).status_code == 200


def test_an_account_that_is_kept_gets_its_digest_again(alice: User) -> None:
    make_due(alice)
    ask_for_deletion(user=alice)
    keep_account(user=alice)
    assert digest_actions.plan_digests() == 1


def test_nobody_is_erased_before_the_day(alice: User) -> None:
    ask_for_deletion(user=alice)
    assert erase_due_people() == 0
    with time_machine.travel(timezone.now() + GRACE - timedelta(hours=1)):
        assert erase_due_people() == 0
    assert User.objects.filter(pk=alice.pk).exists()


def test_the_admin_site_shows_the_day(admin: User, alice: User) -> None:
    ask_for_deletion(user=alice)
    browser = Client()
    browser.force_login(admin)
    page = browser.get(reverse("admin:accounts_user_change", args=[alice.pk])).content.decode()
    assert "Will be deleted at" in page


# --- The end --------------------------------------------------------------------------------


def test_every_reference_to_a_person_has_a_fate() -> None:
    assert references() == set(FATES)


@pytest.fixture
def full_life(alice: User, bob: User, carol: User, graph_lab: Team) -> Team:
    """Alice has left a row in every table that can name her."""
    SocialAccount.objects.create(user=alice, provider="institute", uid="alice-1")
    add_member(team=graph_lab, user=bob, role=Role.OWNER)
    change_team(team=graph_lab, actor=bob, takes_requests=True)
    decline_request(request=ask_to_join(team=graph_lab, user=carol), actor=alice)
    invite_person(team=graph_lab, actor=alice, person=carol)
    make_link(team=graph_lab, actor=alice)
    other = create_team(owner=carol, slug="other-lab", title="Other Lab")
    change_team(team=other, actor=carol, takes_requests=True)
    ask_to_join(team=other, user=alice)
    second = create_team(owner=carol, slug="third-lab", title="Third Lab")
    invite_person(team=second, actor=carol, person=alice)
    NoticeSetting.objects.create(user=alice, topic="teams", way="off")
    paper = make_paper()
    shelf = create_list(owner=alice.namespace, title="Shelf", visibility=Visibility.PUBLIC)
    add_paper(reading_list=shelf, paper=paper, user=alice)
    team_list = create_list(owner=graph_lab.namespace, title="Team")
    ReadingList.objects.filter(pk=team_list.pk).update(made_by=alice)
    taken_out = make_paper()
    add_paper(reading_list=team_list, paper=taken_out, user=bob)
    remove_paper(reading_list=team_list, paper=taken_out, user=alice)
    share_list(reading_list=team_list, to=carol.namespace, may="read", user=alice)
    add_paper(reading_list=team_list, paper=paper, user=alice, note="worth it")
    listed = team_list.items.select_related("reading_list").get(paper=paper)
    write_note(item=listed, note="worth it twice", user=alice, version=listed.note_version)
    for person in (alice, bob):
        assign_paper(item=listed, to=person, user=alice)
        suggested, _new = suggest_paper(reading_list=team_list, paper=make_paper(), user=person)
    decline_suggestion(suggestion=suggested, user=alice)
    cast_vote(user=alice, paper=paper)
    cast_vote(user=bob, paper=paper)
    set_state(user=alice, paper=paper, state="read")
    make_list_link(reading_list=shelf, user=alice, label="Overleaf")
    ZoteroLink.objects.create(reading_list=team_list, made_by=alice, library="groups/1")
    WaitingItem.objects.create(reading_list=team_list, identifier="10.1000/waits", added_by=alice)
    theirs = write_comment(author=bob, paper=paper, text="Ask @alice")
    write_comment(author=alice, paper=paper, text="Ask me", parent=theirs)
    report_comment(reporter=alice, comment=theirs, reason="other")
    report_comment(reporter=carol, comment=theirs, reason="other")
    dismiss_reports(comment=theirs, by=alice)
    Interest.objects.create(user=alice, kind="keyword", value="graphs")
    follow(user=alice, target=bob.namespace)
    follow(user=bob, target=alice.namespace)
    make_feed_address(user=alice)
    make_feed_address(user=alice, of=DigestFeedAddress)
    submit_paper(user=alice, text="10.1000/182")
    claim_author(user=alice, author=paper.authors.first())
    settle_claim(claim=claim_author(user=bob, author=paper.authors.last()), by=alice, is_true=True)
    start_import(user=alice, name="library.bib", pieces=[b"1706.03762"])
    make_mail(user=alice)
    make_mail(user=alice, digest=None, team_digest=make_team_digest(graph_lab), reader=alice)
    make_outlet(graph_lab, created_by=alice)
    make_told(make_webhook(alice))
    make_webhook(graph_lab, created_by=alice)
    digest_actions.leave_out(user=alice, papers=[paper.pk])
    digest_actions.pause_taste(user=alice)
    CategoryQuota.objects.create(user=alice, category="cs.LG", at_least=1)
    digest_actions.change_wish(team=graph_lab, user=alice, without_own=True)
    make_token(user=alice, name="laptop", scopes=[])
    make_token(user=alice, team=graph_lab, name="robot", scopes=[])
    asked, _device_code, _user_code = ask_for_token(client="notebook", scopes=[], address="192.0.2.1", program="")
    allow_request(request=asked, user=alice, scopes=["papers:read"])
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "x"})
    Suppression.objects.create(address=alice.email, reason="it bounced")
    ask_for_export(user=alice)
    make_exports()
    alice.groups.add(Group.objects.create(name="Curators"))
    alice.user_permissions.add(Permission.objects.first())
    content = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(user=alice, content_type=content, object_id="1", object_repr="x", action_flag=CHANGE)
    LogEntry.objects.create(user=bob, content_type=content, object_id=str(alice.pk), object_repr="Alice A.", action_flag=CHANGE)
    Client().force_login(alice)
    return graph_lab


def test_each_row_that_names_her_meets_its_fate(alice: User, full_life: Team) -> None:
    before = {}
    for name in FATES:
        label, _, field = name.rpartition(".")
        before[name] = list(apps.get_model(label)._base_manager.filter(**{field: alice}).values_list("pk", flat=True))
    assert [name for name, rows in before.items() if not rows] == []
    make_due_now(alice)
    assert erase_due_people() == 1
    mixed = {
        "accounts.Event.actor",
        "accounts.Event.person",
        "papers.Assignment.made_by",
        "papers.ListItem.added_by",
    }  # what concerns only her goes with her
    for name, rows in before.items():
        label, _, field = name.rpartition(".")
        left = apps.get_model(label)._base_manager.filter(pk__in=rows)
        if FATES[name] == "goes":
            assert not left.exists(), name
        else:
            assert left.exists(), name
            assert len(left) == len(rows) or name in mixed, name
            assert not left.filter(**{f"{field}__isnull": False}).exists(), name


def test_counters_and_scores_are_exact_afterwards(alice: User, full_life: Team) -> None:
    make_due_now(alice)
    erase_due_people()
    for stats in PaperStats.objects.select_related("paper"):
        assert stats.vote_count == stats.paper.votes.count()
        assert stats.save_count == stats.paper.list_items.in_lists().count()
        score = hot.score(votes=stats.vote_count, first_seen=stats.paper.first_seen_at.timestamp())
        assert stats.hot == pytest.approx(score, abs=1e-9)


def test_what_she_gave_the_team_stays_under_no_name(alice: User, bob: User, full_life: Team) -> None:
    make_due_now(alice)
    erase_due_people()
    item = ListItem.objects.get(reading_list__owner=full_life.namespace)
    assert (item.note, item.added_by, item.reading_list.made_by) == ("worth it twice", None, None)
    browser = Client()
    browser.force_login(bob)
    page = browser.get(item.reading_list.get_absolute_url())
    assert page.status_code == 200
    assert "worth it" in page.content.decode()
    sentences = [event.sentence for event in Event.objects.of_team(full_life)]
    assert "somebody who has left made the team Graph Lab" in sentences
    assert not any("alice" in sentence.lower() for sentence in sentences)


def test_nothing_of_hers_can_be_found_anywhere(alice: User, full_life: Team) -> None:
    path = export_path(alice.exports.get())
    assert path.exists()
    with transaction.atomic():
        make_due_now(alice)
    erase_due_people()
    assert not Namespace.objects.filter(name="alice").exists()
    assert make_user("alice", email="new@lab.example").handle == "alice"
    assert not Event.objects.filter(kind__in=["account.deletion", "export.ready"]).exists()
    assert not Digest.objects.exists()
    assert not Delivery.objects.exists()
    assert Suppression.objects.get().address == "alice@lab.example"
    assert LogEntry.objects.get().object_repr == "somebody who has left"


@pytest.mark.django_db(transaction=True)
def test_the_file_of_an_export_goes_when_its_person_does() -> None:
    alice = make_user("alice")
    ask_for_export(user=alice)
    make_exports()
    path = export_path(alice.exports.get())
    make_due_now(alice)
    assert path.exists()
    erase_due_people()
    assert not path.exists()


def test_a_team_of_nobody_else_goes_along_with_its_lists(alice: User) -> None:
    solo = create_team(owner=alice, slug="solo", title="Solo")
    paper = make_paper()
    add_paper(reading_list=create_list(owner=solo.namespace, title="L"), paper=paper, user=alice)
    make_due_now(alice)
    erase_due_people()
    assert not Team.objects.filter(pk=solo.pk).exists()
    assert not Namespace.objects.filter(name="solo").exists()
    assert PaperStats.objects.get(paper=paper).save_count == 0


def test_a_team_whose_other_owner_left_meanwhile_is_passed_on(alice: User, bob: User, carol: User, graph_lab: Team) -> None:
    add_member(team=graph_lab, user=bob, role=Role.OWNER)
    add_member(team=graph_lab, user=carol, role=Role.MAINTAINER)
    make_due_now(alice)
    Membership.objects.filter(team=graph_lab, user=bob).update(role=Role.MEMBER)
    erase_due_people()
    assert Membership.objects.get(team=graph_lab, user=carol).role == Role.OWNER
    assert Notice.objects.get(user=carol).event.kind == "member.role"


def test_one_fault_keeps_nobody_else(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from papers.actions.personal_data import PapersPart

    whole = PapersPart.forget_person

    def faulty(self: PapersPart, user: User) -> None:
        if user.handle == "alice":
            raise ValueError("a fault")
        whole(self, user)

    monkeypatch.setattr(PapersPart, "forget_person", faulty)
    make_due_now(alice)
    make_due_now(bob)
    assert erase_due_people() == 1
    assert [user.handle for user in User.objects.all()] == ["alice"]


# --- Races ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_erasing_twice_at_once_is_erasing_once() -> None:
    for _ in range(3):
        make_due_now(make_user())
    assert sum(at_once([erase_due_people] * 4)) == 3
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_undoing_and_erasing_at_once_end_in_one_of_the_two() -> None:
    for _ in range(8):
        alice = make_user()
        cast_vote(user=alice, paper=make_paper())
        make_due_now(alice)
        kept, erased = at_once([partial(keep_account, user=alice), erase_due_people])
        assert sorted([bool(kept), bool(erased)]) == [False, True]
        assert User.objects.filter(pk=alice.pk, deletion_due_at__isnull=True).exists() is kept
        assert Vote.objects.filter(user_id=alice.pk).exists() is kept
        User.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_votes_at_the_same_moment_leave_exact_counts() -> None:
    papers = [make_paper() for _ in range(6)]
    bob = make_user("bob")
    for _ in range(6):
        alice = make_user()
        for paper in papers[:3]:
            cast_vote(user=alice, paper=paper)
        make_due_now(alice)
        votes: list[Callable[[], Any]] = [partial(cast_vote, user=alice, paper=paper) for paper in papers[3:]]
        others = [partial(cast_vote, user=bob, paper=papers[0]), partial(withdraw_vote, user=alice, paper=papers[1])]
        at_once([*votes, *others, erase_due_people])
        erase_due_people()
        assert not User.objects.filter(pk=alice.pk).exists()
        for stats in PaperStats.objects.all():
            assert stats.vote_count == Vote.objects.filter(paper=stats.paper_id).count()
        withdraw_vote(user=bob, paper=papers[0])


@pytest.mark.django_db(transaction=True)
def test_people_with_the_same_papers_are_erased_at_once_without_a_deadlock() -> None:
    papers = [make_paper() for _ in range(20)]
    for number in range(4):
        user = make_user()
        shelf = create_list(owner=user.namespace, title="Shelf")
        for paper in papers[::-1] if number % 2 else papers:
            cast_vote(user=user, paper=paper)
            add_paper(reading_list=shelf, paper=paper, user=user)
        make_due_now(user)
    assert sum(at_once([erase_due_people] * 4)) == 4
    assert set(PaperStats.objects.values_list("vote_count", "save_count")) == {(0, 0)}
