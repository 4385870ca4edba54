"""Subscriptions over HTTP: what is refused, and with which words."""

import pytest

URL = "Use https, or http for this machine, private networks and names that the internet does not know"


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        pytest.param({"url": "ftp://example.com/"}, "url", URL, id="another-scheme"),
        pytest.param({"url": "http://example.com/"}, "url", URL, id="not-encrypted"),
        pytest.param(
            {"url": "https://u:p@example.com/"}, "url", "An address with credentials is not taken", id="credentials"
        ),
        pytest.param({"url": "https://example.com:25/"}, "url", "Port 25 belongs to another protocol", id="port"),
        pytest.param({"events": ["invoice.updat*"]}, "events[0]", "There is no event invoice.updat*", id="no-event"),
        pytest.param(
            {"filters": {"invoice.created": 5}},
            "filters.invoice.created",
            "Give the fields of invoice.created and their values",
            id="filter-that-is-none",
        ),
        pytest.param(
            {"filters": {"invoice.updates": {"status": "sent"}}},
            "filters.invoice.updates",
            "invoice.updates is not among the events of the subscription",
            id="filter-of-another-event",
        ),
    ],
)
def test_what_cannot_be_subscribed_is_refused(fresh, given, field, said):
    body = {"url": "https://example.com/", "events": ["invoice.created", "payment.*"], **given}
    answer = fresh("POST", "/webhooks/subscribe", json=body)
    assert answer.status_code == 422, answer.text
    assert [(one["field"], one["message"]) for one in answer.json()["error"]["details"]] == [(field, said)]


def test_filters_go_by_fields_and_by_the_events_that_are_asked_for(fresh):
    filters = {"customerId": "cust_456", "invoice.created": {"status": ["draft", "sent"]}, "payment.*": {"amount": 5}}
    body = {"url": "https://example.com/", "events": ["invoice.created", "payment.*"], "filters": filters}
    assert fresh.data("POST", "/webhooks/subscribe", json=body)["filters"] == filters
