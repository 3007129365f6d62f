"""Forms about reading lists and about papers that readers bring in."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Namespace, Team, User
from papers import interests
from papers.actions.tagging import tidied
from papers.formats.citation_keys import PIECES, problem_with
from papers.models import Assignment, CitationPattern, Colour, Comment, CommentReport, ListLink, Paper, ReadingList, Tag
from papers.models.list_share import May, reachable_by

MOST_AT_ONCE = 100  # papers in one form


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


class InterestsForm(forms.Form):
    """One text per kind; what cannot be understood is named, and nothing is lost from the boxes."""

    category = forms.CharField(label=_("Categories"), required=False, help_text=_("Codes such as cs.CL, one per line."))
    keyword = forms.CharField(label=_("Keywords"), required=False, help_text=_("Words or short phrases, one per line."))
    paper = forms.CharField(
        label=_("Papers"), required=False, help_text=_("Papers you want more of: arXiv ids, DOIs or addresses, one per line.")
    )

    search = forms.CharField(
        label=_("Saved searches"),
        required=False,
        help_text=_("One per line, as in the search box. New papers that they find come first in your digest."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def _read(self, kind: str) -> list[str]:
        good, bad = interests.read(kind, self.cleaned_data[kind])
        if bad:
            raise forms.ValidationError([_("This is not understood: “%(part)s”.") % {"part": part} for part in bad])
        if len(good) > interests.MOST:
            raise forms.ValidationError(_("At most %(n)d, please.") % {"n": interests.MOST})
        return good

    def clean_category(self) -> list[str]:
        return self._read("category")

    def clean_keyword(self) -> list[str]:
        return self._read("keyword")

    def clean_paper(self) -> list[str]:
        return self._read("paper")

    def clean_search(self) -> list[str]:
        return self._read("search")


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


class NoteForm(forms.Form):
    """A note; `version` is that of the note which this one was made from."""

    note = forms.CharField(label=_("Note"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}))
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


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


class CommentForm(forms.ModelForm):
    """A comment, or a change of one; `version` is that of the text a change was made from."""

    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    class Meta:
        model = Comment
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "dir": "auto"})}


class ReportForm(forms.ModelForm):
    class Meta:
        model = CommentReport
        fields = ["reason", "words"]
        widgets = {"reason": forms.RadioSelect, "words": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = CommentReport.Reason.choices  # type: ignore[attr-defined]  # no empty choice


class SubmissionForm(forms.Form):
    """Which paper it is, and where its code and its project are if somebody knows."""

    text = forms.CharField(
        label=_("Which paper, or which papers"),
        max_length=10_000,
        help_text=_("arXiv ids, DOIs or addresses that hold one, one a line, in any spelling: 1706.03762, arxiv.org/pdf/…v2, doi.org/10.…"),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    code_url = forms.URLField(label=_("Its code"), max_length=2_000, required=False, assume_scheme="https")
    project_url = forms.URLField(label=_("Its project page"), max_length=2_000, required=False, assume_scheme="https")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["texts"] = [line.strip() for line in str(cleaned.get("text", "")).splitlines() if line.strip()][:MOST_AT_ONCE]
        if len(cleaned["texts"]) > 1 and (cleaned.get("code_url") or cleaned.get("project_url")):
            raise forms.ValidationError(_("Code and project page belong to one paper; bring it in alone."))
        return cleaned


class BringInForm(forms.Form):
    """Whether a file's papers also go into a list, with their notes and tags."""

    into = ListChoice(
        label=_("Also into the list"), queryset=ReadingList.objects.none(), required=False, empty_label=_("none: only into the catalogue")
    )
    new_list = forms.CharField(label=_("Or into a new list, called"), max_length=120, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = ReadingList.objects.editable_by(user).for_cards().recent()
        self.fields["into"].queryset = lists  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("into") and cleaned.get("new_list"):
            raise forms.ValidationError(_("Either a list that is there or a new one, please."))
        return cleaned


class ImportForm(forms.Form):
    """A file, or text that was pasted."""

    file = forms.FileField(
        label=_("A file"),
        required=False,
        help_text=_("BibTeX, RIS, CSL-JSON, CSV, Zotero RDF, Better BibTeX, bookmarks, JSON Lines, or ids."),
    )
    text = forms.CharField(
        label=_("Or paste it here"),
        max_length=2_000_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off", "class": "mono"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = [name for name in ("file", "text") if cleaned.get(name)]
        if not given and not self.errors:
            raise forms.ValidationError(_("Choose a file, or paste what is in it."))
        if len(given) > 1:
            raise forms.ValidationError(_("Either a file or pasted text, please: one at a time."))
        return cleaned

    def pieces(self) -> Iterable[bytes]:
        """What was given, piece by piece."""
        file = self.cleaned_data.get("file")
        return file.chunks() if file else [self.cleaned_data["text"].encode()]

    def name(self) -> str:
        file = self.cleaned_data.get("file")
        return str(file.name) if file else str(_("pasted text"))
