"""The question whether an address wants what trends; whoever has an account is told so instead."""

from collections.abc import Callable, Sequence
from email.message import EmailMessage

from django.urls import reverse
from django.utils import translation

from digests.mails.frame import absolute, write_mail
from digests.models import Delivery, VisitorSubscription
from digests.models.visitor_digest import TIME_TO_CONFIRM
from digests.signing import confirm_token, visitor_token


def writer(deliveries: Sequence[Delivery]) -> Callable[[Delivery], EmailMessage]:
    pks = [delivery.visitor_subscription_id or 0 for delivery in deliveries]
    subscriptions = VisitorSubscription.objects.prefetch_related("categories").in_bulk(pks)
    readers = set(VisitorSubscription.objects.of_readers().filter(pk__in=pks).values_list("pk", flat=True))
    return lambda delivery: _write(delivery, subscriptions[delivery.visitor_subscription_id or 0], readers)


def _write(delivery: Delivery, subscription: VisitorSubscription, readers: set[int]) -> EmailMessage:
    stop_url = absolute(reverse("digests:visitor_stop", args=[visitor_token(subscription.pk)]))
    token = confirm_token(subscription.pk, subscription.address)
    with translation.override(subscription.language):
        context = {
            "has_account": subscription.pk in readers,
            "categories": [category.slug for category in subscription.categories.all()],
            "confirm_url": absolute(reverse("digests:visitor_confirm", args=[token])),
            "login_url": absolute(reverse("account_login")),
            "days": TIME_TO_CONFIRM.days,
            "stop_url": stop_url,
        }
        return write_mail(delivery, "visitor_confirm", context, name="", stop_url=stop_url, list_name="trending")
