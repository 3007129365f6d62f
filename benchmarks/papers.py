"""Made-up papers for benchmarks: paper number n is the same in every run, however many are asked for."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import islice

import numpy as np

from benchmarks.wording import Wording, read_wording
from papers import subjects
from papers.record import PaperRecord

BLOCK = 1_000  # papers made at once; each block has a generator of its own, so any block can be made alone
FIRST_YEAR, YEARS = 1996, 30
SHORTEST, LONGEST, LONGEST_TITLE = 100, 200, 14  # words
PEOPLE = 1_500_000
CROWD, CROWD_EVERY = 3_000, 20_000  # one paper in so many has a collaboration of so many authors
DOI_SHARE = 0.1
ARCHIVES = ("hep-th", "hep-ph", "astro-ph", "cond-mat", "gr-qc", "quant-ph", "nucl-th", "hep-ex", "hep-lat", "math-ph", "cs", "math")
# Roughly how often papers have these as their primary subject, in parts per thousand; the rest share what is left.
FREQUENT = {
    "cs.LG": 90,
    "cs.CV": 70,
    "cs.CL": 45,
    "hep-ph": 55,
    "hep-th": 45,
    "quant-ph": 50,
    "astro-ph": 40,
    "cs.AI": 18,
    "gr-qc": 25,
    "cond-mat.mtrl-sci": 30,
    "cond-mat.mes-hall": 27,
    "cond-mat.str-el": 22,
    "astro-ph.GA": 20,
    "astro-ph.CO": 20,
    "astro-ph.HE": 18,
    "astro-ph.SR": 17,
    "math.AP": 22,
    "math.CO": 21,
    "math.PR": 18,
    "math.AG": 17,
    "math.NT": 16,
    "cs.RO": 15,
    "stat.ML": 14,
    "cs.CR": 14,
    "cs.IT": 17,
    "stat.ME": 12,
    "physics.optics": 14,
    "math.OC": 14,
    "cs.SE": 10,
    "cs.DS": 9,
    "nucl-th": 14,
    "hep-ex": 12,
}
FIRST = "Ka Ma Li Jo An Re To Sa Yu Wei Da Mi Ri Ze Ol Fe Ni Ha Xi Pa Be Ju Cla Tho Åsa".split()
MIDDLE = "ra no le mi ta ri so ve na lo".split()
LAST = "Bel Kor Tan Mar Vil Sch Oro Fen Gar Lin Ström Pet Zhu Hal Mor Dub Kra Nak Osh Rød Wan Ibr Sza Qui Tre".split()
ENDING = "ov mann ez ishi sen ami ler uk ini wski berg ara eva ton ic dal ens oğlu ard ito".split()


def made_up_records(count: int, *, seed: int = 1, start: int = 0) -> Iterator[PaperRecord]:
    """Yield papers number `start` and following; texts have themes, words and people follow Zipf's law.

    Args:
        count: how many; up to 2,000,000 with distinct ids. Memory does not grow with it.
        seed: another seed gives other texts and people under the same ids.
    """
    first = start // BLOCK
    blocks = (record for number in range(first, (start + count) // BLOCK + 1) for record in _block(number, seed))
    return islice(blocks, start - first * BLOCK, start - first * BLOCK + count)


def _block(block: int, seed: int) -> Iterator[PaperRecord]:
    rng, wording = np.random.default_rng([seed, block]), _wording()
    codes, shares, themes_of = _subjects()
    primary = rng.choice(len(codes), BLOCK, p=shares)
    themes = themes_of[primary, rng.integers(themes_of.shape[1], size=BLOCK)]
    titles, abstracts = _texts(rng, wording, themes)
    days, more, doi = rng.integers(28, size=BLOCK), rng.integers(len(codes), size=(BLOCK, 2)), rng.random(BLOCK) < DOI_SHARE
    for place in rng.permutation(BLOCK):
        number = block * BLOCK + int(place)
        month, sequence = _month_and_sequence(block, int(place))
        near = wording.codes[themes[place]][: int(more[place, 0]) % 3]
        far = [codes[more[place, 1]]] if more[place, 0] % 8 == 0 else []
        yield PaperRecord(
            title=titles[place],
            abstract=abstracts[place],
            arxiv_id=_arxiv_id(month, sequence),
            doi=f"10.5555/made-up.{number}" if doi[place] else "",
            authors=_authors(rng, number),
            categories=tuple(dict.fromkeys((codes[primary[place]], *near, *far))),
            published=month + timedelta(days=int(days[place])),
        )


@cache
def _wording() -> Wording:
    return read_wording()


@cache
def _subjects() -> tuple[list[str], np.ndarray, np.ndarray]:
    """All subject codes, how often each is the primary one, and three themes of each: near ones where the library has them."""
    codes, known = list(subjects.NAMES), _wording().codes
    rest = (1_000 - sum(FREQUENT.values())) / (len(codes) - len(FREQUENT))
    shares = np.array([FREQUENT.get(code, rest) for code in codes], dtype=float)
    chosen, rng = [], np.random.default_rng(0)
    for code in codes:
        near = [theme for theme, its in enumerate(known) if code in its] or [
            theme for theme, its in enumerate(known) if code.partition(".")[0] in {one.partition(".")[0] for one in its}
        ]
        chosen.append(rng.choice(near or len(known), 12))
    return codes, shares / shares.sum(), np.array(chosen)


def _texts(rng: np.random.Generator, wording: Wording, themes: np.ndarray) -> tuple[list[str], list[str]]:
    width, plain = LONGEST_TITLE + LONGEST, len(wording.words) // 3
    drawn = wording.draw(rng, themes, width)
    lengths, sentence = rng.integers(SHORTEST, LONGEST + 1, BLOCK), rng.integers(11, 26, BLOCK)[:, None]
    titled, place = rng.integers(5, LONGEST_TITLE + 1, BLOCK), np.arange(LONGEST)
    last = (place % sentence == sentence - 1) | (place == lengths[:, None] - 1)
    drawn[:, LONGEST_TITLE:] += plain * ((place % sentence == 0) + 2 * last) * ~((place % sentence == 0) & last)
    drawn[:, 0] += plain
    words = wording.words[drawn].tolist()
    titles = [" ".join(row[:length]) for row, length in zip(words, titled, strict=True)]
    return titles, [" ".join(row[LONGEST_TITLE : LONGEST_TITLE + length]) for row, length in zip(words, lengths, strict=True)]


@cache
def _months() -> list[tuple[date, int, int]]:
    """For each place in a block its month, its place within the month, and how many of a block are in that month: ever more."""
    months = [date(FIRST_YEAR + year, month, 1) for year in range(YEARS) for month in range(1, 13)]
    grown = np.cumsum(np.arange(len(months)) + 24.0)
    bounds = [0, *(int(bound) for bound in np.round(grown / grown[-1] * BLOCK))]
    return [
        (month, place, upper - lower)
        for month, lower, upper in zip(months, bounds[:-1], bounds[1:], strict=True)
        for place in range(upper - lower)
    ]


def _month_and_sequence(block: int, place: int) -> tuple[date, int]:
    month, within, of_block = _months()[place]
    return month, block * of_block + within


def _arxiv_id(month: date, sequence: int) -> str:
    if month < date(2007, 4, 1):
        return f"{ARCHIVES[sequence // 999]}/{month:%y%m}{sequence % 999 + 1:03d}"
    return f"{month:%y%m}.{sequence + 1:0{4 if month.year < 2015 else 5}d}"


def _authors(rng: np.random.Generator, number: int) -> tuple[str, ...]:
    count = CROWD if number % CROWD_EVERY == CROWD_EVERY // 2 else min(12, 1 + int(rng.gamma(2.0, 1.7)))
    people = (rng.random(count) ** 2 * PEOPLE).astype(int).tolist()
    return tuple(dict.fromkeys(_name(person) for person in people))


def _name(person: int) -> str:
    """A name spelt from syllables, a different one for every number below PEOPLE."""
    rest, first = divmod(person, len(FIRST))
    rest, middle = divmod(rest, len(MIDDLE))
    rest, last = divmod(rest, len(LAST))
    rest, ending = divmod(rest, len(ENDING))
    return f"{FIRST[first]}{MIDDLE[middle]} {chr(65 + rest % 26)}. {LAST[last]}{MIDDLE[(first + last) % 10]}{ENDING[ending]}"
