"""Each attempt at a mail is one line in the log, which names nobody."""

import logging

import pytest

from accounts.models import User
from digests.channels import Verdict
from digests.outcomes import log_outcome
from tests.digests.makers import make_mail


def test_the_line_tells_all_but_who(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    mail = make_mail(alice, address="Alice.Private@Lab.example")
    with caplog.at_level(logging.INFO, logger="digests.outcomes"):
        log_outcome(mail, Verdict.NO_SUCH_ADDRESS, state="failed", attempts=2, seconds=0.0351)
    [record] = caplog.records
    assert record.getMessage() == f"Mail {mail.pk} (digest) to lab.example: failed, no_such_address at attempt 2 in 35 ms"
    told = {"delivery": mail.pk, "kind": "digest", "state": "failed", "verdict": "no_such_address", "attempts": 2}
    assert vars(record).items() >= (told | {"domain": "lab.example", "duration_ms": 35}).items()
    assert "Private" not in str(vars(record))
