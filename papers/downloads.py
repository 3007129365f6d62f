"""Papers as an answer: a file that is streamed, with its type, its name, and what tells a program that it has it already."""

from collections.abc import Iterable, Iterator, Sequence

from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import gettext as _

from accounts.models import User
from papers import identity
from papers.actions.citation_keys import give_keys, pattern_of
from papers.formats.bibliography import STYLES
from papers.formats.citation_keys import USUAL
from papers.formats.writing import FORMS, USUAL_STYLE, About
from papers.models import OtherName, ReadingList, Tag, Visibility
from papers.models.paper import PaperQuerySet
from papers.models.tag import items_tagged
from papers.record import PaperRecord
from papers.streams import item_records, list_records, paper_records, state_of

MOST_FORMATTED = 2_000  # papers of a formatted bibliography: each takes a hundredth of a second
MOST_CHOSEN = 1_000  # papers of a selection
WITHOUT_KEYS = {"md", "txt"}
PIECE = 16_384  # characters that are sent at once


def list_download(request: HttpRequest, reading_list: ReadingList, form: str) -> HttpResponseBase:
    """Answer with a list as a file, or with 304 to whom has it. Call it for a list that the one who asks may see.

    Raises:
        Http404: there is no such form.
        BadRequest: there is no such style, or the list is too long for a formatted bibliography.
    """
    about = _about(request, form, title=reading_list.title, description=reading_list.description)
    _check_length(form, reading_list.item_count)
    if form not in WITHOUT_KEYS:
        give_keys(reading_list=reading_list)
    etag, changed_at = state_of(reading_list, form, about.style)
    if fresh := get_conditional_response(request, etag=etag, last_modified=int(changed_at.timestamp())):
        return _labelled(fresh, etag, reading_list)
    by_author = form == "txt" and STYLES[about.style].is_by_author
    answer = _streamed(form, list_records(reading_list, by_author=by_author), about, name=reading_list.slug)
    answer["Last-Modified"] = http_date(changed_at.timestamp())
    return _labelled(answer, etag, reading_list)


def keys_called(papers: PaperQuerySet, names: Sequence[str]) -> list[int]:
    """Return the keys of papers by their names, in the names' order, each once; in two queries.

    Args:
        names: slugs, or arXiv ids and DOIs in any usual spelling.

    Raises:
        Http404: one of them is not here.
    """
    wanted = {name: [name, identity.any_id(name)] for name in names if name}
    spellings = [spelling for both in wanted.values() for spelling in both if spelling]
    found: dict[str, int] = {}
    for key, *own in papers.filter(Q(slug__in=spellings) | Q(arxiv_id__in=spellings) | Q(doi__in=spellings)).values_list(
        "pk", "slug", "arxiv_id", "doi"
    ):
        found |= {name: key for name in own if name}
    found |= dict(OtherName.objects.filter(value__in=spellings).exclude(value__in=found).values_list("value", "paper"))
    keys = [next((found[spelling] for spelling in both if spelling in found), 0) for both in wanted.values()]
    if not keys or 0 in keys:
        raise Http404
    return list(dict.fromkeys(keys))


def papers_download(request: HttpRequest, papers: PaperQuerySet, keys: Sequence[int], form: str, *, name: str) -> HttpResponseBase:
    """Answer with some papers as a file, in the order of their keys.

    Args:
        papers: those that the one who asks may see.
        keys: of papers in the database; at most MOST_CHOSEN.
        name: of the file, without its ending.
    """
    if len(keys) > MOST_CHOSEN:
        raise BadRequest(_("At most %(n)d papers at once, please.") % {"n": MOST_CHOSEN})
    pattern = pattern_of(request.user.namespace) if isinstance(request.user, User) else USUAL
    about = _about(request, form, title=name, pattern=pattern)
    by_author = form == "txt" and STYLES[about.style].is_by_author
    answer = _streamed(form, paper_records(papers, keys, by_author=by_author), about, name=name)
    answer["Cache-Control"] = "private, no-cache"
    return answer


def tag_download(request: HttpRequest, tag: Tag, form: str) -> HttpResponseBase:
    """Answer with the papers that have a tag, in lists that the one who asks may see, as a file; what was added last comes first."""
    about = _about(request, form, title=tag.name, pattern=pattern_of(tag.owner))
    items = items_tagged(tag, request.user)
    if form == "txt":
        _check_length(form, items.count())
    by_author = form == "txt" and STYLES[about.style].is_by_author
    records = item_records(items.order_by("-added_at", "-pk"), by_author=by_author)
    answer = _streamed(form, records, about, name=file_name(tag.name) or "tag")
    answer["Cache-Control"] = "private, no-cache"
    return answer


def file_name(text: str) -> str:
    """Return a text as a file may be called; "" where nothing of it can be."""
    letters = "".join(sign if sign.isascii() and (sign.isalnum() or sign in ".-") else "-" for sign in text)
    return letters.strip("-.")[:80]


def _about(request: HttpRequest, form: str, *, title: str, description: str = "", pattern: str = USUAL) -> About:
    if form not in FORMS:
        raise Http404
    style = request.GET.get("style", USUAL_STYLE)
    if style not in STYLES:
        raise BadRequest(_("There is no style %(style)s; there are %(styles)s.") % {"style": style[:40], "styles": ", ".join(STYLES)})
    return About(title=title, description=description, style=style, pattern=pattern)


def _check_length(form: str, count: int) -> None:
    if form == "txt" and count > MOST_FORMATTED:
        raise BadRequest(_("A formatted bibliography has at most %(n)d papers; take BibTeX.") % {"n": MOST_FORMATTED})


def _streamed(form: str, records: Iterable[PaperRecord], about: About, *, name: str) -> StreamingHttpResponse:
    pieces = in_pieces(FORMS[form].write(records, about))
    answer = StreamingHttpResponse(pieces, content_type=f"{FORMS[form].content_type}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _labelled(answer: HttpResponseBase, etag: str, reading_list: ReadingList) -> HttpResponseBase:
    """Say what it is a version of, and that it must be asked for each time; only what everybody may read is kept for others."""
    answer["ETag"] = etag
    answer["Cache-Control"] = "no-cache" if reading_list.visibility == Visibility.PUBLIC else "private, no-cache"
    patch_vary_headers(answer, ("Authorization", "Cookie"))
    return answer


def in_pieces(texts: Iterable[str]) -> Iterator[bytes]:
    """Yield texts as bytes in pieces of some size: thousands of tiny ones would each be sent alone."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= PIECE:
            yield "".join(held).encode("utf-8", "replace")
            held, size = [], 0
    if held:
        yield "".join(held).encode("utf-8", "replace")
