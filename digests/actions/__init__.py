"""What can be done about digests: subscribe, plan, compose, deliver. Each is safe to run anywhere, any time, many at once."""

from digests.actions.answering import answers_given, give_answer, note_opening, take_back_answer
from digests.actions.bouncing import note_bounce, note_complaint, read_bounces, take_report
from digests.actions.composing import AskedTooOften, compose_digests, send_now
from digests.actions.delivering import deliver_mail
from digests.actions.notifying import mail_notices, stop_notices
from digests.actions.planning import enrol_new_readers, plan_digests, plan_team_digests, plan_this_week
from digests.actions.settling import settle_doubts
from digests.actions.subscribing import change_subscription, subscription_of, unsubscribe
from digests.actions.suppressing import LiftedTooOften, lift_suppression, suppression_of
from digests.actions.tasting import (
    ask_for_picture,
    draw_pictures,
    end_pause,
    leave_out,
    look_at_taste,
    pause_taste,
    reset_taste,
    set_quotas,
    take_all_in_again,
    take_back_reset,
    take_in_again,
    taste_of,
)
from digests.actions.team_digests import compose_team_digests
from digests.actions.team_subscribing import change_team_subscription, change_wish, stop_team_digest, team_subscription_of, wish_of
from digests.actions.training import train_if_due, train_model

__all__ = [
    "AskedTooOften",
    "LiftedTooOften",
    "answers_given",
    "ask_for_picture",
    "change_subscription",
    "change_team_subscription",
    "change_wish",
    "compose_digests",
    "compose_team_digests",
    "deliver_mail",
    "draw_pictures",
    "end_pause",
    "enrol_new_readers",
    "give_answer",
    "leave_out",
    "lift_suppression",
    "look_at_taste",
    "mail_notices",
    "note_bounce",
    "note_complaint",
    "note_opening",
    "pause_taste",
    "plan_digests",
    "plan_team_digests",
    "plan_this_week",
    "read_bounces",
    "reset_taste",
    "send_now",
    "set_quotas",
    "settle_doubts",
    "stop_notices",
    "stop_team_digest",
    "subscription_of",
    "suppression_of",
    "take_all_in_again",
    "take_back_answer",
    "take_back_reset",
    "take_in_again",
    "take_report",
    "taste_of",
    "team_subscription_of",
    "train_if_due",
    "train_model",
    "unsubscribe",
    "wish_of",
]
