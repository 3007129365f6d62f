"""The feed of a list: what was put into it, newest first, with notes and tags."""

from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.keyset import keyset_page
from papers.feeds.answering import addresses_of, answer_text, entry_of, pdf_of, tag_uri
from papers.formats.feeds import FeedAbout, FeedEntry
from papers.models import ListItem, ReadingList, Visibility
from papers.streams import rows_with_papers, state_of, tags_of_items

LENGTH = 100  # entries on a page
NEWEST = ("-added_at", "-pk")


def list_feed(request: HttpRequest, reading_list: ReadingList, form: str, *, page: str, own: str) -> HttpResponseBase:
    """Answer with what was put into a list lately. Call it for a list that the one who asks may see.

    Args:
        page, own: the whole addresses of the list's page and of the feed, as the one who asks may know them.
    """
    items = ListItem.objects.filter(reading_list=reading_list)
    found = keyset_page(items.only("added_at"), NEWEST, request.GET.get("after", ""), LENGTH)
    state, changed_at = state_of(reading_list)
    about = FeedAbout(
        title=reading_list.title,
        description=reading_list.description,
        author=reading_list.owner.display_name,
        identity=tag_uri(f"list/{reading_list.pk}", since=f"{reading_list.created_at:%Y-%m-%d}"),
        page=page,
        changed_at=changed_at,
        **addresses_of(request, own, found.next_cursor),
    )
    answer = answer_text(request, about, form, facts=state, entries=lambda: _entries(found.items, about))
    if reading_list.visibility != Visibility.PUBLIC:
        answer["Cache-Control"] = "private, no-cache"
    return answer


def _entries(items: list[ListItem], about: FeedAbout) -> list[FeedEntry]:
    chosen = ListItem.objects.filter(pk__in=[item.pk for item in items]).order_by(*NEWEST)
    more: dict[str, Any] = {
        "slug": F("paper__slug"),
        "changed_at": F("paper__updated_at"),
        "tag_names": tags_of_items(),
        "pdf": pdf_of("paper"),
    }
    rows = rows_with_papers(chosen, "note", "added_at", "paper", **more)
    return [entry_of(row, f"{about.identity}/paper/{row['paper']}", at=row["added_at"]) for row in rows]
