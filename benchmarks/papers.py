"""Made-up papers for benchmarks: words drawn by Zipf's law, so that texts have common and rare ones."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from papers.record import PaperRecord

VOCABULARY = 30_000
CATEGORIES = ("cs.LG", "cs.CL", "cs.CV", "stat.ML", "cs.IR", "cs.RO", "quant-ph", "astro-ph.CO", "math.ST", "q-bio.QM")


def made_up_records(count: int, *, seed: int = 1) -> Iterator[PaperRecord]:
    """Yield papers with titles of 9 and abstracts of 120 words, about one of 100 themes each."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        theme = int(rng.integers(100))
        words = (rng.zipf(1.3, 129) + theme * 37 * (rng.random(129) < 0.4)) % VOCABULARY
        text = [f"w{word}" for word in words]
        month = number // 99_999
        yield PaperRecord(
            title=" ".join(text[:9]) + f" {number}",
            abstract=" ".join(text[9:]),
            arxiv_id=f"{18 + month // 12:02d}{1 + month % 12:02d}.{number % 99_999 + 1:05d}",
            authors=tuple(f"Author {int(author)}" for author in rng.integers(count // 3 + 5, size=4)),
            categories=(CATEGORIES[theme % len(CATEGORIES)],),
            published=date(2018, 1, 1) + timedelta(days=month * 30),
        )
