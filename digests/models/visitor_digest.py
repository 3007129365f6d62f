"""Trending papers by mail for visitors without an account: who wants them, and what each mail held."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from digests.models.calendar import Calendar
from digests.models.digest import Digest, PeriodsQuerySet

TIME_TO_CONFIRM = timedelta(days=7)
State = Digest.State


class VisitorSubscriptionQuerySet(models.QuerySet["VisitorSubscription"]):
    def at(self, address: str) -> "VisitorSubscriptionQuerySet":
        """The one of an address, in whatever case, by the index that keeps it one."""
        return self.alias(lower=Lower("address")).filter(lower=address.lower())

    def active(self) -> "VisitorSubscriptionQuerySet":
        """Those whose owner has said so by a link in a mail, and has not stopped them since."""
        return self.filter(is_active=True, confirmed_at__isnull=False)

    def waiting(self) -> "VisitorSubscriptionQuerySet":
        """Those for whom nobody has yet proven that the address is theirs: they get the question, and nothing else."""
        return self.filter(is_active=True, confirmed_at__isnull=True)

    def forgotten(self) -> "VisitorSubscriptionQuerySet":
        """Those whose question nobody answered in time."""
        return self.waiting().filter(asked_at__lt=Now() - TIME_TO_CONFIRM)

    def of_readers(self) -> "VisitorSubscriptionQuerySet":
        """Those whose address somebody with an account has proven; both are kept in small letters."""
        own = EmailAddress.objects.filter(email=OuterRef("address"), verified=True)
        return self.filter(Exists(own.filter(user__is_active=True, user__deletion_due_at=None)))

    def due(self) -> "VisitorSubscriptionQuerySet":
        """Visitors whose hour has come, by the database's clock."""
        return self.active().filter(next_due_at__lte=Now()).order_by("next_due_at", "pk")


class VisitorSubscription(Calendar):
    """An address that wants trending papers, and what of. No category means all.

    Who says no to the question before confirming stays here as a row that is not active, so that the form cannot
    have the address asked again.
    """

    address = models.EmailField(_("address"))
    categories: models.ManyToManyField = models.ManyToManyField(
        "papers.Category", verbose_name=_("categories"), related_name="+", blank=True
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    is_active = models.BooleanField(_("mail me trending papers"), default=True)
    asked_at = models.DateTimeField(_("asked for"), db_default=Now())
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    objects = VisitorSubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), name="one_visitor_per_address")]
        indexes = [
            models.Index("next_due_at", "id", condition=models.Q(is_active=True, confirmed_at__isnull=False), name="due_visitors"),
            models.Index("asked_at", condition=models.Q(is_active=True, confirmed_at__isnull=True), name="visitors_to_forget"),
        ]
        verbose_name = _("subscription of a visitor")
        verbose_name_plural = _("subscriptions of visitors")

    def __str__(self) -> str:
        return f"visitor {self.pk}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None


class VisitorDigest(models.Model):
    """One mail of trending papers: planned, then frozen, then sent.

    `content` holds the keys of its papers in their order. All of a subscription's are the ledger of what it had.
    """

    subscription = models.ForeignKey(VisitorSubscription, models.CASCADE, related_name="digests")
    period_key = models.CharField(_("period"), max_length=10)
    day = models.DateField(_("day"))  # as a Digest's
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PLANNED)
    reason = models.CharField(_("why it was not sent"), max_length=300, blank=True)
    content = models.JSONField(default=list, editable=False)
    planned_at = models.DateTimeField(db_default=Now())
    composed_at = models.DateTimeField(null=True, blank=True)

    objects = PeriodsQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "period_key"], name="one_visitor_digest_per_period")]
        indexes = [
            models.Index("id", condition=models.Q(state="planned"), name="planned_visitor_digests"),
            models.Index("planned_at", "state", name="visitor_digests_of_late"),
        ]
        verbose_name = _("digest of a visitor")
        verbose_name_plural = _("digests of visitors")

    def __str__(self) -> str:
        return self.period_key

    @property
    def paper_count(self) -> int:
        return len(self.content)
