"""What the recommender has learnt: words, concepts and taste, trained on a catalogue and on what its readers keep."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags, vstack

from digests.recommender.community import Community, learn_community
from digests.recommender.concepts import fit_concepts, to_concepts, unit
from digests.recommender.features import FORMS, Features, Field
from digests.recommender.shapes import PaperText
from digests.recommender.taste import learn_taste

COMMUNITY = 0.2  # what readers alike keep, beside taste, both in standard deviations over the candidates
SEEDS = (0, 1)  # of the samples that taste is learnt from
DULL = 0.15  # a paper that n readers keep counts n ** -0.15


@dataclass(frozen=True, slots=True)
class Vectors:
    """Papers as a model sees them.

    Args:
        words: tf-idf rows, sparse, shape (papers, columns).
        concepts: unit rows, shape (papers, concepts).
        factors: what readers alike keep, told from concepts, shape (papers, factors).
        weights: what each counts in the profile of who keeps it, shape (papers,).
    """

    words: csr_matrix
    concepts: np.ndarray
    factors: np.ndarray
    weights: np.ndarray

    def __add__(self, other: "Vectors") -> "Vectors":
        pairs = ((self.concepts, other.concepts), (self.factors, other.factors), (self.weights, other.weights))
        return Vectors(csr_matrix(vstack([self.words, other.words])), *map(np.concatenate, pairs))

    def __getitem__(self, rows: np.ndarray) -> "Vectors":
        return Vectors(self.words[rows], self.concepts[rows], self.factors[rows], self.weights[rows])


class Model:
    """Scores any papers for any readers, whether or not it was trained on them."""

    def __init__(
        self, features: Features, concepts: np.ndarray, taste: np.ndarray, community: Community, keepers: Mapping[int, int]
    ) -> None:
        """Take what was learnt; `keepers` says how many readers keep a paper, by its id."""
        self.features, self.concepts, self.taste, self.community, self.keepers = features, concepts, taste, community, keepers

    @classmethod
    def train(cls, papers: Sequence[PaperText], histories: Sequence[Sequence[int]]) -> "Model":
        """Learn from texts and from who keeps what.

        Args:
            papers: may be empty, and so may each text.
            histories: ids of papers that each reader keeps; those that are not among `papers` count nothing.
        """
        features, words = Features.fit([paper.text for paper in papers])
        concepts = fit_concepts(words)
        places = {paper.id: place for place, paper in enumerate(papers)}
        kept = incidence([[places[paper] for paper in history if paper in places] for history in histories], len(papers))
        counts = np.asarray(kept.sum(axis=0)).ravel().astype(int)
        keepers = {paper.id: int(count) for paper, count in zip(papers, counts, strict=True) if count}
        rows = to_concepts(words, concepts)
        taste = np.mean([learn_taste(kept, rows, _weights(counts), seed) for seed in SEEDS], axis=0)
        return cls(features, concepts, taste, learn_community(kept, rows), keepers)

    def vectors(self, papers: Sequence[PaperText]) -> Vectors:
        """See papers as the model does; what many keep says less of a reader."""
        words = self.features.of([paper.text for paper in papers])
        weights = _weights(np.array([self.keepers.get(paper.id, 1) for paper in papers]))
        concepts = to_concepts(words, self.concepts)
        return Vectors(words, concepts, concepts @ self.community.weights, weights)

    def scores(self, kept: csr_matrix, own: Vectors, candidates: Vectors) -> np.ndarray:
        """Say how much each candidate is to each reader, shape (readers, candidates), in standard deviations over the candidates.

        A reader without papers, or with none of which a word is known, gets zeros. Where nothing was learnt of
        concepts, words speak for themselves.

        Args:
            kept: what each of the `own` papers counts for each reader, shape (readers, own papers).
        """
        if not self.taste.size:
            return _standardised(((kept @ own.words) @ candidates.words.T).toarray())
        profiles = unit((kept @ diags(own.weights)) @ own.concepts) @ self.taste
        taste = _standardised(profiles @ candidates.concepts.T)
        community = _standardised(self.community.scores(kept, own.factors, candidates.factors))
        return _standardised(taste + COMMUNITY * community)

    def to_bytes(self) -> bytes:
        written = io.BytesIO()
        vocabularies = [sorted(field.vocabulary, key=field.vocabulary.__getitem__) for field in self.features.fields]
        np.savez(
            written,
            vocabularies=np.frombuffer(json.dumps(vocabularies).encode(), dtype=np.uint8),
            idf=np.concatenate([field.idf for field in self.features.fields]),
            concepts=self.concepts.astype(np.float16),
            taste=self.taste.astype(np.float16),
            community=self.community.weights,
            gram=self.community.gram,
            kept=np.array(list(self.keepers.items()), dtype=np.int64).reshape(-1, 2),
        )
        return written.getvalue()

    @classmethod
    def from_bytes(cls, written: bytes) -> "Model":
        with np.load(io.BytesIO(written)) as arrays:
            vocabularies = json.loads(arrays["vocabularies"].tobytes())
            idfs = np.split(arrays["idf"], np.cumsum([len(vocabulary) for vocabulary in vocabularies])[:-1])
            fields = [
                Field(form, {text: column for column, text in enumerate(vocabulary)}, idf)
                for form, vocabulary, idf in zip(FORMS, vocabularies, idfs, strict=True)
            ]
            return cls(
                Features(fields),
                arrays["concepts"].astype(np.float32),
                arrays["taste"].astype(np.float32),
                Community(arrays["community"], arrays["gram"]),
                dict(arrays["kept"].tolist()),
            )


def incidence(histories: Sequence[Sequence[int]], papers: int) -> csr_matrix:
    """Return who keeps what as a matrix of ones, shape (readers, papers)."""
    ends = np.cumsum([0, *(len(history) for history in histories)])
    columns = np.fromiter((place for history in histories for place in history), dtype=np.int64, count=int(ends[-1]))
    return csr_matrix((np.ones(len(columns), dtype=np.float32), columns, ends), shape=(len(histories), papers))


def _weights(keepers: np.ndarray) -> np.ndarray:
    weights: np.ndarray = np.maximum(keepers, 1).astype(np.float32) ** -DULL
    return weights


def _standardised(scores: np.ndarray) -> np.ndarray:
    if not scores.shape[1]:
        return scores
    centred = scores - scores.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    return np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-6)
