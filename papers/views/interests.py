"""The reader's interests: what the digest starts from before any vote or list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.access import ReaderRequest, reader_required
from papers.actions.interests import interests_of, set_interests
from papers.forms import InterestsForm
from papers.models import Category, Paper


@require_http_methods(["GET", "POST"])
@reader_required
def interests(request: ReaderRequest) -> HttpResponse:
    present = interests_of(request.user)
    posted = request.POST if request.method == "POST" else None
    form = InterestsForm(posted, initial={kind: "\n".join(values) for kind, values in present.items()})
    if request.method == "POST" and form.is_valid():
        for kind, values in form.cleaned_data.items():
            set_interests(user=request.user, kind=kind, values=values)
        messages.success(request, _("Your interests are saved; your next digest knows them."))
        return redirect("papers:interests")
    context = {"form": form, "seeds": Paper.objects.named_by(present["paper"]), "categories": Category.objects.order_by("slug")[:300]}
    return render(request, "papers/interests.html", context)
