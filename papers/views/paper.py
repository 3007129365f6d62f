"""One paper's page, and its twin in Markdown for programs and notebooks."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.twins import prefers_markdown, twin
from accounts.views.access import Request
from papers.formats.schema_org import scholarly_article
from papers.forms import CommentForm
from papers.markup import plain
from papers.models import Link, Paper, ReadingList
from papers.openurl import openurl
from papers.search.similar import in_order, similar_papers
from papers.views.talk import THREADS_BESIDE_A_PAPER, talk_about

CITATIONS_SHOWN = 20
VOTERS_SHOWN = 12


@require_safe
@vary_on_headers("Accept")
def paper(request: Request, slug: str) -> HttpResponse:
    """Show a paper; any other spelling of its id leads to its one address. Who would rather have Markdown gets it."""
    if prefers_markdown(request):
        return in_markdown(request, slug)
    found = get_object_or_404(Paper.objects.visible_to(request.user).for_page(request.user).called(slug))
    if found.slug != slug:
        return redirect(found, permanent=True)
    lists = ReadingList.objects.of_reader(request.user).filter(items__paper=found).for_cards().with_progress_of(request.user).recent()
    similar = in_order(Paper.objects.visible_to(request.user).with_bylines(), similar_papers(found, request.user))
    others = Paper.objects.visible_to(request.user).with_bylines().newest()
    voters = [vote.user for vote in found.votes.named_to(request.user)[:VOTERS_SHOWN]]
    context = {
        "voters": voters,
        "more_voters": found.stats.vote_count - len(voters),
        "cites": others.cited_by_paper(found)[:CITATIONS_SHOWN],
        "talk": talk_about(request, found, size=THREADS_BESIDE_A_PAPER),
        "form": CommentForm(),
        "cited_by": others.citing(found)[:CITATIONS_SHOWN],
        "pdf_url": (pdf_url := _pdf_url(found)),
        "article": _article(found, pdf_url),
    }
    return render(
        request, "papers/paper.html", context | {"paper": found, "lists": lists, "similar": similar, "library_url": _library_url(found)}
    )


@require_safe
def in_markdown(request: Request, slug: str) -> HttpResponse:
    """Give a paper as Markdown; a paper whose own name ends in .md keeps that address for its page."""
    papers = Paper.objects.visible_to(request.user)
    if request.path.endswith(".md") and papers.called(f"{slug}.md").exists():
        return paper(request, f"{slug}.md")
    found = get_object_or_404(papers.for_page(request.user).called(slug))
    if found.slug != slug:
        return redirect("papers:markdown", found.slug, permanent=True)
    return twin("papers/paper.md", {"paper": found}, of=found.get_absolute_url())


def _pdf_url(paper: Paper) -> str:
    """Where the PDF is, as far as arXiv or some source tells; "" where nobody does."""
    return paper.pdf_url or next((link.url for link in paper.links.all() if link.kind == Link.Kind.PDF), "")


def _article(paper: Paper, pdf_url: str) -> dict[str, Any]:
    address = settings.SITE_URL + paper.get_absolute_url()
    orcids = {one.author.name: one.orcid for one in paper.authorships.all() if one.orcid}
    return scholarly_article(paper.record, address=address, pdf_url=pdf_url, orcids=orcids)


def _library_url(paper: Paper) -> str:
    """Where the reader's institute says how to get the paper, or "" where no resolver is named."""
    if not settings.LINK_RESOLVER:
        return ""
    authors = paper.authorships.all()
    return openurl(
        settings.LINK_RESOLVER,
        title=plain(paper.title),
        first_author=authors[0].author.name if authors else "",
        year=paper.published_on.year if paper.published_on else None,
        doi=paper.doi or "",
        arxiv_id=paper.arxiv_id or "",
        journal=paper.journal_ref,
    )
