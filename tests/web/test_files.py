"""Forms with files over HTTP, good and bad, on the library contract: pictures of books and members."""

import random
from contextlib import closing

import pytest

from mockserver.sandbox import build
from mockserver.settings import Settings
from mockserver.store.blobs import key_of
from tests.conftest import LIBRARY, NOW, Client
from tests.dump import dump
from tests.test_media_types import PDF, PNG

HEAD = {"X-Branch": "branch_a"}
LARGEST = 20_000


class Library:
    """A library that is asked over HTTP."""

    def __init__(self, sandbox=None):
        self.sandbox = sandbox or build(Settings(LIBRARY, None, now=NOW))
        self.client = Client(self.sandbox)
        self.book = self("POST", "/books", json={"title": "Emma"}).json()["book"]["id"]

    def __call__(self, method, path, headers=None, **how):
        return self.client(method, path, tenant=None, judge=False, headers={**HEAD, **(headers or {})}, **how)

    def hang(self, content=PNG, name="cover.png", declared=None, **texts):
        """A picture of the book."""
        texts = {"about": "book", "aboutId": self.book, **texts}
        return self("POST", "/pictures", files={"image": (name, content, declared)}, data=texts)

    def raw(self, body, boundary="B", headers=None, content_type=None):
        """A form as written."""
        kind = content_type or f"multipart/form-data; boundary={boundary}"
        return self("POST", "/pictures", headers={"Content-Type": kind, **(headers or {})}, content=body)

    def kept(self, tenant="branch_a"):
        return self.sandbox.engine.blobs.keys(tenant)

    def rows(self):
        return dump(self.sandbox.engine.store)


@pytest.fixture
def library():
    return Library()


def part(name, content=b"x", file=None, more=""):
    """A part of a form, as bytes."""
    called = "" if file is None else f'; filename="{file}"'
    head = f'--B\r\nContent-Disposition: form-data; name="{name}"{called}\r\n{more}\r\n'
    return head.encode() + content + b"\r\n"


def form(library, *parts, end=b"--B--\r\n"):
    """A form about the book with these parts besides."""
    return b"".join([part("about", b"book"), part("aboutId", library.book.encode()), *parts, end])


def test_a_file_is_kept_with_what_is_known_of_it_and_comes_back_byte_by_byte(library):
    answer = library.hang(year="1815", frame='{"wide": 3}', caption="Front")
    assert answer.status_code == 201
    picture = answer.json()
    assert picture["file"] == {"name": "cover.png", "type": "image/png", "size": len(PNG), "sha256": key_of(PNG)}
    assert (picture["year"], picture["frame"], picture["caption"]) == (1815, {"wide": 3}, "Front")
    assert "image" not in picture
    seen = library("GET", f"/pictures/{picture['id']}/image")
    assert (seen.status_code, seen.content) == (200, PNG)
    assert seen.headers["content-type"] == "image/png"
    assert seen.headers["content-length"] == str(len(PNG))
    assert seen.headers["content-disposition"] == 'attachment; filename="cover.png"'
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert "x-request-id" in seen.headers


def test_a_default_may_use_what_is_known_of_a_file(library):
    assert library.hang(name="spine.png").json()["caption"] == "spine.png"


@pytest.mark.parametrize("size", [1, LARGEST - 1, LARGEST], ids=str)
def test_a_file_may_be_as_large_as_the_contract_says(library, size):
    content = random.Random(size).randbytes(size).translate(bytes(range(32, 127)) * 2 + bytes(66 * [65]))
    picture = library.hang(content, "note.txt").json()
    assert picture["file"]["size"] == size
    assert library("GET", f"/pictures/{picture['id']}/image").content == content


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("a b.txt", 'attachment; filename="a b.txt"'),
        ("naïve café.txt", "attachment; filename=\"naive cafe.txt\"; filename*=UTF-8''na%C3%AFve%20caf%C3%A9.txt"),
        ("发票.txt", "attachment; filename=\"__.txt\"; filename*=UTF-8''%E5%8F%91%E7%A5%A8.txt"),
        ("café 100%", "attachment; filename=\"cafe 100_\"; filename*=UTF-8''caf%C3%A9%20100%25"),
        ("50%;x=y.txt", "attachment; filename=\"50_;x=y.txt\"; filename*=UTF-8''50%25%3Bx%3Dy.txt"),
    ],
)
def test_the_name_comes_back_safely_quoted(library, name, disposition):
    picture = library.hang(b"x", name).json()
    assert picture["file"]["name"] == name
    assert library("GET", f"/pictures/{picture['id']}/image").headers["content-disposition"] == disposition


DISPOSITIONS = [
    pytest.param('filename="=?utf-8?B?UmVjaG51bmcgTcOkcnoudHh0?="; filename*=utf-8\'\'Rechnung%20M%C3%A4rz.txt', "Rechnung März.txt", id="dotnet"),
    pytest.param("filename*=UTF-8''M%C3%A4rz.txt; filename=plain.txt", "März.txt", id="extended-first"),
    pytest.param("FileName*=utf-8'de'M%c3%a4rz.txt", "März.txt", id="extended-alone"),
    pytest.param("filename*=iso-8859-1''M%E4rz.txt", "März.txt", id="latin-1"),
    pytest.param("filename*0*=utf-8''M%C3%A4; filename*1=rz.txt", "März.txt", id="in-pieces"),
    pytest.param('filename="=?UTF-8?Q?M=C3=A4rz_2.txt?="', "März 2.txt", id="encoded-word"),
    pytest.param('filename="=?utf-8?B?TcOk?= =?utf-8?B?cnoudHh0?="', "März.txt", id="two-encoded-words"),
    pytest.param('filename="=?utf-8?B?!?="', "=?utf-8?B?!?=", id="no-encoded-word"),
    pytest.param('filename="=?none?B?eA==?="', "=?none?B?eA==?=", id="encoded-in-no-charset"),
    pytest.param('filename="März.txt"', "März.txt", id="plain"),
    pytest.param("filename=plain.txt", "plain.txt", id="unquoted"),
    pytest.param('filename = "a;b.txt" ', "a;b.txt", id="white-space"),
]  # fmt: skip


@pytest.mark.parametrize(("disposition", "name"), DISPOSITIONS)
def test_the_name_of_a_file_is_read_however_it_is_written(library, disposition, name):
    head = f'--B\r\nContent-Disposition: form-data; name="image"; {disposition}\r\n\r\n'
    answer = library.raw(form(library, head.encode() + b"x\r\n"))
    assert answer.json()["file"]["name"] == name


@pytest.mark.parametrize(
    "disposition", ["filename*=utf-8''setup.exe", "filename*=utf-8''x.png", "filename*=utf-8''..%2Fx.txt"]
)
def test_a_name_that_is_only_extended_is_checked_as_any(library, disposition):
    head = f'--B\r\nContent-Disposition: form-data; name="image"; {disposition}\r\n\r\n'
    assert library.raw(form(library, head.encode() + b"MZ\r\n")).status_code == 422


def test_what_surrounds_the_parts_is_ignored_and_so_is_padding(library):
    body = form(library, part("image", PNG, "x.png")).replace(b"--B\r\n", b"--B \t\r\n") + b"\r\nThat was it.\r\n--B\r\n"
    answer = library.raw(b"This is a form.\r\n--B is its boundary.\r\n\r\n".replace(b"\r\n--", b"\r\n-- ") + body)
    assert answer.json()["file"]["sha256"] == key_of(PNG)


def test_a_header_of_a_part_may_be_folded_and_named_in_any_letter_case(library):
    head = b'--B\r\ncontent-disposition: form-data;\r\n name="image";\r\n\tfilename="x.txt"\r\n\r\nx\r\n'
    assert library.raw(form(library, head)).json()["file"]["name"] == "x.txt"


def test_a_boundary_may_be_quoted_and_stand_after_other_parameters(library):
    kind = 'Multipart/Form-Data; profile="; boundary=C"; boundary="B"'
    assert library.raw(form(library, part("image", PNG, "x.png")), content_type=kind).status_code == 201


def test_a_text_of_a_form_comes_in_utf_8(library):
    for charset, status in (("utf-8", 201), ('"UTF-8"', 201), ("utf-16", 400)):
        caption = part("caption", b"Front", more=f"Content-Type: text/plain; charset={charset}\r\n")
        assert library.raw(form(library, caption, part("image", PNG, "x.png"))).status_code == status


def test_a_quote_in_a_name_cannot_end_it(library):
    picture = library.raw(form(library, part("image", b"x", r"a\".txt"))).json()
    assert picture["file"]["name"] == 'a".txt'
    told = library("GET", f"/pictures/{picture['id']}/image").headers["content-disposition"]
    assert told == "attachment; filename=\"a_.txt\"; filename*=UTF-8''a%22.txt"


UNFIT = [
    pytest.param(b"", "empty.txt", "must not be empty", id="empty"),
    pytest.param(b"x" * (LARGEST + 1), "large.txt", f"must have at most {LARGEST} bytes", id="a-byte-too-much"),
    pytest.param(b"x" * (LARGEST + 70_000), "large.txt", f"must have at most {LARGEST} bytes", id="far-too-much"),
    pytest.param(b"x" * 500_000, "large.txt", f"must have at most {LARGEST} bytes", id="not-even-read"),
    pytest.param(b"MZ\x90\x00", "setup.exe", "send image/*", id="program"),
    pytest.param(PDF, "x.png", "does not hold image/png", id="not-what-it-is-called"),
    pytest.param(b"x", "../../x", "plain file name", id="path"),
    pytest.param(b"x", "..\\x", "plain file name", id="backslash"),
    pytest.param(b"x", "..", "plain file name", id="dots"),
    pytest.param(b"x", "a\x00.txt", "plain file name", id="nul"),
    pytest.param(b"x", "gnp.\u202etxt", "plain file name", id="right-to-left"),
    pytest.param(b"x", "a\x85b.txt", "plain file name", id="next-line"),
    pytest.param(b"x", " ", "must have a file name", id="blank"),
    pytest.param(b"x", "n" * 256, "at most 255 characters", id="long"),
    pytest.param(b"x", "n" * 4000, "at most 255 characters", id="very-long"),
    pytest.param(b"x", "发" * 4000, "at most 255 characters", id="very-long-in-chinese"),
]


@pytest.mark.parametrize(("content", "name", "reason"), UNFIT)
def test_an_unfit_file_changes_nothing_and_says_what_is_wrong(library, content, name, reason):
    before = library.rows()
    escaped = name.replace("\\", "\\\\")
    answer = library.raw(form(library, part("image", content, escaped)))
    assert answer.status_code == 422, answer.text
    trouble = answer.json()["trouble"]
    assert trouble["code"] == "UNFIT"
    assert [one["field"] for one in trouble["details"]] == ["image"]
    assert reason in trouble["details"][0]["message"]
    assert (library.rows(), library.kept()) == (before, set())


def test_all_that_is_wrong_is_told_at_once(library):
    answer = library("POST", "/pictures", files={"image": ("x.png", b"")}, data={"about": "ship", "year": "x"})
    assert {one["field"] for one in answer.json()["trouble"]["details"]} == {"image", "about", "aboutId", "year"}


def test_a_refused_call_leaves_no_bytes_behind(library):
    before = library.rows()
    answer = library.hang(about="member")
    assert answer.status_code == 422
    assert "names no Member" in answer.json()["trouble"]["message"]
    assert (library.rows(), library.kept()) == (before, set())


def refusals(library):
    """Bodies that cannot be read, or lack what is needed: each with its status and a word of the answer."""
    image = part("image", PNG, "x.png")
    whole = form(library, image)
    nested = b'--N\r\nContent-Disposition: form-data; name="image"; filename="x"\r\n\r\nx\r\n--N--\r\n'
    return {
        "empty": (b"", "B", 400, "boundary"),
        "no-boundary": (whole, None, 400, "no boundary"),
        "other-boundary": (whole, "C", 400, "boundary"),
        "very-long-boundary": (whole, "B" * 5000, 400, "boundary"),
        "cut-in-a-file": (whole[:-20], "B", 400, "ends before"),
        "cut-in-a-header": (whole[:20], "B", 400, "ends before"),
        "json": (b'{"image": "x"}', "B", 400, "boundary"),
        "two-files": (form(library, image, image), "B", 400, "more than once"),
        "two-texts": (form(library, part("about", b"book"), image), "B", 400, "more than once"),
        "wrong-part-name": (form(library, part("picture", PNG, "x.png")), "B", 422, "image"),
        "no-name": (form(library, b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n"), "B", 400, "no name"),
        "no-disposition": (form(library, b"--B\r\nContent-Type: image/png\r\n\r\nx\r\n"), "B", 400, "no name"),
        "nested": (form(library, part("image", nested, "x.png", "Content-Type: multipart/mixed; boundary=N\r\n")), "B", 422, "hold"),
        "many-parts": (form(library, *(part(f"p{n}") for n in range(1500))), "B", 400, "parts"),
        "many-files": (form(library, *(part("image", b"x", "x") for _ in range(1500))), "B", 400, "more than once"),
        "huge-header": (form(library, part("image", PNG, "x.png", "X-A: " + "a" * 40_000 + "\r\n")), "B", 400, "header"),
        "header-without-end": (b"--B\r\nX-A: " + b"a" * 60_000, "B", 400, "header"),
        "many-headers": (form(library, part("image", PNG, "x.png", "".join(f"X-{n}: a\r\n" for n in range(50)))), "B", 400, "header"),
        "many-parameters": (form(library, part("image", PNG, "x.png" + '"' + ";a=b" * 7000 + ';c="')), "B", 201, ""),
        "text-not-utf-8": (form(library, part("caption", b"\xff\xfe"), image), "B", 400, "UTF-8"),
        "name-not-utf-8": (form(library, b'--B\r\nContent-Disposition: form-data; name="image"; filename="\xff"\r\n\r\nx\r\n'), "B", 422, "UTF-8"),
        "nul-in-a-text": (form(library, part("caption", b"a\x00"), image), "B", 422, "NUL"),
        "huge-text": (form(library, part("caption", b"a" * 70_000), image), "B", 400, "larger"),
        "huge-unknown-text": (form(library, part("more", b"a" * 70_000), image), "B", 400, "larger"),
        "long-text": (form(library, part("caption", b"a" * 41), image), "B", 422, "40"),
        "text-for-a-file": (form(library, part("image", b'{"name": "x", "size": 1}')), "B", 201, ""),
        "object-that-is-none": (form(library, part("frame", b"{"), image), "B", 422, "frame"),
        "object-of-the-wrong-sort": (form(library, part("frame", b"[]"), image), "B", 422, "frame"),
        "deep-object": (form(library, part("frame", b'{"a":' * 9000), image), "B", 422, "frame"),
        "only-line-ends": (b"\r\n" * 1000, "B", 400, "boundary"),
        "more-after-a-boundary": (whole.replace(b"--B\r\n", b"--B.\r\n", 1), "B", 400, "white space"),
        "header-without-colon": (form(library, b"--B\r\nnonsense\r\n\r\nx\r\n"), "B", 400, "no colon"),
        "preamble-and-epilogue": (whole + b"that was it", "B", 201, ""),
    }  # fmt: skip


@pytest.mark.parametrize("case", refusals(type("", (), {"book": "b"})))
def test_whatever_a_form_is_made_of_it_is_read_or_refused(library, case):
    body, boundary, status, word = refusals(library)[case]
    before = library.rows()
    kind = "multipart/form-data" if boundary is None else None
    answer = library.raw(body, boundary, content_type=kind)
    assert answer.status_code == status, answer.text
    assert word in answer.text
    if status != 201:
        assert (library.rows(), library.kept()) == (before, set())


@pytest.mark.parametrize("seed", range(60))
def test_forms_with_a_few_bytes_wrong_never_fail_the_server(library, seed):
    chance = random.Random(seed)
    body = bytearray(form(library, part("image", PNG, "x.png")))
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(body))
        body[place : place + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 3))
    assert library.raw(bytes(body)).status_code in (201, 400, 422)


def test_json_is_the_wrong_type_for_a_form_and_a_form_for_json(library):
    assert library("POST", "/pictures", json={"image": "x"}).status_code == 400
    assert library("POST", "/books", data={"title": "x"}).status_code == 400


def test_a_form_that_comes_in_single_bytes_is_the_same_form(library):
    async def drops():
        for byte in form(library, part("image", PNG, "x.png")):
            yield bytes([byte])

    answer = library("POST", "/pictures", headers={"Content-Type": "multipart/form-data; boundary=B"}, content=drops())
    assert answer.json()["file"]["sha256"] == key_of(PNG)


def test_a_file_without_a_length_given_ahead_is_read_no_further_than_needed(library):
    read = 0

    async def endless():
        nonlocal read
        yield b'--B\r\nContent-Disposition: form-data; name="image"; filename="x.txt"\r\n\r\n'
        while True:
            read += 1 << 16
            yield b"x" * (1 << 16)

    answer = library("POST", "/pictures", headers={"Content-Type": "multipart/form-data; boundary=B"}, content=endless())
    assert answer.status_code == 422
    assert read < 10 * (1 << 16)


def test_bytes_are_kept_once_and_as_long_as_a_document_refers_to_them(library):
    one, two = library.hang().json()["id"], library.hang().json()["id"]
    assert library.kept() == {key_of(PNG)}
    library("DELETE", f"/pictures/{one}")
    assert library("GET", f"/pictures/{two}/image").content == PNG
    library("PUT", f"/pictures/{two}", files={"image": ("new.txt", b"new")})
    assert library.kept() == {key_of(b"new")}
    assert library("GET", f"/pictures/{two}").json()["file"]["name"] == "new.txt"
    library("DELETE", f"/pictures/{two}")
    assert library.kept() == set()
    assert library("GET", f"/pictures/{two}/image").status_code == 404


def test_an_update_without_the_file_keeps_it(library):
    picture = library.hang().json()
    changed = library("PUT", f"/pictures/{picture['id']}", files={"caption": (None, "Back")}).json()
    assert (changed["caption"], changed["file"]) == ("Back", picture["file"])


def test_a_file_goes_with_what_it_hangs_on(library):
    picture = library.hang().json()["id"]
    library("DELETE", f"/books/{library.book}")
    assert library("GET", f"/pictures/{picture}").status_code == 404
    assert library.kept() == set()


def test_another_tenant_sees_nothing_of_a_file(library):
    picture = library.hang().json()["id"]
    assert library("GET", f"/pictures/{picture}/image", headers={"X-Branch": "branch_b"}).status_code == 404
    assert library.kept("branch_b") == set()


def lost(library, picture, caplog, reason):
    answer = library("GET", f"/pictures/{picture}/image")
    assert (answer.status_code, answer.json()["trouble"]["code"]) == (500, "INTERNAL")
    assert reason in caplog.text
    assert "Traceback" not in caplog.text


def test_bytes_that_are_gone_are_our_fault_and_said_so(library, caplog):
    picture = library.hang().json()["id"]
    library.sandbox.engine.blobs.drop("branch_a", key_of(PNG))
    lost(library, picture, caplog, f"{key_of(PNG)} are missing")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: path.write_bytes(PNG[:-1] + bytes([PNG[-1] ^ 1])), "is damaged: its SHA-256 is not its name"),
        (lambda path: path.write_bytes(b""), "is damaged: its SHA-256 is not its name"),
        (lambda path: path.write_bytes(PNG[:9]), "is damaged: its SHA-256 is not its name"),
        (lambda path: path.unlink(), "is missing"),
        (lambda path: (path.unlink(), path.mkdir()), "cannot be read: is a directory"),
    ],
    ids=["flipped", "emptied", "cut", "removed", "a-folder"],
)
def test_bytes_that_are_not_what_was_kept_are_never_answered(tmp_path, caplog, damage, reason):
    with closing(keeping(tmp_path)) as sandbox:
        library = Library(sandbox)
        picture = library.hang().json()["id"]
        path = tmp_path / "files" / "t-branch_a" / key_of(PNG)
        damage(path)
        lost(library, picture, caplog, f"{path} {reason}")


def keeping(folder):
    """A library whose documents and files outlive it."""
    return build(Settings(LIBRARY, None, now=NOW, data=folder))


def test_files_outlive_the_process_and_what_nothing_refers_to_does_not(tmp_path):
    library = Library(keeping(tmp_path))
    picture = library.hang().json()["id"]
    library.sandbox.engine.blobs.put("branch_a", b"left by a process that ended in between")
    library.sandbox.close()
    again = Library(keeping(tmp_path))
    assert again("GET", f"/pictures/{picture}/image").content == PNG
    assert again.kept() == {key_of(PNG)}
    again("DELETE", f"/pictures/{picture}")
    assert again.kept() == set()
    again.sandbox.close()


def test_a_file_that_cannot_be_kept_changes_nothing(tmp_path, monkeypatch):
    library = Library(keeping(tmp_path))
    before = library.rows()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mockserver.store.blobs.os.fsync", full)
    answer = library.hang()
    monkeypatch.undo()
    assert answer.status_code == 500
    assert (library.rows(), library.kept()) == (before, set())
    assert library.hang().status_code == 201
    library.sandbox.close()
