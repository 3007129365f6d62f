"""Forms about lists: what they are called, who may read them, their links."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Namespace, User
from papers.formats.citation_keys import PIECES, problem_with
from papers.models import CitationPattern, ListLink, ReadingList
from papers.models.list_share import May, reachable_by


class NamespaceChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name} ({obj.name})" if obj.display_name != obj.name else obj.name


class ListChoice(forms.ModelChoiceField):
    """A list by its title and owner."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} ({obj.owner.name})"


def _parents(user: User, child: ReadingList | None = None) -> ListChoice:
    lists = ReadingList.objects.editable_by(user).roots().select_related("owner").order_by("title", "pk")
    if child:
        lists = lists.filter(owner=child.owner_id).exclude(pk=child.pk)
    words = _("Its readers and editors are then those of that list.")
    return ListChoice(label=_("Inside the list"), queryset=lists, required=False, empty_label=_("none"), help_text=words)


class ListForm(forms.ModelForm):
    """Change a list: everything but its owner and its address. A list that is inside another one has no readers of its own."""

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.parent_id:
            del self.fields["visibility"]
        if user and self.instance.pk and not self.instance.children.exists():
            self.fields["parent"], self.initial["parent"] = _parents(user, self.instance), self.instance.parent_id

    class Meta:
        model = ReadingList
        fields = ["title", "description", "visibility"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3}), "visibility": forms.RadioSelect}


class TeamListForm(forms.ModelForm):
    """What members may change of a team's list that somebody else made."""

    class Meta:
        model = ReadingList
        fields = ["title", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}


class ShareForm(forms.Form):
    """A person or team, by name, with or without the picker's help."""

    to = forms.CharField(
        label=_("Person or team"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "readers-found", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    may = forms.ChoiceField(label=_("They may"), choices=May.choices, initial=May.READ, widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_to(self) -> Namespace:
        name = self.cleaned_data["to"].strip().lstrip("@").lower()
        found = reachable_by(self.user).called(name).first()
        if found is None:
            raise forms.ValidationError(_("Nobody here has the name “%(name)s”."), params={"name": name})
        return found


class NewListForm(ListForm):
    """Make a list under one's own name or that of a team."""

    owner = NamespaceChoice(label=_("Whose list it is"), queryset=Namespace.objects.none(), empty_label=None)
    field_order = ["title", "owner"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        owner.queryset = Namespace.objects.writable_by(user).select_related("user__namespace", "team")  # type: ignore[attr-defined]
        self.fields["parent"] = _parents(user)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        parent = cleaned.get("parent")
        if parent and cleaned.get("owner") and parent.owner_id != cleaned["owner"].pk:
            self.add_error("parent", _("A list goes into another list of the same person or team."))
        return cleaned


class LinkForm(forms.ModelForm):
    class Meta:
        model = ListLink
        fields = ["label"]


class PatternForm(forms.ModelForm):
    """How new citation keys look."""

    class Meta:
        model = CitationPattern
        fields = ["pattern"]
        help_texts = {
            "pattern": _("Of these pieces, and letters, digits or - _ : . + / between them: ") + ", ".join(f"{{{name}}}" for name in PIECES)
        }
        widgets = {"pattern": forms.TextInput(attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"})}

    def clean_pattern(self) -> str:
        pattern = str(self.cleaned_data["pattern"])
        if problem := problem_with(pattern):
            raise forms.ValidationError(problem)
        return pattern


class ZoteroForm(forms.Form):
    """A key of Zotero's, and which of its libraries is meant."""

    key = forms.CharField(label=_("Key"), max_length=100, widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    group = forms.IntegerField(
        label=_("Number of a group"),
        required=False,
        min_value=1,
        help_text=_("As in the group’s address. Leave it empty for your own library."),
    )
