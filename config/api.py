"""The whole REST API, /api/v1/, on one page."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.api.endpoint import endpoint
from accounts.api.joining import JoinRequestsView, JoinRequestView
from accounts.api.me import MeView
from accounts.api.notices import NoticesView, ReadNoticesView
from accounts.api.teams import InvitationsView, InvitationView, MembersView, MemberView, TeamsView, TeamView
from accounts.problems import problem
from digests import api as digests
from papers.api.comments import CommentEditsView, CommentReportView, CommentView, ItemCommentsView, PaperCommentsView
from papers.api.export import ListFileView, PapersFileView, SearchFileView
from papers.api.follows import FollowingView, FollowsView, FollowView
from papers.api.history import HistoryView
from papers.api.imports import ImportsView, ImportView
from papers.api.interests import InterestsView
from papers.api.items import ListItemsView, ListItemView
from papers.api.links import CitationPatternView, ListLinksView, ListLinkView
from papers.api.list_items import BulkView, WholeListView
from papers.api.lists import ReadingListsView, ReadingListView
from papers.api.papers import PaperListView, PaperView, RisingView, VoteView
from papers.api.reading import ListReadView, ReadingView, StateView
from papers.api.search import SearchView, SimilarView
from papers.api.shares import SharesView, ShareView
from papers.api.submissions import SubmissionsView, SubmissionView
from papers.api.sync import DeletedView
from papers.api.tags import TagFileView, TagsView, TagView
from papers.api.together import AgendaView, AssignmentView, MyAssignmentsView, SuggestionsView, SuggestionView
from papers.api.watches import ItemWatchView, PaperWatchView, ThreadWatchView
from papers.api.zotero import ZoteroView

# Swagger UI styles its elements one by one; nothing else on the site may.
swagger_page = csp_replace({"style-src": [SELF, UNSAFE_INLINE]})(SpectacularSwaggerSplitView.as_view(url_name="api:schema"))

app_name = "api"
# A paper's name may hold slashes (old arXiv ids, DOIs), so what follows it comes first.
urlpatterns = [
    path("papers/", endpoint(PaperListView), name="papers"),
    path("search/", endpoint(SearchView), name="search"),
    path("papers/<path:name>/similar/", endpoint(SimilarView), name="similar"),
    path("papers/<path:name>/vote/", endpoint(VoteView), name="vote"),
    path("papers/<path:name>/comments/", endpoint(PaperCommentsView), name="comments"),
    path("papers/<path:name>/watch/", endpoint(PaperWatchView), name="watch_paper"),
    path("papers/<path:name>/state/", endpoint(StateView), name="state"),
    path("papers/<path:name>/", endpoint(PaperView), name="paper"),
    path("submissions/", endpoint(SubmissionsView), name="submissions"),
    path("submissions/<int:pk>/", endpoint(SubmissionView), name="submission"),
    path("imports/", endpoint(ImportsView), name="imports"),
    path("imports/<int:pk>/", endpoint(ImportView), name="import"),
    path("lists/", endpoint(ReadingListsView), name="lists"),
    path("lists/<str:owner>/<slug:slug>/", endpoint(ReadingListView), name="list"),
    path("lists/<str:owner>/<slug:slug>/shares/", endpoint(SharesView), name="shares"),
    path("lists/<str:owner>/<slug:slug>/shares/<str:name>/", endpoint(ShareView), name="share"),
    path("lists/<str:owner>/<slug:slug>/items/", endpoint(ListItemsView), name="items"),
    path("lists/<str:owner>/<slug:slug>/items/<path:name>/comments/", endpoint(ItemCommentsView), name="item_comments"),
    path("lists/<str:owner>/<slug:slug>/items/<path:name>/watch/", endpoint(ItemWatchView), name="watch_item"),
    path("lists/<str:owner>/<slug:slug>/items/<path:name>/assignments/<str:handle>/", endpoint(AssignmentView), name="assignment"),
    path("lists/<str:owner>/<slug:slug>/suggestions/", endpoint(SuggestionsView), name="suggestions"),
    path("lists/<str:owner>/<slug:slug>/suggestions/<int:pk>/", endpoint(SuggestionView), name="suggestion"),
    path("lists/<str:owner>/<slug:slug>/items/bulk/", endpoint(BulkView), name="bulk"),
    path("lists/<str:owner>/<slug:slug>/deleted/", endpoint(DeletedView), name="deleted_items"),
    path("lists/<str:owner>/<slug:slug>/zotero/", endpoint(ZoteroView), name="zotero"),
    path("lists/<str:owner>/<slug:slug>/whole/", endpoint(WholeListView), name="whole_list"),
    path("lists/<str:owner>/<slug:slug>/items/<path:name>/", endpoint(ListItemView), name="item"),
    path("comments/<int:pk>/", endpoint(CommentView), name="comment"),
    path("comments/<int:pk>/edits/", endpoint(CommentEditsView), name="comment_edits"),
    path("comments/<int:pk>/report/", endpoint(CommentReportView), name="report_comment"),
    path("comments/<int:pk>/watch/", endpoint(ThreadWatchView), name="watch_thread"),
    path("lists/<str:owner>/<slug:slug>/read/", endpoint(ListReadView), name="read_list"),
    path("lists/<str:owner>/<slug:slug>/links/", endpoint(ListLinksView), name="links"),
    path("lists/<str:owner>/<slug:slug>/links/<int:pk>/", endpoint(ListLinkView), name="link"),
    path("lists/<str:owner>/<slug:slug>.<feed:form>", endpoint(ListFileView), name="list_feed"),
    path("lists/<str:owner>/<slug:slug>.<slug:form>", endpoint(ListFileView), name="list_file"),
    path("tags/<str:owner>/", endpoint(TagsView), name="tags"),
    path("tags/<str:owner>/<path:name>/", endpoint(TagView), name="tag"),
    path("tags/<str:owner>/<path:name>.<slug:form>", endpoint(TagFileView), name="tag_file"),
    path("papers.<slug:form>", endpoint(PapersFileView), name="papers_file"),
    path("search.<slug:form>", endpoint(SearchFileView), name="search_file"),
    path("citation-pattern/<str:owner>/", endpoint(CitationPatternView), name="citation_pattern"),
    path("digests/", endpoint(digests.DigestsView), name="digests"),
    path("digests/send-now/", endpoint(digests.SendNowView), name="send_now"),
    path("digests/send-test/", endpoint(digests.SendTestView), name="send_test"),
    path("digests/<str:period_key>/", endpoint(digests.DigestView), name="digest"),
    path("interests/", endpoint(InterestsView), name="interests"),
    path("follows/", endpoint(FollowsView), name="follows"),
    path("follows/<str:kind>/<path:name>/", endpoint(FollowView), name="follow"),
    path("taste/", endpoint(digests.TasteView), name="taste"),
    path("taste/left-out/<path:slug>/", endpoint(digests.LeftOutView), name="left_out"),
    path("subscription/", endpoint(digests.SubscriptionView), name="subscription"),
    path("webhooks/", endpoint(digests.WebhooksView), name="webhooks"),
    path("webhooks/<int:pk>/", endpoint(digests.WebhookView), name="webhook"),
    path("webhooks/<int:pk>/test/", endpoint(digests.WebhookTestView), name="webhook_test"),
    path("webhooks/<int:pk>/secret/", endpoint(digests.WebhookSecretView), name="webhook_secret"),
    path("webhooks/<int:pk>/deliveries/", endpoint(digests.WebhookDeliveriesView), name="webhook_deliveries"),
    path("webhooks/<int:pk>/deliveries/<int:delivery>/replay/", endpoint(digests.WebhookReplayView), name="webhook_replay"),
    path("teams/", endpoint(TeamsView), name="teams"),
    path("teams/<str:slug>/", endpoint(TeamView), name="team"),
    path("teams/<str:slug>/digests/", endpoint(digests.TeamDigestsView), name="team_digests"),
    path("teams/<str:slug>/digests/<str:period_key>/", endpoint(digests.TeamDigestView), name="team_digest"),
    path("teams/<str:slug>/digest-settings/", endpoint(digests.TeamDigestSettingsView), name="team_digest_settings"),
    path("teams/<str:slug>/digest-wish/", endpoint(digests.TeamDigestWishView), name="team_digest_wish"),
    path("teams/<str:slug>/outlets/", endpoint(digests.OutletsView), name="outlets"),
    path("teams/<str:slug>/outlets/<int:pk>/", endpoint(digests.OutletView), name="outlet"),
    path("teams/<str:slug>/outlets/<int:pk>/test/", endpoint(digests.OutletTestView), name="outlet_test"),
    path("teams/<str:slug>/outlets/<int:pk>/secret/", endpoint(digests.OutletSecretView), name="outlet_secret"),
    path("teams/<str:slug>/outlets/<int:pk>/confirmation/", endpoint(digests.OutletConfirmationView), name="outlet_confirmation"),
    path("teams/<str:slug>/webhooks/", endpoint(digests.WebhooksView), name="team_webhooks"),
    path("teams/<str:slug>/webhooks/<int:pk>/", endpoint(digests.WebhookView), name="team_webhook"),
    path("teams/<str:slug>/webhooks/<int:pk>/test/", endpoint(digests.WebhookTestView), name="team_webhook_test"),
    path("teams/<str:slug>/webhooks/<int:pk>/secret/", endpoint(digests.WebhookSecretView), name="team_webhook_secret"),
    path("teams/<str:slug>/webhooks/<int:pk>/deliveries/", endpoint(digests.WebhookDeliveriesView), name="team_webhook_deliveries"),
    path(
        "teams/<str:slug>/webhooks/<int:pk>/deliveries/<int:delivery>/replay/",
        endpoint(digests.WebhookReplayView),
        name="team_webhook_replay",
    ),
    path("teams/<str:slug>/members/", endpoint(MembersView), name="members"),
    path("teams/<str:slug>/members/<str:handle>/", endpoint(MemberView), name="member"),
    path("teams/<str:slug>/invitations/", endpoint(InvitationsView), name="invitations"),
    path("teams/<str:slug>/invitations/<int:pk>/", endpoint(InvitationView), name="invitation"),
    path("teams/<str:slug>/requests/", endpoint(JoinRequestsView), name="requests"),
    path("teams/<str:slug>/requests/<int:pk>/", endpoint(JoinRequestView), name="request"),
    path("teams/<str:slug>/agenda/", endpoint(AgendaView), name="agenda"),
    path("me/assignments/", endpoint(MyAssignmentsView), name="my_assignments"),
    path("notices/", endpoint(NoticesView), name="notices"),
    path("notices/read/", endpoint(ReadNoticesView), name="read_notices"),
    path("me/", endpoint(MeView), name="me"),
    path("me/address/", endpoint(digests.AddressView), name="address"),
    path("me/reading/history/", endpoint(HistoryView), name="history"),
    path("me/following/", endpoint(FollowingView), name="following"),
    path("me/rising/", endpoint(RisingView), name="rising"),
    path("me/reading/", endpoint(ReadingView), name="reading"),
    path("schema/", endpoint(SpectacularAPIView), name="schema"),
    path("docs/", RedirectView.as_view(pattern_name="api_docs")),
]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _for_programs(request, 400, _("Bad request.")) or defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _for_programs(request, 403, _("This is not yours to do.")) or defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _for_programs(request, 404, _("Not found.")) or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    return _for_programs(request, 500, _("Something went wrong here.")) or defaults.server_error(request)


def _for_programs(request: HttpRequest, status: int, detail: str) -> HttpResponse | None:
    """Programs get problem details, whatever went wrong; people get the pages 400.html, 403.html, 404.html and 500.html."""
    return problem(status, detail) if request.path.startswith("/api/") else None
