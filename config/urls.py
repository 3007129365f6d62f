"""All addresses of Lectern on one page."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path

from config import api, hub
from config.agents import AgentsView
from config.described import openapi_json, openapi_text
from config.metrics import metrics
from digests.views import backstage
from papers.hub.collections import collection_page


def healthz(request: HttpRequest) -> HttpResponse:
    """Tell a supervisor that this process answers; deliberately asks no other server."""
    return HttpResponse("ok\n", content_type="text/plain")


# The admin site is entered by the front door, with its rate limits and second factors.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

in_admin_site = admin.site.admin_view

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("admin/outbox/", in_admin_site(backstage.outbox), name="outbox"),
    path("admin/mails/", in_admin_site(backstage.mails), name="mails"),
    path("admin/mails/<str:kind>/", in_admin_site(backstage.mail), name="mail"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include(api)),
    path("api/docs/", api.swagger_page, name="api_docs"),
    path(".well-known/openapi.json", openapi_json, name="openapi_json"),
    path(".well-known/openapi.md", openapi_text, name="openapi_text"),
    path("api/", include(hub)),
    re_path(r"^mcp/?$", api.endpoint(AgentsView), name="agents"),
    path("collections/<str:owner>/<str:slug>", collection_page, name="collection_page"),
    path("digests/", include("digests.urls")),
    path("", include("accounts.urls")),
    path("", include("papers.urls")),
]
handler400, handler403, handler404, handler500 = api.bad_request, api.forbidden, api.not_found, api.server_error
if "WEBHOOK_SECRET" in settings.ANYMAIL:  # without it anybody could say that mails came back
    from anymail.urls import urlpatterns as of_all_providers

    ours = [pattern for pattern in of_all_providers if pattern.name == f"{settings.MAIL_PROVIDER}_tracking_webhook"]
    urlpatterns.insert(0, path("mail-events/", include(ours)))
if settings.DEBUG:
    from papers.views.styleguide import styleguide

    urlpatterns.insert(0, path("styleguide/", styleguide, name="styleguide"))
