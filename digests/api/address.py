"""/me/address/: whether mail still goes to the reader's address, and the way back if it does not."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import reader_of
from accounts.models import Scope, User
from digests import actions
from digests.models import Suppression


class StoppedSerializer(serializers.ModelSerializer[Suppression]):
    """Why an address gets no more mail."""

    why = serializers.CharField(read_only=True, help_text="In words, such as: the mailbox does not exist.")
    is_for_reader_to_lift = serializers.BooleanField(read_only=True, help_text="False where staff stopped it.")

    class Meta:
        model = Suppression
        fields = ["kind", "why", "created_at", "is_for_reader_to_lift"]
        read_only_fields = fields


class AddressSerializer(serializers.Serializer[User]):
    address = serializers.EmailField(source="email", read_only=True)
    stopped = serializers.SerializerMethodField(help_text="Null while mail goes there.")

    @extend_schema_field(StoppedSerializer(allow_null=True))
    def get_stopped(self, user: User) -> object:
        suppression = actions.suppression_of(user=user)
        return StoppedSerializer(suppression).data if suppression else None


class AddressView(GenericAPIView[User]):
    serializer_class = AddressSerializer
    read_scope, write_scope = Scope.DIGESTS_READ, Scope.DIGESTS_WRITE

    @extend_schema(operation_id="address")
    def get(self, request: Request) -> Response:
        """Your address, and why we stopped writing to it, if we did."""
        return Response(self.get_serializer(reader_of(request)).data)

    @extend_schema(operation_id="say_that_address_works", request=None)
    def post(self, request: Request) -> Response:
        """Say that your address works again; this week's digest is sent to it. Twice a month at most."""
        user = reader_of(request)
        try:
            actions.lift_suppression(user=user)
        except actions.LiftedTooOften as problem:
            raise Throttled(wait=24 * 3600) from problem
        return Response(self.get_serializer(user).data)
