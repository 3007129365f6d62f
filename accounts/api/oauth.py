"""What a program without a browser asks to get a token: a code for its person, then, again and again, the token (RFC 8628)."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.actions.devices import NoToken, ask_for_token, fetch_token
from accounts.actions.limits import Limit, take
from accounts.limiting import network_of
from accounts.models import DeviceRequest, Scope

DEVICE_CODE, REFRESH_TOKEN = "urn:ietf:params:oauth:grant-type:device_code", "refresh_token"
LONGEST_CLIENT = DeviceRequest._meta.get_field("client").max_length or 0
ASKING = Limit(30, timedelta(minutes=10))  # by network, which may be a whole institute's


@csrf_exempt
@require_POST
@never_cache
def device(request: HttpRequest) -> JsonResponse:
    """Answer with the codes. Any program may ask, under the name it gives as `client_id`: it is its person who decides."""
    client, scopes = request.POST.get("client_id", ""), request.POST.get("scope", "").split()
    if not (client.strip() and client.isprintable() and len(client) <= LONGEST_CLIENT):
        return _error("invalid_request", _("Give a client_id of at most %(n)d characters.") % {"n": LONGEST_CLIENT})
    if alien := set(scopes) - set(Scope.values):
        return _error("invalid_scope", _("There is no scope %(scope)s.") % {"scope": ", ".join(sorted(alien))[:200]})
    if wait := take(action="oauth device", subject=network_of(request), limit=ASKING):
        answer = _error("temporarily_unavailable", _("Too many programs ask from this network. Wait, then ask again."), status=429)
        answer["Retry-After"] = str(int(wait.total_seconds()) + 1)
        return answer
    address, program = get_adapter().get_client_ip(request), request.headers.get("User-Agent", "")
    asked, device_code, user_code = ask_for_token(client=client, scopes=scopes, address=address, program=program)
    page = settings.SITE_URL + reverse("accounts:device")
    return JsonResponse(
        {
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?code={user_code}",
            "expires_in": _seconds_until(asked.expires_at),
            "interval": asked.interval,
        }
    )


@csrf_exempt
@require_POST
@never_cache
def token(request: HttpRequest) -> JsonResponse:
    """Answer with the token once its person has allowed it; there are no refresh tokens, since it works for 90 days."""
    grant = request.POST.get("grant_type", "")
    if grant == REFRESH_TOKEN:  # of another site, since none is given out here
        return _error("invalid_grant", _("There are no refresh tokens here. Log in again."))
    if grant and grant != DEVICE_CODE:
        return _error("unsupported_grant_type", _("Only device codes are taken here."))
    given = {name: request.POST.get(name, "") for name in ("device_code", "client_id")}
    if not (grant and all(given.values())):
        return _error("invalid_request", _("Give grant_type, device_code and client_id, as a form."))
    try:
        made, secret = fetch_token(device_code=given["device_code"], client=given["client_id"])
    except NoToken as refused:
        return _error(refused.code, str(refused))
    told: dict[str, Any] = {"access_token": secret, "token_type": "Bearer", "scope": " ".join(made.scopes)}
    return JsonResponse(told | {"expires_in": _seconds_until(made.expires_at)})


def _seconds_until(when: Any) -> int:
    return round((when - timezone.now()).total_seconds())


def _error(code: str, words: str, *, status: int = 400) -> JsonResponse:
    """RFC 6749, 5.2."""
    return JsonResponse({"error": code, "error_description": words}, status=status)
