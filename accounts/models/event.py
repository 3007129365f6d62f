"""What happened, in rows that are only ever added; and who is told of it, how."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.events import KINDS, Topic, Way

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models.user import User


class EventQuerySet(models.QuerySet["Event"]):
    def of_team(self, team: models.Model) -> "EventQuerySet":
        """A team's activity, the newest first."""
        return self.filter(team=team).with_names().order_by("-pk")

    def audited(self) -> "EventQuerySet":
        """Changes of who may do what."""
        return self.filter(is_audit=True)

    def with_names(self) -> "EventQuerySet":
        return self.select_related("actor__namespace", "person__namespace", "team__namespace")


class Event(models.Model):
    """`kind` names an entry of accounts.events.KINDS; `facts` hold what its sentence needs, `path` where it leads."""

    kind = models.CharField(max_length=40)
    actor = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    team = models.ForeignKey("accounts.Team", models.SET_NULL, null=True, blank=True, related_name="events")
    is_audit = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)
    path = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["team", "-id"], name="activity_of_team"),
            models.Index(fields=["team", "-id"], condition=Q(is_audit=True), name="audit_log_of_team"),
        ]
        verbose_name = _("event")

    def __str__(self) -> str:
        return f"{self.kind} by {self.actor_id}"

    @property
    def sentence(self) -> str:
        """What happened, in the current language; load it with_names()."""
        gone = _("somebody who has left")
        names = {
            "actor": self.actor.display_name if self.actor else gone,
            "person": self.person.display_name if self.person else gone,
            "team": self.team.title if self.team else self.facts.get("title", ""),
        }
        return KINDS[self.kind].sentence % (self.facts | names)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of_reader(self, user: "User | AnonymousUser") -> "NoticeQuerySet":
        """The reader's inbox, the newest first."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user=user).with_names().order_by("-pk")

    def with_names(self) -> "NoticeQuerySet":
        return self.select_related("user__namespace", "event__actor__namespace", "event__person__namespace", "event__team__namespace")

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)

    def to_mail(self) -> "NoticeQuerySet":
        """Notices whose readers want a mail at once, can read it, and that nothing has been made of yet."""
        stays = {"user__is_active": True, "user__deletion_due_at__isnull": True}
        return self.filter(way=Way.MAIL, taken_at__isnull=True, **stays).order_by("pk")

    def for_digest(self) -> "NoticeQuerySet":
        """Notices that wait for their reader's next digest."""
        return self.filter(way=Way.DIGEST, taken_at__isnull=True).order_by("pk")


class Notice(models.Model):
    """One event in one reader's inbox; `way` is what the reader's settings said when it happened."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="notices")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="notices")
    topic = models.CharField(max_length=20, choices=Topic)
    way = models.CharField(max_length=10, choices=Way)
    read_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "user"], name="one_notice_per_event_and_reader")]
        indexes = [
            models.Index(fields=["user", "-id"], name="inbox"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="unread_notices"),
            models.Index(fields=["way", "id"], condition=Q(taken_at__isnull=True, way__in=["mail", "digest"]), name="notices_to_push"),
        ]
        verbose_name = _("notice")

    def __str__(self) -> str:
        return f"{self.topic} for {self.user_id}"


class NoticeSetting(models.Model):
    """A reader's wish for one topic; without a row the topic's default holds."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="notice_settings")
    topic = models.CharField(max_length=20, choices=Topic)
    way = models.CharField(max_length=10, choices=Way)

    objects: models.Manager["NoticeSetting"] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="one_way_per_topic")]
        verbose_name = _("notice setting")

    def __str__(self) -> str:
        return f"{self.topic}: {self.way}"
