"""A paper's arXiv id or DOI to its citation, asked for as DOI resolvers are: by `style`, or by what the program accepts."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.views.access import Request
from papers import identity
from papers.formats.citing import CITATION_FORMS, FORMATTED
from papers.formats.writing import USUAL_STYLE
from papers.models import Paper
from papers.streams import paper_records

PAGE, PLAIN = "text/html", "text/plain; charset=utf-8"
USUAL = "bibtex"  # for programs that accept anything


@require_safe
def cite(request: Request, name: str) -> HttpResponseBase:
    """Give a paper's citation; a browser that names no style is led to the paper's page."""
    papers = Paper.objects.visible_to(request.user)
    key = papers.called(name).values_list("pk", flat=True).first()
    style = request.GET.get("style") or _accepted_style(request)
    if key is None:
        answer: HttpResponseBase = _missing(request, name)
    elif style == PAGE:
        answer = redirect("papers:paper", name)
    elif style in CITATION_FORMS:
        answer = _citation(request, key, style)
    else:
        answer = _no_such_style(request.GET.get("style", ""))
    patch_vary_headers(answer, ("Accept", "Cookie"))
    return answer


def _citation(request: HttpRequest, key: int, style: str) -> HttpResponse:
    [record] = paper_records(Paper.objects.all(), [key])
    form = CITATION_FORMS[style]
    content_type = form.content_types[0]
    if content_type == FORMATTED and FORMATTED not in request.headers.get("Accept", ""):
        content_type = "text/plain"  # which browsers show
    return HttpResponse(form.write(record), content_type=f"{content_type}; charset=utf-8")


def _accepted_style(request: HttpRequest) -> str:
    """The style of the first type that a program prefers and that is here, "text/html" for a page, "" for none."""
    for accepted in request.accepted_types:
        name = f"{accepted.main_type}/{accepted.sub_type}"
        if name == FORMATTED:
            return str(accepted.range_params.get("style", USUAL_STYLE))
        for style, form in CITATION_FORMS.items():
            if name in form.content_types:
                return style
        if name in {PAGE, "application/xhtml+xml"}:
            return PAGE
        if accepted.main_type == "*":
            return USUAL
    return ""


def _missing(request: HttpRequest, name: str) -> HttpResponse:
    """Say where the paper may be, and how it comes here."""
    arxiv_id, doi = identity.arxiv_id(name), identity.doi(name)
    elsewhere = f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else f"https://doi.org/{quote(doi)}" if doi else ""
    context = {"name": name, "elsewhere": elsewhere, "submit": settings.SITE_URL + reverse("papers:submit")}
    if _accepted_style(request) == PAGE and not request.GET.get("style"):
        return render(request, "papers/cite_missing.html", context, status=404)
    words = _("%(name)s is not in this catalogue. Submit it at %(submit)s and ask again.") % context
    if elsewhere:
        words += " " + _("Elsewhere it is %(elsewhere)s.") % context
    return HttpResponse(words + "\n", status=404, content_type=PLAIN)


def _no_such_style(style: str) -> HttpResponse:
    """400 for a style that is not known, 406 where nothing is to be had that the program accepts."""
    told = {"style": style[:40], "styles": ", ".join(CITATION_FORMS)}
    if style:
        return HttpResponse(_("There is no style %(style)s; there are %(styles)s.") % told + "\n", status=400, content_type=PLAIN)
    return HttpResponse(_("Choose a style in the address: ?style= and one of %(styles)s.") % told + "\n", status=406, content_type=PLAIN)
