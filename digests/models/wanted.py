"""Kinds of mail: which columns of a delivery say what it is about, and whether whom it is for still wants it.

That is asked when a batch is claimed, and once more just before the dot.
"""

from collections.abc import Callable, Mapping

from django.db.models import Exists, OuterRef, Q

from accounts.events import DEFAULT_WAYS, Way
from accounts.models import HouseRules, Membership, Notice, NoticeSetting, User
from digests.models.digest import Digest
from digests.models.outlet import TeamOutlet
from digests.models.subscription import Subscription
from digests.models.team_digest import TeamDigestWish
from digests.models.visitor_digest import VisitorDigest, VisitorSubscription
from digests.models.webhook import Webhook

# digests/mails writes them.
COLUMNS = {
    "digest": ("digest",),
    "notice": ("notice",),
    "team_digest": ("team_digest", "reader"),
    "outlet": ("team_digest", "outlet"),
    "test": ("reader",),
    "visitor_digest": ("visitor_digest",),
    "webhook": ("webhook", "announcement"),
    "visitor_subscription": ("visitor_subscription",),  # the question whether its address wants them
}
EVERY_COLUMN = tuple(dict.fromkeys(name for columns in COLUMNS.values() for name in columns))


def is_only(*names: str) -> Q:
    """That a row has these columns and none of the others that say what is mailed."""
    return Q(**{f"{name}__isnull": name not in names for name in EVERY_COLUMN})


def _digest() -> Q:
    """Wanted by a reader who has not switched it off or paused it, and in any case if they asked for it."""
    digest = Digest.objects.filter(pk=OuterRef("digest"))
    asked_for = Q(Exists(digest.filter(subscription__in=Subscription.objects.of_present_readers())), on_request=True)
    return asked_for | Q(Exists(digest.filter(subscription__in=Subscription.objects.active())))


def _notice() -> Q:
    """Wanted by a reader who still wants notices of its topic by mail."""
    chosen = NoticeSetting.objects.filter(user=OuterRef("user"), topic=OuterRef("topic"))
    by_default = Q(topic__in=[topic for topic, way in DEFAULT_WAYS.items() if way is Way.MAIL]) & ~Exists(chosen)
    notices = Notice.objects.filter(pk=OuterRef("notice"), user__is_active=True, user__deletion_due_at=None)
    return Q(Exists(notices.filter(by_default | Exists(chosen.filter(way=Way.MAIL)))))


def _team_digest() -> Q:
    """Wanted by who is in the team and neither declined nor paused it, while the team still has one."""
    declined = TeamDigestWish.objects.filter(user=OuterRef("user"), team=OuterRef("team"), wants=False)
    away = Subscription.objects.paused().filter(user=OuterRef("user"))
    members = Membership.objects.filter(~Exists(away), user=OuterRef("reader"), user__is_active=True, user__deletion_due_at=None)
    running = {"team__digest_subscription__is_active": True, "team__digest_subscription__digests": OuterRef("team_digest")}
    return Q(Exists(members.filter(~Exists(declined), **running)))


def _outlet() -> Q:
    """Wanted by an outlet that still takes digests, while the team still has one."""
    running = {"team__digest_subscription__is_active": True, "team__digest_subscription__digests": OuterRef("team_digest")}
    return Q(Exists(TeamOutlet.objects.open().filter(pk=OuterRef("outlet"), **running)))


def _webhook() -> Q:
    """Wanted by a webhook that is switched on, whoever's it is."""
    return Q(Exists(Webhook.objects.open().filter(pk=OuterRef("webhook"))))


def _test() -> Q:
    """Wanted as long as its reader is here."""
    reader = User.objects.filter(pk=OuterRef("reader"), is_active=True, deletion_due_at=None)
    return Q(is_only(*COLUMNS["test"]), Exists(reader))


def _visitor_digest() -> Q:
    """Wanted by who confirmed the address and has not stopped it, while visitors may have mail."""
    digests = VisitorDigest.objects.filter(pk=OuterRef("visitor_digest"), subscription__in=VisitorSubscription.objects.active())
    return Q(Exists(digests), ~Exists(HouseRules.objects.without_mail_to_visitors()))


def _visitor_subscription() -> Q:
    """Wanted until somebody has said whether the address is theirs, while visitors may have mail."""
    questions = VisitorSubscription.objects.waiting().filter(pk=OuterRef("visitor_subscription"))
    return Q(Exists(questions), ~Exists(HouseRules.objects.without_mail_to_visitors()))


# The condition of each kind on rows of Delivery.
WANTED: Mapping[str, Callable[[], Q]] = {
    "digest": _digest,
    "notice": _notice,
    "team_digest": _team_digest,
    "outlet": _outlet,
    "webhook": _webhook,
    "test": _test,
    "visitor_digest": _visitor_digest,
    "visitor_subscription": _visitor_subscription,
}
