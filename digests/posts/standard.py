"""Standard Webhooks 1.0.0: what happened as data, signed. https://www.standardwebhooks.com/"""

import base64
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from accounts.models import Team
from digests.models import TeamDigest
from digests.team_shown import ShownTeamDigest
from papers.models import Paper

PREFIX, SECRET_BYTES = "whsec_", 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed(body: bytes, *, webhook_id: str, moment: datetime, keys: Sequence[str]) -> dict[str, str]:
    """Return the headers by which a receiver knows that a post is ours, new and not one it had before.

    Args:
        body: as it is sent.
        webhook_id: the same at every attempt.
        moment: of this attempt.
        keys: `whsec_…`; a receiver needs to know only one of them.
    """
    stamp = str(int(moment.timestamp()))
    what = f"{webhook_id}.{stamp}.".encode() + body
    signatures = [f"v1,{_signature(base64.b64decode(key.removeprefix(PREFIX)), what)}" for key in keys]
    return {"webhook-id": webhook_id, "webhook-timestamp": stamp, "webhook-signature": " ".join(signatures)}


def content(kind: str, *, at: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": kind, "timestamp": at.isoformat(), "data": data}


def team_digest(digest: TeamDigest, shown: ShownTeamDigest) -> dict[str, Any]:
    """Return a team's digest with its papers.

    Args:
        digest: with its team and the team's name.
        shown: as far as whoever reads it may see it.
    """
    return {
        "team": team_of(digest.subscription.team),
        "period": digest.period_key,
        "url": settings.SITE_URL + digest.get_absolute_url(),
        "saved": [
            paper_of(one.paper) | {"people": [person.display_name for person in one.people], "lists": [shelf.title for shelf in one.lists]}
            for one in shown.saved
        ],
        "discussed": [paper_of(one.paper) | {"comments": one.comments} for one in shown.discussed],
        "likely": [paper_of(one.paper) | {"reason": one.reason_text} for one in shown.likely],
    }


def team_of(team: Team) -> dict[str, str]:
    return {"slug": team.slug, "title": team.title}


def paper_of(paper: Paper) -> dict[str, Any]:
    """Return a paper as data; load it with_bylines()."""
    return {
        "slug": paper.slug,
        "title": paper.title,
        "url": settings.SITE_URL + paper.get_absolute_url(),
        "authors": paper.short_authors,
        "arxiv_id": paper.arxiv_id,
        "doi": paper.doi,
    }


def _signature(key: bytes, what: bytes) -> str:
    return base64.b64encode(hmac.digest(key, what, "sha256")).decode()
