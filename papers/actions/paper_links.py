"""Where a paper's code and project are, as its own authors say."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import AuthorClaim, Link, Paper


@transaction.atomic
def set_links(*, paper: Paper, user: User, links: Mapping[str, str]) -> None:
    """Put one link of each kind in the place of all there are. A source that names another one adds it again, behind this.

    Args:
        links: addresses by their kind; "" takes them away.

    Raises:
        PermissionDenied: the person neither has shown to be an author of the paper nor may change papers.
    """
    is_author = AuthorClaim.objects.accepted().filter(user=user, author__authorships__paper=paper).exists()
    if not (is_author or user.has_perm("papers.change_paper")):
        raise PermissionDenied(_("Only authors of this paper may say where its code and project are. Claim your name on it first."))
    for kind, url in links.items():
        paper.links.filter(kind=kind).exclude(url=url).delete()
        if url:
            Link.objects.get_or_create(paper=paper, kind=kind, url=url)
    Paper.objects.filter(pk=paper.pk).update(updated_at=Now())
