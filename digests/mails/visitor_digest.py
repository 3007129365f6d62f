"""The mail of what trends, to a visitor without an account."""

from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import translation

from accounts.actions.admission import is_open
from digests.mails.frame import about, absolute, paper_context, write_mail
from digests.models import Delivery, VisitorDigest
from digests.signing import visitor_token
from papers.models import Paper


def writer(deliveries: Sequence[Delivery]) -> Callable[[Delivery], EmailMessage]:
    whole = VisitorDigest.objects.select_related("subscription").prefetch_related("subscription__categories")
    digests = whole.in_bulk([delivery.visitor_digest_id for delivery in deliveries])
    visitor, named = AnonymousUser(), {key for digest in digests.values() for key in digest.content}
    papers = Paper.objects.visible_to(visitor).for_cards(visitor).in_bulk(named)
    frame = {"signup_url": absolute(reverse("account_signup")) if is_open(secret="") else ""}
    return lambda delivery: _write(delivery, digests[delivery.visitor_digest_id or 0], papers, frame)


def _write(delivery: Delivery, digest: VisitorDigest, papers: dict[int, Paper], frame: dict[str, Any]) -> EmailMessage:
    subscription = digest.subscription
    token = visitor_token(subscription.pk)
    stop_url = absolute(reverse("digests:visitor_stop", args=[token]))
    shown = [papers[key] for key in digest.content if key in papers]
    with translation.override(subscription.language):
        context = frame | {
            "entries": [_entry(paper, among=len(shown)) for paper in shown],
            "categories": [category.slug for category in subscription.categories.all()],
            "about": about(shown),
            "preferences_url": absolute(reverse("digests:visitor_preferences", args=[token])),
            "stop_url": stop_url,
        }
        return write_mail(delivery, "visitor_digest", context, name="", stop_url=stop_url, list_name="trending")


def _entry(paper: Paper, *, among: int) -> dict[str, Any]:
    changes = ", ".join(str(words) for _kind, words in paper.changes)
    return paper_context(paper, among=among) | {"changes": changes, "fields": paper.category_codes}
