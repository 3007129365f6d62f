"""Whom and what a reader follows: authors, people and teams, reading lists. Categories and searches that are followed are interests."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Namespace
from accounts.models.namespace import NamespaceQuerySet
from papers.models.author import Author
from papers.models.author_claim import AuthorClaim
from papers.models.list_share import ListShare, reachable_by
from papers.models.reading_list import ReadingList, Visibility, holders_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Target = Author | Namespace | ReadingList
TARGETS = ("author", "namespace", "reading_list")
STAYS = Q(user__is_active=True, user__deletion_due_at__isnull=True)


def column_of(target: Target) -> str:
    """Which of TARGETS a thing is."""
    return "author" if isinstance(target, Author) else "namespace" if isinstance(target, Namespace) else "reading_list"


def is_own(target: Target, user: "User | AnonymousUser") -> bool:
    """Whether it is the reader's own page or list, which nobody needs to follow."""
    if isinstance(target, Author) or not user.is_authenticated:
        return False
    holder = target if isinstance(target, Namespace) else target.owner
    return holder.user_id == user.pk


class FollowQuerySet(models.QuerySet["Follow"]):
    def of_reader(self, user: "User | AnonymousUser") -> "FollowQuerySet":
        """What a person follows. It is nobody else's, and not for a key that acts for a team."""
        if not user.is_authenticated or user.only_team_id:
            return self.none()
        return self.filter(user=user)

    def about(self, target: Target) -> "FollowQuerySet":
        """Follows of one thing; of an author, under any name that is known to be the same person's."""
        meant = Q(**{column_of(target): target})
        if isinstance(target, Author):
            meant |= Q(author__in=AuthorClaim.objects.beside(target).values("author"))
        return self.filter(meant)

    def told_to(self, user: "User | AnonymousUser") -> tuple[int, bool]:
        """How many people follow, and whether this reader is one of them; in one query."""
        mine = Q(user=user.pk) if user.is_authenticated and not user.only_team_id else Q(pk=None)
        found = self.aggregate(n=Count("user", filter=STAYS, distinct=True), mine=Count("pk", filter=mine))
        return found["n"], bool(found["mine"])

    def shown_to(self, user: "User") -> "FollowQuerySet":
        """What the reader follows and may still see, with its names."""
        lists = ReadingList.objects.visible_to(user).values("pk")
        there = Q(author__isnull=False) | Q(namespace__in=reachable_by(user).values("pk")) | Q(reading_list__in=lists)
        names = ("author", "namespace__user", "namespace__team", "reading_list__owner__user", "reading_list__owner__team")
        return self.of_reader(user).filter(there).select_related(*names)

    def of_readable_lists(self) -> "FollowQuerySet":
        """Follows of lists, by anybody, that whoever follows may still read.

        It says for many readers at once what ReadingList.objects.visible_to() says for one; a test compares the two.
        """
        open_to = (Visibility.PUBLIC, Visibility.INSTANCE)
        opened = Q(reading_list__parent__isnull=True, reading_list__visibility__in=open_to) | Q(
            reading_list__parent__visibility__in=open_to
        )
        shared = ListShare.objects.filter(reading_list=Coalesce(OuterRef("reading_list__parent"), OuterRef("reading_list")))
        reaching = shared.filter(Q(to__user=OuterRef("user")) | Q(to__team__memberships__user=OuterRef("user")))
        stays = Q(reading_list__owner__user__deletion_due_at__isnull=True)
        member = Membership.objects.filter(user=OuterRef("user"), team__namespace=OuterRef("reading_list__owner"))
        own = Q(reading_list__owner__user=F("user")) | Exists(member)
        return self.filter(own | (stays & (opened | Exists(reaching))), reading_list__isnull=False)


def _only(target: str) -> Q:
    return Q(**{f"{name}__isnull": name != target for name in TARGETS})


class Follow(models.Model):
    """One reader follows exactly one thing. What a follow shows is looked up each time: it gives no right to see anything."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    author = models.ForeignKey(Author, models.CASCADE, null=True, blank=True, related_name="follows")
    namespace = models.ForeignKey(Namespace, models.CASCADE, null=True, blank=True, related_name="follows")
    reading_list = models.ForeignKey(ReadingList, models.CASCADE, null=True, blank=True, related_name="follows")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [
            *(models.UniqueConstraint(fields=["user", name], name=f"one_follow_per_{name}") for name in TARGETS),
            models.CheckConstraint(name="a_follow_has_one_target", condition=_only("author") | _only("namespace") | _only("reading_list")),
        ]
        verbose_name = _("follow")

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.author_id or self.namespace_id or self.reading_list_id}"

    @property
    def target(self) -> Target:
        """What is followed; load it with shown_to()."""
        found = self.author or self.namespace or self.reading_list
        assert found is not None, "a constraint says so"
        return found


def holders_followable_by(user: "User") -> NamespaceQuerySet:
    """People and teams whose page the reader can see, and those followed already, so that they can be let go."""
    followed = Follow.objects.shown_to(user).order_by().values("namespace")
    return Namespace.objects.filter(Q(pk__in=holders_visible_to(user).values("pk")) | Q(pk__in=followed))
