"""Tags: words of a person or a team for the papers of their lists. Who sees which follows the lists that hold them."""

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Namespace
from papers.models.reading_list import ListItem, ListItemQuerySet, ReadingList
from papers.record import LONGEST_TAG

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

BY_NAME = ("bare_name", "pk")  # what accounts/keyset.py walks; read from the index of one_tag_per_name
STEP = re.compile(r"(?<![^/])\.{1,2}(?![^/])")  # what browsers take for a step within an address


class Colour(models.TextChoices):
    """A small palette; papers/css/tokens.css has each in light and dark, with enough contrast for text."""

    GREY = "grey", pgettext_lazy("colour", "grey")
    RED = "red", pgettext_lazy("colour", "red")
    ORANGE = "orange", pgettext_lazy("colour", "orange")
    GOLD = "gold", pgettext_lazy("colour", "gold")
    GREEN = "green", pgettext_lazy("colour", "green")
    TEAL = "teal", pgettext_lazy("colour", "teal")
    BLUE = "blue", pgettext_lazy("colour", "blue")
    PURPLE = "purple", pgettext_lazy("colour", "purple")


class TagQuerySet(models.QuerySet["Tag"]):
    def visible_to(self, user: "User | AnonymousUser") -> "TagQuerySet":
        """Tags of the reader and of the reader's teams, and those that a list which the reader may see holds."""
        shown = Exists(ItemTag.objects.in_lists_of(user).filter(tag=OuterRef("pk")))
        return self.filter(Q(owner__in=Namespace.objects.of_member(user).values("pk")) | Q(shown))

    def editable_by(self, user: "User | AnonymousUser") -> "TagQuerySet":
        """Tags that the reader may rename, merge and delete: those of names under which the reader may change lists."""
        return self.filter(owner__in=Namespace.objects.writable_by(user).values("pk"))

    def under(self, owner: str) -> "TagQuerySet":
        """All tags of the one who has a name or had it."""
        return self.filter(owner__in=Namespace.objects.called(owner).values("pk")).select_related("owner__user", "owner__team")

    def called(self, name: str) -> "TagQuerySet":
        """Tags with a name in whatever case."""
        return self.alias(called=Lower("name")).filter(called=Lower(Value(name))) if "\x00" not in name else self.none()

    def at(self, owner: str, name: str) -> "TagQuerySet":
        """The tag of an address, where its name stands as in `Tag.in_address`."""
        return self.under(owner).called(unquote(name))

    def by_name(self) -> "TagQuerySet":
        """In the order of their names; adds `bare_name`."""
        return self.annotate(bare_name=Lower("name")).order_by(*BY_NAME)

    def with_counts_for(self, user: "User | AnonymousUser") -> "TagQuerySet":
        """Add `paper_count`: how many papers carry each, in lists that the reader may see."""
        tagged = ItemTag.objects.in_lists_of(user).filter(tag=OuterRef("pk")).order_by().values("tag")
        count = tagged.annotate(n=Count("item__paper", distinct=True)).values("n")
        return self.annotate(paper_count=Coalesce(Subquery(count), 0))

    def for_list(self, reading_list: ReadingList) -> "TagQuerySet":
        """The tags of a list's owner, those that the list holds first; adds `is_here`. Nothing is counted, however long the list."""
        held = Exists(ItemTag.objects.filter(tag=OuterRef("pk"), item__reading_list=reading_list))
        return self.filter(owner=reading_list.owner_id).annotate(is_here=held, bare_name=Lower("name")).order_by("-is_here", *BY_NAME)


class Tag(models.Model):
    """A word of one owner, of which case makes no other one."""

    owner = models.ForeignKey(Namespace, models.CASCADE, related_name="tags")
    name = models.CharField(_("name"), max_length=LONGEST_TAG)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour, default=Colour.GREY)

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="one_tag_per_name"),
            models.CheckConstraint(name="a_tag_has_a_tidy_name", condition=Q(name__regex=r"^[^ \r\n]([^\r\n]*[^ \r\n])?$")),
            models.CheckConstraint(name="a_tag_is_of_the_palette", condition=Q(colour__in=Colour.values)),
        ]
        indexes = [models.Index(Lower("name"), name="tags_by_name")]  # of whichever owner, for searches
        verbose_name = _("tag")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Load `owner` with it."""
        return reverse("papers:tag", args=[self.owner.name, self.in_address])

    @property
    def in_address(self) -> str:
        """The name as addresses hold it: there "." and ".." between slashes would be steps."""
        return STEP.sub(lambda found: found[0].replace(".", "%2E"), self.name.replace("%", "%25"))


class ItemTagQuerySet(models.QuerySet["ItemTag"]):
    def in_lists_of(self, user: "User | AnonymousUser") -> "ItemTagQuerySet":
        """What is tagged in lists that the reader may see; what was taken out of a list is in none."""
        return self.filter(item__reading_list__in=ReadingList.objects.visible_to(user).values("pk"))


class ItemTag(models.Model):
    """A tag on a paper of a list. Its owner is the list's, which papers/actions/tagging.py sees to; it stays on what is taken out."""

    item = models.ForeignKey(ListItem, models.CASCADE, related_name="item_tags")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="item_tags")

    objects = ItemTagQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "tag"], name="a_tag_once_per_item")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.item_id}"


def items_tagged(tag: Tag, user: "User | AnonymousUser") -> ListItemQuerySet:
    """The papers with a tag, each once: as the item that was added last among the lists that the reader may see."""
    lists = ReadingList.objects.visible_to(user).filter(owner=tag.owner_id)
    items = ListItem.objects.filter(tags=tag, reading_list__in=lists.values("pk"))
    return ListItem.objects.filter(pk__in=items.order_by("paper", "-added_at", "-pk").distinct("paper").values("pk"))
