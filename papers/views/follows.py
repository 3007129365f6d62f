"""The follow button: on the pages of authors, categories, people, teams and lists."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.actions.memberships import Refused
from accounts.models import Namespace
from accounts.views.access import ReaderRequest, Request, reader_required
from papers.actions.following import follow, unfollow
from papers.actions.interests import follow_category, unfollow_category
from papers.models import Author, Category, Follow, Interest, ReadingList
from papers.models.follow import Target, holders_followable_by, is_own
from papers.views.answers import answer

ACTIONS = {"follow": follow, "unfollow": unfollow}


@dataclass(frozen=True)
class FollowButton:
    """What the button's template shows; one's own page or list has a count of followers and no button."""

    address: str
    name: str
    is_followed: bool
    count: int = 0
    is_own: bool = False


def follow_button(request: Request, target: Target) -> FollowButton:
    """Look up, in one query, how many follow something and whether this reader does."""
    count, is_followed = Follow.objects.about(target).told_to(request.user)
    return FollowButton(address_of(target), name_of(target), is_followed, count, is_own(target, request.user))


def category_button(request: Request, category: Category) -> FollowButton:
    """The same for a category; who is interested in it is not counted, since interests are said to the digest alone."""
    mine = Interest.objects.filter(kind=Interest.Kind.CATEGORY, value=category.slug, user=request.user.pk or 0)
    return FollowButton(reverse("papers:follow_category", args=[category.slug]), category.name or category.slug, mine.exists())


def address_of(target: Target) -> str:
    """Where to post that something is followed, or no longer."""
    if isinstance(target, Author):
        return reverse("papers:follow_author", args=[target.pk])
    if isinstance(target, Namespace):
        return reverse("papers:follow_holder", args=[target.name])
    return reverse("papers:follow_list", args=[target.owner.name, target.slug])


def name_of(target: Target) -> str:
    return target.display_name if isinstance(target, Namespace) else str(target)


@require_POST
@reader_required
def author(request: ReaderRequest, pk: int) -> HttpResponse:
    return _change(request, get_object_or_404(Author, pk=pk))


@require_POST
@reader_required
def holder(request: ReaderRequest, name: str) -> HttpResponse:
    return _change(request, get_object_or_404(holders_followable_by(request.user).called(name).select_related("user", "team")))


@require_POST
@reader_required
def reading_list(request: ReaderRequest, owner: str, slug: str) -> HttpResponse:
    return _change(request, get_object_or_404(ReadingList.objects.visible_to(request.user).for_cards().at(owner, slug)))


@require_POST
@reader_required
def category(request: ReaderRequest, code: str) -> HttpResponse:
    """Follow a category of the catalogue, or be interested in one no longer, whether the catalogue has it or not."""
    wanted = request.POST.get("action")
    if wanted == "unfollow":
        unfollow_category(user=request.user, code=code)
        found = Category.objects.filter(slug=code).first() or Category(slug=code)
    elif wanted == "follow":
        found = get_object_or_404(Category, slug=code)
        if not follow_category(user=request.user, code=code):
            messages.error(request, _("You follow as many categories as anybody can."))
    else:
        return HttpResponseBadRequest()
    return answer(request, "papers/_followed.html", {"follow": category_button(request, found)}, anchor="#follow")


def _change(request: ReaderRequest, target: Target) -> HttpResponse:
    act = ACTIONS.get(request.POST.get("action", ""))
    if act is None:
        return HttpResponseBadRequest()
    try:
        act(user=request.user, target=target)
    except Refused as refused:
        messages.error(request, str(refused))
    return answer(request, "papers/_followed.html", {"follow": follow_button(request, target)}, anchor="#follow")
