"""From a frozen digest to a mail: subject, text, HTML and the headers that mail programs act on."""

import re
import textwrap
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from typing import Any

import css_inline
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator

from accounts.events import Topic
from accounts.models import Notice, User
from digests.models import Answer, Delivery, Digest, DigestPaper, TeamDigest, TeamDigestWish
from digests.reasons import name_reasons, reason_text
from digests.signing import answer_token, stop_token, team_stop_token, unsubscribe_token
from digests.team_shown import Discussed, ShownTeamDigest, own_before, show_team_digest
from papers.markup import markdown, plain
from papers.models import Comment, Paper

EXTRACT_SENTENCES, EXTRACT_CHARACTERS = 2, 320
SUBJECT_TITLE = 70  # characters of the first title; phones show about 40, computers about 100


class _OneLine(UnstructuredHeader, BaseHeader):
    """An address that the mail package would otherwise break into encoded words, where no mail program finds it."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _OneLine)
_policy = EmailPolicy(header_factory=_headers)
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, remove_inlined_selectors=True, minify_css=True)


def mail_of(delivery: Delivery) -> EmailMessage:
    """Return the whole mail of a delivery; the same frozen content at every attempt."""
    if delivery.team_digest_id is not None:
        return team_mail_of(delivery)
    if delivery.digest_id is None:
        return notice_mail_of(delivery)
    digest = _whole_digest(delivery.digest_id)
    with translation.override(settings.LANGUAGE_CODE):
        context = _context(digest) | {"address": delivery.address}
        message = EmailMessage(policy=_policy)
        _write_headers(message, delivery, digest.subscription.user, context["unsubscribe_url"], "digest")
        _write_body(message, "digest", context)
    return message


def notice_mail_of(delivery: Delivery) -> EmailMessage:
    """Return the mail about one notice: what happened, where it leads, and how to get no more of these."""
    notice = Notice.objects.with_names().get(pk=delivery.notice_id or 0)
    with translation.override(notice.user.language):
        stop_url = _absolute(reverse("digests:stop_notices", args=[stop_token(notice.user_id, notice.topic)]))
        context = {
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "language": translation.get_language(),
            "sentence": " ".join(notice.event.sentence.split()),
            "words": _words_of(notice),
            "topic": Topic(notice.topic).label,
            "url": _absolute(notice.event.path or reverse("accounts:inbox")),
            "settings_url": _absolute(reverse("accounts:notice_settings")),
            "stop_url": stop_url,
            "address": delivery.address,
        }
        message = EmailMessage(policy=_policy)
        _write_headers(message, delivery, notice.user, stop_url, "notices")
        _write_body(message, "notice", context)
    return message


def team_mail_of(delivery: Delivery) -> EmailMessage:
    """Return the mail of a team's digest to one of its people: what is in it for all, perhaps without what this reader had before."""
    digest = TeamDigest.objects.select_related("subscription__team__namespace").get(pk=delivery.team_digest_id or 0)
    reader, team = User.objects.get(pk=delivery.reader_id or 0), digest.subscription.team
    wants_no_twins = TeamDigestWish.objects.filter(user=reader, team=team, without_own=True).exists()
    without = own_before(digest, [reader.pk])[reader.pk] if wants_no_twins else set()
    shown = show_team_digest(digest, reader, without=without)
    with translation.override(reader.language):
        context = _team_context(digest, shown) | {"address": delivery.address}
        context["stop_url"] = _absolute(reverse("digests:team_stop", args=[team_stop_token(reader.pk, team.pk)]))
        message = EmailMessage(policy=_policy)
        _write_headers(message, delivery, reader, context["stop_url"], "team-digest")
        _write_body(message, "team_digest", context)
    return message


def _team_context(digest: TeamDigest, shown: ShownTeamDigest) -> dict[str, Any]:
    team = digest.subscription.team
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "language": translation.get_language(),
        "team": team,
        "saved": [_paper_context(one.paper) | {"people": one.people, "lists": one.lists} for one in shown.saved],
        "discussed": [_paper_context(one.paper) | {"comments": one.comments, "talk_url": _talk_url(one)} for one in shown.discussed],
        "likely": [_paper_context(one.paper) | {"reason": one.reason_text} for one in shown.likely],
        "paper_count": len({paper.pk for paper in shown.papers}),
        "first_title": Truncator(plain(shown.papers[0].title) if shown.papers else "").chars(SUBJECT_TITLE),
        "week": int(digest.period_key.rpartition("W")[2]),
        "year": digest.period_key.partition("-")[0],
        "digest_url": _absolute(digest.get_absolute_url()),
        "settings_url": _absolute(reverse("digests:team", args=[team.slug])),
    }


def _paper_context(paper: Paper) -> dict[str, Any]:
    words = {"title": plain(paper.title), "extract": plain(paper.summary) or extract(plain(paper.abstract))}
    return {"paper": paper, "url": _absolute(paper.get_absolute_url()), **words}


def _talk_url(one: Discussed) -> str:
    """Where the team talks about a paper, or the paper where it is in that list no more."""
    if one.item is None or one.item.reading_list is None:
        return _absolute(one.paper.get_absolute_url())
    reading_list = one.item.reading_list
    return _absolute(reverse("papers:item_comments", args=[reading_list.owner.name, reading_list.slug, one.item.pk]))


def _words_of(notice: Notice) -> str:
    """What the comment says that a notice is about, as far as its reader may still read it; events themselves keep no words."""
    pk = notice.event.facts.get("comment")
    comment = Comment.objects.visible_to(notice.user).select_related("author").filter(pk=pk).first() if pk else None
    return markdown.plain(comment.text) if comment and comment.is_shown else ""


def extract(abstract: str) -> str:
    """Return the first two sentences of an abstract, at most 320 characters."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z0-9“(])", " ".join(abstract.split()))
    return textwrap.shorten(" ".join(sentences[:EXTRACT_SENTENCES]), EXTRACT_CHARACTERS, placeholder=" …")


def _whole_digest(pk: int) -> Digest:
    papers = Paper.objects.for_cards(AnonymousUser())
    entries = DigestPaper.objects.order_by("position").prefetch_related(Prefetch("paper", papers))
    digest = Digest.objects.select_related("subscription__user").prefetch_related(Prefetch("entries", entries)).get(pk=pk)
    name_reasons(digest.entries.all(), reader=digest.subscription.user)
    return digest


def _context(digest: Digest) -> dict[str, Any]:
    entries = [_entry_context(entry) for entry in digest.entries.all()]
    papers = [entry.paper for entry in digest.entries.all()]
    token = unsubscribe_token(digest.subscription_id)
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "language": translation.get_language(),
        "reader": digest.subscription.user,
        "entries": entries,
        "news": digest.news,
        "first_title": Truncator(plain(papers[0].title) if papers else "").chars(SUBJECT_TITLE),
        "week": int(digest.period_key.rpartition("W")[2]),
        "year": digest.period_key.partition("-")[0],
        "digest_url": _absolute(digest.get_absolute_url()),
        "settings_url": _absolute(reverse("digests:settings")),
        "unsubscribe_url": _absolute(reverse("digests:unsubscribe", args=[token])),
    }


def _entry_context(entry: DigestPaper) -> dict[str, Any]:
    paper = entry.paper
    token = answer_token(entry.pk)
    links = {
        "url": _absolute(paper.get_absolute_url()),
        "open_url": _absolute(entry.open_path),
        "answers_url": _absolute(reverse("digests:answers", args=[token])),
        "answers": [(answer.label, _absolute(reverse("digests:answer", args=[token, answer]))) for answer in Answer],
    }
    words = {
        "title": plain(paper.title),
        "extract": plain(paper.summary) or extract(plain(paper.abstract)),
        "reason": reason_text(entry.reason),
        "changes": ", ".join(str(words) for _kind, words in paper.changes),
    }
    return {"paper": paper, **links, **words}


def _write_body(message: EmailMessage, name: str, context: dict[str, Any]) -> None:
    """Subject, text and HTML from templates/email/<name>.*; a subject is one line, whatever is in it."""
    subject = " ".join(render_to_string(f"email/{name}.subject.txt", context).split())
    message["Subject"] = subject
    message.set_content(render_to_string(f"email/{name}.txt", context), cte="quoted-printable")
    html = _inliner.inline(render_to_string(f"email/{name}.html", context | {"subject": subject}))
    message.add_alternative(html, subtype="html", cte="quoted-printable")


def _write_headers(message: EmailMessage, delivery: Delivery, reader: User, unsubscribe_url: str, kind: str) -> None:
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message["From"] = Address(name, addr_spec=_ascii(sender))
    message["To"] = Address(" ".join(reader.full_name.split()), addr_spec=_ascii(delivery.address))
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = delivery.message_id
    message["List-Id"] = f"{settings.SITE_NAME} <{kind}.{_ascii(sender).rpartition('@')[2]}>"
    message["List-Unsubscribe"] = f"<{unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"


def _ascii(address: str) -> str:
    """Spell an international domain in ASCII, which every relay understands (RFC 5891); raise for the rest."""
    local, at, domain = address.rpartition("@")
    return f"{local.encode('ascii').decode()}{at}{domain.encode('idna').decode()}"


def _absolute(path: str) -> str:
    return settings.SITE_URL + path
