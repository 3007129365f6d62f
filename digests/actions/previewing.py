"""Looking at every kind of mail: the latest real one, or a sample. Whoever registers a kind in digests.mails finds it here."""

import logging

from django.core.mail import EmailMessage as PlainMail
from django.db.models import Max

from accounts.actions.sample_mails import sample_mails
from digests import mails
from digests.actions.sampling import sample_mail
from digests.models import Delivery
from digests.models.delivery import COLUMNS
from digests.previews import Preview, preview_of, without_tokens

LOOKED_THROUGH = 10_000  # of the latest mails, so that a rare kind is not looked for among millions
log = logging.getLogger(__name__)


def previews() -> list[Preview]:
    """Return one of each kind: those of the outbox first, then those that are sent at once and have a text only."""
    return [preview(kind) for kind in mails.KINDS] + [_of_text(kind, mail) for kind, mail in sample_mails().items()]


def preview(kind: str) -> Preview:
    """Return a mail of a kind of the outbox; one that cannot be made is no reason not to show the others."""
    try:
        if latest := _latest(kind):
            return preview_of(kind, mails.mail_of(latest), is_sample=False)
        sample = sample_mail(kind)
    except Exception as problem:
        log.exception("The preview of a mail of the kind %s cannot be made", kind)
        return Preview(kind, problem=f"{type(problem).__name__}: {problem}")
    return preview_of(kind, sample, is_sample=True) if sample else Preview(kind)


def _latest(kind: str) -> Delivery | None:
    if kind not in COLUMNS:
        return None
    newest = Delivery.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return Delivery.objects.of_kind(kind).filter(pk__gt=newest - LOOKED_THROUGH).order_by("-pk").first()


def _of_text(kind: str, mail: PlainMail) -> Preview:
    return Preview(kind, subject=str(mail.subject), text=without_tokens(str(mail.body)), is_sample=True)
