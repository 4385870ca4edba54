"""A document of one or many files, read into one piece: references, and where each part was written."""

from decimal import Decimal

import pytest

from mockserver.reading.document import Document, pointer, read, read_yaml, tokens
from mockserver.reading.errors import BrokenContract

ROOT = """
openapi: 3.0.3
info: {title: Books, version: '1'}
paths:
  /books: {$ref: 'books.yaml#/paths/~1books'}
components:
  schemas:
    Shelf: {type: object, properties: {book: {$ref: 'books.yaml#/components/schemas/Book'}}}
"""
BOOKS = """
paths:
  /books: {get: {responses: {'200': {description: Books}}, parameters: [{$ref: '#/components/parameters/Limit'}]}}
components:
  schemas: {Book: {type: object}, Author: {type: string}}
  parameters: {Limit: {name: limit, in: query}}
"""


def written(folder, **files):
    """A contract of several files, by their names."""
    for name, text in {"root": ROOT, "books": BOOKS, **files}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "root.yaml"


def broken(path):
    """The mistakes for which a contract is not read."""
    with pytest.raises(BrokenContract) as caught:
        read(path)
    return [str(error) for error in caught.value.errors]


def test_components_of_other_files_come_along(tmp_path):
    document = read(written(tmp_path))
    assert list(document.root["components"]["schemas"]) == ["Shelf", "Book", "Author"]
    assert document.at("#/components/schemas/Shelf/properties/book") == {"$ref": "#/components/schemas/Book"}
    assert [file.name for file in document.files] == ["root.yaml", "books.yaml"]


def test_other_references_are_replaced_by_what_they_point_to(tmp_path):
    operation = read(written(tmp_path)).root["paths"]["/books"]["get"]
    assert operation["parameters"] == [{"$ref": "#/components/parameters/Limit"}]


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ("#/info/title", "root.yaml#/info/title"),
        ("#/paths/~1books/get/responses", "books.yaml#/paths/~1books/get/responses"),
        ("#/components/schemas/Book/type", "books.yaml#/components/schemas/Book/type"),
        ("#/components/schemas/Shelf/type", "root.yaml#/components/schemas/Shelf/type"),
    ],
)
def test_a_pointer_is_known_by_the_file_it_was_written_in(tmp_path, where, place):
    assert read(written(tmp_path)).origin_of(where) == place


@pytest.mark.parametrize(
    ("files", "mistake"),
    [
        ({"root": ROOT.replace("schemas/Book'", "schemas/Bok'")}, "there is no Bok: did you mean Book?"),
        ({"root": ROOT.replace("'books.yaml#/paths", "'book.yaml#/paths")}, "book.yaml: there is no file"),
        (
            {
                "root": ROOT.replace(
                    "/books: {$ref: 'books.yaml#/paths/~1books", "/old-bookss: {$ref: 'books.yaml#/paths/~1old-books"
                ),
                "books": BOOKS.replace("/books:", "/old-books:"),
            },
            "root.yaml#/paths/~1old-bookss: is called otherwise where it is written: did you mean /old-books?",
        ),
        ({"root": ROOT.replace("3.0.3", "3.1.0")}, "root.yaml#/openapi: is not an OpenAPI 3.0 document"),
        ({"root": ROOT + "    Book: {}\n"}, "has a component of this name too"),
        ({"root": "a: [b"}, "root.yaml:2:1: is not YAML"),
        ({"root": ROOT + "info: {}\n"}, "root.yaml#/info: stands twice, in the lines 3 and 9: leave one out"),
        (
            {"books": BOOKS + "loop: {$ref: '#/loop'}\n", "root": ROOT + "x: {$ref: 'books.yaml#/loop'}\n"},
            "refers to itself",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(tmp_path, files, mistake):
    mistakes = broken(written(tmp_path, **files))
    assert len(mistakes) == 1
    assert mistake in mistakes[0]


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    path = written(tmp_path, root=ROOT.replace("schemas/Book'", "schemas/Bok'").replace("~1books'", "~1bocks'"))
    assert len(broken(path)) == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("NO", "NO"),
        ("on", "on"),
        ("true", True),
        ("10:30", "10:30"),
        ("2024-01-15", "2024-01-15"),
        ("012", "012"),
        ("0.10", Decimal("0.10")),
        ("1e3", Decimal(1000)),
        ("7", 7),
        ("~", None),
        ("", None),
    ],
)
def test_scalars_are_those_of_yaml_1_2(tmp_path, text, value):
    (tmp_path / "a.yaml").write_text(f"a: {text}", encoding="utf-8")
    (read_value,) = read_yaml(tmp_path / "a.yaml").values()
    assert (read_value, type(read_value)) == (value, type(value))


@pytest.mark.parametrize(("steps", "text"), [((), "#"), (("a/b", "c~d", 0), "#/a~1b/c~0d/0"), (("~1",), "#/~01")])
def test_pointers_are_written_and_read(steps, text):
    assert pointer(*steps) == text
    assert tokens(text.removeprefix("#")) == [str(step) for step in steps]


def test_a_reference_is_followed_to_its_end():
    document = Document({"a": {"$ref": "#/b"}, "b": {"$ref": "#/c/1"}, "c": [0, {"d": 1}]})
    assert document.resolve({"$ref": "#/a"}) == {"d": 1}
    assert document.resolve([1]) == [1]
    with pytest.raises(KeyError):
        document.resolve({"$ref": "#/e"})
