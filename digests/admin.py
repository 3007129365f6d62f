"""Subscriptions, digests and the outbox in the admin site: who got what, and if not, why."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from digests.actions.requeueing import queue_again
from digests.actions.visiting import forget_visitor
from digests.models import (
    Delivery,
    Digest,
    DigestPaper,
    Subscription,
    Suppression,
    TeamDigest,
    TeamOutlet,
    TeamSubscription,
    TrainedModel,
    VisitorDigest,
    VisitorSubscription,
    Webhook,
)
from digests.models.delivery import DeliveryQuerySet


class ReadOnly:
    """Rows that only the work behind the scenes writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["user", "is_active", "cadence", "weekday", "hour", "time_zone", "paper_limit", "paused_until", "next_due_at"]
    list_filter = ["is_active", "cadence", "weekday", "next_due_at"]
    list_select_related = ["user__namespace"]
    search_fields = ["user__email", "user__namespace__name"]
    ordering = ["next_due_at", "pk"]
    fields = [
        *("user", "is_active", "cadence", "weekday", "hour", "time_zone", "paused_until"),
        *("paper_limit", "choosiness", "has_surprise", "next_due_at", "created_at"),
    ]


class EntryInline(ReadOnly, admin.TabularInline):
    model = DigestPaper
    fields = ["position", "paper", "score", "reason", "opened_at"]
    readonly_fields = ["opened_at"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[DigestPaper]:
        return super().get_queryset(request).select_related("paper")


class DeliveryInline(ReadOnly, admin.TabularInline):
    model = Delivery
    fields = ["address", "state", "reason", "attempts", "not_before", "sent_at"]
    readonly_fields = ["not_before"]
    show_change_link = True
    extra = 0


@admin.register(Digest)
class DigestAdmin(ReadOnly, admin.ModelAdmin):
    inlines = [EntryInline, DeliveryInline]
    list_display = ["period_key", "reader", "state", "reason", "papers", "planned_at", "composed_at"]
    list_filter = ["state", "planned_at"]
    list_select_related = ["subscription__user__namespace"]
    search_fields = ["=period_key", "subscription__user__email", "subscription__user__namespace__name"]
    ordering = ["-planned_at", "-pk"]
    fields = ["reader", "period_key", "day", "state", "reason", "planned_at", "composed_at"]
    readonly_fields = ["reader"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Digest]:
        return super().get_queryset(request).annotate(paper_count=Count("entries"))

    @admin.display(description=_("reader"), ordering="subscription__user__email")
    def reader(self, digest: Digest) -> str:
        return str(digest.subscription.user)

    @admin.display(description=_("papers"), ordering="paper_count")
    def papers(self, digest: Any) -> int:
        return int(digest.paper_count)


@admin.register(TeamSubscription)
class TeamSubscriptionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["team", "is_active", "cadence", "weekday", "hour", "time_zone", "next_due_at"]
    list_filter = ["is_active", "cadence", "weekday", "next_due_at"]
    list_select_related = ["team"]
    search_fields = ["team__title", "team__namespace__name"]
    ordering = ["next_due_at", "pk"]
    fields = ["team", "is_active", "cadence", "weekday", "hour", "time_zone", "next_due_at", "created_at"]
    readonly_fields = ["next_due_at", "created_at"]


class TeamDeliveryInline(DeliveryInline):
    fields = ["reader", "outlet", *DeliveryInline.fields]


@admin.register(TeamDigest)
class TeamDigestAdmin(ReadOnly, admin.ModelAdmin):
    """What is in it is for the team; here is whether it was made, and what became of its mails."""

    inlines = [TeamDeliveryInline]
    list_display = ["period_key", "team", "state", "reason", "paper_count", "planned_at", "composed_at"]
    list_filter = ["state", "planned_at"]
    list_select_related = ["subscription__team"]
    search_fields = ["=period_key", "subscription__team__title", "subscription__team__namespace__name"]
    ordering = ["-planned_at", "-pk"]
    fields = ["team", "period_key", "day", "state", "reason", "planned_at", "composed_at"]
    readonly_fields = ["team", "planned_at", "composed_at"]

    @admin.display(description=_("team"), ordering="subscription__team__title")
    def team(self, digest: TeamDigest) -> str:
        return digest.subscription.team.title


@admin.register(VisitorSubscription)
class VisitorSubscriptionAdmin(ReadOnly, admin.ModelAdmin):
    """Numbers only: what somebody chose is not shown, and an address is found by who knows it, to be deleted at its owner's wish."""

    list_display = [
        "__str__",
        "is_active",
        "confirmed_at",
        "weekday",
        "hour",
        "time_zone",
        "categories_chosen",
        "digest_count",
        "next_due_at",
    ]
    list_filter = ["is_active", "confirmed_at", "asked_at"]
    search_fields = ["address"]
    ordering = ["-pk"]
    fields = ["address", "is_active", "asked_at", "confirmed_at", "weekday", "hour", "time_zone", "next_due_at"]
    readonly_fields = ["asked_at", "next_due_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[VisitorSubscription]:
        counts = {"category_count": Count("categories", distinct=True), "digest_total": Count("digests", distinct=True)}
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=_("categories"))
    def categories_chosen(self, subscription: Any) -> int:
        return int(subscription.category_count)

    @admin.display(description=_("digests"))
    def digest_count(self, subscription: Any) -> int:
        return int(subscription.digest_total)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("digests.delete_visitorsubscription")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Whoever may delete an address may delete its digests and mails, which nobody deletes alone."""
        named, counts, _perms_needed, protected = super().get_deleted_objects(objs, request)
        return named, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: VisitorSubscription) -> None:
        forget_visitor(subscription=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[VisitorSubscription]) -> None:
        for subscription in queryset:
            forget_visitor(subscription=subscription)


@admin.register(VisitorDigest)
class VisitorDigestAdmin(ReadOnly, admin.ModelAdmin):
    inlines = [DeliveryInline]
    list_display = ["period_key", "subscription", "state", "reason", "paper_count", "planned_at", "composed_at"]
    list_filter = ["state", "planned_at"]
    list_select_related = ["subscription"]
    search_fields = ["=period_key", "subscription__address"]
    ordering = ["-planned_at", "-pk"]
    fields = ["subscription", "period_key", "state", "reason", "planned_at", "composed_at"]
    readonly_fields = ["planned_at", "composed_at"]


@admin.register(TeamOutlet)
class TeamOutletAdmin(ReadOnly, admin.ModelAdmin):
    """Where teams' digests go, too. Addresses of webhooks are secrets, also here."""

    list_display = ["label", "team", "kind", "shown_address", "is_active", "why_off", "failing_since", "created_at"]
    list_filter = ["kind", "is_active", "created_at"]
    list_select_related = ["team"]
    search_fields = ["label", "mail_address", "team__title", "team__namespace__name"]
    ordering = ["-pk"]
    fields = ["label", "team", "kind", "shown_address", "is_active", "why_off", "failing_since", "confirmed_at", "created_by", "created_at"]
    readonly_fields = ["shown_address", "created_at"]

    @admin.display(description=_("address"))
    def shown_address(self, outlet: TeamOutlet) -> str:
        return outlet.shown_address


@admin.register(Webhook)
class WebhookAdmin(ReadOnly, admin.ModelAdmin):
    """Programs that are told what happens. Their addresses and secrets are secrets, also here."""

    list_display = ["label", "user", "team", "shown_address", "is_active", "why_off", "failing_since", "created_at"]
    list_filter = ["is_active", "created_at"]
    list_select_related = ["user__namespace", "team"]
    search_fields = ["label", "user__namespace__name", "team__title", "team__namespace__name"]
    ordering = ["-pk"]
    fields = ["label", "user", "team", "shown_address", "types", "is_active", "why_off", "failing_since", "created_by", "created_at"]
    readonly_fields = ["shown_address", "created_at"]

    @admin.display(description=_("address"))
    def shown_address(self, webhook: Webhook) -> str:
        return webhook.shown_address


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin):
    """The outbox; what ended without an answer can be queued again."""

    actions = ["queue_again"]
    list_display = [
        "address",
        "kind",
        "digest",
        "team_digest",
        "visitor_digest",
        "notice",
        "state",
        "reason",
        "attempts",
        "not_before",
        "sent_at",
    ]
    list_filter = ["state", "created_at", "sent_at"]
    list_select_related = ["digest", "team_digest", "visitor_digest", "notice"]
    search_fields = ["address", "=message_id", "=provider_id", "reason", "=digest__period_key"]
    ordering = ["-created_at", "-pk"]
    fields = [
        "digest",
        "team_digest",
        "visitor_digest",
        "visitor_subscription",
        "notice",
        "reader",
        "outlet",
        "address",
        "on_request",
        "state",
        "reason",
        "message_id",
        "provider_id",
        "attempts",
        "not_before",
        "created_at",
        "sent_at",
    ]

    @admin.action(description=_("Queue failed and held mails again"), permissions=["queue"])
    def queue_again(self, request: HttpRequest, queryset: DeliveryQuerySet) -> None:
        count = queue_again(deliveries=queryset)
        self.message_user(request, ngettext("%(n)d mail is queued again.", "%(n)d mails are queued again.", count) % {"n": count})

    def has_queue_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("digests.change_delivery")


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):
    """Add an address to stop all mail to it; delete it to allow mail again."""

    list_display = ["address", "kind", "reason", "created_at"]
    list_filter = ["kind", "created_at"]
    search_fields = ["address", "reason"]
    readonly_fields = ["created_at"]
    ordering = ["-created_at", "-pk"]


@admin.register(TrainedModel)
class TrainedModelAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["made_at", "is_taken", "paper_count", "reader_count", "quality", "beside"]
    list_filter = ["made_at"]
    ordering = ["-pk"]
    fields = ["made_at", "is_taken", "paper_count", "kept_count", "reader_count", "quality", "beside"]
    readonly_fields = ["is_taken"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrainedModel]:
        return super().get_queryset(request).defer("weights")

    @admin.display(description=_("taken"), boolean=True, ordering="is_worse")
    def is_taken(self, model: TrainedModel) -> bool:
        """Whether it ranks, or ranked until a newer one did."""
        return not model.is_worse
