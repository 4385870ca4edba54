"""The faces that pages are set in, Source Sans, and which face draws which letter."""

import unicodedata
from functools import cache
from importlib.resources import files
from itertools import groupby
from xml.sax.saxutils import escape

from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD = "SourceSansPro-Regular", "SourceSansPro-Bold"
CHINESE, KOREAN = "STSong-Light", "HYSMyeongJo-Medium"
"""Faces of Adobe's Asian font packs: they are named in the file, and the reader's own stand in for them."""
MISSING = "\u25a0"
"""What stands for a letter that no face has."""


@cache
def load() -> frozenset[int]:
    """Make the faces known to the library; the code points that the embedded ones have."""
    faces = [TTFont(name, str(files("font_source_sans_pro") / "files" / f"{name}.ttf")) for name in (PLAIN, BOLD)]
    for face in [*faces, UnicodeCIDFont(CHINESE), UnicodeCIDFont(KOREAN)]:
        registerFont(face)
    registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    return frozenset.intersection(*(frozenset(face.face.charToGlyph) for face in faces))


def face(letter: str) -> str | None:
    """The face of a letter: that of the paragraph (empty), another, or None where it is not to be drawn."""
    code = ord(letter)
    if code in load():
        return ""
    if 0xAC00 <= code <= 0xD7A3:
        return KOREAN
    if 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF:
        return CHINESE
    return None


def markup(text: str) -> str:
    """The text in the markup of the library's paragraphs; a letter that no face has becomes a black square."""
    lines = (unicodedata.normalize("NFC", line).expandtabs(4) for line in text.split("\n"))
    return "<br/>".join(_line(line) for line in lines)


def _line(line: str) -> str:
    drawn = ((name, letter) for letter in line for name, letter in [_drawn(letter)] if letter)
    return "".join(_run(name, "".join(letter for _, letter in run)) for name, run in groupby(drawn, lambda pair: pair[0]))


def _drawn(letter: str) -> tuple[str, str]:
    """A letter with its face; what only joins or varies others is left out where no face has it."""
    name = face(letter)
    if name is not None:
        return name, letter
    return "", "" if unicodedata.category(letter) in ("Cf", "Mn", "Me", "Cc") else MISSING


def _run(name: str, text: str) -> str:
    return f'<font face="{name}">{escape(text)}</font>' if name else escape(text)
