"""One choice per topic: how to be told."""

from typing import Any

from django import forms

from accounts.actions.notices import ways_for
from accounts.events import Topic, Way
from accounts.models import User


class NoticeSettingsForm(forms.Form):
    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic, way in ways_for(user).items():
            self.fields[topic.value] = forms.ChoiceField(label=topic.label, choices=Way.choices, initial=way)

    @property
    def ways(self) -> dict[Topic, Way]:
        return {Topic(topic): Way(way) for topic, way in self.cleaned_data.items()}
