"""Claiming a name and changing it; the old one goes on leading to its holder."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import names
from accounts.actions.memberships import Refused
from accounts.models import Namespace

MOST_FORMER_NAMES = 10


class NameRefused(Refused):
    """The name is badly spelt, kept for pages, or somebody's."""


@transaction.atomic
def rename_holder(*, holder: Namespace, name: str) -> Namespace:
    """Give a person or a team another name. Taking a former name of one's own back is fine.

    Raises:
        NameRefused: with a text for whoever wished it.
    """
    holder = Namespace.objects.select_for_update().get(pk=holder.pk)
    if name == holder.name:
        return holder
    if problem := names.problem_with(name):
        raise NameRefused(problem)
    holder.former_names.filter(name=name).delete()
    if holder.former_names.count() >= MOST_FORMER_NAMES:
        raise NameRefused(_("This name has changed too often already."))
    old, holder.name = holder.name, name
    try:
        with transaction.atomic():
            holder.save(update_fields=["name"])
    except IntegrityError as taken:
        raise NameRefused(_("This name is taken.")) from taken
    Namespace.objects.create(name=old, moved_to=holder)
    return holder
