"""Which pages about logging in may be tried how often, by network address and by account."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.actions.limits import Limit, same_account, take

A_LITTLE, AN_HOUR = timedelta(minutes=5), timedelta(hours=1)
FROM_ONE_ADDRESS, AT_ONE_ACCOUNT = Limit(60, A_LITTLE), Limit(10, A_LITTLE)
IPV6_NETWORK = 64  # bits: what one household or laboratory has


@dataclass(frozen=True)
class Rule:
    """Limits of one page.

    Args:
        per_address: tries from one network address; generous, since a whole institute may share one.
        per_account: tries at one account, whoever tries.
        field: the form's field that names the account; without one it is whoever is logged in, or about to be.
    """

    per_address: Limit = FROM_ONE_ADDRESS
    per_account: Limit = AT_ONE_ACCOUNT
    field: str = ""


MAILS = {"per_address": Limit(60, AN_HOUR), "per_account": Limit(5, AN_HOUR)}
RULES = {
    "account_login": Rule(field="login"),
    "account_reauthenticate": Rule(),
    "account_change_password": Rule(),
    "account_reset_password_from_key": Rule(),
    "account_confirm_login_code": Rule(),
    "account_email_verification_sent": Rule(),
    "mfa_authenticate": Rule(),
    "mfa_reauthenticate": Rule(),
    "mfa_reauthenticate_webauthn": Rule(),
    "mfa_login_webauthn": Rule(),
    **dict.fromkeys(["accounts:device", "accounts:allow_device", "accounts:refuse_device"], Rule()),  # codes that one could guess
    "accounts:invitation": Rule(per_account=Limit(30, A_LITTLE)),
    # Each of these sends a mail to somebody.
    "account_signup": Rule(**MAILS, field="email"),
    "account_request_login_code": Rule(**MAILS, field="email"),
    "account_reset_password": Rule(**MAILS, field="email"),
    "account_email": Rule(per_address=Limit(60, AN_HOUR), per_account=Limit(10, AN_HOUR)),
    "digests:visitor_subscribe": Rule(per_address=Limit(30, AN_HOUR)),  # and one a day to each address, see visiting.py
    "accounts:invite": Rule(per_address=Limit(200, AN_HOUR), per_account=Limit(60, AN_HOUR)),
}


class LimitMiddleware:
    """Counts each POST to a page of the table before the page sees it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.method != "POST" or name not in RULES:
            return None
        wait = wait_for(request, name)
        return None if wait is None else refusal(request, wait)


def wait_for(request: HttpRequest, name: str) -> timedelta | None:
    """Count a try at a page; return None if it may go ahead, else the time to wait."""
    rule = RULES[name]
    if wait := take(action=name, subject=network_of(request), limit=rule.per_address):
        return wait
    account = account_of(request, rule)
    return take(action=name, subject=f"account {account}", limit=rule.per_account) if account else None


def refusal(request: HttpRequest, wait: timedelta) -> HttpResponse:
    seconds = int(wait.total_seconds()) + 1
    answer = render(request, "429.html", {"minutes": -(-seconds // 60)}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def network_of(request: HttpRequest) -> str:
    """Return the client's address, of IPv6 its /64; what a client writes into X-Forwarded-For itself does not count."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, IPV6_NETWORK), strict=False))


def account_of(request: HttpRequest, rule: Rule) -> str:
    """Return what names the account that is tried, or ""."""
    if rule.field:
        return same_account(request.POST.get(rule.field, ""))
    if request.user.is_authenticated:
        return f"#{request.user.pk}"
    started = request.session.get("account_login") or {}  # a log-in that waits for its second factor
    return f"#{started['user_pk']}" if started.get("user_pk") else ""
