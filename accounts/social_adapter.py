"""Logging in through GitHub, Google, ORCID or an institute: whose address is believed, and what is kept (almost nothing)."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accounts.actions.admission import why_not
from accounts.actions.groups import apply_groups
from accounts.models import Namespace, User

KEPT = ("sub", "name", "email")  # of what a service tells about somebody


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Take what is said about groups, and forget the rest before anything is stored."""
        account = sociallogin.account
        sociallogin.groups = groups_in(account.extra_data) if account.provider == settings.OIDC_ID else None
        account.extra_data = {name: value for name, value in _claims(account.extra_data).items() if name in KEPT}
        if sociallogin.is_existing:
            self._apply_groups(sociallogin)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return not why_not(address=sociallogin.user.email or "", secret=request.session.get("invitation", ""))

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Only the institute's own service may open an account that is there already, by an address that it has verified."""
        return bool(login.account.provider == settings.OIDC_ID)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.email = (user.email or "").lower()
        claims = _claims(sociallogin.account.extra_data)
        user.full_name = str(claims.get("name") or "")[:120]
        if sociallogin.account.provider == "orcid":
            user.orcid = str(sociallogin.account.uid)
        return user

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user: User = super().save_user(request, sociallogin, form=form)
        if not Namespace.objects.filter(user=user).exists():
            Namespace.objects.create(name=User.objects.free_handle(user.email or user.full_name), user=user)
        self._apply_groups(sociallogin)
        return user

    def _apply_groups(self, sociallogin: SocialLogin) -> None:
        if sociallogin.groups is not None:
            apply_groups(user=sociallogin.user, provider=sociallogin.account.provider, names=sociallogin.groups)


def groups_in(told: dict[str, Any]) -> list[str]:
    """Return the groups that a service names, in its answer or in its token."""
    for claims in (told.get("userinfo"), told.get("id_token"), told):
        groups = (claims or {}).get(settings.OIDC_GROUPS_CLAIM)
        if isinstance(groups, str):
            groups = groups.split()
        if isinstance(groups, list):
            return [str(group) for group in groups]
    return []


def _claims(told: dict[str, Any]) -> dict[str, Any]:
    return told.get("userinfo") or told.get("id_token") or told
