"""The control plane: starting anew, moving the clock, looking at what was told and delivered, and who may."""

import httpx
import pytest

from mockserver.control.actions import HANDLERS
from mockserver.control.plane import BASE_PATH, CONTRACT, ControlPlane, contract
from tests.conftest import NOW, Client
from tests.judge import accept


@pytest.fixture
def steer(fresh):
    """Calls the control plane of a fresh demo world: the status and the answer."""

    def call(method, path, body=None, **headers):
        how = {"json": body} if body is not None else {}
        answer = fresh(
            method,
            "/_sandbox" + path,
            root=True,
            key=None,
            tenant=None,
            judge=False,
            headers={"Host": "localhost", **headers},
            **how,
        )
        accept(CONTRACT, answer)
        return answer.status_code, answer.json()

    return call


def test_every_operation_is_done_by_a_function_of_its_name():
    _, plan = contract()
    assert set(plan.operations) == set(HANDLERS)
    assert plan.conventions.base_paths == (BASE_PATH,)


def test_the_clock_is_frozen_set_advanced_and_runs_on(steer):
    assert steer("GET", "/clock")[1] == {
        "now": NOW,
        "today": "2024-01-15",
        "timezone": "Asia/Kuala_Lumpur",
        "frozen": True,
        "happened": 0,
    }
    assert steer("POST", "/clock/set", {"at": "2024-01-31T20:00:00Z"})[1]["today"] == "2024-02-01"
    assert steer("POST", "/clock/advance", {"by": "P1M"})[1]["today"] == "2024-03-01"
    assert steer("POST", "/clock/advance", {"by": "P1DT2H"})[1]["now"] == "2024-03-01T22:00:00Z"
    assert steer("POST", "/clock/freeze", {"at": "2024-05-01"})[1]["now"] == "2024-04-30T16:00:00Z"
    assert steer("POST", "/clock/run")[1]["frozen"] is False
    assert steer("POST", "/clock/freeze")[1]["frozen"] is True


def test_moving_the_clock_lets_happen_what_becomes_due_once(steer, fresh):
    lines = [{"description": "Advice", "quantity": 1, "unitPrice": 150, "taxCode": "NA"}]
    invoice = fresh.data("POST", "/invoices", json={"customerId": "cust_456", "items": lines})
    fresh.data("POST", f"/invoices/{invoice['id']}/send", json={})
    steer("POST", "/clock/set", {"at": invoice["dueDate"]})
    before = fresh.data("GET", f"/invoices/{invoice['id']}")["status"]
    assert steer("POST", "/clock/advance", {"by": "P1D"})[1]["happened"] >= 1
    assert (before, fresh.data("GET", f"/invoices/{invoice['id']}")["status"]) == ("sent", "overdue")
    assert steer("POST", "/clock/advance", {"by": "PT1S"})[1]["happened"] == 0
    told = steer("GET", "/events?event=invoice.overdue&tenant=company_abc123")[1]["events"]
    assert [one["object"]["id"] for one in told].count(invoice["id"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        pytest.param("/clock/advance", {"by": "a day"}, "by", id="no-duration"),
        pytest.param("/clock/advance", {}, "by", id="nothing"),
        pytest.param("/clock/set", {"at": "2024-02-30"}, "at", id="no-such-day"),
        pytest.param("/clock/set", {"at": "the end of May"}, "at", id="words"),
        pytest.param("/clock/freeze", {"at": 5}, "at", id="a-number"),
        pytest.param("/clock/set", {"at": "9999-12-31T23:59:59Z"}, "at", id="the-end-of-the-calendar"),
        pytest.param("/clock/freeze", {"at": "0001-01-01T00:00:00+14:00"}, "at", id="before-the-calendar"),
        pytest.param("/clock/advance", {"by": "P1.5M"}, "by", id="half-a-month"),
    ],
)
def test_what_is_no_time_is_refused_and_the_clock_stays(steer, path, body, field):
    status, answer = steer("POST", path, body)
    assert (status, answer["error"]["details"][0]["field"]) == (422, field)
    assert steer("GET", "/clock")[1]["now"] == NOW


def test_reset_makes_everything_as_at_the_start(steer, fresh):
    world = steer("GET", "/world")[1]
    first = fresh.data("POST", "/customers", json={"name": "Ann", "phone": "+60123456789"})
    fresh.data("POST", "/webhooks/subscribe", json={"url": "https://example.com/", "events": ["*"]})
    steer("POST", "/clock/advance", {"by": "P1Y"})
    assert steer("GET", "/world")[1] != world
    assert steer("POST", "/reset")[1] == world
    assert steer("GET", "/clock")[1]["now"] == NOW
    assert fresh.data("GET", "/webhooks") == []
    again = fresh.data("POST", "/customers", json={"name": "Ann", "phone": "+60123456789"})
    assert (again["id"], again["customerNumber"]) == (first["id"], first["customerNumber"])


def test_reset_of_one_tenant_leaves_the_others_and_the_clock(steer, fresh):
    fresh.data("POST", "/customers", json={"name": "Ann", "phone": "+60123456789"})
    fresh.data("POST", "/customers", tenant="company_xyz789", json={"name": "Ann", "phone": "+60123456789"})
    steer("POST", "/clock/advance", {"by": "P1D"})
    counts = {one["id"]: one["documents"] for one in steer("GET", "/world")[1]["tenants"]}
    after = {one["id"]: one["documents"] for one in steer("POST", "/reset", {"tenant": "company_xyz789"})[1]["tenants"]}
    assert after == {**counts, "company_xyz789": counts["company_xyz789"] - 1}
    assert steer("GET", "/clock")[1]["now"] == "2024-01-16T10:30:00Z"
    assert steer("POST", "/reset", {"tenant": "company_none"})[0] == 404


def test_nobody_hears_of_a_reset(steer, fresh):
    heard = []
    fresh.sandbox.engine.commit.after_commit.append(lambda tenant, records: heard.extend(records))
    steer("POST", "/reset")
    assert heard == []
    fresh.data("POST", "/customers", json={"name": "Ann", "phone": "+60123456789"})
    assert [one["event"] for one in heard] == ["customer.created"]


def test_the_log_of_events_goes_on_after_an_event(steer, fresh):
    last = steer("GET", "/events?limit=1&tenant=company_abc123")[1]["events"][0]
    fresh.data("POST", "/customers", json={"name": "Ann", "phone": "+60123456789"})
    (told,) = steer("GET", f"/events?after={last['id']}")[1]["events"]
    assert (told["event"], told["tenant"], told["data"]["name"]) == ("customer.created", "company_abc123", "Ann")
    assert steer("GET", "/events?after=evt_none")[0] == 404
    assert steer("GET", "/events?event=customer")[0] == 404


def test_deliveries_are_listed_and_made_again(steer, fresh):
    hook = fresh.data("POST", "/webhooks/subscribe", json={"url": "http://127.0.0.1:49151/", "events": ["customer.created"]})
    fresh.data("POST", "/customers", json={"name": "Ann", "phone": "+60123456789"})
    (waiting,) = steer("GET", "/deliveries?due=true")[1]["deliveries"]
    assert (waiting["webhookId"], waiting["attempts"]) == (hook["id"], 0)
    assert waiting["payload"]["data"]["object"]["name"] == "Ann"
    assert steer("GET", "/deliveries?due=false")[1]["deliveries"] == []
    again = steer("POST", f"/deliveries/{waiting['id']}/redeliver")[1]
    assert (again["attempts"], again["responseCode"], bool(again["error"])) == (1, None, True)
    assert steer("POST", "/deliveries/log_none/redeliver")[0] == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="this-machine"),
        pytest.param({"Host": "127.0.0.1:8080"}, 200, id="by-address"),
        pytest.param({"Origin": "http://localhost:3000"}, 200, id="a-page-of-this-machine"),
        pytest.param({"Host": "sandbox.example.com"}, 403, id="another-name"),
        pytest.param({"Origin": "https://example.com"}, 403, id="a-page-from-elsewhere"),
        pytest.param({"Origin": "null"}, 403, id="a-page-from-nowhere"),
        pytest.param({"Authorization": "Bearer blg_test_sk_1234567890abcdef"}, 200, id="the-key-of-the-api"),
        pytest.param({"Authorization": "Bearer x", "Host": "sandbox.example.com"}, 403, id="another-name-and-any-token"),
    ],
)
def test_who_may_steer(steer, headers, status):
    assert steer("GET", "/clock", **headers)[0] == status


def test_from_elsewhere_the_token_is_needed(fresh):
    import asyncio

    app = ControlPlane(fresh.sandbox.app.app, fresh.sandbox, "s3cret")

    async def ask(token):
        transport = httpx.ASGITransport(app=app, client=("192.168.1.5", 4000))
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.example.com") as http:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return await http.get("/_sandbox/clock", headers=headers)

    answers = [asyncio.run(ask(token)) for token in (None, "wrong", "s3cret")]
    assert [answer.status_code for answer in answers] == [403, 401, 200]
    assert answers[1].headers["www-authenticate"] == 'Bearer realm="Sandbox control", error="invalid_token"'


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PUT", "/clock", 405), ("GET", "/clock?bla=1", 400), ("GET", "/events?limit=0", 400)],
)
def test_what_there_is_not_is_said(fresh, method, path, status):
    answer = fresh(method, "/_sandbox" + path, root=True, key=None, tenant=None, judge=False, headers={"Host": "localhost"})
    assert (answer.status_code, "error" in answer.json()) == (status, True)


def test_the_api_does_not_know_the_control_plane(fresh: Client):
    assert fresh("GET", "/_sandbox/clock", judge=False).status_code == 404
    assert "/_sandbox" not in fresh("GET", "/openapi.json").text


def test_a_method_that_is_not_there_says_which_are(fresh):
    answer = fresh("PUT", "/_sandbox/clock", root=True, key=None, tenant=None, judge=False, headers={"Host": "localhost"})
    assert (answer.status_code, answer.headers.get("allow")) == (405, "GET, HEAD")
    assert answer.json()["error"]["message"] == "PUT is not possible here: use GET, HEAD"


def test_what_is_about_a_tenant_that_there_is_not_is_said(steer):
    status, answer = steer("GET", "/deliveries?tenant=company_nobody")
    assert (status, "company_nobody" in str(answer)) == (404, True)


def test_an_origin_that_is_no_address_may_not_steer(steer):
    assert steer("GET", "/clock", Origin="http://[")[0] == 403


def test_the_explorer_of_the_control_plane_is_found_without_its_last_slash(fresh):
    answer = fresh("GET", "/_sandbox/ui", root=True, key=None, tenant=None, judge=False, headers={"Host": "localhost"})
    assert (answer.status_code, answer.headers["location"]) == (307, "ui/")


@pytest.mark.parametrize("by", ["P9000Y", "-P100Y", "P9999999D", "P9999Y99999M"])
def test_a_duration_that_leads_out_of_the_calendar_is_refused_as_the_clock_stands(steer, by):
    before = steer("GET", "/clock")[1]["now"]
    status, answer = steer("POST", "/clock/advance", {"by": by})
    assert (status, answer["error"]["code"], answer["error"]["details"][0]["field"]) == (409, "CONFLICT", "by")
    assert answer["error"]["message"] == f"The clock is at {before}, and moves between the years 1970 and 9000"


@pytest.mark.parametrize(
    ("at", "now"),
    [
        ("1970-01-01T00:00:00+05:00", "1970-01-01T00:00:00Z"),
        ("8999-12-31T23:59:59-05:00", "8999-12-31T23:59:59Z"),
        ("2024-02-29T10:30Z", "2024-02-29T10:30:00Z"),
    ],
)
def test_every_instant_of_the_contracts_form_can_be_set(steer, at, now):
    assert steer("POST", "/clock/freeze", {"at": at})[1]["now"] == now


@pytest.mark.parametrize(
    "at", ["2023-02-29", "2100-02-29", "2024-04-31", "2024-13-01", "2024-01-15T24:00Z", "2024-01-15T10:60Z"]
)
def test_what_is_no_date_is_refused_in_words(steer, at):
    status, answer = steer("POST", "/clock/set", {"at": at})
    assert (status, answer["error"]["message"]) == (
        422,
        "at must be a date or an instant from 1970 to 8999, such as 2024-01-15 or 2024-01-15T10:30:00Z",
    )


def test_a_text_with_nul_is_refused_in_words(steer):
    status, answer = steer("POST", "/reset", {"tenant": "a\0b"})
    assert (status, "NUL" in answer["error"]["details"][0]["message"]) == (422, True)
