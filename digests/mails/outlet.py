"""The mail of a team's digest to a mailing list: what is in it for all of the team."""

from collections.abc import Callable, Sequence
from email.message import EmailMessage

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from digests.mails.frame import absolute, write_mail
from digests.mails.team_digest import digest_context
from digests.models import Delivery, TeamDigest
from digests.signing import outlet_stop_token
from digests.team_shown import show_team_digest


def writer(deliveries: Sequence[Delivery]) -> Callable[[Delivery], EmailMessage]:
    digests = TeamDigest.objects.select_related("subscription__team__namespace").in_bulk([one.team_digest_id for one in deliveries])
    return lambda delivery: _write(delivery, digests[delivery.team_digest_id or 0])


def _write(delivery: Delivery, digest: TeamDigest) -> EmailMessage:
    shown = show_team_digest(digest, None)
    with translation.override(settings.LANGUAGE_CODE):
        stop_url = absolute(reverse("digests:outlet_stop", args=[outlet_stop_token(delivery.outlet_id or 0)]))
        context = digest_context(digest, shown) | {"stop_url": stop_url, "settings_url": ""}
        return write_mail(delivery, "team_digest", context, name="", stop_url=stop_url, list_name="team-digest")
