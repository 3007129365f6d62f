"""Notices whose readers want a mail at once become rows of the outbox; from there on they are mails like any other."""

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.actions.events import ways_of
from accounts.actions.notices import change_ways
from accounts.events import Topic, Way
from accounts.hints import hint
from accounts.models import Notice, User
from digests.actions.planning import address_is_confirmed
from digests.models import Delivery
from digests.models.delivery import domain_of_sender, new_message_id
from digests.signing import read_stop_token

BATCH = 200


def mail_notices() -> int:
    """Put a mail for every waiting notice into the outbox; return how many. Any number may do so at once.

    Notices of people who may not log in, are about to leave or have not confirmed their address wait.
    """
    count = 0
    while made := _mail_batch():
        count += made
    if count:
        hint("digests.deliver")
    return count


@transaction.atomic
def _mail_batch() -> int:
    waiting = Notice.objects.to_mail().select_related("user").select_for_update(skip_locked=True, of=("self",))
    notices = list(waiting.filter(address_is_confirmed("user"))[:BATCH])
    domain = domain_of_sender(settings.DEFAULT_FROM_EMAIL)
    mails = [Delivery(notice=notice, address=notice.user.email, message_id=new_message_id(domain)) for notice in notices]
    Delivery.objects.bulk_create(mails, ignore_conflicts=True)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(taken_at=Now())
    return len(notices)


@transaction.atomic
def stop_notices(*, token: str) -> None:
    """Keep notices of one topic in the inbox only, on the word of a link in a mail; a foreign token does nothing.

    Whoever chose something quieter than a mail since then keeps that.
    """
    if named := read_stop_token(token):
        user_id, topic = named[0], Topic(named[1])
        for user in User.objects.select_for_update(of=("self",), no_key=True).filter(pk=user_id):
            if ways_of([user_id], topic)[user_id] is Way.MAIL:
                change_ways(user=user, ways={topic: Way.WEB})
                _stop_mail(user, topic)


def _stop_mail(user: User, topic: Topic) -> None:
    """Take mails off the queue. A sender about to hand one over updates the same row: one of the two comes first."""
    mail = Delivery.objects.stoppable().filter(notice__in=Notice.objects.filter(user=user, topic=topic))
    mail.update(state=Delivery.State.SKIPPED, reason=_("the reader wants no mail about this"), lease=None)
