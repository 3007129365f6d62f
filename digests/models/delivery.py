"""The outbox: one row per mail, whose state says exactly what may still happen to it."""

import uuid
from collections.abc import Collection
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.events import DEFAULT_WAYS, Way
from accounts.models import Membership, Notice, NoticeSetting
from digests.models.digest import Digest
from digests.models.team_digest import TeamDigestWish
from digests.reports import status_in

RETURNS_WITHIN = timedelta(days=30)
UNDER_WAY = ("pending", "sending", "handing_over")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def to_send(self) -> "DeliveryQuerySet":
        """Rows whose turn has come, oldest first."""
        return self.filter(state=Delivery.State.PENDING, not_before__lte=Now()).order_by("not_before", "pk")

    def under_way(self) -> "DeliveryQuerySet":
        return self.filter(state__in=UNDER_WAY)

    def stoppable(self) -> "DeliveryQuerySet":
        """Rows whose mail has certainly not reached the relay."""
        return self.filter(state__in=[Delivery.State.PENDING, Delivery.State.SENDING])

    def permitted(self) -> "DeliveryQuerySet":
        """Rows whose reader still wants the mail, at an address that takes it. This is the one place that says so."""
        reader = Digest.objects.filter(pk=OuterRef("digest"), subscription__user__is_active=True, subscription__user__deletion_due_at=None)
        digest_wanted = Q(Exists(reader), on_request=True) | Exists(reader.filter(subscription__is_active=True))
        suppressed = Suppression.objects.annotate(lower=Lower("address")).filter(lower=Lower(OuterRef("address")))
        return self.filter(digest_wanted | Exists(_notices_wanted()) | Exists(_team_digests_wanted())).exclude(Exists(suppressed))

    def of_subscriptions(self, *pks: int) -> "DeliveryQuerySet":
        """By subquery and not by join: under a join PostgreSQL would not look at a row's state again after waiting for its lock."""
        return self.filter(digest__in=Digest.objects.filter(subscription__in=pks))

    def returnable(self) -> "DeliveryQuerySet":
        """Rows whose mail may still come back: the relay has it, or may have it, and not for so long that nobody would answer any more."""
        gone_out = [Delivery.State.SENT, Delivery.State.HANDING_OVER, Delivery.State.HELD, Delivery.State.BOUNCED]
        return self.filter(state__in=gone_out, created_at__gt=Now() - RETURNS_WITHIN)

    def abandoned(self) -> "DeliveryQuerySet":
        """Claimed rows whose sender's lease ran out before the mail was handed over."""
        return self.filter(state=Delivery.State.SENDING, lease_until__lt=Now())

    def in_doubt(self) -> "DeliveryQuerySet":
        """Rows whose sender vanished between "handing over" and the relay's answer."""
        return self.filter(state=Delivery.State.HANDING_OVER, lease_until__lt=Now())


def _is_only(*names: str) -> Q:
    """That a row has these columns and none of the others that say what is mailed."""
    return Q(**{f"{name}__isnull": name not in names for name in ("digest", "notice", "team_digest", "reader")})


def _notices_wanted() -> models.QuerySet[Notice]:
    """The notice of a delivery, if its reader still wants notices of its topic by mail."""
    chosen = NoticeSetting.objects.filter(user=OuterRef("user"), topic=OuterRef("topic"))
    by_default = Q(topic__in=[topic for topic, way in DEFAULT_WAYS.items() if way is Way.MAIL]) & ~Exists(chosen)
    notices = Notice.objects.filter(pk=OuterRef("notice"), user__is_active=True, user__deletion_due_at=None)
    return notices.filter(by_default | Exists(chosen.filter(way=Way.MAIL)))


def _team_digests_wanted() -> models.QuerySet[Membership]:
    """The place in the team of the reader of a delivery, if the team still has a digest and the reader did not decline it."""
    declined = TeamDigestWish.objects.filter(user=OuterRef("user"), team=OuterRef("team"), wants=False)
    members = Membership.objects.filter(user=OuterRef("reader"), user__is_active=True, user__deletion_due_at=None)
    running = {"team__digest_subscription__is_active": True, "team__digest_subscription__digests": OuterRef("team_digest")}
    return members.filter(~Exists(declined), **running)


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
    )  # of a team's digest; others say whose
    on_request = models.BooleanField(_("asked for by the reader"), default=False)
    address = models.EmailField(_("address"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    message_id = models.CharField(max_length=200, unique=True, editable=False)
    provider_id = models.CharField(_("the provider's id"), max_length=200, blank=True, default="", db_default="", editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(db_default=Now())
    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_mail_is_one_thing", condition=_is_only("digest") | _is_only("notice") | _is_only("team_digest", "reader")
            ),
            models.UniqueConstraint(fields=["digest"], condition=Q(state__in=UNDER_WAY), name="one_mail_under_way_per_digest"),
            models.UniqueConstraint(
                fields=["team_digest", "reader"], condition=Q(state__in=UNDER_WAY), name="one_mail_under_way_per_team_and_reader"
            ),
        ]
        indexes = [
            models.Index("not_before", "id", condition=Q(state="pending"), name="mail_to_send"),
            models.Index("lease_until", condition=Q(state__in=["sending", "handing_over"]), name="mail_in_flight"),
            models.Index("address", "id", name="mail_to_address"),
        ]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")

    def __str__(self) -> str:
        parts = {"digest": self.digest_id, "notice": self.notice_id, "team digest": self.team_digest_id}
        what = " ".join(f"{part} {pk}" for part, pk in parts.items() if pk)
        return f"{what} to {self.address}: {self.state}"

    @property
    def kind(self) -> str:
        """Which of the things that can be mailed this is."""
        return "digest" if self.digest_id else "notice" if self.notice_id else "team_digest"


def domain_of_sender(sender: str) -> str:
    """Return the domain of an address such as Lectern <lectern@example.org>."""
    return parseaddr(sender)[1].rpartition("@")[2]


def new_message_id(domain: str) -> str:
    """Return a Message-ID that stays with its row through every attempt (RFC 5322, 3.6.4)."""
    return f"<{uuid.uuid4().hex}@{domain}>"


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, addresses: Collection[str]) -> "SuppressionQuerySet":
        """Those of some addresses, in whatever case they are written."""
        return self.annotate(lower=Lower("address")).filter(lower__in={address.lower() for address in addresses})


class Suppression(models.Model):
    """An address that is not written to again: its mails come back, its reader complained, or staff said stop."""

    class Kind(models.TextChoices):
        BOUNCED = "bounced", _("mails came back")
        COMPLAINED = "complained", _("reported as spam")
        REFUSED = "refused", _("refused by the relay")
        BY_HAND = "by_hand", _("by hand")

    address = models.EmailField(_("address"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.BY_HAND)
    reason = models.CharField(_("reason"), max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), name="one_suppression_per_address")]
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return self.address

    @property
    def why(self) -> str:
        """Why in the reader's words; what the relay said, in its own words, is in `reason`."""
        match self.kind, status_in(self.reason)[2:]:
            case self.Kind.COMPLAINED, _rest:
                return gettext("a mail of ours was reported as spam")
            case self.Kind.BY_HAND, _rest:
                return gettext("an administrator of this site stopped them")
            case _kind, "2.2":
                return gettext("the mailbox is full")
            case _kind, "1.2" | "4.4":
                return gettext("nothing takes mail at its domain")
            case _kind, "1.1" | "1.10" | "1.6":
                return gettext("the mailbox does not exist")
        return gettext("mails to it came back")

    @property
    def is_for_reader_to_lift(self) -> bool:
        return self.kind != self.Kind.BY_HAND


class RelayRest(models.Model):
    """One row while the relay is left alone: it was away, busy, or said to come back later."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    until = models.DateTimeField()
    failures = models.PositiveIntegerField(default=1)  # in a row
    reason = models.CharField(max_length=500)

    objects: models.Manager["RelayRest"] = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_relay", condition=Q(id=1))]
        verbose_name = _("rest of the relay")
        verbose_name_plural = _("rests of the relay")

    def __str__(self) -> str:
        return f"until {self.until}: {self.reason}"
