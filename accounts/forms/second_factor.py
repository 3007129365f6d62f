"""Typing a code of an authenticator app, or a recovery code: each works once, even if it is sent twice at the same moment."""

from datetime import timedelta
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _

from accounts.actions.limits import Limit, take

# A code of an app is accepted for three steps of 30 seconds; a recovery code for as long as it is on paper.
ONCE = {Authenticator.Type.TOTP: timedelta(minutes=5), Authenticator.Type.RECOVERY_CODES: timedelta(days=3650)}


class _OnceOnly:
    authenticator: Authenticator

    def clean_code(self) -> str:
        """The library remembers used codes in the cache, or reads before it writes; the database is stricter."""
        code = str(super().clean_code())  # type: ignore[misc]
        factor = self.authenticator
        digits = "".join(filter(str.isalnum, code))
        limit = Limit(1, ONCE[factor.type])
        if take(action="second factor", subject=f"{factor.pk} {digits}", limit=limit):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AddPasskeyForm(AddWebAuthnForm):
    """A key that also logs in without a password, unless one unticks that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].label = _("Log in with it alone, without a password")
        self.fields["passwordless"].help_text = ""


class AuthenticateForm(_OnceOnly, AllauthAuthenticateForm):
    pass


class ReauthenticateForm(_OnceOnly, AllauthReauthenticateForm):
    pass
