"""People as the command line makes them."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_an_administrator_of_the_command_line_can_log_in_at_once() -> None:
    user = User.objects.create_superuser("root@lab.example", "correct horse battery")
    assert EmailAddress.objects.get(user=user).verified
    answer = Client().post("/accounts/login/", {"login": "root@lab.example", "password": "correct horse battery"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_handle_is_made_from_the_address_and_stays_unique() -> None:
    first, second = (User.objects.create_user(f"Ann.Lee@{host}.example") for host in ("a", "b"))
    assert (first.handle, second.handle) == ("ann-lee", "ann-lee-2")


def test_a_zone_that_no_longer_exists_breaks_no_page(alice: User, alices_browser: Client) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Mars/Olympus")
    assert alices_browser.get("/").status_code == 200
