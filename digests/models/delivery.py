"""The outbox: one row per mail, whose state says exactly what may still happen to it."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from email.utils import parseaddr
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from digests.models.digest import Digest
from digests.models.outlet import TeamOutlet
from digests.models.subscription import Subscription
from digests.models.suppression import Suppression
from digests.models.wanted import COLUMNS, WANTED, is_only
from digests.models.webhook import Webhook

RETURNS_WITHIN = timedelta(days=30)
GIVE_UP_AFTER, MANY_ATTEMPTS = timedelta(days=3), 10
UNDER_WAY = ("pending", "sending", "handing_over")
UNSETTLED = (*UNDER_WAY, "held")
ENDED_BADLY = ("held", "failed", "skipped")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def to_send(self) -> "DeliveryQuerySet":
        """Rows whose turn has come, oldest first."""
        return self.filter(state=Delivery.State.PENDING, not_before__lte=Now()).order_by("not_before", "pk")

    def by_mail(self) -> "DeliveryQuerySet":
        """Rows that the relay takes."""
        return self.filter(is_posted=False)

    def by_post(self) -> "DeliveryQuerySet":
        """Rows that go to chats and programs over HTTP. Mail and posts have a drain each, and neither claims the other's."""
        return self.filter(is_posted=True)

    def not_at(self, domains: Iterable[str]) -> "DeliveryQuerySet":
        """Rows to other domains than these."""
        return reduce(lambda rows, domain: rows.exclude(address__iendswith=f"@{domain}"), domains, self)

    def under_way(self) -> "DeliveryQuerySet":
        return self.filter(state__in=UNDER_WAY)

    def unsettled(self) -> "DeliveryQuerySet":
        """Rows of which something is still to become, be it by hand."""
        return self.filter(state__in=UNSETTLED)

    def sent_since(self, moment: Any) -> "DeliveryQuerySet":
        return self.filter(state=Delivery.State.SENT, sent_at__gte=moment)

    def ended_badly_since(self, moment: Any) -> "DeliveryQuerySet":
        """By when they were made: a mail that is given up was tried for three days."""
        return self.filter(state__in=ENDED_BADLY, created_at__gte=moment)

    def stoppable(self) -> "DeliveryQuerySet":
        """Rows whose mail has certainly not reached the relay."""
        return self.filter(state__in=[Delivery.State.PENDING, Delivery.State.SENDING])

    def permitted(self, kind: str = "") -> "DeliveryQuerySet":
        """Rows whose reader still wants the mail, at an address that takes it. This is the one place that says so.

        Args:
            kind: what all of them are, where that is known: the database has less to plan.
        """
        wanted = reduce(or_, (is_wanted() for name, is_wanted in WANTED.items() if kind in {"", name}))
        return self.filter(wanted).exclude(Exists(Suppression.objects.of_column("address")))

    def of_kind(self, kind: str) -> "DeliveryQuerySet":
        return self.filter(is_only(*COLUMNS[kind]))

    def tests_of(self, user: User) -> "DeliveryQuerySet":
        """The test mails that a reader asked for, the latest first."""
        return self.of_kind("test").filter(reader=user).order_by("-pk")

    def of_paused_readers(self) -> "DeliveryQuerySet":
        """Mails of digests, a reader's own or a team's, to those who paused them."""
        paused = Subscription.objects.paused()
        own = Exists(Digest.objects.filter(pk=OuterRef("digest"), subscription__in=paused))
        return self.filter(own | Exists(paused.filter(user=OuterRef("reader"))))

    def of_subscriptions(self, *pks: int) -> "DeliveryQuerySet":
        """By subquery and not by join: under a join PostgreSQL would not look at a row's state again after waiting for its lock."""
        return self.filter(digest__in=Digest.objects.filter(subscription__in=pks))

    def latest_per_outlet(self) -> "DeliveryQuerySet":
        return self.filter(outlet__isnull=False).order_by("outlet", "-pk").distinct("outlet")

    def returnable(self) -> "DeliveryQuerySet":
        """Rows whose mail may still come back: the relay has it, or may have it, and not for so long that nobody would answer any more."""
        gone_out = [Delivery.State.SENT, Delivery.State.HANDING_OVER, Delivery.State.HELD, Delivery.State.BOUNCED]
        return self.filter(state__in=gone_out, created_at__gt=Now() - RETURNS_WITHIN)

    def abandoned(self) -> "DeliveryQuerySet":
        """Claimed rows whose sender's lease ran out before the mail was handed over."""
        return self.filter(state=Delivery.State.SENDING, lease_until__lt=Now())

    def given_up(self) -> "DeliveryQuerySet":
        """Rows that were tried again and again for three days; not those that nobody could try, or that were queued again by hand."""
        return self.filter(created_at__lt=Now() - GIVE_UP_AFTER, attempts__gte=MANY_ATTEMPTS)

    def in_doubt(self) -> "DeliveryQuerySet":
        """Rows whose sender vanished between "handing over" and the relay's answer."""
        return self.filter(state=Delivery.State.HANDING_OVER, lease_until__lt=Now())


class Delivery(models.Model):
    """pending -> sending -> handing over -> sent (-> bounced); or failed, skipped, held, each with a reason.

    `handing over` is committed just before the dot that ends the mail: before it nothing has
    been sent for certain, after it only the relay knows (RFC 1047).
    """

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENDING = "sending", _("being sent")
        HANDING_OVER = "handing_over", _("being handed over")
        SENT = "sent", _("sent")
        BOUNCED = "bounced", _("came back")
        HELD = "held", _("held: nobody knows whether it arrived")
        FAILED = "failed", _("failed")
        SKIPPED = "skipped", _("skipped")

    digest = models.ForeignKey("digests.Digest", models.CASCADE, null=True, related_name="deliveries")
    notice = models.OneToOneField("accounts.Notice", models.CASCADE, null=True, related_name="+")
    team_digest = models.ForeignKey("digests.TeamDigest", models.CASCADE, null=True, related_name="deliveries")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )  # of a team's digest, and of a test mail, which is about nothing else; others say whose
    visitor_digest = models.ForeignKey("digests.VisitorDigest", models.CASCADE, null=True, related_name="deliveries")
    visitor_subscription = models.ForeignKey("digests.VisitorSubscription", models.CASCADE, null=True, related_name="+")
    outlet = models.ForeignKey("digests.TeamOutlet", models.CASCADE, null=True, related_name="deliveries")
    webhook = models.ForeignKey("digests.Webhook", models.CASCADE, null=True, related_name="deliveries", db_index=False)
    announcement = models.ForeignKey("accounts.Announcement", models.CASCADE, null=True, related_name="+", db_index=False)
    is_posted = models.BooleanField(default=False, editable=False)  # over HTTP, and not by mail
    on_request = models.BooleanField(_("asked for by the reader"), default=False)
    address = models.EmailField(_("address"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    message_id = models.CharField(max_length=200, unique=True, editable=False)
    provider_id = models.CharField(_("the provider's id"), max_length=200, blank=True, default="", db_default="", editable=False)
    status = models.PositiveSmallIntegerField(null=True, editable=False)  # of the last answer to a webhook's post
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(db_default=Now())
    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    line: str  # what became of it, for its reader; digests.delivery_lines writes it

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_mail_is_one_thing", condition=reduce(or_, (is_only(*columns) for columns in COLUMNS.values()))),
            models.CheckConstraint(
                name="outlets_are_posted_to", condition=Q(is_posted=False) | Q(outlet__isnull=False) | Q(webhook__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["announcement", "webhook"], condition=Q(announcement__isnull=False), name="one_post_per_announcement_and_webhook"
            ),
            models.UniqueConstraint(fields=["digest"], condition=Q(state__in=UNDER_WAY), name="one_mail_under_way_per_digest"),
            models.UniqueConstraint(
                fields=["team_digest", "reader"], condition=Q(state__in=UNDER_WAY), name="one_mail_under_way_per_team_and_reader"
            ),
            models.UniqueConstraint(
                fields=["visitor_digest"], condition=Q(state__in=UNDER_WAY), name="one_mail_under_way_per_visitor_digest"
            ),
            models.UniqueConstraint(fields=["visitor_subscription"], condition=Q(state__in=UNDER_WAY), name="one_question_under_way"),
            models.UniqueConstraint(
                fields=["team_digest", "outlet"], condition=Q(state__in=UNDER_WAY), name="one_under_way_per_team_digest_and_outlet"
            ),
        ]
        indexes = [
            models.Index("not_before", "id", condition=Q(state="pending"), name="mail_to_send"),
            models.Index(fields=["webhook", "-id"], condition=Q(webhook__isnull=False), name="posts_of_webhook"),
            models.Index("webhook", "not_before", "id", condition=Q(state="pending", webhook__isnull=False), name="posts_to_webhook"),
            models.Index("lease_until", condition=Q(state__in=["sending", "handing_over"]), name="mail_in_flight"),
            models.Index("sent_at", condition=Q(state="sent"), name="mail_sent"),
            models.Index("state", "not_before", condition=Q(state__in=UNSETTLED), name="mail_unsettled"),
            models.Index("created_at", "state", condition=Q(state__in=ENDED_BADLY), name="mail_that_ended_badly"),
            models.Index(fields=["reader", "-id"], condition=is_only(*COLUMNS["test"]), name="test_mails"),
            models.Index("address", "id", name="mail_to_address"),
        ]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")

    def __str__(self) -> str:
        parts = {"digest": self.digest_id, "notice": self.notice_id, "team digest": self.team_digest_id, "for": self.reader_id}
        what = " ".join(f"{part} {pk}" for part, pk in parts.items() if pk)
        return f"{what} to {self.address}: {self.state}"

    @property
    def endpoint(self) -> "TeamOutlet | Webhook":
        """Where a post goes."""
        endpoint = self.webhook or self.outlet
        assert endpoint is not None, "only posts have one"
        return endpoint

    @property
    def kind(self) -> str:
        """Which of the things that can be mailed this is."""
        given = {name for columns in COLUMNS.values() for name in columns if getattr(self, f"{name}_id")}
        return next(kind for kind, columns in COLUMNS.items() if given == {*columns})


def domain_of_sender(sender: str) -> str:
    """Return the domain of an address such as Lectern <lectern@example.org>."""
    return parseaddr(sender)[1].rpartition("@")[2]


def new_message_id(domain: str) -> str:
    """Return a Message-ID that stays with its row through every attempt (RFC 5322, 3.6.4)."""
    return f"<{uuid.uuid4().hex}@{domain}>"
