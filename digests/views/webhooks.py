"""Programs that are told what happens: a reader's own under Settings, a team's for its owners and maintainers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.keyset import BadCursor, KeysetPage, keyset_page
from accounts.models import Team, User
from accounts.views.access import ReaderRequest, reader_required
from accounts.views.teams import managed_team
from digests import actions
from digests.forms import WebhookForm
from digests.models import Delivery, Webhook
from digests.views.outcomes import say_outcome

ON_A_PAGE = 25
Deed = Callable[[ReaderRequest, Webhook], HttpResponse | None]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@reader_required
def webhooks(request: ReaderRequest, slug: str = "") -> HttpResponse:
    """All of them and the form that adds one; after that its secret, which no redirect could carry safely."""
    owner = _owner(request, slug)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            webhook, secret = actions.add_webhook(owner=owner, actor=request.user, **form.cleaned_data)
        except actions.EndpointRefused as refused:
            form.add_error("address", str(refused))
        else:
            return _page(request, owner, webhook, secret=secret)
    found = Webhook.objects.of_owner(owner).select_related("team__namespace").order_by("pk")
    return render(request, "digests/webhooks.html", _frame(owner) | {"webhooks": found, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@reader_required
def webhook(request: ReaderRequest, pk: int, slug: str = "") -> HttpResponse:
    """One of them with what became of its posts; a POST says in `do` what to do about it."""
    owner = _owner(request, slug)
    found = get_object_or_404(Webhook.objects.of_owner(owner).select_related("user", "team__namespace"), pk=pk)
    if request.method != "POST":
        return _page(request, owner, found)
    try:
        if deed := DEEDS.get(request.POST.get("do", "")):
            return deed(request, found) or redirect(found)
        return _change(request, owner, found)
    except actions.EndpointRefused as refused:
        messages.error(request, str(refused))
        return redirect(found)


def _owner(request: ReaderRequest, slug: str) -> User | Team:
    return managed_team(request, slug) if slug else request.user


def _frame(owner: User | Team) -> dict[str, Any]:
    team = owner if isinstance(owner, Team) else None
    return {"team": team, "layout": "teams/base.html" if team else "allauth/layouts/manage.html"}


def _page(request: ReaderRequest, owner: User | Team, found: Webhook, *, secret: str = "", form: WebhookForm | None = None) -> HttpResponse:
    context = {"webhook": found, "secret": secret, "page": _posts(request, found), "form": form or WebhookForm(instance=found)}
    return render(request, "digests/webhook.html", _frame(owner) | context)


def _posts(request: HttpRequest, found: Webhook) -> KeysetPage:
    posts = Delivery.objects.filter(webhook=found).select_related("announcement")
    try:
        return keyset_page(posts, ("-pk",), request.GET.get("after", ""), ON_A_PAGE)
    except BadCursor:
        raise Http404 from None


def _change(request: ReaderRequest, owner: User | Team, found: Webhook) -> HttpResponse:
    form = WebhookForm(request.POST, instance=found)
    if not form.is_valid():
        return _page(request, owner, found, form=form)
    try:
        actions.change_webhook(webhook=found, actor=request.user, **form.changes)
    except actions.EndpointRefused as refused:
        form.add_error("address", str(refused))
        return _page(request, owner, found, form=form)
    messages.success(request, _("“%(label)s” is saved.") % {"label": form.cleaned_data["label"]})
    return redirect(found)


def _test(request: ReaderRequest, found: Webhook) -> None:
    say_outcome(request, found.label, actions.try_webhook(webhook=found, actor=request.user))


def _switch(request: ReaderRequest, found: Webhook) -> None:
    is_active = request.POST["do"] == "on"
    actions.change_webhook(webhook=found, actor=request.user, is_active=is_active)
    said = _("“%(label)s” is switched on.") if is_active else _("“%(label)s” is switched off.")
    messages.success(request, said % {"label": found.label})


def _rotate(request: ReaderRequest, found: Webhook) -> HttpResponse:
    secret = actions.rotate_webhook_secret(webhook=found, actor=request.user)
    return _page(request, found.team or request.user, found, secret=secret)


def _replay(request: ReaderRequest, found: Webhook) -> None:
    number = request.POST.get("post", "")
    post = get_object_or_404(found.deliveries.all(), pk=int(number) if number.isdecimal() and len(number) < 19 else 0)
    actions.replay_post(delivery=post, actor=request.user)
    messages.success(request, _("It is posted once more within a minute."))


def _remove(request: ReaderRequest, found: Webhook) -> HttpResponse:
    actions.remove_webhook(webhook=found, actor=request.user)
    messages.success(request, _("“%(label)s” is removed.") % {"label": found.label})
    return redirect("digests:team_webhooks", found.team.slug) if found.team else redirect("digests:webhooks")


DEEDS: dict[str, Deed] = {"test": _test, "on": _switch, "off": _switch, "rotate": _rotate, "replay": _replay, "remove": _remove}
