"""What to read next: pure functions over texts and numbers, without Django or a database."""

from digests.recommender.batch import Recommender
from digests.recommender.model import Model
from digests.recommender.shapes import Candidate, PaperText, Reader, Recommendation

__all__ = ["Candidate", "Model", "PaperText", "Reader", "Recommendation", "Recommender"]
