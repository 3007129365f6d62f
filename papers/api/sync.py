"""What programs that keep a copy of a list ask for: its version, what changed since theirs, and what was taken out (decision 18)."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.pagination import KeysetPagination
from papers.api.lists import ListAddress
from papers.models import ReadingList, Tombstone
from papers.models.reading_list import BY_VERSION

LARGEST = 2**63 - 1
VERSION, KNOWN, SEEN = "Last-Modified-Version", "If-Modified-Since-Version", "If-Unmodified-Since-Version"
SINCE = OpenApiParameter("since_version", int, description="Only what changed after this version of the list; 0 for all.")
IF_CHANGED = OpenApiParameter(KNOWN, int, "header", description="Answer 304 if the list still has this version.")
IF_UNCHANGED = OpenApiParameter(SEEN, int, "header", description="Answer 412 if the list has changed since this version.")
TOLD = OpenApiParameter(VERSION, int, "header", response=[200, 304], description="The version of the list when this was read.")
NOT_NEW = {
    304: OpenApiResponse(description="The list still has that version."),
    410: OpenApiResponse(description="What was taken out since that version is not known: read the whole list anew."),
}


class Forgotten(APIException):
    """A version from before the list was there or was opened to its readers, or one that it never had."""

    status_code = status.HTTP_410_GONE
    default_detail = gettext_lazy("What has changed since that version is not known. Forget your copy and ask again with since_version=0.")
    default_code = "version_forgotten"


class Changed(APIException):
    """The list has changed since the version that the request names."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = gettext_lazy("The list has changed since that version. Ask what is new, then try again.")
    default_code = "list_changed"


def version_in_header(request: Request, name: str) -> int | None:
    """Return the version that a request names in a header, or None."""
    return _number(name, request.headers.get(name))


def told(answer: Response, reading_list: ReadingList) -> Response:
    """Say in an answer of which version it is at least: call it with the list as it was read before anything in it."""
    answer[VERSION] = reading_list.last_version
    return answer


class VersionedList(ListAddress):
    """A list that is read first, so that nothing in an answer is older than the version that the answer tells."""

    @cached_property
    def listed(self) -> ReadingList:
        return self.reading_list()

    def since_version(self) -> int | None:
        """Return the version after which changes are asked for, or None where all is.

        Raises:
            Forgotten: it is not known what was taken out since.
        """
        since = _number("since_version", self.request.query_params.get("since_version"))
        if since and not self.listed.oldest_version <= since <= self.listed.last_version:
            raise Forgotten
        return since

    def is_known(self) -> bool:
        """Tell whether the program has just this version already."""
        return version_in_header(self.request, KNOWN) == self.listed.last_version

    def unchanged(self) -> Response:
        return told(Response(status=status.HTTP_304_NOT_MODIFIED), self.listed)


class TombstoneSerializer(serializers.ModelSerializer[Tombstone]):
    """A paper that is in the list no longer, by the names it had; `version` is the list's without it."""

    class Meta:
        model = Tombstone
        fields = ["slug", "arxiv_id", "doi", "version"]
        read_only_fields = fields


class DeletedView(ListModelMixin, VersionedList):
    serializer_class = TombstoneSerializer
    pagination_class = KeysetPagination
    queryset = Tombstone.objects.none()

    def filter_queryset(self, queryset: Any) -> Any:
        """Who has no copy has nothing to drop from it, and need not learn what was in the list once."""
        since = self.since_version()
        return Tombstone.objects.filter(reading_list=self.listed, version__gt=since) if since else Tombstone.objects.none()

    def keyset_order(self) -> Sequence[str]:
        return BY_VERSION

    @extend_schema(
        operation_id="deleted_items", parameters=[SINCE, IF_CHANGED, TOLD], responses={200: TombstoneSerializer(many=True)} | NOT_NEW
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The papers that were taken out of the list after a version of it and are not in it now; none for version 0."""
        return self.unchanged() if self.is_known() else told(self.list(request, *args, **kwargs), self.listed)


def _number(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST:
        return int(text)
    raise ValidationError({name: [_("Give a version of the list, a whole number.")]})
