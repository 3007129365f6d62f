"""What a reader cares about."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from papers import interests


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

    must = forms.CharField(
        label=_("Must mention"),
        required=False,
        help_text=_("If you name any, your digest holds only papers whose title or abstract mentions one of these words or phrases."),
    )
    never = forms.CharField(
        label=_("Must not mention"),
        required=False,
        help_text=_("Papers that mention one of these words or phrases stay out of your digest."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

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

    def clean_must(self) -> list[str]:
        return self._read("must")

    def clean_never(self) -> list[str]:
        return self._read("never")
