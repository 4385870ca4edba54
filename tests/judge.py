"""An independent judge: openapi-core, on the document as it is served, asked about every answer of the tests."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from mockserver.describing.openapi import served
from mockserver.reading.document import Document, read
from tests.media import value

OUTSIDE = (404, 405)
"""What a path or method that is not in the document answers with."""

TRANSLATED = ("application/xml", "text/csv")
"""Media types whose answers are read back into JSON before they are judged."""


@cache
def _contract(contract: Path) -> Document:
    return read(contract)


@cache
def _document(contract: Path) -> dict[str, Any]:
    return served(_contract(contract))


@cache
def _judge(contract: Path) -> OpenAPI:
    readers = {media_type: lambda body, **_: json.loads(body) for media_type in TRANSLATED}
    return OpenAPI.from_dict(_document(contract), config=Config(extra_media_type_deserializers=readers))


def _template(contract: Path, method: str, path: str) -> str | None:
    """The path of the document that answers a request, if there is one; one that is spelt so goes first."""
    paths = _document(contract)["paths"]
    fitting = [one for one in paths if re.fullmatch(re.sub(r"{\w+}", "[^/]+", one), path)]
    return next((one for one in sorted(fitting, key=lambda one: one != path) if method.lower() in paths[one]), None)


def _body(contract: Path, method: str, template: str, answer: httpx.Response, media_type: str) -> bytes:
    """The body of an answer, as JSON where it is of a type that is translated."""
    if media_type not in TRANSLATED:
        return answer.content
    document = _contract(contract)
    responses = document.root["paths"][template][method.lower()]["responses"]
    schema = document.resolve(responses[str(answer.status_code)])["content"][media_type]["schema"]
    if not schema.keys() & {"$ref", "type", "properties", "items", "oneOf"}:
        return json.dumps(answer.text).encode()  # anything of that type
    return json.dumps(value(document, schema, media_type, answer.content)).encode()


def accept(contract: Path, answer: httpx.Response) -> None:
    """Fail when an answer is not what the document says."""
    request = answer.request
    server = urlsplit(_document(contract)["servers"][0]["url"])
    path = request.url.raw_path.decode().partition("?")[0].replace("/api/v1", "/v1", 1).removeprefix(server.path)
    template = _template(contract, request.method, path)
    if template is None:
        assert answer.status_code in OUTSIDE, f"{request.method} {path} is not in the document, yet {answer.status_code}"
        return
    host = f"{server.scheme}://{server.netloc}" if server.netloc else "http://localhost"
    asked = MockRequest(host, request.method.lower(), server.path + path)
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    body = _body(contract, request.method, template, answer, media_type)
    given = MockResponse(body, answer.status_code, dict(answer.headers), media_type)
    _judge(contract).validate_response(asked, given)
