"""Answers as they are sent: how they are compressed, and that caches are told so."""

import asyncio
import gzip
import zlib

import pytest

from mockserver.web.answer import WORTH_COMPRESSING, Answer, send_answer

LARGE = b"x" * WORTH_COMPRESSING
SMALL = LARGE[1:]


def sent(body, *accepted, **how):
    """The headers and the body of an answer, as a server gets them."""
    messages = []

    async def send(message):
        messages.append(message)

    scope = {"headers": [(b"accept-encoding", value.encode()) for value in accepted]}
    asyncio.run(send_answer(Answer(200, body, **how), scope, send))
    start, end = messages
    return {name.decode(): value.decode() for name, value in start["headers"]}, end["body"]


@pytest.mark.parametrize(
    ("body", "accepted", "encoding", "vary"),
    [
        pytest.param(LARGE, ["gzip"], "gzip", True, id="gzip"),
        pytest.param(LARGE, ["deflate"], "deflate", True, id="deflate"),
        pytest.param(LARGE, [], None, True, id="as-it-is-though-it-could-be-other"),
        pytest.param(LARGE, ["br"], None, True, id="unknown"),
        pytest.param(LARGE, ["gzip;q=0"], None, True, id="forbidden"),
        pytest.param(LARGE, ["gzip;q=0.1, deflate;q=0.2"], "deflate", True, id="preferred"),
        pytest.param(LARGE, ["gzip;q=x, deflate;q=0.1"], "deflate", True, id="no-quality"),
        pytest.param(LARGE, ["*"], "gzip", True, id="any"),
        pytest.param(LARGE, ["*, gzip;q=0"], "deflate", True, id="any-but-one"),
        pytest.param(LARGE, ["br", "gzip"], "gzip", True, id="two-headers"),
        pytest.param(SMALL, ["gzip"], None, False, id="small"),
    ],
)
def test_what_may_be_compressed_says_so_to_caches(body, accepted, encoding, vary):
    headers, wire = sent(body, *accepted)
    assert headers.get("content-encoding") == encoding
    assert headers.get("vary") == ("Accept-Encoding" if vary else None)
    assert headers["content-length"] == str(len(wire))
    assert {"gzip": gzip.decompress, "deflate": zlib.decompress, None: bytes}[encoding](wire) == body


def test_every_answer_of_a_server_that_may_be_compressed_varies(demo):
    large, small = demo("GET", "/customers"), demo("GET", "/health", root=True)
    assert "Accept-Encoding" in large.headers["vary"]
    assert "Accept-Encoding" not in small.headers["vary"]
