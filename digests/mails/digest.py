"""The mail of a reader's digest, with the ways to answer to each of its papers."""

from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import translation

from digests.mails.frame import about, absolute, paper_context, write_mail
from digests.models import Answer, Delivery, Digest, DigestPaper
from digests.periods import name_of
from digests.reasons import name_reasons, reason_text
from digests.signing import answer_token, preferences_token, unsubscribe_token
from papers.models import Paper


def writer(deliveries: Sequence[Delivery]) -> Callable[[Delivery], EmailMessage]:
    papers = Paper.objects.for_cards(AnonymousUser())
    entries = DigestPaper.objects.order_by("position").prefetch_related(Prefetch("paper", papers))
    whole = Digest.objects.select_related("subscription__user").prefetch_related(Prefetch("entries", entries))
    digests = whole.in_bulk([delivery.digest_id for delivery in deliveries])
    return lambda delivery: _write(delivery, digests[delivery.digest_id or 0])


def _write(delivery: Delivery, digest: Digest) -> EmailMessage:
    reader = digest.subscription.user
    name_reasons(digest.entries.all(), reader=reader)
    with translation.override(reader.language):
        context = _context(digest)
        stop_url = context["unsubscribe_url"]
        return write_mail(delivery, "digest", context, name=reader.full_name, stop_url=stop_url, list_name="digest")


def _context(digest: Digest) -> dict[str, Any]:
    entries = list(digest.entries.all())
    token = unsubscribe_token(digest.subscription_id)
    return {
        "reader": digest.subscription.user,
        "entries": [_entry_context(entry, len(entries)) for entry in entries],
        "news": digest.news,
        "about": about([entry.paper for entry in entries]),
        "period": name_of(digest.period_key),
        "digest_url": absolute(digest.get_absolute_url()),
        "preferences_url": absolute(reverse("digests:preferences", args=[preferences_token(digest.subscription_id)])),
        "unsubscribe_url": absolute(reverse("digests:unsubscribe", args=[token])),
    }


def _entry_context(entry: DigestPaper, among: int) -> dict[str, Any]:
    token = answer_token(entry.pk)
    return paper_context(entry.paper, among=among) | {
        "open_url": absolute(entry.open_path),
        "answers_url": absolute(reverse("digests:answers", args=[token])),
        "answers": [(answer.label, absolute(reverse("digests:answer", args=[token, answer]))) for answer in Answer],
        "reason": reason_text(entry.reason),
        "changes": ", ".join(str(words) for _kind, words in entry.paper.changes),
    }
