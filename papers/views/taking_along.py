"""The page from which a list is taken along: files, live addresses, secret links, citation keys; and what a secret link opens."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.limits import Limit, take
from accounts.actions.memberships import Refused
from accounts.keyset import BadCursor, keyset_page
from accounts.limiting import A_LITTLE, network_of, refusal
from accounts.views.access import ReaderRequest, Request, reader_required
from papers.actions.citation_keys import give_keys, pattern_of, renew_keys, set_pattern
from papers.actions.list_links import make_link, note_use, revoke_link
from papers.downloads import list_download
from papers.formats.bibliography import STYLES
from papers.formats.feeds import FORMS as FEEDS
from papers.formats.writing import FORMS
from papers.forms import LinkForm, PatternForm
from papers.models import ListItem, Paper, ReadingList

LIVE = [*((name, "file") for name in ("bib", "ris", "json")), *((name, "feed") for name in FEEDS)]
ITEMS_ON_A_PAGE, KEYS_SHOWN = 50, 3
WRONG_KEYS = Limit(30, A_LITTLE)


@require_safe
@never_cache
def export_list(request: Request, owner: str, slug: str) -> HttpResponse:
    """Everything by which a list can be had elsewhere."""
    reading_list = _visible_list(request, owner, slug)
    if reading_list.owner.name != owner:  # a former name
        return redirect("papers:export_list", reading_list.owner.name, slug)
    return _page(request, reading_list)


@require_POST
@reader_required
@never_cache
def new_link(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    """Make a secret link and show its key, which no redirect could carry safely."""
    reading_list, form = _managed_list(request, owner, slug), LinkForm(request.POST)
    if not form.is_valid():
        return _page(request, reading_list, link_form=form)
    try:
        _link, key = make_link(reading_list=reading_list, user=request.user, label=form.cleaned_data["label"])
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, reading_list, link_form=form)
    return _page(request, reading_list, key=key)


@require_POST
@reader_required
def end_link(request: ReaderRequest, owner: str, slug: str, pk: int) -> HttpResponse:
    reading_list = _managed_list(request, owner, slug)
    link = get_object_or_404(reading_list.links.select_related("reading_list__owner__team"), pk=pk)
    revoke_link(link=link, user=request.user)
    messages.success(request, _("“%(label)s” no longer opens the list.") % {"label": link.label})
    return redirect(_address("export_list", reading_list) + "#links")


@require_POST
@reader_required
def citation_keys(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    """Say how new keys are made or, asked explicitly, make all keys of the list anew."""
    reading_list = _managed_list(request, owner, slug)
    if request.POST.get("action") == "renew":
        renew_keys(reading_list=reading_list)
        messages.success(request, _("All citation keys of this list are new."))
        return redirect(_address("export_list", reading_list) + "#keys")
    form = PatternForm(request.POST)
    if not form.is_valid():
        return _page(request, reading_list, pattern_form=form)
    set_pattern(owner=reading_list.owner, user=request.user, pattern=form.cleaned_data["pattern"])
    messages.success(request, _("New papers get keys of this kind; those that have one keep it."))
    return redirect(_address("export_list", reading_list) + "#keys")


@require_safe
def shared(request: Request, key: str) -> HttpResponseBase:
    """Show a list to whoever has its secret link."""
    reading_list = ReadingList.objects.opened_by(key).for_cards().first()
    if reading_list is None:
        return wrong_key(request)
    note_use(key=key)
    cards = Paper.objects.visible_to(request.user).for_cards(request.user)
    items = ListItem.objects.filter(reading_list=reading_list).prefetch_related(Prefetch("paper", cards)).with_tags()
    try:
        page = keyset_page(items, ("position", "pk"), request.GET.get("after", ""), ITEMS_ON_A_PAGE)
    except BadCursor as problem:
        raise Http404 from problem
    answer = render(request, "papers/shared.html", {"list": reading_list, "page": page, "key": key, "forms": FORMS})
    return kept_quiet(answer)


@require_safe
def shared_file(request: Request, key: str, form: str) -> HttpResponseBase:
    """Give a list as a file to whoever has its secret link."""
    reading_list = ReadingList.objects.opened_by(key).for_cards().first()
    if reading_list is None:
        return wrong_key(request)
    note_use(key=key)
    return kept_quiet(list_download(request, reading_list, form))


def wrong_key(request: Request) -> HttpResponse:
    """Not there; and whoever tries many is told to wait, though no number of tries would do."""
    wait = take(action="shared", subject=network_of(request), limit=WRONG_KEYS)
    if wait is None:
        raise Http404
    return refusal(request, wait)


def kept_quiet(answer: HttpResponseBase) -> HttpResponseBase:
    """No search engine and no other site learns of a secret address."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _page(request: Request, reading_list: ReadingList, *, key: str = "", **forms: object) -> HttpResponse:
    manages = ReadingList.objects.managed_by(request.user).contains(reading_list)
    if manages:
        give_keys(reading_list=reading_list)
    pattern = pattern_of(reading_list.owner)
    context = {
        "list": reading_list,
        "manages": manages,
        "forms": FORMS,
        "styles": STYLES,
        "live": [(name, settings.SITE_URL + _address(f"list_{kind}", reading_list, name)) for name, kind in LIVE],
        "key": key,
        "secret": [(name, settings.SITE_URL + reverse(f"papers:shared_{kind}", args=[key, name])) for name, kind in LIVE if key],
        "secret_page": settings.SITE_URL + reverse("papers:shared", args=[key]) if key else "",
        "links": reading_list.links.newest().select_related("made_by__namespace") if manages else [],
        "link_form": LinkForm(),
        "pattern_form": PatternForm(initial={"pattern": pattern}),
        "keys": reading_list.citation_keys.order_by("pk").values_list("key", flat=True)[:KEYS_SHOWN] if manages else [],
    }
    return render(request, "papers/export_list.html", context | forms)


def _visible_list(request: Request, owner: str, slug: str) -> ReadingList:
    return get_object_or_404(ReadingList.objects.visible_to(request.user).for_cards().at(owner, slug))


def _managed_list(request: ReaderRequest, owner: str, slug: str) -> ReadingList:
    """Return a list that the reader may open to others: not visible is 404, visible but not the reader's to say is 403."""
    reading_list = _visible_list(request, owner, slug)
    if not ReadingList.objects.managed_by(request.user).contains(reading_list):
        raise PermissionDenied
    return reading_list


def _address(name: str, reading_list: ReadingList, *more: str) -> str:
    return reverse(f"papers:{name}", args=[reading_list.owner.name, reading_list.slug, *more])
