"""Forms about people: signing up, the profile."""

import zoneinfo
from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.core import context
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import names
from accounts.actions.admission import why_not
from accounts.forms.slugs import SlugField
from accounts.models import Namespace, User


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

    def clean_email(self) -> str:
        """The house rules speak before it is looked up whether somebody has the address."""
        address = str(self.cleaned_data["email"])
        if problem := why_not(address=address, secret=context.request.session.get("invitation", "")):
            raise forms.ValidationError(problem)
        return str(super().clean_email())

    def clean_time_zone(self) -> str:
        """A browser's zone that this machine does not know is no reason to refuse anybody."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in zoneinfo.available_timezones() else "UTC"


class ProfileForm(forms.ModelForm):
    handle = SlugField(label=_("Handle"), help_text=_("It names your page and your lists. The old one goes on leading there."))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(zone, zone) for zone in sorted(zoneinfo.available_timezones())])

    class Meta:
        model = User
        fields = ["full_name", "affiliation", "orcid", "time_zone", "theme", "language", "shows_votes", "shows_reading"]

    field_order = ["full_name", "handle", "affiliation"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handle"].initial = self.instance.handle
        if len(settings.LANGUAGES) < 2:
            del self.fields["language"]
