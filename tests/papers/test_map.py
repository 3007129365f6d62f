"""The map of a week: papers about the same lie together, topics have names, and the picture has a table beside it."""

from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.actions import mapping
from papers.actions.indexing import index_papers
from papers.actions.mapping import draw_maps
from papers.actions.voting import cast_vote
from papers.atlas import lay_out
from papers.models import Paper, WeekMap
from papers.spans import span_of
from tests.counting import queries_of
from tests.factories import make_paper

SUBJECTS = {"Proteins fold into structures": "protein", "Galaxies and dark matter": "galaxy", "Grammar of spoken language": "language"}


class TestAtlas:
    @pytest.fixture
    def three_clouds(self) -> tuple[np.ndarray, list[str]]:
        rng = np.random.default_rng(1)
        vectors = np.repeat(np.eye(3, 16), 15, axis=0) + rng.normal(0, 0.05, (45, 16))
        return vectors, [f"The {word} and number {number}" for word in ("protein", "galaxy", "grammar") for number in range(15)]

    def test_what_is_alike_lies_together_and_topics_are_named(self, three_clouds: tuple[np.ndarray, list[str]]) -> None:
        atlas = lay_out(*three_clouds)
        clouds = atlas.places.reshape(3, 15, 2)
        within = np.linalg.norm(clouds - clouds.mean(axis=1, keepdims=True), axis=2).max()
        between = min(np.linalg.norm(clouds[one].mean(axis=0) - clouds[other].mean(axis=0)) for one, other in ((0, 1), (0, 2), (1, 2)))
        assert between > within
        assert {name.split(",")[0] for name in atlas.names} == {"protein", "galaxy", "grammar"}
        assert atlas.places.min() == 0
        assert atlas.places.max() == 1

    def test_the_same_papers_give_the_same_map(self, three_clouds: tuple[np.ndarray, list[str]]) -> None:
        assert np.array_equal(lay_out(*three_clouds).places, lay_out(*three_clouds).places)

    @pytest.mark.parametrize("count", [0, 1, 2, 4, 5, 6, 13])
    def test_a_few_papers_have_places_too(self, count: int) -> None:
        atlas = lay_out(np.random.default_rng(2).normal(size=(count, 16)), ["A title"] * count)
        assert atlas.places.shape == (count, 2)
        assert np.isfinite(atlas.places).all()
        assert len(atlas.topics) == count

    def test_papers_that_are_all_the_same_have_places(self) -> None:
        assert np.isfinite(lay_out(np.ones((20, 16)), ["Same"] * 20).places).all()


@pytest.mark.django_db
class TestTheMap:
    @pytest.fixture(autouse=True)
    def week(self) -> None:
        for number in range(8):
            for subject in SUBJECTS:
                make_paper(title=f"{subject} {number}", abstract=f"{subject}, again.")
        index_papers()

    def key(self) -> str:
        return span_of("week", timezone.now().date()).key

    def test_it_is_drawn_once_and_again_when_papers_came(self) -> None:
        assert draw_maps() == [self.key()]
        assert draw_maps() == []
        make_paper(title="One more")
        index_papers()
        assert draw_maps() == []  # it is fresh
        WeekMap.objects.update(drawn_at=timezone.now() - timedelta(hours=2))
        assert draw_maps() == [self.key()]
        assert WeekMap.objects.get().paper_count == 25

    def test_the_page_has_a_picture_and_a_table(self, alice: User, client: Client) -> None:
        mine = Paper.objects.order_by("pk")[0]
        cast_vote(user=alice, paper=mine)
        draw_maps()
        client.force_login(alice)
        page = client.get("/map/", follow=True).content.decode()
        assert page.count("<circle") == 24
        assert page.count("map__point--mine") == 1
        assert page.count("<tr><th") == 24 + page.count("<thead>")
        assert '<span class="badge">mine</span>' in page

    def test_more_papers_cost_no_more_queries(self, alice: User, client: Client) -> None:
        draw_maps()
        client.force_login(alice)
        address = f"/map/{self.key()}/"
        client.get(address)
        few = queries_of(lambda: client.get(address))
        WeekMap.objects.all().delete()
        for number in range(10):
            make_paper(title=f"More of {number}")
        index_papers()
        draw_maps()
        assert queries_of(lambda: client.get(address)) == few

    def test_a_paper_that_is_gone_is_left_out(self, client: Client) -> None:
        draw_maps()
        Paper.objects.order_by("pk")[0].delete()
        assert client.get(f"/map/{self.key()}/").content.decode().count("<circle") == 23

    def test_a_week_without_a_map_says_so(self, client: Client) -> None:
        assert "There is no map of this week" in client.get("/map/2020-W01/").content.decode()

    @pytest.mark.parametrize("key", ["2026-11", "2025-W53", "x"])
    def test_what_is_no_week_is_404(self, key: str, client: Client) -> None:
        assert client.get(f"/map/{key}/").status_code == 404

    def test_the_hottest_are_drawn_where_there_are_too_many(self, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
        hottest = Paper.objects.order_by("pk")[3]
        for reader in (alice, bob):
            cast_vote(user=reader, paper=hottest)
        monkeypatch.setattr(mapping, "MOST_PAPERS", 1)
        draw_maps()
        assert [point[0] for point in WeekMap.objects.get().points] == [hottest.pk]
