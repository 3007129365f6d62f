"""Signatures: they hold for what arrives, whichever way it took, and break when what counts is changed."""

import re
import time
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from accounts.models import User
from config import env
from digests.actions import deliver_mail
from digests.channels.wire import on_the_wire
from digests.mails import mail_of
from tests.digests.keys import dkim_key, is_signed
from tests.digests.makers import make_digest, make_mail
from tests.digests.relay import RelayBehaviour
from tests.factories import make_paper

pytestmark = pytest.mark.django_db
ONE_CLICK = ["List-Unsubscribe", "List-Unsubscribe-Post"]


@pytest.fixture
def key(settings: Settings) -> rsa.RSAPrivateKey:
    settings.DKIM_KEY = dkim_key()
    return dkim_key()


def signed_names(content: bytes) -> list[str]:
    header = BytesParser(policy=policy.compat32).parsebytes(content)["DKIM-Signature"]
    named = re.search(r"\bh=([^;]+);", header)
    assert named
    return [name.strip().lower() for name in named[1].split(":")]


def test_a_mail_over_the_relay_arrives_with_a_signature_that_holds(alice: User, key: rsa.RSAPrivateKey, relay: RelayBehaviour) -> None:
    alice.full_name = "Ада Лавлейс"
    alice.save()
    make_mail(alice, digest=make_digest(alice, make_paper(title="Größe & “deep” nets " * 9, abstract=".hidden and\n.dotted")))
    assert deliver_mail() == 1
    assert is_signed(relay.contents[0])


def test_a_mail_as_a_file_is_signed_too(alice: User, key: rsa.RSAPrivateKey, mail_folder: Path) -> None:
    make_mail(alice)
    deliver_mail()
    [file] = mail_folder.glob("*.eml")
    assert is_signed(file.read_bytes())


def test_without_a_key_there_is_no_signature(alice: User, relay: RelayBehaviour) -> None:
    make_mail(alice)
    deliver_mail()
    assert relay.accepted[0]["DKIM-Signature"] is None


def test_all_that_mail_programs_act_on_is_signed_and_none_of_it_can_be_added(alice: User, key: rsa.RSAPrivateKey) -> None:
    content = on_the_wire(mail_of(make_mail(alice)))
    names = signed_names(content)
    for name in ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id", *ONE_CLICK]:
        assert names.count(name.lower()) == 2, name
    assert is_signed(content)
    for added in (b"From: Mallory <m@evil.example>", b"Subject: You won", b"List-Unsubscribe: <https://evil.example/>"):
        assert not is_signed(added + b"\r\n" + content), added
    assert not is_signed(content.replace(b"One-Click", b"Two-Clicks"))
    assert not is_signed(content + b"P.S. pay here\r\n")


def test_lines_of_the_signature_are_short(alice: User, key: rsa.RSAPrivateKey) -> None:
    header = on_the_wire(mail_of(make_mail(alice))).partition(b"\r\nFrom:")[0]
    assert max(map(len, header.splitlines())) < 80


@pytest.mark.parametrize("has_html", [False, True])
def test_mails_of_django_s_own_are_signed_over_the_relay(has_html: bool, key: rsa.RSAPrivateKey, relay: RelayBehaviour) -> None:
    mail = EmailMultiAlternatives("Ein Gruß: " + "long " * 30, "Grüße\n.dot\n" * 30, to=["ada@lab.example"])
    if has_html:
        mail.attach_alternative("<p>Grüße</p>", "text/html")
    assert get_connection("digests.channels.backends.SignedSMTP").send_messages([mail]) == 1
    assert is_signed(relay.contents[0])
    assert relay.contents[0].count(b"DKIM-Signature") == 1


def test_mails_of_django_s_own_are_signed_as_files(key: rsa.RSAPrivateKey, mail_folder: Path) -> None:
    mail = EmailMessage("A code", "123456", to=["ada@lab.example"])
    get_connection("digests.channels.backends.SignedFiles").send_messages([mail])
    [file] = mail_folder.iterdir()
    assert is_signed(file.read_bytes().partition(b"-" * 79)[0])


def test_signing_is_quick(alice: User, key: rsa.RSAPrivateKey, settings: Settings) -> None:
    message = mail_of(make_mail(alice, digest=make_digest(alice, *(make_paper(abstract="A sentence. " * 40) for _ in range(20)))))

    def best() -> float:
        times = []
        for _ in range(20):
            began = time.perf_counter()
            on_the_wire(message)
            times.append(time.perf_counter() - began)
        return min(times)

    signed, settings.DKIM_KEY = best(), None
    assert signed - best() < 0.004


def test_the_command_prints_the_record_to_publish(key: rsa.RSAPrivateKey, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("dkim")
    record = capsys.readouterr().out
    assert record.startswith('lectern._domainkey.127.0.0.1. IN TXT ( "v=DKIM1; k=rsa; p=MII')
    assert all(len(part) <= 255 for part in re.findall(r'"([^"]*)"', record))


def test_the_command_says_how_to_make_a_key_where_there_is_none() -> None:
    with pytest.raises(CommandError, match="openssl genrsa"):
        call_command("dkim")


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes = b"") -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password) if password else NoEncryption())


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "dkim.pem"
    path.write_bytes(pem(dkim_key()))
    path.chmod(0o640)
    monkeypatch.setenv("DKIM_KEY", str(path))
    return path


def test_a_key_is_read_from_its_file(key_file: Path) -> None:
    read = env.private_key("DKIM_KEY")
    assert read
    assert read.private_numbers() == dkim_key().private_numbers()


def test_a_key_that_everybody_can_read_stops_the_start(key_file: Path) -> None:
    key_file.chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match=r"DKIM_KEY.*chmod o-rwx"):
        env.private_key("DKIM_KEY")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"no key", "in PEM"),
        (pem(dkim_key(), b"secret"), "without a password"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "RSA"),
        (None, "No such file"),
    ],
)
def test_a_key_that_is_none_stops_the_start(content: bytes | None, expected: str, key_file: Path) -> None:
    key_file.unlink() if content is None else key_file.write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match=f"DKIM_KEY.*{expected}"):
        env.private_key("DKIM_KEY")


@pytest.mark.parametrize("value", ["a b", "über..org", "-x", "x;y"])
def test_a_domain_that_is_none_stops_the_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DKIM_DOMAIN", value)
    with pytest.raises(ImproperlyConfigured, match="DKIM_DOMAIN"):
        env.domain("DKIM_DOMAIN", "")
