"""Saving a paper that is open somewhere else: one page for bookmarklet, browser extension and telephone, and what each of them needs."""

import functools
import json
from io import BytesIO
from typing import Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.actions.memberships import Refused
from accounts.views.access import ReaderRequest, reader_required
from papers.actions.lists import add_paper
from papers.actions.submitting import AlreadyHere, submit_paper
from papers.identity import first_named
from papers.models import Paper, ReadingList, Submission
from papers.search import search as find
from papers.search.similar import in_order
from papers.views.saving import list_to_change, picker_of

EXTENSION = settings.BASE_DIR / "extension"
TOLD = ("id", "url", "text", "title")  # what a page says of its paper, the surest first; the last three as the Web Share Target has them
LONGEST, MATCHES = 2_000, 5
BEFORE_ALL = (1980, 1, 1, 0, 0, 0)  # the first day of a zip file


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
@vary_on_headers("HX-Request")
def anywhere(request: ReaderRequest) -> HttpResponse:
    """Show the paper that is meant and the lists it can go into. Only the button changes anything: a link to this page cannot."""
    if request.method == "POST":
        return _bring_in(request)
    told = {name: request.GET.get(name, "")[:LONGEST].strip() for name in TOLD}
    named = first_named(*told.values())
    paper = Paper.objects.visible_to(request.user).for_cards(request.user).called(named).first() if named else None
    context: dict[str, Any] = {"told": told, "named": named}
    if paper:
        context |= picker_of(request, paper)
    elif named:
        submission = Submission.objects.of_reader(request.user).filter(identifier=named).prefetch_related("lists").first()
        if request.htmx and submission and submission.state == Submission.State.WAITING and not submission.problem:
            return HttpResponse(status=204)  # nothing new: whoever reads the page keeps their place on it
        lists = ReadingList.objects.addable_by(request.user).for_cards().recent()
        context |= {"submission": submission, "lists": lists}
    elif any(told.values()):
        context |= {"matches": _called_alike(request, told["title"] or told["text"])}
    else:
        context |= {"bookmarklet": _bookmarklet(settings.SITE_URL)}
    return render(request, "papers/_anywhere.html" if request.htmx else "papers/anywhere.html", context)


def _bring_in(request: ReaderRequest) -> HttpResponse:
    """Have a paper looked up for a list, and lead back to its page."""
    text, reading_list = request.POST.get("id", "")[:LONGEST].replace("\x00", ""), list_to_change(request)
    try:
        submit_paper(user=request.user, text=text, reading_list=reading_list)
    except AlreadyHere as here:  # since the page was shown
        add_paper(reading_list=reading_list, paper=here.paper, user=request.user)
        messages.success(request, _("Added to “%(list)s”.") % {"list": reading_list.title})
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('papers:anywhere')}?{urlencode({'id': text})}")


def _called_alike(request: ReaderRequest, text: str) -> list[Paper]:
    """Papers here that the title of a page may mean."""
    keys = find(text, request.user).keys[:MATCHES] if text else []
    return in_order(Paper.objects.visible_to(request.user).for_cards(request.user), keys)


@functools.cache
def _bookmarklet(site: str) -> str:
    """The extension's reader of pages as one link, which opens our page with what it has read."""
    lines = (EXTENSION / "page.js").read_text().splitlines()
    reader = "\n".join(line for line in lines if not line.lstrip().startswith("//")).strip().rstrip(";")
    address = json.dumps(f"{site}{reverse('papers:anywhere')}?")
    code = f'void open({address} + new URLSearchParams({reader}), "lectern-save", "popup,noopener,width=540,height=720")'
    return f"javascript:{quote(code, safe='')}"


@require_safe
@reader_required
@cache_control(private=True, max_age=3_600)
def extension(request: ReaderRequest) -> HttpResponse:
    """The browser extension, which knows this Lectern already."""
    headers = {"Content-Disposition": 'attachment; filename="save-to-lectern.zip"'}
    return HttpResponse(_packed(settings.SITE_URL), content_type="application/zip", headers=headers)


@functools.cache
def _packed(site: str) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for path in sorted(each for each in EXTENSION.rglob("*") if each.is_file()):
            own = json.dumps({"address": site}).encode() if path.name == "instance.json" else path.read_bytes()
            archive.writestr(ZipInfo(str(path.relative_to(EXTENSION)), BEFORE_ALL), own, ZIP_DEFLATED)
    return packed.getvalue()


@require_safe
@cache_control(max_age=86_400)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a telephone needs to keep this site as an app that pages can be shared to (W3C Web App Manifest, Web Share Target)."""
    icons = [("app-192", "192x192", "any"), ("app-512", "512x512", "any"), ("app-maskable-512", "512x512", "maskable")]
    pages = {"papers:reading": _("What to read"), "digests:archive": _("Your digests"), "papers:lists": _("Your lists")}
    told = {
        "id": reverse("papers:front"),
        "name": settings.SITE_NAME,
        "start_url": reverse("papers:front"),
        "scope": reverse("papers:front"),
        "display": "minimal-ui",
        "background_color": "#0b5d45",
        "theme_color": "#0b5d45",
        "icons": [
            {"src": static(f"papers/icons/{name}.png"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in icons
        ],
        "shortcuts": [{"name": name, "url": reverse(route)} for route, name in pages.items()],
        "share_target": {
            "action": reverse("papers:anywhere"),
            "method": "GET",
            "enctype": "application/x-www-form-urlencoded",
            "params": {name: name for name in ("title", "text", "url")},
        },
    }
    return JsonResponse(told, content_type="application/manifest+json")
