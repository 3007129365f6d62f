"""One paper under any spelling of its ids."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("spelling", "orcid"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1694-233x", "0000-0002-1694-233X"),
        (" http://orcid.org/0000-0002-1825-0097/ ", "0000-0002-1825-0097"),
        ("ORCID: 0000000218250097", "0000-0002-1825-0097"),
    ],
)
def test_every_spelling_of_an_orcid_is_one(spelling: str, orcid: str) -> None:
    assert identity.orcid(spelling) == orcid


@pytest.mark.parametrize(
    "text", ["", "0000-0002-1825-0098", "0000-0002-1825-009X", "0000-0002-1852-0097", "0000-0002-1825", "X" * 16, "٠" * 16]
)
def test_what_does_not_add_up_is_no_orcid(text: str) -> None:
    assert identity.orcid(text) == ""


@given(st.integers(0, 10**15 - 1), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_seen(number: int, place: int, off: int) -> None:
    digits = f"{number:015}"
    [right] = [found for sign in "0123456789X" if (found := identity.orcid(digits + sign))]
    plain = right.replace("-", "")
    if plain[place] != "X":
        assert identity.orcid(plain[:place] + str((int(plain[place]) + off) % 10) + plain[place + 1 :]) == ""


ONE, TWO = "0000-0002-1825-0097", "0000-0002-1694-233X"


@pytest.mark.parametrize(
    ("names", "told", "found"),
    [
        (["Petar Veličković"], [("Petar Velickovic", ONE)], {"Petar Veličković": ONE}),
        (["Y. LeCun", "A. Other"], [("Yann LeCun", ONE), ("Ann Other", "")], {"Y. LeCun": ONE}),
        (["John Smith"], [("Jane Smith", ONE)], {}),
        (["J. Smith"], [("Jane Smith", ONE), ("John Smith", "")], {}),
        (["J. Smith", "John Smith"], [("John Smith", ONE), ("Jane Smith", TWO)], {"John Smith": ONE}),
        (["Wei Wang", "Wei Wang"], [("Wei Wang", ONE)], {}),
        (["A. One", "B. Two"], [("A. One", ONE), ("B. Two", ONE)], {}),
        (["Plato"], [("Plato", ONE), ("", TWO)], {"Plato": ONE}),
        (["-", "…"], [("-", ONE)], {}),
    ],
)
def test_orcids_go_to_authors_who_are_recognised_without_doubt(
    names: list[str], told: list[tuple[str, str]], found: dict[str, str]
) -> None:
    assert identity.orcids_by_name(names, told) == found


@given(st.lists(st.text(max_size=12), max_size=6), st.lists(st.tuples(st.text(max_size=12), st.sampled_from(["", ONE, TWO])), max_size=6))
def test_any_names_can_be_compared(names: list[str], told: list[tuple[str, str]]) -> None:
    assert set(identity.orcids_by_name(names, told)) <= set(names)


def test_an_arxiv_id_tells_its_month() -> None:
    assert identity.arxiv_month("1706.03762") == date(2017, 6, 1)
    assert identity.arxiv_month("hep-th/9711200") == date(1997, 11, 1)


def test_a_fingerprint_ignores_case_spaces_and_punctuation() -> None:
    one = identity.fingerprint("Attention Is All You Need", "Ashish Vaswani", 2017)
    assert one == identity.fingerprint("attention is all you need.", "A. VASWANI", 2017)
    assert one != identity.fingerprint("attention is all you need.", "A. VASWANI", 2018)
