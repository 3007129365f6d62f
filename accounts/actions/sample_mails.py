"""The mails about accounts as nobody ever gets them, to be looked at: made of people who are in no table, with links that lead nowhere."""

from collections.abc import Mapping
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.deleting import deletion_mail
from accounts.actions.invitations import invitation_mail
from accounts.models import Invitation, Namespace, Role, Team, User

NOWHERE, CODE = "preview", "ABC-DEF"
# allauth's own, by the names of its templates: those that hold a code or a link.
ALLAUTH = ("email_confirmation", "login_code", "password_reset_key")


def sample_mails() -> Mapping[str, EmailMessage]:
    """Return each by its kind. Must run within a request, which allauth's mails ask for."""
    reader = sample_reader()
    ours = {"invitation": invitation_mail(_invitation(reader), NOWHERE), "deletion": deletion_mail(reader)}
    return ours | {name: _allauth_mail(name, reader) for name in ALLAUTH}


def sample_reader() -> User:
    """Somebody who is not saved."""
    reader = User(email="reader@example.org", full_name=_("Sample Reader"), deletion_due_at=timezone.now() + timedelta(days=14))
    reader.namespace = Namespace(name="sample-reader")
    return reader


def _invitation(reader: User) -> Invitation:
    lifetime = timezone.now() + timedelta(days=7)
    return Invitation(team=Team(title=_("Sample Team")), made_by=reader, role=Role.MEMBER, address=reader.email, expires_at=lifetime)


def _allauth_mail(name: str, reader: User) -> EmailMessage:
    address = f"{settings.SITE_URL}/accounts/{NOWHERE}/"
    site = {"name": settings.SITE_NAME, "domain": settings.SITE_URL.partition("://")[2]}
    context = {"user": reader, "email": reader.email, "current_site": site, "code": CODE, "password_reset_url": address}
    return get_adapter().render_mail(f"account/email/{name}", reader.email, context)
