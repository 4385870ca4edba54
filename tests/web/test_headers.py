"""Values of headers, and the names of files in them."""

import pytest

from mockserver.language.scope import Scope
from mockserver.web.headers import file_name, fill_headers


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        pytest.param("order.pdf", 'filename="order.pdf"', id="plain"),
        pytest.param("a b.txt", 'filename="a b.txt"', id="space"),
        pytest.param("café 100%", "filename=\"cafe 100_\"; filename*=UTF-8''caf%C3%A9%20100%25", id="accent-and-percent"),
        pytest.param('a"b', "filename=\"a_b\"; filename*=UTF-8''a%22b", id="quote"),
        pytest.param("../etc\\x", 'filename=".._etc_x"', id="folders"),
        pytest.param("发票", "filename=\"__\"; filename*=UTF-8''%E5%8F%91%E7%A5%A8", id="another-script"),
        pytest.param("a\r\nb", "filename=\"a__b\"; filename*=UTF-8''a%0D%0Ab", id="a-line-break"),
        pytest.param("\udc80", "filename=\"_\"; filename*=UTF-8''%3F", id="no-character"),
    ],
)
def test_a_file_is_named_in_ascii_and_in_full_where_that_differs(name, parameters):
    assert file_name(name) == parameters


@pytest.mark.parametrize(
    ("value", "line"),
    [(None, None), (5, "5"), (True, "true"), ("a\r\nX-Evil: 1", "a  X-Evil: 1"), ("café", "café"), ("茶", "?")],
)
def test_a_header_is_one_line_of_latin_1(value, line):
    assert fill_headers({"X-Shelf": lambda _: value}, Scope({})).get("x-shelf") == line
