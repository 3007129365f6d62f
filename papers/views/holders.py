"""The public page of a person or a team: what they show to the one who looks."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.models import Namespace
from accounts.views.access import Request
from papers.models import AuthorClaim, ReadingList
from papers.models.reading_list import holders_visible_to, in_families
from papers.views.follows import follow_button


@require_safe
def holder(request: Request, name: str) -> HttpResponse:
    found = get_object_or_404(holders_visible_to(request.user).called(name).select_related("user__namespace", "team"))
    if found.name != name:  # a former name
        return redirect("papers:holder", found.name)
    context = {
        "holder": found,
        "lists": in_families(
            ReadingList.objects.visible_to(request.user).filter(owner=found).for_cards().with_progress_of(request.user).recent()
        ),
        "claims": AuthorClaim.objects.accepted().filter(user=found.user).select_related("author") if found.user else [],
        "follow": follow_button(request, found),
        "is_mine": Namespace.objects.of_member(request.user).contains(found),
    }
    return render(request, "papers/holder.html", context)
