"""Addresses under /digests/."""

from django.urls import path

from digests import views

app_name = "digests"
urlpatterns = [
    path("", views.archive, name="archive"),
    path("send-now/", views.send_now, name="send_now"),
    path("settings/", views.settings, name="settings"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("stop/<str:token>/", views.stop_notices, name="stop_notices"),
    path("<str:period_key>/", views.digest, name="digest"),
]
