"""What paths and operations name: parameters, tags, security schemes, and where links lead."""

import pytest

from mockserver.reading.errors import Mistakes
from mockserver.reading.paths import check_paths
from tests.compiling.small import document

BOOK = "/paths/~1books~1{bookId}/get"


def noted(*more: str) -> list[str]:
    """What the paths of a document name and nothing declares."""
    mistakes = Mistakes()
    check_paths(document(*more), mistakes)
    return [str(mistake) for mistake in mistakes]


def book(facts: str) -> str:
    """More about the operation that reads a book."""
    return "paths: {'/books/{bookId}': {get: {" + facts + "}}}"


def test_a_sound_document_has_no_mistakes():
    assert noted() == []


ID = "name: bookId, in: path, required: true"


@pytest.mark.parametrize(
    ("parameters", "flaws"),
    [
        (
            "[{" + ID + "}, {name: shelfId, in: path, required: true}]",
            [f"#{BOOK}/parameters/1/name: the path has no {{shelfId}}"],
        ),
        ("[{name: bookId, in: path}]", [f"#{BOOK}/parameters/0: a parameter of the path is required: true"]),
        ("[]", [f"#{BOOK}: nothing declares {{bookId}} of the path: declare it in parameters, in: path"]),
        (
            "[{name: bokId, in: path, required: true}]",
            [
                f"#{BOOK}/parameters/0/name: the path has no {{bokId}}: did you mean bookId?",
                f"#{BOOK}: nothing declares {{bookId}} of the path: did you mean bokId?",
            ],
        ),
    ],
)
def test_a_path_and_its_parameters_agree(parameters, flaws):
    assert noted(book("parameters: " + parameters)) == flaws


SCHEMES = """
components:
  securitySchemes:
    Key: {type: http, scheme: bearer}
    OAuth: {type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {'read:books': Read}}}}
"""


@pytest.mark.parametrize(
    ("more", "flaws"),
    [
        ("security: [{Key: [anything]}, {OAuth: ['read:books']}]", []),
        ("security: [{Kye: []}]", ["#/security/0/Kye: there is no security scheme Kye: did you mean Key?"]),
        (
            book("security: [{OAuth: ['read:book']}]"),
            [f"#{BOOK}/security/0/OAuth/0: there is no scope read:book: did you mean read:books?"],
        ),
        ("tags: [{name: Books}]\n" + book("tags: [Boks]"), [f"#{BOOK}/tags/0: there is no tag Boks: did you mean Books?"]),
        (book("tags: [Boks]"), []),
    ],
)
def test_schemes_scopes_and_tags_are_declared(more, flaws):
    assert noted(SCHEMES, more) == flaws


LINK = f"#{BOOK}/responses/200/links/next"


@pytest.mark.parametrize(
    ("link", "flaws"),
    [
        ("operationId: getBook, parameters: {bookId: '$response.body#/id'}", []),
        ("operationId: getBook, parameters: {path.bookId: '$request.path.bookId'}", []),
        ("operationId: getBok", [f"{LINK}/operationId: there is no operation getBok: did you mean getBook?"]),
        (
            "operationId: getBook, parameters: {bokId: 1}",
            [f"{LINK}/parameters/bokId: there is no parameter of getBook bokId: did you mean bookId?"],
        ),
        (
            "operationId: getBook, parameters: {bookId: '$response.body#/idd'}",
            [f"{LINK}/parameters/bookId: there is no property idd: did you mean id?"],
        ),
        (
            "operationId: getBook, parameters: {bookId: '$request.path.id'}",
            [f"{LINK}/parameters/bookId: there is no path parameter id"],
        ),
        (
            "operationId: getBook, parameters: {bookId: '$respons.body'}",
            [
                (
                    f"{LINK}/parameters/bookId: $respons.body is no runtime expression: "
                    "write one as $response.body#/id or $request.path.id"
                )
            ],
        ),
    ],
)
def test_a_link_leads_to_an_operation_with_what_there_is(link, flaws):
    assert noted(book("responses: {'200': {links: {next: {" + link + "}}}}")) == flaws
