"""The whole REST API, /api/v1/, on one page."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views import defaults
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.api.me import MeView
from papers.api.lists import ListItemsView, ListItemView, ReadingListsView, ReadingListView
from papers.api.papers import PaperListView, PaperView, VoteView

# Swagger UI styles its elements one by one; nothing else on the site may.
swagger_page = csp_replace({"style-src": [SELF, UNSAFE_INLINE]})(SpectacularSwaggerSplitView.as_view(url_name="api:schema"))

app_name = "api"
# A paper's name may hold slashes (old arXiv ids, DOIs), so what follows it comes first.
urlpatterns = [
    path("papers/", PaperListView.as_view(), name="papers"),
    path("papers/<path:name>/vote/", VoteView.as_view(), name="vote"),
    path("papers/<path:name>/", PaperView.as_view(), name="paper"),
    path("lists/", ReadingListsView.as_view(), name="lists"),
    path("lists/<str:owner>/<str:slug>/", ReadingListView.as_view(), name="list"),
    path("lists/<str:owner>/<str:slug>/items/", ListItemsView.as_view(), name="items"),
    path("lists/<str:owner>/<str:slug>/items/<path:name>/", ListItemView.as_view(), name="item"),
    path("me/", MeView.as_view(), name="me"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", swagger_page, name="docs"),
]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _in_json(request, 400, _("Bad request.")) or defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _in_json(request, 404, _("Not found.")) or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    return _in_json(request, 500, _("Something went wrong here.")) or defaults.server_error(request)


def _in_json(request: HttpRequest, status: int, detail: str) -> HttpResponse | None:
    """Programs get JSON, whatever went wrong; people get the pages 400.html, 404.html and 500.html."""
    return JsonResponse({"detail": detail}, status=status) if request.path.startswith("/api/") else None
