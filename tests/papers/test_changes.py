"""What happened to a paper since it came out shows wherever it stands; and an institute's resolver is asked where to read it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from digests.mails import mail_of
from papers.models import Paper
from papers.openurl import openurl
from tests.digests.makers import make_mail
from tests.factories import make_paper

TODAY = timezone.now().date()


@pytest.mark.django_db
class TestChanges:
    @pytest.mark.parametrize(
        ("over", "words"),
        [
            ({}, []),
            ({"versions": ((1, TODAY),)}, []),
            ({"versions": ((1, date(2020, 1, 1)), (2, TODAY - timedelta(days=60)))}, []),
            ({"versions": ((1, date(2020, 1, 1)), (2, TODAY - timedelta(days=9)), (3, TODAY))}, ["new version v3"]),
            ({"journal_ref": "J. Phys. 1"}, ["published"]),
            ({"doi": "10.1000/182"}, ["published"]),
            ({"arxiv_id": "", "doi": "10.1000/182"}, []),
            ({"is_withdrawn": True}, ["withdrawn"]),
            ({"is_retracted": True, "doi": "10.1000/182"}, ["retracted", "published"]),
        ],
    )
    def test_each_change_has_words_on_cards_and_pages(self, over: dict[str, Any], words: list[str], alice: User, client: Client) -> None:
        paper = make_paper(**over)
        card = Paper.objects.for_cards(alice).get(pk=paper.pk)
        assert [said for _kind, said in card.changes] == words
        for address in ("/", paper.get_absolute_url()):
            page = client.get(address).content.decode()
            assert all(said in page for said in words)

    def test_a_retraction_is_said_in_the_mail_and_aloud_on_the_page(self, alice: User, client: Client) -> None:
        paper = make_paper(is_retracted=True)
        mail = make_mail(user=alice)
        mail.digest.entries.update(paper=paper)
        assert "retracted" in mail_of(mail).as_string()
        assert 'role="alert"' in client.get(paper.get_absolute_url()).content.decode()

    def test_an_institute_is_asked_where_to_read_it(self, client: Client, settings: Any) -> None:
        paper = make_paper(doi="10.1000/182")
        assert "Find it in my library" not in client.get(paper.get_absolute_url()).content.decode()
        settings.LINK_RESOLVER = "https://resolver.example.edu/find?vid=1"
        page = client.get(paper.get_absolute_url()).content.decode()
        assert "https://resolver.example.edu/find?vid=1&amp;url_ver=Z39.88-2004" in page


def test_an_openurl_names_what_is_known() -> None:
    whole = openurl(
        "https://r.example/x", title="A & B", first_author="J. Doe", year=2020, doi="10.1000/182", arxiv_id="2001.00001", journal="J"
    )
    assert whole.startswith("https://r.example/x?url_ver=Z39.88-2004&")
    assert "rft.atitle=A+%26+B" in whole
    assert whole.endswith("rft_id=info%3Adoi%2F10.1000%2F182&rft_id=info%3Aarxiv%2F2001.00001")
    bare = openurl("https://r.example/x?a=1", title="T", first_author="", year=None, doi="", arxiv_id="", journal="")
    assert (
        bare
        == "https://r.example/x?a=1&url_ver=Z39.88-2004&ctx_ver=Z39.88-2004&rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Ajournal&rft.genre=preprint&rft.atitle=T"
    )
