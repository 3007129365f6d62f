"""What can happen to lists and imports, for a team's activity and log and for a reader's inbox."""

from django.utils.translation import gettext_lazy as _

from accounts.events import Kind, Topic, register

register(
    Kind("list.made", _("%(actor)s made the list “%(list)s”")),
    Kind("list.shared", _("%(actor)s opened the list “%(list)s” to: %(readers)s"), is_audit=True),
    Kind("list.deleted", _("%(actor)s deleted the list “%(list)s”"), is_audit=True),
    Kind("paper.added", _("%(actor)s put “%(paper)s” into “%(list)s”")),
    Kind("list.filled", _("%(actor)s brought %(n)s papers into “%(list)s”")),
    Kind("list.link_made", _("%(actor)s made the secret link “%(label)s” to “%(list)s”"), is_audit=True),
    Kind("list.link_revoked", _("%(actor)s revoked the secret link “%(label)s” to “%(list)s”"), is_audit=True),
    Kind("claim.accepted", _("You are known as the author %(name)s now"), Topic.REQUESTS, is_audit=True),
    Kind("claim.refused", _("Whether you are the author %(name)s could not be confirmed"), Topic.REQUESTS, is_audit=True),
    Kind("import.done", _("“%(name)s” is in: %(added)s new papers, %(rejected)s entries not understood"), Topic.JOBS),
    Kind("import.failed", _("“%(name)s” could not be brought in"), Topic.JOBS),
)
