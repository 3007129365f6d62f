"""The Hugging Face Hub's addresses for papers, collections and people, /api/, on one page."""

from django.urls import path

from config.api import endpoint
from papers.hub.authors import ClaimView, PaperLinksView
from papers.hub.collections import CollectionsView, CollectionView, ResourceGroupView
from papers.hub.daily import DailyPapersView
from papers.hub.items import CollectionItemsView, CollectionItemView
from papers.hub.papers import PaperIndexView, PaperListView, PaperSearchView, PaperView
from papers.hub.people import (
    OrganizationFollowersView,
    OrganizationMembersView,
    OrganizationOverviewView,
    UserFollowersView,
    UserFollowingView,
    UserOverviewView,
)
from papers.hub.whoami import AgentHarnessesView, WhoamiView

app_name = "hub"
# A paper's name may hold slashes (old arXiv ids, DOIs), so it comes last.
urlpatterns = [
    path("whoami-v2", endpoint(WhoamiView), name="whoami"),
    path("agent-harnesses", endpoint(AgentHarnessesView), name="agent_harnesses"),
    path("daily_papers", endpoint(DailyPapersView), name="daily_papers"),
    path("papers", endpoint(PaperListView), name="papers"),
    path("papers/search", endpoint(PaperSearchView), name="search"),
    path("papers/index", endpoint(PaperIndexView), name="index"),
    path("papers/<path:name>/links", endpoint(PaperLinksView), name="links"),
    path("papers/<path:name>", endpoint(PaperView), name="paper"),
    path("settings/papers/claim", endpoint(ClaimView), name="claim"),
    path("collections", endpoint(CollectionsView), name="collections"),
    path("collections/<str:owner>/<str:slug>", endpoint(CollectionView), name="collection"),
    path("collections/<str:owner>/<str:slug>/items", endpoint(CollectionItemsView), name="items"),
    path("collections/<str:owner>/<str:slug>/items/<str:item>", endpoint(CollectionItemView), name="item"),
    path("collections/<str:owner>/<str:slug>/resource-group", endpoint(ResourceGroupView), name="resource_group"),
    path("users/<str:name>/overview", endpoint(UserOverviewView), name="user"),
    path("users/<str:name>/followers", endpoint(UserFollowersView), name="user_followers"),
    path("users/<str:name>/following", endpoint(UserFollowingView), name="user_following"),
    path("organizations/<str:name>/overview", endpoint(OrganizationOverviewView), name="organization"),
    path("organizations/<str:name>/members", endpoint(OrganizationMembersView), name="organization_members"),
    path("organizations/<str:name>/followers", endpoint(OrganizationFollowersView), name="organization_followers"),
]
