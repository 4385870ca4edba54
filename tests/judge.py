"""An independent judge: openapi-core, on the document as it is served, asked about every answer of the tests."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from mockserver.contract.document import read
from mockserver.contract.served import served

OUTSIDE = (404, 405)
"""What a path or method that is not in the document answers with."""


@cache
def _document(contract: Path) -> dict[str, Any]:
    return served(read(contract))


@cache
def _judge(contract: Path) -> OpenAPI:
    return OpenAPI.from_dict(_document(contract))


def _known(contract: Path, method: str, path: str) -> bool:
    paths = _document(contract)["paths"]
    fitting = [one for one in paths if re.fullmatch(re.sub(r"{\w+}", "[^/]+", one), path)]
    return any(method.lower() in paths[one] for one in fitting)


def accept(contract: Path, answer: httpx.Response) -> None:
    """Fail when an answer is not what the document says."""
    request = answer.request
    path = request.url.raw_path.decode().partition("?")[0].replace("/api/v1", "/v1", 1).removeprefix("/v1")
    if not _known(contract, request.method, path):
        assert answer.status_code in OUTSIDE, f"{request.method} {path} is not in the document, yet {answer.status_code}"
        return
    asked = MockRequest(_document(contract)["servers"][0]["url"].removesuffix("/v1"), request.method.lower(), "/v1" + path)
    media = answer.headers.get("content-type", "").partition(";")[0]
    given = MockResponse(answer.content, answer.status_code, dict(answer.headers), media)
    _judge(contract).validate_response(asked, given)
