"""The inbox: who is told of what, how, and what reading does."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions.events import record_event
from accounts.actions.invitations import invite_person
from accounts.actions.notices import change_ways, mark_read, ways_for
from accounts.events import DEFAULT_WAYS, KINDS, Topic, Way
from accounts.models import Event, Notice, NoticeSetting, Team, User
from tests.api import Program
from tests.factories import PASSWORD, make_user


def tell(user: User, what: str = "Your password was changed") -> Notice:
    event = record_event(kind="security.changed", person=user, tell=[user], path="/settings/", what=what)
    return event.notices.get()


@pytest.fixture
def invited(alice: User, carol: User, graph_lab: Team) -> Notice:
    invite_person(team=graph_lab, actor=alice, person=carol)
    return Notice.objects.get(user=carol)


class TestTelling:
    def test_whoever_is_concerned_is_told_and_the_actor_is_not(self, alice: User, bob: User) -> None:
        record_event(kind="security.changed", actor=alice, tell=[alice, bob, bob], what="Something")
        assert list(Notice.objects.values_list("user", flat=True)) == [bob.pk]

    def test_who_switched_a_topic_off_is_not_told_but_it_happened(self, bob: User) -> None:
        change_ways(user=bob, ways={Topic.SECURITY: Way.OFF})
        record_event(kind="security.changed", person=bob, tell=[bob], what="Something")
        assert (Notice.objects.count(), Event.objects.count()) == (0, 1)

    def test_what_the_settings_said_then_is_kept(self, bob: User) -> None:
        change_ways(user=bob, ways={Topic.SECURITY: Way.DIGEST})
        notice = tell(bob)
        change_ways(user=bob, ways={Topic.SECURITY: Way.MAIL})
        assert notice.way == Way.DIGEST

    def test_an_unknown_kind_is_a_mistake(self, bob: User) -> None:
        with pytest.raises(KeyError):
            record_event(kind="no.such", tell=[bob])

    def test_many_readers_cost_no_more_statements(self, alice: User, django_assert_max_num_queries: object) -> None:
        readers = [make_user() for _ in range(12)]
        with django_assert_max_num_queries(6):
            record_event(kind="security.changed", actor=alice, tell=readers, what="Something")
        assert Notice.objects.count() == 12

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_has_a_sentence_even_when_everybody_has_left(self, kind: str, db: None) -> None:
        names = (
            "role old new what title group uses name day list readers paper parent may reader owner count label words n why kind_of_outlet"
        )
        facts = dict.fromkeys(names.split(), "…")
        facts |= dict.fromkeys(("added", "rejected"), 1)
        assert Event(kind=kind, facts=facts).sentence

    def test_a_changed_password_is_in_the_inbox_too(self, alice: User, alices_browser: Client, mailoutbox: list[object]) -> None:
        alices_browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        new = "a horse of another colour"
        alices_browser.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
        assert len(mailoutbox) == 1
        assert Notice.objects.get(user=alice).event.sentence == "Your password was changed"


class TestThePage:
    def test_it_teaches_when_it_is_empty(self, alices_browser: Client) -> None:
        assert "Nothing needs you" in alices_browser.get(reverse("accounts:inbox")).content.decode()

    def test_the_newest_is_first_and_the_masthead_counts_the_unread(self, alice: User, alices_browser: Client) -> None:
        tell(alice, "First")
        tell(alice, "Second")
        page = alices_browser.get(reverse("accounts:inbox")).content.decode()
        assert page.index("Second") < page.index("First")
        assert 'inbox-link__count">2<' in page

    def test_a_hundred_are_99_and_more(self, alice: User, alices_browser: Client) -> None:
        for _ in range(101):
            tell(alice)
        page = alices_browser.get(reverse("accounts:inbox")).content.decode()
        assert "99+" in page
        assert page.count('class="notice ') == 30
        assert "after=" in page

    def test_the_count_is_read_from_its_own_index(self, alice: User) -> None:
        tell(alice)
        happened = Event.objects.values("kind", "facts").get()
        read = Event.objects.bulk_create([Event(**happened) for _ in range(2_000)])
        Notice.objects.bulk_create([Notice(event=event, user=alice, way=Way.WEB, read_at=timezone.now()) for event in read])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE accounts_notice")
        assert "unread_notices" in Notice.objects.of_reader(alice).unread().order_by().select_related(None)[:100].explain()

    def test_visitors_have_no_inbox_and_pay_no_query(self, visitors_browser: Client, db: None) -> None:
        with CaptureQueriesContext(connection) as queries:
            assert "inbox-link" not in visitors_browser.get("/").content.decode()
        assert [query for query in queries if "accounts_notice" in query["sql"]] == []

    def test_opening_one_reads_it_and_leads_there(self, invited: Notice, carol: User) -> None:
        browser = Client()
        browser.force_login(carol)
        assert browser.post(reverse("accounts:open_notice", args=[invited.pk]))["Location"] == reverse("accounts:teams")
        invited.refresh_from_db()
        assert invited.read_at

    def test_looking_reads_nothing(self, alice: User, alices_browser: Client) -> None:
        notice = tell(alice)
        alices_browser.get(reverse("accounts:inbox"))
        assert alices_browser.get(reverse("accounts:open_notice", args=[notice.pk])).status_code == 405
        assert Notice.objects.unread().count() == 1

    def test_all_are_read_at_once_but_nobody_elses(self, alice: User, bob: User, alices_browser: Client) -> None:
        tell(alice), tell(alice), tell(bob)
        alices_browser.post(reverse("accounts:read_all"))
        assert list(Notice.objects.unread().values_list("user", flat=True)) == [bob.pk]

    def test_what_people_write_is_text(self, alice: User, alices_browser: Client) -> None:
        tell(alice, "<script>alert(1)</script>")
        assert "<script>alert" not in alices_browser.get(reverse("accounts:inbox")).content.decode()


class TestSettings:
    def test_without_a_wish_the_defaults_hold(self, alice: User) -> None:
        assert ways_for(alice) == DEFAULT_WAYS

    def test_a_wish_is_kept_and_the_default_takes_no_row(self, alice: User, alices_browser: Client) -> None:
        wishes = {topic.value: DEFAULT_WAYS[topic].value for topic in Topic} | {"invitations": "digest"}
        assert alices_browser.post(reverse("accounts:notice_settings"), wishes).status_code == 302
        assert list(NoticeSetting.objects.values_list("topic", "way")) == [("invitations", "digest")]

    def test_nonsense_is_refused_beside_its_topic(self, alices_browser: Client) -> None:
        wishes = dict.fromkeys(Topic.values, "web") | {"replies": "pigeon"}
        page = alices_browser.post(reverse("accounts:notice_settings"), wishes)
        assert 'id="id_replies_error"' in page.content.decode()


class TestRest:
    def test_they_are_read_in_pages_and_marked(self, alice: User) -> None:
        notices = [tell(alice, f"Number {number}") for number in range(3)]
        program = Program(alice)
        answer = program.get("/notices/?size=2")
        assert [each["sentence"] for each in answer["results"]] == ["Number 2", "Number 1"]
        assert [each["sentence"] for each in program.get(answer["next"].partition("/api/v1")[2])["results"]] == ["Number 0"]
        marked = program.ask("post", "/notices/read/", {"ids": [notices[0].pk, 10**9]})
        assert marked.json() == {"marked": 1, "unknown": [10**9]}
        assert len(program.get("/notices/?unread=1")["results"]) == 2

    def test_nobody_marks_what_is_not_theirs(self, alice: User, bob: User) -> None:
        his = tell(bob)
        assert Program(alice).ask("post", "/notices/read/", {"ids": [his.pk]}).json() == {"marked": 0, "unknown": [his.pk]}
        assert mark_read(user=bob) == 1

    @pytest.mark.parametrize("body", [{}, {"ids": [], "all": False}, {"ids": [1], "all": True}, {"ids": ["x"]}])
    def test_an_unclear_wish_is_refused(self, body: dict[str, object], alice: User) -> None:
        assert Program(alice).ask("post", "/notices/read/", body).status_code == 400
