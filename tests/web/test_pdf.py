"""Pages: what finds room on them, and what cannot be drawn."""

from decimal import Decimal

import pypdfium2
import pytest

from mockserver.engine.clock import moment
from mockserver.web import pdf
from tests.conftest import NOW


def pages(*blocks) -> pypdfium2.PdfDocument:
    """The pages of a description."""
    return pypdfium2.PdfDocument(pdf.write({"blocks": list(blocks)}, moment(NOW, "UTC")))


def table(*rows, **column):
    return {"table": {"columns": [{"title": f"c{place}", **column} for place in range(len(rows[0]))], "rows": list(rows)}}


HARD = [
    pytest.param([], 1, id="nothing"),
    pytest.param([{"text": None}, {"fields": []}, {"columns": []}], 1, id="empty"),
    pytest.param([{"text": "x" * 2000}, {"text": "word " * 400}, {"text": "漢字" * 1000}], 2, id="long-texts"),
    pytest.param([table(["a", "b"], title="w " * 2000)], 2, id="high-heading"),
    pytest.param([table(["q" * 2000, Decimal("1.50")], ["q" * 2000, 1])], 2, id="high-rows"),
    pytest.param([{"columns": [[table(*[["x"]] * 100)], [{"heading": "h" * 900}]]}], 2, id="high-columns"),
    pytest.param([{"fields": [["l" * 500, "v " * 5000]]}], 2, id="high-fields"),
    pytest.param([{"space": 99}] * 9, 2, id="much-space"),
]


@pytest.mark.parametrize(("blocks", "least"), HARD)
def test_whatever_is_large_finds_room(blocks, least):
    assert len(pages(*blocks)) >= least


def test_every_letter_of_a_long_word_is_drawn():
    text = "".join(page.get_textpage().get_text_range() for page in pages(table(["q" * 3000, "b"])))
    assert text.count("q") == 3000


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ({"txet": "a"}, "a block has one of heading, text"),
        ("a", "a block is an object"),
        ({"table": {"columns": [1], "rows": []}}, "a table has columns, each an object"),
        ({"table": {"columns": [{"title": "a"}], "rows": [["a", "b"]]}}, "each row of this table has 1 cells"),
        (table(["a"] * 40), "too narrow"),
        (table(["a"], width=0), "the width of a column is a number above 0, not 0"),
        ({"fields": [["a"]]}, "pairs of a label and a value"),
        ({"text": "a", "align": "middle"}, "align is one of left, right, center, not middle"),
        ({"image": "data:image/png;base64,AAAA"}, "no PNG or JPEG that can be read"),
        ({"image": "https://example.org/a.png"}, "a data URI"),
        ({"space": "x"}, "space is a number above 0, not x"),
        ({"columns": 1}, "a list is needed, not 1"),
    ],
)
def test_what_cannot_be_drawn_is_told(block, reason):
    with pytest.raises(ValueError, match=reason):
        pages(block)


def test_an_image_has_the_width_that_is_said_and_stands_at_its_side():
    from mockserver.language.codecs import qr

    code = qr("Emma")
    left, right = (pages({"image": code, "width": 30, "align": align})[0] for align in ("left", "right"))
    (one,), (other,) = (page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]) for page in (left, right))
    (x, _, end, _), (far, _, edge, _) = one.get_bounds(), other.get_bounds()
    assert round((end - x) / 72 * 25.4) == 30
    assert x < 72 < 400 < far < edge
