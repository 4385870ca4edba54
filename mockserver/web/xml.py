"""Writes values as XML, by the element their schema was compiled into.

The names were resolved when the contract was read, so the standard library's ElementTree is all that is needed: it escapes.

>>> from mockserver.plan.media import Child
>>> pages = Element("n:pages", {"unit": "unit"}, text="count")
>>> book = Element("n:book", children=(Child("title", Element("n:title", scalar=True)), Child("pages", pages)))
>>> root = element(book, {"title": "Tom & Jerry", "pages": {"unit": "C62", "count": 20}})
>>> ElementTree.tostring(root, encoding="unicode")
'<n:book><n:title>Tom &amp; Jerry</n:title><n:pages unit="C62">20</n:pages></n:book>'
"""

from xml.etree import ElementTree

from mockserver.json import Json
from mockserver.plan.media import Child, Element, Media
from mockserver.web.text import clean, to_text

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def write(media: Media, value: Json) -> bytes:
    """The document of a value, in UTF-8, indented; ValueError when the value has another shape than its schema."""
    if media.choices:
        return write(_chosen(media, value), value)
    if media.root is None:
        raise ValueError("the answer has no root element")
    root = element(media.root, value)
    if root is None:
        raise ValueError(f"{media.root.name} has nothing to write")
    root.attrib = {f"xmlns:{prefix}" if prefix else "xmlns": uri for prefix, uri in media.namespaces.items()} | root.attrib
    ElementTree.indent(root)
    return DECLARATION + ElementTree.tostring(root, encoding="unicode").encode() + b"\n"


def _chosen(media: Media, value: Json) -> Media:
    """The first root that has what it requires in a value."""
    for choice in media.choices:
        if isinstance(value, dict) and all(value.get(name) is not None for name in choice.required):
            return choice
    raise ValueError("the answer has what none of its roots requires")


def element(form: Element, value: Json) -> ElementTree.Element | None:
    """The element of a value; None of null, and of an object in which nothing would be written."""
    if value is None:
        return None
    if form.scalar:
        return _texted(ElementTree.Element(form.name), _scalar(form.name, value))
    if not isinstance(value, dict):
        raise ValueError(f"the XML element {form.name} needs an object, not {to_text(value)[:50]}")
    values = {name: value.get(member) for member, name in form.attributes.items()}
    attributes = {name: clean(_scalar(name, value)) for name, value in values.items() if value is not None}
    written = ElementTree.Element(form.name, attributes)
    if form.text is not None:
        text = value.get(form.text)
        return None if text is None else _texted(written, _scalar(form.name, text))
    for child in form.children:
        written.extend(_children(child, value.get(child.member)))
    return written if len(written) or attributes else None


def _children(child: Child, value: Json) -> list[ElementTree.Element]:
    if value is None:
        return []
    if child.repeated and not isinstance(value, list):
        raise ValueError(f"the XML element {child.element.name} needs a list, not {to_text(value)[:50]}")
    values = value if child.repeated else [value]
    elements = [written for member in values if (written := element(child.element, member)) is not None]
    if child.wrapper is None:
        return elements
    wrapper = ElementTree.Element(child.wrapper)
    wrapper.extend(elements)
    return [wrapper]


def _texted(written: ElementTree.Element, text: str) -> ElementTree.Element:
    written.text = clean(text)
    return written


def _scalar(name: str, value: Json) -> str:
    if isinstance(value, dict | list):
        raise ValueError(f"{name} is written as text and cannot be {'an object' if isinstance(value, dict) else 'a list'}")
    return to_text(value)
