"""What can happen to a team's outlets and to webhooks, for the team's log and the inboxes of whoever manages them."""

from django.utils.translation import gettext_lazy as _

from accounts.events import Kind, Topic, register

register(
    Kind("outlet.added", _("%(actor)s has the digest of %(team)s sent to “%(label)s”, too (%(kind_of_outlet)s)"), is_audit=True),
    Kind("outlet.removed", _("%(actor)s ended sending the digest of %(team)s to “%(label)s” (%(kind_of_outlet)s)"), is_audit=True),
    Kind("webhook.added", _("%(actor)s has a program told what happens in %(team)s: “%(label)s”"), is_audit=True),
    Kind("webhook.removed", _("%(actor)s ended that a program is told what happens in %(team)s: “%(label)s”"), is_audit=True),
    Kind("webhook.off", _("The webhook “%(label)s” is switched off: %(why)s"), Topic.JOBS, is_audit=True),
    Kind("outlet.off", _("The digest of %(team)s is no longer sent to “%(label)s”: %(why)s"), Topic.TEAMS, is_audit=True),
)
