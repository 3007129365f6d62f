import pytest
from playwright.sync_api import Page
from accounts.actions.events import record_event
from accounts.actions.notices import change_ways
from accounts.actions.invitations import invite_person
from accounts.actions.teams import create_team
from accounts.actions.joining import ask_to_join
from accounts.events import Topic, Way
from accounts.models import User, Notice
from digests.actions import compose_digests, plan_digests
from digests.models import Delivery, Digest
from digests.render import mail_of
from digests.actions import mail_notices
from digests.signing import stop_token
from tests.digests.makers import make_due, make_mail
from tests.factories import make_user, make_paper
pytestmark = [pytest.mark.django_db(transaction=True)]
OUT = "/tmp/notices_shots"
def test_shots(reader: Page, alice: User, live_server):
    page = reader
    def shoot(name, path):
        for theme in ("light", "dark"):
            for w in (1280, 390):
                page.set_viewport_size({"width": w, "height": 900})
                page.emulate_media(color_scheme=theme)
                page.goto(path)
                page.screenshot(path=f"{OUT}/{name}-{w}-{theme}.png", full_page=True)
    shoot("empty", "/inbox/")
    other = make_user("otto", full_name="Otto Example")
    record_event(kind="security.changed", person=alice, tell=[alice], path="/settings/", what="Your password was changed")
    for n in range(3):
        t = create_team(owner=other, slug=f"t-{n}", title=["Graph Lab", "A team with quite a long name that goes on and on for more than a line on phones", "Sem"][n])
        invite_person(team=t, actor=other, person=alice)
        if n == 1:
            Notice.objects.update(read_at="2026-11-20T00:00Z")
    record_event(kind="export.ready", person=alice, tell=[alice], path="/settings/data/")
    shoot("inbox", "/inbox/")
    shoot("settings", "/settings/notices/")
    mail_notices()
    d = Delivery.objects.filter(notice__isnull=False).order_by("pk")[1]
    html = mail_of(d).get_body(("html",)).get_content()
    print(mail_of(d).as_string()[:3000])
    __import__("pathlib").Path(f"{OUT}/mail.html").write_text(html)
    change_ways(user=alice, ways={Topic.SECURITY: Way.DIGEST, Topic.INVITATIONS: Way.DIGEST})
    record_event(kind="security.changed", person=alice, tell=[alice], path="/settings/", what="Your password was changed")
    t = create_team(owner=other, slug=f"t-9", title="Ninth")
    invite_person(team=t, actor=other, person=alice)
    make_paper(); make_paper()
    make_due(alice); plan_digests(); compose_digests()
    dg = Digest.objects.get(subscription__user=alice)
    shoot("digest", dg.get_absolute_url())
    dm = mail_of(dg.deliveries.get())
    __import__("pathlib").Path(f"{OUT}/digest.html").write_text(dm.get_body(("html",)).get_content())
    print(dm.get_body(("plain",)).get_content())
    shoot("stop", f"/digests/stop/{stop_token(alice.pk, 'security')}/")
    for name in ("mail", "digest"):
        page2 = page.context.new_page()
        for theme in ("light", "dark"):
            for w in (1280, 390):
                page2.set_viewport_size({"width": w, "height": 700}); page2.emulate_media(color_scheme=theme)
                page2.set_content(__import__("pathlib").Path(f"{OUT}/{name}.html").read_text())
                page2.screenshot(path=f"{OUT}/{name}mail-{w}-{theme}.png", full_page=True)
