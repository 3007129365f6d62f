"""The form of a subscription."""

import zoneinfo

from django import forms
from django.utils.translation import gettext_lazy as _

from digests.models import Subscription

HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


class SubscriptionForm(forms.ModelForm):
    hour = forms.TypedChoiceField(label=_("Hour"), choices=HOURS, coerce=int)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(zone, zone) for zone in sorted(zoneinfo.available_timezones())])

    class Meta:
        model = Subscription
        fields = ["is_active", "weekday", "hour", "time_zone", "paper_limit", "choosiness", "has_surprise"]
