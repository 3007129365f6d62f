"""What every template may name."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "debug": settings.DEBUG,
        "has_log_in_services": bool(settings.SOCIALACCOUNT_PROVIDERS),
    }
