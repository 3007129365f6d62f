"""What actions raise, in words that help somebody who sits before the `hf` command."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated

from accounts.api.problems import Problem
from papers.actions.notes import NoteChanged


def in_own_words(exc: Exception) -> Exception:
    """Turn what actions raise into what the answer says of it."""
    if isinstance(exc, NoteChanged):
        return Problem(_("This note has changed meanwhile. Read it again, then write."), status=409)
    if isinstance(exc, NotAuthenticated):
        exc.detail = _("Log in first: make a token under Settings, API tokens, and give it to “hf auth login --token” or as HF_TOKEN.")  # type: ignore[assignment]
    return exc
