"""Feeds of what people and teams put into lists, and of what a reader follows."""

from django.conf import settings
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Namespace, User
from papers.feeds.answering import LENGTH, Feed, answer_feed
from papers.following import Followed, reasons_for, stream_page
from papers.following.stream import Source, page_of
from papers.models import ListItem, ReadingList


def holder_feed(request: HttpRequest, holder: Namespace, form: str) -> HttpResponseBase:
    """Answer with what was put into those lists of a person or a team that the one who asks may see: each paper once, where it last was."""
    lists = ReadingList.objects.visible_to(request.user).filter(owner=holder)
    items = ListItem.objects.annotate(at=F("added_at"), paper_key=F("paper"))
    found = page_of([Source(items, "reading_list", lists)], request.GET.get("after", ""), LENGTH)
    feed = Feed(
        title=holder.display_name,
        name=f"people/{holder.pk}",
        page=reverse("papers:holder", args=[holder.name]),
        own=reverse("papers:holder_feed", args=[holder.name, form]),
        entries=found.items,
        notes=_additions(lists, [entry.paper_key for entry in found.items]),
        next_cursor=found.next_cursor,
    )
    return answer_feed(request, feed, form)


def stream_feed(request: HttpRequest, reader: User, form: str) -> HttpResponseBase:
    """Answer with a reader's stream. Call it for whoever has its secret address, which is the permission."""
    followed = Followed(reader)
    found = stream_page(followed, request.GET.get("after", ""), LENGTH)
    reasons = reasons_for(followed, [entry.paper_key for entry in found.items])
    feed = Feed(
        title=_("%(site)s: from what you follow") % {"site": settings.SITE_NAME},
        name=f"following/{reader.pk}",
        page=reverse("papers:following"),
        own=request.path,
        entries=found.items,
        notes={key: " · ".join(reason.text for reason in own) for key, own in reasons.items()},
        next_cursor=found.next_cursor,
    )
    return answer_feed(request, feed, form)


def _additions(lists: QuerySet[ReadingList], papers: list[int]) -> dict[int, str]:
    """Say of each paper to which list it was added last."""
    items = ListItem.objects.filter(reading_list__in=lists.order_by().values("pk"), paper__in=papers).order_by("added_at", "pk")
    titles = dict(items.values_list("paper", "reading_list__title"))  # the last one counts
    return {paper: _("Added to “%(list)s”") % {"list": title} for paper, title in titles.items()}
