"""What a file is, is told from its content."""

import io
import zipfile

import pytest

from mockserver.media_types import WORKBOOK, choose_type, fits, type_of_name

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 20
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x01" * 20
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 20
DOCUMENTS = [
    *("application/pdf", "image/png", "image/jpeg", "image/webp", WORKBOOK, "application/json", "application/xml"),
    *("text/plain", "text/csv"),
]


def archive(*names):
    """A zip file with members of these names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as found:
        for name in names:
            found.writestr(name, "x")
    return file.getvalue()


XLSX = archive("[Content_Types].xml", "xl/workbook.xml")

TOLD = [
    pytest.param(PDF, "a.pdf", "", "application/pdf", id="pdf"),
    pytest.param(PNG, "a.png", "", "image/png", id="png"),
    pytest.param(JPEG, "a.jpeg", "", "image/jpeg", id="jpeg"),
    pytest.param(WEBP, "a.webp", "", "image/webp", id="webp"),
    pytest.param(XLSX, "a.xlsx", "", WORKBOOK, id="xlsx"),
    pytest.param(XLSX, "a", "", WORKBOOK, id="xlsx-without-extension"),
    pytest.param(b'{"a": 1}', "a.json", "", "application/json", id="json"),
    pytest.param(b"<a><b/></a>", "a.xml", "text/xml", "application/xml", id="xml"),
    pytest.param(b"a,b\r\n1,2\r\n", "a.csv", "", "text/csv", id="csv"),
    pytest.param(b"a,b\r\n1,2\r\n", "a", "text/csv", "text/csv", id="csv-as-declared"),
    pytest.param(b"a,b\r\n1,2\r\n", "a", "", "text/plain", id="csv-that-nothing-calls-so"),
    pytest.param(b'a,"' + b"x" * 200_000 + b'"\n', "a.csv", "", "text/csv", id="csv-with-a-long-field"),
    pytest.param("é".encode(), "a.TXT", "image/png", "text/plain", id="text-declared-an-image"),
    pytest.param("\ufeffname,ä\n".encode("utf-16"), "a.csv", "", "text/csv", id="utf-16"),
    pytest.param(b"BMW,1\n", "cars.csv", "", "text/csv", id="text-that-begins-like-a-bitmap"),
    pytest.param(PNG, "blob", "application/pdf", "image/png", id="declared-wrongly"),
    pytest.param(b'{"a": 1}', "note.txt", "", "text/plain", id="json-called-text"),
]

REFUSED = [
    pytest.param(PNG, "x.pdf", "does not hold application/pdf", id="png-called-pdf"),
    pytest.param(PDF, "x.png", "does not hold image/png", id="pdf-called-png"),
    pytest.param(PDF, "x.exe", "x.exe, which is", id="pdf-called-program"),
    pytest.param(b"MZ\x90\x00\x03", "setup", "holds application/x-msdownload", id="program"),
    pytest.param(b"MZ\x90\x00\x03", "x.pdf", "does not hold application/pdf", id="program-called-pdf"),
    pytest.param(b"GIF89a" + b"\x00" * 20, "x.gif", "which is image/gif", id="gif"),
    pytest.param(b"<html></html>", "x.html", "which is text/html", id="html"),
    pytest.param(b"<svg/>", "x.svg", "which is image/svg+xml", id="svg"),
    pytest.param(archive("word/document.xml"), "x.xlsx", "does not hold", id="zip-called-workbook"),
    pytest.param(XLSX[:-20], "x.xlsx", "does not hold", id="broken-workbook"),
    pytest.param(b'{"a": 1', "x.json", "does not hold application/json", id="broken-json"),
    pytest.param(b"[" * 100_000, "x.json", "does not hold application/json", id="deep-json"),
    pytest.param(b"<a><b></a>", "x.xml", "does not hold application/xml", id="broken-xml"),
    pytest.param(b"\xff\xfe\xfa", "x.txt", "does not hold text/plain", id="no-text"),
    pytest.param(b"a\x00b", "x.csv", "does not hold text/csv", id="nul-in-text"),
    pytest.param(b'"a', "x.csv", "does not hold text/csv", id="open-quote"),
    pytest.param(b"\x00\x01\x02\x03", "x", "holds application/octet-stream", id="bytes"),
    pytest.param(b"x", "x.csv.gz", "which is application/gzip", id="packed"),
]


@pytest.mark.parametrize(("content", "name", "declared", "kind"), TOLD)
def test_content_decides_and_the_name_chooses_among_what_fits(content, name, declared, kind):
    assert choose_type(content, name, declared, DOCUMENTS) == (kind, "")


@pytest.mark.parametrize(("content", "name", "reason"), REFUSED)
def test_a_file_that_is_not_what_it_is_called_or_not_wanted_has_no_type(content, name, reason):
    kind, why = choose_type(content, name, "", DOCUMENTS)
    assert kind is None
    assert reason in why


def test_entities_that_grow_without_end_are_no_xml():
    levels = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    assert not fits(f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{levels}]><x>&j;</x>'.encode(), "application/xml")


def test_entities_are_not_fetched():
    assert fits(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "application/xml")


@pytest.mark.parametrize("name", ["scan", "a.unheard-of", "", "x.", ".pdf"])
def test_a_name_may_tell_nothing(name):
    assert type_of_name(name) is None


def test_where_anything_goes_it_is_what_it_is():
    assert [choose_type(one, "x", "", ["*/*"])[0] for one in (PNG, b"text", b"\x00\xff")] == [
        "image/png",
        "text/plain",
        "application/octet-stream",
    ]
