"""What can happen to a team's lists, for its activity and its log."""

from django.utils.translation import gettext_lazy as _

from accounts.events import Kind, register

register(
    Kind("list.made", _("%(actor)s made the list “%(list)s”")),
    Kind("list.shared", _("%(actor)s opened the list “%(list)s” to: %(readers)s"), is_audit=True),
    Kind("list.deleted", _("%(actor)s deleted the list “%(list)s”"), is_audit=True),
    Kind("paper.added", _("%(actor)s put “%(paper)s” into “%(list)s”")),
)
