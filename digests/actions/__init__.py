"""What can be done about digests: subscribe, plan, compose, deliver. Each is safe to run anywhere, any time, many at once."""

from digests.actions.announcing import forget_announcements, spread_announcements
from digests.actions.answering import answers_given, give_answer, note_opening, take_back_answer
from digests.actions.bouncing import note_bounce, note_complaint, read_bounces, take_report
from digests.actions.composing import AskedTooOften, compose_digests, send_now
from digests.actions.delivering import deliver_mail
from digests.actions.endpoints import EndpointRefused
from digests.actions.notifying import mail_notices, stop_notices
from digests.actions.outlets import (
    add_outlet,
    ask_to_confirm,
    change_outlet,
    confirm_outlet,
    remove_outlet,
    rotate_secret,
    stop_outlet,
    try_outlet,
)
from digests.actions.planning import enrol_new_readers, plan_digests, plan_now, plan_team_digests, plan_visitor_digests
from digests.actions.posting import deliver_posts
from digests.actions.settling import settle_doubts
from digests.actions.subscribing import change_subscription, pause_until, subscription_of, unsubscribe
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
from digests.actions.testing import send_test
from digests.actions.training import train_if_due, train_model
from digests.actions.visiting import (
    ask_to_subscribe,
    change_visitor_subscription,
    confirm_visitor,
    end_visits_of_readers,
    forget_unconfirmed,
    forget_visitor,
    has_account,
    stop_visitor,
    visitor_subscription,
    waiting_subscription,
)
from digests.actions.visitor_digests import compose_visitor_digests
from digests.actions.webhooks import (
    add_webhook,
    change_webhook,
    remove_webhook,
    replay_post,
    rotate_webhook_secret,
    try_webhook,
)

__all__ = [
    "AskedTooOften",
    "EndpointRefused",
    "LiftedTooOften",
    "add_outlet",
    "add_webhook",
    "answers_given",
    "ask_for_picture",
    "ask_to_confirm",
    "ask_to_subscribe",
    "change_outlet",
    "change_subscription",
    "change_team_subscription",
    "change_visitor_subscription",
    "change_webhook",
    "change_wish",
    "compose_digests",
    "compose_team_digests",
    "compose_visitor_digests",
    "confirm_outlet",
    "confirm_visitor",
    "deliver_mail",
    "deliver_posts",
    "draw_pictures",
    "end_pause",
    "end_visits_of_readers",
    "enrol_new_readers",
    "forget_announcements",
    "forget_unconfirmed",
    "forget_visitor",
    "give_answer",
    "has_account",
    "leave_out",
    "lift_suppression",
    "look_at_taste",
    "mail_notices",
    "note_bounce",
    "note_complaint",
    "note_opening",
    "pause_taste",
    "pause_until",
    "plan_digests",
    "plan_now",
    "plan_team_digests",
    "plan_visitor_digests",
    "read_bounces",
    "remove_outlet",
    "remove_webhook",
    "replay_post",
    "reset_taste",
    "rotate_secret",
    "rotate_webhook_secret",
    "send_now",
    "send_test",
    "set_quotas",
    "settle_doubts",
    "spread_announcements",
    "stop_notices",
    "stop_outlet",
    "stop_team_digest",
    "stop_visitor",
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
    "try_outlet",
    "try_webhook",
    "unsubscribe",
    "visitor_subscription",
    "waiting_subscription",
    "wish_of",
]
