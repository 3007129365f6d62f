"""Who may get an account here, by the house rules."""

from django.utils.translation import gettext as _

from accounts.actions.invitations import usable_invitation
from accounts.models import Admission, HouseRules


def is_open(*, secret: str) -> bool:
    """Tell whether somebody may see the sign-up form at all.

    Args:
        secret: of an invitation that the visitor holds, or "".
    """
    return HouseRules.current().admission != Admission.INVITED or usable_invitation(secret=secret) is not None


def why_not(*, address: str, secret: str) -> str:
    """Return why an address may not sign up, or "". It depends on the address's domain only, never on who has an account."""
    rules = HouseRules.current()
    if rules.admission == Admission.OPEN or usable_invitation(secret=secret):
        return ""
    if rules.admission == Admission.INVITED:
        return _("Signing up here needs an invitation.")
    if address.rpartition("@")[2].lower() in {domain.lower().removeprefix("@") for domain in rules.domains}:
        return ""
    return _("Sign up with an address of %(domains)s, or ask somebody here for an invitation.") % {"domains": ", ".join(rules.domains)}
