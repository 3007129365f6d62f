"""Who of a team presents or reads a paper of its lists, and until when."""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Namespace
from papers.models.reading_list import ListItem, ListItemQuerySet
from papers.models.reading_state import readers_within

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Team, User


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: "User | AnonymousUser") -> "AssignmentQuerySet":
        """Assignments within the reader's teams, of people who are still in them, for papers that are still in the list."""
        teams = Namespace.objects.of_member(user).filter(team__isnull=False)
        stays = Membership.objects.filter(team=OuterRef("item__reading_list__owner__team"), user=OuterRef("user"))
        return self.filter(Exists(stays), item__reading_list__owner__in=teams.values("pk"))

    def of_team(self, team: "Team") -> "AssignmentQuerySet":
        return self.filter(item__reading_list__owner__team=team)

    def open(self) -> "AssignmentQuerySet":
        """What is still to be done."""
        return self.filter(done_at__isnull=True)

    def upcoming(self) -> "AssignmentQuerySet":
        """What is still to be done, the next first; what has no day comes last."""
        return self.open().order_by(Coalesce("due_on", date.max), "pk")

    def done(self) -> "AssignmentQuerySet":
        return self.filter(done_at__isnull=False)

    def with_day(self) -> "AssignmentQuerySet":
        """Add `day`, by which a page can be ordered."""
        return self.annotate(day=Coalesce("due_on", date.max))

    def for_agenda(self, team: "Team") -> "AssignmentQuerySet":
        """All that a team's agenda shows: the paper, and who of the team has read it."""
        readers = readers_within(team, OuterRef("item__paper"))
        return self.with_names().with_day().select_related("item__paper").annotate(read_by=readers)

    def with_names(self) -> "AssignmentQuerySet":
        return self.select_related("user__namespace", "made_by__namespace", "item__reading_list__owner__team")


class Assignment(models.Model):
    """One person, one paper of a team's list. It hides while the paper is taken out, and while the person is not in the team."""

    class Part(models.TextChoices):
        PRESENT = "present", _("presents it")
        READ = "read", _("reads it")

    item = models.ForeignKey(ListItem, models.CASCADE, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments", verbose_name=_("who"))
    part = models.CharField(_("does what"), max_length=7, choices=Part, default=Part.PRESENT)
    due_on = models.DateField(_("on"), null=True, blank=True)
    words = models.CharField(_("a few words"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="one_assignment_per_person")]
        indexes = [
            models.Index(fields=["user", "due_on"], name="assignments_to_do", condition=Q(done_at__isnull=True)),
        ]
        verbose_name = _("assignment")

    def __str__(self) -> str:
        return f"{self.item_id} for {self.user_id}: {self.part}"


def with_teamwork(items: ListItemQuerySet, team: "Team | None", user: "User | AnonymousUser") -> ListItemQuerySet:
    """Add to items of a team's list what its people see beside them: `tasks`, and `read_by`; without a team there is nothing to see."""
    if team is None:
        return items
    tasks = Assignment.objects.visible_to(user).with_names().upcoming()
    return items.annotate(read_by=readers_within(team, OuterRef("paper"))).prefetch_related(Prefetch("assignments", tasks, to_attr="tasks"))
