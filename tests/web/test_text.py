"""Values as text, and text as values."""

from decimal import Decimal

import pytest

from mockserver.web.text import clean, coerce, printable, to_text


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("string", "", ""),
        ("integer", "007", 7),
        ("integer", "+5", 5),
        ("number", "-1.50", Decimal("-1.50")),
        ("number", "1e3", Decimal(1000)),
        ("boolean", "false", False),
    ],
)
def test_a_text_has_the_value_of_its_type(type, text, value):
    assert coerce(type, text) == value


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("integer", "1.0"),
        ("integer", "٣"),
        ("integer", "1" * 81),
        ("number", "1" * 81),
        ("number", "NaN"),
        ("number", ".5"),
        ("boolean", "True"),
    ],
)
def test_a_text_that_is_no_value_of_its_type(type, text):
    with pytest.raises(ValueError, match="must be"):
        coerce(type, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (False, "false"),
        (Decimal("1E+3"), "1000"),
        ({"a": [1]}, '{"a":[1]}'),
        ("x", "x"),
        (Decimal("1.00"), "1.00"),
    ],
)
def test_a_value_has_a_text(value, text):
    assert to_text(value) == text


@pytest.mark.parametrize(
    ("text", "cleaned"), [("a\r\nb\rc", "a\nb\nc"), ("\x00\ud800\ufffe", "\ufffd" * 3), ("\t茶", "\t茶")]
)
def test_what_no_format_can_hold_is_replaced(text, cleaned):
    assert clean(text) == cleaned


def test_what_a_client_wrote_may_stand_in_a_message():
    assert printable("x" * 200) == "x" * 100
    assert printable("a\x00\udcff") == "a\\0?"
