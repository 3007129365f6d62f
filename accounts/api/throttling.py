"""How many requests each token, person or visitor's network has left, told with every answer."""

import re
from time import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from accounts.api.permissions import token_of
from accounts.limiting import network_of

SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class Allowance(BaseThrottle):
    """So many requests in each span of the clock; nobody is counted while the cache is away."""

    left_seconds = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        kind, subject = _counted(request)
        quota, window = _rate(str(api_settings.DEFAULT_THROTTLE_RATES[kind]))
        span, spent = divmod(int(time()), window)
        self.left_seconds = window - spent
        count: int = cache.count(f"allowance:{subject}:{window}:{span}", seconds=window)  # type: ignore[attr-defined]  # config/cache.py
        request._request.allowance = {  # type: ignore[attr-defined]
            "RateLimit": f'"api";r={max(quota - count, 0)};t={self.left_seconds}',
            "RateLimit-Policy": f'"fixed window";"api";q={quota};w={window}',
        }
        return count <= quota

    def wait(self) -> float:
        return self.left_seconds


def _counted(request: Request) -> tuple[str, str]:
    """Return which rate holds for a request, and under what name it is counted."""
    if token := token_of(request):
        return "user", f"token-{token.pk}"
    if request.user.is_authenticated:
        return "user", f"person-{request.user.pk}"
    return "anon", f"network-{network_of(request._request)}"


def _rate(text: str) -> tuple[int, int]:
    """Read 100/min as 100 in 60 seconds."""
    amount, span = re.fullmatch(r"(\d+)/([smhd]).*", text).groups()  # type: ignore[union-attr]  # settings have looked at it
    return int(amount), SECONDS[span]
