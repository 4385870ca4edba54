"""The places where expressions stand, and the functions that each has."""

import copy
from functools import cache

import pytest

from mockserver.compiling.compiler import compile_
from mockserver.json import Json
from mockserver.language.functions import CLOCK_FUNCTIONS, NO_FUNCTIONS, PROVIDED, STORE_FUNCTIONS
from mockserver.reading.document import Document, read
from mockserver.reading.errors import BrokenContract
from tests.conftest import LIBRARY

SANDBOX = "x-sandbox"
WEBHOOKS = ("x-sandbox", "webhooks")
BOOK, LOAN = ("components", "schemas", "Book"), ("components", "schemas", "Loan")
STREAM = ("paths", "/news", "get", "x-stream")
ADD = ("paths", "/books", "post", "x-action")

CALLS = {
    "let": ((SANDBOX, "let", "desk"), "{{ %s }}"),
    "computed": ((*BOOK, "properties", "title", "x-computed"), "%s"),
    "default": ((*BOOK, "properties", "title", "x-default"), "{{ %s }}"),
    "immutable": ((*BOOK, "properties", "title", "x-immutable"), "%s != none"),
    "value": ((*BOOK, "properties", "title", "x-value"), "{{ %s }}"),
    "reference": ((*LOAN, "properties", "bookId", "x-ref"), {"to": "Book", "when": "%s != none"}),
    "rule": ((*BOOK, "x-resource", "rules"), [{"rule": "%s != none"}]),
    "message": ((*BOOK, "x-resource", "rules"), [{"rule": "true", "message": "{{ %s }}"}]),
    "action": ((*ADD, "let"), {"x": "{{ %s }}"}),
    "requirement": ((*ADD, "require"), [{"rule": "%s != none"}]),
    "emission": ((*ADD, "emit"), [{"event": "book.added", "when": "%s != none"}]),
    "effect": ((*ADD, "effects"), [{"update": "Book", "id": "{{ %s }}", "set": {}}]),
    "filter": (("paths", "/books", "get", "parameters", 12, "x-filter", "rule"), "%s != none"),
    "bulk": ((SANDBOX, "bulk", "id"), "%s"),
    "payload": (("x-events", "loan.opened", "payload", "properties", "at", "x-value"), "{{ %s }}"),
    "webhook body": ((*WEBHOOKS, "body"), {"x": "{{ %s }}"}),
    "webhook header": ((*WEBHOOKS, "headers", "X-Time"), "{{ %s }}"),
    "webhook channels": ((*WEBHOOKS, "channels"), "[%s]"),
    "PDF page": (("paths", "/loans/{loanId}/slip", "get", "x-action", "reply", "title"), "{{ %s }}"),
}
ANSWERS = {
    "envelope": (("components", "schemas", "Gone", "properties", "at"), {"type": "string", "x-value": "{{ %s }}"}),
    "answer header": (
        ("paths", "/books/{bookId}/card", "get", "responses", "200", "headers", "X-Price", "schema", "x-value"),
        "{{ %s }}",
    ),
    "refusal": (("components", "schemas", "Trouble", "properties", "at"), {"type": "string", "x-value": "{{ %s }}"}),
    "headers": ((SANDBOX, "headers", "Cache-Control"), "{{ %s }}"),
    "rate limit": ((SANDBOX, "rateLimit", "headers", "Calls-Left"), "{{ %s }}"),
    "message of the stream": (
        (*STREAM, "sends", "error", "properties", "why"),
        {"type": "string", "x-value": "{{ %s }}"},
    ),
    "message of a client": ((*STREAM, "receives", "authenticate", "tenant"), "%s"),
}
NOWHERE = {
    "message of a problem": ((SANDBOX, "errors", "kinds", "filter", "message"), "{{ %s }}"),
    "details of a problem": ((SANDBOX, "errors", "kinds", "scope", "details"), {"needs": "{{ %s }}"}),
    "channel's condition": (("x-events", "loan.closed", "aliases", "loan.returned"), "%s != none"),
}
PLACES = [
    pytest.param(path, written, functions, id=place)
    for functions, places in ((STORE_FUNCTIONS, CALLS), (CLOCK_FUNCTIONS, ANSWERS), (NO_FUNCTIONS, NOWHERE))
    for place, (path, written) in places.items()
]
USES = {
    "now": "now()",
    "today": "today()",
    "days_since": "('' ~ days_since('2024-01-01'))",
    "get": "get('Book', 'b').title",
    "find": "(find('Book') | first).title",
    "events_of": "(events_of('book.added') | first)",
}


@cache
def library() -> Document:
    """The library contract, read once."""
    return read(LIBRARY)


def filled(node: Json, use: str) -> Json:
    """What stands at a place, with the use of a function in it."""
    if isinstance(node, str):
        return node.replace("%s", use)
    if isinstance(node, list):
        return [filled(member, use) for member in node]
    return {name: filled(member, use) for name, member in node.items()} if isinstance(node, dict) else node


def mistakes(path: tuple[str | int, ...], node: Json) -> list[str]:
    """What is wrong with the library once a node stands at a path."""
    document = library()
    root = copy.deepcopy(document.root)
    owner = root
    for step in path[:-1]:
        owner = owner[step] if isinstance(owner, list) else owner.setdefault(step, {})
    owner[path[-1]] = node
    try:
        compile_(Document(root, document.files, document.origins))
    except BrokenContract as broken:
        return [str(error) for error in broken.errors]
    return []


def test_every_function_is_tried():
    assert USES.keys() == PROVIDED.keys()


@pytest.mark.parametrize(("path", "written", "functions"), PLACES)
def test_a_place_has_its_functions_and_no_others(path, written, functions):
    for name, use in USES.items():
        told = [mistake for mistake in mistakes(path, filled(written, use)) if "cannot be called here" in mistake]
        assert bool(told) is (name not in functions), name
        assert all(f": {name} cannot be called here" in mistake for mistake in told)
