"""The forms of subscriptions, of their pauses, of a team's digest and where else it goes, of visitors without an account, and of quotas."""

import zoneinfo
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from digests.actions.endpoints import LONGEST_ADDRESS
from digests.actions.tasting import MOST_QUOTAS
from digests.models import (
    CategoryQuota,
    EventType,
    Subscription,
    TeamDigestWish,
    TeamOutlet,
    TeamSubscription,
    VisitorSubscription,
    Webhook,
)
from digests.models.subscription import LONGEST_PAUSE, MOST_PAPERS
from digests.recommender import Quota
from papers.models import Category

PAUSES = (2, 4)  # weeks
DAY = timedelta(days=1)
HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]
MOST_CATEGORIES = 10  # of a visitor, so that each has a place in a mail


class SubscriptionForm(forms.ModelForm):
    hour = forms.TypedChoiceField(label=_("Hour"), choices=HOURS, coerce=int)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(zone, zone) for zone in sorted(zoneinfo.available_timezones())])

    class Meta:
        model = Subscription
        fields = ["is_active", "cadence", "weekday", "hour", "time_zone", "paper_limit", "choosiness", "has_surprise"]


class TeamSubscriptionForm(SubscriptionForm):
    class Meta:
        model = TeamSubscription
        fields = ["is_active", "cadence", "weekday", "hour", "time_zone"]


class PreferencesForm(SubscriptionForm):
    """What whoever has a digest's mail may change without logging in."""

    time_zone = None  # type: ignore[assignment]

    class Meta:
        model = Subscription
        fields = ["cadence", "weekday", "hour", "paper_limit"]


class PauseForm(forms.Form):
    """Until when a digest is paused: for some weeks from today, or until a day on the reader's calendar, which has one again.

    Args:
        today: on that calendar.
    """

    weeks = forms.TypedChoiceField(choices=[(weeks, weeks) for weeks in PAUSES], coerce=int, empty_value=None, required=False)
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.fields["until"].widget.attrs |= {"min": today + DAY, "max": today + LONGEST_PAUSE - DAY}
        self.fields["until"].required = not (data and "weeks" in data)

    def clean_until(self) -> date | None:
        day = self.cleaned_data["until"]
        if day and not self.today < day < self.today + LONGEST_PAUSE:
            raise forms.ValidationError(_("Choose a day after today, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        if not self.errors and not (self.cleaned_data["until"] or self.cleaned_data["weeks"]):
            self.add_error("until", _("Choose a day."))
        return self.cleaned_data

    @property
    def day(self) -> date:
        """The first day without the pause."""
        return self.cleaned_data["until"] or self.today + timedelta(weeks=self.cleaned_data["weeks"])


class LanguageForm(forms.ModelForm):
    """In which language one's mails are; only where there is a choice."""

    class Meta:
        model = User
        fields = ["language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) < 2:
            del self.fields["language"]


class TeamDigestWishForm(forms.ModelForm):
    class Meta:
        model = TeamDigestWish
        fields = ["wants", "without_own"]


class _Categories(forms.ModelMultipleChoiceField):
    def __init__(self) -> None:
        super().__init__(
            Category.objects.all(),
            label=_("Categories"),
            required=False,
            help_text=_("None means all of them. Up to %(n)d, so that each has its place in a mail.") % {"n": MOST_CATEGORIES},
            widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        )

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if len(found) > MOST_CATEGORIES:
            raise forms.ValidationError(_("Choose %(n)d at most, or none for all of them.") % {"n": MOST_CATEGORIES})
        return found


class VisitorForm(forms.Form):
    """An address to be asked, and what for."""

    address = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    categories = _Categories()
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-time-zone": ""}))

    def clean_time_zone(self) -> str:
        """What a browser names may be anything; the next page asks again."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in zoneinfo.available_timezones() else "UTC"


class VisitorConfirmationForm(forms.ModelForm):
    time_zone = SubscriptionForm.declared_fields["time_zone"]

    class Meta:
        model = VisitorSubscription
        fields = ["time_zone"]


class VisitorSubscriptionForm(SubscriptionForm):
    categories = _Categories()
    field_order = ["is_active", "categories"]

    class Meta:
        model = VisitorSubscription
        fields = ["is_active", "cadence", "weekday", "hour", "time_zone", "categories"]


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


class WebhookForm(forms.ModelForm):
    """A new webhook, or a change of one, whose address stays where none is typed."""

    address = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_ADDRESS,
        help_text=_("It begins with https://. It may hold a secret, so it is not shown again."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    types = forms.MultipleChoiceField(
        label=_("Told when"),
        choices=EventType.choices,
        required=False,
        help_text=_("None means of all of it."),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
    )
    field_order = ["label", "address", "types"]

    class Meta:
        model = Webhook
        fields = ["label", "types"]
        help_texts = {"label": _("As you call it, such as “our robot”.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["address"].required = False
            self.fields["address"].help_text = _("Only to have it posted elsewhere.")

    @property
    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "address" or value}


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
