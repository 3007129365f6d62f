"""Who may do what: one table of route x method x person -> status. A route without a row fails the build."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.views.generic import RedirectView
from pytest_django import DjangoDbBlocker

from accounts.actions.exporting import export_token
from accounts.actions.invitations import invite_person, make_link
from accounts.actions.joining import ask_to_join
from accounts.actions.memberships import add_member, remove_member
from accounts.actions.teams import change_team, create_team
from accounts.actions.tokens import make_token
from accounts.events import Topic
from accounts.models import DataExport, Notice, Scope, User
from accounts.models.token import TEAM_SCOPES
from digests.models import DigestFeedAddress
from digests.signing import (
    answer_token,
    confirm_token,
    open_token,
    outlet_confirm_token,
    outlet_stop_token,
    preferences_token,
    stop_token,
    team_stop_token,
    unsubscribe_token,
    visitor_token,
)
from papers.actions.assigning import assign_paper
from papers.actions.commenting import write_comment
from papers.actions.feed_addresses import make_feed_address
from papers.actions.importing import start_import
from papers.actions.list_links import make_link as make_list_link
from papers.actions.lists import add_paper, create_list, remove_paper
from papers.actions.sharing import share_list
from papers.actions.submitting import submit_paper
from papers.actions.suggesting import suggest_paper
from papers.actions.tagging import write_tags
from papers.actions.tags import create_tag
from papers.models import Authorship, Paper, Source, Tag, Visibility, ZoteroLink
from tests.digests.makers import make_digest, make_outlet, make_team_digest, make_told, make_visitor, make_webhook
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db

# alice owns it all. In her team dave is maintainer, bob member, erin reader; former was in it. carol is a stranger,
# Her list “lent” is shared with bob, who may edit it, with carol, who may add to it, and with erin, who may read it.
# admin runs the site and owns nothing, staff may enter the admin site and has no rights there.
# narrow is a token of alice's without any scope, expired one with all of them, robot a key of her team. Pages know no tokens: "-".
# 302 on a page is "done" for people and "log in first" for the visitor.
TABLE = """
route                            method visitor alice dave bob erin former carol admin staff narrow expired robot

healthz                          get    200     200   200  200 200  200    200   200   200   -      -       -
metrics                          get    404     404   404  404 404  404    404   404   404   -      -       -
outbox                           get    302     302   302  302 302  302    302   200   403   -      -       -
mails                            get    302     302   302  302 302  302    302   200   403   -      -       -
mail                             get    302     302   302  302 302  302    302   200   403   -      -       -
papers:front                     get    200     200   200  200 200  200    200   200   200   -      -       -
papers:front                     post   405     405   405  405 405  405    405   405   405   -      -       -
papers:robots                    get    200     200   200  200 200  200    200   200   200   -      -       -
papers:paper                     get    200     200   200  200 200  200    200   200   200   -      -       -
papers:markdown                  get    200     200   200  200 200  200    200   200   200   -      -       -
papers:vote                      get    405     405   405  405 405  405    405   405   405   -      -       -
papers:vote                      post   302     302   302  302 302  302    302   302   302   -      -       -
papers:save                      post   302     302   302  302 302  302    302   302   302   -      -       -
papers:save into:private         post   302     302   404  404 404  404    404   404   404   -      -       -
papers:save into:team            post   302     302   302  302 403  404    404   404   404   -      -       -
papers:save into:house           post   302     302   403  403 403  403    403   403   403   -      -       -
papers:anywhere                  get    302     200   200  200 200  200    200   200   200   -      -       -
papers:anywhere                  post   302     302   302  302 302  302    302   302   302   -      -       -
papers:anywhere into:private     post   302     302   404  404 404  404    404   404   404   -      -       -
papers:anywhere into:team        post   302     302   302  302 403  404    404   404   404   -      -       -
papers:anywhere into:lent        post   302     302   404  302 403  404    302   404   404   -      -       -
papers:anywhere into:house       post   302     302   403  403 403  403    403   403   403   -      -       -
papers:extension                 get    302     200   200  200 200  200    200   200   200   -      -       -
papers:manifest                  get    200     200   200  200 200  200    200   200   200   -      -       -
papers:picker                    get    302     200   200  200 200  200    200   200   200   -      -       -
papers:mark                      post   302     302   302  302 302  302    302   302   302   -      -       -
papers:reading                   get    302     200   200  200 200  200    200   200   200   -      -       -
papers:reading_history           get    302     200   200  200 200  200    200   200   200   -      -       -
papers:mark_list private         post   302     302   404  404 404  404    404   404   404   -      -       -
papers:mark_list team            post   302     302   302  302 302  404    404   404   404   -      -       -
papers:mark_list house           post   302     302   302  302 302  302    302   302   302   -      -       -
papers:mark_list public          post   302     302   302  302 302  302    302   302   302   -      -       -
papers:lists                     get    302     200   200  200 200  200    200   200   200   -      -       -
papers:new_list                  get    302     200   200  200 200  200    200   200   200   -      -       -
papers:new_list of:alice         post   302     302   200  200 200  200    200   200   200   -      -       -
papers:new_list of:team          post   302     302   302  302 200  200    200   200   200   -      -       -
papers:list private              get    404     200   404  404 404  404    404   404   404   -      -       -
papers:list team                 get    404     200   200  200 200  404    404   404   404   -      -       -
papers:list house                get    404     200   200  200 200  200    200   200   200   -      -       -
papers:list public               get    200     200   200  200 200  200    200   200   200   -      -       -
papers:edit_list private         get    302     200   404  404 404  404    404   404   404   -      -       -
papers:edit_list private         post   302     302   404  404 404  404    404   404   404   -      -       -
papers:edit_list team            post   302     302   302  302 403  404    404   404   404   -      -       -
papers:edit_list public          get    302     200   403  403 403  403    403   403   403   -      -       -
papers:edit_list public          post   302     302   403  403 403  403    403   403   403   -      -       -
papers:delete_list private       post   302     302   404  404 404  404    404   404   404   -      -       -
papers:delete_list team          post   302     302   302  403 403  404    404   404   404   -      -       -
papers:delete_list public        post   302     302   403  403 403  403    403   403   403   -      -       -
papers:note private              get    302     200   404  404 404  404    404   404   404   -      -       -
papers:note team                 get    302     200   200  200 403  404    404   404   404   -      -       -
papers:note private              post   302     302   404  404 404  404    404   404   404   -      -       -
papers:note team                 post   302     302   302  302 403  404    404   404   404   -      -       -
papers:note public               post   302     302   403  403 403  403    403   403   403   -      -       -
papers:assign private            get    302     404   404  404 404  404    404   404   404   -      -       -
papers:assign team               get    302     200   200  200 403  404    404   404   404   -      -       -
papers:assign team               post   302     302   302  302 403  404    404   404   404   -      -       -
papers:assign lent               get    302     404   404  404 404  404    404   404   404   -      -       -
papers:assign shelf              get    302     200   200  200 403  403    403   403   403   -      -       -
papers:settle_assignment         post   302     302   302  302 403  404    404   404   404   -      -       -
papers:agenda lab                get    302     200   200  200 200  404    404   404   404   -      -       -
papers:agenda open               get    302     200   200  200 200  404    404   404   404   -      -       -
papers:suggestions private       get    302     403   404  404 404  404    404   404   404   -      -       -
papers:suggestions team          get    302     200   200  200 200  404    404   404   404   -      -       -
papers:suggestions team          post   302     302   302  302 302  404    404   404   404   -      -       -
papers:suggestions shelf         post   302     302   302  302 302  302    302   302   302   -      -       -
papers:suggestions house         get    302     403   403  403 403  403    403   403   403   -      -       -
papers:answer_suggestion team    post   302     302   302  404 403  404    404   404   404   -      -       -
papers:move_item private         post   302     302   404  404 404  404    404   404   404   -      -       -
papers:move_item team            post   302     302   302  302 403  404    404   404   404   -      -       -
papers:move_item public          post   302     302   403  403 403  403    403   403   403   -      -       -
papers:remove_item private       post   302     302   404  404 404  404    404   404   404   -      -       -
papers:remove_item team          post   302     302   302  302 403  404    404   404   404   -      -       -
papers:remove_item public        post   302     302   403  403 403  403    403   403   403   -      -       -
papers:list lent                 get    404     200   404  200 200  404    200   404   404   -      -       -
papers:edit_list lent            post   302     302   404  302 403  404    403   404   404   -      -       -
papers:delete_list lent          post   302     302   404  403 403  404    403   404   404   -      -       -
papers:save into:lent            post   302     302   404  302 403  404    302   404   404   -      -       -
papers:note lent                 post   302     302   404  302 403  404    403   404   404   -      -       -
papers:remove_item lent          post   302     302   404  302 403  404    403   404   404   -      -       -
papers:move_item lent            post   302     302   404  302 403  404    403   404   404   -      -       -
papers:list_shares lent          get    302     200   404  403 403  404    403   404   404   -      -       -
papers:list_shares lent          post   302     302   404  403 403  404    403   404   404   -      -       -
papers:zotero lent               get    302     200   404  403 403  404    403   404   404   -      -       -
papers:zotero lent               post   302     302   404  403 403  404    403   404   404   -      -       -
papers:zotero team               post   302     302   302  403 403  404    404   404   404   -      -       -
papers:list_shares team          post   302     302   302  403 403  404    404   404   404   -      -       -
papers:find_readers lent         get    302     200   404  403 403  404    403   404   404   -      -       -
papers:change_share lent         post   302     302   404  302 403  404    403   404   404   -      -       -
papers:bulk private              post   302     302   404  404 404  404    404   404   404   -      -       -
papers:bulk team                 post   302     302   302  302 403  404    404   404   404   -      -       -
papers:bulk lent                 post   302     302   404  302 403  404    302   404   404   -      -       -
papers:bulk public               post   302     302   403  403 403  403    403   403   403   -      -       -
papers:undo private              post   302     302   404  404 404  404    404   404   404   -      -       -
papers:undo team                 post   302     302   302  302 403  404    404   404   404   -      -       -
papers:undo lent                 post   302     302   404  302 403  404    404   404   404   -      -       -
papers:list_file private         get    404   200   404   404   404   404   404   404   404   -     -     -
papers:export_list private       get    404   200   404   404   404   404   404   404   404   -     -     -
papers:list_file team            get    404   200   200   200   200   404   404   404   404   -     -     -
papers:export_list team          get    404   200   200   200   200   404   404   404   404   -     -     -
papers:list_file house           get    404   200   200   200   200   200   200   200   200   -     -     -
papers:list_file public          get    200   200   200   200   200   200   200   200   200   -     -     -
papers:export_list public        get    200   200   200   200   200   200   200   200   200   -     -     -
papers:new_link private          post   302   200   404   404   404   404   404   404   404   -     -     -
papers:new_link team             post   302   200   200   403   403   404   404   404   404   -     -     -
papers:new_link public           post   302   200   403   403   403   403   403   403   403   -     -     -
papers:end_link private          post   302   302   404   404   404   404   404   404   404   -     -     -
papers:end_link team             post   302   302   302   403   403   404   404   404   404   -     -     -
papers:end_link public           post   302   302   403   403   403   403   403   403   403   -     -     -
papers:citation_keys private     post   302   302   404   404   404   404   404   404   404   -     -     -
papers:citation_keys team        post   302   302   302   403   403   404   404   404   404   -     -     -
papers:citation_keys public      post   302   302   403   403   403   403   403   403   403   -     -     -
papers:search_file               get    200   200   200   200   200   200   200   200   200   -     -     -
papers:papers_file               get    200   200   200   200   200   200   200   200   200   -     -     -
papers:papers_file               post   200   200   200   200   200   200   200   200   200   -     -     -
papers:shared                    get    200   200   200   200   200   200   200   200   200   -     -     -
papers:shared forged             get    404   404   404   404   404   404   404   404   404   -     -     -
papers:shared_file               get    200   200   200   200   200   200   200   200   200   -     -     -
papers:shared_file forged        get    404   404   404   404   404   404   404   404   404   -     -     -
papers:tags alice                get    200   200   200   200   200   200   200   200   200   -     -     -
papers:tags lab                  get    404   200   200   200   200   404   404   404   404   -     -     -
papers:new_tag alice             post   302   302   403   403   403   403   403   403   403   -     -     -
papers:new_tag lab               post   302   302   302   302   403   404   404   404   404   -     -     -
papers:tag shown                 get    200   200   200   200   200   200   200   200   200   -     -     -
papers:tag hidden                get    404   200   404   404   404   404   404   404   404   -     -     -
papers:tag ours                  get    404   200   200   200   200   404   404   404   404   -     -     -
papers:tag_file shown            get    200   200   200   200   200   200   200   200   200   -     -     -
papers:tag_file hidden           get    404   200   404   404   404   404   404   404   404   -     -     -
papers:tag_file ours             get    404   200   200   200   200   404   404   404   404   -     -     -
papers:edit_tag hidden           get    302   200   404   404   404   404   404   404   404   -     -     -
papers:edit_tag shown            get    302   200   403   403   403   403   403   403   403   -     -     -
papers:edit_tag ours             get    302   200   200   200   403   404   404   404   404   -     -     -
papers:edit_tag hidden           post   302   302   404   404   404   404   404   404   404   -     -     -
papers:edit_tag shown            post   302   302   403   403   403   403   403   403   403   -     -     -
papers:edit_tag ours             post   302   302   302   302   403   404   404   404   404   -     -     -
papers:merge_tag hidden          post   302   302   404   404   404   404   404   404   404   -     -     -
papers:merge_tag shown           post   302   302   403   403   403   403   403   403   403   -     -     -
papers:merge_tag ours            post   302   302   302   302   403   404   404   404   404   -     -     -
papers:delete_tag hidden         post   302   302   404   404   404   404   404   404   404   -     -     -
papers:delete_tag shown          post   302   302   403   403   403   403   403   403   403   -     -     -
papers:delete_tag ours           post   302   302   302   302   403   404   404   404   404   -     -     -
papers:item_tags private         post   302   302   404   404   404   404   404   404   404   -     -     -
papers:item_tags team            post   302   302   302   302   403   404   404   404   404   -     -     -
papers:item_tags public          post   302   302   403   403   403   403   403   403   403   -     -     -
papers:item_tags lent            post   302   302   404   302   403   404   403   404   404   -     -     -
papers:list_duplicates private   get    302     200   404  404 404  404    404   404   404   -      -       -
papers:list_duplicates team      get    302     200   200  200 403  404    404   404   404   -      -       -
papers:list_copies private       get    302     200   404  404 404  404    404   404   404   -      -       -
papers:list_copies public        get    302     200   200  200 200  200    200   200   200   -      -       -
papers:list_copies private       post   302     302   404  404 404  404    404   404   404   -      -       -
papers:list_copies public        post   302     302   403  403 403  403    403   403   403   -      -       -
papers:holder alice              get    200     200   200  200 200  200    200   200   200   -      -       -
papers:holder lab                get    404     200   200  200 200  404    404   404   404   -      -       -
papers:comments                  get    200     200     200  200 200  200    200   200   200    -      -       -
papers:comments                  post   302     302     302  302 302  302    302   302   302    -      -       -
papers:watch_paper               post   302     302     302  302 302  302    302   302   302    -      -       -
papers:item_comments team        get    302     200     200  200 200  404    404   404   404    -      -       -
papers:item_comments team        post   302     302     302  302 302  404    404   404   404    -      -       -
papers:item_comments shelf       get    302     200     200  200 200  403    403   403   403    -      -       -
papers:item_comments private     get    302     404     404  404 404  404    404   404   404    -      -       -
papers:watch_item team           post   302     302     302  302 302  404    404   404   404    -      -       -
papers:thread                    get    200     200     200  200 200  200    200   200   200    -      -       -
papers:thread inside             get    404     200     200  200 200  404    404   404   404    -      -       -
papers:watch_thread              post   302     302     302  302 302  302    302   302   302    -      -       -
papers:watch_thread inside       post   302     302     302  302 302  404    404   404   404    -      -       -
papers:reply                     get    302     200     200  200 200  200    200   200   200    -      -       -
papers:reply                     post   302     302     302  302 302  302    302   302   302    -      -       -
papers:reply inside              post   302     302     302  302 302  404    404   404   404    -      -       -
papers:edit_comment              get    302     200     403  403 403  403    403   403   403    -      -       -
papers:edit_comment              post   302     302     403  403 403  403    403   403   403    -      -       -
papers:edit_comment inside       post   302     302     403  403 403  404    404   404   404    -      -       -
papers:delete_comment            get    302     200     403  403 403  403    403   403   403    -      -       -
papers:delete_comment            post   302     302     403  403 403  403    403   403   403    -      -       -
papers:delete_comment inside     post   302     302     403  403 403  404    404   404   404    -      -       -
papers:report_comment            get    302     200     200  200 200  200    200   200   200    -      -       -
papers:report_comment            post   302     302     302  302 302  302    302   302   302    -      -       -
papers:report_comment inside     post   302     302     302  302 302  404    404   404   404    -      -       -
papers:comment_history           get    302     200     403  403 403  403    403   200   403    -      -       -
papers:comment_history inside    get    302     200     403  403 403  404    404   404   404    -      -       -
papers:interests                 get    302     200   200  200 200  200    200   200   200   -      -       -
papers:interests                 post   302     302   302  302 302  302    302   302   302   -      -       -
papers:search                    get    200     200   200  200 200  200    200   200   200   -      -       -
papers:save_search               post   302     302   302  302 302  302    302   302   302   -      -       -
papers:suggest                   get    200     200   200  200 200  200    200   200   200   -      -       -
papers:submit                    get    302     200   200  200 200  200    200   200   200   -      -       -
papers:submit                    post   302     302   302  302 302  302    302   302   302   -      -       -
papers:submissions               get    302     200   200  200 200  200    200   200   200   -      -       -
papers:imports                   get    302     200   200  200 200  200    200   200   200   -      -       -
papers:imports                   post   302     302   302  302 302  302    302   302   302   -      -       -
papers:import                    get    302     200   404  404 404  404    404   404   404   -      -       -
papers:bring_in                  post   302     302   404  404 404  404    404   404   404   -      -       -
papers:drop_import               post   302     302   404  404 404  404    404   404   404   -      -       -
papers:import_rejected           get    302     200   404  404 404  404    404   404   404   -      -       -
papers:browse                    get    200     200   200  200 200  200    200   200   200   -      -       -
papers:archive                   get    200     200   200  200 200  200    200   200   200   -      -       -
papers:this_map                  get    302     302   302  302 302  302    302   302   302   -      -       -
papers:map                       get    200     200   200  200 200  200    200   200   200   -      -       -
papers:author                    get    200     200   200  200 200  200    200   200   200   -      -       -
papers:claim                     post   302     302   302  302 302  302    302   302   302   -      -       -
papers:following                 get    302    200    200    200    200    200    200    200    200    -      -      -
papers:feed_address              post   302    200    200    200    200    200    200    200    200    -      -      -
papers:secret_feed               get    200    200    200    200    200    200    200    200    200    -      -      -
digests:feed_address             post   302    200    200    200    200    200    200    200    200    -      -      -
digests:secret_feed              get    200    200    200    200    200    200    200    200    200    -      -      -
digests:secret_feed forged       get    404    404    404    404    404    404    404    404    404    -      -      -
papers:llms                      get    200    200    200    200    200    200    200    200    200    -      -      -
papers:security                  get    404    404    404    404    404    404    404    404    404    -      -      -
papers:change_password           get    302    302    302    302    302    302    302    302    302    -      -      -
papers:cite                      get    200    200    200    200    200    200    200    200    200    -      -      -
papers:feeds                     get    200    200    200    200    200    200    200    200    200    -      -      -
papers:catalogue_feed            get    200    200    200    200    200    200    200    200    200    -      -      -
papers:search_feed               get    200    200    200    200    200    200    200    200    200    -      -      -
papers:list_feed private         get    404    200    404    404    404    404    404    404    404    -      -      -
papers:list_feed team            get    404    200    200    200    200    404    404    404    404    -      -      -
papers:list_feed public          get    200    200    200    200    200    200    200    200    200    -      -      -
papers:shared_feed               get    200    200    200    200    200    200    200    200    200    -      -      -
papers:shared_feed forged        get    404    404    404    404    404    404    404    404    404    -      -      -
papers:secret_feed forged        get    404    404    404    404    404    404    404    404    404    -      -      -
papers:follow_author             post   302    302    302    302    302    302    302    302    302    -      -      -
papers:follow_category           post   302    302    302    302    302    302    302    302    302    -      -      -
papers:follow_holder alice       post   302    302    302    302    302    302    302    302    302    -      -      -
papers:follow_holder lab         post   302    302    302    302    302    404    404    404    404    -      -      -
papers:follow_list private       post   302    302    404    404    404    404    404    404    404    -      -      -
papers:follow_list team          post   302    302    302    302    302    404    404    404    404    -      -      -
papers:follow_list lent          post   302    302    404    302    302    404    302    404    404    -      -      -
papers:follow_list public        post   302    302    302    302    302    302    302    302    302    -      -      -
papers:author_feed               get    200    200    200    200    200    200    200    200    200    -      -      -
papers:category_feed             get    200    200    200    200    200    200    200    200    200    -      -      -
papers:holder_feed alice         get    200    200    200    200    200    200    200    200    200    -      -      -
papers:holder_feed lab           get    404    200    200    200    200    404    404    404    404    -      -      -
papers:sources                   get    302     404   404  404 404  404    404   200   200   -      -       -
papers:source                    get    302     404   404  404 404  404    404   200   200   -      -       -
papers:harvest_now               post   302     404   404  404 404  404    404   302   403   -      -       -
digests:archive                  get    302     200   200  200 200  200    200   200   200   -      -       -
digests:digest                   get    302     200   404  404 404  404    404   404   404   -      -       -
digests:digest_in_markdown       get    401     200   404  404 404  404    404   404   404   -      -       -
digests:send_now                 get    405     405   405  405 405  405    405   405   405   -      -       -
digests:send_now                 post   302     302   302  302 302  302    302   302   302   -      -       -
digests:send_test                get    405     405   405  405 405  405    405   405   405   -      -       -
digests:send_test                post   302     302   302  302 302  302    302   302   302   -      -       -
digests:address_works            get    405     405   405  405 405  405    405   405   405   -      -       -
digests:address_works            post   302     302   302  302 302  302    302   302   302   -      -       -
digests:settings                 get    302     200   200  200 200  200    200   200   200   -      -       -
digests:settings                 post   302     302   302  302 302  302    302   302   302   -      -       -
digests:taste                    get    302     200   200  200 200  200    200   200   200   -      -       -
digests:picture                  get    302     200   200  200 200  200    200   200   200   -      -       -
digests:change_taste             get    405     405   405  405 405  405    405   405   405   -      -       -
digests:change_taste             post   302     302   302  302 302  302    302   302   302   -      -       -
digests:change_quotas            post   302     302   302  302 302  302    302   302   302   -      -       -
digests:unsubscribe              get    200     200   200  200 200  200    200   200   200   -      -       -
digests:unsubscribe              post   200     200   200  200 200  200    200   200   200   -      -       -
digests:unsubscribe forged       post   404     404   404  404 404  404    404   404   404   -      -       -
digests:preferences              get    200     200   200  200 200  200    200   200   200   -      -       -
digests:preferences              post   200     200   200  200 200  200    200   200   200   -      -       -
digests:preferences forged       get    404     404   404  404 404  404    404   404   404   -      -       -
digests:preferences forged       post   404     404   404  404 404  404    404   404   404   -      -       -
digests:stop_notices             get    200     200   200  200 200  200    200   200   200   -      -       -
digests:stop_notices             post   200     200   200  200 200  200    200   200   200   -      -       -
digests:stop_notices forged      post   404     404   404  404 404  404    404   404   404   -      -       -
digests:team lab                 get    302     200   200  200 200  404    404   404   404   -      -       -
digests:team open                get    302     200   200  200 200  404    404   404   404   -      -       -
digests:team_digest              get    302     200   200  200 200  404    404   404   404   -      -       -
digests:team_digest_in_markdown  get    401     200   200  200 200  404    404   404   404   -      -       -
digests:team_settings lab        post   302     302   302  403 403  404    404   404   404   -      -       -
digests:team_settings open       post   302     302   302  403 403  403    403   403   403   -      -       -
digests:team_wish lab            post   302     302   302  302 302  404    404   404   404   -      -       -
digests:team_wish open           post   302     302   302  302 302  404    404   404   404   -      -       -
digests:team_stop                get    200     200   200  200 200  200    200   200   200   -      -       -
digests:team_stop                post   200     200   200  200 200  200    200   200   200   -      -       -
digests:team_stop forged         post   404     404   404  404 404  404    404   404   404   -      -       -
digests:team_outlets lab         get    302     200   200  403 403  404    404   404   404   -      -       -
digests:team_outlets lab         post   302     302   302  403 403  404    404   404   404   -      -       -
digests:team_outlets open        get    302     200   200  403 403  403    403   403   403   -      -       -
digests:team_outlet lab          post   302     302   302  403 403  404    404   404   404   -      -       -
digests:team_outlet open         post   302     404   404  403 403  403    403   403   403   -      -       -
digests:webhooks                 get    302     200   200  200 200  200    200   200   200   -      -       -
digests:webhooks                 post   302     200   200  200 200  200    200   200   200   -      -       -
digests:webhook                  get    302     200   404  404 404  404    404   404   404   -      -       -
digests:webhook                  post   302     302   404  404 404  404    404   404   404   -      -       -
digests:team_webhooks lab        get    302     200   200  403 403  404    404   404   404   -      -       -
digests:team_webhooks lab        post   302     200   200  403 403  404    404   404   404   -      -       -
digests:team_webhooks open       get    302     200   200  403 403  403    403   403   403   -      -       -
digests:team_webhook lab         get    302     200   200  403 403  404    404   404   404   -      -       -
digests:team_webhook lab         post   302     302   302  403 403  404    404   404   404   -      -       -
digests:team_webhook open        post   302     404   404  403 403  403    403   403   403   -      -       -
digests:outlet_confirm           get    200     200   200  200 200  200    200   200   200   -      -       -
digests:outlet_confirm           post   200     200   200  200 200  200    200   200   200   -      -       -
digests:outlet_confirm forged    post   404     404   404  404 404  404    404   404   404   -      -       -
digests:outlet_stop              get    200     200   200  200 200  200    200   200   200   -      -       -
digests:outlet_stop              post   200     200   200  200 200  200    200   200   200   -      -       -
digests:outlet_stop forged       post   404     404   404  404 404  404    404   404   404   -      -       -
digests:answers                  get    200     200   404  404 404  404    404   404   404   -      -       -
digests:answers                  post   405     405   405  405 405  405    405   405   405   -      -       -
digests:answers forged           get    404     404   404  404 404  404    404   404   404   -      -       -
digests:answer                   get    200     200   404  404 404  404    404   404   404   -      -       -
digests:answer                   post   200     200   404  404 404  404    404   404   404   -      -       -
digests:answer forged            post   404     404   404  404 404  404    404   404   404   -      -       -
digests:open                     get    302     302   302  302 302  302    302   302   302   -      -       -
digests:open                     post   405     405   405  405 405  405    405   405   405   -      -       -
digests:open forged              get    404     404   404  404 404  404    404   404   404   -      -       -
digests:visitor_subscribe        get    200     302   302  302 302  302    302   302   302   -      -       -
digests:visitor_subscribe        post   302     302   302  302 302  302    302   302   302   -      -       -
digests:visitor_asked            get    200     302   302  302 302  302    302   302   302   -      -       -
digests:visitor_confirm          get    200     200   200  200 200  200    200   200   200   -      -       -
digests:visitor_confirm          post   200     200   200  200 200  200    200   200   200   -      -       -
digests:visitor_confirm forged   post   404     404   404  404 404  404    404   404   404   -      -       -
digests:visitor_preferences      get    200     200   200  200 200  200    200   200   200   -      -       -
digests:visitor_preferences      post   302     302   302  302 302  302    302   302   302   -      -       -
digests:visitor_preferences forged get  404     404   404  404 404  404    404   404   404   -      -       -
digests:visitor_preferences forged post 404     404   404  404 404  404    404   404   404   -      -       -
digests:visitor_stop             get    200     200   200  200 200  200    200   200   200   -      -       -
digests:visitor_stop             post   200     200   200  200 200  200    200   200   200   -      -       -
digests:visitor_stop forged      post   404     404   404  404 404  404    404   404   404   -      -       -
digests:visitor_forget           get    405     405   405  405 405  405    405   405   405   -      -       -
digests:visitor_forget           post   200     200   200  200 200  200    200   200   200   -      -       -
digests:visitor_forget forged    post   404     404   404  404 404  404    404   404   404   -      -       -
accounts:profile                 get    302     200   200  200 200  200    200   200   200   -      -       -
accounts:profile                 post   302     302   302  302 302  302    302   302   302   -      -       -
accounts:tokens                  get    302     200   200  200 200  200    200   200   200   -      -       -
accounts:oauth_device            post   200     200   200  200 200  200    200   200   200   -      -       -
accounts:oauth_token             post   400     400   400  400 400  400    400   400   400   -      -       -
accounts:device                  get    302     200   200  200 200  200    200   200   200   -      -       -
accounts:allow_device            post   302     302   302  302 302  302    302   302   302   -      -       -
accounts:refuse_device           post   302     200   200  200 200  200    200   200   200   -      -       -
accounts:revoke_token            post   302     302   404  404 404  404    404   404   404   -      -       -
accounts:inbox                   get    302     200   200  200 200  200    200   200   200   -      -       -
accounts:notice_settings         get    302     200   200  200 200  200    200   200   200   -      -       -
accounts:notice_settings         post   302     302   302  302 302  302    302   302   302   -      -       -
accounts:read_all                post   302     302   302  302 302  302    302   302   302   -      -       -
accounts:open_notice             post   302     302   404  404 404  404    404   404   404   -      -       -
accounts:sessions                get    302     200   200  200 200  200    200   200   200   -      -       -
accounts:end_sessions            post   302     302   302  302 302  302    302   302   302   -      -       -
accounts:data                    get    302     200   200  200 200  200    200   200   200   -      -       -
accounts:ask_for_export          post   302     302   302  302 302  302    302   302   302   -      -       -
accounts:take_export             get    405     405   405  405 405  405    405   405   405   -      -       -
accounts:take_export             post   302     302   404  404 404  404    404   404   404   -      -       -
accounts:delete_account          post   302     302   302  302 302  302    302   302   302   -      -       -
accounts:deletion                get    302     302   302  302 302  302    302   302   302   -      -       -
accounts:keep_account            post   302     302   302  302 302  302    302   302   302   -      -       -
accounts:teams                   get    302     200   200  200 200  200    200   200   200   -      -       -
accounts:new_team                get    302     200   200  200 200  200    200   200   200   -      -       -
accounts:new_team                post   302     302   302  302 302  302    302   302   302   -      -       -
accounts:team lab                get    404     200   200  200 200  404    404   404   404   -      -       -
accounts:team open               get    200     200   200  200 200  200    200   200   200   -      -       -
accounts:team_settings lab       get    302     200   200  403 403  404    404   404   404   -      -       -
accounts:team_settings lab       post   302     302   302  403 403  404    404   404   404   -      -       -
accounts:team_settings open      get    302     200   200  403 403  403    403   403   403   -      -       -
accounts:team_rules lab          post   302     302   403  403 403  404    404   404   404   -      -       -
accounts:team_rules open         post   302     302   403  403 403  403    403   403   403   -      -       -
accounts:hand_over lab           post   302     302   403  403 403  404    404   404   404   -      -       -
accounts:delete_team lab         post   302     302   403  403 403  404    404   404   404   -      -       -
accounts:leave_team lab          post   302     302   302  302 302  404    404   404   404   -      -       -
accounts:join_team lab           post   302     302   302  302 302  404    404   404   404   -      -       -
accounts:join_team open          post   302     302   302  302 302  302    302   302   302   -      -       -
accounts:people lab              get    302     200   200  403 403  404    404   404   404   -      -       -
accounts:people open             get    302     200   200  403 403  403    403   403   403   -      -       -
accounts:people lab              post   302     200   200  403 403  404    404   404   404   -      -       -
accounts:find_people lab         get    302     200   200  403 403  404    404   404   404   -      -       -
accounts:change_member lab       post   302     302   302  403 403  404    404   404   404   -      -       -
accounts:invite lab              post   302     302   302  403 403  404    404   404   404   -      -       -
accounts:withdraw_invitation lab post   302     302   302  403 403  404    404   404   404   -      -       -
accounts:answer_request lab      post   302     302   302  403 403  404    404   404   404   -      -       -
accounts:audit lab               get    302     200   200  403 403  404    404   404   404   -      -       -
accounts:answer_invitation       post   302     404   404  404 404  302    404   404   404   -      -       -
accounts:invitation              get    404     404   404  404 404  404    404   404   404   -      -       -
accounts:invitation              post   404     404   404  404 404  404    404   404   404   -      -       -
accounts:join                    get    302     302   302  302 302  302    302   302   302   -      -       -

api:papers                       get    200     200   200  200 200  200    200   200   200   403    401     200
api:papers                       post   405     405   405  405 405  405    405   405   405   405    401     405
api:paper                        get    200     200   200  200 200  200    200   200   200   403    401     200
api:search                       get    400     400   400  400 400  400    400   400   400   403    401     400
api:similar                      get    200     200   200  200 200  200    200   200   200   403    401     200
api:vote                         get    401     200   200  200 200  200    200   200   200   403    401     200
api:history                      get    401     200   200  200 200  200    200   200   200   403    401     403
api:rising                       get    401     200   200  200 200  200    200   200   200   403    401     403
api:vote                         put    401     200   200  200 200  200    200   200   200   403    401     403
api:vote                         delete 401     200   200  200 200  200    200   200   200   403    401     403
api:state                        put    401     200   200  200 200  200    200   200   200   403    401     403
api:state                        delete 401     204   204  204 204  204    204   204   204   403    401     403
api:reading                      get    401     200   200  200 200  200    200   200   200   403    401     403
api:reading                      post   401     200   200  200 200  200    200   200   200   403    401     403
api:read_list private            put    401     200   404  404 404  404    404   404   404   403    401     403
api:read_list team               put    401     200   200  200 200  404    404   404   404   403    401     403
api:read_list public             put    401     200   200  200 200  200    200   200   200   403    401     403
api:submissions                  get    401     200   200  200 200  200    200   200   200   403    401     403
api:submissions                  post   401     202   202  202 202  202    202   202   202   403    401     403
api:submission                   get    401     200   404  404 404  404    404   404   404   403    401     403
api:imports                      get    401     200   200  200 200  200    200   200   200   403    401     403
api:imports                      post   401     202   202  202 202  202    202   202   202   403    401     403
api:import                       get    401     200   404  404 404  404    404   404   404   403    401     403
api:import                       patch  401     200   404  404 404  404    404   404   404   403    401     403
api:import                       delete 401     204   404  404 404  404    404   404   404   403    401     403
api:lists                        get    200     200   200  200 200  200    200   200   200   403    401     200
api:lists                        post   401     201   201  201 201  201    201   201   201   403    401     201
api:lists of:alice               post   401     201   400  400 400  400    400   400   400   403    401     400
api:lists of:team                post   401     201   201  201 400  400    400   400   400   403    401     201
api:list private                 get    404     200   404  404 404  404    404   404   404   403    401     404
api:list team                    get    404     200   200  200 200  404    404   404   404   403    401     200
api:list house                   get    404     200   200  200 200  200    200   200   200   403    401     200
api:list public                  get    200     200   200  200 200  200    200   200   200   403    401     200
api:list private                 patch  401     200   404  404 404  404    404   404   404   403    401     404
api:list team                    patch  401     200   200  200 403  404    404   404   404   403    401     200
api:list public                  patch  401     200   403  403 403  403    403   403   403   403    401     403
api:list private                 delete 401     204   404  404 404  404    404   404   404   403    401     404
api:list team                    delete 401     204   204  403 403  404    404   404   404   403    401     204
api:list public                  delete 401     204   403  403 403  403    403   403   403   403    401     403
api:items private                get    404     200   404  404 404  404    404   404   404   403    401     404
api:deleted_items private        get    404     200   404  404 404  404    404   404   404   403    401     404
api:items team                   get    404     200   200  200 200  404    404   404   404   403    401     200
api:deleted_items team           get    404     200   200  200 200  404    404   404   404   403    401     200
api:items public                 get    200     200   200  200 200  200    200   200   200   403    401     200
api:deleted_items public         get    200     200   200  200 200  200    200   200   200   403    401     200
api:item private                 get    404     200   404  404 404  404    404   404   404   403    401     404
api:item team                    get    404     200   200  200 200  404    404   404   404   403    401     200
api:item public                  get    200     200   200  200 200  200    200   200   200   403    401     200
api:assignment team              put    401     200   200  200 403  404    404   404   404   403    401     200
api:assignment private           put    401     404   404  404 404  404    404   404   404   403    401     404
api:assignment shelf             put    401     201   201  201 403  403    403   403   403   403    401     403
api:assignment team              delete 401     204   204  204 403  404    404   404   404   403    401     204
api:suggestions team             get    401     200   200  200 200  404    404   404   404   403    401     403
api:suggestions shelf            get    401     200   200  200 200  200    200   200   200   403    401     403
api:suggestions private          get    401     403   404  404 404  404    404   404   404   403    401     404
api:suggestions team             post   401     201   201  201 201  404    404   404   404   403    401     403
api:suggestions shelf            post   401     201   201  201 201  201    201   201   201   403    401     403
api:suggestion team              post   401     200   200  404 403  404    404   404   404   403    401     403
api:agenda lab                   get    401     200   200  200 200  404    404   404   404   403    401     200
api:agenda open                  get    401     200   200  200 200  404    404   404   404   403    401     404
api:my_assignments               get    401     200   200  200 200  200    200   200   200   403    401     200
api:item private                 put    401     200   404  404 404  404    404   404   404   403    401     404
api:item team                    put    401     200   200  200 403  404    404   404   404   403    401     200
api:item public                  put    401     200   403  403 403  403    403   403   403   403    401     403
api:item private                 patch  401     200   404  404 404  404    404   404   404   403    401     404
api:item team                    patch  401     200   200  200 403  404    404   404   404   403    401     200
api:item public                  patch  401     200   403  403 403  403    403   403   403   403    401     403
api:item private                 delete 401     204   404  404 404  404    404   404   404   403    401     404
api:item team                    delete 401     204   204  204 403  404    404   404   404   403    401     204
api:item public                  delete 401     204   403  403 403  403    403   403   403   403    401     403
api:comments                     get    200     200     200  200 200  200    200   200   200    403    401     403
api:comments                     post   401     201     201  201 201  201    201   201   201    403    401     403
api:item_comments team           get    401     200     200  200 200  404    404   404   404    403    401     403
api:item_comments team           post   401     201     201  201 201  404    404   404   404    403    401     403
api:item_comments shelf          get    401     200     200  200 200  403    403   403   403    403    401     403
api:item_comments private        get    401     404     404  404 404  404    404   404   404    403    401     403
api:comment                      get    200     200     200  200 200  200    200   200   200    403    401     403
api:comment inside               get    404     200     200  200 200  404    404   404   404    403    401     403
api:comment                      patch  401     428     403  403 403  403    403   403   403    403    401     403
api:comment                      delete 401     204     403  403 403  403    403   403   403    403    401     403
api:comment inside               delete 401     204     403  403 403  404    404   404   404    403    401     403
api:comment_edits                get    401     200     403  403 403  403    403   200   403    403    401     403
api:report_comment               post   401     200     200  200 200  200    200   200   200    403    401     403
api:report_comment inside        post   401     200     200  200 200  404    404   404   404    403    401     403
api:watch_paper                  put    401     200     200  200 200  200    200   200   200    403    401     403
api:watch_item team              put    401     200     200  200 200  404    404   404   404    403    401     403
api:watch_thread                 put    401     200     200  200 200  200    200   200   200    403    401     403
api:watch_paper                  delete 401     204     204  204 204  204    204   204   204    403    401     403
api:watch_item team              delete 401     204     204  204 204  404    404   404   404    403    401     403
api:watch_thread                 delete 401     204     204  204 204  204    204   204   204    403    401     403
api:list lent                    get    404     200   404  200 200  404    200   404   404   403    401     404
api:list lent                    patch  401     200   404  200 403  404    403   404   404   403    401     404
api:list lent                    delete 401     204   404  403 403  404    403   404   404   403    401     404
api:items lent                   get    404     200   404  200 200  404    200   404   404   403    401     404
api:deleted_items lent           get    404     200   404  200 200  404    200   404   404   403    401     404
api:item lent                    put    401     200   404  200 403  404    403   404   404   403    401     404
api:item lent                    patch  401     200   404  200 403  404    403   404   404   403    401     404
api:item lent                    delete 401     204   404  204 403  404    403   404   404   403    401     404
api:shares lent                  get    401     200   404  403 403  404    403   404   404   403    401     404
api:shares team                  get    401     200   200  403 403  404    404   404   404   403    401     200
api:zotero lent                  get    401     200   404  403 403  404    403   404   404   403    401     404
api:zotero team                  get    401     200   200  403 403  404    404   404   404   403    401     200
api:zotero lent                  put    401     400   404  403 403  404    403   404   404   403    401     404
api:zotero lent                  post   401     202   404  403 403  404    403   404   404   403    401     404
api:zotero lent                  delete 401     204   404  403 403  404    403   404   404   403    401     404
api:share lent                   put    401     200   404  403 403  404    403   404   404   403    401     404
api:share lent                   delete 401     204   404  204 403  404    403   404   404   403    401     404
api:bulk private                 post   401     200   404  404 404  404    404   404   404   403    401     404
api:bulk team                    post   401     200   200  200 403  404    404   404   404   403    401     200
api:bulk lent                    post   401     200   404  200 403  404    200   404   404   403    401     404
api:bulk public                  post   401     200   403  403 403  403    403   403   403   403    401     403
api:whole_list private           post   401     201   404  404 404  404    404   404   404   403    401     404
api:whole_list public            post   401     201   404  404 404  404    404   404   404   403    401     404
api:list_feed private            get    404   200   404   404   404   404   404   404   404   403   401   404
api:list_feed team               get    404   200   200   200   200   404   404   404   404   403   401   200
api:list_feed public             get    200   200   200   200   200   200   200   200   200   403   401   200
api:list_file private            get    404   200   404   404   404   404   404   404   404   403   401   404
api:list_file team               get    404   200   200   200   200   404   404   404   404   403   401   200
api:list_file public             get    200   200   200   200   200   200   200   200   200   403   401   200
api:links private                get    401   200   404   404   404   404   404   404   404   403   401   404
api:links team                   get    401   200   200   403   403   404   404   404   404   403   401   200
api:links public                 get    401   200   403   403   403   403   403   403   403   403   401   403
api:links private                post   401   201   404   404   404   404   404   404   404   403   401   404
api:links team                   post   401   201   201   403   403   404   404   404   404   403   401   201
api:links public                 post   401   201   403   403   403   403   403   403   403   403   401   403
api:link private                 delete 401   204   404   404   404   404   404   404   404   403   401   404
api:link team                    delete 401   204   204   403   403   404   404   404   404   403   401   204
api:tags alice                   get    200   200   200   200   200   200   200   200   200   403   401   200
api:tags lab                     get    404   200   200   200   200   404   404   404   404   403   401   200
api:tags alice                   post   401   201   403   403   403   403   403   403   403   403   401   403
api:tags lab                     post   401   201   201   201   403   404   404   404   404   403   401   201
api:tag shown                    get    200   200   200   200   200   200   200   200   200   403   401   200
api:tag hidden                   get    404   200   404   404   404   404   404   404   404   403   401   404
api:tag ours                     get    404   200   200   200   200   404   404   404   404   403   401   200
api:tag_file shown               get    200   200   200   200   200   200   200   200   200   403   401   200
api:tag_file hidden              get    404   200   404   404   404   404   404   404   404   403   401   404
api:tag_file ours                get    404   200   200   200   200   404   404   404   404   403   401   200
api:tag hidden                   patch  401   200   404   404   404   404   404   404   404   403   401   404
api:tag shown                    patch  401   200   403   403   403   403   403   403   403   403   401   403
api:tag ours                     patch  401   200   200   200   403   404   404   404   404   403   401   200
api:tag hidden                   post   401   200   404   404   404   404   404   404   404   403   401   404
api:tag shown                    post   401   200   403   403   403   403   403   403   403   403   401   403
api:tag ours                     post   401   200   200   200   403   404   404   404   404   403   401   200
api:tag hidden                   delete 401   204   404   404   404   404   404   404   404   403   401   404
api:tag shown                    delete 401   204   403   403   403   403   403   403   403   403   401   403
api:tag ours                     delete 401   204   204   204   403   404   404   404   404   403   401   204
api:papers_file                  get    200   200   200   200   200   200   200   200   200   403   401   200
api:search_file                  get    200   200   200   200   200   200   200   200   200   403   401   200
api:citation_pattern alice       get    401   200   200   200   200   200   200   200   200   403   401   200
api:citation_pattern lab         get    401   200   200   200   200   404   404   404   404   403   401   200
api:citation_pattern alice       put    401   200   403   403   403   403   403   403   403   403   401   403
api:citation_pattern lab         put    401   200   200   403   403   404   404   404   404   403   401   200
api:digests                      get    401     200   200  200 200  200    200   200   200   403    401     403
api:digest                       get    401     200   404  404 404  404    404   404   404   403    401     403
api:send_now                     post   401     202   202  202 202  202    202   202   202   403    401     403
api:send_test                    get    401     200   200  200 200  200    200   200   200   403    401     403
api:send_test                    post   401     202   202  202 202  202    202   202   202   403    401     403
api:taste                        get    401     200   200  200 200  200    200   200   200   403    401     403
api:taste                        post   401     202   202  202 202  202    202   202   202   403    401     403
api:taste                        patch  401     200   200  200 200  200    200   200   200   403    401     403
api:left_out                     put    401     204   204  204 204  204    204   204   204   403    401     403
api:left_out                     delete 401     204   204  204 204  204    204   204   204   403    401     403
api:address                      get    401     200   200  200 200  200    200   200   200   403    401     403
api:address                      post   401     200   200  200 200  200    200   200   200   403    401     403
api:subscription                 get    401     200   200  200 200  200    200   200   200   403    401     403
api:subscription                 patch  401     200   200  200 200  200    200   200   200   403    401     403
api:team_digests lab             get    401     200   200  200 200  404    404   404   404   403    401     200
api:team_digests open            get    401     200   200  200 200  404    404   404   404   403    401     404
api:team_digest                  get    401     200   200  200 200  404    404   404   404   403    401     200
api:team_digest_settings lab     get    401     200   200  200 200  404    404   404   404   403    401     200
api:team_digest_settings lab     patch  401     200   200  403 403  404    404   404   404   403    401     403
api:team_digest_settings open    patch  401     200   200  403 403  404    404   404   404   403    401     403
api:team_digest_wish lab         get    401     200   200  200 200  404    404   404   404   403    401     403
api:team_digest_wish lab         patch  401     200   200  200 200  404    404   404   404   403    401     403
api:outlets lab                  get    401     200   200  403 403  404    404   404   404   403    401     200
api:outlets open                 get    401     200   200  403 403  403    403   403   403   403    401     403
api:outlets lab                  post   401     201   201  403 403  404    404   404   404   403    401     403
api:outlet lab                   get    401     200   200  403 403  404    404   404   404   403    401     200
api:outlet open                  get    401     404   404  403 403  403    403   403   403   403    401     403
api:outlet lab                   patch  401     200   200  403 403  404    404   404   404   403    401     403
api:outlet lab                   delete 401     204   204  403 403  404    404   404   404   403    401     403
api:outlet_test lab              post   401     200   200  403 403  404    404   404   404   403    401     403
api:outlet_secret lab            post   401     200   200  403 403  404    404   404   404   403    401     403
api:outlet_confirmation lab      post   401     204   204  403 403  404    404   404   404   403    401     403
api:webhooks                     get    401     200   200  200 200  200    200   200   200   403    401     403
api:webhooks                     post   401     201   201  201 201  201    201   201   201   403    401     403
api:webhook                      get    401     200   404  404 404  404    404   404   404   403    401     403
api:webhook                      patch  401     200   404  404 404  404    404   404   404   403    401     403
api:webhook                      delete 401     204   404  404 404  404    404   404   404   403    401     403
api:webhook_test                 post   401     200   404  404 404  404    404   404   404   403    401     403
api:webhook_secret               post   401     200   404  404 404  404    404   404   404   403    401     403
api:webhook_deliveries           get    401     200   404  404 404  404    404   404   404   403    401     403
api:webhook_replay               post   401     200   404  404 404  404    404   404   404   403    401     403
api:team_webhooks lab            get    401     200   200  403 403  404    404   404   404   403    401     403
api:team_webhooks lab            post   401     201   201  403 403  404    404   404   404   403    401     403
api:team_webhook lab             get    401     200   200  403 403  404    404   404   404   403    401     403
api:team_webhook lab             patch  401     200   200  403 403  404    404   404   404   403    401     403
api:team_webhook lab             delete 401     204   204  403 403  404    404   404   404   403    401     403
api:team_webhook_test lab        post   401     200   200  403 403  404    404   404   404   403    401     403
api:team_webhook_secret lab      post   401     200   200  403 403  404    404   404   404   403    401     403
api:team_webhook_deliveries lab  get    401     200   200  403 403  404    404   404   404   403    401     403
api:team_webhook_replay lab      post   401     200   200  403 403  404    404   404   404   403    401     403
api:team_webhooks open           get    401     200   200  403 403  403    403   403   403   403    401     403
api:team_webhook open            get    401     404   404  403 403  403    403   403   403   403    401     403
api:teams                        get    401     200   200  200 200  200    200   200   200   403    401     200
api:teams                        post   401     201   201  201 201  201    201   201   201   403    401     403
api:team lab                     get    401     200   200  200 200  404    404   404   404   403    401     200
api:team open                    get    401     200   200  200 200  200    200   200   200   403    401     200
api:team lab                     patch  401     200   200  403 403  404    404   404   404   403    401     403
api:team open                    patch  401     200   200  403 403  403    403   403   403   403    401     403
api:team lab                     delete 401     204   403  403 403  404    404   404   404   403    401     403
api:members lab                  get    401     200   200  200 200  404    404   404   404   403    401     200
api:members open                 get    401     200   200  200 200  403    403   403   403   403    401     403
api:member lab                   put    401     200   200  403 403  404    404   404   404   403    401     403
api:member lab                   delete 401     204   204  403 204  404    404   404   404   403    401     403
api:invitations lab              get    401     200   200  403 403  404    404   404   404   403    401     200
api:invitations lab              post   401     201   201  403 403  404    404   404   404   403    401     403
api:invitation lab               delete 401     204   204  403 403  404    404   404   404   403    401     403
api:requests lab                 get    401     200   200  403 403  404    404   404   404   403    401     200
api:requests open                get    401     200   200  403 403  403    403   403   403   403    401     403
api:requests lab                 post   401     409   409  409 409  404    404   404   404   403    401     403
api:requests open                post   401     409   409  409 409  201    201   201   201   403    401     403
api:requests lab                 delete 401     204   204  204 204  404    404   404   404   403    401     403
api:request lab                  put    401     204   204  403 403  404    404   404   404   403    401     403
api:notices                      get    401     200   200  200 200  200    200   200   200   403    401     403
api:read_notices                 post   401     200   200  200 200  200    200   200   200   403    401     403
api:interests                    get    401     200   200  200 200  200    200   200   200   403    401     403
api:interests                    patch  401     200   200  200 200  200    200   200   200   403    401     403
api:follows                      get    401    200    200    200    200    200    200    200    200    403    401    403
api:following                    get    401    200    200    200    200    200    200    200    200    403    401    403
api:follow                       get    401    200    200    200    200    200    200    200    200    403    401    403
api:follow                       put    401    200    200    200    200    200    200    200    200    403    401    403
api:follow                       delete 401    204    204    204    204    204    204    204    204    403    401    403
api:follow inside                get    401    200    200    200    200    404    404    404    404    403    401    403
api:follow inside                put    401    200    200    200    200    404    404    404    404    403    401    403
api:follow inside                delete 401    204    204    204    204    404    404    404    404    403    401    403
api:follow hidden                put    401    400    404    404    404    404    404    404    404    403    401    403
api:me                           get    401     200   200  200 200  200    200   200   200   200    401     200
api:schema                       get    200     200   200  200 200  200    200   200   200   200    401     200
openapi_json                     get    200     200   200  200 200  200    200   200   200   -      -       -
openapi_text                     get    200     200   200  200 200  200    200   200   200   -      -       -
api_docs                         get    200     200   200  200 200  200    200   200   200   200    401     200

collection_page private          get    404     302   404  404 404  404    404   404   404   -      -       -
collection_page team             get    404     302   302  302 302  404    404   404   404   -      -       -
collection_page public           get    302     302   302  302 302  302    302   302   302   -      -       -
agents                           get    405     405   405  405 405  405    405   405   405   405    401     405
agents                           post   406     406   406  406 406  406    406   406   406   406    401     406
hub:papers                       get    200     200   200  200 200  200    200   200   200   403    401     200
hub:paper                        get    200     200   200  200 200  200    200   200   200   403    401     200
hub:daily_papers                 get    200     200   200  200 200  200    200   200   200   403    401     200
hub:collections                  get    200     200   200  200 200  200    200   200   200   403    401     200
hub:search                       get    400     400   400  400 400  400    400   400   400   403    401     400
hub:links                        get    404     404   404  404 404  404    404   404   404   403    401     404
hub:links                        post   401     403   403  403 403  403    403   200   403   403    401     403
hub:claim                        post   401     200   200  200 200  200    200   200   200   403    401     403
hub:index                        post   401     200   200  200 200  200    200   200   200   403    401     403
hub:agent_harnesses              get    200     200   200  200 200  200    200   200   200   200    401     200
hub:whoami                       get    401     200   200  200 200  200    200   200   200   200    401     200
hub:collections                  post   401     201   201  201 201  201    201   201   201   403    401     201
hub:collections of:alice         post   401     201   403  403 403  403    403   403   403   403    401     403
hub:collections of:team          post   401     201   201  201 403  403    403   403   403   403    401     201
hub:collection private           get    404     200   404  404 404  404    404   404   404   403    401     404
hub:collection team              get    404     200   200  200 200  404    404   404   404   403    401     200
hub:collection house             get    404     200   200  200 200  200    200   200   200   403    401     200
hub:collection public            get    200     200   200  200 200  200    200   200   200   403    401     200
hub:collection lent              get    404     200   404  200 200  404    200   404   404   403    401     404
hub:collection private           patch  401     200   404  404 404  404    404   404   404   403    401     404
hub:collection team              patch  401     200   200  200 403  404    404   404   404   403    401     200
hub:collection public            patch  401     200   403  403 403  403    403   403   403   403    401     403
hub:collection lent              patch  401     200   404  200 403  404    403   404   404   403    401     404
hub:collection private           delete 401     204   404  404 404  404    404   404   404   403    401     404
hub:collection team              delete 401     204   204  403 403  404    404   404   404   403    401     204
hub:collection public            delete 401     204   403  403 403  403    403   403   403   403    401     403
hub:collection lent              delete 401     204   404  403 403  404    403   404   404   403    401     404
hub:items private                post   401     200   404  404 404  404    404   404   404   403    401     404
hub:items team                   post   401     200   200  200 403  404    404   404   404   403    401     200
hub:items public                 post   401     200   403  403 403  403    403   403   403   403    401     403
hub:items lent                   post   401     200   404  200 403  404    200   404   404   403    401     404
hub:item private                 patch  401     200   404  404 404  404    404   404   404   403    401     404
hub:item private                 delete 401     204   404  404 404  404    404   404   404   403    401     404
hub:item team                    patch  401     200   200  200 403  404    404   404   404   403    401     200
hub:item team                    delete 401     204   204  204 403  404    404   404   404   403    401     204
hub:item public                  patch  401     200   403  403 403  403    403   403   403   403    401     403
hub:item public                  delete 401     204   403  403 403  403    403   403   403   403    401     403
hub:item lent                    patch  401     200   404  200 403  404    403   404   404   403    401     404
hub:item lent                    delete 401     204   404  204 403  404    403   404   404   403    401     404
hub:resource_group team          post   401     200   200  200 403  404    404   404   404   403    401     200
hub:resource_group public        post   401     200   403  403 403  403    403   403   403   403    401     403
hub:user                         get    200     200   200  200 200  200    200   200   200   403    401     200
hub:user_followers               get    200     200   200  200 200  200    200   200   200   403    401     200
hub:user_following               get    200     200   200  200 200  200    200   200   200   403    401     200
hub:organization lab             get    404     200   200  200 200  404    404   404   404   403    401     200
hub:organization open            get    200     200   200  200 200  200    200   200   200   403    401     200
hub:organization_followers lab   get    404     200   200  200 200  404    404   404   404   403    401     200
hub:organization_followers open  get    200     200   200  200 200  200    200   200   200   403    401     200
hub:organization_members lab     get    401     200   200  200 200  404    404   404   404   403    401     200
hub:organization_members open    get    401     200   200  200 200  403    403   403   403   403    401     403
"""
PERSONS = ("visitor", "alice", "dave", "bob", "erin", "former", "carol", "admin", "staff", "narrow", "expired", "robot")
CALENDAR = {"cadence": "weekly", "weekday": 1, "hour": 7, "time_zone": "UTC"}
ROBOT = {"label": "Robot", "address": "https://hooks.example/x"}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("papers:zotero", "post"): {"do": "push"},
    ("papers:vote", "post"): {"action": "cast"},
    ("papers:mark", "post"): {"state": "read"},
    ("api:state", "put"): {"state": "read"},
    ("api:reading", "post"): {"papers": ["2401.00001"], "state": "read"},
    ("papers:save", "post"): {"action": "add"},
    ("papers:anywhere", "post"): {"id": "2611.00007"},
    ("papers:new_list", "post"): {"title": "New", "visibility": "private"},
    ("papers:edit_list", "post"): {"title": "Changed", "visibility": "private"},
    ("papers:comments", "post"): {"text": "So it is."},
    ("papers:item_comments", "post"): {"text": "So it is."},
    ("papers:reply", "post"): {"text": "Why?"},
    ("papers:edit_comment", "post"): {"text": "Otherwise.", "version": 1},
    ("papers:report_comment", "post"): {"reason": "spam"},
    **{(f"papers:watch_{target}", "post"): {"wish": "watch"} for target in ("paper", "item", "thread")},
    **{(f"api:watch_{target}", "put"): {"state": "muted"} for target in ("paper", "item", "thread")},
    ("api:comments", "post"): {"text": "So it is."},
    ("api:item_comments", "post"): {"text": "So it is."},
    ("api:comment", "patch"): {"text": "Otherwise."},
    ("api:report_comment", "post"): {"reason": "spam"},
    **{(f"{app}:feed_address", "post"): {"action": "make"} for app in ("papers", "digests")},
    **{(f"papers:follow_{target}", "post"): {"action": "follow"} for target in ("author", "category", "holder", "list")},
    ("papers:submit", "post"): {"text": "arXiv:1706.03762"},
    ("api:submissions", "post"): {"paper": "arXiv:1706.03762"},
    ("papers:save_search", "post"): {"q": "graphs"},
    ("papers:imports", "post"): {"text": "1706.03762"},
    ("api:imports", "post"): {"text": "1706.03762"},
    ("api:import", "patch"): {"is_wanted": True},
    ("papers:note", "post"): {"note": "read it"},
    ("papers:settle_assignment", "post"): {"action": "done"},
    ("papers:answer_suggestion", "post"): {"action": "decline"},
    ("api:assignment", "put"): {"part": "read"},
    ("api:suggestion", "post"): {"action": "decline"},
    ("papers:move_item", "post"): {"to": "up"},
    ("papers:bulk", "post"): {"what": "remove", "all": "1"},
    ("papers:list_copies", "post"): {"what": "copy"},
    ("api:bulk", "post"): {"action": "add", "papers": []},
    ("api:whole_list", "post"): {"action": "copy", "to": "alice"},
    ("papers:list_shares", "post"): {"to": "site-staff", "may": "add"},
    ("papers:change_share", "post"): {"action": "remove"},
    ("api:share", "put"): {"may": "edit"},
    ("papers:new_tag", "post"): {"name": "New", "colour": "red"},
    ("papers:edit_tag", "post"): {"name": "Changed", "colour": "red"},
    ("papers:item_tags", "post"): {"tags": "new, newer"},
    ("api:tags", "post"): {"name": "New"},
    ("api:tag", "patch"): {"name": "Changed"},
    ("api:tag", "post"): {"into": "spare"},
    ("papers:new_link", "post"): {"label": "Overleaf"},
    ("papers:citation_keys", "post"): {"pattern": "{auth}{year}"},
    ("api:links", "post"): {"label": "Overleaf"},
    ("api:citation_pattern", "put"): {"pattern": "{auth}{year}"},
    ("digests:settings", "post"): {"paper_limit": 5, "choosiness": "easy"} | CALENDAR,
    ("digests:preferences", "post"): {"paper_limit": 5} | CALENDAR,
    ("digests:team_settings", "post"): {"is_active": "on"} | CALENDAR,
    ("digests:team_wish", "post"): {"wants": "on"},
    ("digests:visitor_subscribe", "post"): {"address": "visitor@elsewhere.example"},
    ("digests:visitor_confirm", "post"): {"time_zone": "UTC"},
    ("digests:visitor_preferences", "post"): CALENDAR,
    ("digests:team_outlets", "post"): {"kind": "slack", "label": "#papers", "address": "https://hooks.example/x"},
    ("digests:team_outlet", "post"): {"do": "off"},
    ("api:outlets", "post"): {"kind": "slack", "label": "#papers", "address": "https://hooks.example/x"},
    ("api:outlet", "patch"): {"is_active": False},
    ("digests:webhooks", "post"): ROBOT,
    ("digests:team_webhooks", "post"): ROBOT,
    ("digests:webhook", "post"): {"do": "off"},
    ("digests:team_webhook", "post"): {"do": "off"},
    ("api:webhooks", "post"): ROBOT,
    ("api:team_webhooks", "post"): ROBOT,
    ("api:webhook", "patch"): {"types": ["paper.voted"]},
    ("api:team_webhook", "patch"): {"types": ["paper.voted"]},
    ("api:team_digest_settings", "patch"): {"is_active": True},
    ("api:team_digest_wish", "patch"): {"without_own": True},
    ("digests:change_taste", "post"): {"do": "pause"},
    ("api:taste", "patch"): {"is_paused": True},
    ("accounts:new_team", "post"): {"title": "New", "slug": "new-team"},
    ("accounts:oauth_device", "post"): {"client_id": "notebook"},
    ("accounts:team_settings", "post"): {"title": "Changed"},
    ("accounts:team_rules", "post"): {"slug": "graph-lab-2"},
    ("accounts:delete_team", "post"): {"slug": "graph-lab"},
    ("accounts:people", "post"): {"role": "reader", "uses": 1, "days": 1},
    ("accounts:change_member", "post"): {"role": "member"},
    ("accounts:invite", "post"): {"who": "site-staff", "role": "reader"},
    ("accounts:answer_request", "post"): {"answer": "yes"},
    ("accounts:answer_invitation", "post"): {"answer": "yes"},
    ("accounts:profile", "post"): {"full_name": "A", "handle": "new-name", "time_zone": "UTC", "theme": "dark"},
    ("api:papers", "post"): {},
    ("api:lists", "post"): {"title": "New"},
    ("api:list", "patch"): {"title": "Changed"},
    ("api:item", "put"): {"note": "read it"},
    ("api:item", "patch"): {"note": "read it"},
    ("api:subscription", "patch"): {"hour": 7},
    ("accounts:notice_settings", "post"): dict.fromkeys(Topic.values, "web"),
    ("api:read_notices", "post"): {"all": True},
    ("api:teams", "post"): {"slug": "new-team", "title": "New"},
    ("api:team", "patch"): {"description": "Changed"},
    ("api:member", "put"): {"role": "member"},
    ("api:invitations", "post"): {"role": "reader"},
    ("api:requests", "post"): {"words": "I read graphs"},
    ("api:request", "put"): {"state": "accepted"},
    ("api:interests", "patch"): {"keyword": ["graphs"]},
    ("hub:links", "post"): {"githubRepo": "https://github.com/a/b"},
    ("hub:index", "post"): {"arxivId": "1706.03762"},
    ("hub:collections", "post"): {"title": "New", "private": True},
    ("hub:collection", "patch"): {"title": "Changed"},
    ("hub:item", "patch"): {"note": "read it"},
    ("hub:resource_group", "post"): {"resourceGroupId": None},
}

FILES = ["papers:list_file", "papers:search_file", "papers:papers_file", "api:list_file", "api:search_file", "api:papers_file"]
QUERIES = {"papers_file": "?paper={slug}", "search_file": "?q=paper"}
TEAM_ROUTES = sorted(
    {line.split()[0] for line in TABLE.splitlines() if re.match(r"(accounts|api|digests):\w+ (lab|open) ", line)}
    - {"api:citation_pattern", "api:tags"}
)

COMMENT_ROUTES = [f"papers:{name}_comment" for name in ("edit", "delete", "report")] + ["papers:thread", "papers:watch_thread"]
COMMENT_ROUTES += ["papers:reply", "papers:comment_history", "api:comment", "api:comment_edits", "api:report_comment", "api:watch_thread"]


WEBHOOK_PARTS = ("", "_test", "_secret", "_deliveries")
VISITOR_ROUTES = ("confirm", "preferences", "stop", "forget")
ITEM_ROUTES = {f"papers:{name}" for name in ("note", "assign", "remove_item", "move_item", "item_tags", "item_comments", "watch_item")}


@dataclass(frozen=True)
class Row:
    route: str
    thing: str
    method: str
    expected: dict[str, int]

    @classmethod
    def read(cls, line: str) -> "Row":
        words = line.split()
        statuses = words[-len(PERSONS) :]
        route, *thing, method = words[: -len(PERSONS)]
        expected = {person: int(status) for person, status in zip(PERSONS, statuses, strict=True) if status != "-"}
        return cls(route, "".join(thing), method, expected)

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.thing}".strip()


ROWS = [Row.read(line) for line in TABLE.splitlines()[2:] if line]


@dataclass
class World:
    """What alice owns, by the words of the table."""

    cookies: dict[str, SimpleCookie]
    headers: dict[str, dict[str, str]]
    lists: dict[str, Any]
    arguments: dict[str, dict[str, Any]] = field(default_factory=dict)

    def address(self, row: Row) -> str:
        given = dict(self.arguments.get(row.route, {}))
        if row.thing in self.lists:
            reading_list = self.lists[row.thing]
            given |= {"owner": reading_list.owner.name, "slug": reading_list.slug}
            if row.route == "papers:undo":
                given["removal"] = reading_list.removed_items.get().removal
            if row.route in ITEM_ROUTES:
                given["item"] = reading_list.items.get().pk
            if row.route.startswith(("hub:", "collection_page")):
                given["slug"] = f"list-{reading_list.pk:024x}"
            if row.route == "hub:item":
                given["item"] = f"{reading_list.items.get().pk:024x}"
            if row.route in {"papers:answer_suggestion", "api:suggestion"}:
                given["pk"] = reading_list.suggestions.get().pk
            if row.route in {"papers:end_link", "api:link"}:
                given["pk"] = reading_list.links.first().pk
        given |= self.arguments.get(f"{row.route} {row.thing}", {})
        return reverse(row.route, kwargs=given) + QUERIES.get(row.route.partition(":")[2], "").format(**self.arguments["papers:paper"])

    def body(self, row: Row) -> dict[str, Any]:
        body = dict(BODIES.get((row.route, row.method), {}))
        preposition, _, name = row.thing.partition(":")
        if row.route == "papers:list_copies":
            body["to"] = self.lists["private"].owner_id
        if row.route == "papers:assign":
            body |= {"to": User.objects.get(namespace__name="bob").pk, "part": "read"}
        if row.route in {"papers:suggestions", "api:suggestions"}:
            body |= {"paper": Paper.objects.latest("pk").slug}
        if preposition == "into":
            body["list"] = self.lists[name].pk
        if row.route.endswith("new_list"):
            body["owner"] = self.lists[{"alice": "private", "team": "team"}[name]].owner_id
        elif preposition == "of":
            body["namespace" if row.route.startswith("hub:") else "owner"] = {"alice": "alice", "team": "graph-lab"}[name]
        return body | self.of_hub(row.route)

    def of_hub(self, route: str) -> dict[str, Any]:
        if route == "hub:claim":
            place = Authorship.objects.earliest("pk")
            return {"paperId": f"{place.paper_id:024x}", "claimAuthorId": f"{place.pk:024x}"}
        if route == "hub:items":
            return {"item": {"type": "paper", "id": Paper.objects.latest("pk").slug}}
        return {}

    def browser(self, person: str, *, strict: bool = False) -> Client:
        """A browser in which a person is logged in, as nobody has used it yet; a strict one wants the token of each form."""
        browser = Client(enforce_csrf_checks=strict)
        browser.cookies.update(self.cookies.get(person, {}))
        return browser

    def status(self, row: Row, person: str, *, strict: bool = False) -> int:
        options: dict[str, Any] = {"headers": self.headers.get(person, {})}
        if row.route.startswith(("api:", "hub:", "agents")):
            options["content_type"] = "application/json"
        call: Callable[..., Any] = getattr(self.browser(person, strict=strict), row.method)
        return int(call(self.address(row), self.body(row) if row.method != "get" else None, **options).status_code)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world takes longer to make than a row takes to look at, so it is made once and every row goes back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def make_world() -> World:
    alice, bob, carol, dave, erin, former = (make_user(name) for name in ("alice", "bob", "carol", "dave", "erin", "former"))
    admin = make_user("admin-person", is_staff=True, is_superuser=True)
    staff = make_user("site-staff", is_staff=True)
    graph_lab = create_team(owner=alice, slug="graph-lab", title="Graph Lab")
    add_member(team=graph_lab, user=bob)
    paper = make_paper()
    lists = {
        "private": create_list(owner=alice.namespace, title="Private"),
        "team": create_list(owner=graph_lab.namespace, title="Team"),
        "house": create_list(owner=alice.namespace, title="House", visibility=Visibility.INSTANCE),
        "public": create_list(owner=alice.namespace, title="Public", visibility=Visibility.PUBLIC),
    }
    for reading_list in lists.values():
        add_paper(reading_list=reading_list, paper=paper, user=alice)
        _link, key = make_list_link(reading_list=reading_list, user=alice, label="Overleaf")
    outside = write_comment(author=alice, paper=paper, text="To everybody")
    inside = write_comment(author=alice, paper=paper, text="To the team", item=lists["team"].items.get())
    lists["lent"] = create_list(owner=alice.namespace, title="Lent")
    add_paper(reading_list=lists["lent"], paper=paper, user=alice)
    taken_out = make_paper()
    for name in ("lent", "team"):
        ZoteroLink.objects.create(reading_list=lists[name], made_by=alice, library="users/1")
    for reading_list in lists.values():
        add_paper(reading_list=reading_list, paper=taken_out, user=alice)
        remove_paper(reading_list=reading_list, paper=taken_out, user=alice)
    digest = make_digest(alice, paper)
    visitor = make_visitor()
    make_team_digest(graph_lab, lists["team"].items.get())
    outlet = make_outlet(graph_lab, address="https://10.0.0.1/never-asked")
    mailing_list = make_outlet(graph_lab, kind="mailing_list", address="readers@lists.example", confirmed_at=None)
    hers, theirs = (make_webhook(owner, address="https://10.0.0.1/never-asked") for owner in (alice, graph_lab))
    told = {webhook: make_told(webhook) for webhook in (hers, theirs)}
    suggested = make_paper()
    for person, may in ((bob, "edit"), (carol, "add"), (erin, "read")):
        share_list(reading_list=lists["lent"], to=person.namespace, may=may, user=alice)
    open_lab = create_team(owner=alice, slug="open-lab", title="Open Lab")
    change_team(team=open_lab, actor=alice, is_public=True, takes_requests=True)
    change_team(team=graph_lab, actor=alice, takes_requests=True)
    for team in (graph_lab, open_lab):
        for person, role in ((dave, "maintainer"), (bob, "member"), (erin, "reader")):
            add_member(team=team, user=person, role=role)
    suggest_paper(reading_list=lists["team"], paper=suggested, user=erin)
    task, _new = assign_paper(item=lists["team"].items.get(), to=dave, user=alice)
    make_paper()  # one that nobody has suggested
    remove_member(membership=add_member(team=graph_lab, user=former, role="maintainer"), actor=alice)
    link, _secret = make_link(team=graph_lab, actor=alice)
    request = ask_to_join(team=graph_lab, user=carol)
    invitation = invite_person(team=graph_lab, actor=alice, person=former)
    _robot, robot = make_token(user=alice, team=graph_lab, name="robot", scopes=TEAM_SCOPES)
    token, narrow = make_token(user=alice, name="narrow", scopes=[])
    _old, expired = make_token(user=alice, name="old", scopes=Scope.values, expires_at=timezone.now() - timedelta(seconds=1))
    lists["shelf"] = create_list(owner=open_lab.namespace, title="Open", visibility=Visibility.PUBLIC)
    add_paper(reading_list=lists["shelf"], paper=paper, user=alice)
    people = {person.handle: person for person in (alice, bob, carol, dave, erin, former)} | {"admin": admin, "staff": staff}
    by_outlet, by_hers, by_theirs = {"pk": outlet.pk}, {"pk": hers.pk}, {"pk": theirs.pk}
    by_source = {"pk": Source.objects.create(name="arXiv", kind="arxiv").pk}
    by_import = {"pk": start_import(user=alice, name="library.bib", pieces=[b"1706.03762"]).pk}
    by_author = {"pk": paper.authors.all()[0].pk}
    by_code, by_handle, of_lab = {"code": "cs.LG"}, {"name": "alice"}, {"name": "graph-lab"}
    in_week, as_bibtex, as_atom = {"key": "2026-W47"}, {"form": "bib"}, {"form": "atom"}
    by_slug, by_name, by_week = {"slug": paper.slug}, {"name": paper.slug}, {"period_key": digest.period_key}
    return World(
        cookies={name: cookies_of(person) for name, person in people.items()},
        headers={
            "narrow": {"Authorization": f"Bearer {narrow}"},
            "expired": {"Authorization": f"Bearer {expired}"},
            "robot": {"Authorization": f"Bearer {robot}"},
        },
        lists=lists,
        arguments={
            **{route: {"pk": outside.pk} for route in COMMENT_ROUTES},
            **{f"{route} inside": {"pk": inside.pk} for route in COMMENT_ROUTES},
            **dict.fromkeys(["papers:comments", "papers:watch_paper"], by_slug),
            **dict.fromkeys(["api:comments", "api:watch_paper", "api:item_comments", "api:watch_item"], by_name),
            **dict.fromkeys(["papers:paper", "papers:markdown", "papers:vote", "papers:save", "papers:picker", "papers:mark"], by_slug),
            "api:left_out": by_slug,
            **dict.fromkeys(["api:paper", "api:similar", "api:vote", "api:item", "api:state"], by_name),
            **dict.fromkeys(["digests:digest", "digests:digest_in_markdown", "api:digest"], by_week),
            **dict.fromkeys(["digests:team_digest", "digests:team_digest_in_markdown", "api:team_digest"], by_week | {"slug": "graph-lab"}),
            "mail": {"kind": "digest"},
            "digests:team_stop": {"token": team_stop_token(alice.pk, graph_lab.pk)},
            "digests:team_stop forged": {"token": f"{alice.pk}-{graph_lab.pk}.forged"},
            **dict.fromkeys(["digests:team_outlet", "api:outlet", "api:outlet_test", "api:outlet_secret"], by_outlet),
            **dict.fromkeys(["digests:webhook", *(f"api:webhook{part}" for part in WEBHOOK_PARTS)], by_hers),
            **dict.fromkeys(["digests:team_webhook", *(f"api:team_webhook{part}" for part in WEBHOOK_PARTS)], by_theirs),
            "api:webhook_replay": {"pk": hers.pk, "delivery": told[hers].pk},
            "api:team_webhook_replay": {"pk": theirs.pk, "delivery": told[theirs].pk},
            "api:outlet_confirmation": {"pk": mailing_list.pk},
            "digests:outlet_confirm": {"token": outlet_confirm_token(mailing_list.pk)},
            "digests:outlet_confirm forged": {"token": outlet_stop_token(mailing_list.pk)},
            "digests:outlet_stop": {"token": outlet_stop_token(mailing_list.pk)},
            "digests:outlet_stop forged": {"token": outlet_confirm_token(mailing_list.pk)},
            "digests:answers": {"token": answer_token(digest.entries.get().pk)},
            "digests:answers forged": {"token": open_token(digest.entries.get().pk)},
            "digests:answer": {"token": answer_token(digest.entries.get().pk), "answer": "save"},
            "digests:answer forged": {"token": open_token(digest.entries.get().pk), "answer": "save"},
            "digests:open": {"token": open_token(digest.entries.get().pk)},
            "digests:open forged": {"token": answer_token(digest.entries.get().pk)},
            "digests:stop_notices": {"token": stop_token(alice.pk, "security")},
            "digests:stop_notices forged": {"token": f"{alice.pk}-security.forged"},
            "digests:preferences": {"token": preferences_token(digest.subscription_id)},
            "digests:preferences forged": {"token": unsubscribe_token(digest.subscription_id)},
            **{f"digests:visitor_{name}": {"token": visitor_token(visitor.pk)} for name in ("preferences", "stop", "forget")},
            **{f"digests:visitor_{name} forged": {"token": f"{visitor.pk}.forged"} for name in VISITOR_ROUTES},
            "digests:visitor_confirm": {"token": confirm_token(visitor.pk, visitor.address)},
            "digests:unsubscribe": {"token": unsubscribe_token(digest.subscription_id)},
            "digests:unsubscribe forged": {"token": f"{digest.subscription_id}.forged"},
            "papers:settle_assignment": {"pk": task.pk},
            "papers:agenda lab": {"slug": "graph-lab"},
            "papers:agenda open": {"slug": "open-lab"},
            "api:assignment": by_name | {"handle": "dave"},
            "papers:change_share": {"pk": lists["lent"].shares.get(to=bob.namespace).pk},
            "api:share": {"name": "bob"},
            **dict.fromkeys(FILES, as_bibtex),
            "papers:shared": {"key": key},
            "papers:shared forged": {"key": "no-such-key"},
            "papers:shared_file": {"key": key, "form": "bib"},
            "papers:shared_file forged": {"key": "no-such-key"},
            **tags_in(lists),
            "api:citation_pattern alice": {"owner": "alice"},
            "api:citation_pattern lab": {"owner": "graph-lab"},
            "papers:holder alice": {"name": "alice"},
            "papers:holder lab": {"name": "graph-lab"},
            **dict.fromkeys(["papers:source", "papers:harvest_now"], by_source),
            **dict.fromkeys(["papers:import", "papers:bring_in", "papers:drop_import", "papers:import_rejected", "api:import"], by_import),
            **dict.fromkeys(["papers:archive", "papers:map"], in_week),
            **dict.fromkeys(["papers:author", "papers:claim", "papers:follow_author"], by_author),
            "papers:author_feed": by_author | as_atom,
            "papers:follow_category": by_code,
            "papers:category_feed": by_code | as_atom,
            "papers:follow_holder alice": by_handle,
            "papers:holder_feed alice": by_handle | as_atom,
            "papers:follow_holder lab": of_lab,
            "papers:holder_feed lab": of_lab | as_atom,
            **dict.fromkeys(["papers:list_feed", "api:list_feed"], as_atom),
            "papers:secret_feed": {"key": make_feed_address(user=alice), "form": "atom"},
            "papers:secret_feed forged": {"key": "no-such-key", "form": "atom"},
            "digests:secret_feed": {"key": make_feed_address(user=alice, of=DigestFeedAddress), "form": "atom"},
            "digests:secret_feed forged": {"key": make_feed_address(user=bob), "form": "atom"},
            "papers:cite": by_name,
            "papers:catalogue_feed": {"order": "trending", "form": "rss"},
            "papers:search_feed": {"form": "feed.json"},
            "papers:shared_feed": {"key": key, "form": "atom"},
            "papers:shared_feed forged": {"key": "no-such-key", "form": "atom"},
            "api:follow": {"kind": "category", "name": "cs.LG"},
            "api:follow inside": {"kind": "list", "name": "graph-lab/team"},
            "api:follow hidden": {"kind": "list", "name": "alice/private"},
            "api:submission": {"pk": submit_paper(user=alice, text="10.1000/182").pk},
            "accounts:revoke_token": {"pk": token.pk},
            "accounts:take_export": {"token": export_token(DataExport.objects.create(user=alice, state="ready", ready_at=timezone.now()))},
            **{f"{route} lab": {"slug": "graph-lab"} for route in TEAM_ROUTES},
            **{f"{route} open": {"slug": "open-lab"} for route in TEAM_ROUTES},
            "accounts:change_member": {"pk": graph_lab.memberships.get(user=erin).pk},
            "accounts:withdraw_invitation": {"pk": link.pk},
            "api:invitation": {"pk": link.pk},
            "api:member": {"handle": "erin"},
            "accounts:answer_request": {"pk": request.pk},
            "api:request": {"pk": request.pk},
            "accounts:answer_invitation": {"pk": invitation.pk},
            "accounts:open_notice": {"pk": Notice.objects.filter(user=alice)[:1].get().pk},
            "accounts:join": {"secret": "no-such-secret"},
            **dict.fromkeys(["hub:paper", "hub:links"], by_name),
            **dict.fromkeys(["hub:user", "hub:user_followers", "hub:user_following"], by_handle),
            **{f"hub:organization{of} lab": of_lab for of in ("", "_members", "_followers")},
            **{f"hub:organization{of} open": {"name": "open-lab"} for of in ("", "_members", "_followers")},
        },
    )


def cookies_of(person: User) -> SimpleCookie:
    browser = Client()
    browser.force_login(person)
    return browser.cookies


def tags_in(lists: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Make the tags of the table, and a spare one for each owner; return what names them in addresses."""
    for name, reading_list in (("hidden", lists["private"]), ("shown", lists["public"]), ("ours", lists["team"])):
        write_tags(item=reading_list.items.get(), names=[name])
    found: dict[str, dict[str, Any]] = {}
    for skin in ("papers", "api"):
        for name, reading_list in (("alice", lists["private"]), ("lab", lists["team"])):
            found |= {f"{skin}:{route} {name}": {"owner": reading_list.owner.name} for route in ("tags", "new_tag")}
        for tag in Tag.objects.select_related("owner"):
            by_name, by_key = {"owner": tag.owner.name, "name": tag.name}, {"owner": tag.owner.name, "pk": tag.pk}
            found |= {f"{skin}:tag {tag}": by_name, f"{skin}:tag_file {tag}": by_name | {"form": "bib"}}
            found |= {f"{skin}:{deed}_tag {tag}": by_key for deed in ("edit", "merge", "delete")}
    for name in ("private", "team"):
        create_tag(owner=lists[name].owner, name="spare")
    return found


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_person_gets_the_status_of_the_table(row: Row, world: World) -> None:
    found = {}
    for person in row.expected:
        before = transaction.savepoint()
        found[person] = world.status(row, person)
        transaction.savepoint_rollback(before)
    assert found == row.expected


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.method == "post" and not row.route.startswith(("api:", "hub:", "agents"))], ids=str
)
def test_no_form_works_without_its_csrf_token(row: Row, world: World) -> None:
    # RFC 8058, and answers from a mail: the signed address is the permission. Programs' codes are as well, whoever is logged in.
    by_itself = row.route in {
        "accounts:oauth_device",
        "accounts:oauth_token",
        "digests:unsubscribe",
        "digests:preferences",
        "digests:stop_notices",
        "digests:team_stop",
        "digests:answer",
        "digests:outlet_stop",
        "digests:visitor_stop",
    }
    assert (world.status(row, "alice", strict=True) == 403) is not by_itself


def routes(resolver: URLResolver, namespace: str = "") -> list[tuple[str, URLPattern]]:
    """Every route below a resolver, with its full name."""
    found: list[tuple[str, URLPattern]] = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            found += routes(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            found.append((f"{namespace}{pattern.name}" if pattern.name else f"{namespace}{pattern.pattern}", pattern))
    return found


ALL_ROUTES = routes(get_resolver())
ALLAUTH = [pattern for name, pattern in ALL_ROUTES if pattern.callback.__module__.startswith("allauth.")]
ADMIN_MODELS = sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in django_admin.site._registry)


def test_every_route_has_a_row() -> None:
    in_table = {row.route for row in ROWS}
    elsewhere = {pattern.name for pattern in ALLAUTH}
    old_ways = {name for name, pattern in ALL_ROUTES if getattr(pattern.callback, "view_class", None) is RedirectView}  # allauth's
    wanted = {name for name, _pattern in ALL_ROUTES if not name.startswith("admin:") and name not in elsewhere | old_ways}
    assert wanted == in_table


def test_every_method_of_an_endpoint_has_a_row() -> None:
    in_table = {(row.route, row.method) for row in ROWS}
    for name, pattern in ALL_ROUTES:
        view = getattr(pattern.callback, "cls", None)
        for method in ("get", "post", "put", "patch", "delete"):
            if hasattr(view, method):
                assert (name, method) in in_table, f"{method} {name} has no row"


@pytest.mark.parametrize("pattern", ALLAUTH, ids=lambda pattern: pattern.name)
def test_the_pages_about_logging_in_answer_everybody(pattern: URLPattern, world: World) -> None:
    given = {"key": "no-such-key", "uidb36": "a", "kid": 0, "pk": 0, "provider_id": "none"}
    above = {"mfa_edit_webauthn": ["pk"], "mfa_remove_webauthn": ["pk"]}.get(pattern.name or "", [])
    above += ["provider_id"] if pattern.name in {"openid_connect_login", "openid_connect_callback"} else []
    address = reverse(pattern.name, kwargs={name: given[name] for name in {*pattern.pattern.regex.groupindex, *above}})
    for person in ("visitor", "alice"):
        assert world.browser(person).get(address).status_code in {200, 302, 401, 404, 405}


@pytest.mark.parametrize("page", ["index", *(f"{model}_{page}" for model in ADMIN_MODELS for page in ("changelist", "add"))])
def test_the_admin_site_is_for_staff_only(page: str, world: World) -> None:
    address = reverse(f"admin:{page}")
    found = {person: world.browser(person).get(address).status_code for person in ("visitor", "alice", "bob", "carol")}
    assert found == {"visitor": 302, "alice": 302, "bob": 302, "carol": 302}
    assert world.browser("admin").get(address).status_code in {200, 403}
