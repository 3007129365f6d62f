"""`manage.py send_digests` and `deliver`: the whole way on the spot, and a line for each reader."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from digests.models import Delivery, Digest
from papers.actions.lists import add_paper, saved_list
from tests.digests.makers import make_due, make_mail
from tests.digests.relay import RelayBehaviour
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("send_digests", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_now_sends_to_everybody_and_says_so(alice: User, bob: User, relay: RelayBehaviour) -> None:
    make_paper()
    lines = run("--now")
    assert sorted(line.split()[0] for line in lines) == sorted([alice.email, bob.email])
    assert all(line.endswith("  sent") for line in lines)
    assert sorted(relay.recipients) == sorted([alice.email, bob.email])


def test_now_for_everybody_sends_nobody_a_second_one(alice: User, relay: RelayBehaviour) -> None:
    make_paper()
    run("--now")
    assert len(run("--now")) == 1
    assert len(relay.accepted) == 1


def test_now_for_one_reader_sends_to_that_one_each_time(alice: User, bob: User, mail_folder: Path) -> None:
    make_paper()
    for count in (1, 2):
        (line,) = run("--now", "--user", alice.email.upper())
        assert line.startswith(f"{alice.email}  ")
        assert line.endswith("  sent")
        assert len(list(mail_folder.iterdir())) == count
    assert not Digest.objects.filter(subscription__user=bob).exists()


def test_who_gets_nothing_is_told_why(alice: User) -> None:
    paper = make_paper()
    add_paper(reading_list=saved_list(user=alice), paper=paper, user=alice)
    (line,) = run("--now", "--user", alice.email)
    assert line.endswith("skipped: no new paper fits your interests well enough")


def test_a_failed_delivery_fails_the_command_with_the_relay_s_words(
    alice: User, bob: User, relay: RelayBehaviour, capsys: pytest.CaptureFixture[str]
) -> None:
    make_paper()
    relay.to_recipient[alice.email] = "550 5.1.1 no such mailbox"
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 2 digests failed"):
        call_command("send_digests", "--now", stdout=out)
    assert "failed: 550 5.1.1 no such mailbox" in out.getvalue()
    assert relay.recipients == [bob.email]


def test_without_now_only_what_is_due_goes_out(alice: User, bob: User, relay: RelayBehaviour) -> None:
    make_paper()
    assert run() == ["No digest is due. --now sends the present ones without waiting for their hour."]
    make_due(bob)
    (line,) = run()
    assert line.startswith(bob.email)
    assert relay.recipients == [bob.email]


def test_a_stranger_s_address_is_an_error() -> None:
    with pytest.raises(CommandError, match="nobody@lab"):
        run("--now", "--user", "nobody@lab.example")


def test_a_reader_is_named_together_with_now() -> None:
    with pytest.raises(CommandError, match="--now"):
        run("--user", "alice@lab.example")


def test_deliver_drains_the_outbox_once(alice: User, relay: RelayBehaviour) -> None:
    mail, out = make_mail(alice), StringIO()
    call_command("deliver", stdout=out)
    assert Delivery.objects.get(pk=mail.pk).state == Delivery.State.SENT
    assert out.getvalue() == "1 mails and 0 posts accepted, 0 left by dead senders settled\n"
