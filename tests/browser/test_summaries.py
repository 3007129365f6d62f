"""A card's summary and its abstract in a real browser: one of them shows."""

import pytest
from playwright.sync_api import Page, expect

from papers.actions.indexing import index_papers
from tests.factories import make_paper
from tests.papers.test_summaries import ABSTRACT

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_toggle_changes_the_summary_for_the_whole_abstract(visitor: Page) -> None:
    make_paper(abstract=ABSTRACT)
    index_papers()
    visitor.goto("/")
    short, whole = visitor.locator(".abstract--short"), visitor.locator(".abstract--whole")
    expect(short).to_be_visible()
    expect(whole).to_be_hidden()
    visitor.get_by_text("Whole abstract").click()
    expect(short).to_be_hidden()
    expect(whole).to_be_visible()
