"""The mail about one notice: what happened, where it leads, and how to get no more of these."""

from collections.abc import Callable, Sequence
from email.message import EmailMessage

from django.urls import reverse
from django.utils import translation

from accounts.events import Topic
from accounts.models import Notice
from digests.mails.frame import absolute, write_mail
from digests.models import Delivery
from digests.signing import stop_token
from papers.markup import markdown
from papers.models import Comment


def writer(deliveries: Sequence[Delivery]) -> Callable[[Delivery], EmailMessage]:
    notices = Notice.objects.with_names().in_bulk([delivery.notice_id for delivery in deliveries])
    return lambda delivery: _write(delivery, notices[delivery.notice_id or 0])


def _write(delivery: Delivery, notice: Notice) -> EmailMessage:
    with translation.override(notice.user.language):
        stop_url = absolute(reverse("digests:stop_notices", args=[stop_token(notice.user_id, notice.topic)]))
        context = {
            "sentence": " ".join(notice.event.sentence.split()),
            "words": _words_of(notice),
            "topic": Topic(notice.topic).label,
            "url": absolute(notice.event.path or reverse("accounts:inbox")),
            "settings_url": absolute(reverse("accounts:notice_settings")),
            "stop_url": stop_url,
        }
        return write_mail(delivery, "notice", context, name=notice.user.full_name, stop_url=stop_url, list_name="notices")


def _words_of(notice: Notice) -> str:
    """What the comment says that a notice is about, as far as its reader may still read it; events themselves keep no words."""
    pk = notice.event.facts.get("comment")
    comment = Comment.objects.visible_to(notice.user).select_related("author").filter(pk=pk).first() if pk else None
    return markdown.plain(comment.text) if comment and comment.is_shown else ""
