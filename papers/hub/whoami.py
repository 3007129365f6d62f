"""Whose token is this? And the list of agents, which the client asks for and which is empty here."""

from typing import Any

from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import reader_of
from accounts.models import ApiToken, Membership, Team, User
from papers.hub.answers import HubView, moment, object_id
from papers.hub.people import organization


class WhoamiView(HubView):
    """Every live token may ask this, whatever its scopes."""

    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        """The person, with their teams; a team's key is the team, whose lists it may make."""
        reader = reader_of(request)
        memberships = Membership.objects.filter(user=reader).select_related("team__namespace")
        if reader.only_team_id:
            who = _team(memberships.get(team=reader.only_team_id).team)
        else:
            who = _person(reader) | {"orgs": [organization(each.team, roleInOrg=each.role) for each in memberships]}
        return Response(who | {"avatarUrl": "", "isPro": False, "canPay": False, "auth": _auth(request)})


class AgentHarnessesView(HubView):
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        """No agents are known here; without this answer the client asks at every call."""
        return Response({"standardEnvVars": [], "harnesses": {}})


def _person(reader: User) -> dict[str, Any]:
    names = {"name": reader.handle, "fullname": reader.display_name, "email": reader.email}
    return {"type": "user", "id": object_id(reader), **names}


def _team(team: Team) -> dict[str, Any]:
    return {"type": "org", "id": object_id(team), "name": team.slug, "fullname": team.title, "email": None, "orgs": []}


def _auth(request: Request) -> dict[str, Any]:
    """What the token is called, and whether it may write anything."""
    token = request.auth
    if not isinstance(token, ApiToken):
        return {"type": "session"}
    writes = any(scope.endswith(":write") for scope in token.scopes)
    told = {"displayName": token.name, "role": "write" if writes else "read", "createdAt": moment(token.created_at)}
    return {"type": "access_token", "accessToken": told}
