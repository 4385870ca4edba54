"""Answers that are not JSON, over HTTP: the library's records, cards, exports and slips."""

import csv
import gzip
import hashlib
import io
from xml.etree import ElementTree

import pypdfium2
import pytest

from mockserver.sandbox import build
from mockserver.settings import Settings
from mockserver.web.headers import content_disposition
from tests.conftest import LIBRARY, NOW, Client

XML = {"": "urn:library:record", "dc": "http://purl.org/dc/elements/1.1/", "x": "urn:library:extent"}

BOOK = {
    "title": "Emma",
    "price": 1060,
    "tags": ["novel", "match-making"],
    "author": {"name": "Jane Austen", "born": 1775},
    "chapters": [{"title": "One", "pages": 12}, {"title": "Two", "pages": 1}],
}

RECORD = """<?xml version="1.0" encoding="UTF-8"?>
<record xmlns="urn:library:record" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:x="urn:library:extent" edition="B-2024-001">
  <dc:title>Emma</dc:title>
  <dc:creator>
    <name>Jane Austen</name>
    <born>1775</born>
  </dc:creator>
  <price currencyID="JPY">1060.00</price>
  <dc:subject>novel</dc:subject>
  <dc:subject>match-making</dc:subject>
  <chapters>
    <chapter no="1">
      <title>One</title>
      <x:Extent unitCode="C62">12</x:Extent>
    </chapter>
    <chapter no="2">
      <title>Two</title>
      <x:Extent>1</x:Extent>
    </chapter>
  </chapters>
  <lent>false</lent>
  <digest>{digest}</digest>
</record>
"""


class Library:
    """A client of the library contract."""

    def __init__(self, contract=LIBRARY) -> None:
        self.client = Client(build(Settings(contract, None, now=NOW)))

    def __call__(self, method, path, **how):
        headers = {"X-Branch": "branch_a", **how.pop("headers", {})}
        return self.client(method, path, tenant=None, headers=headers, **how)

    def book(self, **fields):
        return self("POST", "/books", json={**BOOK, **fields}).json()["book"]["id"]

    def slip(self, **fields):
        member = self("POST", "/members", json={"name": fields.pop("member", "Ann")}).json()["id"]
        loan = self("POST", "/loans", json={"bookId": self.book(**fields), "memberId": member}).json()["id"]
        return self("GET", f"/loans/{loan}/slip")


@pytest.fixture
def library() -> Library:
    return Library()


def drawn(answer) -> list[str]:
    """The text of each page."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content)]


def test_xml_is_written_by_the_schema(library):
    answer = library("GET", f"/books/{library.book()}/record")
    assert answer.text == RECORD.replace("{digest}", hashlib.sha256(b"Emma").hexdigest())
    assert answer.headers["content-type"] == "application/xml"
    assert answer.headers["content-disposition"] == 'attachment; filename="B-2024-001.xml"'


def test_null_leaves_an_element_out_and_an_empty_text_does_not(library):
    book = library.book(title="Emma", author={"name": None}, tags=[""], chapters=[])
    record = ElementTree.fromstring(library("GET", f"/books/{book}/record").content)
    assert record.find("dc:creator", XML) is None
    assert [one.text for one in record.findall("dc:subject", XML)] == [None]
    assert len(record.find("chapters", XML)) == 0


@pytest.mark.parametrize("text", ["a & b <c> \"d\" 'e'", "]]>", "茶 😀", "tab\tline\nend"])
def test_any_text_survives_xml(library, text):
    record = ElementTree.fromstring(library("GET", f"/books/{library.book(title=text)}/record").content)
    assert record.find("dc:title", XML).text == text


def test_what_xml_cannot_hold_is_replaced(library):
    book = library.book(title="a\x0bb\ufffec\r\nd")
    record = ElementTree.fromstring(library("GET", f"/books/{book}/record").content)
    assert record.find("dc:title", XML).text == "a\ufffdb\ufffdc\nd"


def test_a_long_answer_is_compressed_and_reads_the_same(library):
    path = f"/books/{library.book()}/record"
    plain = library("GET", path, headers={"Accept-Encoding": "identity"})
    packed = library("GET", path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, 5, mtime=0))


@pytest.mark.parametrize("path", ["/books/none/record", "/loans/none/slip"])
def test_refusals_are_json(library, path):
    answer = library("GET", path, judge=False)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
    assert answer.json()["trouble"]["code"] == "NOT_FOUND"
    assert "content-disposition" not in answer.headers


def test_accept_is_not_asked(library):
    answer = library("GET", f"/books/{library.book()}/record", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/xml"


def test_json_may_be_a_file_with_headers_of_its_own(library):
    answer = library("GET", f"/books/{library.book(title='Café 茶')}/card")
    assert answer.json() == {"title": "Café 茶", "price": "1060.00", "code": "Q2Fmw6kg6Iy2"}
    assert answer.headers["x-price"] == "1060.00"
    assert "x-shelf" not in answer.headers, "a null leaves the header out"
    wanted = "attachment; filename=\"Cafe _.json\"; filename*=UTF-8''Caf%C3%A9%20%E8%8C%B6.json"
    assert answer.headers["content-disposition"] == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ('attachment; filename="a"b.pdf"', "attachment; filename=\"a_b.pdf\"; filename*=UTF-8''a%22b.pdf"),
        ('attachment; filename="café 100%"', "attachment; filename=\"cafe 100_\"; filename*=UTF-8''caf%C3%A9%20100%25"),
        ('attachment; filename="../etc/x\\y"', 'attachment; filename=".._etc_x_y"'),
        ('inline; filename="€.pdf"; size=3', "inline; filename=\"_.pdf\"; size=3; filename*=UTF-8''%E2%82%AC.pdf"),
        ("inline", "inline"),
        ("inlin€", "inlin?"),
    ],
)
def test_a_disposition_is_always_a_header(given, wanted):
    assert content_disposition(given) == wanted


def test_a_line_break_cannot_begin_another_header(library):
    book = library.book(title="a\r\nX-Evil: 1")
    answer = library("GET", f"/books/{book}/card")
    assert "x-evil" not in answer.headers
    assert answer.headers["content-disposition"] == 'attachment; filename="a  X-Evil: 1.json"'


def test_browsers_may_read_the_headers_that_are_filled_in(library):
    answer = library("GET", f"/books/{library.book()}/card", headers={"Origin": "http://localhost:3000"})
    assert "content-disposition" in answer.headers["access-control-expose-headers"].lower()


def test_a_list_is_exported_as_csv(library):
    book = library.book()
    for text in ("plain", 'with, comma and "quote"', "two\nlines", "=1+1 茶"):
        library("POST", f"/books/{book}/notes", json={"text": text})
    answer = library("GET", "/notes")
    heads, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert heads == ["id", "bookId", "text"]
    assert [row[2] for row in rows] == ["plain", 'with, comma and "quote"', "two\nlines", "'=1+1 茶"]
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_an_empty_list_is_a_line_of_column_names(library):
    assert library("GET", "/notes").text == "id,bookId,text\r\n"


def test_a_page_is_drawn(library):
    answer = library.slip()
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith('inline; filename="loan_')
    (text,) = drawn(answer)
    for wanted in ("Loan slip", "For Ann", "2024-01-29", "1060.00", "Two", "Printed on 2024-01-15", "1 / 1"):
        assert wanted in text
    assert "late" not in text


def test_the_file_bears_the_time_of_the_clock_and_the_same_page_has_the_same_bytes():
    one, other = Library().slip(), Library().slip()
    assert one.content == other.content
    assert pypdfium2.PdfDocument(one.content).get_metadata_dict()["CreationDate"].startswith("D:20240115103000")


def test_a_table_goes_on_under_its_heading(library):
    chapters = [{"title": f"Chapter {number} " + "word " * 17, "pages": 1} for number in range(20)]
    answer = library.slip(chapters=chapters, title="x" * 200)
    pages = drawn(answer)
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in page
        assert "Pages" in page


@pytest.mark.parametrize(
    "text",
    [
        "<b>&amp;</i>",
        "Łukasz Ελλάς Привет",
        "陳大文 カタカナ 한국어",
        "😀 \U0010ffff",
        "ไทย தமிழ் مرحبا",
        "e\u0301 \u202e \u200d",
    ],
)
def test_no_letter_stops_a_page(library, text):
    assert "Loan slip" in drawn(library.slip(member=text))[0]


def test_chinese_names_can_be_searched_and_letters_without_a_face_are_seen(library):
    text = drawn(library.slip(member="陳大文 ไทย"))[0]
    assert "For 陳大文 ■■■" in text


def test_a_value_that_its_writer_cannot_write_is_an_internal_problem_and_the_log_says_why(tmp_path, caplog):
    written = LIBRARY.read_text().replace(
        "price: {value: '{{ price | money }}', currency: JPY}", "price: \"{{ [price, ''] | first }}\""
    )
    (tmp_path / "library.yaml").write_text(written)
    library = Library(tmp_path / "library.yaml")
    answer = library("GET", f"/books/{library.book()}/record", judge=False)
    assert (answer.status_code, answer.json()["trouble"]["code"]) == (500, "INTERNAL")
    assert "the XML element price needs an object, not 1060" in caplog.text


def test_an_answer_is_written_in_another_format_where_that_is_asked_for(library):
    book = library.book(title='=HYPERLINK("x")', price=5)
    plain, other = (library("GET", f"/books/{book}/line?as={form}") for form in ("json", "csv"))
    assert (plain.json()["price"], plain.headers["x-written"]) == ("5.00", '=HYPERLINK("x") as application/json')
    assert (other.headers["content-type"], other.headers["x-written"]) == (
        "text/csv; charset=utf-8",
        '=HYPERLINK("x") as text/csv',
    )
    assert list(csv.reader(io.StringIO(other.text))) == [["title", "price", "left"], ['\'=HYPERLINK("x")', "5", "-1"]]


@pytest.mark.parametrize("text", ["=1+1", "+60123", "-1", "@sum", "\tx"])
def test_a_text_that_looks_like_a_formula_is_none_in_a_spreadsheet(library, text):
    rows = list(csv.reader(io.StringIO(library("GET", f"/books/{library.book(title=text)}/line?as=csv").text)))
    assert rows[1][0] == f"'{text}"
