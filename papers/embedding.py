"""What a text means, as a vector: texts about the same thing point in about the same direction."""

import importlib.util
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from numpy.typing import NDArray

DIMENSIONS = 256  # what the column holds; see docs/decisions/0008-one-length-of-vectors.md
MISSING = "EMBEDDING_MODEL is set, but the package sentence-transformers is not installed."


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return one vector of length 1 per text.

    Returns:
        Shape (len(texts), 256). A row of zeros means that the model knows no word of that text.

    Raises:
        ImproperlyConfigured: EMBEDDING_MODEL names a model that cannot be loaded.
    """
    if not texts:
        return np.zeros((0, DIMENSIONS), np.float32)
    vectors = fit(_model(settings.EMBEDDING_MODEL)(list(texts)))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def fit(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """Bring vectors of any size to 256: longer ones are cut, as models trained for it allow (Kusupati et al.,
    "Matryoshka Representation Learning", NeurIPS 2022), shorter ones filled with zeros, which changes no angle."""
    fitted = np.zeros((len(vectors), DIMENSIONS), np.float32)
    size = min(DIMENSIONS, vectors.shape[1])
    fitted[:, :size] = vectors[:, :size]
    return fitted


@cache
def _model(name: str) -> Callable[[list[str]], NDArray[Any]]:
    """Load a model once per process, when the first text needs it."""
    return _sentence_transformer(name) if name else _static_model()


def _static_model() -> Callable[[list[str]], NDArray[Any]]:
    """The model whose file the package wordllama carries: means of word vectors, no network, no GPU."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # or it warns in every forked worker
    import wordllama

    loaded = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    return loaded.embed


def _sentence_transformer(name: str) -> Callable[[list[str]], NDArray[Any]]:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as problem:
        raise ImproperlyConfigured(MISSING) from problem
    return SentenceTransformer(name).encode


@register()
def model_can_be_loaded(**_options: Any) -> list[CheckMessage]:
    """Say at start-up what every search would stumble over."""
    if settings.EMBEDDING_MODEL and importlib.util.find_spec("sentence_transformers") is None:
        return [Error(MISSING, hint="pip install sentence-transformers, or unset EMBEDDING_MODEL.", id="papers.E001")]
    return []
