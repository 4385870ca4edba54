"""Values that have another shape than the form they are to be written in: refused, not written wrongly."""

from datetime import UTC, datetime

import pytest

from mockserver.plan.media import Child, Element, Media
from mockserver.web import csv, pdf, xml

TITLE = Element("title", scalar=True)
PRICE = Element("price", {"currency": "currencyID"}, text="value")
BOOK = Element(
    "book",
    {"id": "id"},
    children=(Child("title", TITLE), Child("price", PRICE), Child("tags", Element("tag", scalar=True), True, "tags")),
)
XML = Media("application/xml", "xml", BOOK)
CSV = Media("text/csv", "csv", columns=("a", "b"))


@pytest.mark.parametrize(
    ("value", "line"),
    [
        pytest.param({"title": "A & B"}, "<book><title>A &amp; B</title></book>", id="a-child"),
        pytest.param({"id": 3, "title": None}, '<book id="3" />', id="an-attribute"),
        pytest.param({"title": "A", "price": {"currency": "JPY", "value": 3}}, '<book><title>A</title><price currencyID="JPY">3</price></book>', id="text-beside-attributes"),
        pytest.param({"title": "A", "price": {"currency": "JPY", "value": None}}, "<book><title>A</title></book>", id="attributes-of-no-text"),
        pytest.param({"title": "A", "tags": ["x", None, True]}, "<book><title>A</title><tags><tag>x</tag><tag>true</tag></tags></book>", id="a-list-in-a-wrapper"),
        pytest.param({"title": "a\x00b"}, "<book><title>a\ufffdb</title></book>", id="what-xml-cannot-hold"),
    ],
)  # fmt: skip
def test_a_value_becomes_its_element(value, line):
    written = xml.write(XML, value).decode().split("\n", 1)[1]
    assert "".join(part.strip() for part in written.split("\n")) == line


def test_of_a_choice_of_roots_the_first_that_has_what_it_requires_is_written():
    loan = Media(
        "application/xml", "xml", Element("loan", children=(Child("title", TITLE),)), {"": "urn:l"}, required=("due",)
    )
    book = Media("application/xml", "xml", BOOK, {"": "urn:b"}, required=("title",))
    choice = Media("application/xml", "xml", choices=(loan, book))
    assert b'<loan xmlns="urn:l">' in xml.write(choice, {"title": "A", "due": "2024-01-31"})
    assert b'<book xmlns="urn:b">' in xml.write(choice, {"title": "A", "due": None})
    with pytest.raises(ValueError, match="none of its roots requires"):
        xml.write(choice, {"due": None})


@pytest.mark.parametrize(
    ("write", "why"),
    [
        pytest.param(lambda: xml.write(Media("application/xml", "xml"), {}), "no root element", id="no-root"),
        pytest.param(lambda: xml.write(XML, None), "book has nothing to write", id="nothing"),
        pytest.param(lambda: xml.write(XML, {"tags": None}), "book has nothing to write", id="nothing-inside"),
        pytest.param(lambda: xml.write(XML, [1]), "the XML element book needs an object, not ", id="no-object"),
        pytest.param(lambda: xml.write(XML, {"tags": "x"}), "the XML element tag needs a list, not x", id="no-list"),
        pytest.param(
            lambda: xml.write(XML, {"title": {}}), "title is written as text and cannot be an object", id="an-object"
        ),
        pytest.param(lambda: xml.write(XML, {"id": []}), "id is written as text and cannot be a list", id="a-list"),
        pytest.param(lambda: csv.write(CSV, {"a": 1}), "CSV needs a list of objects or of lists", id="csv-of-an-object"),
        pytest.param(lambda: csv.write(CSV, [{"a": 1}, 2]), "CSV needs a list of objects or of lists", id="csv-of-numbers"),
        pytest.param(
            lambda: pdf.write([], datetime(2024, 1, 15, tzinfo=UTC)), "a page is described by an object", id="no-page"
        ),
        pytest.param(
            lambda: pdf.write({"blocks": {}}, datetime(2024, 1, 15, tzinfo=UTC)), "with a list of blocks", id="no-blocks"
        ),
        pytest.param(lambda: pdf.blocks("x", 100), "blocks are a list, not x", id="no-list-of-blocks"),
        pytest.param(lambda: pdf.blocks([3], 100), "a block is an object", id="no-block"),
    ],
)
def test_a_value_of_another_shape_is_refused_with_the_reason(write, why):
    with pytest.raises(ValueError, match=why):
        write()


def test_a_csv_has_the_columns_that_are_said_whatever_the_rows_hold():
    assert csv.write(CSV, [{"b": 1, "c": 2}, {"a": None}]) == b"a,b\r\n,1\r\n,\r\n"
    assert csv.write(CSV, []) == b"a,b\r\n"
