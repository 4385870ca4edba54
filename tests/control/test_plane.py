"""The control plane beside an API: what is whose, and that it is served as any contract is."""

import pytest

from mockserver.control.actions import HANDLERS
from mockserver.control.plane import BASE_PATH, contract


@pytest.fixture
def ask(fresh):
    """A request to the root of a sandbox, from this machine."""

    def call(method, path, **how):
        headers = {"Host": "localhost", **how.pop("headers", {})}
        return fresh(method, path, root=True, key=None, tenant=None, judge=False, headers=headers, **how)

    return call


def test_its_contract_stands_where_it_is_served_and_each_operation_has_a_function():
    _, plan = contract()
    assert plan.conventions.base_paths == (BASE_PATH,)
    assert set(plan.operations) == set(HANDLERS)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/_sandbox", 307, id="base-path"),
        pytest.param("POST", "/_sandbox/", 307, id="base-path-with-a-slash"),
        pytest.param("GET", "/_sandbox/ui/", 200, id="page"),
        pytest.param("GET", "/_sandbox/openapi.json", 200, id="document"),
        pytest.param("HEAD", "/_sandbox/clock", 200, id="head"),
        pytest.param("GET", "/_sandbox/clock/", 404, id="a-slash-too-many"),
        pytest.param("GET", "/_sandbox/nothing", 404, id="nothing"),
        pytest.param("GET", "/_sandboxes", 404, id="the-api's"),
        pytest.param("POST", "/_sandbox/deliveries/a%2Fb/redeliver", 404, id="an-escaped-slash"),
        pytest.param("OPTIONS", "/_sandbox/clock", 405, id="options"),
    ],
)
def test_what_is_asked_of_it(ask, method, path, status):
    answer = ask(method, path)
    assert answer.status_code == status
    assert answer.headers["x-request-id"].startswith("ctl_") is path.startswith("/_sandbox/") or path == "/_sandbox"


def test_a_method_that_a_path_has_not_is_answered_with_those_it_has(ask):
    answer = ask("DELETE", "/_sandbox/clock")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/_sandbox/clock", "/_sandbox/nothing", "/_sandbox/ui/", "/_sandbox"])
def test_whoever_may_not_steer_learns_nothing(ask, path):
    assert ask("GET", path, headers={"Origin": "https://example.com"}).status_code == 403


def test_pages_of_other_origins_may_read_the_api_and_not_the_control_plane(ask):
    origin = {"Origin": "http://localhost:3000"}
    assert "access-control-allow-origin" in ask("GET", "/health", headers=origin).headers
    assert "access-control-allow-origin" not in ask("GET", "/_sandbox/clock", headers=origin).headers


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"at": "2024-02-01"}', "text/plain", 400),
        (b'{"at": 5}', "application/json", 422),
        (b'{"at": "2024-02-01", "stray": 1}', "application/json", 422),
    ],
)
def test_bodies_are_read_as_those_of_any_contract(ask, content, content_type, status):
    answer = ask("POST", "/_sandbox/clock/set", content=content, headers={"Content-Type": content_type})
    assert answer.status_code == status, answer.text


def test_that_its_token_is_optional_is_no_worry_of_the_security_layer(ask, caplog):
    assert ask("GET", "/_sandbox/clock", headers={"Authorization": "Bearer of the API"}).status_code == 200
    assert ask("GET", "/_sandbox/clock").status_code == 200
    assert caplog.records == []


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/reset", {"tenat": "company_abc123"}, "tenat is not known here: did you mean tenant?"),
        ("/clock/freeze", {"att": "2024-02-01"}, "att is not known here: did you mean at?"),
        ("/clock/advance", {"by": "P1D", "days": 1}, "days is not known here: use one of by"),
    ],
)
def test_members_that_are_not_known_are_refused_and_nothing_happens(ask, path, body, said):
    before = ask("GET", "/_sandbox/clock").json()
    answer = ask("POST", f"/_sandbox{path}", json=body)
    assert (answer.status_code, answer.json()["error"]["message"]) == (422, said)
    assert ask("GET", "/_sandbox/clock").json() == before
