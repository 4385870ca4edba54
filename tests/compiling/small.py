"""Small contracts: one shelf of books in as few words as OpenAPI allows, and what a test lays over it."""

from functools import reduce

import yaml

from mockserver.compiling.compiler import compile_
from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.plan import Plan
from mockserver.reading.document import Document, Loader
from mockserver.reading.errors import BrokenContract

BOOKS = """
openapi: 3.0.3
info: {title: Books, version: '1'}
x-sandbox: {errors: {schema: Trouble, kinds: {}}}
paths:
  /books/{bookId}:
    get:
      operationId: getBook
      parameters: [{name: bookId, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: A book, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}
components:
  schemas:
    Trouble: {type: object, properties: {code: {type: string, x-value: '{{ problem.code }}'}}}
    Book:
      x-resource: {collection: books, id: book_}
      type: object
      properties:
        id: {type: string, readOnly: true}
        title: {type: string}
        price: {type: number}
        state: {type: string, enum: [in, out]}
"""


def node(text: str) -> Json:
    """A part of a contract, as it is read from a file."""
    return yaml.load(text, Loader=Loader)


def merged(lower: Json, upper: Json) -> Json:
    """One node laid over another, member by member."""
    if not isinstance(lower, dict) or not isinstance(upper, dict):
        return upper
    return {**lower, **{name: merged(lower.get(name), member) for name, member in upper.items()}}


def document(*more: str) -> Document:
    """The small contract with more laid over it."""
    return Document(reduce(merged, map(node, more), node(BOOKS)))


def context(*more: str) -> CompileContext:
    """What compiling the small contract begins with."""
    compiling = CompileContext(document(*more))
    compiling.resource_names = frozenset(compiling.resource_types)
    return compiling


def plan(*more: str) -> Plan:
    """The plan of the small contract."""
    return compile_(document(*more))


def mistakes(*more: str) -> list[str]:
    """What is wrong with the small contract, each mistake as `pointer: sentence`."""
    try:
        plan(*more)
    except BrokenContract as broken:
        return [str(error) for error in broken.errors]
    return []


def told(compiling: CompileContext) -> list[str]:
    """The mistakes noted so far."""
    return [str(mistake) for mistake in compiling.mistakes]
