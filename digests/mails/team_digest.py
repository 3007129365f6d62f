"""The mail of a team's digest to one of its people: what is in it for all, perhaps without what this reader had before."""

from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Any

from django.urls import reverse
from django.utils import translation

from accounts.models import User
from digests.mails.frame import about, absolute, paper_context, write_mail
from digests.models import Delivery, Subscription, TeamDigest, TeamDigestWish
from digests.periods import kind_of, name_of
from digests.signing import preferences_token, team_stop_token
from digests.team_shown import Discussed, ShownTeamDigest, own_before, show_team_digest


def writer(deliveries: Sequence[Delivery]) -> Callable[[Delivery], EmailMessage]:
    digests = TeamDigest.objects.select_related("subscription__team__namespace").in_bulk([one.team_digest_id for one in deliveries])
    readers = User.objects.in_bulk([one.reader_id for one in deliveries])
    own = dict(Subscription.objects.filter(user__in=readers).values_list("user", "pk"))
    return lambda delivery: _write(
        delivery, digests[delivery.team_digest_id or 0], readers[delivery.reader_id or 0], own.get(delivery.reader_id or 0)
    )


def _write(delivery: Delivery, digest: TeamDigest, reader: User, subscription_id: int | None) -> EmailMessage:
    """A reader who has a digest of their own may pause all of them without logging in."""
    team = digest.subscription.team
    wants_no_twins = TeamDigestWish.objects.filter(user=reader, team=team, without_own=True).exists()
    without = own_before(digest, [reader.pk])[reader.pk] if wants_no_twins else set()
    shown = show_team_digest(digest, reader, without=without)
    with translation.override(reader.language):
        stop_url = absolute(reverse("digests:team_stop", args=[team_stop_token(reader.pk, team.pk)]))
        pause_url = absolute(reverse("digests:preferences", args=[preferences_token(subscription_id)])) if subscription_id else ""
        context = digest_context(digest, shown) | {"stop_url": stop_url, "pause_url": pause_url}
        return write_mail(delivery, "team_digest", context, name=reader.full_name, stop_url=stop_url, list_name="team-digest")


def digest_context(digest: TeamDigest, shown: ShownTeamDigest) -> dict[str, Any]:
    team = digest.subscription.team
    papers = list({paper.pk: paper for paper in shown.papers}.values())
    return {
        "team": team,
        "saved": [paper_context(one.paper, among=len(papers)) | {"people": one.people, "lists": one.lists} for one in shown.saved],
        "discussed": [
            paper_context(one.paper, among=len(papers)) | {"comments": one.comments, "talk_url": _talk_url(one)} for one in shown.discussed
        ],
        "likely": [paper_context(one.paper, among=len(papers)) | {"reason": one.reason_text} for one in shown.likely],
        "paper_count": len(papers),
        "about": about(papers),
        "period": name_of(digest.period_key),
        "kind": kind_of(digest.period_key),
        "digest_url": absolute(digest.get_absolute_url()),
        "settings_url": absolute(reverse("digests:team", args=[team.slug])),
    }


def _talk_url(one: Discussed) -> str:
    """Where the team talks about a paper, or the paper where it is in that list no more."""
    if one.item is None or one.item.reading_list is None:
        return absolute(one.paper.get_absolute_url())
    reading_list = one.item.reading_list
    return absolute(reverse("papers:item_comments", args=[reading_list.owner.name, reading_list.slug, one.item.pk]))
