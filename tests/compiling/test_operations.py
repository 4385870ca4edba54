"""Operations: what a call does, read from its method, its path and its answer."""

import pytest

from tests.compiling.small import mistakes, plan

KINDS = {
    "addBook": ("create", "POST", 201),
    "listBooks": ("list", "GET", 200),
    "getBook": ("read", "GET", 200),
    "changeBook": ("update", "PUT", 200),
    "dropBook": ("delete", "DELETE", 200),
    "lend": ("create", "POST", 201),
    "giveBack": ("action", "POST", 200),
    "readAccount": ("action", "GET", 200),
    "exportNotes": ("list", "GET", 200),
    "manyBooks": ("bulk", "POST", 200),
    "hearNews": ("stream", "GET", 101),
    "moveLoan": ("action", "PATCH", 200),
    "slipOfLoan": ("action", "GET", 200),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_follows_from_method_path_and_answer(library_plan, name):
    operation = library_plan.operations[name]
    assert (operation.kind, operation.method, operation.status) == KINDS[name]


@pytest.mark.parametrize(
    ("name", "resource", "key", "key_field", "parents"),
    [
        ("getBook", "Book", "bookId", "id", []),
        ("getShelf", "Shelf", "code", "code", []),
        ("listNotes", "Note", None, "id", [("bookId", "Book")]),
        ("addNote", "Note", None, "id", [("bookId", "Book")]),
        ("giveBack", "Loan", "loanId", "id", []),
        ("ring", "Listener", "listenerId", "id", []),
        ("manyBooks", None, None, "id", []),
    ],
)
def test_a_path_addresses_a_document_or_those_below_another(library_plan, name, resource, key, key_field, parents):
    operation = library_plan.operations[name]
    assert (operation.resource and operation.resource.name, operation.key, operation.key_field) == (resource, key, key_field)
    assert [(parameter, field.reference.to) for parameter, field in operation.parents] == parents


def test_only_methods_that_read_are_safe(library_plan):
    safe = {operation.method for operation in library_plan.operations.values() if operation.safe}
    others = {operation.method for operation in library_plan.operations.values() if not operation.safe}
    assert (safe, others) == ({"GET"}, {"POST", "PUT", "DELETE", "PATCH"})


def test_those_with_the_header_may_be_repeated(library_plan):
    assert {name for name, operation in library_plan.operations.items() if operation.idempotent} == {
        "addBook",
        "lend",
        "manyBooks",
    }


def test_what_creates_knows_what_reads(library_plan):
    readers = {name: operation.read_operation for name, operation in library_plan.operations.items()}
    assert {name: reader.id for name, reader in readers.items() if reader} == {
        "addBook": "getBook",
        "addShelf": "getShelf",
        "enrol": "getMember",
        "hangPicture": "getPicture",
        "lend": "getLoan",
        "listen": "getListener",
    }


@pytest.mark.parametrize(
    ("name", "scopes", "secured", "file"),
    [("getBook", ("read:books",), True, False), ("hearNews", (), False, False), ("seePicture", ("read:books",), True, True)],
)
def test_what_a_caller_needs_and_gets(library_plan, name, scopes, secured, file):
    operation = library_plan.operations[name]
    assert (operation.scopes, operation.secured, operation.file) == (scopes, secured, file)


SCHEMES = "components: {securitySchemes: {Key: {type: http, scheme: bearer}}}\nsecurity: [{Key: []}]\n"


@pytest.mark.parametrize(
    ("security", "secured"),
    [
        pytest.param("[{Key: []}]", True, id="own"),
        pytest.param("[]", False, id="none"),
        pytest.param("[{}, {Key: []}]", False, id="optional"),
    ],
)
def test_credentials_are_needed_unless_an_operation_says_otherwise(security, secured):
    assert plan(SCHEMES).operations["getBook"].secured
    more = SCHEMES + "paths: {'/books/{bookId}': {get: {security: " + security + "}}}"
    assert plan(more).operations["getBook"].secured is secured


def test_an_operation_without_a_name_is_called_by_its_address():
    more = "paths: {/state: {get: {responses: {'204': {description: Fine}}}}}"
    operation = plan(more).operations["GET /state"]
    assert (operation.kind, operation.status, operation.resource) == ("action", 204, None)


def test_parameters_of_the_path_hold_for_each_method_which_may_say_otherwise():
    more = """
    paths:
      /state:
        parameters: [{name: a, in: query, schema: {type: string}}, {name: b, in: query, schema: {type: string}}]
        get:
          operationId: state
          parameters: [{name: b, in: query, schema: {type: integer}}]
          responses: {'204': {description: Fine}}
    """
    parameters = plan(more).operations["state"].parameters
    assert {name: parameter.type for name, parameter in parameters.items()} == {"a": "string", "b": "integer"}


BOOK = "#/paths/~1books~1{bookId}/get"


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        pytest.param(
            "{x-action: {resource: Bok}}",
            f"{BOOK}/x-action/resource: there is no resource Bok: did you mean Book?",
            id="resource",
        ),
        pytest.param("{responses: {'404': {description: None}}, x-scope: x}", None, id="lowest status"),
        pytest.param("{x-action: {set: {title: x}}}", f"{BOOK}/x-action: a read only reads: give it a reply", id="reader"),
    ],
)
def test_what_an_operation_cannot_be(change, mistake):
    found = mistakes("paths: {'/books/{bookId}': {get: " + change + "}}")
    assert [line.startswith(mistake) for line in found] == [True] if mistake else found == []


def test_a_name_stands_for_one_operation():
    more = "paths: {/state: {get: {operationId: getBook, responses: {'204': {description: Fine}}}}}"
    assert mistakes(more) == ["#/paths/~1state/get: the operationId getBook is taken by another operation"]


def test_only_a_post_is_repeated():
    more = """
    x-sandbox: {idempotency: {header: Once, hours: 1}}
    paths: {'/state': {get: {parameters: [{name: once, in: header, schema: {type: string}}],
      responses: {'204': {description: Fine}}}}}
    """
    assert mistakes(more) == ["#/paths/~1state/get: only a POST can say that it is a repetition: leave Once out"]


def test_a_reply_that_is_a_file_names_one():
    more = """
    paths:
      /books/{bookId}/cover:
        parameters: [{name: bookId, in: path, required: true, schema: {type: string}}]
        get:
          x-action: {resource: Book, reply: '{{ title }}'}
          responses: {'200': {description: A cover, content: {image/png: {schema: {type: string, format: binary}}}}}
    """
    assert mistakes(more) == [
        "#/paths/~1books~1{bookId}~1cover/get/x-action/reply: this is no file: name a property with format binary"
    ]
