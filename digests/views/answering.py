"""From a digest's links: answering for a paper without a log-in, and opening it."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import replace_url

from accounts.actions.limits import Limit, take
from accounts.limiting import refusal
from accounts.views.access import Request
from digests import actions
from digests.models import Answer, DigestPaper
from digests.signing import read_answer_token, read_open_token
from papers.models import Paper

ANSWERS = Limit(300, timedelta(hours=1))  # of one reader: more than a digest of the greatest length has buttons


@require_safe
def open_paper(request: Request, token: str) -> HttpResponse:
    """Lead to a paper of a digest. Only its reader, logged in, is noted: not a scanner, nor whoever the link was passed on to."""
    entry = get_object_or_404(DigestPaper, pk=read_open_token(token) or 0)
    paper = get_object_or_404(Paper.objects.visible_to(request.user), pk=entry.paper_id)
    if request.method == "GET" and request.user.pk == entry.user_id:
        actions.note_opening(entry=entry)
    return redirect(paper)


@require_safe
def answers(request: Request, token: str) -> HttpResponse:
    """Show all answers to a paper as buttons: where the text of a mail leads."""
    return _page(request, token, _entry(request, token))


@csrf_exempt  # people answer from their mail; the signed token is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, token: str, answer: str) -> HttpResponse:
    """Ask on GET, since scanners follow links in mails; answer, or take that back, on POST, without a log-in."""
    if answer not in Answer.values:
        raise Http404
    entry, chosen = _entry(request, token), Answer(answer)
    if request.method != "POST":
        return _page(request, token, entry, answer=chosen)
    if wait := take(action="digest_answer", subject=str(entry.user_id), limit=ANSWERS):
        return refusal(request, wait)
    takes_back = "take_back" in request.POST
    act = actions.take_back_answer if takes_back else actions.give_answer
    act(entry=entry, answer=chosen)
    response = _page(request, token, entry, answer=chosen, done="taken_back" if takes_back else "given")
    # A reload must not answer once more.
    return replace_url(response, reverse("digests:answers", args=[token])) if request.htmx else response


def _entry(request: Request, token: str) -> DigestPaper:
    """The paper of a digest that a token names, unless somebody else is logged in: they mean their own lists, not its reader's."""
    entries = DigestPaper.objects.answerable().select_related("user__namespace", "digest")
    entry = get_object_or_404(entries, pk=read_answer_token(token) or 0)
    if request.user.is_authenticated and request.user.pk != entry.user_id:
        raise Http404
    entry.paper = get_object_or_404(Paper.objects.visible_to(entry.user).with_bylines(), pk=entry.paper_id)
    return entry


def _page(request: Request, token: str, entry: DigestPaper, *, answer: Answer | None = None, done: str = "") -> HttpResponse:
    # Whoever was passed the link on may press its buttons, as a mail is meant, and learns nothing of what its reader said before.
    just_given = {answer} if answer and done == "given" else set()
    given = actions.answers_given(entry=entry) if request.user.pk == entry.user_id else just_given
    context = {
        "token": token,
        "digest": entry.digest,
        "paper": entry.paper,
        "answer": answer,
        "is_given": answer in given,
        "done": done,
        "choices": [(choice, choice in given) for choice in Answer],
        "answers_itself": request.user.is_authenticated and request.method == "GET",
    }
    return render(request, "digests/_answer.html" if request.htmx else "digests/answer.html", context)
