"""Requests at the edges of what HTTP allows, on the library contract."""

import asyncio

import pytest

from mockserver.engine.call import Call, Caller
from mockserver.events.http_sender import AttemptResult
from mockserver.sandbox import build
from mockserver.settings import Settings
from mockserver.web.dispatch import Dispatch
from tests.conftest import NOW
from tests.revision import contract, operation
from tests.web.test_files import Library


def trouble(answer, status):
    assert answer.status_code == status, answer.text
    return answer.json()["trouble"]["message"]


def revised(folder, change):
    return Library(build(Settings(contract(folder, change), None, now=NOW)))


def asking(document):
    card = operation(document, "cardOfBook")
    card["responses"]["200"]["content"].pop("text/csv", None)
    card.update(
        {
            "parameters": [
                {
                    "name": "only",
                    "in": "query",
                    "required": True,
                    "schema": {"type": "array", "items": {"type": "string", "maxLength": 3}},
                },
                {"name": "of", "in": "query", "schema": {"type": "integer", "default": 7}},
            ],
            "x-action": {
                "resource": "Book",
                "reply": {"title": "{{ query.only | join('+') }}", "code": "{{ query.of ~ '' }}"},
            },
        }
    )


@pytest.mark.parametrize(
    ("query", "title", "code"),
    [
        pytest.param("only=a&only=b%2C", "a+b,", "7", id="a-list-and-a-default"),
        pytest.param("only=a,b,c", "a+b+c", "7", id="a-list-that-can-be-meant-only"),
        pytest.param("only=&of=2", "", "2", id="an-empty-list"),
        pytest.param("only=&only=", "+", "7", id="empty-entries"),
    ],
)
def test_a_parameter_may_be_a_list(tmp_path, query, title, code):
    library = revised(tmp_path, asking)
    answer = library("GET", f"/books/{library.book}/card?{query}")
    assert (answer.json()["title"], answer.json()["code"]) == (title, code)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param("of=2", "The parameter only is required", id="missing"),
        pytest.param("only=a,long", "The parameter only[0] must have at most 3 characters", id="too-long-an-entry"),
        pytest.param("only=a&of=1&of=2", "The parameter of is given more than once", id="twice"),
        pytest.param("only=a&of=x", "The parameter of must be a whole number", id="no-number"),
    ],
)
def test_a_parameter_that_is_missing_or_unfit_is_named(tmp_path, query, message):
    library = revised(tmp_path, asking)
    assert trouble(library("GET", f"/books/{library.book}/card?{query}"), 400) == message


async def pieces(size):
    for _ in range(size // 1000 + 1):
        yield b" " * 1000


def test_a_body_that_does_not_say_how_long_it_is_is_read_as_far_as_allowed():
    library = Library()
    answer = library("POST", "/books", content=pieces(70_000), headers={"Content-Type": "application/json"})
    assert trouble(answer, 400) == "The body is larger than 65536 bytes"
    answer = library("POST", "/books", content=pieces(60_000), headers={"Content-Type": "application/json"})
    assert "could not be read" in trouble(answer, 400)


def test_a_form_that_is_empty_or_too_large_is_not_read():
    library = Library()
    assert "it is empty" in trouble(library("POST", "/pictures"), 400)
    kind = {"Content-Type": "multipart/form-data; boundary=B"}
    answer = library("POST", "/pictures", content=b"x", headers={**kind, "Content-Length": "999999"})
    assert answer.status_code == 422
    assert trouble(answer, 422) == "image must have at most 20000 bytes"
    assert library.kept() == set()


def test_a_text_that_begins_like_an_object_is_a_text():
    library = Library()
    title = '{"like": "x"}'
    library("POST", "/books", json={"title": title})
    for raw, total in ((title, 1), ("{", 0), ("{}", 0), ('{"eq": {}}', 0), ('{"eq": "Emma"}', 1)):
        answer = library("GET", "/books", params={"title": raw})
        assert answer.json()["page"]["total"] == total, answer.text


def asked(library, scope, *received):
    """What a sandbox sends when it is asked as a server would."""
    messages = list(received)

    async def receive():
        return messages.pop(0)

    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(library.sandbox.app(scope, receive, send))
    return sent


def test_a_client_that_goes_before_its_body_has_come_stores_nothing():
    library = Library()
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/books",
        "raw_path": b"/v1/books",
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"authorization", b"Bearer any"), (b"x-branch", b"branch_a"), (b"content-type", b"application/json")],
    }
    start, end = asked(
        library, scope, {"type": "http.request", "body": b'{"title":', "more_body": True}, {"type": "http.disconnect"}
    )
    assert start["status"] == 400
    assert b"the connection was closed" in end["body"]
    assert library("GET", "/books").json()["page"]["total"] == 1


@pytest.mark.parametrize(("path", "to"), [("/", "v1/ui/"), ("/v1/ui", "ui/"), ("/library/v1/ui", "ui/")])
def test_the_explorer_is_found_without_its_last_slash_and_behind_a_prefix(path, to):
    answer = Library()("GET", path, root=True)
    assert (answer.status_code, answer.headers["location"]) == (307, to)


def test_who_is_not_asked_for_a_key_has_the_one_world(tmp_path):
    def change(document):
        for name in ("addBook", "listBooks"):
            operation(document, name)["security"] = []

    library = revised(tmp_path, change)
    anonymous = {"Authorization": "", "X-Branch": ""}
    assert library("POST", "/books", json={"title": "B"}, headers=anonymous).status_code == 201
    titles = [book["title"] for book in library("GET", "/books", headers=anonymous).json()["books"]]
    assert titles == ["Emma", "B"]
    assert library("GET", f"/books/{library.book}", headers=anonymous).status_code == 401


def test_an_answer_that_delivers_waits_for_what_came_of_it():
    library = Library()
    sent = []

    async def send(request):
        sent.append(request)
        return AttemptResult(204, "")

    library.sandbox.outbox.send = send
    listener = library("POST", "/listeners", json={"url": "http://one/", "about": ["book.added"]}).json()
    letter = library("POST", f"/listeners/{listener['id']}/ring", json={}).json()
    assert [request.url for request in sent] == ["http://one/"]
    assert (letter["state"], letter["answer"], letter["tries"]) == ("taken", 204, 1)


@pytest.mark.parametrize("base", ["/v1", "/library/v1"])
@pytest.mark.parametrize(
    ("name", "kind", "opens"),
    [
        pytest.param("openapi.json", "application/json", b'{"openapi":"3.0.3"', id="openapi-json"),
        pytest.param("openapi.yaml", "application/yaml", b"openapi: 3.0.3\n", id="openapi-yaml"),
        pytest.param("library.json", "application/json", b'{"openapi":"3.0.3"', id="by-its-name"),
        pytest.param("asyncapi.json", "application/json", b'{"asyncapi":"3.0.0"', id="asyncapi-json"),
        pytest.param("asyncapi.yaml", "application/yaml", b"asyncapi: 3.0.0\n", id="asyncapi-yaml"),
    ],
)
def test_the_documents_are_served_beside_the_api(base, name, kind, opens):
    answer = Library()("GET", f"{base}/{name}", root=True)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.content.startswith(opens)


def limited(document):
    document["x-sandbox"]["limits"]["values"] = 50


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"title": "Emma", "unknown": [1] * 49}, 400),
        ({"title": "Emma", "unknown": [[]] * 1100}, 400),
        ({"title": ", " * 60}, 201),
        ({"title": '\\", ' * 30}, 201),
        ({"title": "Emma", "unknown": [1] * 40}, 201),
    ],
)
def test_a_body_of_too_many_values_is_not_read(tmp_path, body, status):
    answer = revised(tmp_path, limited)("POST", "/books", json=body)
    assert answer.status_code == status, answer.text
    if status == 400:
        assert answer.json()["trouble"]["message"] == "The body could not be read: it has more than 50 values"


def counted(document):
    limited(document)
    fields = document["components"]["schemas"]["BookFields"]["properties"]
    fields["subjects"] = {"type": "array", "maxItems": 3, "items": {"type": "string"}}


def test_what_is_too_many_of_them_is_named(tmp_path):
    answer = revised(tmp_path, counted)("POST", "/books", json={"title": 5, "subjects": ["a"] * 60})
    assert answer.json()["trouble"]["message"] == "subjects must have at most 3 elements"


def test_between_two_entries_of_a_bulk_call_others_get_their_turn():
    library = Library()
    order = []

    async def tick():
        for number in range(3):
            order.append(number)
            await asyncio.sleep(0)

    run = library.sandbox.engine.calls.run

    def noting(call):
        order.append(call.operation.id)
        return run(call)

    library.sandbox.engine.calls.run = noting
    dispatch = next(_dispatches(library.sandbox.app))
    plan = library.sandbox.plan
    entries = [{"do": "add", "book": {"title": f"Book {number}"}} for number in range(3)]
    call = Call(plan.operations["manyBooks"], Caller("branch_a"), input={"books": entries})

    async def both():
        return await asyncio.gather(dispatch.runner.run(call), tick())

    reply, _ = asyncio.run(both())
    assert order == ["addBook", 0, "addBook", 1, "addBook", 2]
    assert len(reply.result["results"]) == 3


def _dispatches(app):
    while app is not None:
        app = next((getattr(app, name) for name in ("app", "http", "next_app", "app_to_wrap") if hasattr(app, name)), None)
        if isinstance(app, Dispatch):
            yield app
