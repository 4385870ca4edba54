"""JSON at its ends: numbers that no decimal should hold, text that is no text, and how exactly it is kept."""

from decimal import Decimal

import pytest

from mockserver import json
from mockserver.json import HUGE, TINY


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("1" * 60, int("1" * 60), id="the-longest-integer"),
        pytest.param("1" * 61, HUGE, id="too-long-an-integer"),
        pytest.param("0." + "1" * 58, Decimal("0." + "1" * 58), id="the-longest-decimal"),
        pytest.param("0." + "1" * 59, HUGE, id="too-long-a-decimal"),
        pytest.param("1e9999", Decimal("1e9999"), id="the-largest-exponent"),
        pytest.param("1e10000", HUGE, id="too-large"),
        pytest.param("1e-9999", Decimal("1e-9999"), id="the-least-exponent"),
        pytest.param("1e-10000", TINY, id="too-fine"),
        pytest.param("1e999999999999999999999", HUGE, id="beyond-decimals"),
        pytest.param("-1e-999999999999999999999", TINY, id="finer-than-decimals"),
        pytest.param("0e-999999999", Decimal(0), id="a-long-nothing"),
    ],
)
def test_a_number_is_exact_or_marked_as_one_that_cannot_be_reckoned_with(text, value):
    assert json.read(text.encode()) == value
    assert len(str(json.read(text.encode()))) < 70


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param(b"NaN", "NaN is not a JSON number", id="nan"),
        pytest.param(b'{"a": -Infinity}', "-Infinity is not a JSON number", id="infinity"),
        pytest.param(b'{"a"\xff', "byte 4 is not UTF-8", id="utf-8"),
        pytest.param(b'{\n"a" 1}', "expecting ':' delimiter at line 2 column 5", id="syntax"),
        pytest.param(b"[" * 100_000, "it is nested too deeply", id="depth"),
    ],
)
def test_what_is_no_json_says_where(raw, why):
    with pytest.raises(json.Unreadable) as caught:
        json.read(raw)
    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param({"a": Decimal("1060.10"), "b": Decimal("5.00")}, b'{"a":1060.1,"b":5}', id="decimals"),
        pytest.param(Decimal(2**53), b"9007199254740992.0", id="beyond-what-a-double-counts"),
        pytest.param([{"\ud800": ["a\udfffb", 1]}], b'[{"?":["a?b",1]}]', id="unpaired-surrogates"),
        pytest.param(("a", "\ud800"), b'["a","?"]', id="unpaired-in-a-tuple"),
    ],
)
def test_what_is_written_is_ordinary_json(value, text):
    assert json.write(value) == text


def test_what_is_not_json_is_not_written():
    with pytest.raises(TypeError, match="set"):
        json.write({"a": {1}})
    for value in ({1}, Decimal("NaN"), Decimal("Infinity"), "\ud800"):
        with pytest.raises(ValueError, match="it cannot be written as JSON"):
            json.write_exact([value])


@pytest.mark.parametrize(
    ("value", "depth"), [(1, 0), ("[[", 0), ([], 1), ({}, 1), ([1, [2, {"a": []}]], 4), ({"a": {"b": 1}, "c": []}, 2)]
)
def test_depth_counts_objects_and_lists(value, depth):
    assert json.depth(value) == depth


def test_a_copy_shares_nothing_that_can_be_changed():
    value = {"a": [{"b": Decimal(1)}], "c": {"d": None}}
    copied = json.copy(value)
    copied["a"][0]["b"], copied["c"]["d"] = 2, 3
    assert value == {"a": [{"b": Decimal(1)}], "c": {"d": None}}
    assert json.plain(value) == {"a": [{"b": 1}], "c": {"d": None}}
