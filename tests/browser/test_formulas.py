"""Formulas in a real browser: laid out by it, and never wider than the page."""

import pytest
from playwright.sync_api import Page

from tests.factories import make_paper

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "+".join(rf"\frac{{a_{{{number}}}}}{{b^{number}}}" for number in range(1, 40))


@pytest.mark.parametrize("width", [390, 1280])
def test_a_formula_wider_than_the_page_scrolls_in_itself(width: int, visitor: Page) -> None:
    paper = make_paper(title=rf"On $\alpha^2$ and ${LONG}$", abstract=rf"See $\frac{{1}}{{2}}$ and ${LONG}$, then $${LONG}$$ and no more.")
    visitor.set_viewport_size({"width": width, "height": 900})
    for address in (paper.get_absolute_url(), "/"):
        visitor.goto(address)
        assert visitor.evaluate("document.documentElement.scrollWidth") <= width
        assert visitor.evaluate("[...document.querySelectorAll('.formula')].some((each) => each.scrollWidth > each.clientWidth)")
    visitor.goto(paper.get_absolute_url())
    half = visitor.locator(".paper__abstract mfrac").first
    top, bottom = half.locator("mn").nth(0).bounding_box(), half.locator("mn").nth(1).bounding_box()
    assert top is not None
    assert bottom is not None
    assert top["y"] + top["height"] <= bottom["y"] + 1, "a numerator stands above its denominator"
