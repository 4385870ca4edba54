"""The layout of a PDF page: the kinds of block that a description is made of, and what each may have."""

from collections.abc import Mapping

from mockserver.json import Json

BLOCKS: Mapping[str, tuple[str, ...]] = {
    "heading": ("align",),
    "text": ("align", "bold"),
    "fields": (),
    "columns": (),
    "table": (),
    "image": ("align", "width"),
    "space": (),
}
"""The kinds of block, each with what may stand beside it."""

PAGE = ("title", "footer", "blocks")
TABLE = ("columns", "rows")
COLUMN = ("title", "align", "width")

Node = dict[str, Json]


def block_flaw(block: Mapping[str, Json]) -> str | None:
    """What is wrong with the members of a block, None when nothing is.

    >>> block_flaw({"text": "Emma", "bold": True}), block_flaw({"text": "Emma", "width": 3})
    (None, 'width does not belong to a text')
    """
    kinds = [kind for kind in BLOCKS if kind in block]
    if len(kinds) != 1:
        return f"a block has one of {', '.join(BLOCKS)}, not {' and '.join(kinds) or 'none'}"
    stray = [name for name in block if name not in (kinds[0], *BLOCKS[kinds[0]])]
    return f"{stray[0]} does not belong to a {kinds[0]}" if stray else None
