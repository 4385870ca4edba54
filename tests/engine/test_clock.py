"""The clock at its ends, and values that come as text."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from mockserver.engine.clock import Clock, later, moment
from mockserver.web.text import coerce


@pytest.mark.parametrize("zone", ["Nowhere/Town", "", "../etc/passwd"])
def test_a_zone_that_there_is_not_is_named(zone):
    with pytest.raises(ValueError, match=f"there is no time zone {zone}"):
        Clock(zone)


@pytest.mark.parametrize("at", ["1969-12-31T23:59:59Z", "9000-01-01T00:00:00Z"])
def test_a_clock_is_not_set_beyond_its_reach(at):
    clock = Clock()
    clock.freeze(moment("2024-01-15T00:00:00Z", "UTC"))
    for change in (clock.set, clock.freeze):
        with pytest.raises(ValueError, match="is not between the years 1970 and 9000"):
            change(moment(at, "UTC"))
    assert clock.now() == "2024-01-15T00:00:00Z"


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "8999-12-31T23:59:59Z"])
def test_a_clock_may_be_set_up_to_there(at):
    clock = Clock()
    clock.set(moment(at, "UTC"))
    assert clock.now()[:16] == at[:16]


def test_a_clock_knows_how_long_it_is_until_an_instant():
    clock, at = Clock(), moment("2024-01-15T10:30:00Z", "UTC")
    clock.freeze(at)
    assert [clock.until(at + timedelta(seconds=seconds)) for seconds in (-1, 0, 1)] == [0.0, 0.0, None]
    clock.run()
    assert 8 < clock.until(at + timedelta(seconds=10)) <= 10
    clock.run()
    assert not clock.frozen


def test_what_would_be_after_the_last_instant_is_at_the_last():
    assert later(datetime(9999, 12, 31, tzinfo=UTC), timedelta(days=2)) == "9999-12-31T23:59:59Z"


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        pytest.param("integer", "-20", -20, id="integer"),
        pytest.param("integer", "9" * 80, int("9" * 80), id="the-longest-integer"),
        pytest.param("integer", "9" * 81, "must be a whole number of at most 80 characters", id="too-long-an-integer"),
        pytest.param("integer", "1.0", "must be a whole number", id="a-fraction"),
        pytest.param("integer", "٣", "must be a whole number", id="other-digits"),
        pytest.param("number", "1.50e2", Decimal("1.50e2"), id="number"),
        pytest.param("number", "NaN", "must be a number", id="no-number"),
        pytest.param("boolean", "true", True, id="true"),
        pytest.param("boolean", "false", False, id="false"),
        pytest.param("boolean", "True", "must be true or false", id="no-truth"),
        pytest.param("string", "a\x00b", "must not contain the character U+0000", id="nul"),
    ],
)
def test_a_text_becomes_the_value_that_is_declared_or_says_what_it_must_be(type, text, value):
    if isinstance(value, str):
        with pytest.raises(ValueError, match=r"^must ") as caught:
            coerce(type, text)
        assert value in str(caught.value) or type == "string"
    else:
        result = coerce(type, text)
        assert (result, result.__class__) == (value, value.__class__)
