"""Draws pages: a description in JSON becomes a PDF, A4 upright, with numbered pages.

What a description may say is in docs/vocabulary.md. The same description at the same instant gives the same bytes.
"""

import base64
import binascii
import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Literal, cast

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, Image, PageTemplate, Paragraph, Spacer, Table

from mockserver.json import Json
from mockserver.plan.pdf_layout import block_flaw
from mockserver.web.fonts import BOLD, PLAIN, load, markup
from mockserver.web.text import clean, to_text

MARGIN, FOOT = 18 * mm, 24 * mm
WIDTH, HEIGHT = A4[0] - 2 * MARGIN, A4[1] - MARGIN - FOOT
"""What there is room for on a page."""
GAP = 2.5 * mm
"""The space between blocks."""
FOOTER = 300
"""The most characters of a footer."""
LABELS = 0.35
"""The share of the width that the labels of fields take."""
PADDING, NARROWEST = 12, 7 * mm
"""What the sides of a table's cell take together, and the narrowest column."""
RULE, SHADE = HexColor("#b8bec6"), HexColor("#eef0f3")
ALIGN: Mapping[str, Literal[0, 1, 2]] = {"left": TA_LEFT, "right": TA_RIGHT, "center": TA_CENTER}

TEXT = ParagraphStyle("text", fontName=PLAIN, fontSize=9, leading=12.5, splitLongWords=1)
STRONG = ParagraphStyle("strong", TEXT, fontName=BOLD)
SMALL = ParagraphStyle("small", TEXT, fontSize=7.5, leading=9, textColor=HexColor("#5b6470"))
HEADING = ParagraphStyle("heading", STRONG, fontSize=14, leading=18)

BARE = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 4), ("VALIGN", (0, 0), (-1, -1), "TOP")]
RULED = [
    ("BACKGROUND", (0, 0), (-1, 0), SHADE),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]

Block = dict[str, Json]


def write(page: Json, at: datetime) -> bytes:
    """The PDF of a page description, made at an instant; ValueError says what cannot be drawn."""
    if not isinstance(page, dict) or not isinstance(page.get("blocks"), list):
        raise ValueError("a page is described by an object with a list of blocks")
    load()
    document = io.BytesIO()
    frame = Frame(MARGIN, FOOT, WIDTH, HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    template = BaseDocTemplate(
        document,
        pagesize=A4,
        pageTemplates=[PageTemplate(frames=[frame])],
        title=clean(to_text(page.get("title"))),
        author="",
        subject="",
        creator="",
        invariant=1,
    )
    footer = clean(to_text(page.get("footer")))
    template.build(blocks(page["blocks"], WIDTH) or [Paragraph("", TEXT)], canvasmaker=partial(_Numbered, footer, at))
    return document.getvalue()


class _Numbered(Canvas):
    """A canvas that keeps its pages until it knows how many there are."""

    def __init__(self, footer: str, at: datetime, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self._footer = footer
        self._pages: list[dict[str, Any]] = []
        cast(Any, self)._doc._timeStamp.YMDhms = at.astimezone(UTC).timetuple()[:6]

    def showPage(self) -> None:  # noqa: N802, the library's name
        """Keep a page."""
        self._pages.append(dict(self.__dict__))
        cast(Any, self)._startPage()

    def save(self) -> None:
        """Write all pages, each with its number."""
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self._foot(f"{number} / {len(self._pages)}")
            super().showPage()
        super().save()

    def _foot(self, number: str) -> None:
        for text, width, align in ((self._footer, WIDTH * 0.8, "left"), (number, WIDTH, "right")):
            line = _paragraph(text[:FOOTER], SMALL, align)
            _, height = line.wrap(width, FOOT)
            line.drawOn(self, MARGIN, FOOT - GAP - height)


def blocks(described: Json, width: float) -> list[Flowable]:
    """What a list of blocks is drawn as, one below the other, so many points wide."""
    if not isinstance(described, list):
        raise ValueError(f"blocks are a list, not {to_text(described)[:50]}")
    drawn: list[Flowable] = []
    for block in described:
        wrong = block_flaw(block) if isinstance(block, dict) else "a block is an object"
        if wrong is not None:
            raise ValueError(f"{wrong}: {to_text(block)[:80]}")
        kind = next(kind for kind in DRAWN if kind in block)
        drawn += [*DRAWN[kind](block, width), Spacer(0, GAP)]
    return drawn


def _paragraph(value: Json, style: ParagraphStyle, align: Json = None) -> Paragraph:
    aligned = ParagraphStyle(style.name, style, alignment=ALIGN[_aligned(align)])
    return Paragraph(markup(clean(to_text(value))), aligned)


def _heading(block: Block, _: float) -> list[Flowable]:
    return [_paragraph(block["heading"], HEADING, block.get("align"))]


def _text(block: Block, _: float) -> list[Flowable]:
    return [_paragraph(block["text"], STRONG if block.get("bold") is True else TEXT, block.get("align"))]


def _fields(block: Block, width: float) -> list[Flowable]:
    pairs = _list(block["fields"], "fields")
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise ValueError("fields are pairs of a label and a value")
    rows = [[_paragraph(label, STRONG), _paragraph(value, TEXT)] for label, value in pairs]
    style = [*BARE, ("BOTTOMPADDING", (0, 0), (-1, -1), 1)]
    return [_grid(rows, [width * LABELS, width * (1 - LABELS)], style)] if rows else []


def _columns(block: Block, width: float) -> list[Flowable]:
    columns = _list(block["columns"], "columns")
    if not columns:
        return []
    each = width / len(columns)
    return [_grid([[blocks(column, each - 4) for column in columns]], [each] * len(columns), BARE)]


def _table(block: Block, width: float) -> list[Flowable]:
    table = block["table"] if isinstance(block["table"], dict) else {}
    columns, rows = _list(table.get("columns"), "the columns of a table"), _list(table.get("rows"), "the rows of a table")
    if not columns or not all(isinstance(column, dict) for column in columns):
        raise ValueError("a table has columns, each an object with a title")
    if not all(isinstance(row, list) and len(row) == len(columns) for row in rows):
        raise ValueError(f"each row of this table has {len(columns)} cells")
    shares = [_positive(column.get("width", 1), "the width of a column") for column in columns]
    aligns = [column.get("align") for column in columns]
    head = [_paragraph(column.get("title"), STRONG, align) for column, align in zip(columns, aligns, strict=True)]
    body = [[_paragraph(cell, TEXT, align) for cell, align in zip(row, aligns, strict=True)] for row in rows]
    widths = [width * share / sum(shares) for share in shares]
    grid = _grid([head, *body], widths, RULED)
    high = max(title.wrap(wide - PADDING, HEIGHT)[1] for title, wide in zip(head, widths, strict=True))
    grid.repeatRows = 1 if high < HEIGHT / 4 else 0
    return [grid]


def _grid(rows: list[list[Any]], widths: list[float], style: list[Any]) -> Table:
    """Cells in rows and columns; a row that is higher than a page goes on upon the next."""
    if min(widths) < NARROWEST:
        raise ValueError(
            f"a column is {min(widths) / mm:.1f} mm wide, which is too narrow: it needs {NARROWEST / mm:.0f} mm"
        )
    return Table(rows, widths, style=style, splitByRow=1, splitInRow=1)


def _image(block: Block, width: float) -> list[Flowable]:
    kind, _, encoded = to_text(block["image"]).partition(";base64,")
    if kind not in ("data:image/png", "data:image/jpeg"):
        raise ValueError("an image is a data URI of a PNG or JPEG in Base64")
    try:
        content = base64.b64decode(encoded, validate=True)
        across, down = ImageReader(io.BytesIO(content)).getSize()
    except (binascii.Error, OSError, ValueError) as error:
        raise ValueError("the image is no PNG or JPEG that can be read") from error
    wide = min(_positive(block.get("width", 40), "the width of an image") * mm, width, HEIGHT / 2 * across / down)
    image = Image(io.BytesIO(content), wide, wide * down / across)
    return [_grid([[image]], [width], [*BARE, ("ALIGN", (0, 0), (-1, -1), _aligned(block.get("align")).upper())])]


def _space(block: Block, _: float) -> list[Flowable]:
    return [Spacer(0, min(_positive(block["space"], "space"), 100) * mm)]


def _positive(value: Json, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | float) or value <= 0:
        raise ValueError(f"{what} is a number above 0, not {to_text(value)[:50]}")
    return float(value)


def _aligned(value: Json) -> str:
    if value is not None and value not in ALIGN:
        raise ValueError(f"align is one of {', '.join(ALIGN)}, not {to_text(value)[:50]}")
    return str(value or "left")


def _list(value: Json, what: str) -> list[Json]:
    if not isinstance(value, list):
        raise ValueError(f"{what}: a list is needed, not {to_text(value)[:50]}")
    return value


DRAWN: Mapping[str, Callable[[Block, float], list[Flowable]]] = {
    "heading": _heading,
    "text": _text,
    "fields": _fields,
    "columns": _columns,
    "table": _table,
    "image": _image,
    "space": _space,
}
