"""Saying that one is an author, and settling whether that is so."""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.actions.memberships import Refused
from accounts.models import User
from papers.models import Author, AuthorClaim

MOST_PENDING = 20
State = AuthorClaim.State


class CannotClaim(Refused):
    """Somebody is this author already, or the reader waits for too many answers."""


@transaction.atomic
def claim_author(*, user: User, author: Author, words: str = "") -> AuthorClaim:
    """Say that a reader is an author. Said again, the first stands; one that was refused may be made anew, with other words.

    Raises:
        CannotClaim: with a text for the reader.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if AuthorClaim.objects.accepted().filter(author=author).exclude(user=user).exists():
        raise CannotClaim(_("Somebody else has shown to be this author. Ask whoever runs this site."))
    if AuthorClaim.objects.filter(user=user, state=State.PENDING).exclude(author=author).count() >= MOST_PENDING:
        raise CannotClaim(_("%(n)d of your claims wait for an answer. Wait for it first.") % {"n": MOST_PENDING})
    claim, _made = AuthorClaim.objects.get_or_create(user=user, author=author, defaults={"words": words[:500]})
    if claim.state == State.REFUSED and words and words != claim.words:
        claim.state, claim.words, claim.settled_at, claim.settled_by = State.PENDING, words[:500], None, None
        claim.save()
    return claim


def settle_claim(*, claim: AuthorClaim, by: User, is_true: bool) -> bool:
    """Accept or refuse a claim, and tell who made it; return whether that could be done: an author is one person at most."""
    claim.state = State.ACCEPTED if is_true else State.REFUSED
    claim.settled_at, claim.settled_by = timezone.now(), by
    try:
        with transaction.atomic():
            claim.save(update_fields=["state", "settled_at", "settled_by"])
            kind, path = f"claim.{claim.state}", reverse("papers:author", args=[claim.author_id])
            record_event(kind=kind, actor=by, person=claim.user, tell=[claim.user], path=path, name=claim.author.name)
    except IntegrityError:
        return False
    return True
