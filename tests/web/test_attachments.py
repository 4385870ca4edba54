"""Attachments of the packaged contract, each answer judged by the document that is served."""

import pytest

from mockserver.sandbox import build
from mockserver.settings import Settings, default_contract, default_fixtures
from mockserver.store.blobs import key_of
from tests.conftest import Client
from tests.test_media_types import JPEG, PDF, PNG, WEBP, XLSX
from tests.test_stories import rows

RECORDS = {
    "invoice": "inv_123",
    "quote": "quote_555666777",
    "sales_order": "so_987654321",
    "journal_entry": "je_001",
    "stock_adjustment": "adj_opening_store1",
    "stock_transfer": "xfer_001",
    "customer": "cust_456",
    "item": "item_widget001",
    "payment": "pay_001",
}
SHOWN = {
    "invoice": "invoices",
    "quote": "quotes",
    "sales_order": "sales-orders",
    "journal_entry": "journal-entries",
    "item": "items",
}
FILES = {
    "a.pdf": (PDF, "application/pdf"),
    "a.png": (PNG, "image/png"),
    "a.jpg": (JPEG, "image/jpeg"),
    "a.webp": (WEBP, "image/webp"),
    "a.xlsx": (XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "a.csv": (b"a,b\n1,2\n", "text/csv"),
    "a.json": (b'{"a": [1, 2.5]}', "application/json"),
    "a.xml": (b"<a><b>1</b></a>", "application/xml"),
    "a.txt": ("größe".encode(), "text/plain"),
}
LARGEST = 10 * 1024 * 1024


@pytest.fixture(scope="module")
def client():
    return Client(build(Settings(default_contract(), default_fixtures(), now="2024-12-31T12:00:00Z")))


def attach(client, content=PDF, name="a.pdf", kind="customer", to="cust_456", **how):
    return client(
        "POST", "/attachments", files={"file": (name, content)}, data={"resourceType": kind, "resourceId": to}, **how
    )


@pytest.mark.parametrize("name", FILES)
def test_every_allowed_type_is_taken_and_comes_back(client, name):
    content, kind = FILES[name]
    answer = attach(client, content, name)
    assert answer.status_code == 201, answer.text
    made = answer.json()["data"]
    assert (made["filename"], made["mimeType"], made["size"], made["checksum"]) == (
        name,
        kind,
        len(content),
        key_of(content),
    )
    assert (made["uploadedBy"], made["uploadedAt"]) == ("user_demo", "2024-12-31T12:00:00Z")
    assert "file" not in made
    assert answer.headers["location"] == f"/v1/attachments/{made['id']}"
    assert client.data("GET", f"/attachments/{made['id']}") == made
    given = client("GET", made["url"], root=True)
    assert (given.status_code, given.content, given.headers["content-type"]) == (200, content, kind)


def test_a_file_of_ten_megabytes_is_taken_and_one_byte_more_is_not(client):
    assert attach(client, b"a" * LARGEST, "a.txt").json()["data"]["size"] == LARGEST
    before = rows(client.sandbox.engine)
    answer = attach(client, b"a" * (LARGEST + 1), "a.txt")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "VALIDATION_ERROR")
    assert [(one["field"], one["code"]) for one in error["details"]] == [("file", "MAX_LENGTH")]
    assert rows(client.sandbox.engine) == before


def test_an_upload_that_is_sent_again_is_not_made_again_and_another_file_is_another_upload(client):
    head = {"Idempotency-Key": "upload-1"}
    first = attach(client, PDF, headers=head).json()["data"]["id"]
    again = attach(client, PDF, headers=head)
    assert (again.json()["data"]["id"], again.headers["idempotency-replayed"]) == (first, "true")
    assert attach(client, PDF + b"%", headers=head).status_code == 422


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        pytest.param(b"", "a.pdf", "MIN_LENGTH", id="empty"),
        pytest.param(PNG, "x.pdf", "INVALID_FORMAT", id="png-called-pdf"),
        pytest.param(b"<html></html>", "x.html", "INVALID_FORMAT", id="html"),
        pytest.param(b"MZ\x90\x00\x03", "x", "INVALID_FORMAT", id="program"),
        pytest.param(PDF, "../../x", "INVALID_FORMAT", id="path"),
        pytest.param(PDF, "x" * 4000, "INVALID_FORMAT", id="long-name"),
        pytest.param(PDF, "a\u202efdp.pdf", "INVALID_FORMAT", id="turned-name"),
    ],
)
def test_a_file_that_is_unfit_is_refused_and_changes_nothing(client, content, name, code):
    before = rows(client.sandbox.engine), client.sandbox.engine.blobs.keys("company_abc123")
    answer = attach(client, content, name)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "VALIDATION_ERROR"), answer.text
    assert [(one["field"], one["code"]) for one in error["details"]] == [("file", code)]
    assert (rows(client.sandbox.engine), client.sandbox.engine.blobs.keys("company_abc123")) == before


def test_ten_thousand_parts_are_not_read(client):
    part = b'--B\r\nContent-Disposition: form-data; name="p"\r\n\r\nx\r\n'
    head = {"Content-Type": "multipart/form-data; boundary=B"}
    answer = client("POST", "/attachments", headers=head, content=part * 10_000 + b"--B--\r\n")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("kind", RECORDS)
def test_files_hang_on_records_that_exist(client, kind):
    found = client.data("GET", f"/{SHOWN[kind]}?limit=1")[0]["id"] if kind in SHOWN else RECORDS[kind]
    if kind in ("payment", "stock_transfer"):
        found = client.data("GET", f"/{kind.replace('_', '-')}s?limit=1")[0]["id"]
    made = attach(client, kind=kind, to=found).json()["data"]
    assert attach(client, kind=kind, to=f"{found}x").status_code == 422
    assert attach(client, kind="customer" if kind != "customer" else "item", to=found).status_code == 422
    if kind in SHOWN:
        shown = client.data("GET", f"/{SHOWN[kind]}/{found}")["attachments"]
        assert shown[-1] == {name: made[name] for name in ("id", "filename", "mimeType", "size", "url")}
        listed = client.data("GET", f"/{SHOWN[kind]}?id={found}")[0]
        assert listed["attachments"] == shown


def test_the_demo_has_a_file(complete_demo):
    [one] = complete_demo.data("GET", "/attachments?resourceType=sales_order&resourceId=so_987654321")
    assert (one["id"], one["filename"], one["mimeType"]) == ("att_123", "customer_po.pdf", "application/pdf")
    content = complete_demo("GET", "/attachments/att_123/content").content
    assert (content[:5], len(content), key_of(content)) == (b"%PDF-", one["size"], one["checksum"])
    assert (
        complete_demo.data("GET", "/sales-orders/so_987654321")["attachments"][0]["url"] == "/v1/attachments/att_123/content"
    )


def test_lists_are_filtered_sorted_and_searched(client):
    item = client.data(
        "POST", "/items", json={"itemCode": "F-1", "name": "x", "type": "service", "pricing": {"sellingPrice": 1}}
    )
    for name, content in (("b.txt", b"bb"), ("a.txt", b"a"), ("c.csv", b"ccc")):
        attach(client, content, name, "item", item["id"])
    mine = f"/attachments?resourceId={item['id']}"
    assert [one["filename"] for one in client.data("GET", f"{mine}&sort=size:desc")] == ["c.csv", "b.txt", "a.txt"]
    assert [one["filename"] for one in client.data("GET", f"{mine}&size[gte]=2&mimeType=text/plain")] == ["b.txt"]
    assert [one["filename"] for one in client.data("GET", f"{mine}&search=CSV")] == ["c.csv"]


def test_what_supports_a_posted_entry_stays_and_a_drafts_file_goes_with_it(client):
    lines = [{"accountId": "acc_cash", "debit": 5}, {"accountId": "acc_sales_revenue", "credit": 5}]
    entry = client.data("POST", "/journal-entries", json={"date": "2024-12-30", "lines": lines})["id"]
    kept = attach(client, kind="journal_entry", to=entry).json()["data"]["id"]
    gone = attach(client, kind="journal_entry", to=entry).json()["data"]["id"]
    assert client.data("DELETE", f"/attachments/{gone}") == {"id": gone, "deleted": True}
    client.data("POST", f"/journal-entries/{entry}/post", json={})
    for reason in (None, "mistake"):
        if reason:
            client.data("POST", f"/journal-entries/{entry}/void", json={"reason": reason})
        answer = client("DELETE", f"/attachments/{kept}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "BUSINESS_RULE_VIOLATION")
        assert answer.json()["error"]["details"][0]["rule"] == "JOURNAL_ENTRY_NOT_DRAFT"
    draft = client.data("POST", "/journal-entries", json={"date": "2024-12-30", "lines": lines})["id"]
    file = attach(client, kind="journal_entry", to=draft).json()["data"]["id"]
    client.data("DELETE", f"/journal-entries/{draft}")
    assert client("GET", f"/attachments/{file}").status_code == 404


@pytest.mark.parametrize(
    ("key", "reads", "writes"),
    [("blg_test_sk_readonly00000000", 200, 403), ("blg_test_sk_sales00000000000", 403, 403), (None, 401, 401)],
)
def test_scopes(client, key, reads, writes):
    assert client("GET", "/attachments", key=key).status_code == reads
    assert client("GET", "/attachments/att_123/content", key=key).status_code == reads
    assert attach(client, key=key).status_code == writes
    assert client("DELETE", "/attachments/att_123", key=key).status_code == writes


def test_another_company_sees_nothing_of_it(client):
    for path in ("/attachments/att_123", "/attachments/att_123/content"):
        assert client("GET", path, tenant="company_xyz789").status_code == 404
    assert client.data("GET", "/attachments", tenant="company_xyz789") == []
    assert attach(client, tenant="company_xyz789").status_code == 422
