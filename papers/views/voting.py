"""The upvote button."""

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.views.access import ReaderRequest, reader_required
from papers.actions.voting import cast_vote, withdraw_vote
from papers.models import Paper
from papers.views.answers import answer

ACTIONS = {"cast": cast_vote, "withdraw": withdraw_vote}


@require_POST
@reader_required
def vote(request: ReaderRequest, slug: str) -> HttpResponse:
    act = ACTIONS.get(request.POST.get("action", ""))
    if act is None:
        return HttpResponseBadRequest()
    papers = Paper.objects.visible_to(request.user)
    paper = get_object_or_404(papers.called(slug))
    act(user=request.user, paper=paper)
    paper = papers.for_cards(request.user).get(pk=paper.pk)
    return answer(request, "papers/_voted.html", {"paper": paper}, anchor=f"#paper-{paper.pk}")
