"""What this app knows about people: when they want a digest, what they were sent and why, and what became of the mails."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.parts import File, json_file
from digests.actions.endpoints import TOKEN_ENDED, switch_off
from digests.models import (
    CategoryQuota,
    Delivery,
    Digest,
    DigestFeedAddress,
    DigestPaper,
    LeftOut,
    Subscription,
    Suppression,
    Taste,
    TeamDigestWish,
    TeamOutlet,
    Webhook,
)
from digests.models.delivery import DeliveryQuerySet
from digests.reasons import name_reasons

Rows = Iterable[Mapping[str, object]]
CHUNK = 500  # rows in memory at a time


class DigestsPart:
    def export(self, user: User) -> Iterator[File]:
        yield json_file("digests/subscription.json", _("when your digest comes"), _subscription(user))
        yield json_file("digests/taste.json", _("what may shape your digest, and what it was taken for"), _taste(user))
        yield json_file("digests/left_out.json", _("papers that do not shape your digest"), _left_out(user))
        yield json_file("digests/quotas.json", _("how many papers of a category your digest shall hold"), _quotas(user))
        yield json_file("digests/digests.json", _("your digests, one by one"), _digests(user))
        yield json_file(
            "digests/papers.json", _("the papers in them, why each was chosen, and when you opened it from there"), _papers(user)
        )
        yield json_file("digests/feed-address.json", _("the secret address of your digests, without its key"), _feed_address(user))
        yield json_file("digests/teams.json", _("what you want of your teams' digests"), _wishes(user))
        yield json_file("digests/outlets.json", _("where you have teams' digests sent, too"), _outlets(user))
        yield json_file("digests/webhooks.json", _("your programs that are told what happens"), _webhooks(user))
        yield json_file("digests/stopped.json", _("whether and why your address gets no mail"), _stopped(user))
        yield json_file("digests/deliveries.json", _("the mails to you, and what became of each"), _deliveries(user))

    def pause_person(self, user: User) -> None:
        """Take mails off the queue. A sender about to hand one over updates the same row: one of the two comes first."""
        reason = _("the account is about to be deleted")
        _mail_of(user).stoppable().update(state=Delivery.State.SKIPPED, reason=reason, lease=None)

    def forget_person(self, user: User) -> None:
        """All rows go with the person; a team's webhook that one of their tokens set up is switched off, and the team told.

        Suppressions stay, and a visitor's no to the question: they protect an address, whoever has it.
        """
        for webhook in Webhook.objects.filter(team__isnull=False, set_up_with__user=user):
            switch_off(endpoint=webhook, why=str(TOKEN_ENDED))

    def forget_team(self, team: Team) -> None:
        """A person's digests are nobody else's, and all rows of the team's own go with it."""


def _mail_of(user: User) -> DeliveryQuerySet:
    digests = Digest.objects.filter(subscription__user=user)
    return Delivery.objects.filter(Q(digest__in=digests) | Q(notice__in=user.notices.all()) | Q(reader=user))


def _feed_address(user: User) -> Rows:
    return DigestFeedAddress.objects.filter(user=user).values("made_at", "last_used_at")


def _subscription(user: User) -> Rows:
    columns = ("is_active", "cadence", "weekday", "hour", "time_zone", "paused_until", "paper_limit", "choosiness", "has_surprise")
    return Subscription.objects.filter(user=user).values(*columns, "next_due_at", "created_at")


def _taste(user: User) -> Rows:
    return Taste.objects.filter(user=user).values("since", "paused_at", "asked_at", "made_at", "topics", "preview", "before", "problem")


def _left_out(user: User) -> Rows:
    return LeftOut.objects.filter(user=user).order_by("pk").values(slug=F("paper__slug"), title=F("paper__title")).iterator(CHUNK)


def _quotas(user: User) -> Rows:
    return CategoryQuota.objects.filter(user=user).order_by("category").values("category", "at_least", "at_most")


def _wishes(user: User) -> Rows:
    return TeamDigestWish.objects.filter(user=user).order_by("pk").values("wants", "without_own", name=F("team__title"))


def _outlets(user: User) -> Rows:
    columns = ("kind", "label", "mail_address", "is_active", "created_at")
    return TeamOutlet.objects.filter(created_by=user).order_by("pk").values(*columns, name=F("team__title"))


def _webhooks(user: User) -> Rows:
    """Neither addresses nor secrets: whoever finds the file could post in the reader's name."""
    columns = ("label", "types", "is_active", "why_off", "failing_since", "created_at")
    mine = Webhook.objects.filter(Q(user=user) | Q(created_by=user, team__isnull=False))
    return mine.order_by("pk").values(*columns, name=F("team__title"))


def _digests(user: User) -> Rows:
    columns = ("period_key", "day", "state", "reason", "news", "planned_at", "composed_at")
    return Digest.objects.visible_to(user).order_by("pk").values(*columns).iterator(CHUNK)


def _papers(user: User) -> Rows:
    entries = DigestPaper.objects.filter(user=user).order_by("digest", "position").select_related("digest", "paper")
    for _number, chunk in groupby(enumerate(entries.iterator(CHUNK)), key=lambda pair: pair[0] // CHUNK):
        name_reasons(papers := [entry for _place, entry in chunk], reader=user)
        for entry in papers:
            facts = {"position": entry.position, "score": entry.score, "reason": entry.reason, "opened_at": entry.opened_at}
            yield {"week": entry.digest.period_key, "paper": entry.paper.slug, "title": entry.paper.title, **facts}


def _stopped(user: User) -> Rows:
    return Suppression.objects.of([user.email]).values("address", "kind", "reason", "created_at")


def _deliveries(user: User) -> Rows:
    columns = ("address", "state", "reason", "on_request", "message_id", "attempts", "created_at", "sent_at")
    week, team = Coalesce("digest__period_key", "team_digest__period_key"), F("team_digest__subscription__team__title")
    return _mail_of(user).order_by("pk").values(*columns, week=week, team=team).iterator(CHUNK)
