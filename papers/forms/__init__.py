"""Forms about papers, lists and what readers say of them."""

from papers.forms.bringing_in import BringInForm, ImportForm, SubmissionForm
from papers.forms.interests import InterestsForm
from papers.forms.items import AssignmentForm, NoteForm, SuggestionForm, TagForm
from papers.forms.lists import LinkForm, ListForm, NewListForm, PatternForm, ShareForm, TeamListForm, ZoteroForm
from papers.forms.talk import CommentForm, ReportForm

__all__ = [
    "AssignmentForm",
    "BringInForm",
    "CommentForm",
    "ImportForm",
    "InterestsForm",
    "LinkForm",
    "ListForm",
    "NewListForm",
    "NoteForm",
    "PatternForm",
    "ReportForm",
    "ShareForm",
    "SubmissionForm",
    "SuggestionForm",
    "TagForm",
    "TeamListForm",
    "ZoteroForm",
]
