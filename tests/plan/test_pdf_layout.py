"""The blocks of a page: each is of one kind, with what may stand beside it."""

import pytest

from mockserver.plan.pdf_layout import block_flaw


@pytest.mark.parametrize(
    ("block", "flaw"),
    [
        ({"heading": "A", "align": "right"}, None),
        ({"image": "A", "align": "right", "width": 3}, None),
        ({"space": 3}, None),
        ({"heading": "A", "bold": True}, "bold does not belong to a heading"),
        ({"table": {}, "align": "right"}, "align does not belong to a table"),
        (
            {"heading": "A", "text": "B"},
            "a block has one of heading, text, fields, columns, table, image, space, not heading and text",
        ),
        ({}, "a block has one of heading, text, fields, columns, table, image, space, not none"),
    ],
)
def test_a_block_is_of_one_kind(block, flaw):
    assert block_flaw(block) == flaw
