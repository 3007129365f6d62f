"""The pages of discussions: long threads in pages, places of what is gone, and mails that say what was said."""

import pytest
from django.test import Client

from accounts.models import Notice, Team, User
from digests.actions.notifying import mail_notices
from digests.mails import mail_of
from digests.models import Delivery
from papers.actions.commenting import delete_comment, write_comment
from papers.actions.lists import add_paper, create_list
from papers.actions.moderating import hide_comment, report_comment
from papers.models import Comment, CommentReport, Paper
from papers.models.comment import REPLIES_SHOWN
from papers.views import talk
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper(title="On squares")


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def thread_of(paper: Paper, answers: int) -> Comment:
    opening = write_comment(author=make_user(), paper=paper, text="The opening")
    for number in range(answers):
        write_comment(author=make_user(), paper=paper, text=f"Answer {number}.", parent=opening)
    return opening


def test_a_paper_shows_the_beginning_of_each_thread(visitors_browser: Client, paper: Paper) -> None:
    opening = thread_of(paper, REPLIES_SHOWN + 2)
    page = read(visitors_browser, paper.get_absolute_url())
    assert f"Answer {REPLIES_SHOWN - 1}." in page
    assert f"Answer {REPLIES_SHOWN}." not in page
    assert f'href="/comments/{opening.pk}/"' in page
    assert "Log in to comment" in page
    card = read(visitors_browser, "/")
    assert f'href="{paper.get_absolute_url()}#discussion"' in card


def test_long_threads_and_many_threads_come_in_pages(visitors_browser: Client, paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk, "REPLIES_ON_A_PAGE", 2)
    opening = thread_of(paper, 5)
    first = visitors_browser.get(f"/comments/{opening.pk}/").context["page"]
    second = visitors_browser.get(f"/comments/{opening.pk}/", {"after": first.next_cursor}).context["page"]
    assert [each.text for each in [*first.items, *second.items]] == [f"Answer {number}." for number in range(4)]
    last = opening.replies.latest("pk")
    there = visitors_browser.get(f"/comments/{last.pk}/")
    assert there["Location"] == last.get_absolute_url()
    assert [each.pk for each in visitors_browser.get(last.get_absolute_url()).context["page"].items] == [last.pk]
    assert visitors_browser.get(f"/comments/{opening.pk}/", {"after": "forged"}).status_code == 404
    monkeypatch.setattr(talk, "THREADS_ON_A_PAGE", 1)
    newer = thread_of(paper, 0)
    address = f"/papers/{paper.slug}/comments"
    monkeypatch.setattr(talk.talk_about, "__kwdefaults__", {"size": 1, "after": ""})
    page = visitors_browser.get(address).context["talk"].threads
    assert page.items == [newer]
    assert visitors_browser.get(address, {"after": page.next_cursor}).context["talk"].threads.items == [opening]


def test_places_say_why_they_are_empty(alices_browser: Client, visitors_browser: Client, alice: User, admin: User, paper: Paper) -> None:
    deleted, hidden, of_alice = thread_of(paper, 0), thread_of(paper, 0), write_comment(author=alice, paper=paper, text="My mud")
    delete_comment(comment=deleted)
    hide_comment(comment=hidden, by=admin)
    hide_comment(comment=of_alice, by=admin)
    page = read(visitors_browser, paper.get_absolute_url())
    assert page.count("hidden by those who moderate") == 2
    assert page.count("its author has deleted") == 1
    assert "The opening" not in page
    assert "My mud" not in page
    assert "My mud" in read(alices_browser, paper.get_absolute_url())


def test_another_spelling_leads_to_the_one_address(visitors_browser: Client, paper: Paper) -> None:
    answer = visitors_browser.get(f"/papers/arXiv:{paper.arxiv_id}/comments")
    assert (answer.status_code, answer["Location"]) == (301, f"/papers/{paper.slug}/comments")


def test_who_speaks_in_public_has_a_page(visitors_browser: Client, bob: User, paper: Paper, graph_lab: Team) -> None:
    assert visitors_browser.get("/people/bob/").status_code == 404
    shelf = create_list(owner=graph_lab.namespace, title="Seminar")
    item, _new = add_paper(reading_list=shelf, paper=paper, user=bob)
    write_comment(author=bob, paper=paper, text="Inside", item=item)
    assert visitors_browser.get("/people/bob/").status_code == 404
    write_comment(author=bob, paper=paper, text="Outside")
    assert visitors_browser.get("/people/bob/").status_code == 200


def test_a_mail_about_a_mention_says_what_was_said(alice: User, bob: User, paper: Paper) -> None:
    comment = write_comment(author=alice, paper=paper, text="What of $\\alpha^2$, @bob?\n\n- <b>one</b>\n- two")
    assert mail_notices() == 1
    mail = mail_of(Delivery.objects.get())
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert mail["Subject"] == "alice mentions you in a comment on “On squares”"
    assert "What of α², @bob?\n\n- <b>one</b>\n- two\n\nhttp" in text
    assert f"/comments/{comment.pk}/" in text
    assert "What of α², @bob?" in html
    assert "&lt;b&gt;one&lt;/b&gt;" in html
    delete_comment(comment=comment)
    assert "What of" not in mail_of(Delivery.objects.get()).as_string()


def test_staff_decide_about_reports(admin: User, alice: User, bob: User, paper: Paper) -> None:
    comment = write_comment(author=alice, paper=paper, text="<b>Mud</b>")
    report = report_comment(reporter=bob, comment=comment, reason="abuse", words="Rude")
    staff = Client()
    staff.force_login(admin)
    address = "/admin/papers/commentreport/"
    assert "Mud" in read(staff, f"{address}?state__exact=open")
    chosen = {"action": "settle", "_selected_action": report.pk}
    assert "&lt;b&gt;Mud" in staff.post(address, chosen).content.decode()
    assert "says what was wrong" in staff.post(address, chosen | {"outcome": "warn", "words": " "}).content.decode()
    assert staff.post(address, chosen | {"outcome": "hide", "words": "Be kind"}).status_code == 302
    comment.refresh_from_db()
    assert comment.hidden_at is not None
    assert CommentReport.objects.get().state == "upheld"
    assert Notice.objects.filter(user=alice, event__kind="comment.hidden").exists()
    assert staff.post("/admin/papers/comment/", {"action": "restore", "_selected_action": comment.pk}).status_code == 302
    comment.refresh_from_db()
    assert comment.hidden_at is None
    assert "Moderate" in read(staff, f"/comments/{comment.pk}/")
