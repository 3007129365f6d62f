"""The form that makes an API token."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, Scope, Team, User
from accounts.models.token import TEAM_SCOPES

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
