"""Looking at a sample of every kind of mail, since real ones are their readers' own. Every kind of digests.mails is here by itself."""

import logging

from django.core.mail import EmailMessage as PlainMail

from accounts.actions.sample_mails import sample_mails
from digests import mails
from digests.actions.sampling import sample_mail
from digests.previews import Preview, preview_of, without_tokens

log = logging.getLogger(__name__)


def previews() -> list[Preview]:
    """Return one of each kind: those of the outbox first, then those that are sent at once and have a text only."""
    return [preview(kind) for kind in mails.KINDS] + [_of_text(kind, mail) for kind, mail in sample_mails().items()]


def preview(kind: str) -> Preview:
    """Return a mail of a kind of the outbox; one that cannot be made is no reason not to show the others."""
    try:
        sample = sample_mail(kind)
    except Exception as problem:
        log.exception("The preview of a mail of the kind %s cannot be made", kind)
        return Preview(kind, problem=f"{type(problem).__name__}: {problem}")
    return preview_of(kind, sample) if sample else Preview(kind)


def _of_text(kind: str, mail: PlainMail) -> Preview:
    return Preview(kind, subject=str(mail.subject), text=without_tokens(str(mail.body)))
