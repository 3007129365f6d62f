"""Figures of rankings: by hand where they can be worked out by hand, beside scikit-learn's where they cannot."""

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from digests.recommender.evaluation import best_first, quality


def test_the_best_come_first_and_equal_ones_in_their_order() -> None:
    scores = np.array([[0.1, 0.9, 0.9, 0.5], [0.0, 0.0, 0.0, 0.0]])
    assert best_first(scores, 3).tolist() == [[1, 2, 3], [0, 1, 2]]
    assert best_first(scores, 10).shape == (2, 4)
    assert best_first(np.empty((2, 0)), 10).shape == (2, 0)


def test_figures_that_can_be_worked_out_by_hand() -> None:
    found = quality([[3, 1, 2], [5, 6, 7]], [{1, 9}, {8}], candidates=10)
    assert found.recall == {10: 0.25, 20: 0.25, 50: 0.25, 100: 0.25}
    assert found.mrr == 0.25
    ideal = 1 + 1 / np.log2(3)
    assert found.ndcg == pytest.approx(1 / np.log2(3) / ideal / 2)
    assert (found.coverage, found.readers) == (0.6, 2)


def test_ndcg_is_what_others_say_it_is() -> None:
    dice = np.random.default_rng(0)
    scores, wanted = dice.random((30, 200)), dice.random((30, 200)) < 0.1
    relevant = [set(np.flatnonzero(row).tolist()) for row in wanted]
    found = quality(best_first(scores, 100).tolist(), relevant, candidates=200)
    assert found.ndcg == pytest.approx(ndcg_score(wanted, scores, k=10))


def test_readers_who_saved_nothing_are_not_scored() -> None:
    assert quality([[1], [2]], [set(), {2}], candidates=4).readers == 1
    assert quality([[1]], [set()], candidates=4).ndcg == 0
    assert quality([], [], candidates=0).readers == 0
