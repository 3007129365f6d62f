"""robots.txt: papers and public lists may be indexed, actions and readers' own pages need no visitor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import HouseRules


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    context = {"is_open": HouseRules.current().public_reading}
    return render(request, "papers/robots.txt", context, content_type="text/plain; charset=utf-8")
