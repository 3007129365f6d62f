"""What readers of one thing turn to next: a bilinear form between what one keeps and what one will keep, learnt from everybody."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from digests.recommender.concepts import unit

SHARPNESS = 15.0  # of the softmax: what a cosine of one is worth
READERS = 512  # in a step
OTHERS = 4_096  # papers in a step that nobody of them need have kept
MOST_STEPS = 100
READERS_A_STEP = 4  # there are no more steps than a fourth of the readers, so that a few do not speak for all
RATE = 0.015
HIDDEN = (0.2, 0.6)  # share of a reader's papers that the others must foretell
MOST_TARGETS = 3_000


@dataclass(frozen=True, slots=True)
class _Step:
    """Profiles of some readers, shape (readers, concepts); what they are not asked for and what they are, (readers, papers)."""

    profiles: np.ndarray
    papers: np.ndarray
    given: np.ndarray
    wanted: np.ndarray


def learn_taste(kept: csr_matrix, concepts: np.ndarray, weights: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return the form W, shape (concepts, concepts): profile @ W @ paper says how likely a reader keeps a paper.

    Some of each reader's papers are hidden, and a softmax over them and a sample of others is to find them from
    the rest: a two-tower model with linear towers (Covington et al. 2016; Yi et al. 2019), which therefore works
    for papers that nobody has seen. Adam (Kingma and Ba 2015), averaged over the last steps.

    Args:
        kept: which reader keeps which paper, shape (readers, papers), of ones.
        concepts: unit rows of the papers, shape (papers, concepts).
        weights: what each paper counts in a profile, shape (papers,).
    """
    size, dice = concepts.shape[1], np.random.default_rng(seed)
    form, weighted = np.eye(size, dtype=np.float32) * SHARPNESS, concepts * weights[:, None]
    readers, known = np.flatnonzero(np.diff(kept.indptr) >= 2), np.unique(kept.indices)
    if not size or not len(readers):
        return form
    average, mean, spread = form.copy(), np.zeros_like(form), np.zeros_like(form)
    for number in range(1, 1 + min(MOST_STEPS, len(readers) // READERS_A_STEP)):
        some = dice.choice(readers, min(READERS, len(readers)), replace=False)
        gradient = _gradient(form, _draw(kept[some], weighted, known, dice), concepts)
        mean += 0.1 * (gradient - mean)
        spread += 0.01 * (gradient**2 - spread)
        form -= RATE * (mean / (1 - 0.9**number)) / (np.sqrt(spread / (1 - 0.99**number)) + 1e-8)
        average += 0.05 * (form - average)
    return average


def _draw(kept: csr_matrix, weighted: np.ndarray, known: np.ndarray, dice: np.random.Generator) -> _Step:
    """Hide some of each reader's papers, at least one and never all, and draw others beside them."""
    rows = np.repeat(np.arange(kept.shape[0]), np.diff(kept.indptr))
    chance = dice.random(kept.nnz)
    hidden = chance < dice.uniform(*HIDDEN, kept.shape[0])[rows]
    by_chance = np.lexsort((chance, rows))
    hidden[by_chance[kept.indptr[:-1]]], hidden[by_chance[kept.indptr[1:] - 1]] = True, False
    given, wanted = (csr_matrix((shown.astype(np.float32), kept.indices, kept.indptr), kept.shape) for shown in (~hidden, hidden))
    targets = np.unique(kept.indices[hidden])
    targets = dice.choice(targets, min(MOST_TARGETS, len(targets)), replace=False)
    papers = np.union1d(targets, dice.choice(known, min(OTHERS, len(known)), replace=False))
    return _Step(unit(given @ weighted), papers, given[:, papers].toarray() > 0, wanted[:, papers].toarray())


def _gradient(form: np.ndarray, step: _Step, concepts: np.ndarray) -> np.ndarray:
    """Of the cross-entropy between what the form expects and what was hidden, a reader counting one."""
    papers = concepts[step.papers]
    logits = np.where(step.given, -np.inf, (step.profiles @ form) @ papers.T)
    expected = np.exp(logits - logits.max(axis=1, keepdims=True))
    expected /= expected.sum(axis=1, keepdims=True)
    found = step.wanted.sum(axis=1, keepdims=True)
    error = np.where(found > 0, expected - step.wanted / np.maximum(found, 1), 0) / len(found)
    gradient: np.ndarray = step.profiles.T @ (error.astype(np.float32) @ papers)
    return gradient
