"""A person's or a team's tags themselves: made, renamed, coloured, made one and deleted. Lists are locked before tags, as everywhere."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.memberships import Refused
from accounts.models import Namespace
from papers.actions.tagging import tidied, usual_colour
from papers.models import Colour, ItemTag, ListItem, ReadingList, Tag


def create_tag(*, owner: Namespace, name: str, colour: str = "") -> Tag:
    """Make a tag.

    Args:
        colour: one of the palette; "" for the one that its name usually gets.

    Raises:
        Refused: the owner has a tag of this name.
        ValidationError: the name says nothing, or the palette has no such colour.
    """
    tidy = _checked(name, colour or Colour.GREY)
    try:
        with transaction.atomic():
            return Tag.objects.create(owner=owner, name=tidy, colour=colour or usual_colour(tidy))
    except IntegrityError as taken:
        raise Refused(_("There is a tag “%(name)s” already.") % {"name": tidy}) from taken


@transaction.atomic
def change_tag(*, tag: Tag, name: str, colour: str) -> Tag:
    """Give a tag another name or colour, wherever it is.

    Raises:
        Refused: the owner has another tag of this name.
        ValidationError: as for create_tag().
        Http404: the tag is gone meanwhile.
    """
    tidy = _checked(name, colour)
    if tidy != tag.name:
        _touch_lists(tag)  # their files say its name
        get_object_or_404(Tag.objects.select_for_update(), pk=tag.pk)  # after those who are just using it, so that no item is missed
    try:
        with transaction.atomic():
            if not Tag.objects.filter(pk=tag.pk).update(name=tidy, colour=colour):
                raise Http404
    except IntegrityError as taken:
        raise Refused(_("There is a tag “%(name)s” already. Merge the two instead.") % {"name": tidy}) from taken
    tag.name, tag.colour = tidy, colour
    return tag


@transaction.atomic
def merge_tags(*, keep: Tag, other: Tag) -> Tag:
    """Make one tag of two: what carries the other one carries this one, and the other one is gone.

    Raises:
        Refused: both are the same, or of two owners.
        Http404: one is gone meanwhile.
    """
    if keep.pk == other.pk or keep.owner_id != other.owner_id:
        raise Refused(_("Choose another tag of the same person or team."))
    _touch_lists(other)
    if len(Tag.objects.select_for_update().filter(pk__in=[keep.pk, other.pk]).order_by("pk")) < 2:
        raise Http404
    both = ItemTag.objects.filter(tag=keep).values("item")
    ItemTag.objects.filter(tag=other).exclude(item__in=both).update(tag=keep)
    other.delete()
    return keep


@transaction.atomic
def delete_tag(*, tag: Tag) -> None:
    """Delete a tag; the papers stay where they are. One that is gone already is no mistake."""
    _touch_lists(tag)
    Tag.objects.filter(pk=tag.pk).delete()


def _checked(name: str, colour: str) -> str:
    tidy = tidied([name])
    if not tidy:
        raise ValidationError({"name": _("Give the tag a name.")})
    if colour not in Colour.values:
        raise ValidationError({"colour": _("Choose one of %(colours)s.") % {"colours": ", ".join(Colour.values)}})
    return tidy[0]


def _touch_lists(tag: Tag) -> None:
    """Lock the lists that hold a tag, in the order of their keys, and say that they change."""
    held = ListItem.objects.in_lists().filter(tags=tag).values("reading_list")
    locked = ReadingList.objects.select_for_update().filter(pk__in=held).order_by("pk").values_list("pk", flat=True)
    ReadingList.objects.filter(pk__in=list(locked)).update(updated_at=timezone.now())
