"""Forms about the papers in a list: notes, tags, suggestions, who presents what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from papers.actions.tagging import tidied
from papers.models import Assignment, Colour, Paper, Tag


class NoteForm(forms.Form):
    """A note; `version` is that of the note which this one was made from."""

    note = forms.CharField(label=_("Note"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}))
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class TagForm(forms.ModelForm):
    """A tag's name and colour; whether the name is free is the action's to say."""

    class Meta:
        model = Tag
        fields = ["name", "colour"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "off"}), "colour": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colour"].choices = Colour.choices  # type: ignore[attr-defined]  # no empty choice

    def clean_name(self) -> str:
        name = tidied([self.cleaned_data["name"]])
        if not name:
            raise forms.ValidationError(_("Give the tag a name."))
        return name[0]


class SuggestionForm(forms.Form):
    """A paper of the catalogue, in any spelling, and why the list should have it."""

    paper = forms.CharField(
        label=_("Paper"),
        max_length=300,
        help_text=_("Its arXiv id, DOI or address."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    words = forms.CharField(
        label=_("Why"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Becomes the note beside it.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_paper(self) -> Paper:
        text = self.cleaned_data["paper"].strip()
        papers = Paper.objects.visible_to(self.user)
        key = papers.keys_of([text]).get(text)
        if key is None:
            raise forms.ValidationError(
                _("No paper here is called “%(text)s”. Bring it in first: choose Submit at the top."), params={"text": text}
            )
        return papers.get(pk=key)


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


class AssignmentForm(forms.Form):
    """Who of the team does what with a paper, and until when."""

    to = PersonChoice(label=_("Who"), queryset=User.objects.none(), empty_label=None)
    part = forms.ChoiceField(
        label=_("Does what"), choices=Assignment.Part.choices, initial=Assignment.Part.PRESENT, widget=forms.RadioSelect
    )
    due_on = forms.DateField(label=_("On"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    words = forms.CharField(label=_("A few words"), max_length=300, required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = team.members.filter(is_active=True).select_related("namespace").order_by("full_name", "pk")
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
