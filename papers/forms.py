"""Forms about reading lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Namespace, User
from papers.models import ListItem, ReadingList


class NamespaceChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name} ({obj.name})" if obj.display_name != obj.name else obj.name


class ListForm(forms.ModelForm):
    """Change a list: everything but its owner and its address."""

    class Meta:
        model = ReadingList
        fields = ["title", "description", "visibility"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3}), "visibility": forms.RadioSelect}


class NewListForm(ListForm):
    """Make a list under one's own name or that of a team."""

    owner = NamespaceChoice(label=_("Whose list it is"), queryset=Namespace.objects.none(), empty_label=None)
    field_order = ["title", "owner"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        owner.queryset = Namespace.objects.writable_by(user).select_related("user__namespace", "team")  # type: ignore[attr-defined]
        owner.initial = user.namespace.pk


class NoteForm(forms.ModelForm):
    class Meta:
        model = ListItem
        fields = ["note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
