"""Listing: the query parameters that steer every list."""

from mockserver.compiling.listing import listing
from mockserver.plan import Listing


def test_a_contract_without_words_of_lists_steers_none():
    assert listing({}) == Listing()


def test_each_role_has_its_own_parameter():
    node = {
        "limit": "a",
        "cursor": "b",
        "sort": "c",
        "order": "h",
        "search": "d",
        "searchFields": "e",
        "from": "f",
        "to": "g",
        "rangeYears": 3,
    }
    assert listing(node) == Listing("a", "b", "c", "h", "d", "e", "f", "g", 3)
