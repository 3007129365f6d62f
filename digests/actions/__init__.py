"""What can be done about digests: subscribe, plan, compose, deliver. Each is safe to run anywhere, any time, many at once."""

from digests.actions.answering import answers_given, give_answer, note_opening, take_back_answer
from digests.actions.composing import AskedTooOften, compose_digests, send_now
from digests.actions.delivering import deliver_mail
from digests.actions.notifying import mail_notices, stop_notices
from digests.actions.planning import enrol_new_readers, plan_digests, plan_this_week
from digests.actions.settling import settle_doubts
from digests.actions.subscribing import change_subscription, subscription_of, unsubscribe
from digests.actions.training import train_if_due, train_model

__all__ = [
    "AskedTooOften",
    "answers_given",
    "change_subscription",
    "compose_digests",
    "deliver_mail",
    "enrol_new_readers",
    "give_answer",
    "mail_notices",
    "note_opening",
    "plan_digests",
    "plan_this_week",
    "send_now",
    "settle_doubts",
    "stop_notices",
    "subscription_of",
    "take_back_answer",
    "train_if_due",
    "train_model",
    "unsubscribe",
]
