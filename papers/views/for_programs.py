"""What programs look for at agreed addresses: what this site is (llms.txt), and where to report a hole (security.txt)."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from papers.feeds import ORDERS

VALID = timedelta(days=180)  # RFC 9116 wants less than a year


@require_safe
@cache_control(max_age=86_400)
def llms(request: HttpRequest) -> HttpResponse:
    """Tell a language model's program what is here and where it is told in Markdown (https://llmstxt.org)."""
    return render(request, "papers/llms.txt", {"orders": ORDERS}, content_type="text/markdown; charset=utf-8")


@require_safe
@cache_control(max_age=86_400)
def security(request: HttpRequest) -> HttpResponse:
    """Tell whoever found a hole whom to write to (RFC 9116); not there where nobody is named."""
    contact = settings.SECURITY_CONTACT
    if not contact:
        raise Http404
    context = {"contact": contact, "expires_at": f"{timezone.now() + VALID:%Y-%m-%dT%H:%M:%SZ}"}
    return render(request, "papers/security.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Lead password managers to the form (https://w3c.github.io/webappsec-change-password-url/)."""
    return redirect("account_change_password")
