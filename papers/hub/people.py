"""People and teams as the Hugging Face client knows them: users and organizations, as far as this reader may see them."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import allows, reader_of
from accounts.models import Membership, Namespace, Scope, Team, User
from papers.hub.answers import HubView, found_or_404, object_id, page
from papers.models import AuthorClaim, Follow, Paper
from papers.models.reading_list import holders_visible_to


def person(user: User, **more: Any) -> dict[str, Any]:
    """A user; the client reads the name in addresses from `user`."""
    return {
        "_id": object_id(user),
        "user": user.handle,
        "fullname": user.display_name,
        "avatarUrl": "",
        "type": "user",
        "isPro": False,
        **more,
    }


def organization(team: Team, **more: Any) -> dict[str, Any]:
    return {"_id": object_id(team), "name": team.slug, "fullname": team.title, "avatarUrl": "", "type": "org", **more}


class _Person(HubView):
    public_read, read_scope = True, Scope.PAPERS_READ

    def holder(self, name: str) -> Namespace:
        holders = holders_visible_to(self.request.user).filter(user__isnull=False).called(name)
        return found_or_404(holders.select_related("user__namespace"), _("There is nobody of this name whom you may see."))


class UserOverviewView(_Person):
    def get(self, request: Request, name: str) -> Response:
        """One person: what their page here tells."""
        holder = self.holder(name)
        user = holder.user
        assert user is not None, "holder() looks for people"
        followers, is_followed = Follow.objects.about(holder).told_to(request.user)
        claimed = [claim.author for claim in AuthorClaim.objects.accepted().filter(user=user).select_related("author")]
        counts = {"numPapers": Paper.objects.by_authors(claimed).count(), "numFollowers": followers, "isFollowing": is_followed}
        return Response(person(user, details=user.affiliation or None, orgs=self._teams(request, user), **counts))

    def _teams(self, request: Request, user: User) -> list[dict[str, Any]]:
        """Who is in a team is for its people to see, and for tokens that may."""
        reader = request.user if allows(request, Scope.TEAMS_READ) else AnonymousUser()
        theirs = Membership.objects.visible_to(reader).filter(user=user).select_related("team__namespace")
        return [organization(membership.team) for membership in theirs]


class UserFollowersView(_Person):
    def get(self, request: Request, name: str) -> Response:
        """Nobody: whom a person follows is for that person alone, so a follower is only counted."""
        self.holder(name)
        return Response([])


class UserFollowingView(_Person):
    def get(self, request: Request, name: str) -> Response:
        """The people whom you follow; nobody else's are told."""
        holder = self.holder(name)
        if holder.user_id != request.user.pk or not allows(request, Scope.DIGESTS_READ):
            return Response([])
        followed = Follow.objects.shown_to(reader_of(request)).filter(namespace__user__isnull=False)
        rows, headers = page(request, followed.select_related("namespace__user__namespace"), ("pk",))
        return Response([person(row.namespace.user) for row in rows], headers=headers)


class _Organization(HubView):
    public_read, read_scope = True, Scope.TEAMS_READ

    def team(self, name: str) -> Team:
        holders = holders_visible_to(self.request.user).filter(team__isnull=False).called(name)
        holder = found_or_404(holders, _("There is no team of this name that you may see."))
        return Team.objects.with_role_of(self.request.user).get(namespace=holder)


class OrganizationOverviewView(_Organization):
    def get(self, request: Request, name: str) -> Response:
        """One team; how many are in it is told to its people."""
        team = self.team(name)
        followers, is_followed = Follow.objects.about(team.namespace).told_to(request.user)
        counts = {"numFollowers": followers, "isFollowing": is_followed, "isVerified": False}
        if team.role_of_reader:
            counts["numUsers"] = team.memberships.count()
        return Response(organization(team, details=team.description or None, **counts))


class OrganizationMembersView(_Organization):
    public_read = False

    def get(self, request: Request, name: str) -> Response:
        """Who is in a team of yours."""
        team = self.team(name)
        if not team.role_of_reader:
            raise PermissionDenied(_("Who is in a team is for the people in it to see."))
        rows, headers = page(request, team.memberships.select_related("user__namespace"), ("joined_at", "pk"))
        return Response([person(row.user) for row in rows], headers=headers)


class OrganizationFollowersView(_Organization):
    def get(self, request: Request, name: str) -> Response:
        """Nobody, as for people."""
        self.team(name)
        return Response([])
