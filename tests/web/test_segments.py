"""Envelopes with holes give the bytes that filling them in and writing them does."""

import pytest

from mockserver import json
from mockserver.language.scope import Scope
from mockserver.language.template import Constant, ObjectFill, template
from mockserver.plan import RESULT
from mockserver.web.segments import Segments

ENVELOPES = {
    "result alone": RESULT,
    "nested": ObjectFill({"ok": Constant(True), "data": RESULT, "meta": ObjectFill({"at": template("{{ at }}")})}),
    "computed at both ends": ObjectFill({"at": template("{{ at }}"), "data": RESULT, "n": template("{{ n + 1 }}")}),
    "no result": ObjectFill({"at": template("{{ at }}"), "none": ObjectFill({})}),
    "quotes": ObjectFill({'a"b': Constant('c"d'), "data": RESULT}),
}


@pytest.mark.parametrize("name", ENVELOPES)
@pytest.mark.parametrize("result", [{"id": "b1", "price": 1.5}, [], None, [{"title": "Café"}]])
def test_the_same_bytes(name, result):
    scope = Scope({"result": result, "at": "now", "n": 1})
    fill = ENVELOPES[name]
    assert Segments(fill).write(scope, json.write(result)) == json.write(fill(scope))


def test_every_envelope_of_the_contract(demo):
    names = {"request": {"id": "req_1", "path": "/", "method": "GET", "milliseconds": 1}, "path": {}, "result": []}
    page = {"hasMore": False, "nextCursor": None, "limit": 20, "total": 0}
    scope = demo.sandbox.outbox and Scope({**names, "page": page}, functions=_Noon())
    written = [
        (Segments(operation.reply).write(scope, b"[]"), json.write(operation.reply(scope)))
        for operation in demo.sandbox.plan.operations.values()
        if operation.kind in ("read", "list") and operation.media.form == "json"
    ]
    assert len(written) > 30
    for with_holes, filled in written:
        assert with_holes == filled


class _Noon:
    def now(self):
        return "2024-01-15T12:00:00Z"

    def today(self):
        return "2024-01-15"
