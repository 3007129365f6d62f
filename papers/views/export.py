"""Papers to take along: a list, what a search found, and papers that were chosen, in every form."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.access import Request
from papers.downloads import file_name, keys_called, list_download, papers_download
from papers.models import Paper, ReadingList
from papers.search import search

LONGEST = 500


@require_safe
def list_file(request: Request, owner: str, slug: str, form: str) -> HttpResponseBase:
    """Give a list as a file. Its address stays, so that LaTeX, reference managers and feed readers may ask it again and again."""
    reading_list = get_object_or_404(ReadingList.objects.visible_to(request.user).for_cards().at(owner, slug))
    return list_download(request, reading_list, form)


@require_safe
def search_file(request: Request, form: str) -> HttpResponseBase:
    """Give what a search finds as a file, the best first."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    found = search(text, request.user)
    keys = [found.paper.pk] if found.paper else found.keys
    return papers_download(request, Paper.objects.visible_to(request.user), keys, form, name="search")


@require_http_methods(["GET", "HEAD", "POST"])
def papers_file(request: Request, form: str) -> HttpResponseBase:
    """Give papers that were chosen as a file; hundreds of them are posted, since addresses have an end."""
    papers = Paper.objects.visible_to(request.user)
    names = _names(request)
    return papers_download(request, papers, keys_called(papers, names), form, name=_file_name(names))


def _names(request: HttpRequest) -> list[str]:
    return request.GET.getlist("paper") + request.POST.getlist("paper")


def _file_name(names: list[str]) -> str:
    return (file_name(names[0]) if len(names) == 1 else "") or "papers"
