"""Rate limits: how many requests a key may make, and the headers that say so."""

import pytest

from mockserver.compiling.rates import rate_limit
from mockserver.language.scope import Scope
from mockserver.plan import Rate
from tests.compiling.small import context, node, told

KEY = "x-sandbox: {security: {key: Key}}"


def test_a_limit_has_rates_and_headers(library_plan):
    limit = library_plan.conventions.rate_limit
    assert limit.rates == (Rate(20, 60), Rate(3, 1))
    assert limit.headers["Calls-Left"](Scope({"rate": {"remaining": 2, "limit": 20}})) == "2 of 20"


@pytest.mark.parametrize(
    ("sandbox", "facts", "mistake"),
    [
        (KEY, "{rates: [5/week]}", "#/x/rates/0: 5/week is not a rate: write one as 1000/hour"),
        (KEY, "{rates: [5/day, 0/day]}", "#/x/rates/1: 0/day is not a rate: write one as 1000/hour"),
        (KEY, "{rates: [5/day], headers: {X: '{{ rat.limit }}'}}", "#/x/headers/X: there is no name rat"),
        ("{}", "{rates: [5/day]}", "#/x: requests are counted by API key"),
    ],
)
def test_rates_are_counted_by_key(sandbox, facts, mistake):
    compiling = context(sandbox)
    rate_limit(compiling, node(facts), "#/x")
    assert [line.startswith(mistake) for line in told(compiling)] == [True], told(compiling)
