"""Usage: what conventions and operations name is there."""

import pytest

from tests.compiling.small import mistakes, plan

LIST = """
paths:
  /books:
    get:
      operationId: listBooks
      parameters: [PARAMETER]
      responses:
        '200':
          description: Books
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Book'}}}}
"""
SCOPES = "{scopes: [admin, 'read:books', 'write:books'], everything: admin, implies: {write: read}}"
SORT = "{name: sort, in: query, schema: {type: string}}"


def noted(sandbox: str, parameter: str = SORT) -> list[str]:
    """What is wrong with a list that takes a parameter, under some conventions."""
    return mistakes(LIST.replace("PARAMETER", parameter), "x-sandbox: " + sandbox)


@pytest.mark.parametrize(
    ("sandbox", "flaws"),
    [
        ("{listing: {sort: sort}}", []),
        ("{listing: {sort: order}}", ["listing/sort: there is no query parameter order"]),
        ("{errors: {details: {minimum: SMALL, unique: TAKEN}}}", []),
        (
            "{errors: {details: {minimun: SMALL}}}",
            ["errors/details/minimun: there is no keyword minimun: did you mean minimum?"],
        ),
        ("{errors: {parameters: {sort: filter, bookId: filter}}}", []),
        (
            "{errors: {parameters: {srot: filter}}}",
            ["errors/parameters/srot: there is no parameter srot: did you mean sort?"],
        ),
        ("{security: " + SCOPES + "}", []),
        (
            "{security: {scopes: [admin], everything: admn}}",
            ["security/everything: there is no scope admn: did you mean admin?"],
        ),
        (
            "{security: {scopes: ['read:a'], implies: {wirte: read}}}",
            ["security/implies/wirte: there is no scope that begins with wirte"],
        ),
        ("{basePaths: [/v1]}", []),
    ],
)
def test_a_convention_names_what_there_is(sandbox, flaws):
    assert noted(sandbox) == [f"#/x-sandbox/{flaw}" for flaw in flaws]


@pytest.mark.parametrize(
    ("base_paths", "flaws"),
    [
        ("[/v1, /other]", []),
        ("[/v2, /v1]", ["#/x-sandbox/basePaths/0: no server's url ends with /v2"]),
    ],
)
def test_the_first_base_path_is_that_of_a_server(base_paths, flaws):
    assert mistakes("servers: [{url: 'http://localhost/v1/'}]\nx-sandbox: {basePaths: " + base_paths + "}") == flaws


@pytest.mark.parametrize(
    ("servers", "paths"),
    [
        ("[]", ("",)),
        ("[{url: /}]", ("",)),
        ("[{url: 'https://api.example.com/api/v3/'}]", ("/api/v3",)),
        ("[{url: /v1}, {url: 'https://example.com/v2'}, {url: 'http://localhost/v1'}]", ("/v1", "/v2")),
        (
            "[{url: 'https://{h}:{p}/{s}/v1', variables: {h: {default: a.com}, p: {default: '1'}, s: {default: live, enum: [test, live]}}}]",
            ("/live/v1", "/test/v1"),
        ),
        ("[{url: '{root}/v1', variables: {root: {default: 'https://a.com/x'}}}]", ("/x/v1",)),
        ("[{url: 'https://a.com/caf%C3%A9'}]", ("/café",)),
        ("[{url: ../v1}]", ("/v1",)),
    ],
)
def test_the_base_paths_are_those_of_the_servers_where_none_are_declared(servers, paths):
    assert plan(f"servers: {servers}").conventions.base_paths == paths


def test_a_variable_of_a_server_is_declared():
    assert mistakes("servers: [{url: 'https://a.com/{stage}', variables: {stge: {default: x}}}]") == [
        "#/servers/0/url: there is no variable stage: did you mean stge?"
    ]


@pytest.mark.parametrize(
    ("parameter", "flaws"),
    [
        (SORT, []),
        (
            "{name: sorted, in: query, schema: {type: string}}",
            ["/listing/sort", "name: lists do nothing with sorted: did you mean sort?"],
        ),
        ("{name: sort, in: query, schema: {type: string, default: 'price:desc,title'}}", []),
        (
            "{name: sort, in: query, schema: {type: string, default: 'price:desc,titel'}}",
            ["schema/default: there is no field titel: did you mean title?"],
        ),
        (
            "{name: sort, in: query, schema: {type: string}, example: pric}",
            ["example: there is no field pric: did you mean price?"],
        ),
        (
            "{name: sort, in: query, schema: {type: string, pattern: '^(price|titel)(:(asc|desc))?$'}}",
            ["schema/pattern: there is no field titel: did you mean title?"],
        ),
    ],
)
def test_a_list_is_sorted_by_fields(parameter, flaws):
    found = noted("{listing: {sort: sort}}", parameter)
    assert [any(flaw in line for line in found) for flaw in flaws] == [True] * len(found), found


@pytest.mark.parametrize(
    ("scope", "flaws"),
    [
        ("read:books", []),
        ("[read:books, admin]", []),
        ("read:book", [": there is no scope read:book: did you mean read:books?"]),
        ("[admin, read:book]", ["/1: there is no scope read:book: did you mean read:books?"]),
    ],
)
def test_a_scope_that_is_needed_can_be_had(scope, flaws):
    at = "#/paths/~1books~1{bookId}/get/x-scope"
    operation = "paths: {'/books/{bookId}': {get: {x-scope: " + scope + "}}}"
    assert mistakes(operation + "\nx-sandbox: {security: " + SCOPES + "}") == [at + flaw for flaw in flaws]
    assert mistakes(operation) == []


def test_an_event_has_a_scope_that_can_be_had():
    more = "x-events: {book.lent: {scope: admn, payload: {type: object, properties: {}}}}\nx-sandbox: {security: {scopes: [admin]}}"
    assert mistakes(more) == ["#/x-events/book.lent/scope: there is no scope admn: did you mean admin?"]


def test_scopes_of_oauth_are_declared_in_the_words_of_openapi():
    flow = "{clientCredentials: {tokenUrl: /token, scopes: {'read:books': Read}}}"
    more = "components: {securitySchemes: {OAuth: {type: oauth2, flows: " + flow + "}}}\n"
    operation = "paths: {'/books/{bookId}': {get: {x-scope: SCOPE}}}"
    assert mistakes(more + operation.replace("SCOPE", "read:books")) == []
    assert len(mistakes(more + operation.replace("SCOPE", "read:book"))) == 1
