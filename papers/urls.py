"""Addresses of papers, lists and their holders. A slug may hold slashes, so what follows it comes first."""

from django.urls import path

from papers.views import browse, front, holders, imports, interests, lists, map, paper, robots, saving, search, sources, submissions, voting

app_name = "papers"
urlpatterns = [
    path("", front.front, name="front"),
    path("robots.txt", robots.robots, name="robots"),
    path("papers/<path:slug>/vote", voting.vote, name="vote"),
    path("papers/<path:slug>/save", saving.save, name="save"),
    path("papers/<path:slug>/lists", saving.picker, name="picker"),
    path("papers/<path:slug>.md", paper.in_markdown, name="markdown"),
    path("papers/<path:slug>", paper.paper, name="paper"),
    path("search/", search.search, name="search"),
    path("search/save", search.save, name="save_search"),
    path("search/suggest", search.suggest, name="suggest"),
    path("submit/", submissions.submit, name="submit"),
    path("submit/mine", submissions.submissions, name="submissions"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.one_import, name="import"),
    path("imports/<int:pk>/bring-in", imports.bring_in_file, name="bring_in"),
    path("imports/<int:pk>/drop", imports.drop, name="drop_import"),
    path("imports/<int:pk>/rejected.txt", imports.rejected, name="import_rejected"),
    path("browse/", browse.browse, name="browse"),
    path("archive/<str:key>/", browse.archive, name="archive"),
    path("map/", map.week_map, name="this_map"),
    path("map/<str:key>/", map.week_map, name="map"),
    path("authors/<int:pk>/", browse.author, name="author"),
    path("authors/<int:pk>/claim", browse.claim, name="claim"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<int:pk>/", sources.source, name="source"),
    path("sources/<int:pk>/harvest", sources.harvest_now, name="harvest_now"),
    path("lists/", lists.lists, name="lists"),
    path("lists/new/", lists.new_list, name="new_list"),
    path("lists/<str:owner>/<str:slug>/", lists.one_list, name="list"),
    path("lists/<str:owner>/<str:slug>/edit/", lists.edit_list, name="edit_list"),
    path("lists/<str:owner>/<str:slug>/delete", lists.remove_list, name="delete_list"),
    path("lists/<str:owner>/<str:slug>/<int:item>/note", lists.note, name="note"),
    path("lists/<str:owner>/<str:slug>/<int:item>/remove", lists.remove_item, name="remove_item"),
    path("settings/interests/", interests.interests, name="interests"),
    path("people/<str:name>/", holders.holder, name="holder"),
]
