"""Readers whose composed digests wait in the outbox: `python -m tests.faults.seed COUNT`."""

import sys

import django


def main(count: int) -> None:
    from accounts.models import User
    from digests import actions
    from digests.models import Digest
    from tests.factories import make_paper, make_user

    User.objects.all().delete()
    if not Digest.objects.exists():
        for _ in range(3):
            make_paper()
    for number in range(count):
        make_user(f"reader{number}", password=None)
    actions.enrol_new_readers()
    actions.plan_now()
    actions.compose_digests()
    assert Digest.objects.filter(state=Digest.State.READY).count() == count


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
