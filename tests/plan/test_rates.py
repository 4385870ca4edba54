"""Rates as they are written, and those that are none."""

import pytest

from mockserver.plan.rates import UNITS, Rate, parse_rate, parse_rates, window_name


@pytest.mark.parametrize(("unit", "seconds"), [("second", 1), ("minute", 60), ("hour", 3600), ("day", 86400)])
def test_a_window_is_a_unit_of_time(unit, seconds):
    assert parse_rate(f"5/{unit}") == Rate(5, seconds)
    assert window_name(seconds) == unit


def test_there_are_no_other_units():
    assert list(UNITS) == ["second", "minute", "hour", "day"]
    assert window_name(7) == "7 seconds"


@pytest.mark.parametrize(
    "text", ["5", "5/week", "0/hour", "05/hour", "-5/hour", "5.5/hour", "1234567890/hour", "5/hour ", 5, None]
)
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(
        ValueError, match="is not a rate: write one as 1000/hour; a window is a second or minute or hour or day"
    ):
        parse_rate(text)


@pytest.mark.parametrize(
    ("rates", "parsed"),
    [
        ("5/hour", (Rate(5, 3600),)),
        (["2/second", "5/hour"], (Rate(2, 1), Rate(5, 3600))),
        ("off", ()),
        (False, ()),
        ([], ()),
    ],
)
def test_one_rate_several_or_none(rates, parsed):
    assert parse_rates(rates) == parsed
