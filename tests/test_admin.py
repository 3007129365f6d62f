"""The admin site: every page opens for every model, shows no secret, and its deletions keep the counts right."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.invitations import make_link
from accounts.actions.teams import create_team
from accounts.actions.tokens import find_token, make_token
from accounts.models import ApiToken, HouseRules, InstituteGroup, Invitation, Membership, Namespace, Scope, Team, User
from digests.models import (
    Delivery,
    Digest,
    DigestPaper,
    Subscription,
    Suppression,
    TeamDigest,
    TeamOutlet,
    TeamSubscription,
    TrainedModel,
    VisitorDigest,
    VisitorSubscription,
    Webhook,
)
from papers.actions.claiming import claim_author
from papers.actions.commenting import write_comment
from papers.actions.lists import add_paper, create_list
from papers.actions.moderating import report_comment
from papers.actions.voting import cast_vote
from papers.models import Author, Category, Harvest, Paper, ReadingList, Source, Vote
from tests.digests.makers import make_mail, make_outlet, make_post, make_team_digest, make_visitor, make_visitor_digest, make_webhook
from tests.factories import make_paper, make_user

OURS = [model for model in django_admin.site._registry if model.__module__.split(".")[0] in {"accounts", "papers", "digests"}]
LISTED = pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)


@pytest.fixture
def admins_browser(admin: User) -> Client:
    browser = Client()
    browser.force_login(admin)
    return browser


def fill(count: int) -> None:
    """So many rows of every model."""
    for number in range(count):
        reader = make_user()
        paper = make_paper(authors=(f"Author of {reader.pk}",), categories=(f"x.{reader.pk}",))
        cast_vote(user=reader, paper=paper)
        reading_list = create_list(owner=reader.namespace, title="Mine")
        add_paper(reading_list=reading_list, paper=paper, user=reader)
        make_token(user=reader, name="laptop", scopes=Scope.values)
        team = create_team(owner=reader, slug=f"team-{reader.pk}", title="Team")
        subscription = Subscription.objects.create(user=reader, next_due_at=timezone.now() + timedelta(days=1))
        digest = Digest.objects.create(subscription=subscription, period_key="2026-W48", day=date(2026, 11, 23), state=Digest.State.READY)
        DigestPaper.objects.create(digest=digest, user=reader, paper=paper, position=1, score=0.5, reason={"kind": "popular"})
        Delivery.objects.create(digest=digest, address=reader.email, message_id=f"<{reader.pk}@test>")
        team_digest = make_team_digest(team)
        Delivery.objects.create(team_digest=team_digest, reader=reader, address=reader.email, message_id=f"<team-{reader.pk}@test>")
        make_visitor_digest(make_visitor(f"visitor-{reader.pk}@elsewhere.example", f"x.{reader.pk}"), paper)
        make_post(make_outlet(team), team_digest)
        make_webhook(team)
        HouseRules.objects.get_or_create(pk=1)
        make_link(team=None, actor=make_user(is_staff=True))
        Harvest.objects.create(source=Source.objects.create(name=f"source of {reader.pk}", kind="oai"))
        InstituteGroup.objects.create(provider="institute", name=f"group {reader.pk}", team=team)
        claim_author(user=reader, author=paper.authors.first())
        comment = write_comment(author=reader, paper=paper, text="So it is.")
        report_comment(reporter=reader, comment=comment, reason="spam", words="Look")
        TrainedModel.objects.create(paper_count=1, kept_count=1, reader_count=1, quality={"ndcg_10": 0.2})
        Suppression.objects.create(address=f"{number}-{reader.pk}@gone.example", reason="bounced")


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_model_of_ours_has_its_page() -> None:
    assert {model.__name__ for model in OURS} >= {
        *(model.__name__ for model in (User, Namespace, Team, ApiToken, Paper, Author, Category, Vote, ReadingList)),
        *(model.__name__ for model in (Subscription, Digest, TeamSubscription, TeamDigest, Delivery, Suppression, TrainedModel)),
        *(model.__name__ for model in (TeamOutlet, Webhook, VisitorSubscription, VisitorDigest)),
    }


@LISTED
def test_lists_search_and_open_their_rows(model: type[models.Model], admins_browser: Client) -> None:
    fill(2)
    row = model._default_manager.order_by("-pk").first()
    for page in (address(model, "changelist"), address(model, "changelist") + "?q=a", address(model, "change", row.pk)):
        assert admins_browser.get(page).status_code == 200, page


@LISTED
def test_adding_is_a_form_or_refused(model: type[models.Model], admins_browser: Client) -> None:
    assert admins_browser.get(address(model, "add")).status_code == (
        200 if model in {User, Team, Author, Category, Suppression, HouseRules, InstituteGroup, Invitation, Source} else 403
    )


@LISTED
def test_a_list_page_asks_no_more_for_more_rows(
    model: type[models.Model], admins_browser: Client, django_assert_max_num_queries: Any
) -> None:
    from tests.counting import queries_of

    fill(2)
    page = address(model, "changelist")
    admins_browser.get(page)  # a first visit notes from where the session is used
    few = queries_of(lambda: admins_browser.get(page))
    fill(10)
    assert queries_of(lambda: admins_browser.get(page)) == few


def test_the_digest_of_a_token_is_on_no_page(admins_browser: Client, alice: User) -> None:
    token, secret = make_token(user=alice, name="laptop", scopes=[Scope.PAPERS_READ])
    for page in (address(ApiToken, "changelist"), address(ApiToken, "change", token.pk)):
        text = admins_browser.get(page).content.decode()
        assert token.ending in text
        assert token.digest not in text
        assert secret not in text


def test_the_address_of_a_webhook_is_on_no_page(admins_browser: Client, graph_lab: Team) -> None:
    outlet = make_outlet(graph_lab, address="https://hooks.example/s3cret-part")
    make_post(outlet, make_team_digest(graph_lab))
    webhook = make_webhook(graph_lab, address="https://hooks.example/s3cret-part")
    pages = [address(model, "changelist") for model in (TeamOutlet, Webhook, Delivery)]
    pages += [address(TeamOutlet, "change", outlet.pk), address(Webhook, "change", webhook.pk)]
    assert not any("s3cret" in admins_browser.get(page).content.decode() for page in pages)


def test_tokens_are_revoked_from_the_list(admins_browser: Client, alice: User) -> None:
    token, secret = make_token(user=alice, name="laptop", scopes=[Scope.PAPERS_READ])
    admins_browser.post(address(ApiToken, "changelist"), {"action": "revoke", "_selected_action": [token.pk]})
    assert find_token(secret=secret) is None


def test_a_person_is_made_with_a_handle(admins_browser: Client) -> None:
    form = {
        "email": "New.Person@lab.example",
        "full_name": "",
        "usable_password": "true",
        "password1": "a long enough sentence",
        "password2": "a long enough sentence",
        "namespace-TOTAL_FORMS": 1,
        "namespace-INITIAL_FORMS": 0,
        "namespace-0-name": "new-person",
    }
    response = admins_browser.post(address(User, "add"), form)
    assert response.status_code == 302, response.context["errors"]
    person = User.objects.get(email="new.person@lab.example")
    assert person.handle == "new-person"


def test_a_person_cannot_be_made_without_a_handle(admins_browser: Client) -> None:
    form = {
        "email": "new@lab.example",
        "usable_password": "true",
        "password1": "a long enough sentence",
        "password2": "a long enough sentence",
        "namespace-TOTAL_FORMS": 1,
        "namespace-INITIAL_FORMS": 0,
        "namespace-0-name": "",
    }
    assert admins_browser.post(address(User, "add"), form).status_code == 200
    assert not User.objects.filter(email="new@lab.example").exists()


def test_a_team_is_made_with_a_slug_and_members(admins_browser: Client, alice: User) -> None:
    form = {
        "title": "Vision Lab",
        "namespace-TOTAL_FORMS": 1,
        "namespace-INITIAL_FORMS": 0,
        "namespace-0-name": "vision-lab",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-user": alice.pk,
        "memberships-0-role": "owner",
    }
    assert admins_browser.post(address(Team, "add"), form).status_code == 302
    assert Membership.objects.get(team__namespace__name="vision-lab").user == alice


@pytest.mark.parametrize("way", ["one", "many"])
@pytest.mark.parametrize("model", [Vote, ReadingList, Paper])
def test_a_deletion_keeps_the_counts_right(model: type[models.Model], way: str, admins_browser: Client, alice: User, bob: User) -> None:
    paper, other = make_paper(), make_paper()
    reading_list = create_list(owner=alice.namespace, title="Shelf")
    for one in (paper, other):
        add_paper(reading_list=reading_list, paper=one, user=alice)
        cast_vote(user=bob, paper=one)
    row = {Vote: Vote.objects.get(paper=paper), ReadingList: reading_list, Paper: paper}[model]
    if way == "one":
        page, form = address(model, "delete", row.pk), {"post": "yes"}
    else:
        page, form = address(model, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    assert admins_browser.post(page, form).status_code == 302
    assert not model._default_manager.filter(pk=row.pk).exists()
    for each in Paper.objects.select_related("stats"):
        assert (each.stats.vote_count, each.stats.save_count) == (each.votes.count(), each.list_items.count())
    for each_list in ReadingList.objects.all():
        assert each_list.item_count == each_list.items.count()


def test_a_visitor_s_address_is_found_by_who_knows_it_and_deleted_with_its_mails(admins_browser: Client) -> None:
    visitor = make_visitor("dora@elsewhere.example")
    make_visitor_digest(visitor, make_paper())
    page = address(VisitorSubscription, "changelist")
    assert "dora@" not in admins_browser.get(page).content.decode()
    assert f"visitor {visitor.pk}" in admins_browser.get(f"{page}?q=dora").content.decode()
    form = {"action": "delete_selected", "_selected_action": [visitor.pk], "post": "yes"}
    assert admins_browser.post(page, form).status_code == 302
    assert not VisitorSubscription.objects.exists()
    assert not Delivery.objects.exists()


def test_failed_and_held_mails_are_queued_again_and_no_others(admins_browser: Client) -> None:
    mails = {state: make_mail(state=state, reason="why") for state in ("failed", "held", "sent", "skipped")}
    older, newer = make_mail(state="failed"), make_mail(state="failed")
    Delivery.objects.filter(pk=newer.pk).update(digest=older.digest)
    form = {"action": "queue_again", "_selected_action": [mail.pk for mail in Delivery.objects.all()]}
    response = admins_browser.post(address(Delivery, "changelist"), form, follow=True)
    assert "3 mails are queued again." in response.content.decode()
    pending = set(Delivery.objects.filter(state="pending").values_list("pk", flat=True))
    assert pending == {mails["failed"].pk, mails["held"].pk, newer.pk}
    assert Delivery.objects.get(pk=mails["held"].pk).message_id == mails["held"].message_id
    admins_browser.post(address(Delivery, "changelist"), form)  # the older one has to wait for the newer
    assert Delivery.objects.filter(state="pending").count() == 3


def test_the_admin_site_is_entered_by_the_front_door(visitors_browser: Client, alices_browser: Client) -> None:
    response = visitors_browser.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/")
    assert alices_browser.get("/admin/login/").status_code == 403
    assert alices_browser.get("/admin/").status_code == 302
