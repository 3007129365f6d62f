"""Testing the way of mail: a reader has a short one sent, which is claimed, handed over and settled like any other."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from accounts.actions.limits import Limit, take
from accounts.hints import hint
from accounts.models import User
from digests.actions.composing import AskedTooOften
from digests.models import Delivery
from digests.models.delivery import domain_of_sender, new_message_id

TESTS = Limit(3, timedelta(hours=1))  # of one reader
TESTS_SHOWN = 3


@transaction.atomic
def send_test(*, user: User) -> Delivery:
    """Put a test mail to the reader's own address into the outbox.

    Raises:
        AskedTooOften: after three within an hour.
    """
    if take(action="test_mail", subject=str(user.pk), limit=TESTS):
        raise AskedTooOften
    message_id = new_message_id(domain_of_sender(settings.DEFAULT_FROM_EMAIL))
    delivery = Delivery.objects.create(reader=user, address=user.email, message_id=message_id)
    hint("digests.deliver")
    return delivery
