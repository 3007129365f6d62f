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

COMMUNITY = 0.2  # what readers alike keep, beside taste, both in standard deviations over ordinary papers
ORDINARY = 1_000  # papers of the catalogue that others are measured against
SEEDS = (0, 1)  # of the samples that taste is learnt from
DULL = 0.15  # a paper that n readers keep counts n ** -0.15
# Cosines from which two papers are on one theme: by concepts, where there are any, else by words.
CONCEPT_THEME, WORD_THEME = 0.25, 0.18


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

    def __len__(self) -> int:
        return len(self.concepts)

    @property
    def likeness(self) -> "Likeness":
        return Likeness(self.concepts if self.concepts.shape[1] else self.words)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Papers as they are compared with one another: by concepts where there are any, else by words; unit rows."""

    rows: np.ndarray | csr_matrix

    @property
    def is_learnt(self) -> bool:
        """Whether concepts are compared."""
        return isinstance(self.rows, np.ndarray)

    def __len__(self) -> int:
        return int(self.rows.shape[0])

    def __getitem__(self, rows: "np.ndarray | slice") -> "Likeness":
        return Likeness(self.rows[rows])

    def cosines(self, others: "Likeness") -> np.ndarray:
        """Say how alike papers are, shape (papers, others)."""
        product = self.rows @ others.rows.T
        return product if isinstance(product, np.ndarray) else product.toarray()

    def on_one_theme(self, others: "Likeness") -> np.ndarray:
        """Say which papers are on one theme with which others, shape (papers, others)."""
        return self.cosines(others) >= (CONCEPT_THEME if self.is_learnt else WORD_THEME)


class Model:
    """Scores any papers for any readers, whether or not it was trained on them."""

    def __init__(
        self,
        features: Features,
        concepts: np.ndarray,
        taste: np.ndarray,
        community: Community,
        keepers: Mapping[int, int],
        ordinary: csr_matrix,
    ) -> None:
        """Take what was learnt.

        Args:
            keepers: how many readers keep a paper, by its id.
            ordinary: words of papers of the catalogue that others are measured against, at most a thousand.
        """
        self.features, self.concepts, self.taste, self.community, self.keepers = features, concepts, taste, community, keepers
        self.ordinary = self._see(ordinary, np.ones(ordinary.shape[0], dtype=int))

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
        kept = incidence([{places[paper]: 1.0 for paper in history if paper in places} for history in histories], len(papers))
        counts = np.asarray(kept.sum(axis=0)).ravel().astype(int)
        keepers = {paper.id: int(count) for paper, count in zip(papers, counts, strict=True) if count}
        rows = to_concepts(words, concepts)
        taste = np.mean([learn_taste(kept, rows, _weights(counts), seed) for seed in SEEDS], axis=0)
        evenly = np.unique(np.linspace(0, len(papers) - 1, min(ORDINARY, len(papers))).astype(int))
        return cls(features, concepts, taste, learn_community(kept, rows), keepers, words[evenly])

    def vectors(self, papers: Sequence[PaperText]) -> Vectors:
        """See papers as the model does; what many keep says less of a reader."""
        keepers = np.array([self.keepers.get(paper.id, 1) for paper in papers], dtype=int)
        return self._see(self.features.of([paper.text for paper in papers]), keepers)

    def _see(self, words: csr_matrix, keepers: np.ndarray) -> Vectors:
        concepts = to_concepts(words, self.concepts)
        return Vectors(words, concepts, concepts @ self.community.weights, _weights(keepers))

    def scores(self, kept: csr_matrix, own: Vectors, candidates: Vectors) -> np.ndarray:
        """Say how much each candidate is to each reader, shape (readers, candidates).

        The unit is standard deviations above an ordinary paper of the catalogue, so that a week without anything for
        a reader shows. A reader without papers, or with none of which a word is known, gets zeros. Where nothing was
        learnt of concepts, words speak for themselves.

        Args:
            kept: what each of the `own` papers counts for each reader, shape (readers, own papers).
        """
        if not self.taste.size:
            words = kept @ own.words
            ordinary, scores = ((words @ papers.words.T).toarray() for papers in (self.ordinary, candidates))
            return _above(ordinary, scores)
        profiles = unit((kept @ diags(own.weights)) @ own.concepts) @ self.taste
        readers = self.community.readers(kept, own.factors)
        taste, others = profiles @ self.ordinary.concepts.T, readers @ self.ordinary.factors.T
        ordinary = _above(taste, taste) + COMMUNITY * _above(others, others)
        scores = _above(taste, profiles @ candidates.concepts.T) + COMMUNITY * _above(others, readers @ candidates.factors.T)
        return _above(ordinary, scores)

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
            ordinary=self.ordinary.words.data,
            ordinary_columns=self.ordinary.words.indices,
            ordinary_ends=self.ordinary.words.indptr,
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
            features, parts = Features(fields), (arrays["ordinary"], arrays["ordinary_columns"], arrays["ordinary_ends"])
            return cls(
                features,
                arrays["concepts"].astype(np.float32),
                arrays["taste"].astype(np.float32),
                Community(arrays["community"], arrays["gram"]),
                dict(arrays["kept"].tolist()),
                csr_matrix(parts, shape=(len(parts[2]) - 1, features.columns)),
            )


def incidence(weights: Sequence[Mapping[int, float]], papers: int) -> csr_matrix:
    """Return what each paper counts for each reader as a matrix, shape (readers, papers).

    Args:
        weights: for each reader, by the paper's column.
    """
    ends = np.cumsum([0, *(len(row) for row in weights)])
    columns = np.fromiter((place for row in weights for place in row), dtype=np.int64, count=int(ends[-1]))
    values = np.fromiter((weight for row in weights for weight in row.values()), dtype=np.float32, count=int(ends[-1]))
    return csr_matrix((values, columns, ends), shape=(len(weights), papers))


def _weights(keepers: np.ndarray) -> np.ndarray:
    weights: np.ndarray = np.maximum(keepers, 1).astype(np.float32) ** -DULL
    return weights


def _above(ordinary: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return scores as standard deviations above the mean of ordinary papers, row by row; zeros where those are all the same."""
    if not ordinary.shape[1]:
        return np.zeros_like(scores)
    centred, spread = scores - ordinary.mean(axis=1, keepdims=True), ordinary.std(axis=1, keepdims=True)
    return np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-6)
