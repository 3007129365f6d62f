"""Forms about comments."""

from typing import Any

from django import forms

from papers.models import Comment, CommentReport


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
