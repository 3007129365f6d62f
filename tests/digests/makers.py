"""Makers of what the digest tests need: subscriptions that are due, digests with mail in the outbox."""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from accounts.models import User
from digests.actions import compose_digests, send_now, subscription_of
from digests.models import Delivery, Digest, DigestPaper, Subscription
from digests.models.delivery import new_message_id
from papers.models import Paper
from tests.factories import make_paper, make_user


def make_due(user: User, **over: Any) -> Subscription:
    """Subscribe a reader whose hour came just now."""
    subscription = subscription_of(user=user)
    Subscription.objects.filter(pk=subscription.pk).update(**{"next_due_at": Now() - timedelta(minutes=1), **over})
    subscription.refresh_from_db()
    return subscription


def sent_now(user: User) -> Digest:
    """This week's digest, asked for by its reader and composed."""
    digest = send_now(user=user)
    compose_digests()
    digest.refresh_from_db()
    return digest


def make_digest(user: User, *papers: Paper, period_key: str = "2026-W48", **over: Any) -> Digest:
    """A ready digest of some papers, or one new one."""
    digest = Digest.objects.create(subscription=subscription_of(user=user), period_key=period_key, **{"state": Digest.State.READY, **over})
    for position, paper in enumerate(papers or [make_paper()], start=1):
        DigestPaper.objects.create(digest=digest, user=user, paper=paper, position=position, score=0.5, reason={"kind": "new"})
    return digest


def make_mail(user: User | None = None, **over: Any) -> Delivery:
    """A mail in the outbox, to be sent at once."""
    user = user or make_user(password=None)  # hashing is slow, and nobody logs in
    digest = over.pop("digest", None) or make_digest(user)
    fields = {"digest": digest, "address": user.email, "message_id": new_message_id("lectern.example")}
    mail = Delivery.objects.create(**fields | over)
    mail.refresh_from_db()
    return mail
