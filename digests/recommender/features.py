"""Papers as vectors: sublinear tf-idf of words and of their first letters, rows of length one."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix, hstack

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

WORD = re.compile(r"[^\W_][\w'’-]*\w")
STEM = 5  # letters: "recommend-er" and "recommend-ation" share them
# Rare words are noise in a big catalogue, and all there is in a small one.
SMALL, BIG = 200, 2_000  # papers


class Field:
    """One way to read words, with its vocabulary and idf weights; (1 + log tf) * idf, as in Salton and Buckley (1988).

    Args:
        form: what counts of a word.
        vocabulary: the column of each form; may be empty.
        idf: the weight of each column, shape (columns,).
    """

    def __init__(self, form: Callable[[str], str], vocabulary: dict[str, int], idf: np.ndarray) -> None:
        self.form, self.vocabulary, self.idf = form, vocabulary, idf
        self._vectorizer = _vectorizer(form, vocabulary=vocabulary) if vocabulary else None
        if self._vectorizer:
            self._vectorizer.idf_ = idf

    @classmethod
    def fit(cls, form: Callable[[str], str], texts: Sequence[str]) -> "tuple[Field, csr_matrix]":
        size = len(texts)
        vectorizer = _vectorizer(form, min_df=1 if size < SMALL else 2 if size < BIG else 5, max_df=0.1 if size >= BIG else 1.0)
        try:
            rows = csr_matrix(vectorizer.fit_transform(texts))
        except ValueError:  # not one word that counts
            empty = cls(form, {}, np.empty(0, dtype=np.float32))
            return empty, empty.of(texts)
        return cls(form, vectorizer.vocabulary_, np.asarray(vectorizer.idf_, dtype=np.float32)), rows

    def of(self, texts: Sequence[str]) -> csr_matrix:
        if self._vectorizer is None or not texts:
            return csr_matrix((len(texts), max(len(self.vocabulary), 1)), dtype=np.float32)
        return csr_matrix(self._vectorizer.transform(texts))


class Features:
    """Two fields, worth the same: words in the singular, and their first letters."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = fields

    @classmethod
    def fit(cls, texts: Sequence[str]) -> "tuple[Features, csr_matrix]":
        """Learn words and how rare they are; return that and the rows of the texts, which may be empty, and so may each of them."""
        fields, rows = zip(*(Field.fit(form, texts) for form in FORMS), strict=True)
        return cls(fields), _beside(rows)

    @property
    def columns(self) -> int:
        return sum(max(len(field.vocabulary), 1) for field in self.fields)

    def of(self, texts: Sequence[str]) -> csr_matrix:
        """Return one row per text, shape (len(texts), columns); words never seen count nothing."""
        return _beside([field.of(texts) for field in self.fields])


def singular(word: str) -> str:
    """Return an English noun without its plural's ending; harmless to other words."""
    word = word.removesuffix("'s").removesuffix("’s")
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def stem(word: str) -> str:
    return word[:STEM]


FORMS = (singular, stem)


def _beside(rows: Sequence[csr_matrix]) -> csr_matrix:
    return csr_matrix(hstack(rows) * np.float32(len(rows) ** -0.5))


def _forms_of(text: str, form: Callable[[str], str]) -> list[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return [form(word) for word in WORD.findall(text.lower()) if word not in ENGLISH_STOP_WORDS]


def _vectorizer(form: Callable[[str], str], **options: object) -> "TfidfVectorizer":
    from sklearn.feature_extraction.text import TfidfVectorizer  # a second to import: only those who need it wait

    return TfidfVectorizer(analyzer=partial(_forms_of, form=form), sublinear_tf=True, dtype=np.float32, **options)
