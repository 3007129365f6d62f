"""What a paper's authors do: say that they are one of them, and where its code and project are."""

from typing import Any

from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import reader_of
from accounts.models import Scope
from papers.actions.claiming import claim_author
from papers.actions.paper_links import set_links
from papers.hub.answers import HubView, found_or_404, key_of
from papers.hub.papers import LINKS, PaperView, no_such_paper
from papers.models import Authorship, Paper


class AddressField(serializers.URLField):
    def __init__(self) -> None:
        super().__init__(max_length=2_000, required=False, allow_blank=True, allow_null=True, validators=[URLValidator(["http", "https"])])


class LinksSerializer(serializers.Serializer[Any]):
    projectPage = AddressField()  # noqa: N815  # the client's names
    githubRepo = AddressField()  # noqa: N815
    organizationId = serializers.CharField(required=False, allow_null=True)  # noqa: N815

    def validate_organizationId(self, name: str | None) -> None:  # noqa: N802
        if name:
            raise ValidationError(_("Papers belong to no organization here."))


class ClaimSerializer(serializers.Serializer[Any]):
    paperId = serializers.CharField(max_length=300)  # noqa: N815
    claimAuthorId = serializers.CharField(max_length=24)  # noqa: N815
    targetUserId = serializers.CharField(max_length=24, required=False, allow_null=True)  # noqa: N815


class PaperLinksView(PaperView):
    """Reading is as for any name of a paper, since a DOI may end in "/links", too."""

    write_scope = Scope.PAPERS_WRITE

    def get(self, request: Request, name: str) -> Response:
        return super().get(request, f"{name}/links")

    def post(self, request: Request, name: str) -> Response:
        """Say, as an author, where the paper's project and code are; null or "" takes a link away."""
        paper = _paper(request, name)
        asked = LinksSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        links: dict[str, str] = {kind: asked.validated_data[field] or "" for kind, field in LINKS.items() if field in asked.validated_data}
        set_links(paper=paper, user=reader_of(request), links=links)
        return Response({})


class ClaimView(HubView):
    write_scope = Scope.PAPERS_WRITE

    def post(self, request: Request) -> Response:
        """Say that you are an author of a paper, by the `_id` that its list of authors has; whoever runs the site looks at it."""
        asked, reader = ClaimSerializer(data=request.data), reader_of(request)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        if wanted.get("targetUserId") and key_of(wanted["targetUserId"]) != reader.pk:
            raise PermissionDenied(_("You can claim papers for yourself only."))
        places = Authorship.objects.filter(paper=_paper(request, wanted["paperId"]), pk=key_of(wanted["claimAuthorId"]) or 0)
        place = found_or_404(places.select_related("author"), _("This paper has no such author."))
        return Response({"status": claim_author(user=reader, author=place.author).state})


def _paper(request: Request, name: str) -> Paper:
    """The paper of an id, be it one of the catalogue's (`discussionId`) or of arXiv, a DOI or a slug."""
    papers, key = Paper.objects.visible_to(request.user), key_of(name)
    found: Paper = found_or_404(papers.called(name) if key is None else papers.filter(pk=key), no_such_paper(name))
    return found
