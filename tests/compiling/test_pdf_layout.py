"""Pages: what is written out of their description is checked before they are drawn."""

import pytest

from mockserver.compiling.pdf_layout import check_page
from tests.compiling.small import context, node, told


@pytest.mark.parametrize(
    ("page", "mistakes"),
    [
        ("{title: A, footer: B, blocks: [{heading: C, align: right}, {space: 3}]}", []),
        ("'{{ page }}'", []),
        ("{blocks: '{{ blocks }}'}", []),
        ("{title: A}", ["#/x: a page has blocks"]),
        ("{blocks: [], foot: A}", ["#/x/foot: foot does not belong to a page: it has title, footer, blocks"]),
        ("{blocks: [{text: A, width: 3}]}", ["#/x/blocks/0: width does not belong to a text"]),
        ("{blocks: [{when: x, text: A, width: 3}]}", ["#/x/blocks/0: width does not belong to a text"]),
        (
            "{blocks: [{bold: true}]}",
            ["#/x/blocks/0: a block has one of heading, text, fields, columns, table, image, space, not none"],
        ),
        ("{blocks: [{columns: [[{image: A, bold: true}]]}]}", ["#/x/blocks/0/columns/0/0: bold does not belong to a image"]),
        (
            "{blocks: [{table: {colums: []}}]}",
            ["#/x/blocks/0/table/colums: colums does not belong to a table: it has columns, rows"],
        ),
        (
            "{blocks: [{table: {columns: [{titel: A}]}}]}",
            ["#/x/blocks/0/table/columns/0/titel: titel does not belong to a column: it has title, align, width"],
        ),
        ("{blocks: [{text: '{{ ( }}', width: 3}]}", []),
    ],
)
def test_a_page_is_made_of_blocks(page, mistakes):
    compiling = context()
    check_page(compiling, node(page), "#/x")
    assert told(compiling) == mistakes
