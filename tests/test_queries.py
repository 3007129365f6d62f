"""Pages and endpoints that list rows ask the database as often for twelve rows as for two."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.invitations import invite_person, make_link
from accounts.actions.joining import ask_to_join
from accounts.actions.memberships import add_member
from accounts.actions.teams import change_team, create_team
from accounts.actions.tokens import make_token
from accounts.models import Scope, Team, User
from digests.models import Digest, DigestFeedAddress, DigestPaper, LeftOut, Taste, TeamDigest, Webhook
from digests.signing import answer_token, confirm_token, visitor_token
from papers.actions.assigning import assign_paper
from papers.actions.commenting import write_comment
from papers.actions.feed_addresses import make_feed_address
from papers.actions.following import follow
from papers.actions.interests import set_interests
from papers.actions.lists import add_paper, create_list, remove_paper
from papers.actions.reading import set_state
from papers.actions.sharing import share_list
from papers.actions.suggesting import decline_suggestion, suggest_paper
from papers.actions.tagging import write_tags
from papers.actions.tags import create_tag
from papers.actions.voting import cast_vote
from papers.models import (
    AuthorClaim,
    Comment,
    CommentEdit,
    ListItem,
    ListLink,
    Paper,
    PaperImport,
    ReadingList,
    Submission,
    Tag,
    Visibility,
    ZoteroLink,
)
from tests.counting import queries_of
from tests.digests.makers import make_digest, make_mail, make_outlet, make_post, make_team_digest, make_told, make_visitor, make_webhook
from tests.factories import make_paper, make_papers, make_user

# address -> the most queries that it may take, for a reader who is logged in
TABLE = {
    "/": 9,
    "/?sort=new": 9,
    "/?sort=top": 9,
    "/?sort=top&period=week": 9,
    "/?sort=top&period=day&category=cs.LG": 11,
    "/?sort=rising": 14,
    "/?category=cs.LG": 11,
    "/papers/2401.00000": 21,
    "/papers/2401.00000/comments": 9,
    "/lists/our-team/seminar/{item}/comments": 11,
    "/comments/{thread}/": 8,
    "/comments/{thread}/history": 7,
    "/papers/2401.00000.md": 11,
    "/papers/2401.00000/lists": 10,
    "/submit/": 4,
    "/save/": 4,
    "/save/?url=https://arxiv.org/abs/2401.00000v2": 12,
    "/save/?id=2611.00007": 8,
    "/save/?title=Paper": 41,
    "/lists/": 5,
    "/reading/?state=read": 9,
    "/lists/alice/shelf/": 20,
    "/lists/alice/shelf/?order=added": 20,
    "/lists/alice/shelf/?order=votes": 20,
    "/lists/alice/shelf/?order=published": 20,
    "/lists/our-team/seminar/": 25,
    "/lists/our-team/seminar/{item}/note": 9,
    "/lists/our-team/seminar/{item}/assign": 12,
    "/lists/our-team/seminar/suggestions/": 17,
    "/teams/our-team/agenda/": 8,
    "/lists/alice/shelf/?tag=often": 20,
    "/lists/alice/shelf/edit/": 8,
    "/tags/alice/": 7,
    "/tags/alice/often/": 14,
    "/tags/alice/often.bib": 5,
    "/tags/alice/{tag}/edit": 7,
    "/lists/new/": 8,
    "/lists/alice/shelf/shares/": 8,
    "/lists/alice/shelf/zotero/": 7,
    "/lists/alice/shelf/duplicates/": 12,
    "/lists/alice/shelf/copy/": 8,
    "/api/v1/lists/alice/shelf/shares/": 5,
    "/api/v1/lists/alice/shelf/zotero/": 6,
    "/lists/alice/shelf/export/": 11,
    "/lists/alice/shelf.bib": 6,
    "/lists/alice/shelf.ris": 6,
    "/lists/alice/shelf.md": 5,
    "/lists/alice/shelf.txt": 5,
    "/lists/alice/shelf.atom": 6,
    "/lists/alice/shelf.feed.json": 6,
    "/api/v1/lists/alice/shelf.rss": 6,
    "/cite/2401.00000?style=bibtex": 4,
    "/feeds/": 4,
    "/feeds/trending.atom": 5,
    "/feeds/new.rss": 5,
    "/feeds/top-week.feed.json": 5,
    "/search.bib?q=paper": 45,
    "/export.bib?paper=2401.00000": 6,
    "/reading/history/": 7,
    "/people/alice/": 8,
    "/following/": 20,
    "/feed/{feed}.atom": 15,
    "/digests/feed/{digest_feed}.atom": 12,
    "/authors/{author}/": 16,
    "/authors/{author}.atom": 8,
    "/categories/cs.LG.atom": 6,
    "/people/alice.atom": 7,
    "/search.atom?q=paper": 12,
    "/api/v1/follows/": 4,
    "/api/v1/me/following/": 18,
    "/digests/": 9,
    "/digests/settings/": 9,
    "/digests/2026-W48/": 11,
    "/digests/2026-W48.md": 11,
    "/digests/teams/our-team/": 12,
    "/digests/teams/our-team/outlets": 9,
    "/digests/teams/our-team/webhooks": 9,
    "/digests/webhooks/": 5,
    "/digests/webhooks/{webhook}/": 6,
    "/digests/teams/our-team/2026-W48/": 18,
    "/digests/teams/our-team/2026-W48.md": 17,
    "/digests/taste/": 30,
    "/digests/taste/picture/": 30,
    "/digests/subscribe/preferences/{visitor}/": 7,
    "/digests/subscribe/confirm/{confirm}/": 7,
    "/digests/answer/{answer}/": 9,
    "/digests/answer/{answer}/save/": 9,
    "/settings/": 3,
    "/inbox/": 5,
    "/settings/notices/": 5,
    "/settings/tokens/": 6,
    "/device/": 3,
    "/settings/sessions/": 4,
    "/teams/": 10,
    "/teams/our-team/": 9,
    "/teams/our-team/people/": 13,
    "/teams/our-team/log/": 9,
    "/accounts/2fa/": 9,
    "/settings/data/": 6,
    "/settings/interests/": 7,
    "/api/v1/papers/": 6,
    "/api/v1/papers/?order=new": 6,
    "/api/v1/papers/?order=top": 6,
    "/api/v1/papers/?order=top&period=month": 6,
    "/api/v1/papers/2401.00000/vote/": 4,
    "/api/v1/me/rising/": 11,
    "/api/v1/papers/?category=cs.LG": 7,
    "/api/v1/papers/2401.00000/": 10,
    "/api/v1/papers/2401.00000/comments/": 6,
    "/api/v1/lists/our-team/seminar/items/2401.00000/comments/": 8,
    "/api/v1/comments/{thread}/edits/": 6,
    "/browse/": 4,
    "/archive/2026-W10/": 9,
    "/imports/": 5,
    "/api/v1/submissions/": 4,
    "/api/v1/imports/": 4,
    "/api/v1/lists/": 3,
    "/api/v1/lists/?show=mine": 3,
    "/api/v1/lists/alice/shelf/": 3,
    "/api/v1/lists/alice/shelf/items/": 9,
    "/api/v1/lists/alice/shelf/items/?since_version=0": 9,
    "/api/v1/lists/alice/shelf/deleted/": 4,
    "/api/v1/lists/our-team/seminar/items/": 13,
    "/api/v1/lists/our-team/seminar/suggestions/": 7,
    "/api/v1/teams/our-team/agenda/": 6,
    "/api/v1/me/assignments/": 5,
    "/api/v1/lists/alice/shelf/items/?tag=often": 9,
    "/api/v1/lists/alice/shelf/links/": 5,
    "/api/v1/tags/alice/": 4,
    "/api/v1/tags/alice/often/": 3,
    "/api/v1/tags/alice/often.csv": 5,
    "/api/v1/lists/alice/shelf.json": 6,
    "/api/v1/papers.bib?paper=2401.00000": 6,
    "/api/v1/search.ris?q=paper": 45,
    "/api/v1/digests/": 3,
    "/api/v1/digests/2026-W48/": 10,
    "/api/v1/digests/send-test/": 4,
    "/api/v1/teams/our-team/digests/": 5,
    "/api/v1/teams/our-team/digests/2026-W48/": 16,
    "/api/v1/taste/": 30,
    "/api/v1/interests/": 3,
    "/api/v1/notices/": 4,
    "/api/v1/teams/": 4,
    "/api/v1/teams/our-team/outlets/": 5,
    "/api/v1/teams/our-team/webhooks/": 4,
    "/api/v1/webhooks/": 4,
    "/api/v1/webhooks/{webhook}/deliveries/": 5,
    "/api/v1/teams/our-team/members/": 4,
    "/api/v1/teams/our-team/invitations/": 4,
    "/api/v1/me/": 3,
    "/api/v1/me/reading/?state=read": 7,
    "/api/v1/me/reading/history/": 5,
    "/api/papers": 9,
    "/api/papers/2401.00000": 9,
    "/api/papers/search?q=paper": 46,
    "/api/daily_papers": 10,
    "/api/daily_papers?sort=trending&submitter=alice": 11,
    "/api/collections": 6,
    "/api/collections?owner=alice&item=papers/2401.00000&sort=trending": 9,
    "/api/collections/alice/shelf-{shelf}": 6,
    "/api/whoami-v2": 4,
    "/api/users/alice/overview": 8,
    "/api/users/alice/following": 6,
    "/api/organizations/our-team/overview": 8,
    "/api/organizations/our-team/members": 6,
}


@pytest.fixture
def shelf(alice: User) -> ReadingList:
    """What the addresses of the table name, before it is filled."""
    make_paper(arxiv_id="2401.00000", first_seen_at=timezone.now() - timedelta(days=1))
    make_digest(alice)
    paper = Paper.objects.get(slug="2401.00000")
    write_comment(author=alice, paper=paper, text="To everybody")
    team = create_team(owner=alice, slug="our-team", title="Ours")
    change_team(team=team, actor=alice, takes_requests=True)
    item, _new = add_paper(reading_list=create_list(owner=team.namespace, title="Seminar"), paper=paper, user=alice)
    make_team_digest(team, item)
    create_tag(owner=alice.namespace, name="often")
    made = create_list(owner=alice.namespace, title="Shelf", visibility=Visibility.PUBLIC)
    ZoteroLink.objects.create(reading_list=made, made_by=alice, library="users/1")
    return made


def fill(alice: User, shelf: ReadingList, rows: int) -> None:
    """So many more rows of everything that a page can list."""
    digest = Digest.objects.visible_to(alice).get(period_key="2026-W48")
    opening, item = opening_and_item()
    for _ in range(rows):
        other = make_user()
        create_list(owner=alice.namespace, title="Inside", parent=shelf)
        share_list(reading_list=shelf, to=other.namespace, may="add", user=alice)
        theirs = create_list(owner=other.namespace, title="Theirs", user=other)
        share_list(reading_list=theirs, to=alice.namespace, may="edit", user=other)
        follow(user=alice, target=theirs)
        follow(user=alice, target=other.namespace)
        authors = tuple(f"{word} of {other.pk}" for word in ("A", "B", "C", "D", "E"))
        made = make_papers(
            {"authors": authors, "categories": ("cs.LG", f"x.{other.pk}")}, *[{"title": f"Twins of {other.pk}"}] * 2, *[{}] * 5
        )
        paper, *twins = made[:3]
        papers = iter(made[3:])
        cast_vote(user=other, paper=paper)
        add_paper(reading_list=theirs, paper=paper, user=other)
        AuthorClaim.objects.create(user=other, author=paper.authors.all()[1], state="accepted")
        follow(user=alice, target=paper.authors.all()[0])
        cast_vote(user=alice, paper=paper)
        set_state(user=alice, paper=paper, state="read")
        listed, _new = add_paper(reading_list=shelf, paper=paper, user=other, note="why")
        write_tags(item=listed, names=["often", f"once {other.pk}"])
        for twin in twins:
            add_paper(reading_list=shelf, paper=twin, user=other)
        add_paper(reading_list=shelf, paper=made[-1], user=other)
        remove_paper(reading_list=shelf, paper=made[-1], user=other)
        shelf.zotero.items.create(slug=paper.slug, key="ABCD2345", note_key="ABCD2346", is_left=True)
        team = create_team(owner=other, slug=f"team-{other.pk}", title="Team")
        add_member(team=team, user=alice)
        for owner in (alice.namespace, team.namespace):
            add_paper(reading_list=create_list(owner=owner, title="More", visibility=Visibility.PUBLIC), paper=paper, user=alice)
        ours = Team.objects.get(namespace__name="our-team")
        add_member(team=ours, user=make_user())
        ask_to_join(team=ours, user=other)
        make_link(team=ours, actor=alice, uses=2)
        invite_person(team=ours, actor=alice, person=make_user())
        invite_person(team=create_team(owner=other, slug=f"other-{other.pk}", title="Other"), actor=other, person=alice)
        add_member(team=ours, user=other)
        add_paper(reading_list=item.reading_list, paper=paper, user=other, note="**why**")
        suggest_paper(reading_list=item.reading_list, paper=next(papers), user=other)
        decline_suggestion(suggestion=suggest_paper(reading_list=item.reading_list, paper=next(papers), user=other)[0], user=alice)
        set_state(user=other, paper=paper, state="read")
        fill_team_digest(ours, ListItem.objects.get(reading_list=item.reading_list, paper=paper), week=f"{2000 + other.pk % 900}-W01")
        make_post(make_outlet(ours), TeamDigest.objects.get(period_key="2026-W48"))
        for owner in (ours, alice):
            make_told(make_webhook(owner))
        make_told(Webhook.objects.filter(user=alice).earliest("pk"))
        for to in (other, alice):
            assign_paper(item=ListItem.objects.get(reading_list=item.reading_list, paper=paper), to=to, user=alice)
        assign_paper(item=item, to=other, user=alice)
        for place in (None, item):
            parent = None if place else opening
            thread = write_comment(author=other, paper=opening.paper, text=f"Dear @alice, I am {other.pk}", item=place, parent=parent)
            write_comment(author=other, paper=opening.paper, text=f"And again {other.pk}", item=place, parent=thread)
        write_comment(author=other, paper=opening.paper, text=f"A thread of {other.pk}")
        CommentEdit.objects.create(comment=opening, version=1_000 + other.pk, text="Before", written_at=timezone.now())
        make_token(user=alice, name="laptop", scopes=[Scope.PAPERS_READ])
        Submission.objects.create(user=alice, identifier=f"10.1000/{paper.pk}", paper=next(papers))
        PaperImport.objects.create(user=alice, name="library.bib")
        ListLink.objects.create(reading_list=shelf, key_hash=f"{paper.pk}", label="Overleaf", made_by=alice)
        set_interests(user=alice, kind="paper", values=[paper.arxiv_id])
        set_interests(user=alice, kind="category", values=["cs.LG"])
        fill_taste(alice, paper, *twins)
        position = digest.entries.count() + 1
        DigestPaper.objects.create(digest=digest, user=alice, paper=next(papers), position=position, score=0.5, reason={"kind": "new"})
        make_mail(digest=digest, user=alice, state="failed")
        make_mail(digest=None, reader=alice, user=alice, state="failed")
        make_digest(alice, period_key=f"{2000 + other.pk % 900}-W01")


def fill_team_digest(team: Team, item: ListItem, *, week: str) -> None:
    """Put a paper into each part of a team's digest, and make another one."""
    more, digest = make_team_digest(team, item, period_key=week), TeamDigest.objects.get(period_key="2026-W48")
    digest.content = {name: part + more.content[name] for name, part in digest.content.items()}
    digest.save()


def fill_taste(alice: User, kept: Paper, *others: Paper) -> None:
    """Put a paper into the picture of her taste, as if it had been drawn, some others into the next digest, and rule some out."""
    taste, _new = Taste.objects.get_or_create(user=alice)
    shape, entry = {"paper": kept.pk, "kind": "upvoted", "weight": 1.0}, {"paper": others[0].pk, "score": 2.0, "reason": {"kind": "new"}}
    taste.topics.append({"name": "words", "share": 0.1, "papers": [shape]})
    taste.preview.append(entry)
    taste.before.append(entry | {"paper": others[1].pk})
    taste.asked_at = taste.made_at = timezone.now()
    taste.save()
    LeftOut.objects.create(user=alice, paper=kept)
    set_state(user=alice, paper=others[1], state="dismissed")


def opening_and_item() -> tuple[Comment, ListItem]:
    return Comment.objects.openings().earliest("pk"), ListItem.objects.filter(reading_list__owner__name="our-team").select_related(
        "reading_list"
    ).earliest("pk")


def test_the_number_of_queries_does_not_grow_with_the_rows(alice: User, shelf: ReadingList, subtests: pytest.Subtests) -> None:
    browser = Client()
    browser.force_login(alice)
    names = names_in_addresses(alice, shelf)
    fill(alice, shelf, 2)
    few = {address: queries_of_second_visit(browser, address.format(**names)) for address in TABLE}
    fill(alice, shelf, 10)
    for address, most in TABLE.items():
        with subtests.test(address):
            # fewer, where what needs more of them has moved to a later page
            assert queries_of_second_visit(browser, address.format(**names)) <= few[address] <= most


def names_in_addresses(alice: User, shelf: ReadingList) -> dict[str, object]:
    opening, item = opening_and_item()
    visitor = make_visitor()
    return {
        "shelf": f"{shelf.pk:024x}",
        "thread": opening.pk,
        "item": item.pk,
        "tag": Tag.objects.get(name="often").pk,
        "author": opening.paper.authors.all()[0].pk,
        "visitor": visitor_token(visitor.pk),
        "confirm": confirm_token(visitor.pk, visitor.address),
        "webhook": make_webhook(alice).pk,
        "answer": answer_token(DigestPaper.objects.earliest("pk").pk),
        "feed": make_feed_address(user=alice),
        "digest_feed": make_feed_address(user=alice, of=DigestFeedAddress),
    }


def queries_of_second_visit(browser: Client, address: str) -> int:
    """What a first visit makes (the Saved list, the subscription, citation keys of new papers) is not counted."""
    browser.get(address)
    return queries_of(lambda: browser.get(address))


def test_a_vote_over_rest_is_a_handful_of_statements(alice: User) -> None:
    paper = make_paper()
    browser = Client()
    browser.force_login(alice)
    browser.get("/api/v1/me/")  # a first visit notes from where the session is used
    with CaptureQueriesContext(connection) as captured:
        browser.put(f"/api/v1/papers/{paper.slug}/vote/")
    statements = [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= 6
