"""Bodies in codings, and those that begin with a byte order mark: JSON, forms and calls of the control plane."""

import gzip
import zlib

import httpx
import pytest

from mockserver.json import write
from tests.conftest import Client
from tests.test_media_types import PNG
from tests.web.test_files import Library, form, part
from tests.web.test_request import trouble

TYPE = {"Content-Type": "application/json"}
BODY = write({"title": "Émile"})


@pytest.fixture(scope="module")
def library():
    return Library()


def bare(body):
    """A deflate stream without the wrapping of zlib, as some clients send it."""
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(body) + coder.flush()


CODED = [
    pytest.param(gzip.compress(BODY), "gzip", id="gzip"),
    pytest.param(gzip.compress(BODY), "X-GZIP", id="under-its-old-name"),
    pytest.param(gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]), "gzip", id="gzip-of-two-members"),
    pytest.param(zlib.compress(BODY), "deflate", id="deflate"),
    pytest.param(bare(BODY), "deflate", id="bare-deflate"),
    pytest.param(BODY, "identity", id="identity"),
    pytest.param(BODY, "", id="nothing"),
    pytest.param(gzip.compress(zlib.compress(BODY)), "deflate, gzip", id="one-over-the-other"),
    pytest.param(gzip.compress(gzip.compress(BODY)), "identity,gzip,,gzip", id="twice"),
    pytest.param(b"\xef\xbb\xbf" + BODY, "", id="byte-order-mark"),
    pytest.param(gzip.compress(b"\xef\xbb\xbf" + BODY), "gzip", id="byte-order-mark-in-gzip"),
]


async def drops(content):
    for byte in content:
        yield bytes([byte])


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(("content", "coding"), CODED)
def test_a_body_is_read_in_any_coding_that_is_known(library, content, coding, whole):
    sent = content if whole else drops(content)
    answer = library("POST", "/books", content=sent, headers={**TYPE, "Content-Encoding": coding})
    assert answer.status_code == 201, answer.text
    assert answer.json()["book"]["title"] == "Émile"


def test_the_coding_of_a_transfer_is_undone_first(library):
    headers = {**TYPE, "Content-Encoding": "deflate", "Transfer-Encoding": "gzip, chunked"}
    answer = library("POST", "/books", content=gzip.compress(zlib.compress(BODY)), headers=headers)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, br", "x-deflate", "gzip, " * 4])
def test_another_coding_is_refused_by_name(library, coding):
    answer = library("POST", "/books", content=b"x", headers={**TYPE, "Content-Encoding": coding})
    assert coding.strip(", ") in trouble(answer, 415)
    assert answer.headers["accept-encoding"] == "gzip, deflate"


def test_a_coding_of_no_body_is_nobodys_business(library):
    assert library("GET", "/books", headers={"Content-Encoding": "br"}).status_code == 200
    assert "it is empty" in trouble(library("POST", "/books", headers={**TYPE, "Content-Encoding": "gzip"}), 400)


def test_the_contract_says_how_a_coding_is_refused(demo):
    answer = demo("POST", "/customers", content=b"x", headers={**TYPE, "Content-Encoding": "br"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "INVALID_CONTENT_TYPE")
    assert "not br" in error["message"]
    assert answer.headers["accept-encoding"] == "gzip, deflate"


GZIP = gzip.compress(BODY)

BROKEN = [
    pytest.param(BODY, "gzip", "is no gzip: incorrect header check", id="not-coded-at-all"),
    pytest.param(BODY, "deflate", "is no deflate", id="no-deflate"),
    pytest.param(GZIP[:-9], "gzip", "gzip ends before its end", id="cut"),
    pytest.param(GZIP[:1], "gzip", "gzip ends before its end", id="one-byte"),
    pytest.param(GZIP[:-5] + b"\0" + GZIP[-4:], "gzip", "is no gzip: incorrect data check", id="another-checksum"),
    pytest.param(GZIP + b"more", "gzip", "is no gzip", id="more-after-gzip"),
    pytest.param(zlib.compress(BODY) + b"more", "deflate", "goes on after its end", id="more-after-deflate"),
    pytest.param(gzip.compress(b'{"title": "\xff"}'), "gzip", "byte 11 is not UTF-8", id="not-utf-8-inside"),
]


@pytest.mark.parametrize(("content", "coding", "reason"), BROKEN)
def test_a_broken_coding_is_told(library, content, coding, reason):
    answer = library("POST", "/books", content=content, headers={**TYPE, "Content-Encoding": coding})
    assert reason in trouble(answer, 400)


ZEROS = zlib.compress(bytes(50_000_000), 9)

BOMBS = [
    pytest.param(gzip.compress(bytes(50_000_000)), "gzip", id="gzip"),
    pytest.param(ZEROS, "deflate", id="deflate"),
    pytest.param(gzip.compress(ZEROS), "deflate, gzip", id="one-over-the-other"),
    pytest.param(gzip.compress(b"") * 20_000, "gzip", id="nothing-many-times"),
]


@pytest.mark.parametrize(("content", "coding"), BOMBS)
def test_a_bomb_is_refused_before_it_is_read_to_its_end(library, content, coding):
    read = 0

    async def counted():
        nonlocal read
        for begin in range(0, len(content), 100):
            read += 100
            yield content[begin : begin + 100]

    answer = library("POST", "/books", content=counted(), headers={**TYPE, "Content-Encoding": coding})
    assert trouble(answer, 400) == "The body is larger than 65536 bytes"
    assert read < min(len(content), 150_000)


def test_what_is_allowed_is_counted_after_decoding(library):
    for spaces, status in ((65_536 - len(BODY), 201), (65_537 - len(BODY), 400)):
        content = gzip.compress(BODY + b" " * spaces)
        answer = library("POST", "/books", content=content, headers={**TYPE, "Content-Encoding": "gzip"})
        assert answer.status_code == status


@pytest.mark.parametrize("code", [gzip.compress, zlib.compress, bare])
def test_a_form_may_be_coded(library, code):
    coding = "gzip" if code is gzip.compress else "deflate"
    answer = library.raw(code(form(library, part("image", PNG, "x.png"))), headers={"Content-Encoding": coding})
    assert answer.json()["file"]["size"] == len(PNG)


def test_a_bomb_of_a_form_is_refused(library):
    content = gzip.compress(form(library, part("image", bytes(20_000_000), "x.png")))
    answer = library.raw(content, headers={"Content-Encoding": "gzip"})
    assert trouble(answer, 422) == "image must have at most 20000 bytes"


def test_calls_of_the_control_plane_may_be_coded(library):
    def ask(**how) -> httpx.Response:
        return Client(library.sandbox)("POST", "/_sandbox/clock/freeze", root=True, key=None, tenant=None, **how)

    headers = {**TYPE, "Host": "localhost", "Content-Encoding": "gzip"}
    answer = ask(content=gzip.compress(b'\xef\xbb\xbf{"at": "2024-02-01T00:00:00Z"}'), headers=headers)
    assert answer.json()["now"] == "2024-02-01T00:00:00Z"
    assert ask(content=b"x", headers={**headers, "Content-Encoding": "br"}).status_code == 415
