"""Reports are read as they come from the wild, and what is no report is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.reports import Kind, kind_of_bounce, read_report

EXCHANGE = b"""From: postmaster@corp.example
To: bounces+7-abc@lectern.example
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"
MIME-Version: 1.0

--b1
Content-Type: text/html; charset=utf-8

<p>Your message wasn't delivered.</p>
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns;DB7.outlook.example
X-Display-Name: Ada

Final-Recipient: rfc822;Ada@Corp.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found
  by SMTP address lookup

--b1
Content-Type: message/rfc822

From: Lectern <lectern@lectern.example>
Message-ID: <abc@lectern.example>
Subject: 7 papers for you

Body
--b1--
"""
EXIM = b"""From: Mail Delivery System <Mailer-Daemon@mx.example>
To: bounces+8-abc@lectern.example
Content-Type: multipart/report; report-type=delivery-status; boundary=b2

--b2
Content-type: text/plain; charset=us-ascii

A message that you sent could not be delivered.
--b2
Content-type: message/delivery-status

Reporting-MTA: dns; mx.example

Action: failed
Final-Recipient: rfc822;bob@lab.example
Status: 5.0.0
Remote-MTA: dns; mx2.example
Diagnostic-Code: smtp; 552 5.2.2 mailbox full

--b2
Content-type: text/rfc822-headers

Message-ID: <def@lectern.example>

--b2--
"""
DELAYED = EXIM.replace(b"Action: failed", b"Action: delayed").replace(b"Status: 5.0.0", b"Status: 4.4.7")
AWAY = b"From: ada@lab.example\nTo: bounces+7-abc@lectern.example\nAuto-Submitted: auto-replied\n\nI am away. 550 5.1.1 no such user\n"


def test_a_bounce_of_exchange() -> None:
    report = read_report(EXCHANGE)
    assert report
    assert (report.kind, report.recipient, report.message_id) == (Kind.HARD, "ada@corp.example", "<abc@lectern.example>")
    assert report.sent_to == ("bounces+7-abc@lectern.example",)
    assert report.words == "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"


def test_a_bounce_of_exim_with_headers_only() -> None:
    report = read_report(EXIM)
    assert report
    assert (report.message_id, report.recipient) == ("<def@lectern.example>", "bob@lab.example")


def test_what_the_relay_said_counts_more_than_a_status_that_says_nothing() -> None:
    report = read_report(EXIM)
    assert report
    assert report.kind is Kind.SOFT


@pytest.mark.parametrize("content", [DELAYED, AWAY, b"", b"\xff\x00", b"To: a@b\n\nHello"])
def test_delays_answers_of_robots_and_letters_report_nothing(content: bytes) -> None:
    assert read_report(content) is None


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_either_way_to_end_a_line_will_do(ending: bytes) -> None:
    assert read_report(EXCHANGE.replace(b"\n", ending)) == read_report(EXCHANGE)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("5.1.1", Kind.HARD),
        ("5.1.2", Kind.HARD),
        ("5.1.10", Kind.HARD),
        ("5.2.1", Kind.HARD),
        ("5.4.4", Kind.HARD),
        ("5.0.0", Kind.HARD),
        ("5.2.2", Kind.SOFT),
        ("5.1.8", Kind.SOFT),
        ("5.3.4", Kind.SOFT),
        ("5.6.0", Kind.SOFT),
        ("5.7.1", Kind.SOFT),
        ("4.4.7", Kind.SOFT),
        ("", Kind.SOFT),
    ],
)
def test_only_what_is_the_mailbox_s_own_and_stays_is_hard(status: str, kind: Kind) -> None:
    assert kind_of_bounce(status) is kind


@given(st.binary(max_size=300), st.integers(0, len(EXCHANGE)))
def test_no_mail_is_too_broken_to_be_read(noise: bytes, place: int) -> None:
    read_report(EXCHANGE[:place] + noise + EXCHANGE[place:])
