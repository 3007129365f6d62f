"""Addresses under /digests/."""

from django.urls import path

from digests.views import answering, digests, stopped, taste, teams

app_name = "digests"
urlpatterns = [
    path("", digests.archive, name="archive"),
    path("send-now/", digests.send_now, name="send_now"),
    path("settings/", digests.settings, name="settings"),
    path("address-works/", stopped.address_works, name="address_works"),
    path("taste/", taste.taste, name="taste"),
    path("taste/picture/", taste.picture, name="picture"),
    path("taste/change/", taste.change_taste, name="change_taste"),
    path("taste/quotas/", taste.change_quotas, name="change_quotas"),
    path("unsubscribe/<str:token>/", digests.unsubscribe, name="unsubscribe"),
    path("stop/<str:token>/", digests.stop_notices, name="stop_notices"),
    path("teams/<str:slug>/", teams.archive, name="team"),
    path("teams/<str:slug>/settings", teams.settings, name="team_settings"),
    path("teams/<str:slug>/wish", teams.wish, name="team_wish"),
    path("teams/<str:slug>/<str:period_key>/", teams.digest, name="team_digest"),
    path("team-stop/<str:token>/", teams.stop, name="team_stop"),
    path("open/<str:token>/", answering.open_paper, name="open"),
    path("answer/<str:token>/", answering.answers, name="answers"),
    path("answer/<str:token>/<str:answer>/", answering.answer, name="answer"),
    path("<str:period_key>/", digests.digest, name="digest"),
]
