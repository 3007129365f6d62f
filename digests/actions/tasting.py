"""A reader's word on their own taste: reset, pause, leave papers out, ask for quotas; and the picture of what comes of it."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from accounts.actions.limits import Limit, take
from accounts.hints import hint
from accounts.locks import holding_if_free
from accounts.models import User
from digests.actions.clock import database_now
from digests.actions.subscribing import subscription_of
from digests.actions.training import model_in_use
from digests.compose import load_readers, load_recommender
from digests.models import CategoryQuota, LeftOut, Taste
from digests.picture import draw
from digests.recommender import Quota, Reader, Recommender
from papers.models import Paper

BATCH = 50  # pictures whose readers are loaded at once
LONGEST_PROBLEM = 300  # characters
MOST_QUOTAS = 20
FRESH = timedelta(seconds=30)
LOOKS = Limit(60, timedelta(hours=1))  # of one reader: each takes a worker some seconds
DRAWING = "drawing pictures of taste"  # a second worker that draws would only read the same papers once more
log = logging.getLogger(__name__)


def taste_of(*, user: User) -> Taste:
    """Return what may be learnt of a reader, and the last picture; the row is made when it is first asked for."""
    taste, _new = Taste.objects.get_or_create(user=user)
    return taste


def ask_for_picture(*, user: User) -> Taste:
    """Have a picture drawn anew; a worker does it within seconds."""
    taste = taste_of(user=user)
    Taste.objects.filter(pk=taste.pk).update(asked_at=Now())
    taste.refresh_from_db()
    hint("digests.draw")
    return taste


def look_at_taste(*, user: User) -> Taste:
    """Return a reader's taste, and have another picture drawn where the last is not fresh; sixty times an hour at most."""
    taste = taste_of(user=user)
    if taste.is_being_made or (taste.made_at and taste.made_at > database_now() - FRESH):
        return taste
    return taste if take(action="taste", subject=str(user.pk), limit=LOOKS) else ask_for_picture(user=user)


def reset_taste(*, user: User) -> None:
    """Let nothing that was done until now shape the digest; lists, votes and all else stay as they are."""
    _change(user, since=Now())


def take_back_reset(*, user: User) -> None:
    _change(user, since=None)


def pause_taste(*, user: User) -> None:
    """Let nothing that is done from now on shape the digest; a pause that goes on keeps its beginning."""
    if taste_of(user=user).paused_at is None:
        _change(user, paused_at=Now())


def end_pause(*, user: User) -> None:
    """Let what was done during the pause count, too."""
    _change(user, paused_at=None)


def leave_out(*, user: User, papers: Sequence[int]) -> int:
    """Let some papers, given by their keys, not shape the digest, whatever the reader does with them; return how many are new to that."""
    rows = [LeftOut(user=user, paper_id=paper) for paper in Paper.objects.filter(pk__in=papers).values_list("pk", flat=True)]
    before = LeftOut.objects.filter(user=user).count()
    LeftOut.objects.bulk_create(rows, ignore_conflicts=True)
    ask_for_picture(user=user)
    return LeftOut.objects.filter(user=user).count() - before


def take_all_in_again(*, user: User) -> None:
    LeftOut.objects.filter(user=user).delete()
    ask_for_picture(user=user)


def take_in_again(*, user: User, papers: Sequence[int]) -> None:
    LeftOut.objects.filter(user=user, paper__in=papers).delete()
    ask_for_picture(user=user)


def set_quotas(*, user: User, quotas: Mapping[str, Quota]) -> None:
    """Replace a reader's quotas, by category; one that asks for nothing is none.

    Raises:
        ValueError: a quota has more at least than at most, or there are too many.
    """
    wanted = {code: quota for code, quota in quotas.items() if quota.at_least or quota.at_most is not None}
    if len(wanted) > MOST_QUOTAS or any(quota.at_most is not None and quota.at_most < quota.at_least for quota in wanted.values()):
        raise ValueError("at most as many quotas as there is room for, each with no more at least than at most")
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        CategoryQuota.objects.filter(user=user).delete()
        CategoryQuota.objects.bulk_create(
            CategoryQuota(user=user, category=code, at_least=quota.at_least, at_most=quota.at_most) for code, quota in wanted.items()
        )
    ask_for_picture(user=user)  # not before it can be seen


def draw_pictures() -> int:
    """Draw every picture that somebody waits for; return how many. One that fails says so and stops no other."""
    if not Taste.objects.asked().exists():
        return 0
    with holding_if_free(DRAWING) as is_alone:
        return _draw_all() if is_alone else 0  # whoever draws looks for more when done


def _draw_all() -> int:
    recommender, count = load_recommender(model_in_use()), 0
    while tastes := list(Taste.objects.asked().select_related("user")[:BATCH]):
        started = database_now()  # what is asked for from now on is drawn again
        try:
            readers = load_readers(recommender, [taste.user_id for taste in tastes])
        except Exception:
            log.exception("Loading %s readers together failed; trying each alone", len(tastes))
            readers = {}
        for taste in tastes:
            Taste.objects.filter(pk=taste.pk).update(made_at=started, **_drawn(taste, recommender, readers.get(taste.user_id)))
        count += len(tastes)
    return count


def _drawn(taste: Taste, recommender: Recommender, reader: Reader | None) -> dict[str, object]:
    """Return what to store of a picture; the one before stays until the next digest would be another."""
    try:
        reader = reader or load_readers(recommender, [taste.user_id])[taste.user_id]
        picture = draw(recommender, reader, subscription_of(user=taste.user).paper_limit)
    except Exception as problem:
        log.exception("The picture of reader %s's taste could not be drawn", taste.user_id)
        return {"problem": f"{type(problem).__name__}: {problem}"[:LONGEST_PROBLEM]}
    fields: dict[str, object] = {"topics": picture.topics, "preview": picture.preview, "problem": ""}
    if [one["paper"] for one in picture.preview] != [one["paper"] for one in taste.preview]:
        fields["before"] = taste.preview
    return fields


def _change(user: User, **fields: object) -> None:
    Taste.objects.filter(pk=taste_of(user=user).pk).update(**fields)
    ask_for_picture(user=user)
