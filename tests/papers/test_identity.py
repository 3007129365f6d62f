"""One paper under any spelling of its ids."""

from datetime import date

import pytest

from papers import identity


@pytest.mark.parametrize(
    "spelling",
    [
        "1706.03762",
        "1706.03762v7",
        "arXiv:1706.03762",
        "ARXIV: 1706.03762v2",
        "https://arxiv.org/abs/1706.03762",
        "http://www.arxiv.org/pdf/1706.03762v5.pdf",
        "https://arxiv.org/pdf/1706.03762?utm_source=mail#page=3",
        "https://doi.org/10.48550/arXiv.1706.03762",
        "export.arxiv.org/abs/1706.03762/",
        " https://arxiv.org/html/1706.03762v1 ",
    ],
)
def test_every_spelling_of_an_arxiv_id_is_the_base_id(spelling: str) -> None:
    assert identity.arxiv_id(spelling) == "1706.03762"


@pytest.mark.parametrize(
    ("spelling", "base_id"),
    [("math/0211159", "math/0211159"), ("hep-th/9711200v3", "hep-th/9711200"), ("math.gt/0309136", "math.GT/0309136")],
)
def test_old_ids_are_understood(spelling: str, base_id: str) -> None:
    assert identity.arxiv_id(spelling) == base_id


@pytest.mark.parametrize("text", ["", "1713.03762", "17060.3762", "attention", "10.1000/1706.03762", "1706.037"])
def test_other_texts_are_no_arxiv_id(text: str) -> None:
    assert identity.arxiv_id(text) == ""


@pytest.mark.parametrize(
    "spelling",
    ["10.1038/S41586-021-03819-2", "doi:10.1038/s41586-021-03819-2", "https://doi.org/10.1038/s41586-021-03819-2?x=1"],
)
def test_every_spelling_of_a_doi_is_one_doi(spelling: str) -> None:
    assert identity.doi(spelling) == "10.1038/s41586-021-03819-2"


@pytest.mark.parametrize("text", ["10.1234/a%00b", "10.1234/a\x00b", "10.1234/a%1Fb", "doi:10.1234/%0A"])
def test_a_text_with_control_characters_is_no_doi(text: str) -> None:
    assert identity.doi(text) == ""


def test_an_arxiv_id_tells_its_month() -> None:
    assert identity.arxiv_month("1706.03762") == date(2017, 6, 1)
    assert identity.arxiv_month("hep-th/9711200") == date(1997, 11, 1)


def test_a_fingerprint_ignores_case_spaces_and_punctuation() -> None:
    one = identity.fingerprint("Attention Is All You Need", "Ashish Vaswani", 2017)
    assert one == identity.fingerprint("attention is all you need.", "A. VASWANI", 2017)
    assert one != identity.fingerprint("attention is all you need.", "A. VASWANI", 2018)
