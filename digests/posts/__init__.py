"""Posts: one file per format. A digest is said once as a bulletin, then written as each chat wants it; programs get it as data."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Announcement
from digests.channels.webhook import Post, body_of
from digests.models import Delivery, TeamDigest, TeamOutlet, Webhook
from digests.periods import name_of
from digests.posts import discord, matrix, mattermost, slack, standard
from digests.posts.audience import audience_of
from digests.posts.bulletin import Bulletin, Entry, Part
from digests.posts.seen import seen
from digests.posts.standard import new_secret
from digests.posts.told import told
from digests.team_shown import ShownTeamDigest, show_team_digest
from papers.markup import plain
from papers.models import Paper

__all__ = ["audience_of", "new_secret", "post_of", "seen", "told", "trial_post", "webhook_id_of"]

Kind = TeamOutlet.Kind
CHATS: Mapping[str, Callable[[Bulletin], dict[str, Any]]] = {
    Kind.SLACK: slack.content,
    Kind.MATTERMOST: mattermost.content,
    Kind.DISCORD: discord.content,
    Kind.MATRIX: matrix.content,
}


def post_of(delivery: Delivery, *, at: datetime) -> Post | None:
    """Return the post of a delivery: the same frozen digest or announcement at every attempt, signed for this one.

    Args:
        at: now.

    Returns:
        None where whoever it is for may no longer see what it tells of.
    """
    if delivery.webhook:
        return _announcement(delivery, delivery.webhook, at)
    digest = TeamDigest.objects.select_related("subscription__team__namespace").get(pk=delivery.team_digest_id or 0)
    outlet, shown = TeamOutlet.objects.get(pk=delivery.outlet_id or 0), show_team_digest(digest, None)
    with translation.override(settings.LANGUAGE_CODE):
        if outlet.is_signed:
            content = standard.content("team_digest.ready", at=digest.composed_at or at, data=standard.team_digest(digest, shown))
            return _signed(outlet, content, webhook_id=webhook_id_of(delivery), at=at)
        return Post(outlet.address, CHATS[outlet.kind](_bulletin(digest, shown)))


def _announcement(delivery: Delivery, webhook: Webhook, at: datetime) -> Post | None:
    found = Announcement.objects.get(pk=delivery.announcement_id or 0)
    with translation.override(settings.LANGUAGE_CODE):
        data = told([found], audience_of(webhook)).get(found.pk)
    if data is None:
        return None
    return _signed(webhook, standard.content(found.kind, at=found.made_at, data=data), webhook_id=webhook_id_of(delivery), at=at)


def trial_post(outlet: TeamOutlet | Webhook, *, webhook_id: str, at: datetime) -> Post:
    """Return a post by which people see that an outlet or a webhook works; an outlet with its team and the team's name."""
    if isinstance(outlet, Webhook):
        content = standard.content(
            "webhook.test", at=at, data={"label": outlet.label, "url": settings.SITE_URL + outlet.get_absolute_url()}
        )
        return _signed(outlet, content, webhook_id=webhook_id, at=at)
    team, url = outlet.team, settings.SITE_URL + outlet.team.get_absolute_url()
    with translation.override(settings.LANGUAGE_CODE):
        if outlet.is_signed:
            content = standard.content("team_digest.test", at=at, data={"team": standard.team_of(team), "url": url})
            return _signed(outlet, content, webhook_id=webhook_id, at=at)
        lead = _("This is a test. The digests of %(team)s will come here.") % {"team": team.title}
        title = _("%(team)s on %(site)s") % {"team": team.title, "site": settings.SITE_NAME}
        return Post(outlet.address, CHATS[outlet.kind](Bulletin(title, url, settings.SITE_NAME, lead, more=_("The team's page"))))


def webhook_id_of(delivery: Delivery) -> str:
    """Return the id that a delivery keeps through every attempt."""
    return "msg_" + delivery.message_id.strip("<>").partition("@")[0]


def _signed(outlet: TeamOutlet | Webhook, content: dict[str, Any], *, webhook_id: str, at: datetime) -> Post:
    headers = standard.signed(body_of(content), webhook_id=webhook_id, moment=at, keys=outlet.secrets_at(at))
    return Post(outlet.address, content, headers, is_repeatable=True, gone=frozenset({HTTPStatus.GONE}))


def _bulletin(digest: TeamDigest, shown: ShownTeamDigest) -> Bulletin:
    title = _("%(team)s, %(period)s") % {"team": digest.subscription.team.title, "period": name_of(digest.period_key)}
    parts = [
        Part(_("Saved by the team"), [_entry(one.paper, _who_and_where(one.people, one.lists)) for one in shown.saved]),
        Part(_("Discussed in the team"), [_entry(one.paper, _comments(one.comments)) for one in shown.discussed]),
        Part(_("New, and near to what the team keeps"), [_entry(one.paper, one.reason_text) for one in shown.likely]),
    ]
    url = settings.SITE_URL + digest.get_absolute_url()
    return Bulletin(title, url, settings.SITE_NAME, parts=[part for part in parts if part.entries], more=_("Read it on the web"))


def _entry(paper: Paper, why: str) -> Entry:
    return Entry(plain(paper.title), settings.SITE_URL + paper.get_absolute_url(), paper.short_authors, why)


def _who_and_where(people: list[Any], lists: list[Any]) -> str:
    names = [", ".join(person.display_name for person in people), ", ".join(shelf.title for shelf in lists)]
    return " · ".join(name for name in names if name)


def _comments(count: int) -> str:
    return ngettext("%(n)d comment", "%(n)d comments", count) % {"n": count}
