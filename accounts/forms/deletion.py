"""The form that deletes an account."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User


class DeletionForm(forms.Form):
    """Typing the handle takes a moment, in which a hasty hand can stop."""

    handle = forms.CharField(
        label=gettext_lazy("Your handle"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["handle"].help_text = _("Type “%(handle)s” to say that you mean it.") % {"handle": user.handle}

    def clean_handle(self) -> str:
        if self.cleaned_data["handle"].strip().lower() != self.user.handle:
            raise forms.ValidationError(_("This is not your handle."))
        return str(self.cleaned_data["handle"])
