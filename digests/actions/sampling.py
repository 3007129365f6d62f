"""A sample of each kind of mail: made of the catalogue's papers, and rolled back before anybody sees it."""

import uuid
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.events import record_event
from accounts.actions.teams import create_team
from accounts.models import Namespace, Notice, Team, User
from digests import mails
from digests.actions.subscribing import subscription_of
from digests.models import Delivery, Digest, DigestPaper, TeamDigest, TeamOutlet, TeamSubscription, VisitorDigest, VisitorSubscription
from digests.models.delivery import new_message_id
from papers.models import Paper

PAPERS, WEEK, MONDAY = 3, "2026-W48", date(2026, 11, 23)


def sample_mail(kind: str) -> EmailMessage | None:
    """Return a sample of a kind; None for a kind of which nobody said how to make one."""
    if kind not in SAMPLES:
        return None
    with transaction.atomic():
        reader = _reader()
        about = SAMPLES[kind](reader)
        mail = mails.mail_of(Delivery(address=reader.email, message_id=new_message_id("example.org"), **about))
        transaction.set_rollback(True)
    return mail


def _reader() -> User:
    mark = uuid.uuid4().hex[:8]  # somebody may have any other name
    reader = User.objects.create(email=f"sample-{mark}@example.org", full_name=_("Sample Reader"))
    Namespace.objects.create(name=f"sample-{mark}", user=reader)
    return reader


def _papers() -> list[Paper]:
    return list(Paper.objects.visible_to(AnonymousUser()).order_by("-pk")[:PAPERS])


def _digest(reader: User) -> dict[str, object]:
    news = [{"text": _("Somebody invites you to join a team"), "path": "/inbox/"}]
    digest = Digest.objects.create(
        subscription=subscription_of(user=reader), period_key=WEEK, day=MONDAY, state=Digest.State.READY, news=news
    )
    entries = [
        DigestPaper(digest=digest, user=reader, paper=paper, position=place, score=1.0, reason={"kind": "new"})
        for place, paper in enumerate(_papers(), start=1)
    ]
    DigestPaper.objects.bulk_create(entries)
    return {"digest": digest}


def _notice(reader: User) -> dict[str, object]:
    record_event(kind="security.changed", person=reader, tell=[reader], path="/inbox/", what=_("A passkey was added"))
    return {"notice": Notice.objects.filter(user=reader).get()}


def _team_digest(reader: User) -> dict[str, object]:
    team = create_team(owner=reader, slug=reader.handle + "-team", title=_("Sample Team"))
    subscription = TeamSubscription.objects.create(team=team, is_active=True, next_due_at=timezone.now())
    return {"reader": reader, "team_digest": _week_of(team, subscription, reader)}


def _week_of(team: Team, subscription: TeamSubscription, reader: User) -> TeamDigest:
    papers = [paper.pk for paper in _papers()]
    content = {
        "saved": [{"paper": paper, "people": [reader.pk], "lists": []} for paper in papers[:1]],
        "discussed": [{"paper": paper, "item": 0, "comments": 2} for paper in papers[1:2]],
        "likely": [{"paper": paper, "reason": {"kind": "near_team"}} for paper in papers[2:]],
    }
    kept = {"state": Digest.State.READY, "content": content, "composed_at": timezone.now()}
    return TeamDigest.objects.create(subscription=subscription, period_key=WEEK, day=MONDAY, **kept)


def _outlet(reader: User) -> dict[str, object]:
    """Of those that a team's digest goes to, too, mailing lists have mail."""
    about = _team_digest(reader)
    team = about["team_digest"].subscription.team  # type: ignore[attr-defined]
    outlet = TeamOutlet(team=team, kind=TeamOutlet.Kind.MAILING_LIST, label=_("Our list"), confirmed_at=timezone.now())
    outlet.address = reader.email
    outlet.save()
    return {"team_digest": about["team_digest"], "outlet": outlet}


def _test(reader: User) -> dict[str, object]:
    return {"reader": reader}


def _visitor(reader: User) -> VisitorSubscription:
    return VisitorSubscription.objects.create(address=reader.email, next_due_at=timezone.now())


def _visitor_digest(reader: User) -> dict[str, object]:
    kept = {"state": Digest.State.READY, "content": [paper.pk for paper in _papers()], "composed_at": timezone.now()}
    return {"visitor_digest": VisitorDigest.objects.create(subscription=_visitor(reader), period_key=WEEK, day=MONDAY, **kept)}


def _visitor_subscription(reader: User) -> dict[str, object]:
    return {"visitor_subscription": _visitor(reader)}


# By the kinds of digests.mails.
SAMPLES: dict[str, Callable[[User], dict[str, object]]] = {
    "digest": _digest,
    "notice": _notice,
    "team_digest": _team_digest,
    "outlet": _outlet,
    "test": _test,
    "visitor_digest": _visitor_digest,
    "visitor_subscription": _visitor_subscription,
}
