"""What readers answer to a paper of a digest, and that they opened it. Each is the same as on the paper's card."""

from collections.abc import Callable

from django.db.models.functions import Now

from accounts.models import User
from digests.models import Answer, DigestPaper
from papers.actions.lists import SAVED_SLUG, add_paper, remove_paper, saved_list
from papers.actions.reading import clear_state, set_state
from papers.actions.voting import cast_vote, withdraw_vote
from papers.models import ListItem, Paper, ReadingState, State, Vote


def give_answer(*, entry: DigestPaper, answer: Answer) -> bool:
    """Do what a reader answers to a paper of their digest; return True if that is new, for twice is the same as once."""
    return GIVE[answer](entry.user, entry.paper)


def take_back_answer(*, entry: DigestPaper, answer: Answer) -> bool:
    """Undo an answer, wherever it was given; return True if it was there. What else a reader said of the paper stays."""
    return TAKE_BACK[answer](entry.user, entry.paper)


def answers_given(*, entry: DigestPaper) -> set[Answer]:
    """Return the answers that hold now. Saved means in the list behind the save button, the one that taking back takes it out of."""
    return {answer for answer, holds in HOLDS.items() if holds(entry.user, entry.paper)}


def note_opening(*, entry: DigestPaper) -> bool:
    """Note that the reader opened a paper from their digest; return True if it was the first time, the only one that is kept."""
    return bool(DigestPaper.objects.filter(pk=entry.pk, opened_at__isnull=True).update(opened_at=Now()))


def _save(user: User, paper: Paper) -> bool:
    _item, is_new = add_paper(reading_list=saved_list(user=user), paper=paper, user=user)
    return is_new


def _unsave(user: User, paper: Paper) -> bool:
    return remove_paper(reading_list=saved_list(user=user), paper=paper, user=user) is not None


def _is_saved(user: User, paper: Paper) -> bool:
    return ListItem.objects.filter(reading_list__owner=user.namespace, reading_list__slug=SAVED_SLUG, paper=paper).exists()


def _is_dismissed(user: User, paper: Paper) -> bool:
    return ReadingState.objects.of_reader(user).filter(paper=paper, state=State.DISMISSED).exists()


Deed = Callable[[User, Paper], bool]
GIVE: dict[Answer, Deed] = {
    Answer.SAVE: _save,
    Answer.UPVOTE: lambda user, paper: cast_vote(user=user, paper=paper),
    Answer.DISMISS: lambda user, paper: set_state(user=user, paper=paper, state=State.DISMISSED),
}
TAKE_BACK: dict[Answer, Deed] = {
    Answer.SAVE: _unsave,
    Answer.UPVOTE: lambda user, paper: withdraw_vote(user=user, paper=paper),
    Answer.DISMISS: lambda user, paper: _is_dismissed(user, paper) and clear_state(user=user, paper=paper),
}
HOLDS: dict[Answer, Deed] = {
    Answer.SAVE: _is_saved,
    Answer.UPVOTE: lambda user, paper: Vote.objects.filter(user=user, paper=paper).exists(),
    Answer.DISMISS: _is_dismissed,
}
