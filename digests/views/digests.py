"""A reader's digests on the web: the archive, one digest, its settings, and the way out."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.events import Topic
from accounts.twins import prefers_markdown, twin
from accounts.views.access import ReaderRequest, reader_required
from digests import actions
from digests.actions.testing import TESTS_SHOWN
from digests.delivery_lines import line_of_digest, write_lines
from digests.forms import LanguageForm, SubscriptionForm
from digests.models import Delivery, Digest, DigestFeedAddress
from digests.models.delivery import UNDER_WAY
from digests.reasons import name_reasons
from digests.signing import preferences_token, read_stop_token, read_unsubscribe_token
from digests.views.preferences import PreferenceForms
from papers.feeds.naming import secret_addresses

DIGESTS_SHOWN = 104  # two years of weeks, a quarter of days


@require_safe
@reader_required
def archive(request: ReaderRequest) -> HttpResponse:
    return archive_page(request)


def archive_page(request: ReaderRequest, *, key: str = "") -> HttpResponse:
    """Show the reader's digests, and the secret address that has just been made of their feed."""
    digests = Digest.objects.visible_to(request.user).newest().prefetch_related(_deliveries()).annotate(paper_count=Count("entries"))
    context = {
        "digests": _with_lines(digests[:DIGESTS_SHOWN]),
        "subscription": actions.subscription_of(user=request.user),
        "stopped": actions.suppression_of(user=request.user),
        "feed": DigestFeedAddress.objects.filter(user=request.user).first(),
        "secret": secret_addresses("digests:secret_feed", key) if key else [],
    }
    return render(request, "digests/archive.html", context)


@require_safe
@vary_on_headers("Accept")
@reader_required
def digest(request: ReaderRequest, period_key: str) -> HttpResponse:
    """Show a digest, or give it as Markdown to whoever would rather have that."""
    if prefers_markdown(request):
        return in_markdown(request, period_key)
    return render(request, "digests/digest.html", {"digest": _whole_digest(request, period_key)})


@require_safe
@reader_required
def in_markdown(request: ReaderRequest, period_key: str) -> HttpResponse:
    found = _whole_digest(request, period_key)
    return twin("digests/digest.md", {"digest": found}, of=found.get_absolute_url())


@require_POST
@reader_required
def send_now(request: ReaderRequest) -> HttpResponse:
    """Have the present digest made, or mailed again, and show it."""
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
    forms = PreferenceForms(subscription, request.POST, SubscriptionForm)
    language = LanguageForm(request.POST if "language" in request.POST else None, instance=request.user)
    if request.method == "POST" and (said := forms.act()):
        if language.is_valid() and language.has_changed():
            language.save()
        messages.success(request, said)
        return redirect("digests:settings")
    tests = list(Delivery.objects.tests_of(request.user)[:TESTS_SHOWN])
    write_lines(tests)
    is_on_its_way = any(delivery.state in UNDER_WAY for delivery in tests)
    context = forms.context | {"language_form": language, "tests": tests, "is_on_its_way": is_on_its_way}
    context["stopped"] = actions.suppression_of(user=request.user)
    return render(request, "digests/settings.html", context)


@require_POST
@reader_required
def send_test(request: ReaderRequest) -> HttpResponse:
    """Mail the reader a test; the settings page tells what becomes of it."""
    try:
        actions.send_test(user=request.user)
    except actions.AskedTooOften:
        messages.warning(request, _("You have asked for three tests within an hour. Below is what became of them; try again later."))
    else:
        messages.success(request, _("A test mail is on its way to %(address)s.") % {"address": request.user.email})
    return redirect("digests:settings")


@csrf_exempt  # mail programs post here for their readers (RFC 8058); the signed token is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, since scanners follow links in mails; end the digest on POST, without a log-in."""
    pk = read_unsubscribe_token(token)
    if pk is None:
        raise Http404
    if request.method == "POST":
        actions.unsubscribe(token=token)
    context = {"stopped": request.method == "POST", "token": preferences_token(pk)}
    return render(request, "digests/unsubscribe.html", context)


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


def _whole_digest(request: ReaderRequest, period_key: str) -> Digest:
    digests = Digest.objects.visible_to(request.user).with_papers_for(request.user).prefetch_related(_deliveries())
    [found] = _with_lines([get_object_or_404(digests, period_key=period_key)])
    name_reasons(found.entries.all(), reader=request.user)
    return found


def _deliveries() -> Prefetch:
    return Prefetch("deliveries", Delivery.objects.order_by("created_at", "pk"))


def _with_lines(digests: Iterable[Digest]) -> list[Digest]:
    """Write what became of each digest and of its mails."""
    shown = list(digests)
    write_lines([delivery for digest in shown for delivery in digest.deliveries.all()])
    for digest in shown:
        digest.line = line_of_digest(digest)
    return shown
