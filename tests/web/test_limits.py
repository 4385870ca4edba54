"""Rate limits, to the request, on a clock that is moved."""

from datetime import timedelta

import pytest

from mockserver.engine.clock import Clock, moment
from mockserver.plan import Rate, RateLimit
from mockserver.reading.errors import BrokenContract
from mockserver.sandbox import build
from mockserver.settings import Settings, default_contract, default_fixtures
from mockserver.web.limits import Limiter
from mockserver.web.security import ApiKey
from mockserver.web.windows import Windows
from tests.conftest import KEY, LIBRARY, Client

NOW = "2024-01-15T10:00:00Z"
HOUR_ENDS = "1705316400"
LOW = "blg_test_sk_lowlimit00000000"
UNLIMITED = "blg_test_sk_unlimited0000000"


def sandbox(rate_limit="on"):
    return Client(build(Settings(default_contract(), default_fixtures(), now=NOW, rate_limit=rate_limit)))


@pytest.fixture(scope="module")
def world():
    """A demo world whose keys are held to their rates."""
    return sandbox()


@pytest.fixture
def limited(world):
    """The same at the same full hour, of which nothing has been counted."""
    world.sandbox.engine.clock.freeze(moment("2024-01-15T08:00:00Z", "UTC"))
    for key in (KEY, LOW):
        assert world("GET", "/company", key=key).status_code == 200  # begins another window
    world.sandbox.engine.clock.freeze(moment(NOW, "UTC"))
    return world


def wait(client, **time):
    clock = client.sandbox.engine.clock
    clock.set(clock.instant() + timedelta(**time))


def standing(answer):
    return tuple(answer.headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset"))


def refused(answer):
    assert answer.status_code == 429, answer.text
    assert answer.json()["error"]["code"] == "RATE_LIMIT_EXCEEDED"
    return answer.json()["error"]["details"][0]


def spread(client, count, how):
    """So many requests, ten in each second."""
    for number in range(count):
        if number % 10 == 0 and number:
            wait(client, seconds=1)
        yield client("GET", "/auth/verify", judge=False, **how)


def test_the_thousandth_request_of_an_hour_passes_and_the_next_does_not(limited):
    answers = list(spread(limited, 1000, {}))
    assert {answer.status_code for answer in answers} == {200}
    assert [standing(answer) for answer in (answers[0], answers[-1])] == [
        ("1000", "999", HOUR_ENDS),
        ("1000", "0", HOUR_ENDS),
    ]
    wait(limited, seconds=1)
    answer = limited("GET", "/auth/verify")
    assert refused(answer) == {
        "message": "At most 1000 requests per hour: try again in 3500 s of the frozen clock",
        "limit": 1000,
        "remaining": 0,
        "resetTime": "2024-01-15T11:00:00Z",
        "retryAfter": 3500,
    }
    assert (answer.headers["retry-after"], standing(answer)) == ("3500", ("1000", "0", HOUR_ENDS))


def test_the_edge_of_the_hour_resets(limited):
    wait(limited, minutes=59, seconds=58)
    for _ in range(5):
        assert limited("GET", "/company", key=LOW).status_code == 200
    wait(limited, seconds=1, microseconds=999_999)
    assert refused(limited("GET", "/company", key=LOW))["retryAfter"] == 1
    wait(limited, microseconds=1)
    assert standing(limited("GET", "/company", key=LOW)) == ("5", "4", "1705320000")


def test_the_eleventh_request_of_a_second_is_refused_and_does_not_count(limited):
    assert [limited("GET", "/company").status_code for _ in range(10)] == [200] * 10
    answer = limited("GET", "/company")
    detail = refused(answer)
    assert (detail["limit"], detail["retryAfter"], detail["resetTime"]) == (10, 1, "2024-01-15T10:00:01Z")
    assert standing(answer) == ("1000", "990", HOUR_ENDS)
    wait(limited, microseconds=999_999)
    refused(limited("GET", "/company"))
    wait(limited, microseconds=1)
    assert standing(limited("GET", "/company")) == ("1000", "989", HOUR_ENDS)


def test_a_clock_that_is_set_back_begins_another_window(limited):
    for _ in range(5):
        limited("GET", "/company", key=LOW)
    refused(limited("GET", "/company", key=LOW))
    wait(limited, hours=-1)
    assert standing(limited("GET", "/company", key=LOW)) == ("5", "4", str(int(HOUR_ENDS) - 3600))


@pytest.mark.parametrize(
    ("method", "path", "how"),
    [
        pytest.param("GET", "/nowhere", {}, id="an-unknown-path"),
        pytest.param("PATCH", "/company/x/y", {}, id="an-unknown-path-of-another-method"),
        pytest.param("DELETE", "/company", {}, id="405"),
        pytest.param("GET", "/cust%2Fomers", {}, id="an-escaped-slash"),
        pytest.param("GET", "/openapi.json", {}, id="the-document"),
    ],
)
def test_every_answer_to_a_key_tells_where_it_stands_and_counts_calls_only(limited, method, path, how):
    for _ in range(2):
        limited("GET", "/company", key=LOW)
    for _ in range(2):
        assert standing(limited(method, path, key=LOW, judge=False, **how)) == ("5", "3", HOUR_ENDS)
    assert standing(limited("GET", "/company", key=LOW)) == ("5", "2", HOUR_ENDS)


def test_a_key_that_was_never_counted_has_its_own_limit(world):
    fresh = sandbox()
    assert standing(fresh("GET", "/nowhere", key=LOW, judge=False)) == ("5", "5", HOUR_ENDS)
    assert standing(fresh("GET", "/nowhere", key="blg_test_sk_nobody", judge=False)) == ("1000", "1000", HOUR_ENDS)
    assert standing(fresh("GET", "/nowhere", key=UNLIMITED, judge=False)) == ("1000", "1000", HOUR_ENDS)


def test_each_key_has_a_count_of_its_own(limited):
    for _ in range(6):
        answer = limited("GET", "/company", key=LOW)
    refused(answer)
    assert standing(limited("GET", "/company"))[1] == "999"
    assert [limited("GET", "/company", key=UNLIMITED).status_code for _ in range(20)] == [200] * 20
    assert standing(limited("GET", "/company", key=UNLIMITED)) == ("1000", "1000", HOUR_ENDS)


def test_a_bulk_call_is_one_request(limited):
    body = {
        "operations": [{"operation": "create", "data": {"name": f"C{n}", "email": f"c{n}@example.com"}} for n in range(30)]
    }
    answer = limited("POST", "/bulk/customers", json=body)
    assert (answer.json()["data"]["successful"], standing(answer)[1]) == (30, "999")


COUNTED = [
    pytest.param("GET", "/customers", {"tenant": None}, 422, id="no-tenant"),
    pytest.param("GET", "/customers?limit=0", {}, 400, id="query"),
    pytest.param("GET", "/customers/none", {}, 404, id="id"),
    pytest.param("POST", "/customers", {"json": {}}, 422, id="body"),
]


@pytest.mark.parametrize(("method", "path", "how", "status"), COUNTED)
def test_what_is_refused_for_other_reasons_counts_and_tells(limited, method, path, how, status):
    answer = limited(method, path, **how)
    assert (answer.status_code, standing(answer)[1]) == (status, "999")


NOT_COUNTED = [
    pytest.param("GET", "/company", {"key": None}, id="no-key"),
    pytest.param("GET", "/company", {"key": "nonsense"}, id="unknown-key"),
    pytest.param("GET", "/company", {"key": "blg_test_sk_expired000000000"}, id="expired-key"),
    pytest.param("GET", "/nope", {}, id="unknown-path"),
    pytest.param("PATCH", "/company", {}, id="other-method"),
    pytest.param("GET", "/health", {"root": True}, id="health"),
    pytest.param("GET", "/openapi.json", {}, id="document"),
    pytest.param("GET", "/ui/", {}, id="page"),
    pytest.param(
        "OPTIONS",
        "/company",
        {"headers": {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}},
        id="preflight",
    ),
]


@pytest.mark.parametrize(("method", "path", "how"), NOT_COUNTED)
def test_what_no_key_is_counted_for_tells_of_a_full_hour(limited, method, path, how):
    for _ in range(11):
        answer = limited(method, path, **how)
    assert answer.status_code != 429
    assert standing(answer) == ("1000", "1000", HOUR_ENDS)
    assert standing(limited("GET", "/company"))[1] == "999"


def test_the_key_is_asked_before_its_rate_and_the_tenant_after(limited):
    for _ in range(5):
        limited("GET", "/company", key=LOW)
    assert limited("GET", "/company", key=LOW, tenant=None).status_code == 429
    assert limited("POST", "/customers", key=LOW, content=b"{").status_code == 429
    assert limited("GET", "/nope", key=LOW).status_code == 404
    assert limited("GET", "/company", key=None).status_code == 401


def test_switched_off_nothing_is_counted_and_the_headers_stay():
    off = sandbox("off")
    assert [off("GET", "/company", key=key).status_code for key in (KEY, LOW) for _ in range(12)] == [200] * 24
    assert standing(off("GET", "/company")) == ("1000", "1000", HOUR_ENDS)


def test_at_the_end_of_time_there_are_limits_too():
    clock = Clock()
    clock.freeze(moment("8999-12-31T23:30:00Z", "UTC"))
    limiter = Limiter(RateLimit((Rate(1, 3600),)), clock)
    assert limiter.count(ApiKey("a"))[1] is None
    assert limiter.count(ApiKey("a"))[1].facts["resetTime"] == "9000-01-01T00:00:00Z"


def test_a_browser_may_read_where_it_stands(limited):
    answer = limited("GET", "/company", headers={"Origin": "https://app.example"})
    exposed = answer.headers["access-control-expose-headers"].lower()
    assert all(name in exposed for name in ("x-ratelimit-remaining", "retry-after", "idempotency-replayed"))


def test_every_answer_of_the_document_may_be_one_too_many_and_tells_where_the_key_stands(demo):
    document = demo("GET", "/openapi.json").json()
    responses = document["components"]["responses"]
    for path, item in document["paths"].items():
        for method in item.keys() & {"get", "post", "put", "delete"}:
            for status, answer in item[method]["responses"].items():
                told = responses[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
                assert {f"X-RateLimit-{name}" for name in ("Limit", "Remaining", "Reset")} <= told.get(
                    "headers", {}
                ).keys(), (method, path, status)
            counted = item[method].get("security") != []  # what asks for no key is not counted
            assert ("429" in item[method]["responses"]) == counted, (method, path)


def test_a_rate_that_is_none_is_reported_with_its_place(tmp_path):
    (tmp_path / "keys.yaml").write_text(
        "- {key: a, rateLimit: off}\n- {key: b, rateLimit: 5/moon}\n- {key: c, rateLimit: [1/second, fast]}\n"
    )
    with pytest.raises(BrokenContract) as caught:
        build(Settings(LIBRARY, tmp_path))
    places = [str(error).partition(" is not a rate")[0] for error in caught.value.errors]
    assert places == ["keys.yaml#/1/rateLimit: 5/moon", "keys.yaml#/2/rateLimit: fast"]


def test_any_contract_can_say_its_own():
    client = Client(build(Settings(LIBRARY, None, now=NOW, rate_limit="on")))
    for left in (19, 18, 17):
        answer = client("GET", "/books", tenant=None, headers={"X-Branch": "branch_a"}, judge=False)
        assert (answer.status_code, answer.headers["calls-left"]) == (200, f"{left} of 20")
    answer = client("GET", "/books", tenant=None, headers={"X-Branch": "branch_a"}, judge=False)
    assert (answer.status_code, answer.json()["trouble"]["code"], answer.headers["retry-after"]) == (
        429,
        "TOO_MANY_REQUESTS",
        "1",
    )


def test_windows_that_are_over_are_forgotten():
    clock = Clock()
    clock.freeze(moment(NOW, "UTC"))
    windows = Windows(clock)
    for number in range(1000):
        windows.incr(f"key{number}", 60)
    assert (windows.get("key7"), windows.get_expiry("key7")) == (1, clock.instant().timestamp() + 60)
    clock.set(clock.instant() + timedelta(minutes=1))
    assert windows.get("key7") == 0
    assert windows.reset() == 0
