"""When a reader's digest comes, whether it is paused, and whether it comes at all: for whoever has its mail, without logging in."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from digests import actions
from digests.actions.clock import database_now
from digests.forms import PauseForm, PreferencesForm, SubscriptionForm
from digests.models import Subscription
from digests.models.calendar import CADENCES
from digests.signing import read_preferences_token


class PreferenceForms:
    """The forms of a subscription, of which a request fills in one; `do` says which.

    Args:
        asked: what was posted.
        form: the one that is saved without another word.
        initial: what it proposes.
    """

    def __init__(
        self, subscription: Subscription, asked: QueryDict, form: type[SubscriptionForm], initial: dict[str, Any] | None = None
    ) -> None:
        self.subscription, self.do = subscription, asked.get("do", "save") if asked else ""
        self.form = form(asked if self.do == "save" else None, instance=subscription, initial=initial)
        self.pause = PauseForm(asked if self.do == "pause" else None, today=subscription.today(database_now()))

    def act(self) -> str:
        """Do what was asked for, and say so; "" if it cannot be done as it was filled in."""
        ways: dict[str, Callable[[], str]] = {
            "save": self._save,
            "pause": self._pause,
            "resume": lambda: self._change(_("The pause is over."), paused_until=None),
            "stop": lambda: self._change(_("The digest is stopped. You can start it again at any time."), is_active=False),
            "start": lambda: self._change(_("The digest comes again."), is_active=True, paused_until=None),
        }
        return ways[self.do]() if self.do in ways else ""

    @property
    def context(self) -> dict[str, Any]:
        """What templates need, with the subscription as it is and not as somebody filled it in."""
        self.subscription.refresh_from_db()
        return {"subscription": self.subscription, "form": self.form, "pause": self.pause}

    def _save(self) -> str:
        return self._change(_("Your digest's settings are saved."), **self.form.cleaned_data) if self.form.is_valid() else ""

    def _pause(self) -> str:
        if not self.pause.is_valid():
            return ""
        actions.pause_until(subscription=self.subscription, day=self.pause.day)
        return _("The digest is paused.")

    def _change(self, said: str, **changes: Any) -> str:
        actions.change_subscription(subscription=self.subscription, **changes)
        return said


@csrf_exempt  # people come from their mail; the signed token is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show on GET, since scanners follow links in mails; change on POST. Of the account it shows nothing but when the digest comes."""
    subscription = get_object_or_404(Subscription.objects.of_present_readers(), pk=read_preferences_token(token) or 0)
    cadence = request.GET.get("cadence")
    proposed = {"cadence": cadence} if request.method != "POST" and cadence in dict(CADENCES) else None
    forms = PreferenceForms(subscription, request.POST, PreferencesForm, proposed)
    said = forms.act() if request.method == "POST" else ""
    if said:  # the forms once more, as it is now
        subscription.refresh_from_db()
        forms = PreferenceForms(subscription, QueryDict(), PreferencesForm)
    return render(request, "digests/preferences.html", forms.context | {"token": token, "said": said, "proposed": proposed})
