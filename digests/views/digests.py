"""A reader's digests on the web: the archive, one digest, its settings, and the way out."""

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.events import Topic
from accounts.views.access import ReaderRequest, reader_required
from digests import actions
from digests.forms import SubscriptionForm
from digests.models import Digest, DigestPaper
from digests.reasons import name_reasons
from digests.signing import read_stop_token, read_unsubscribe_token
from papers.models import Paper

DIGESTS_SHOWN = 104  # two years of weeks


@require_safe
@reader_required
def archive(request: ReaderRequest) -> HttpResponse:
    digests = Digest.objects.visible_to(request.user).newest().prefetch_related("deliveries").annotate(paper_count=Count("entries"))
    context = {
        "digests": digests[:DIGESTS_SHOWN],
        "subscription": actions.subscription_of(user=request.user),
        "stopped": actions.suppression_of(user=request.user),
    }
    return render(request, "digests/archive.html", context)


@require_safe
@reader_required
def digest(request: ReaderRequest, period_key: str) -> HttpResponse:
    cards = Paper.objects.visible_to(request.user).for_cards(request.user)
    entries = DigestPaper.objects.prefetch_related(Prefetch("paper", cards))
    digests = Digest.objects.visible_to(request.user).prefetch_related("deliveries", Prefetch("entries", entries))
    found = get_object_or_404(digests, period_key=period_key)
    name_reasons(found.entries.all(), reader=request.user)
    return render(request, "digests/digest.html", {"digest": found})


@require_POST
@reader_required
def send_now(request: ReaderRequest) -> HttpResponse:
    """Have this week's digest made, or mailed again, and show it."""
    try:
        sent = actions.send_now(user=request.user)
    except actions.AskedTooOften:
        messages.warning(request, _("You have asked for many mails within an hour. The last one holds the same digest; try again later."))
        return redirect("digests:archive")
    if sent.state == Digest.State.READY:
        messages.success(request, _("Your digest is on its way to %(address)s.") % {"address": request.user.email})
    else:
        messages.info(request, _("Your digest is being made. It goes to %(address)s and shows here.") % {"address": request.user.email})
    return redirect(sent)


@require_http_methods(["GET", "POST"])
@reader_required
def settings(request: ReaderRequest) -> HttpResponse:
    subscription = actions.subscription_of(user=request.user)
    form = SubscriptionForm(request.POST or None, instance=subscription)
    if request.method == "POST" and form.is_valid():
        actions.change_subscription(subscription=subscription, **form.cleaned_data)
        messages.success(request, _("Your digest's settings are saved."))
        return redirect("digests:settings")
    context = {"form": form, "subscription": subscription, "stopped": actions.suppression_of(user=request.user)}
    return render(request, "digests/settings.html", context)


@csrf_exempt  # mail programs post here for their readers (RFC 8058); the signed token is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, since scanners follow links in mails; end the digest on POST, without a log-in."""
    if read_unsubscribe_token(token) is None:
        raise Http404
    if request.method == "POST":
        actions.unsubscribe(token=token)
    return render(request, "digests/unsubscribe.html", {"stopped": request.method == "POST"})


@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def stop_notices(request: HttpRequest, token: str) -> HttpResponse:
    """The same for one topic of notices."""
    named = read_stop_token(token)
    if named is None:
        raise Http404
    if request.method == "POST":
        actions.stop_notices(token=token)
    context = {"stopped": request.method == "POST", "topic": Topic(named[1]).label}
    return render(request, "digests/stop_notices.html", context)
