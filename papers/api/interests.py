"""/interests/: what the reader says to care about."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import reader_of
from accounts.models import Scope
from papers import interests
from papers.actions.interests import interests_of, set_interests


class InterestField(serializers.ListField):
    """Texts of one kind, in any usual spelling; each that nobody can understand is named."""

    child = serializers.CharField(max_length=300)

    def to_internal_value(self, data: Any) -> list[str]:
        good, bad = interests.read(str(self.field_name), "\n".join(super().to_internal_value(data)))
        if bad:
            raise serializers.ValidationError([f"“{part}” is no {self.field_name}" for part in bad])
        return good


class InterestsSerializer(serializers.Serializer[dict[str, list[str]]]):
    category = InterestField(required=False, max_length=interests.MOST, help_text="Codes, such as cs.CL.")
    keyword = InterestField(required=False, max_length=interests.MOST)
    paper = InterestField(required=False, max_length=interests.MOST, help_text="arXiv ids or DOIs, in any usual spelling.")
    search = InterestField(required=False, max_length=interests.MOST, help_text="What would be typed into the search box.")
    must = InterestField(required=False, max_length=interests.MOST, help_text="A paper must mention one of these to be in the digest.")
    never = InterestField(required=False, max_length=interests.MOST, help_text="A paper that mentions one of these is not in the digest.")


class InterestsView(APIView):
    read_scope, write_scope = Scope.DIGESTS_READ, Scope.DIGESTS_WRITE

    @extend_schema(operation_id="interests", responses=InterestsSerializer)
    def get(self, request: Request) -> Response:
        """Categories, keywords, papers and saved searches that the digest starts from."""
        return Response(interests_of(reader_of(request)))

    @extend_schema(operation_id="interests_set", request=InterestsSerializer, responses=InterestsSerializer)
    def patch(self, request: Request) -> Response:
        """Replace the interests of each kind that is given."""
        asked = InterestsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        for kind, values in asked.validated_data.items():
            set_interests(user=reader_of(request), kind=kind, values=values)
        return Response(interests_of(reader_of(request)))
