"""Forms: the parts of multipart/form-data, and the files among them."""

import pytest

from mockserver.compiling.forms import binary, files, parts
from mockserver.plan import FilePart
from tests.compiling.small import context, node, told

SCHEMA = "{properties: {image: {type: string, format: binary, minLength: 1, maxLength: 9}, year: {type: integer}, note: {}}}"


def test_members_have_types_and_some_are_files():
    assert parts(context(), node(SCHEMA)) == {"image": "string", "year": "integer", "note": "string"}
    assert binary(context(), node(SCHEMA)) == ["image"]


@pytest.mark.parametrize(
    ("encoding", "part"),
    [
        ("{}", FilePart(("*/*",), 1, 9)),
        ("{image: {contentType: 'image/*, Application/PDF'}}", FilePart(("image/*", "application/pdf"), 1, 9)),
    ],
)
def test_a_file_has_types_and_lengths(encoding, part):
    compiling = context()
    assert files(compiling, {"schema": node(SCHEMA), "encoding": node(encoding)}, "#/x") == {"image": part}
    assert told(compiling) == []


@pytest.mark.parametrize(
    ("encoding", "mistake"),
    [
        ("{image: {contentType: png}}", "#/x/encoding/image/contentType: png is no media type"),
        ("{image: {contentType: ''}}", "#/x/encoding/image/contentType: nothing is no media type"),
        ("{image: {contentType: '*/png'}}", "#/x/encoding/image/contentType: */png is no media type"),
        ("{year: {contentType: text/plain}}", "#/x/encoding/year: year is no file"),
    ],
)
def test_only_files_have_types_and_those_are_media_types(encoding, mistake):
    compiling = context()
    files(compiling, {"schema": node(SCHEMA), "encoding": node(encoding)}, "#/x")
    assert [line.startswith(mistake) for line in told(compiling)] == [True]
