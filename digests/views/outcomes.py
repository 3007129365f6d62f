"""What a page says of a test that went to an outlet or a webhook."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from digests.channels import Outcome, Verdict


def say_outcome(request: HttpRequest, label: str, outcome: Outcome) -> None:
    if outcome.verdict is Verdict.ACCEPTED:
        messages.success(request, _("“%(label)s” took the test.") % {"label": label})
    else:
        messages.error(request, _("“%(label)s” did not take the test: %(why)s.") % {"label": label, "why": outcome.reason})
