"""A reading list: papers in an order, owned by a person or a team."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import CharField, Count, Exists, F, Func, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Namespace
from accounts.models.namespace import NamespaceQuerySet
from accounts.signing import secret_digest
from papers.models.list_share import ListShare, ListShareQuerySet, May
from papers.models.reading_state import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Team, User
    from papers.models.tag import ItemTag, Tag

# What accounts/keyset.py walks. By hand and by the time of adding are read from indexes; the other
# two belong to papers, so a list's items are looked up and sorted, of which only a page's are loaded.
KEPT_FOR = timedelta(days=1)  # how long what was taken out of a list can be brought back
ITEM_ORDERS = {
    "hand": ("position", "pk"),
    "added": ("-added_at", "-pk"),
    "votes": ("-paper__stats__vote_count", "-pk"),
    "published": ("-day", "-pk"),
}
BY_VERSION = ("version", "pk")


class Visibility(models.TextChoices):
    PRIVATE = "private", _("only me, or only the team")
    INSTANCE = "instance", _("everybody who has an account here")
    PUBLIC = "public", _("everybody")


class ReadingListQuerySet(models.QuerySet["ReadingList"]):
    def visible_to(self, user: "User | AnonymousUser") -> "ReadingListQuerySet":
        """Lists of the reader and of teams, those shared with either, and those open to more people, unless their owner is about to go."""
        stays = Q(owner__user__deletion_due_at__isnull=True)
        if not user.is_authenticated:
            return self.filter(stays & _opened_to(Visibility.PUBLIC))
        shared = _shared_by(ListShare.objects.reaching(user))
        open_ones = stays & (_opened_to(Visibility.PUBLIC, Visibility.INSTANCE) | shared)
        return self.filter(open_ones | Q(owner__in=Namespace.objects.of_member(user).values("pk")))

    def opened(self) -> "ReadingListQuerySet":
        """Lists that everybody who has an account here may read."""
        return self.filter(_opened_to(Visibility.PUBLIC, Visibility.INSTANCE), owner__user__deletion_due_at__isnull=True)

    def at(self, owner: str, slug: str) -> "ReadingListQuerySet":
        """The list of an address, whose owner may have had another name when it was written down."""
        return self.under(owner).filter(slug=slug)

    def under(self, owner: str) -> "ReadingListQuerySet":
        """All lists of the one who has a name or had it."""
        return self.filter(owner__in=Namespace.objects.called(owner).values("pk"))

    def editable_by(self, user: "User | AnonymousUser") -> "ReadingListQuerySet":
        """Lists of the reader, of teams in which the reader is more than a guest, and those shared to be edited."""
        return self._writable_by(user, May.EDIT)

    def addable_by(self, user: "User | AnonymousUser") -> "ReadingListQuerySet":
        """Lists to which the reader may add papers: those that the reader may edit, and those shared to be added to."""
        return self._writable_by(user, May.ADD, May.EDIT)

    def suggestable_by(self, user: "User | AnonymousUser") -> "ReadingListQuerySet":
        """Lists of teams that the reader may read, for which they may suggest papers; a team's key suggests nothing to itself."""
        if not user.is_authenticated or user.only_team_id:
            return self.none()
        return self.visible_to(user).filter(owner__team__isnull=False)

    def _writable_by(self, user: "User | AnonymousUser", *may: str) -> "ReadingListQuerySet":
        if not user.is_authenticated:
            return self.none()
        shared = _shared_by(ListShare.objects.letting(user, *may)) & Q(owner__user__deletion_due_at__isnull=True)
        return self.filter(shared | Q(owner__in=Namespace.objects.writable_by(user).values("pk")))

    def managed_by(self, user: "User | AnonymousUser") -> "ReadingListQuerySet":
        """Lists that the reader may open to others and delete: own ones, those of teams the reader runs, and those the reader made."""
        if not user.is_authenticated:
            return self.none()
        made = (Q(made_by=user) | Q(parent__made_by=user)) & Q(owner__in=Namespace.objects.writable_by(user).values("pk"))
        return self.filter(made | Q(owner__in=Namespace.objects.managed_by(user).values("pk")))

    def opened_by(self, key: str) -> "ReadingListQuerySet":
        """The one list that a secret link's key opens, as long as the link works and the list's owner stays."""
        from papers.models.list_link import ListLink  # it needs this model first

        links = ListLink.objects.usable().filter(key_hash=secret_digest("list", key))
        return self.filter(pk__in=links.values("reading_list"), owner__user__deletion_due_at__isnull=True)

    def of_reader(self, user: "User | AnonymousUser") -> "ReadingListQuerySet":
        """What the reader's own page of lists shows: personal lists, those of the reader's teams, and those shared with either."""
        if not user.is_authenticated:
            return self.none()
        own = ReadingList.objects.filter(owner__in=Namespace.objects.of_member(user).values("pk"))
        return self.filter(pk__in=own.values("pk").union(ReadingList.objects.shared_with(user).values("pk")))  # each by its index

    def shared_with(self, user: "User | AnonymousUser") -> "ReadingListQuerySet":
        """Lists of others that are shared with the reader or a team of the reader's."""
        return self.filter(_shared_by(ListShare.objects.reaching(user)), owner__user__deletion_due_at__isnull=True)

    def roots(self) -> "ReadingListQuerySet":
        """Lists that are not inside another one, and so may hold others."""
        return self.filter(parent__isnull=True)

    def for_cards(self) -> "ReadingListQuerySet":
        shares = ListShare.objects.filter(reading_list=Coalesce(OuterRef("parent"), OuterRef("pk")))
        return self.select_related("owner__user__namespace", "owner__team", "parent__owner").annotate(is_shared=Exists(shares))

    def with_progress_of(self, user: "User | AnonymousUser") -> "ReadingListQuerySet":
        """Add `read_count`: how many of each list's papers the reader has read. Nobody in particular has read nothing."""
        if not user.is_authenticated or user.only_team_id:
            return self
        by_reader = Q(paper__reading_states__user=user, paper__reading_states__state=State.READ)
        read = ListItem.objects.filter(by_reader, reading_list=OuterRef("pk")).order_by().values("reading_list")
        return self.annotate(read_count=Coalesce(Subquery(read.annotate(n=Count("pk")).values("n")), 0))

    def recent(self) -> "ReadingListQuerySet":
        return self.order_by("-updated_at", "-pk")


def _opened_to(*readers: str) -> Q:
    """A list inside another one is read by those who read that one."""
    return Q(parent__isnull=True, visibility__in=readers) | Q(parent__visibility__in=readers)


def _shared_by(shares: ListShareQuerySet) -> Q:
    """Lists that some shares reach, and those inside them."""
    lists = shares.values("reading_list")
    return Q(parent__isnull=True, pk__in=lists) | Q(parent__in=lists)


def in_families(lists: "Iterable[ReadingList]") -> "list[ReadingList]":
    """Return lists in their order, each followed by those inside it."""
    known = list(lists)
    keys = {each.pk for each in known}
    inside: dict[int | None, list[ReadingList]] = {}
    for each in known:
        inside.setdefault(each.parent_id if each.parent_id in keys else None, []).append(each)
    return [one for root in inside.get(None, []) for one in (root, *inside.get(root.pk, []))]


class ReadingList(models.Model):
    """Papers in an order. A list inside another one has no readers and editors of its own: those of its parent are asked."""

    owner = models.ForeignKey(Namespace, models.CASCADE, related_name="reading_lists")
    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(max_length=80)
    description = models.CharField(_("description"), max_length=500, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    visibility = models.CharField(_("who may read it"), max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name=_("inside the list"))
    item_count = models.PositiveIntegerField(default=0, editable=False)
    theme = models.CharField(max_length=20, blank=True, default="", db_default="", editable=False)  # a colour that programs keep here
    version = models.BigIntegerField(db_default=1, editable=False)  # both are written by triggers
    first_version = models.BigIntegerField(db_default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ReadingListQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "slug"], name="one_list_per_address"),
            models.CheckConstraint(name="no_list_in_itself", condition=~Q(parent=F("pk"))),
        ]
        indexes = [
            models.Index("owner", F("updated_at").desc(), F("id").desc(), name="recent_lists"),
            models.Index(F("updated_at").desc(), F("id").desc(), name="recent_lists_of_all"),
        ]
        verbose_name = _("reading list")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("papers:list", args=[self.owner.name, self.slug])

    @property
    def open_to(self) -> str:
        """Who may read it, as its parent says where it has one; loaded by for_cards()."""
        return (self.parent or self).visibility

    @property
    def oldest_version(self) -> int:
        """From which version on it is told what was taken out: since the list is there, and as many may read it; load `parent`."""
        return max(self.first_version, self.parent.first_version if self.parent else 0)

    @property
    def last_version(self) -> int:
        """The version of what is in it now; load `parent`."""
        return max(self.version, self.oldest_version)


def holders_visible_to(user: "User | AnonymousUser") -> NamespaceQuerySet:
    """People and teams with a page to look at: one's own, public teams, those that show this reader a list, and who speaks in public."""
    shown = ReadingList.objects.visible_to(user).values("owner")
    own = Namespace.objects.of_member(user).values("pk")
    from papers.models.comment import Comment  # it needs this model first

    speaks = Exists(Comment.objects.counted().filter(author=OuterRef("user"), author__deletion_due_at__isnull=True))
    return Namespace.objects.filter(Q(pk__in=shown) | Q(team__is_public=True) | Q(pk__in=own) | speaks)


def team_of_reader(user: "User | AnonymousUser", reading_list: ReadingList) -> "Team | None":
    """The team that a list belongs to, where the reader is in it: only its people see what the others read and have to do."""
    is_inside = reading_list.owner.is_team and Namespace.objects.of_member(user).filter(pk=reading_list.owner_id).exists()
    return reading_list.owner.team if is_inside else None


class ListItemQuerySet(models.QuerySet["ListItem"]):
    def changeable_by(self, user: "User | AnonymousUser") -> "ListItemQuerySet":
        """Papers of lists that the reader may edit, and those that the reader added where adding is all they may."""
        if not user.is_authenticated:
            return self.none()
        own = Q(added_by=user, reading_list__in=ReadingList.objects.addable_by(user).values("pk"))
        return self.filter(own | Q(reading_list__in=ReadingList.objects.editable_by(user).values("pk")))

    def assignable_by(self, user: "User | AnonymousUser") -> "ListItemQuerySet":
        """Papers of lists of the reader's teams that the reader may edit; who edits from outside, through a share, gives nobody work."""
        own = Namespace.objects.of_member(user).filter(team__isnull=False)
        return self.filter(reading_list__owner__in=own.values("pk"), reading_list__in=ReadingList.objects.editable_by(user).values("pk"))

    def in_lists(self) -> "ListItemQuerySet":
        """Without what was taken out; whoever asks by paper or person has to say so, since only lists themselves leave it out."""
        return self.filter(reading_list__isnull=False)

    def keepers(self) -> "Iterator[tuple[int, int, datetime]]":
        """Who keeps which paper, and since when: the person whose list it is in, and who put it there, in the order of the items."""
        rows = self.values_list("reading_list__owner__user", "added_by", "paper", "added_at")
        for owner, adder, paper, added_at in rows.iterator():
            for user_id in {owner, adder} - {None}:
                yield user_id, paper, added_at

    def perhaps_twice(self) -> "ListItemQuerySet":
        """Items of one list whose papers have the same title but for case, marks and spaces, side by side; adds `bare_title`."""
        bare = Func(
            Lower("paper__title"), Value(r"[^[:alnum:]]+"), Value(""), Value("g"), function="regexp_replace", output_field=CharField()
        )
        items = self.annotate(bare_title=bare)
        twice = items.order_by().values("bare_title").annotate(n=Count("pk")).filter(n__gt=1).values("bare_title")
        return items.filter(bare_title__in=twice).order_by("bare_title", "position")

    def changed_after(self, version: int) -> "ListItemQuerySet":
        """Items whose note, tags, place or paper is of a later version of their list; in the order BY_VERSION nothing is missed."""
        return self.filter(version__gt=version)

    def in_order(self, order: str) -> "ListItemQuerySet":
        """Add what an order of ITEM_ORDERS compares; papers without a day come last."""
        items = self.filter(paper__stats__isnull=False) if order == "votes" else self
        return items.annotate(day=Coalesce(F("paper__published_on"), date.min)) if order == "published" else items

    def for_cards(self, papers: "models.QuerySet") -> "ListItemQuerySet":
        """All that a page of a list shows; `papers` are loaded as cards."""
        return self.select_related("added_by__namespace", "note_by__namespace").prefetch_related(Prefetch("paper", papers)).with_tags()

    def with_tags(self) -> "ListItemQuerySet":
        """Load each item's tags in the order of their names, for `tag_names`."""
        from papers.models.tag import Tag  # it needs this model first

        return self.prefetch_related(Prefetch("tags", Tag.objects.by_name()))

    def tagged(self, name: str) -> "ListItemQuerySet":
        """Items that carry a tag of their list's owner, in whatever case its name is given."""
        from papers.models.tag import Tag

        return self.filter(pk__in=ListItem.objects.filter(tags__in=Tag.objects.called(name)).values("pk"))


class ListItem(models.Model):
    """A paper's place in a list. Positions have gaps, so that most moves rewrite one row.

    What was taken out is in no list (`reading_list` is NULL), so that no query finds it there; for
    a day it still knows `removed_from` which list, and comes back with all that points to it.
    """

    GAP = 1_024

    reading_list: "models.ForeignKey[ReadingList, ReadingList]" = models.ForeignKey(  # type: ignore[misc]
        ReadingList, models.CASCADE, null=True, related_name="items"
    )
    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="list_items")
    position = models.BigIntegerField()
    version = models.BigIntegerField(db_default=1, editable=False)  # of the list, when this last changed; written by triggers
    note = models.TextField(_("note"), max_length=5_000, blank=True)
    note_version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    note_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    note_at = models.DateTimeField(null=True, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    removed_from = models.ForeignKey(ReadingList, models.CASCADE, null=True, editable=False, related_name="removed_items")
    removed_at = models.DateTimeField(null=True, editable=False)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    removal = models.UUIDField(null=True, editable=False)
    tags: "models.ManyToManyField[Tag, ItemTag]" = models.ManyToManyField("papers.Tag", through="papers.ItemTag", related_name="items")

    objects = ListItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reading_list", "paper"], name="paper_once_per_list"),
            models.UniqueConstraint(fields=["reading_list", "position"], name="one_item_per_place", deferrable=models.Deferrable.DEFERRED),
            models.CheckConstraint(
                name="in_a_list_or_taken_out",
                condition=Q(reading_list__isnull=False, removed_from__isnull=True, removed_at__isnull=True)
                | Q(reading_list__isnull=True, removed_from__isnull=False, removed_at__isnull=False, removal__isnull=False),
            ),
        ]
        indexes = [
            GinIndex(SearchVector("note", config="lectern"), name="words_of_notes", condition=~Q(note="")),
            models.Index("removed_at", name="removed_items", condition=Q(removed_at__isnull=False)),
            models.Index("reading_list", F("added_at").desc(), F("id").desc(), name="items_by_time"),
            models.Index(fields=["reading_list", "version", "id"], name="items_by_version"),
        ]
        verbose_name = _("list item")

    def __str__(self) -> str:
        return f"{self.paper_id} in {self.reading_list_id}"

    @property
    def etag(self) -> str:
        """The entity tag of the note: another one after each change of it, and after the paper came back anew."""
        return f'"note-{self.pk}-{self.note_version}"'

    @property
    def tag_names(self) -> list[str]:
        """Load them by with_tags()."""
        return [tag.name for tag in self.tags.all()]
