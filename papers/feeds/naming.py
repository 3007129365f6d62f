"""How feeds are named in addresses."""

import re

from django.conf import settings
from django.urls import register_converter, reverse
from django.urls.converters import StringConverter

from papers.formats.feeds import FORMS


class FeedForm(StringConverter):
    """The ending of a feed's address: <feed:form>."""

    regex = "|".join(re.escape(name) for name in FORMS)


def secret_addresses(route: str, key: str) -> list[tuple[str, str, str]]:
    """Return the whole addresses of a secret feed by the names and labels of their forms."""
    return [(name, form.label, settings.SITE_URL + reverse(route, args=[key, name])) for name, form in FORMS.items()]


register_converter(FeedForm, "feed")
