"""Every secret that docs/security.md lists is made once, and found nowhere: not in a dump, a log, the cache or an error page."""

import base64
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from accounts.actions.tokens import make_token
from accounts.models import Scope, Team, User
from accounts.models.token import TEAM_SCOPES
from config.backup import _address, _postgres
from tests.api import Program
from tests.factories import PASSWORD
from tests.totp import code_of

DOCUMENTED = re.findall(r"^\| ([a-zA-Z ]+) \|", (Path(__file__).parent.parent / "docs" / "security.md").read_text(), re.MULTILINE)[1:]
SIGNED_UP = {"email": "dora@lab.example", "handle": "dora", "password1": "a horse of another colour", "time_zone": "UTC"}


def code_in_mail() -> str:
    found = re.search(r"^\s*([A-Z0-9]{4,8}(?:-[A-Z0-9]{4})?)\s*$", mail.outbox[-1].body, re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def address_in_mail() -> str:
    found = re.search(r"http\S+", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[0]


@pytest.fixture
def secrets(alice: User, graph_lab: Team, caplog: pytest.LogCaptureFixture) -> dict[str, list[str]]:
    """One of each, made as people make them; by the first column of the documentation."""
    caplog.set_level(logging.DEBUG)
    made: dict[str, list[str]] = {"instance keys": [settings.SECRET_KEY, settings.TOKEN_PEPPER, settings.FIELD_KEY]}
    dora, visitor = Client(), Client()

    dora.post(reverse("account_signup"), SIGNED_UP)
    made["password"] = [SIGNED_UP["password1"], PASSWORD]
    made["code to confirm an address"] = [code_in_mail()]
    dora.post(reverse("account_email_verification_sent"), {"code": code_in_mail()})

    visitor.post(reverse("account_request_login_code"), {"email": alice.email})
    made["code to log in"] = [code_in_mail()]
    visitor.post(reverse("account_reset_password"), {"email": alice.email})
    made["password reset address"] = [address_in_mail().rstrip("/").rpartition("/")[2]]

    browser = Client()
    browser.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    made |= second_factors(browser) | keys(alice, graph_lab)
    made |= device_codes(browser)
    made["session key"] = [client.cookies[settings.SESSION_COOKIE_NAME].value for client in (dora, visitor, browser)]
    made["unsubscribe address"] = unsubscribing(alice)
    made["address of the preferences of a digest"] = tuning(alice)
    made["answer address in a digest"] = answering(alice)
    made |= visiting()
    made |= outlet_secrets(browser)
    made["key of a Zotero library"] = [zotero_key(alice)]
    made["secret link to a list"] = [list_key(alice)]
    made["secret address of what one follows"] = [feed_key(alice)]
    made["answer kept for a repeated request"] = kept_answer(alice)
    made["secret address of own digests"] = [digest_feed_key(alice)]
    return made


def second_factors(browser: Client) -> dict[str, list[str]]:
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.get(reverse("mfa_activate_totp"))
    secret = browser.session["mfa.totp.secret"]
    browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    assert len(codes) == 10
    return {"TOTP secret": [secret], "recovery codes": codes}


def keys(alice: User, team: Team) -> dict[str, list[str]]:
    from accounts.actions.invitations import invite_address, mail_invitation, make_link

    _token, personal = make_token(user=alice, name="laptop", scopes=Scope.values)
    _token, robot = make_token(user=alice, team=team, name="robot", scopes=TEAM_SCOPES)
    _link, link = make_link(team=team, actor=alice, uses=3)
    invitation, by_mail = invite_address(team=team, actor=alice, address="erin@lab.example")
    mail_invitation(invitation=invitation, secret=by_mail, actor=invitation.made_by)
    for secret in (personal, robot):
        assert Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    for secret in (link, by_mail):
        assert Client().get(reverse("accounts:join", args=[secret]), follow=True).status_code == 200
        assert Client().get(reverse("accounts:join", args=[secret[:-1]]), follow=True).status_code == 404
    return {"API token": [personal], "team key": [robot], "invitation by link": [link], "invitation by mail": [by_mail]}


def device_codes(browser: Client) -> dict[str, list[str]]:
    """Of a program that was allowed and fetched its token, of one that was not yet, and of one that was refused."""
    codes = [Client().post(reverse("accounts:oauth_device"), {"client_id": "notebook"}).json() for _ in range(3)]
    asked = {"client_id": "notebook", "grant_type": "urn:ietf:params:oauth:grant-type:device_code"}
    for each, path in zip(codes, ("accounts:allow_device", "accounts:device", "accounts:refuse_device"), strict=True):
        given = {"code": each["user_code"], "scopes": ["papers:read"]}
        assert (browser.get(reverse(path), given) if path.endswith(":device") else browser.post(reverse(path), given)).status_code == 200
    told = [Client().post(reverse("accounts:oauth_token"), asked | {"device_code": each["device_code"]}).json() for each in codes]
    assert [each.get("error") for each in told] == [None, "authorization_pending", "access_denied"]
    secrets = [each["device_code"] for each in codes] + [each["user_code"] for each in codes]
    return {"codes of a program that asks for a token": secrets, "token of a program that asked": [told[0]["access_token"]]}


def unsubscribing(alice: User) -> list[str]:
    from digests.actions import subscription_of
    from digests.signing import unsubscribe_token

    token = unsubscribe_token(subscription_of(user=alice).pk)
    assert Client().get(reverse("digests:unsubscribe", args=[token])).status_code == 200
    return [token]


def tuning(alice: User) -> list[str]:
    from digests.actions import subscription_of
    from digests.signing import preferences_token

    token = preferences_token(subscription_of(user=alice).pk)
    for ending, status in (("/", 200), ("x/", 404)):
        assert Client().get(f"/digests/preferences/{token}{ending}").status_code == status
    return [token]


def answering(alice: User) -> list[str]:
    from digests.signing import answer_token
    from tests.digests.makers import make_digest

    token = answer_token(make_digest(alice).entries.get().pk)
    for ending, status in (("/save/", 200), ("/", 200), ("x/", 404), ("/shred/", 404)):
        assert Client().get(f"/digests/answer/{token}{ending}").status_code == status
    return [token]


def visiting() -> dict[str, list[str]]:
    from digests.signing import confirm_token, visitor_token
    from tests.digests.makers import make_visitor

    visitor = make_visitor("fay@elsewhere.example")
    confirming, tuning = confirm_token(visitor.pk, visitor.address), visitor_token(visitor.pk)
    for name, token in (("confirm", confirming), ("preferences", tuning), ("stop", tuning)):
        for ending, status in (("/", 200), ("x/", 404)):
            assert Client().get(f"/digests/subscribe/{name}/{token}{ending}").status_code == status
    return {"address that confirms a visitor": [confirming], "address of the preferences of a visitor": [tuning]}


def outlet_secrets(browser: Client) -> dict[str, list[str]]:
    """A webhook that took a test and a digest, and then went away; its team is alice's."""
    from accounts.actions.announcing import announce
    from digests.actions import deliver_posts
    from digests.models import TeamOutlet, Webhook
    from digests.signing import outlet_confirm_token, outlet_stop_token
    from tests.digests.makers import make_digest, make_post, make_team_digest, tell_programs
    from tests.digests.receiver import receiving

    page = "/digests/teams/graph-lab/outlets"
    with receiving() as receiver, override_settings(FETCH_PRIVATE=True):
        made = browser.post(page, {"kind": "webhook", "label": "Robot", "address": receiver.url}).content.decode()
        outlet = TeamOutlet.objects.select_related("team").get()
        browser.post(f"{page}/{outlet.pk}", {"do": "test"})
        digest = make_team_digest(outlet.team)
        make_post(outlet, digest)
        assert deliver_posts() == 1
        own = browser.post("/digests/webhooks/", {"label": "Own", "address": f"{receiver.url}-own-t00"}).content.decode()
        webhook = Webhook.objects.get()
        browser.post(f"/digests/webhooks/{webhook.pk}/", {"do": "test"})
        announce("digest.ready", digest=make_digest(webhook.user, period_key="2026-W46").pk)
        assert tell_programs() == 2  # the paper in the digest is new, too
    make_post(outlet, digest)
    announce("digest.ready", digest=make_digest(webhook.user, period_key="2026-W45").pk)
    assert tell_programs() == 0
    browser.post(page, {"kind": "mailing_list", "label": "List", "address": "readers@lists.example"})
    tokens = [token(TeamOutlet.objects.latest("pk").pk) for token in (outlet_confirm_token, outlet_stop_token)]
    for part, token in zip(("confirm", "stop"), tokens, strict=True):
        assert Client().get(f"/digests/outlets/{part}/{token}/").status_code == 200
        assert Client().get(f"/digests/outlets/{part}/{token}x/").status_code == 404
    [secret], [own_secret] = (re.findall(r"whsec_([\w+/=]+)", page) for page in (made, own))
    return {
        "address of a webhook": [receiver.url.rpartition("/")[2], f"{receiver.url.rpartition('/')[2]}-own-t00"],
        "secret of a webhook": [secret, own_secret],
        "address that confirms or stops a mailing list": tokens,
    }


def zotero_key(alice: User) -> str:
    """One that worked once, and was refused afterwards."""
    from papers.actions.lists import create_list
    from papers.actions.zotero_push import push_due
    from papers.models import ZoteroLink
    from tests.papers.zotero_server import zotero

    create_list(owner=alice.namespace, title="Thesis")
    browser = Client()
    browser.force_login(alice)
    with zotero() as library, override_settings(ZOTERO_API=library.url, FETCH_PRIVATE=True):
        for key in (library.key, library.key + "x"):
            browser.post("/lists/alice/thesis/zotero/", {"key": key})
        secret, library.key = library.key, "another"
        assert push_due() == 1
    assert ZoteroLink.objects.get().state == ZoteroLink.State.STOPPED
    return secret


def list_key(alice: User) -> str:
    from papers.actions.list_links import make_link
    from papers.actions.lists import create_list

    _link, key = make_link(reading_list=create_list(owner=alice.namespace, title="Shelf"), user=alice, label="Overleaf")
    for ending, status in (("/", 200), (".bib", 200), ("x.bib", 404), ("x/", 404)):
        assert Client().get(f"/shared/{key}{ending}").status_code == status
    return key


def kept_answer(alice: User) -> list[str]:
    program = Program(alice)
    asked = {"path": "/lists/alice/shelf/links/", "body": {"label": "LaTeX"}, "HTTP_IDEMPOTENCY_KEY": "a-key-of-my-own-choice"}
    first, again = (program.ask("post", **asked).json() for _ in range(2))
    assert first == again
    return [first["page_url"].rstrip("/").rpartition("/")[2], asked["HTTP_IDEMPOTENCY_KEY"]]


def feed_key(alice: User) -> str:
    from papers.actions.feed_addresses import make_feed_address

    key = make_feed_address(user=alice)
    for ending, status in ((".atom", 200), ("x.atom", 404)):
        assert Client().get(f"/feed/{key}{ending}").status_code == status
    return key


def digest_feed_key(alice: User) -> str:
    from digests.models import DigestFeedAddress
    from papers.actions.feed_addresses import make_feed_address

    key = make_feed_address(user=alice, of=DigestFeedAddress)
    for ending, status in ((".rss", 200), ("x.rss", 404)):
        assert Client().get(f"/digests/feed/{key}{ending}").status_code == status
    return key


def spellings(secret: str) -> Iterator[bytes]:
    """A secret as itself and as a careless programmer would hide it."""
    raw = secret.encode()
    yield raw
    yield raw.hex().encode()
    for shift in range(3):  # base64 looks different at each of three places in a longer text
        yield base64.b64encode(b"\0" * shift + raw)[2 * shift : -4].rstrip(b"=")


def dump(folder: Path) -> bytes:
    """All tables as plain text, by the program that makes backups."""
    _postgres("pg_dump", f"--file={folder / 'dump.sql'}", _address())
    return (folder / "dump.sql").read_bytes()


def everything_in_valkey() -> bytes:
    client = redis.Redis.from_url(settings.REDIS_URL, db=settings.CACHES["default"]["OPTIONS"]["db"])
    return b"\n".join(key + b" " + (client.dump(key) or b"") for key in client.scan_iter())


def error_pages(values: list[str]) -> bytes:
    """What visitors see when each secret is part of something that goes wrong."""
    pages, careless = [], Client(raise_request_exception=False)
    for value in values:
        pages.append(careless.get("/api/v1/me/", headers={"Authorization": f"Bearer {value}x"}))
        pages.append(careless.post(reverse("account_login"), {"login": "alice@lab.example", "password": value}))
        pages.append(careless.get("/no-such-page/", headers={"Authorization": f"Bearer {value}"}))
    return b"\n".join(page.content for page in pages)


def leaks(found: bytes, secrets: dict[str, list[str]]) -> list[str]:
    return [name for name, values in secrets.items() if any(spelling in found for value in values for spelling in spellings(value))]


@pytest.mark.django_db(transaction=True)
def test_no_secret_is_found_anywhere(secrets: dict[str, list[str]], caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    assert set(secrets) == set(DOCUMENTED)
    dumped = dump(tmp_path)
    assert b"alice@lab.example" in dumped, "this is no dump of the data"
    assert leaks(dumped, secrets) == []
    assert leaks(everything_in_valkey(), secrets) == []
    assert leaks(error_pages([value for values in secrets.values() for value in values]), secrets) == []
    logged = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    assert logged, "nothing was logged"
    assert leaks(logged.encode(), secrets) == []


def test_the_search_finds_what_is_there() -> None:
    secret = {"it": ["correct horse battery"]}
    for hidden in (
        b"a correct horse battery",
        base64.b64encode(b"xy correct horse battery staple"),
        b"correct horse battery".hex().encode(),
    ):
        assert leaks(b"..." + hidden + b"...", secret) == ["it"]
    assert leaks(b"correct donkey battery", secret) == []
