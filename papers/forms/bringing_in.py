"""Forms about papers that readers bring in."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from papers.forms.lists import ListChoice
from papers.models import ReadingList

MOST_AT_ONCE = 100  # papers in one form


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
