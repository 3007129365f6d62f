"""How allauth makes people of ours: with a handle in the one name table."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actions.admission import is_open
from accounts.actions.events import record_event
from accounts.actions.joining import join_all_by_domain
from accounts.actions.sessions import end_sessions
from accounts.models import Namespace, User

INVITATION = "invitation"  # where the session keeps the secret of an invitation
# By the names of allauth's mails about them.
NOTICES = {
    "password_changed": _("Your password was changed"),
    "password_reset": _("Your password was reset"),
    "password_set": _("A password was set"),
    "email_changed": _("Your e-mail address was changed"),
    "email_confirm": _("An e-mail address was confirmed"),
    "email_deleted": _("An e-mail address was removed"),
    "totp_activated": _("An authenticator app was set up"),
    "totp_deactivated": _("The authenticator app was removed"),
    "recovery_codes_generated": _("New recovery codes were made"),
    "webauthn_added": _("A passkey was added"),
    "webauthn_removed": _("A passkey was removed"),
    "account_connected": _("A log-in service was connected"),
    "account_disconnected": _("A log-in service was disconnected"),
}


class AccountAdapter(DefaultAccountAdapter):
    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        super().save_user(request, user, form, commit=False)
        user.full_name = form.cleaned_data.get("full_name", "")
        user.time_zone = form.cleaned_data.get("time_zone") or "UTC"
        user.email = user.email.lower()
        user.save()
        handle = form.cleaned_data.get("handle") or User.objects.free_handle(user.email)  # a log-in service's form asks for none
        Namespace.objects.create(name=handle, user=user)
        return user

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return is_open(secret=request.session.get(INVITATION, ""))

    def set_password(self, user: User, password: str) -> None:
        """A new password ends what the old one opened elsewhere."""
        super().set_password(user, password)
        end_sessions(user=user, but=context.request.session.session_key)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A proven address may open teams that welcome its domain."""
        confirmed = bool(super().confirm_email(request, email_address))
        if confirmed:
            join_all_by_domain(user=email_address.user)
        return confirmed

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """What is mailed about the safety of an account is also in its inbox."""
        super().send_notification_mail(template_prefix, user, *args, **kwargs)
        if what := NOTICES.get(template_prefix.rpartition("/")[2]):
            record_event(kind="security.changed", person=user, tell=[user], path=reverse("mfa_index"), what=str(what))
