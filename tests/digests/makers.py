"""Makers of what the digest tests need: subscriptions that are due, digests with mail in the outbox."""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Announcement, Team, User
from digests.actions import compose_digests, deliver_posts, send_now, spread_announcements, subscription_of
from digests.models import (
    Delivery,
    Digest,
    DigestPaper,
    Subscription,
    TeamDigest,
    TeamOutlet,
    TeamSubscription,
    VisitorDigest,
    VisitorSubscription,
    Webhook,
)
from digests.models.delivery import new_message_id
from digests.posts import new_secret
from digests.schedule import days_of
from papers.models import Category, ListItem, Paper
from tests.factories import make_paper, make_user


def make_due(user: User, **over: Any) -> Subscription:
    """Subscribe a reader whose hour came just now."""
    subscription = subscription_of(user=user)
    Subscription.objects.filter(pk=subscription.pk).update(**{"next_due_at": Now() - timedelta(minutes=1), **over})
    subscription.refresh_from_db()
    return subscription


def sent_now(user: User) -> Digest:
    """The present digest, asked for by its reader and composed."""
    digest = send_now(user=user)
    compose_digests()
    digest.refresh_from_db()
    return digest


def make_digest(user: User, *papers: Paper, period_key: str = "2026-W48", **over: Any) -> Digest:
    """A ready digest of some papers, or one new one."""
    fields = {"state": Digest.State.READY, "day": days_of(period_key)[0], **over}
    digest = Digest.objects.create(subscription=subscription_of(user=user), period_key=period_key, **fields)
    for position, paper in enumerate(papers or [make_paper()], start=1):
        DigestPaper.objects.create(digest=digest, user=user, paper=paper, position=position, score=0.5, reason={"kind": "new"})
    return digest


def make_team_digest(team: Team, *items: ListItem, period_key: str = "2026-W48", **over: Any) -> TeamDigest:
    """A ready digest of a team whose papers of some lists are in each part of it."""
    subscription, _new = TeamSubscription.objects.get_or_create(team=team, defaults={"is_active": True, "next_due_at": "2100-01-01T00:00Z"})
    content = {
        "saved": [{"paper": item.paper_id, "people": [item.added_by_id], "lists": [item.reading_list_id]} for item in items],
        "discussed": [{"paper": item.paper_id, "item": item.pk, "comments": 1} for item in items],
        "likely": [{"paper": item.paper_id, "reason": {"kind": "new"}} for item in items],
    }
    fields = {"state": Digest.State.READY, "day": days_of(period_key)[0], "content": content, "composed_at": timezone.now()}
    return TeamDigest.objects.create(subscription=subscription, period_key=period_key, **fields | over)


def make_mail(user: User | None = None, **over: Any) -> Delivery:
    """A mail in the outbox, to be sent at once."""
    user = user or make_user(password=None)  # hashing is slow, and nobody logs in
    digest = over.pop("digest") if "digest" in over else make_digest(user)
    fields = {"digest": digest, "address": user.email, "message_id": new_message_id("lectern.example")}
    mail = Delivery.objects.create(**fields | over)
    mail.refresh_from_db()
    return mail


def make_visitor(address: str = "visitor@elsewhere.example", *codes: str, **over: Any) -> VisitorSubscription:
    """A confirmed subscription of a visitor whose hour came just now, to some categories."""
    fields = {"confirmed_at": timezone.now(), "next_due_at": timezone.now() - timedelta(minutes=1)}
    subscription = VisitorSubscription.objects.create(address=address, **fields | over)
    subscription.categories.set(Category.objects.filter(slug__in=codes))
    return subscription


def make_visitor_digest(subscription: VisitorSubscription, *papers: Paper, period_key: str = "2026-W48", **over: Any) -> VisitorDigest:
    """A ready digest of a visitor with a mail in the outbox."""
    fields = {"state": Digest.State.READY, "content": [paper.pk for paper in papers], "composed_at": timezone.now()}
    digest = VisitorDigest.objects.create(subscription=subscription, period_key=period_key, day=days_of(period_key)[0], **fields | over)
    Delivery.objects.create(visitor_digest=digest, address=subscription.address, message_id=new_message_id("lectern.example"))
    return digest


def make_outlet(team: Team, *, kind: str = "webhook", address: str = "https://hooks.example/s3cret-part-of-it", **over: Any) -> TeamOutlet:
    """An outlet that takes the team's digests, whatever its address."""
    outlet = TeamOutlet(team=team, kind=kind, **{"label": f"Our {kind}", "confirmed_at": timezone.now()} | over)
    outlet.address = address
    if outlet.is_signed:
        outlet.put_secret(new_secret())
    outlet.save()
    return outlet


def make_webhook(owner: User | Team, *, address: str = "https://hooks.example/s3cret-part-of-it", **over: Any) -> Webhook:
    """A program that is told what a reader or a team may see, whatever its address."""
    whose = {"user": owner} if isinstance(owner, User) else {"team": owner}
    webhook = Webhook(**whose, **{"label": "Our robot"} | over)
    webhook.address = address
    webhook.put_secret(new_secret())
    webhook.save()
    return webhook


def make_told(webhook: Webhook, kind: str = "paper.voted", **over: Any) -> Delivery:
    """A post to a webhook that was taken."""
    announcement = Announcement.objects.create(kind=kind, facts={"by": None, "paper": None}, taken_at=timezone.now())
    fields = {"is_posted": True, "address": webhook.shown_address, "state": Delivery.State.SENT, "status": 200}
    message_id = new_message_id("lectern.example")
    return Delivery.objects.create(webhook=webhook, announcement=announcement, message_id=message_id, **fields | over)


def tell_programs() -> int:
    """Make posts of what was announced and post what is due; return how many were accepted."""
    spread_announcements()
    return deliver_posts()


def make_post(outlet: TeamOutlet, digest: TeamDigest, **over: Any) -> Delivery:
    """A delivery to an outlet in the outbox, to go out at once."""
    fields = {"is_posted": outlet.is_posted_to, "address": outlet.shown_address}
    return Delivery.objects.create(team_digest=digest, outlet=outlet, message_id=new_message_id("lectern.example"), **fields | over)
