"""What answers are written as: their media types, and the forms of XML and CSV, read from schemas."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Form = Literal["json", "xml", "csv", "pdf"]


@dataclass(frozen=True)
class Element:
    """An XML element: `name` as it is written, prefix and all. Its parts are members of the value it is written from."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    """The names of attributes by the members that hold their values."""
    text: str | None = None
    """The member that is the text of an element that has attributes."""
    children: tuple["Child", ...] = ()
    scalar: bool = False
    """Whether the value itself is the text."""


@dataclass(frozen=True)
class Child:
    """A member that is written as an element, or as one for each of its entries."""

    member: str
    element: Element
    repeated: bool = False
    wrapper: str | None = None
    """The name of the element around the entries, if there is one."""


@dataclass(frozen=True)
class Media:
    """What an answer is written as: its media type as the contract names it, and how that is done."""

    type: str
    form: Form
    root: Element | None = None
    namespaces: Mapping[str, str] = field(default_factory=dict)
    """Namespaces by prefix; the empty prefix is that of names without one."""
    columns: tuple[str, ...] = ()
    """The columns of CSV; none where the rows say."""
    required: tuple[str, ...] = ()
    """The members that a value must have to be written so, where there is a choice."""
    choices: tuple["Media", ...] = ()
    """The roots there are to choose from, in order; none where there is one."""

    @property
    def content_type(self) -> str:
        """The value of the header Content-Type."""
        return f"{self.type}; charset=utf-8" if self.form == "csv" and ";" not in self.type else self.type


JSON = Media("application/json", "json")


def form(media_type: str) -> Form | None:
    """How a media type is written, None where nobody can.

    >>> form("application/json"), form("application/problem+json"), form("text/xml; charset=utf-8"), form("image/png")
    ('json', 'json', 'xml', None)
    """
    name = media_type.partition(";")[0].strip().lower()
    forms: dict[str, Form] = {"application/json": "json", "text/csv": "csv", "application/pdf": "pdf", "text/xml": "xml"}
    if name in forms:
        return forms[name]
    return "json" if name.endswith("+json") else "xml" if name == "application/xml" or name.endswith("+xml") else None
