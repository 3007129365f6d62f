"""Forms about people and their keys."""

import zoneinfo
from datetime import timedelta
from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import names
from accounts.models import ApiToken, Namespace, Scope, Team, User
from accounts.models.token import TEAM_SCOPES


class SignupForm(AllauthSignupForm):
    """Sign-up with a handle; the browser fills in its time zone."""

    handle = forms.CharField(
        label=_("Handle"),
        max_length=names.LONGEST,
        help_text=_("Lower-case letters, digits and hyphens. It names your page and your lists."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    full_name = forms.CharField(label=_("Name"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-time-zone": ""}))

    field_order = ["email", "handle", "full_name", "password1", "time_zone"]

    def clean_handle(self) -> str:
        handle = self.cleaned_data["handle"].strip().lower()
        if problem := names.problem_with(handle):
            raise forms.ValidationError(problem)
        if Namespace.objects.filter(name=handle).exists():
            raise forms.ValidationError(_("This handle is taken."))
        return handle

    def clean_time_zone(self) -> str:
        """A browser's zone that this machine does not know is no reason to refuse anybody."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in zoneinfo.available_timezones() else "UTC"


class ProfileForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(zone, zone) for zone in sorted(zoneinfo.available_timezones())])

    class Meta:
        model = User
        fields = ["full_name", "affiliation", "orcid", "time_zone"]


LIFETIMES = [(7, _("a week")), (30, _("30 days")), (90, _("90 days")), (180, _("half a year")), (365, _("a year"))]


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=ApiToken._meta.get_field("name").max_length)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=Scope.choices, initial=Scope.values, widget=forms.CheckboxSelectMultiple
    )

    days = forms.TypedChoiceField(label=_("How long it works"), choices=LIFETIMES, coerce=int, initial=90)
    team = forms.ModelChoiceField(
        label=_("For whom it acts"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=_("for me, in everything ticked above"),
        help_text=_("A team's key works within the team only, and as long as you are its owner or maintainer."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = ApiToken._meta.get_field("name").help_text
        teams = Team.objects.managed_by(user)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        if not teams:
            del self.fields["team"]

    def clean(self) -> dict[str, Any]:
        """Say which of the ticked scopes a team's key cannot have."""
        fields = super().clean() or {}
        alien = set(fields.get("scopes", [])) - set(TEAM_SCOPES)
        if fields.get("team") and alien:
            labels = ", ".join(str(Scope(scope).label) for scope in sorted(alien))
            self.add_error("scopes", _("A team's key cannot %(scopes)s. Untick that.") % {"scopes": labels})
        if days := fields.pop("days", None):
            fields["expires_at"] = timezone.now() + timedelta(days=days)
        return fields
