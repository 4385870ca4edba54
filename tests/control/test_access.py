"""Who may steer a sandbox."""

import pytest
from starlette.datastructures import Headers

from mockserver.control.access import check
from mockserver.engine.problems import Problem

HERE, AFAR = "127.0.0.1", "192.168.1.5"


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        pytest.param(HERE, {"Host": "localhost:8080"}, id="this-machine"),
        pytest.param("::1", {"Host": "[::1]:8080"}, id="ipv6"),
        pytest.param(HERE, {"Host": "127.0.0.1", "Origin": "http://localhost:3000"}, id="a-page-of-this-machine"),
        pytest.param(HERE, {"Host": "localhost", "Authorization": "Basic x"}, id="another-scheme"),
        pytest.param(AFAR, {"Host": "sandbox.example.com", "Authorization": "Bearer s3cret"}, id="the-token"),
        pytest.param(AFAR, {"Authorization": "bearer  s3cret "}, id="the-token-in-another-case"),
    ],
)
def test_who_may_steer(host, headers):
    check(Headers(headers), host, "s3cret")


@pytest.mark.parametrize(
    ("host", "headers", "token", "kind"),
    [
        pytest.param(AFAR, {"Host": "localhost"}, "s3cret", "tenant_access", id="from-elsewhere"),
        pytest.param("", {"Host": "localhost"}, None, "tenant_access", id="from-nowhere"),
        pytest.param(HERE, {"Host": "sandbox.example.com"}, None, "tenant_access", id="by-another-name"),
        pytest.param(HERE, {}, None, "tenant_access", id="by-no-name"),
        pytest.param(
            HERE, {"Host": "localhost", "Origin": "https://example.com"}, None, "tenant_access", id="a-foreign-page"
        ),
        pytest.param(HERE, {"Host": "localhost", "Origin": "null"}, None, "tenant_access", id="a-page-of-nowhere"),
        pytest.param(
            HERE, {"Host": "localhost", "Authorization": "Bearer wrong"}, "s3cret", "unknown_key", id="wrong-token"
        ),
        pytest.param(HERE, {"Host": "localhost", "Authorization": "Bearer é"}, "s3cret", "unknown_key", id="not-ascii"),
    ],
)
def test_who_may_not(host, headers, token, kind):
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    with pytest.raises(Problem) as refused:
        check(Headers(raw=raw), host, token)
    assert refused.value.kind == kind
