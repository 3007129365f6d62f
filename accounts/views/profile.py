"""The reader's own particulars."""

from copy import copy

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions.memberships import Refused
from accounts.actions.naming import rename_holder
from accounts.forms import ProfileForm
from accounts.views.access import ReaderRequest, reader_required


@require_http_methods(["GET", "POST"])
@reader_required
def profile(request: ReaderRequest) -> HttpResponse:
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=copy(request.user))
    if form.is_valid():
        try:
            change_profile(form)
            messages.success(request, _("Your profile is saved."))
            return redirect("accounts:profile")
        except Refused as refused:
            form.add_error("handle", str(refused))
    return render(request, "accounts/profile.html", {"form": form})


@transaction.atomic
def change_profile(form: ProfileForm) -> None:
    """All of it or nothing: a handle that is taken keeps the rest unsaved, too."""
    rename_holder(holder=form.instance.namespace, name=form.cleaned_data["handle"])
    form.save()
