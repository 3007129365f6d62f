"""Addresses under /digests/."""

from django.urls import path

from digests.views import answering, digests, feeds, outlets, preferences, stopped, taste, teams, visitors, webhooks

app_name = "digests"
urlpatterns = [
    path("", digests.archive, name="archive"),
    path("send-now/", digests.send_now, name="send_now"),
    path("send-test/", digests.send_test, name="send_test"),
    path("settings/", digests.settings, name="settings"),
    path("address-works/", stopped.address_works, name="address_works"),
    path("feed-address/", feeds.feed_address, name="feed_address"),
    path("feed/<str:key>.<feed:form>", feeds.secret_feed, name="secret_feed"),
    path("taste/", taste.taste, name="taste"),
    path("taste/picture/", taste.picture, name="picture"),
    path("taste/change/", taste.change_taste, name="change_taste"),
    path("taste/quotas/", taste.change_quotas, name="change_quotas"),
    path("preferences/<str:token>/", preferences.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", digests.unsubscribe, name="unsubscribe"),
    path("stop/<str:token>/", digests.stop_notices, name="stop_notices"),
    path("teams/<str:slug>/", teams.archive, name="team"),
    path("teams/<str:slug>/settings", teams.settings, name="team_settings"),
    path("teams/<str:slug>/wish", teams.wish, name="team_wish"),
    path("teams/<str:slug>/outlets", outlets.outlets, name="team_outlets"),
    path("teams/<str:slug>/outlets/<int:pk>", outlets.change, name="team_outlet"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("teams/<str:slug>/webhooks", webhooks.webhooks, name="team_webhooks"),
    path("teams/<str:slug>/webhooks/<int:pk>", webhooks.webhook, name="team_webhook"),
    path("outlets/confirm/<str:token>/", outlets.confirm, name="outlet_confirm"),
    path("outlets/stop/<str:token>/", outlets.stop, name="outlet_stop"),
    path("teams/<str:slug>/<str:period_key>/", teams.digest, name="team_digest"),
    path("teams/<str:slug>/<str:period_key>.md", teams.in_markdown, name="team_digest_in_markdown"),
    path("team-stop/<str:token>/", teams.stop, name="team_stop"),
    path("open/<str:token>/", answering.open_paper, name="open"),
    path("answer/<str:token>/", answering.answers, name="answers"),
    path("answer/<str:token>/<str:answer>/", answering.answer, name="answer"),
    path("subscribe/", visitors.subscribe, name="visitor_subscribe"),
    path("subscribe/asked/", visitors.asked, name="visitor_asked"),
    path("subscribe/confirm/<str:token>/", visitors.confirm, name="visitor_confirm"),
    path("subscribe/preferences/<str:token>/", visitors.preferences, name="visitor_preferences"),
    path("subscribe/stop/<str:token>/", visitors.stop, name="visitor_stop"),
    path("subscribe/forget/<str:token>/", visitors.forget, name="visitor_forget"),
    path("<str:period_key>/", digests.digest, name="digest"),
    path("<str:period_key>.md", digests.in_markdown, name="digest_in_markdown"),
]
