"""What can happen to lists and imports, for a team's activity and log and for a reader's inbox."""

from django.utils.translation import gettext_lazy as _

from accounts.events import Kind, Topic, register

register(
    Kind("list.made", _("%(actor)s made the list “%(list)s”")),
    Kind("list.shared", _("%(actor)s opened the list “%(list)s” to: %(readers)s"), is_audit=True),
    Kind("list.nested", _("%(actor)s put the list “%(list)s” into “%(parent)s”"), is_audit=True),
    Kind("list.unnested", _("%(actor)s took the list “%(list)s” out of the one it was in"), is_audit=True),
    Kind(
        "list.shared_with",
        _("%(actor)s shared the list “%(list)s” with %(person)s, who may now: %(may)s"),
        Topic.INVITATIONS,
        is_audit=True,
    ),
    Kind("list.shared_with_team", _("%(actor)s shared the list “%(list)s” with %(team)s, which may now: %(may)s"), Topic.TEAMS),
    Kind("list.unshared", _("The list “%(list)s” is no longer shared with %(reader)s"), is_audit=True),
    Kind("list.moved", _("%(actor)s gave the list “%(list)s” to %(owner)s"), is_audit=True),
    Kind("list.deleted", _("%(actor)s deleted the list “%(list)s”"), is_audit=True),
    Kind("paper.added", _("%(actor)s put “%(paper)s” into “%(list)s”")),
    Kind("papers.added", _("%(actor)s put %(count)s papers into “%(list)s”")),
    Kind("note.written", _("%(actor)s wrote a note on “%(paper)s” in “%(list)s”")),
    Kind("suggestion.made", _("%(actor)s suggests “%(paper)s” for “%(list)s”"), Topic.SUGGESTIONS),
    Kind("suggestion.accepted", _("%(actor)s took the suggested “%(paper)s” into “%(list)s”"), Topic.SUGGESTIONS),
    Kind("suggestion.declined", _("%(actor)s did not take the suggested “%(paper)s” into “%(list)s”. %(words)s"), Topic.SUGGESTIONS),
    Kind("assignment.present", _("%(actor)s asks %(person)s to present “%(paper)s” of “%(list)s”"), Topic.ASSIGNMENTS),
    Kind("assignment.present_on", _("%(actor)s asks %(person)s to present “%(paper)s” of “%(list)s” on %(day)s"), Topic.ASSIGNMENTS),
    Kind("assignment.read", _("%(actor)s asks %(person)s to read “%(paper)s” of “%(list)s”"), Topic.ASSIGNMENTS),
    Kind("assignment.read_on", _("%(actor)s asks %(person)s to read “%(paper)s” of “%(list)s” by %(day)s"), Topic.ASSIGNMENTS),
    Kind("list.filled", _("%(actor)s brought %(n)s papers into “%(list)s”")),
    Kind("list.link_made", _("%(actor)s made the secret link “%(label)s” to “%(list)s”"), is_audit=True),
    Kind("list.link_revoked", _("%(actor)s revoked the secret link “%(label)s” to “%(list)s”"), is_audit=True),
    Kind("claim.accepted", _("You are known as the author %(name)s now"), Topic.REQUESTS, is_audit=True),
    Kind("claim.refused", _("Whether you are the author %(name)s could not be confirmed"), Topic.REQUESTS, is_audit=True),
    Kind("comment.mention", _("%(actor)s mentions you in a comment on “%(paper)s”"), Topic.MENTIONS),
    Kind("comment.reply", _("%(actor)s answers your comment on “%(paper)s”"), Topic.REPLIES),
    Kind("comment.written", _("%(actor)s comments on “%(paper)s”"), Topic.COMMENTS),
    Kind("comment.hidden", _("Your comment on “%(paper)s” is hidden by those who moderate: %(words)s"), Topic.SECURITY),
    Kind("comment.restored", _("Your comment on “%(paper)s” is shown again"), Topic.SECURITY),
    Kind("comment.warned", _("A warning about your comment on “%(paper)s”: %(words)s"), Topic.SECURITY),
    Kind("comment.upheld", _("Your report of a comment on “%(paper)s” was right; something was done about it"), Topic.REQUESTS),
    Kind("comment.dismissed", _("Your report of a comment on “%(paper)s” was looked at; the comment stays"), Topic.REQUESTS),
    Kind("import.done", _("“%(name)s” is in: %(added)s new papers, %(rejected)s entries not understood"), Topic.JOBS),
    Kind("import.failed", _("“%(name)s” could not be brought in"), Topic.JOBS),
)
