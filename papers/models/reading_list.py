"""A reading list: papers in an order, owned by a person or a team."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Namespace
from accounts.models.namespace import NamespaceQuerySet
from accounts.signing import secret_digest

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Visibility(models.TextChoices):
    PRIVATE = "private", _("only me, or only the team")
    INSTANCE = "instance", _("everybody who has an account here")
    PUBLIC = "public", _("everybody")


class ReadingListQuerySet(models.QuerySet["ReadingList"]):
    def visible_to(self, user: "User | AnonymousUser") -> "ReadingListQuerySet":
        """Lists of the reader, of the reader's teams, and those opened to more people, unless their owner is about to go."""
        stays = Q(owner__user__deletion_due_at__isnull=True)
        if not user.is_authenticated:
            return self.filter(stays, visibility=Visibility.PUBLIC)
        open_ones = stays & Q(visibility__in=[Visibility.PUBLIC, Visibility.INSTANCE])
        return self.filter(open_ones | Q(owner__in=Namespace.objects.of_member(user).values("pk")))

    def at(self, owner: str, slug: str) -> "ReadingListQuerySet":
        """The list of an address, whose owner may have had another name when it was written down."""
        return self.filter(owner__in=Namespace.objects.called(owner).values("pk"), slug=slug)

    def editable_by(self, user: "User | AnonymousUser") -> "ReadingListQuerySet":
        """Lists of the reader, and of teams in which the reader is more than a guest."""
        return self.filter(owner__in=Namespace.objects.writable_by(user).values("pk"))

    def managed_by(self, user: "User | AnonymousUser") -> "ReadingListQuerySet":
        """Lists that the reader may open to others and delete: own ones, those of teams the reader runs, and those the reader made."""
        if not user.is_authenticated:
            return self.none()
        made = Q(made_by=user, owner__in=Namespace.objects.writable_by(user).values("pk"))
        return self.filter(made | Q(owner__in=Namespace.objects.managed_by(user).values("pk")))

    def opened_by(self, key: str) -> "ReadingListQuerySet":
        """The one list that a secret link's key opens, as long as the link works and the list's owner stays."""
        from papers.models.list_link import ListLink  # it needs this model first

        links = ListLink.objects.usable().filter(key_hash=secret_digest("list", key))
        return self.filter(pk__in=links.values("reading_list"), owner__user__deletion_due_at__isnull=True)

    def of_reader(self, user: "User | AnonymousUser") -> "ReadingListQuerySet":
        """What the reader's own page of lists shows: personal lists and those of the reader's teams."""
        return self.filter(owner__in=Namespace.objects.of_member(user).values("pk"))

    def for_cards(self) -> "ReadingListQuerySet":
        return self.select_related("owner__user__namespace", "owner__team")

    def recent(self) -> "ReadingListQuerySet":
        return self.order_by("-updated_at", "-pk")


class ReadingList(models.Model):
    owner = models.ForeignKey(Namespace, models.CASCADE, related_name="reading_lists")
    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(max_length=80)
    description = models.CharField(_("description"), max_length=500, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    visibility = models.CharField(_("who may read it"), max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    item_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ReadingListQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "slug"], name="one_list_per_address")]
        indexes = [models.Index("owner", F("updated_at").desc(), F("id").desc(), name="recent_lists")]
        verbose_name = _("reading list")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("papers:list", args=[self.owner.name, self.slug])


def holders_visible_to(user: "User | AnonymousUser") -> NamespaceQuerySet:
    """People and teams with a page to look at: one's own, public teams, and those that show a list to this reader."""
    shown = ReadingList.objects.visible_to(user).values("owner")
    return Namespace.objects.filter(Q(pk__in=shown) | Q(team__is_public=True) | Q(pk__in=Namespace.objects.of_member(user).values("pk")))


class ListItem(models.Model):
    """A paper's place in a list. Positions have gaps, so that most moves rewrite one row."""

    GAP = 1_024

    reading_list = models.ForeignKey(ReadingList, models.CASCADE, related_name="items")
    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="list_items")
    position = models.BigIntegerField()
    note = models.TextField(_("note"), max_length=5_000, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reading_list", "paper"], name="paper_once_per_list"),
            models.UniqueConstraint(fields=["reading_list", "position"], name="one_item_per_place", deferrable=models.Deferrable.DEFERRED),
        ]
        indexes = [GinIndex(SearchVector("note", config="lectern"), name="words_of_notes", condition=~Q(note=""))]
        verbose_name = _("list item")

    def __str__(self) -> str:
        return f"{self.paper_id} in {self.reading_list_id}"
