"""The reader's API tokens: made here, shown once, ended here."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.tokens import TokenRefused, make_token, revoke_token
from accounts.forms import TokenForm
from accounts.models import ApiToken
from accounts.views.access import ReaderRequest, reader_required


@require_http_methods(["GET", "POST"])
@never_cache
@reader_required
@reauthentication_required(allow_get=True)
def tokens(request: ReaderRequest) -> HttpResponse:
    """List the tokens; after a POST also show the new secret, which no redirect could carry safely."""
    form, secret = TokenForm(request.POST or None, user=request.user), ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = make_token(user=request.user, **form.cleaned_data)
            form = TokenForm(user=request.user)
        except TokenRefused as refused:
            form.add_error(None, str(refused))
    context = {"form": form, "secret": secret, "tokens": ApiToken.objects.visible_to(request.user)}
    return render(request, "accounts/tokens.html", context)


@require_POST
@reader_required
def revoke(request: ReaderRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    revoke_token(token=token, actor=request.user)
    messages.success(request, _("“%(name)s” no longer works.") % {"name": token.name})
    return redirect("accounts:tokens")
