"""Addresses under /digests/."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def _soon(request: HttpRequest, **_given: str) -> HttpResponse:
    raise Http404


app_name = "digests"
urlpatterns = [
    path("", _soon, name="archive"),
    path("send-now/", _soon, name="send_now"),
    path("settings/", _soon, name="settings"),
    path("unsubscribe/<str:token>/", _soon, name="unsubscribe"),
    path("<str:period_key>/", _soon, name="digest"),
]
