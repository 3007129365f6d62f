"""What readers say about a paper: in public, or on an item of a team's list, where only the team hears it."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Namespace
from papers.models.reading_list import ListItem

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from papers.models.paper import Paper

REPLIES_SHOWN = 5  # below the comment that opens a thread, where threads stand below one another
PUBLIC = Q(item__isnull=True)


def items_discussed_by(user: "User | AnonymousUser") -> models.QuerySet[ListItem]:
    """Items of lists of the reader's teams: whoever is in a team, in whatever role, reads and writes there."""
    teams = Namespace.objects.of_member(user).filter(team__isnull=False)
    return ListItem.objects.filter(reading_list__owner__in=teams.values("pk"))


def comments_of_item() -> Subquery:
    """How many comments stand beside an item, for queries over items."""
    there = Comment.objects.filter(item=OuterRef("pk"), deleted_at__isnull=True, hidden_at__isnull=True)
    return Subquery(there.order_by().values("item").annotate(n=Count("pk")).values("n"))


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: "User | AnonymousUser") -> "CommentQuerySet":
        """Comments on papers, which everybody may read, and those on items of the reader's teams."""
        if not user.is_authenticated:
            return self.filter(PUBLIC)
        return self.filter(PUBLIC | Q(item__in=items_discussed_by(user).values("pk")))

    def editable_by(self, user: "User | AnonymousUser") -> "CommentQuerySet":
        """The reader's own, as long as they stand there. A team's key speaks for nobody."""
        if not user.is_authenticated or user.only_team_id:
            return self.none()
        return self.filter(author=user, deleted_at__isnull=True, hidden_at__isnull=True)

    def of(self, paper: "Paper", item: ListItem | None = None) -> "CommentQuerySet":
        """One discussion: the public one of a paper, or a team's about an item."""
        return self.filter(item=item) if item else self.filter(PUBLIC, paper=paper)

    def openings(self) -> "CommentQuerySet":
        """The comments that open threads."""
        return self.filter(thread__isnull=True)

    def in_thread(self, opening: int) -> "CommentQuerySet":
        """A thread with the comment that opened it."""
        return self.filter(Q(pk=opening) | Q(thread=opening))

    def counted(self) -> "CommentQuerySet":
        """What PaperStats.comment_count counts."""
        return self.filter(PUBLIC, deleted_at__isnull=True, hidden_at__isnull=True)

    def for_page(self) -> "CommentQuerySet":
        """All that a comment shows of itself."""
        people = self.select_related("author__namespace", "parent__author__namespace", "thread", "paper", "item__reading_list__owner")
        return people.prefetch_related("mentions")

    def with_first_replies(self) -> "CommentQuerySet":
        """Add `reply_ids`: of a thread's first answers, and of one more if there are more."""
        replies = Comment.objects.filter(thread=OuterRef("pk")).order_by("pk").values("pk")
        return self.annotate(reply_ids=ArraySubquery(replies[: REPLIES_SHOWN + 1]))


class Comment(models.Model):
    """A comment. `thread` is the one that opened it, `parent` the one it answers; both empty for an opening.

    A deleted one keeps its place without its text; a hidden one keeps its text for its author and moderators.
    `version` counts what happened to it, so that nobody writes over what they have not seen.
    """

    LONGEST = 10_000

    paper = models.ForeignKey("papers.Paper", models.CASCADE, related_name="comments")
    item = models.ForeignKey(ListItem, models.CASCADE, null=True, blank=True, related_name="comments")
    thread = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies", db_index=False)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="comments")
    text = models.TextField(_("comment"), max_length=LONGEST)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField(db_default=Now())
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="answers_are_in_a_thread",
                condition=Q(thread__isnull=True, parent__isnull=True) | Q(thread__isnull=False, parent__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["paper", "id"], condition=PUBLIC, name="comments_on_papers"),
            models.Index(fields=["paper", "-id"], condition=PUBLIC & Q(thread__isnull=True), name="threads_on_papers"),
            models.Index(fields=["item", "-id"], condition=Q(thread__isnull=True), name="threads_on_items"),
            models.Index(fields=["thread", "id"], name="answers_in_threads"),
        ]
        verbose_name = _("comment")

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.paper_id}"

    def get_absolute_url(self) -> str:
        """The thread's page, at this comment however far down it stands."""
        if self.thread_id is None:
            return reverse("papers:thread", args=[self.pk])
        return f"{reverse('papers:thread', args=[self.thread_id])}?from={self.pk}#comment-{self.pk}"

    @property
    def opening_id(self) -> int:
        """Which thread it is in, its own if it opened one."""
        return self.thread_id or self.pk

    @property
    def is_shown(self) -> bool:
        """Whether everybody who may see its place may read it. Whoever is about to leave is not heard any more."""
        leaves = self.author is None or self.author.deletion_due_at is not None
        return self.deleted_at is None and self.hidden_at is None and not leaves

    def is_readable_by(self, user: "User | AnonymousUser") -> bool:
        """Hidden words are still there for their author and for those who moderate."""
        if self.is_shown:
            return True
        return self.deleted_at is None and self.hidden_at is not None and (self.author == user or moderates(user))

    @property
    def people(self) -> dict[str, str]:
        """Who is mentioned, for `|markdown`: names stand out, and lead nowhere, since not everybody has a page."""
        return {mention.handle: "" for mention in self.mentions.all()}

    @property
    def answered(self) -> "User | None":
        """Whose answer it answers, unless that is plain from where it stands."""
        parent = self.parent
        return parent.author if parent is not None and parent.thread_id is not None and parent.is_shown else None


def moderates(user: "User | AnonymousUser") -> bool:
    """Tell whether somebody may read what is hidden, and decide about reports."""
    return user.is_authenticated and user.is_staff and not user.only_team_id and user.has_perm("papers.change_comment")
