"""The forms with which a person lets a program have a token: the code that it shows, and what it may do."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions.devices import as_shown, find_request
from accounts.models import DeviceRequest, Scope


class CodeForm(forms.Form):
    """Finds the request that waits under the code, as `asked`."""

    asked: DeviceRequest
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Eight letters, as the program shows them."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "autofocus": True}),
    )

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        asked = find_request(user_code=typed)
        if asked is None:
            raise forms.ValidationError(_("No program waits under this code. It may have expired; start again in the program."))
        self.asked = asked
        return as_shown(typed)


class AllowForm(forms.Form):
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, asked: DeviceRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = self.fields["scopes"]
        scopes.initial = asked.scopes
        scopes.choices = [choice for choice in Scope.choices if choice[0] in asked.scopes]  # type: ignore[attr-defined]
