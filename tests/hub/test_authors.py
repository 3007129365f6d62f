"""What the client has no method for but the Hub's documentation has: claiming a paper, and saying where its code is."""

import pytest
from django.utils import timezone

from accounts.models import Scope, User
from papers.actions.claiming import settle_claim
from papers.hub.answers import moment, warning
from papers.models import AuthorClaim, Link, Paper
from tests.factories import make_paper
from tests.hub.test_answers import Program

REPO, PROJECT = "https://github.com/ada/attention", "https://attention.example/"


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper(arxiv_id="2601.15621", authors=("Ada One", "Ben Two"))


def place(program: Program, number: int) -> str:
    told: str = program.get("papers/2601.15621")["authors"][number]["_id"]
    return told


def claimed(program: Program, user: User, admin: User) -> None:
    assert program.ask("post", "settings/papers/claim", {"paperId": "2601.15621", "claimAuthorId": place(program, 0)}).status_code == 200
    settle_claim(claim=AuthorClaim.objects.get(user=user), by=admin, is_true=True)


class TestClaiming:
    @pytest.mark.parametrize("target", [True, False])
    def test_a_claim_waits_for_whoever_runs_the_site(self, paper: Paper, alice: User, target: bool) -> None:
        hers = Program(alice)
        asked = {"paperId": "2601.15621v1", "claimAuthorId": place(hers, 1)}
        for _ in range(2):
            answer = hers.ask("post", "settings/papers/claim", asked | ({"targetUserId": hers.get("whoami-v2")["id"]} if target else {}))
            assert (answer.status_code, answer.json()) == (200, {"status": "pending"})
        claim = AuthorClaim.objects.get()
        assert (claim.user, claim.author.name, claim.state) == (alice, "Ben Two", "pending")

    def test_nobody_claims_for_others(self, paper: Paper, alice: User, bob: User) -> None:
        hers = Program(alice)
        for target in (f"{bob.pk:024x}", "bob", "f" * 24):
            asked = {"paperId": "2601.15621", "claimAuthorId": place(hers, 0), "targetUserId": target}
            assert hers.ask("post", "settings/papers/claim", asked).status_code == 403

    def test_the_author_is_one_of_that_paper(self, paper: Paper, alice: User) -> None:
        hers, other = Program(alice), make_paper(authors=("Cid Three",))
        for author in (f"{other.authorships.get().pk:024x}", "f" * 24, "x"):
            assert hers.ask("post", "settings/papers/claim", {"paperId": "2601.15621", "claimAuthorId": author}).status_code == 404
        asked = {"paperId": "2601.99999", "claimAuthorId": place(hers, 0)}
        assert hers.ask("post", "settings/papers/claim", asked).status_code == 404

    def test_one_author_is_one_person(self, paper: Paper, alice: User, bob: User, admin: User) -> None:
        claimed(Program(alice), alice, admin)
        his = Program(bob)
        answer = his.ask("post", "settings/papers/claim", {"paperId": "2601.15621", "claimAuthorId": place(his, 0)})
        assert (answer.status_code, answer["X-Error-Message"]) == (409, answer.json()["detail"])

    @pytest.mark.parametrize("body", [[], {}, {"paperId": "2601.15621"}, {"paperId": {}, "claimAuthorId": []}])
    def test_odd_bodies_are_bad_requests(self, alice: User, body: object) -> None:
        assert Program(alice).ask("post", "settings/papers/claim", body).status_code == 400

    def test_a_token_needs_the_scope(self, paper: Paper, alice: User) -> None:
        asked = {"paperId": "2601.15621", "claimAuthorId": "0" * 24}
        assert Program(alice, [Scope.PAPERS_READ]).ask("post", "settings/papers/claim", asked).status_code == 403


class TestWhoTheyAre:
    def test_who_has_shown_to_be_an_author_is_told(self, paper: Paper, alice: User, bob: User, admin: User) -> None:
        claimed(Program(alice), alice, admin)
        his = Program(bob)
        his.ask("post", "settings/papers/claim", {"paperId": "2601.15621", "claimAuthorId": place(his, 1)})
        for authors in (Program().get("papers/2601.15621")["authors"], Program().get("daily_papers")[0]["paper"]["authors"]):
            known, waits = authors
            assert (known["name"], known["user"]["user"], known["status"]) == ("Ada One", "alice", "claimed_verified")
            assert known["statusLastChangedAt"] == moment(AuthorClaim.objects.get(user=alice).settled_at)
            assert (waits["user"], waits["status"], waits["statusLastChangedAt"]) == (None, None, None)

    def test_who_goes_is_told_no_more(self, paper: Paper, alice: User, admin: User) -> None:
        claimed(Program(alice), alice, admin)
        User.objects.filter(pk=alice.pk).update(deletion_due_at=timezone.now())
        assert {author["user"] for author in Program().get("papers/2601.15621")["authors"]} == {None}


class TestLinks:
    def test_an_author_says_where_code_and_project_are(self, paper: Paper, alice: User, admin: User) -> None:
        Link.objects.create(paper=paper, kind="code", url="https://github.com/somebody/else")
        Link.objects.create(paper=paper, kind="pdf", url="https://attention.example/a.pdf")
        hers, before = Program(alice), paper.updated_at
        claimed(hers, alice, admin)
        object_id = hers.get("papers/2601.15621")["discussionId"]
        asked = {"githubRepo": REPO, "projectPage": PROJECT, "organizationId": None}
        answer = hers.ask("post", f"papers/{object_id}/links", asked)
        assert (answer.status_code, answer.json()) == (200, {})
        told = hers.get("papers/2601.15621")
        assert (told["githubRepo"], told["projectPage"]) == (REPO, PROJECT)
        assert sorted(paper.links.values_list("kind", flat=True)) == ["code", "pdf", "project"]
        paper.refresh_from_db()
        assert paper.updated_at > before

    @pytest.mark.parametrize("nothing", ["", None])
    def test_a_link_is_taken_away_and_what_is_not_named_stays(self, paper: Paper, alice: User, admin: User, nothing: str | None) -> None:
        hers = Program(alice)
        claimed(hers, alice, admin)
        hers.ask("post", "papers/2601.15621/links", {"githubRepo": REPO, "projectPage": PROJECT})
        hers.ask("post", "papers/2601.15621/links", {"projectPage": nothing})
        told = hers.get("papers/2601.15621")
        assert (told["githubRepo"], told["projectPage"]) == (REPO, None)

    def test_nobody_else_does(self, paper: Paper, alice: User, bob: User, admin: User) -> None:
        claimed(Program(alice), alice, admin)
        refused = Program(bob).ask("post", "papers/2601.15621/links", {"githubRepo": REPO})
        assert (refused.status_code, "Claim your name" in refused.json()["detail"]) == (403, True)
        AuthorClaim.objects.update(state="refused")
        assert Program(alice).ask("post", "papers/2601.15621/links", {"githubRepo": REPO}).status_code == 403
        assert Program(admin).ask("post", "papers/2601.15621/links", {"githubRepo": REPO}).status_code == 200

    @pytest.mark.parametrize(
        "address", ["javascript:alert(1)", "ftp://files.example/a", "github.com/a/b", "https://a.example/" + "x" * 2_000, 7]
    )
    def test_an_address_is_one_of_the_web(self, paper: Paper, admin: User, address: object) -> None:
        assert Program(admin).ask("post", "papers/2601.15621/links", {"githubRepo": address}).status_code == 400
        assert not Link.objects.filter(kind="code").exists()

    def test_papers_have_no_organization(self, paper: Paper, admin: User) -> None:
        answer = Program(admin).ask("post", "papers/2601.15621/links", {"organizationId": "0" * 24})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "organizationId")

    def test_a_doi_that_ends_in_links_is_still_a_doi(self, alice: User) -> None:
        make_paper(arxiv_id=None, doi="10.1234/links", title="A paper on links")
        assert Program(alice).get("papers/10.1234/links")["title"] == "A paper on links"


def test_a_warning_is_one_line_that_a_header_can_carry() -> None:
    assert warning("pages", "Größe “x”…\r\nSet-Cookie: a=b 論文") == {"X-HF-Warning": 'pages; Größe "x"... Set-Cookie: a=b ??'}
