"""The forms of subscriptions, of what one wants of a team's digest and where else it goes, and of quotas."""

import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from digests.actions.outlets import LONGEST_ADDRESS
from digests.actions.tasting import MOST_QUOTAS
from digests.models import CategoryQuota, Subscription, TeamDigestWish, TeamOutlet, TeamSubscription
from digests.models.subscription import MOST_PAPERS
from digests.recommender import Quota

HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


class SubscriptionForm(forms.ModelForm):
    hour = forms.TypedChoiceField(label=_("Hour"), choices=HOURS, coerce=int)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(zone, zone) for zone in sorted(zoneinfo.available_timezones())])

    class Meta:
        model = Subscription
        fields = ["is_active", "weekday", "hour", "time_zone", "paper_limit", "choosiness", "has_surprise"]


class TeamSubscriptionForm(SubscriptionForm):
    class Meta:
        model = TeamSubscription
        fields = ["is_active", "weekday", "hour", "time_zone"]


class TeamDigestWishForm(forms.ModelForm):
    class Meta:
        model = TeamDigestWish
        fields = ["wants", "without_own"]


class OutletForm(forms.ModelForm):
    address = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_ADDRESS,
        help_text=_("Of the webhook, or of the mailing list. Whoever knows a webhook's address can post there, so it is not shown again."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    class Meta:
        model = TeamOutlet
        fields = ["kind", "label"]
        help_texts = {"label": _("As you call it, such as “#papers in Slack”.")}


class QuotasForm(forms.Form):
    """How many papers of each of some categories, at least and at most; an empty box asks for nothing.

    Args:
        codes: the categories, in their order.
        quotas: what was asked for so far, by category.
    """

    def __init__(self, data: Any = None, *, codes: Sequence[str], quotas: Mapping[str, CategoryQuota]) -> None:
        super().__init__(data)
        self.codes = codes
        for code in codes:
            given = quotas.get(code)
            self._add(f"at_least-{code}", f"{code}, {_('at least')}", given.at_least or None if given else None)
            self._add(f"at_most-{code}", f"{code}, {_('at most')}", given.at_most if given else None)

    def _add(self, name: str, label: str, value: int | None) -> None:
        self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=MOST_PAPERS, required=False, initial=value)

    def clean(self) -> dict[str, Any]:
        for code in self.codes:
            least, most = (self.cleaned_data.get(f"{end}-{code}") for end in ("at_least", "at_most"))
            if least is not None and most is not None and most < least:
                self.add_error(f"at_most-{code}", _("This is less than at least."))
        filled = {name.partition("-")[2] for name, value in self.cleaned_data.items() if value is not None}
        if len(filled) > MOST_QUOTAS:
            raise forms.ValidationError(_("Quotas for %(n)d categories at most, please.") % {"n": MOST_QUOTAS})
        return self.cleaned_data

    def quotas(self) -> dict[str, Quota]:
        return {code: Quota(self.cleaned_data[f"at_least-{code}"] or 0, self.cleaned_data[f"at_most-{code}"]) for code in self.codes}

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Each category with its two boxes."""
        return [(code, self[f"at_least-{code}"], self[f"at_most-{code}"]) for code in self.codes]
