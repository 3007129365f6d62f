"""Readers whose composed digests wait in the outbox: `python -m tests.faults.seed COUNT`; or whose hour just came: `… COUNT due`."""

import sys

import django


def main(count: int, *, is_due: bool) -> None:
    from django.db.models.functions import Now

    from accounts.models import User
    from digests import actions
    from digests.models import Digest, Subscription, Suppression
    from tests.factories import make_paper, make_user

    User.objects.all().delete()
    Suppression.objects.all().delete()  # readers get the addresses of those before them
    if not Digest.objects.exists():
        for _ in range(3):
            make_paper()
    for number in range(count):
        make_user(f"reader{number}", password=None)
    actions.enrol_new_readers()
    if is_due:
        Subscription.objects.update(next_due_at=Now())
        return
    actions.plan_now()
    actions.compose_digests()
    assert Digest.objects.filter(state=Digest.State.READY).count() == count


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), is_due="due" in sys.argv)
