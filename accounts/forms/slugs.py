"""The field in which people and teams write their names."""

from typing import Any

from django import forms

from accounts import names

AS_NAME = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}


class SlugField(forms.CharField):
    """A well-spelt name; whether it is free is decided by whoever claims it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=names.LONGEST, widget=forms.TextInput(attrs=AS_NAME), **kwargs)

    def clean(self, value: str) -> str:
        name = str(super().clean(value)).strip().lower()
        if problem := names.problem_with(name):
            raise forms.ValidationError(problem)
        return name
