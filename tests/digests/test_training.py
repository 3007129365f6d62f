"""Learning from what readers keep: what is learnt, when it is learnt anew, and when the new model is not taken."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from accounts.models import User
from digests.actions import train_if_due, train_model
from digests.actions.training import KEPT_MODELS, model_in_use
from digests.learning import load_histories, load_texts
from digests.models import TrainedModel
from digests.recommender import Model, PaperText
from digests.recommender.model import incidence
from papers.actions.lists import add_paper, saved_list
from papers.actions.reading import set_state
from papers.actions.voting import cast_vote
from papers.models import Paper
from tests.factories import make_paper, make_user

THEMES, WORDS = 40, 30


def texts_of_two_fields(papers: int) -> list[PaperText]:
    """Papers on one theme each, in words of that theme alone; themes 2n and 2n + 1 have no word in common."""
    dice = np.random.default_rng(0)
    words = [[f"t{theme:02}w{chr(97 + word // 26)}{chr(97 + word % 26)}" for word in range(WORDS)] for theme in range(THEMES)]
    drawn = dice.integers(WORDS, size=(papers, 25))
    return [PaperText(id=n + 1, title=" ".join(words[n % THEMES][word] for word in drawn[n])) for n in range(papers)]


def test_what_readers_of_one_thing_turn_to_is_learnt_and_holds_for_papers_nobody_has_seen() -> None:
    papers, dice = texts_of_two_fields(1_600), np.random.default_rng(1)
    known, unseen = papers[:1_200], papers[1_200:]
    histories = []
    for reader in range(400):  # whoever keeps papers of theme 2n keeps papers of 2n + 1 as well
        pair = reader % (THEMES // 2)
        theirs = [paper.id for paper in known if (paper.id - 1) % THEMES // 2 == pair]
        histories.append(dice.choice(theirs, 10, replace=False).tolist())
    learnt, ignorant = Model.train(known, histories), Model.train(known, [])
    own = [paper for paper in known if (paper.id - 1) % THEMES == 0][:5]
    kept = incidence([dict.fromkeys(range(5), 1.0)], 5)
    places = {
        name: np.mean([(paper.id - 1) % THEMES == 1 for paper in _best(model, kept, own, unseen, 20)])
        for name, model in (("learnt", learnt), ("ignorant", ignorant))
    }
    assert places["learnt"] >= 0.4  # half of the best twenty could be of the reader's own theme
    assert places["ignorant"] <= 0.1


def _best(model: Model, kept: object, own: list[PaperText], unseen: list[PaperText], most: int) -> list[PaperText]:
    scores = model.scores(kept, model.vectors(own), model.vectors(unseen))[0]  # type: ignore[arg-type]
    return [unseen[place] for place in np.argsort(-scores)[:most]]


def test_a_model_comes_back_from_its_bytes() -> None:
    papers = texts_of_two_fields(1_100)
    model = Model.train(papers, [[1, 41, 81], [2, 42, 999_999]])
    again = Model.from_bytes(model.to_bytes())
    kept, own, new = incidence([{0: 1.0, 1: 1.0}, {}], 2), papers[:2], papers[2:200]
    scores, same = (each.scores(kept, each.vectors(own), each.vectors(new)) for each in (model, again))
    assert np.abs(scores - same).max() < 0.02
    assert not scores[1].any()


@pytest.mark.parametrize("papers", [[], [PaperText(id=1, title="")], [PaperText(id=1, title="the"), PaperText(id=2, title="Graphs")]])
def test_little_or_nothing_can_be_learnt_from(papers: list[PaperText]) -> None:
    model = Model.from_bytes(Model.train(papers, [[], [1, 1, 7]]).to_bytes())
    vectors = model.vectors(papers)
    assert np.isfinite(model.scores(incidence([dict.fromkeys(range(len(papers)), 1.0)], len(papers)), vectors, vectors)).all()


@pytest.mark.django_db
class TestRows:
    def test_what_is_saved_upvoted_or_read_is_kept_and_what_is_dismissed_is_not(self, alice: User, bob: User) -> None:
        saved, upvoted, read, dismissed = (make_paper() for _ in range(4))
        add_paper(reading_list=saved_list(user=alice), paper=saved, user=alice)
        cast_vote(user=alice, paper=upvoted)
        cast_vote(user=alice, paper=saved)
        set_state(user=alice, paper=read, state="read")
        set_state(user=alice, paper=dismissed, state="dismissed")
        cast_vote(user=bob, paper=dismissed)
        assert load_histories() == {alice.pk: [read.pk, saved.pk, upvoted.pk], bob.pk: [dismissed.pk]}
        assert {text.id for text in load_texts({saved.pk})} == set(Paper.objects.values_list("pk", flat=True))

    def test_it_learns_at_once_then_after_a_week_or_when_much_has_changed(self) -> None:
        make_paper()
        assert train_if_due()
        assert train_if_due() is None
        make_paper()
        assert train_if_due()
        assert train_if_due() is None
        TrainedModel.objects.update(made_at=timezone.now() - timedelta(days=8))
        assert train_if_due()

    def test_who_needs_a_model_in_a_small_library_gets_one_that_knows_it(self) -> None:
        make_paper(title="Graphs")
        assert "graph" in model_in_use().features.fields[0].vocabulary
        make_paper(title="Robots")
        assert {"graph", "robot"} <= set(model_in_use().features.fields[0].vocabulary)
        assert TrainedModel.objects.count() == 2

    def test_a_model_that_ranks_what_came_since_worse_is_not_taken(self, caplog: pytest.LogCaptureFixture) -> None:
        themes = [
            "graph neural network message",
            "speech audio spectrogram word",
            "robot grasp motion policy",
            "protein fold residue chain",
        ]
        readers = [make_user(password=None) for _ in range(24)]
        for number in range(8):
            make_paper(title=f"{themes[number % 4]} {number}")
        old = list(Paper.objects.order_by("pk"))
        for number, reader in enumerate(readers):
            cast_vote(user=reader, paper=old[number % 4])
        good = train_model()
        TrainedModel.objects.update(made_at=timezone.now() - timedelta(days=1))
        Paper.objects.update(first_seen_at=timezone.now() - timedelta(days=2))
        new = [make_paper(title=f"{themes[number % 4]} new {number}") for number in range(12)]
        for number, reader in enumerate(readers):
            cast_vote(user=reader, paper=new[number % 4])
        fair = train_model()
        assert (fair.is_worse, fair.quality["readers"], fair.beside["readers"]) == (False, 24, 24)
        assert TrainedModel.objects.in_use() == fair
        # Now the one in use knows words that somebody has since taken out of every other text.
        TrainedModel.objects.filter(pk=fair.pk).update(made_at=timezone.now() - timedelta(hours=12), weights=bytes(good.weights))
        assert model_in_use()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("digests.actions.training.TOLERANCE", 2.0)
            worse = train_model()
        assert worse.is_worse
        assert not bytes(worse.weights)
        assert TrainedModel.objects.in_use() != worse
        assert "worse than the one in use" in caplog.text

    def test_of_old_models_the_figures_stay_and_the_weights_go(self) -> None:
        make_paper()
        for _ in range(KEPT_MODELS + 2):
            train_model()
        assert TrainedModel.objects.exclude(weights=b"").count() == KEPT_MODELS
        assert TrainedModel.objects.count() == KEPT_MODELS + 2
