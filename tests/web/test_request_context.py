"""The frame around every call: credentials, envelopes, headers, and every refusal in the contract's shape."""

import gzip
import zlib

import pytest

from tests.conftest import KEY


def refusal(answer, status, code):
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["success"] is False
    assert body["error"]["code"] == code, answer.text
    assert body["meta"]["requestId"] == answer.headers["x-request-id"]
    return body["error"]


READ_ONLY = "blg_test_sk_readonly00000000"

CREDENTIALS = [
    pytest.param({"key": None}, 401, "UNAUTHORIZED", "INVALID_API_KEY", id="none"),
    pytest.param({"key": "nonsense"}, 401, "UNAUTHORIZED", "INVALID_API_KEY", id="unknown"),
    pytest.param({"key": "blg_test_sk_expired000000000"}, 401, "UNAUTHORIZED", "EXPIRED_API_KEY", id="expired"),
    pytest.param({"key": "blg_test_sk_revoked000000000"}, 401, "UNAUTHORIZED", "REVOKED_API_KEY", id="revoked"),
    pytest.param({"key": "blg_live_sk_1234567890abcdef"}, 401, "UNAUTHORIZED", "ENVIRONMENT_MISMATCH", id="live"),
    pytest.param({"tenant": None}, 422, "INVALID_COMPANY", None, id="no-company"),
    pytest.param({"tenant": "acme"}, 422, "INVALID_COMPANY", None, id="malformed-company"),
    pytest.param({"tenant": "company_nobody"}, 403, "FORBIDDEN", None, id="foreign-company"),
    pytest.param(
        {"tenant": "company_xyz789", "key": "blg_test_sk_sales00000000000"},
        403,
        "FORBIDDEN",
        None,
        id="company-of-another-key",
    ),
]


@pytest.mark.parametrize(("how", "status", "code", "detail"), CREDENTIALS)
def test_credentials_that_do_not_suffice(demo, how, status, code, detail):
    error = refusal(demo("GET", "/customers", **how), status, code)
    assert error["details"][0].get("code") == detail


def test_a_scope_that_is_missing_is_named(demo):
    error = refusal(demo("POST", "/customers", key=READ_ONLY, json={"name": "x", "email": "a@b.co"}), 403, "FORBIDDEN")
    assert error["details"][0]["required_scope"] == "write:customers"
    assert "read:customers" in error["details"][0]["current_scopes"]


ORDER = [
    pytest.param("GET", "/nope", {"key": None}, 404, id="route-before-key"),
    pytest.param("GET", "/customers", {"key": None, "tenant": None}, 401, id="key-before-company"),
    pytest.param("POST", "/customers", {"tenant": None, "key": READ_ONLY}, 422, id="company-before-scope"),
    pytest.param("POST", "/customers", {"key": READ_ONLY, "content": b"{"}, 403, id="scope-before-body"),
    pytest.param(
        "PUT",
        "/customers/none?x=1",
        {"content": b"{", "headers": {"content-type": "application/json"}},
        400,
        id="body-before-id",
    ),
    pytest.param("PUT", "/customers/none", {"json": {"name": 3}}, 404, id="id-before-fields"),
    pytest.param("POST", "/invoices/inv_123/void", {"json": {"reason": 3}}, 422, id="fields-before-state"),
]


@pytest.mark.parametrize(("method", "path", "how", "status"), ORDER)
def test_the_first_check_that_fails_answers(demo, method, path, how, status):
    assert demo(method, path, **how).status_code == status


QUERIES = [
    ("/customers?limit=0", "INVALID_PARAMETER"),
    ("/customers?limit=101", "INVALID_PARAMETER"),
    ("/customers?limit=abc", "INVALID_PARAMETER"),
    ("/customers?limit=1&limit=2", "INVALID_PARAMETER"),
    ("/customers?limit=99999999999999999999999", "INVALID_PARAMETER"),
    ("/items?limit=201", "INVALID_PARAMETER"),
    ("/customers?cursor=@@@", "INVALID_CURSOR"),
    ("/customers?cursor=bm9uc2Vuc2U", "INVALID_CURSOR"),
    ("/customers?status=active&cursor=eyJpZCI6MTIzfQ", "INVALID_CURSOR"),
    ("/customers?cursor=eyJpZCI6MWU5OTk5OTk5OTk5OTk5OTk5OTk5OX0", "INVALID_CURSOR"),  # {"id":1e9999999999999999999}
    ("/customers?creditLimit={%22gte%22:1e99999999999999999999}", "INVALID_FILTER"),
    ("/customers?sort=nope:asc", "INVALID_SORT"),
    ("/customers?sort=name:up", "INVALID_SORT"),
    ("/customers?nope=1", "INVALID_FILTER"),
    ("/customers?name[like]=x", "INVALID_FILTER"),
    ("/customers?name[]=x", "INVALID_FILTER"),
    ("/customers?status=nonsense", "INVALID_FILTER"),
    ("/customers?status[in]=active,nonsense", "INVALID_FILTER"),
    ("/customers?status=active&status=blocked", "INVALID_FILTER"),
    ("/customers?name=%00", "INVALID_FILTER"),
    ("/customers?name=%ff", "INVALID_FILTER"),
    ("/customers?search=a&searchFields=nope", "INVALID_PARAMETER"),
    ("/invoices?total[gte]=lots", "INVALID_FILTER"),
    ("/invoices?fromDate=yesterday", "INVALID_PARAMETER"),
    ("/invoices?fromDate=2024-02-01&toDate=2024-01-01", "INVALID_DATE_RANGE"),
    ("/invoices?fromDate=2010-01-01&toDate=2024-01-01", "INVALID_DATE_RANGE"),
    ("/company?x=1", "INVALID_PARAMETER"),
    ("/customers?status[%ff]=x", "INVALID_FILTER"),
    ("/customers?status[%00]=x", "INVALID_FILTER"),
    ("/invoices?fromDate=0000-01-01&toDate=2024-01-01", "INVALID_PARAMETER"),
    ("/invoices?invoiceDate[gte]=-001-01-01", "INVALID_FILTER"),
    ("/customers/nope/contacts?name[foo]=1", "INVALID_FILTER"),
    ("/customers/nope/contacts?cursor=aaaa", "INVALID_CURSOR"),
]


@pytest.mark.parametrize(("path", "code"), QUERIES)
def test_a_query_that_cannot_be_understood(demo, path, code):
    error = refusal(demo("GET", path), 400, code)
    assert error["details"][0]["field"]


def test_a_filter_may_be_a_json_object(demo):
    told = [demo.data("GET", f"/accounts?isActive={asked}&limit=1") for asked in ("true", '{"eq":true}')]
    assert told[0] == told[1] != []


BODIES = [
    pytest.param(b"{oops", "BAD_REQUEST", id="not-json"),
    pytest.param(b"", "BAD_REQUEST", id="empty"),
    pytest.param(b"[]", "BAD_REQUEST", id="not-an-object"),
    pytest.param(b'{"name": NaN}', "BAD_REQUEST", id="nan"),
    pytest.param(b'{"name": "\xff"}', "BAD_REQUEST", id="not-utf-8"),
    pytest.param(b'{"a":' * 10_000, "BAD_REQUEST", id="deep-and-broken"),
    pytest.param(b'{"a":' * 100 + b"1" + b"}" * 100, "BAD_REQUEST", id="too-deep"),
    pytest.param(b'{"name": "' + b"x" * 10_000_000 + b'"}', "BAD_REQUEST", id="too-large"),
]


@pytest.mark.parametrize(("content", "code"), BODIES)
def test_a_body_that_cannot_be_read(demo, content, code):
    refusal(demo("POST", "/customers", content=content, headers={"content-type": "application/json"}), 400, code)


FIELDS = [
    pytest.param(b'{"name": "x", "email": "a@b.co", "creditLimit": 1e400}', "creditLimit", id="huge"),
    pytest.param(b'{"name": "x", "email": "a@b.co", "creditLimit": ' + b"9" * 400 + b"}", "creditLimit", id="long"),
    pytest.param(b'{"name": "x", "email": "a@b.co", "creditLimit": 1.005}', "creditLimit", id="fine"),
    pytest.param(
        b'{"name": "x", "email": "a@b.co", "creditLimit": 1e99999999999999999999}', "creditLimit", id="beyond-decimals"
    ),
    pytest.param(
        b'{"name": "x", "email": "a@b.co", "creditLimit": 1e-99999999999999999999}', "creditLimit", id="finer-than-decimals"
    ),
    pytest.param(b'{"name": "x", "email": "a@b.co", "creditLimit": 1e-9999999}', "creditLimit", id="finer-than-arithmetic"),
    pytest.param(b'{"name": "x", "email": "a@b.co", "creditLimit": -1e9999999}', "creditLimit", id="larger-than-arithmetic"),
    pytest.param(b'{"name": "a\\u0000b", "email": "a@b.co"}', "name", id="nul"),
    pytest.param(b'{"name": "a\\ud800b", "email": "a@b.co"}', "name", id="surrogate"),
    pytest.param(b'{"name": "x", "email": "nope"}', "email", id="format"),
    pytest.param(
        b'{"name": "x", "email": "a@b.co", "customFields": {"a\\u0000": 1}}', "customFields", id="name-of-a-member"
    ),
    pytest.param(b'{"name": "x"}', "email", id="one-of-two"),
    pytest.param(b'{"name": "x", "email": "a@b.co", "paymentTerms": 3.5}', "paymentTerms", id="not-whole"),
]


@pytest.mark.parametrize(("content", "field"), FIELDS)
def test_a_field_that_cannot_be_accepted_is_named_and_nothing_is_stored(demo, content, field):
    before = demo("GET", "/customers?limit=1").json()["pagination"]["total"]
    answer = demo("POST", "/customers", content=content, headers={"content-type": "application/json"})
    error = refusal(answer, 422, "VALIDATION_ERROR")
    assert field in {detail["field"] for detail in error["details"]}
    assert demo("GET", "/customers?limit=1").json()["pagination"]["total"] == before


def test_every_field_at_fault_is_named_at_once(demo):
    body = {"name": "", "email": "nope", "creditLimit": -1, "paymentTerms": "soon"}
    error = refusal(demo("POST", "/customers", json=body), 422, "VALIDATION_ERROR")
    assert {detail["field"]: detail["code"] for detail in error["details"]} == {
        "name": "MIN_LENGTH",
        "email": "INVALID_FORMAT",
        "creditLimit": "MIN_VALUE",
        "paymentTerms": "INVALID_TYPE",
    }


def test_a_field_of_the_wrong_sort_is_told_once(demo):
    error = refusal(demo("POST", "/customers", json={"name": "x", "email": "a@b.co", "type": None}), 422, "VALIDATION_ERROR")
    assert error["message"] == "type must be text"
    assert [detail["code"] for detail in error["details"]] == ["INVALID_TYPE"]


def test_a_field_in_a_list_is_named_with_its_place(demo):
    body = {"customerId": "cust_456", "items": [{"description": "x", "quantity": 0, "unitPrice": 1}]}
    error = refusal(demo("POST", "/invoices", json=body), 422, "VALIDATION_ERROR")
    assert error["details"][0]["field"] == "items[0].quantity"


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "", "application/json; charset=utf-16"])
def test_another_media_type_is_refused(demo, media):
    answer = demo("POST", "/customers", content=b'{"name":"x"}', headers={"content-type": media})
    refusal(answer, 400, "INVALID_CONTENT_TYPE")


@pytest.mark.parametrize(
    "parameters", ["charset=UTF-8", 'charset="utf8"', 'profile="x; charset=utf-16"', r'profile="\"; charset=utf-16"', "x"]
)
def test_a_charset_of_utf_8_is_fine(fresh, parameters):
    headers = {"content-type": f"application/json; {parameters}"}
    assert fresh("POST", "/customers", content=b'{"name":"x","email":"a@b.co"}', headers=headers).status_code == 201


@pytest.mark.parametrize("path", ["/nope", "/customers/a/b/c", "/customers/a%2Fb", "/customers/", "//", "/"])
def test_an_unknown_path_is_answered_in_the_envelope(demo, path):
    assert refusal(demo("GET", path), 404, "NOT_FOUND")["message"]


def test_ids_that_nothing_has(demo):
    for id in ("none", "%00", "a%2Fb", "..", "x" * 500, "%F0%9F%92%A5", "%ff"):
        assert demo("GET", f"/customers/{id}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/customers", "GET, HEAD, POST"),
        ("DELETE", "/customers", "GET, HEAD, POST"),
        ("POST", "/customers/cust_123", "DELETE, GET, HEAD, PUT"),
    ],
)
def test_a_method_that_is_not_there_says_which_are(demo, method, path, allowed):
    answer = demo(method, path)
    refusal(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == allowed


def test_the_headers_of_every_answer(demo):
    for path in ("/customers", "/nope", "/customers?limit=0"):
        headers = demo("GET", path).headers
        assert headers["cache-control"] == "no-cache"
        assert headers["x-api-version"] == "2024-01-15"
        assert headers["x-response-time"].endswith("ms")
        assert headers["content-type"] == "application/json"


def test_a_request_id_is_echoed_or_made(demo):
    given = demo("GET", "/company", headers={"X-Request-ID": "req_123456789"})
    assert given.headers["x-request-id"] == given.json()["meta"]["requestId"] == "req_123456789"
    made = demo("GET", "/company")
    assert made.headers["x-request-id"].startswith("req_")
    refusal(demo("GET", "/company", headers={"X-Request-ID": "x" * 129}), 400, "INVALID_PARAMETER")


def test_only_the_known_version_is_served(demo):
    assert demo("GET", "/company", headers={"X-API-Version": "2024-01-15"}).is_success
    refusal(demo("GET", "/company", headers={"X-API-Version": "2023-01-01"}), 400, "INVALID_API_VERSION")


@pytest.mark.parametrize(("accepted", "decode"), [("gzip", gzip.decompress), ("deflate", zlib.decompress)])
def test_large_answers_are_compressed_as_asked(demo, accepted, decode):
    import asyncio

    received = []

    async def ask():
        scope = {
            "type": "http", "method": "GET", "path": "/v1/customers", "raw_path": b"/v1/customers", "query_string": b"", "root_path": "", "scheme": "http",
            "headers": [(b"accept-encoding", accepted.encode()), (b"authorization", f"Bearer {KEY}".encode()), (b"x-company-id", b"company_abc123")],
        }  # fmt: skip

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            received.append(message)

        await demo.sandbox.app(scope, receive, send)

    asyncio.run(ask())
    headers = dict(received[0]["headers"])
    assert headers[b"content-encoding"] == accepted.encode()
    assert b'"success":true' in decode(received[1]["body"])


def test_a_browser_may_ask_from_anywhere(demo):
    preflight = demo(
        "OPTIONS", "/customers", key=None, tenant=None,
        headers={"Origin": "https://app.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,x-company-id"},
    )  # fmt: skip
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "https://app.example"
    assert preflight.headers["access-control-allow-headers"] == "authorization,x-company-id"
    assert "POST" in preflight.headers["access-control-allow-methods"].split(", ")
    assert "access-control-allow-private-network" not in preflight.headers
    answer = demo("GET", "/company", headers={"Origin": "https://app.example"})
    assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert "X-Request-ID" in answer.headers["access-control-expose-headers"]


PREFLIGHT = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Private-Network": "true"}


@pytest.mark.parametrize("origin", ["https://app.example", "http://localhost:3000", "null"])
@pytest.mark.parametrize("path", ["/customers", "/nowhere"])
def test_a_page_may_send_credentials_and_call_into_a_private_network(demo, origin, path):
    preflight = demo("OPTIONS", path, key=None, tenant=None, headers={"Origin": origin, **PREFLIGHT})
    answers = [preflight, demo("GET", path, headers={"Origin": origin}), demo("POST", path, headers={"Origin": origin})]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in answer.headers["vary"]
        assert "*" not in "".join(value for name, value in answer.headers.items() if name.startswith("access-control"))
    assert preflight.is_success
    assert preflight.headers["access-control-allow-private-network"] == "true"
    assert "access-control-request-private-network" in preflight.headers["vary"]


def test_answers_differ_by_the_origin_that_asks_though_none_does(demo):
    answer = demo("GET", "/company")
    assert "Origin" in answer.headers["vary"]
    assert "access-control-allow-origin" not in answer.headers


def test_the_control_plane_is_not_for_pages_of_wider_networks(demo):
    for origin in ("https://app.example", "http://localhost:3000"):
        asked = {"Origin": origin, "Host": "localhost", **PREFLIGHT}
        answer = demo("OPTIONS", "/_sandbox/reset", root=True, key=None, tenant=None, headers=asked)
        assert answer.status_code in (403, 405)
        assert answer.json()["error"]["code"]
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("key", "challenge"),
    [
        (None, 'Bearer realm="BigLedger API"'),
        ("unknown", 'Bearer realm="BigLedger API", error="invalid_token"'),
        ("blg_test_sk_expired000000000", 'Bearer realm="BigLedger API", error="invalid_token"'),
        ("blg_test_sk_revoked000000000", 'Bearer realm="BigLedger API", error="invalid_token"'),
        ("blg_live_sk_1234567890abcdef", 'Bearer realm="BigLedger API", error="invalid_token"'),
    ],
)
def test_an_answer_401_says_how_to_authenticate_and_pages_may_read_it(demo, key, challenge):
    answer = demo("GET", "/customers", key=key, headers={"Origin": "https://app.example"})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, challenge)
    assert "www-authenticate" in answer.headers["access-control-expose-headers"].lower()


def test_every_answer_401_of_the_documents_declares_how_to_authenticate(demo):
    for path in ("/v1/openapi.json", "/_sandbox/openapi.json"):
        document = demo("GET", path, root=True, key=None, tenant=None, headers={"Host": "localhost"}).json()
        operations = [
            operation for item in document["paths"].values() for operation in item.values() if "responses" in operation
        ]
        declared = [operation["responses"]["401"] for operation in operations if "401" in operation["responses"]]
        for response in declared:
            name = response.get("$ref", "").rpartition("/")[2]
            assert "WWW-Authenticate" in (document["components"]["responses"][name] if name else response)["headers"]
        assert len(declared) > 5


@pytest.mark.parametrize("path", ["/health", "/v1/health", "/api/v1/health"])
def test_health_needs_no_credentials(demo, path):
    answer = demo("GET", path, root=True, key=None, tenant=None, judge=False)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    "path", ["/v1/openapi.json", "/bigledger-api-v1.json", "/v1/bigledger-api-v1.json", "/api/v1/openapi.json"]
)
def test_the_document_is_served_without_the_vocabulary(demo, path):
    answer = demo("GET", path, root=True, key=None, tenant=None)
    assert answer.json()["openapi"] == "3.0.3"
    assert "x-resource" not in answer.text
    assert '"x-' not in answer.text


def test_the_document_is_served_as_yaml_too(demo):
    import yaml

    answer = demo("GET", "/openapi.yaml", key=None, tenant=None)
    assert yaml.safe_load(answer.text)["paths"].keys() == demo("GET", "/openapi.json").json()["paths"].keys()


def test_the_explorer_is_served_from_the_package(demo):
    page = demo("GET", "/ui/", key=None)
    assert "SwaggerUIBundle" in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert demo("GET", "/ui/swagger-ui-bundle.js").status_code == 200
    assert demo("GET", "/ui/../../pyproject.toml").status_code == 404


def test_tenants_see_nothing_of_each_other(demo):
    mine = {row["id"] for row in demo.data("GET", "/customers?limit=100")}
    theirs = {row["id"] for row in demo.data("GET", "/customers?limit=100", tenant="company_xyz789")}
    assert theirs
    assert not mine & theirs
    for id in theirs:
        assert demo("GET", f"/customers/{id}").status_code == 404
    body = {"customerId": theirs.pop(), "items": [{"description": "x", "quantity": 1, "unitPrice": 1}]}
    error = refusal(demo("POST", "/invoices", json=body), 422, "VALIDATION_ERROR")
    assert error["details"][0]["code"] == "REFERENCE_NOT_FOUND"


def test_a_mistake_of_ours_is_a_plain_500_and_goes_to_the_log(fresh, caplog, monkeypatch):
    monkeypatch.setattr(fresh.sandbox.engine.calls, "run", lambda call: 1 / 0)
    error = refusal(fresh("GET", "/company"), 500, "INTERNAL_SERVER_ERROR")
    assert "division" not in str(error)
    assert "division by zero" in caplog.text


def test_what_is_not_declared_is_ignored_however_odd_it_is(fresh):
    content = b'{"name": "x", "email": "odd@example.com", "legacy": 0.30000000000000004, "big": 12345678901234567890, "odd": "\\ud800"}'
    answer = fresh("POST", "/customers", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 201
    assert "legacy" not in answer.json()["data"]


def test_a_body_with_very_many_faults_is_refused_with_the_first_of_them(demo):
    body = {"customerId": "cust_456", "items": [{}] * 5000}
    error = refusal(demo("POST", "/invoices", json=body), 422, "VALIDATION_ERROR")
    assert 0 < len(error["details"]) <= 100


def test_a_read_changes_nothing(fresh):
    before = fresh.data("GET", "/customers/cust_123")
    fresh.sandbox.engine.clock.set(fresh.sandbox.engine.clock.instant().replace(year=2025))
    fresh.data("GET", "/customers/cust_123/summary", key=READ_ONLY)
    assert fresh.data("GET", "/customers/cust_123") == before


def test_an_instant_is_the_same_however_it_is_written(demo):
    made = demo.data("GET", "/customers/cust_123")["createdAt"]
    assert made == "2023-12-04T01:00:00Z"
    found = {
        demo("GET", f"/customers?limit=1&createdAt[eq]={one}").json()["pagination"]["total"]
        for one in (made, "2023-12-04T09:00:00%2B08:00", "2023-12-04T01:00:00.000Z")
    }
    assert len(found) == 1
    assert demo("GET", "/customers?createdAt[lte]=2023-12-04T01:00:00.5Z").json()["pagination"]["total"] >= found.pop()


def test_a_cursor_outlives_another_order_of_the_filters(demo):
    cursor = demo("GET", "/customers?status=active&type=business&limit=5").json()["pagination"]["nextCursor"]
    assert demo("GET", f"/customers?type=business&status=active&limit=5&cursor={cursor}").is_success


def test_an_answer_that_refuses_may_be_read_by_a_browser(demo):
    answer = demo("GET", "/nope", headers={"Origin": "https://app.example"})
    assert answer.headers["access-control-allow-origin"] == "https://app.example"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/customers%2Fcust_456", id="where-a-document-would-be"),
        pytest.param("/customers%2fcust_456", id="in-lower-case"),
        pytest.param("/customers/cust_456%2Fsummary", id="where-an-action-would-be"),
    ],
)
def test_an_escaped_slash_does_not_part_a_path(demo, path):
    """It is a letter of a name (RFC 3986, 2.2), and nothing here has such a name."""
    assert demo("GET", path.replace("%2F", "/").replace("%2f", "/")).is_success
    refusal(demo("GET", path), 404, "NOT_FOUND")
