"""Papers as the Hugging Face client reads them: one flat, many in lists; found by name, by words, by page."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.parameters import whole_number
from accounts.api.permissions import allows, reader_of
from accounts.models import Scope
from papers import identity
from papers.actions.submitting import AlreadyHere, NoIdentifier, TooMany, submit_paper
from papers.hub.answers import HubView, found_or_404, moment, object_id, page
from papers.hub.people import person
from papers.models import AuthorClaim, Authorship, Link, ListItem, Paper, ReadingList
from papers.models.paper import ORDERS, PaperQuerySet
from papers.models.reading_list import ListItemQuerySet
from papers.search import search
from papers.search.similar import in_order

AUTHORS_IN_LISTS = 50
MOST_PAPERS, MOST_FOUND = 100, 120  # on a page
LONGEST_QUERY = 250
CLAIMED = "claimed_verified"  # the Hub's word
LINKS = {Link.Kind.CODE: "githubRepo", Link.Kind.PROJECT: "projectPage"}


def name_of(paper: Paper) -> str:
    """Return the id by which the client knows a paper: of arXiv where it has one."""
    return paper.arxiv_id or paper.slug


def savings(request: Request) -> ListItemQuerySet:
    """Who put a paper into a list that this program may read, of people who stay. What somebody brought in is nobody else's."""
    reader = request.user if allows(request, Scope.LISTS_READ) else AnonymousUser()
    stays = Q(added_by__is_active=True, added_by__deletion_due_at__isnull=True)
    return ListItem.objects.filter(stays, reading_list__in=ReadingList.objects.visible_to(reader).values("pk"))


def for_hub(papers: PaperQuerySet, request: Request, *, most_authors: int | None = AUTHORS_IN_LISTS) -> PaperQuerySet:
    """All that the client is told of papers, in a fixed number of queries."""
    claims = Prefetch("author__claims", AuthorClaim.objects.accepted().select_related("user__namespace"), to_attr="claims_that_hold")
    authors = Authorship.objects.select_related("author").prefetch_related(claims).order_by("position")
    authors = authors.filter(position__lt=most_authors) if most_authors else authors
    first = savings(request).order_by("paper_id", "added_at", "pk").distinct("paper_id").select_related("added_by__namespace")
    return (
        papers.with_stats()
        .select_related("in_short")
        .prefetch_related(
            Prefetch("authorships", authors, to_attr="authors_told"),
            Prefetch("links", Link.objects.filter(kind__in=LINKS).order_by("-pk"), to_attr="links_told"),
            Prefetch("list_items", first, to_attr="first_savings"),
        )
    )


def flat(paper: Paper) -> dict[str, Any]:
    """One paper, as paper_info() reads it; load it with for_hub()."""
    return {
        **_core(paper),
        **_about(paper),
        "publishedAt": moment(paper.published_on),
        "submittedOnDailyAt": moment(paper.first_seen_at),
        "submittedOnDailyBy": _first_saver(paper),
        **{f"linked{kind}": [] for kind in ("Models", "Datasets", "Spaces")},
        **{f"numTotal{kind}": 0 for kind in ("Models", "Datasets", "Spaces")},
    }


def entry(paper: Paper) -> dict[str, Any]:
    """A paper in a list; load it with for_hub().

    The client takes a nested value that is 0 or null for none and looks beside `paper` instead, so `upvotes` is in both
    places, and where no day of publication is known the arrival must not be called `publishedAt`.
    """
    arrival = "publishedAt" if paper.published_on else "submittedOnDailyAt"
    return {
        "paper": {**_core(paper), "title": paper.title, "publishedAt": moment(paper.published_on)},
        **_about(paper),
        arrival: moment(paper.first_seen_at),
        "submittedBy": _first_saver(paper),
        "upvotes": paper.stats.vote_count,
    }


class PaperListView(HubView):
    public_read, read_scope = True, Scope.PAPERS_READ

    def get(self, request: Request) -> Response:
        """The catalogue, the latest arrival first, page by page: follow the Link header."""
        papers = for_hub(Paper.objects.visible_to(request.user), request)
        found, headers = page(request, papers, ORDERS["new"], most=MOST_PAPERS)
        return Response([entry(paper) for paper in found], headers=headers)


class PaperSearchView(HubView):
    public_read, read_scope = True, Scope.PAPERS_READ

    def get(self, request: Request) -> Response:
        """Papers by words and by meaning, the best first; `q` takes the filters of the search box, too."""
        text, most = request.query_params.get("q", "").strip(), whole_number(request, "limit", usual=20, most=MOST_FOUND)
        if not text or len(text) > LONGEST_QUERY:
            raise ValidationError({"q": [_("Give what to search for, in at most %(n)d characters.") % {"n": LONGEST_QUERY}]})
        reader = request.user if allows(request, Scope.LISTS_READ) else AnonymousUser()
        found = search(text, reader)
        keys = [found.paper.pk] if found.paper else found.keys[:most]
        return Response([entry(paper) for paper in in_order(for_hub(Paper.objects.visible_to(request.user), request), keys)])


class PaperView(HubView):
    public_read, read_scope = True, Scope.PAPERS_READ

    def get(self, request: Request, name: str) -> Response:
        """One paper, by an arXiv id of either style with or without a version, or a DOI, or its slug."""
        papers = for_hub(Paper.objects.visible_to(request.user), request, most_authors=None)
        return Response(flat(found_or_404(papers.called(name), no_such_paper(name))))


class IndexSerializer(serializers.Serializer[Any]):
    arxivId = serializers.CharField(max_length=255, trim_whitespace=False)  # noqa: N815  # the client's name

    def validate_arxivId(self, text: str) -> str:  # noqa: N802
        """Take an id and nothing else: of arXiv, in either style and without a version, or a DOI."""
        is_of_arxiv = text.isascii() and identity.arxiv_id(text) == text
        if not (is_of_arxiv or identity.doi(text) == text.lower()):
            raise ValidationError(_("Give an arXiv id without its version, such as 2501.01234, or a DOI."))
        return text


class PaperIndexView(HubView):
    write_scope = Scope.PAPERS_WRITE

    def post(self, request: Request) -> Response:
        """Bring a paper in by its bare id, which is looked up in the background; one that is here is no mistake."""
        asked = IndexSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            submit_paper(user=reader_of(request), text=asked.validated_data["arxivId"])
        except AlreadyHere:
            pass
        except NoIdentifier as refused:
            raise ValidationError({"arxivId": [str(refused)]}) from refused
        except TooMany as refused:
            raise Throttled(wait=3_600, detail=str(refused)) from refused
        return Response({})


def no_such_paper(name: str) -> str:
    return _("There is no paper %(name)s here. Bring it in first: POST its id to /api/papers/index.") % {"name": name[:100]}


def _core(paper: Paper) -> dict[str, Any]:
    return {
        "id": name_of(paper),
        "authors": [_author(each) for each in paper.authors_told],  # type: ignore[attr-defined]
        "summary": paper.abstract,
        "upvotes": paper.stats.vote_count,
        "discussionId": object_id(paper),
    }


def _author(place: Authorship) -> dict[str, Any]:
    """An author, with who that is where somebody has shown to be it: as much as the author's page tells everybody."""
    claim: AuthorClaim | None = next(iter(place.author.claims_that_hold), None)  # type: ignore[attr-defined]
    return {
        "_id": object_id(place),
        "name": place.author.name,
        "user": person(claim.user) if claim else None,
        "status": CLAIMED if claim else None,
        "statusLastChangedAt": moment(claim.settled_at) if claim else None,
        "hidden": False,
    }


def _about(paper: Paper) -> dict[str, Any]:
    """What the client reads beside `paper` only."""
    links = {LINKS[link.kind]: link.url for link in paper.links_told}  # type: ignore[attr-defined]
    return {
        "title": paper.title,
        "numComments": paper.stats.comment_count,
        "source": paper.source or None,
        "ai_summary": paper.summary or None,
        "ai_keywords": paper.keywords,
        "organization": None,
        "projectPage": links.get("projectPage"),
        "githubRepo": links.get("githubRepo"),
        "githubStars": None,
    }


def _first_saver(paper: Paper) -> dict[str, Any] | None:
    return next((person(item.added_by) for item in paper.first_savings), None)  # type: ignore[attr-defined]
