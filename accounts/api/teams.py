"""/teams/: the reader's teams, who is in them, and invitations. The rules are those of the actions."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import names
from accounts.actions.invitations import invite_person, make_link, revoke_invitation
from accounts.actions.memberships import change_role, leave_team, remove_member
from accounts.actions.teams import change_team, create_team, delete_team, rename_team
from accounts.api.pagination import KeysetPagination
from accounts.api.permissions import reader_of
from accounts.api.sparse import Sparse
from accounts.models import Invitation, Membership, Namespace, Role, Scope, Team, User
from accounts.models.roles import MANAGING_ROLES
from accounts.models.team import MembershipQuerySet, TeamQuerySet

LONGEST_DAYS, MOST_USES = 30, 500


class TeamSerializer(Sparse, serializers.ModelSerializer[Team]):
    slug = serializers.CharField(max_length=names.LONGEST, help_text="Part of the address. Owners may change it; the old one leads on.")
    role = serializers.CharField(source="role_of_reader", read_only=True, allow_null=True, help_text="Yours; null where you are not in it.")

    class Meta:
        model = Team
        fields = ["slug", "title", "description", "is_public", "takes_requests", "role", "created_at"]
        read_only_fields = ["created_at"]

    def validate_slug(self, slug: str) -> str:
        if problem := names.problem_with(slug):
            raise serializers.ValidationError(problem)
        if self.instance is None and Namespace.objects.filter(name=slug).exists():
            raise serializers.ValidationError(_("This name is taken."))
        return slug


class MemberSerializer(Sparse, serializers.ModelSerializer[Membership]):
    handle = serializers.CharField(source="user.handle", read_only=True)
    name = serializers.CharField(source="user.display_name", read_only=True)

    class Meta:
        model = Membership
        fields = ["handle", "name", "role", "joined_at"]
        read_only_fields = ["joined_at"]


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """Give `handle` for somebody with an account; without it a link is made, whose `url` is shown this once."""

    role = serializers.ChoiceField(choices=Role.choices, default=Role.MEMBER, help_text="Nobody is invited as owner.")
    handle = serializers.CharField(source="invitee.handle", required=False, default=None, allow_null=True)
    uses = serializers.IntegerField(min_value=1, max_value=MOST_USES, default=1)
    days = serializers.IntegerField(min_value=1, max_value=LONGEST_DAYS, default=7, write_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = ["id", "role", "handle", "uses", "used", "days", "expires_at", "url"]
        read_only_fields = ["used", "expires_at"]

    def get_url(self, invitation: Invitation) -> str | None:
        secret = self.context.get("secret")
        return settings.SITE_URL + reverse("accounts:join", args=[secret]) if secret else None


class TeamAddress(APIView):
    """Finds the team of an address: not visible is 404."""

    read_scope, write_scope = Scope.TEAMS_READ, Scope.TEAMS_WRITE

    def team(self) -> Team:
        reader = reader_of(self.request)
        return get_object_or_404(Team.objects.visible_to(reader).called(self.kwargs["slug"]).with_role_of(reader))

    def own_team(self, roles: Sequence[str] = tuple(Role.values)) -> Team:
        """A team in which the reader has one of some roles; visible but not so is 403."""
        team = self.team()
        if team.role_of_reader not in roles:
            raise PermissionDenied
        return team


class TeamsView(ListAPIView[Team]):
    serializer_class = TeamSerializer
    pagination_class = KeysetPagination
    read_scope, write_scope = Scope.TEAMS_READ, Scope.TEAMS_WRITE

    def get_queryset(self) -> TeamQuerySet:
        return Team.objects.of_member(self.request.user).with_role_of(self.request.user)

    def keyset_order(self) -> Sequence[str]:
        return ("title", "pk")

    @extend_schema(operation_id="teams")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your teams, by name."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="create_team", responses={201: TeamSerializer})
    def post(self, request: Request) -> Response:
        """Make a team; you are its owner."""
        asked = TeamSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = {name: asked.validated_data[name] for name in ("slug", "title", "description") if name in asked.validated_data}
        reader = reader_of(request)
        made = create_team(owner=reader, **wanted)
        return Response(TeamSerializer(self.get_queryset().get(pk=made.pk)).data, status=status.HTTP_201_CREATED)


class TeamView(TeamAddress):
    @extend_schema(operation_id="team", responses=TeamSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """One team, if it is yours or public."""
        return Response(TeamSerializer(self.team(), context={"request": request}).data)

    @extend_schema(operation_id="change_team", request=TeamSerializer, responses=TeamSerializer)
    def patch(self, request: Request, slug: str) -> Response:
        """Change title or description (maintainers), or its slug and who may see and ask to join it (owners)."""
        team, reader = self.own_team(), reader_of(request)
        asked = TeamSerializer(team, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data.pop("slug", team.slug)
        with transaction.atomic():
            team = change_team(team=team, actor=reader, **asked.validated_data)
            if wanted != team.slug:
                self.kwargs["slug"] = rename_team(team=team, actor=reader, slug=wanted).slug
        return Response(TeamSerializer(self.team()).data)

    @extend_schema(operation_id="delete_team", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Delete the team with its lists (owners)."""
        delete_team(team=self.own_team([Role.OWNER]), actor=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MembersView(TeamAddress, GenericAPIView[Membership]):
    serializer_class = MemberSerializer
    pagination_class = KeysetPagination
    queryset = Membership.objects.none()

    def keyset_order(self) -> Sequence[str]:
        return ("joined_at", "pk")

    @extend_schema(operation_id="team_members")
    def get(self, request: Request, slug: str) -> Response:
        """Who is in the team, by the time of joining."""
        members: MembershipQuerySet = Membership.objects.filter(team=self.own_team()).select_related("user__namespace")
        page = self.paginate_queryset(members)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class MemberView(TeamAddress):
    def member(self) -> Membership:
        members = self.own_team().memberships.select_related("user__namespace", "team__namespace")
        return get_object_or_404(members, user__namespace__name=self.kwargs["handle"])

    @extend_schema(operation_id="change_member", request=MemberSerializer, responses=MemberSerializer)
    def put(self, request: Request, slug: str, handle: str) -> Response:
        """Give somebody of the team another role."""
        asked = MemberSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        if "role" not in asked.validated_data:
            raise ValidationError({"role": [_("This field is required.")]})
        member = change_role(membership=self.member(), actor=reader_of(request), role=asked.validated_data["role"])
        return Response(MemberSerializer(member).data)

    @extend_schema(operation_id="remove_member", responses={204: None})
    def delete(self, request: Request, slug: str, handle: str) -> Response:
        """Take somebody out of the team; yourself: leave it."""
        member, reader = self.member(), reader_of(request)
        if member.user_id == reader.pk:
            leave_team(team=member.team, user=reader)
        else:
            remove_member(membership=member, actor=reader)
        return Response(status=status.HTTP_204_NO_CONTENT)


class InvitationsView(TeamAddress):
    @extend_schema(operation_id="invitations", responses=InvitationSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Open invitations, for those who may make them."""
        usable = Invitation.objects.usable().with_names().filter(team=self.own_team(MANAGING_ROLES))
        return Response(InvitationSerializer(usable[:MOST_USES], many=True).data)

    @extend_schema(operation_id="invite", request=InvitationSerializer, responses={201: InvitationSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Invite somebody by handle, or make a link."""
        team, reader = self.own_team(MANAGING_ROLES), reader_of(request)
        asked = InvitationSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted, secret = asked.validated_data, ""
        handle = (wanted.get("invitee") or {}).get("handle")
        if handle:
            invitation = invite_person(team=team, actor=reader, person=_person(handle), role=wanted["role"])
        else:
            lifetime = timedelta(days=wanted["days"])
            invitation, secret = make_link(team=team, actor=reader, role=wanted["role"], uses=wanted["uses"], lifetime=lifetime)
        return Response(InvitationSerializer(invitation, context={"secret": secret}).data, status=status.HTTP_201_CREATED)


class InvitationView(TeamAddress):
    @extend_schema(operation_id="withdraw_invitation", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Withdraw an invitation."""
        invitation = get_object_or_404(self.own_team(MANAGING_ROLES).invitations, pk=pk)
        revoke_invitation(invitation=invitation, actor=reader_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _person(handle: str) -> User:
    person = User.objects.filter(namespace__name=handle, is_active=True).first()
    if person is None:
        raise ValidationError({"handle": [_("Nobody here has the handle “%(who)s”.") % {"who": handle}]})
    return person
