"""A secret in an address does not get into the log with it."""

import logging

import pytest
from django.conf import settings
from django.urls import reverse

from config.logs import BlotSecrets

ADDRESSES = [
    reverse("accounts:join", args=["SECRET"]),
    reverse("papers:shared", args=["SECRET"]),
    reverse("papers:shared_file", args=["SECRET", "bib"]),
    reverse("digests:unsubscribe", args=["SECRET"]),
    reverse("digests:preferences", args=["SECRET"]),
    reverse("digests:stop_notices", args=["SECRET"]),
    reverse("digests:team_stop", args=["SECRET"]),
    reverse("accounts:take_export", args=["SECRET"]),
    reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "SECRET"}),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_address_is_named_without_its_secret(address: str) -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Internal Server Error: %s", (address,), None)
    assert BlotSecrets().filter(record)
    assert "SECRET" not in record.getMessage()
    assert record.getMessage().startswith("Internal Server Error: /")


def test_other_addresses_are_named_in_full() -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Not Found: %s", ("/lists/alice/shelf/",), None)
    BlotSecrets().filter(record)
    assert record.getMessage() == "Not Found: /lists/alice/shelf/"


def test_whatever_is_logged_goes_through_it() -> None:
    assert all(handler["filters"] == ["blot"] for handler in settings.LOGGING["handlers"].values())
