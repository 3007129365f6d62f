"""What to read next: pure functions over texts and numbers, without Django or a database."""

from digests.recommender.batch import Recommender
from digests.recommender.choosing import BARS
from digests.recommender.model import Model
from digests.recommender.shapes import Candidate, PaperText, Quota, Reader, Recommendation, Signal

__all__ = ["BARS", "Candidate", "Model", "PaperText", "Quota", "Reader", "Recommendation", "Recommender", "Signal"]
