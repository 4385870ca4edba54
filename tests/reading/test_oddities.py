"""Slips of the pen in names that nothing declares."""

import pytest

from mockserver.reading.errors import Mistakes
from mockserver.reading.oddities import check_oddities, is_slip
from mockserver.reading.structure import Part
from tests.compiling.small import document, node


@pytest.mark.parametrize(
    ("name", "other", "slip"),
    [
        ("shiped", "shipped", True),
        ("shippped", "shipped", True),
        ("hsipped", "shipped", True),
        ("shipped", "shipped", False),
        ("skipped", "shipped", False),
        ("order", "orders", False),
        ("in", "inn", False),
        ("abcd", "dcba", False),
    ],
)
def test_a_slip_is_one_letter(name, other, slip):
    assert is_slip(name, other) is slip


def noted(*enums: str) -> list[str]:
    """The slips in some enums."""
    mistakes = Mistakes()
    check_oddities(document(), [Part("schema", node(text), f"#/{index}") for index, text in enumerate(enums)], mistakes)
    return [str(mistake) for mistake in mistakes]


ENUM, ODD = "{enum: [open, shipped, closed]}", "{enum: [open, shiped, closed]}"
MEANT = "/enum/1: elsewhere this is shipped, not shiped, among the same values: did you mean shipped?"


def test_an_enum_that_differs_by_a_slip_is_odd():
    assert noted(ENUM, ENUM, ODD) == [f"#/2{MEANT}"]
    assert noted(ENUM, ENUM, "{enum: [open, skipped, closed]}") == []
    assert noted(ENUM, ENUM, "{enum: [open, shiped]}") == []
    assert noted("{enum: [open, shipped]}", "{enum: [open, shiped]}") == []


def named(*names: str) -> list[str]:
    """The slips in the names of headers."""
    mistakes = Mistakes()
    parts = [Part("response", {"headers": {name: {}}}, f"#/{index}") for index, name in enumerate(names)]
    check_oddities(document(), parts, mistakes)
    return [str(mistake) for mistake in mistakes]


def test_a_name_that_is_used_once_and_almost_another_is_odd():
    odd = ": elsewhere this is called otherwise: did you mean X-Total?"
    assert named("X-Total", "X-Total", "X-Totl") == [f"#/2/headers/X-Totl{odd}"]
    assert named("X-Total", "X-Totl") == []
    assert named(*["X-Total"] * 4, *["X-Totl"] * 2) == []
    assert len(named(*["X-Total"] * 10, *["X-Totl"] * 2)) == 2
