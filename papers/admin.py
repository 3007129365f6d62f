"""The catalogue, its votes and its reading lists in the admin site."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from papers import admin_comments  # noqa: F401 - registers comments and reports
from papers.actions.claiming import settle_claim
from papers.actions.lists import delete_list
from papers.actions.merging import merge_papers
from papers.actions.removal import delete_papers
from papers.actions.voting import withdraw_vote
from papers.models import Author, AuthorClaim, Authorship, Category, Harvest, ListItem, Paper, PaperCategory, ReadingList, Source, Vote

MOST_MERGED = 10  # papers in one go


class ReadOnlyInline(admin.TabularInline):
    """Rows that come from imports and readers, and counts that follow them: to look at only."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AuthorshipInline(ReadOnlyInline):
    model = Authorship
    fields = ["position", "author"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Authorship]:
        return super().get_queryset(request).select_related("author")


class PaperCategoryInline(ReadOnlyInline):
    model = PaperCategory
    fields = ["category", "is_primary"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaperCategory]:
        return super().get_queryset(request).select_related("category")


@admin.register(Paper)
class PaperAdmin(admin.ModelAdmin):
    """Papers come by import, which also makes their counters; so none is added here."""

    date_hierarchy = "first_seen_at"
    inlines = [AuthorshipInline, PaperCategoryInline]
    list_display = ["title", "slug", "votes", "saves", "published_on", "first_seen_at", "source"]
    list_filter = ["first_seen_at", "published_on", ("categories", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["stats"]
    search_fields = ["=slug", "=arxiv_id", "=doi", "=key", "title"]
    show_full_result_count = False
    fields = ["title", "abstract", "slug", "arxiv_id", "doi", "key", "url", "published_on", "first_seen_at", "source", "votes", "saves"]
    readonly_fields = ["slug", "arxiv_id", "doi", "key", "first_seen_at", "source", "votes", "saves"]
    ordering = ["-first_seen_at", "-pk"]
    actions = ["merge"]

    @admin.action(description=_("Merge into one paper"), permissions=["change", "delete"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Paper]) -> HttpResponse | None:
        """Ask which of a few papers stays, then make one of them."""
        papers = list(queryset.select_related("stats").order_by("first_seen_at", "pk")[: MOST_MERGED + 1])
        if not 2 <= len(papers) <= MOST_MERGED:
            self.message_user(request, _("Choose two to %(n)d papers that are one.") % {"n": MOST_MERGED}, messages.WARNING)
            return None
        stays = next((paper for paper in papers if str(paper.pk) == request.POST.get("stays")), None)
        if stays is None:
            context = {**self.admin_site.each_context(request), "papers": papers, "title": _("Merge into one paper"), "opts": self.opts}
            return render(request, "admin/merge_papers.html", context)
        for other in papers:
            if other.pk != stays.pk:
                self.log_change(request, stays, f"{other.slug} ({other.title}) was merged into it.")
                merge_papers(keep=stays, other=other)
        self.message_user(request, _("They are one paper now; every former address leads to it."), messages.SUCCESS)
        return None

    @admin.display(description=_("votes"), ordering="stats__vote_count")
    def votes(self, paper: Paper) -> int:
        return paper.stats.vote_count

    @admin.display(description=_("saves"), ordering="stats__save_count")
    def saves(self, paper: Paper) -> int:
        return paper.stats.save_count

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Paper) -> None:
        delete_papers(papers=[obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Paper]) -> None:
        delete_papers(papers=queryset)


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    list_display = ["name"]
    search_fields = ["name"]
    show_full_result_count = False


@admin.register(AuthorClaim)
class AuthorClaimAdmin(admin.ModelAdmin):
    """Readers who say to be an author: looked at, then accepted or refused; they are told."""

    actions = ["accept", "refuse"]
    list_display = ["author", "user", "state", "words", "made_at", "settled_by"]
    list_filter = ["state", "made_at"]
    list_select_related = ["author", "user__namespace", "settled_by__namespace"]
    search_fields = ["author__name", "user__email", "user__namespace__name"]
    ordering = ["-made_at", "-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuthorClaim | None = None) -> bool:
        return obj is None and super().has_change_permission(request)

    @admin.action(description=_("Accept: they are these authors"), permissions=["change"])
    def accept(self, request: HttpRequest, queryset: QuerySet[AuthorClaim]) -> None:
        self._settle(request, queryset, is_true=True)

    @admin.action(description=_("Refuse"), permissions=["change"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[AuthorClaim]) -> None:
        self._settle(request, queryset, is_true=False)

    def _settle(self, request: HttpRequest, queryset: QuerySet[AuthorClaim], *, is_true: bool) -> None:
        for claim in queryset.select_related("author", "user"):
            if not settle_claim(claim=claim, by=request.user, is_true=is_true):  # type: ignore[arg-type]
                self.message_user(request, _("Somebody else is %(name)s already.") % {"name": claim.author.name}, messages.ERROR)


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["slug", "name"]
    list_editable = ["name"]
    search_fields = ["slug", "name"]


@admin.register(Vote)
class VoteAdmin(admin.ModelAdmin):
    """A vote deleted here is withdrawn: the counter follows."""

    list_display = ["created_at", "user", "paper"]
    list_filter = ["created_at"]
    list_select_related = ["user__namespace", "paper"]
    search_fields = ["user__email", "user__namespace__name", "=paper__slug"]
    show_full_result_count = False
    ordering = ["-created_at", "-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Vote | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Vote) -> None:
        withdraw_vote(user=obj.user, paper=obj.paper)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Vote]) -> None:
        for vote in queryset.select_related("user__namespace", "paper"):
            withdraw_vote(user=vote.user, paper=vote.paper)


class ListItemInline(ReadOnlyInline):
    model = ListItem
    fk_name = "reading_list"
    fields = ["paper", "note", "added_by", "added_at"]
    readonly_fields = ["added_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ListItem]:
        return super().get_queryset(request).select_related("paper", "added_by__namespace").order_by("position")


@admin.register(ReadingList)
class ReadingListAdmin(admin.ModelAdmin):
    inlines = [ListItemInline]
    list_display = ["title", "owner", "visibility", "item_count", "updated_at"]
    list_filter = ["visibility", "updated_at"]
    list_select_related = ["owner"]
    search_fields = ["title", "slug", "owner__name"]
    fields = ["title", "owner", "slug", "description", "visibility", "item_count", "created_at", "updated_at"]
    readonly_fields = ["owner", "slug", "item_count", "created_at", "updated_at"]
    ordering = ["-updated_at", "-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: ReadingList) -> None:
        delete_list(reading_list=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ReadingList]) -> None:
        for reading_list in queryset:
            delete_list(reading_list=reading_list)


class HarvestInline(ReadOnlyInline):
    model = Harvest
    fields = ["started_at", "state", "pages", "added", "updated", "unchanged", "rejected", "problem"]
    readonly_fields = ["started_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Harvest]:
        latest = Harvest.objects.filter(source=request.resolver_match.kwargs.get("object_id")).order_by("-started_at")  # type: ignore[union-attr]
        return super().get_queryset(request).filter(pk__in=list(latest.values_list("pk", flat=True)[:10])).order_by("-started_at")


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    """What is harvested, what of it, and how often; how the runs went is under /sources/."""

    inlines = [HarvestInline]
    fields = ["name", "kind", "wanted", "address", "every_hours", "is_active", "next_run_at", "cursor"]
    readonly_fields = ["cursor"]
    list_display = ["name", "kind", "wanted", "every_hours", "is_active", "next_run_at"]
    list_filter = ["kind", "is_active"]
