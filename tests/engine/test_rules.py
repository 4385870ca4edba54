"""What is said of a document that may not be: why a reference cannot be used, and why it cannot even be computed."""

import pytest

from mockserver.engine.problems import Problem
from mockserver.language.scope import ExpressionError
from tests.engine.test_edit import changed
from tests.engine.test_engine import refused
from tests.revision import revised, schema


@pytest.mark.parametrize(
    ("named", "code", "detail"),
    [
        pytest.param(
            {}, "UNFIT", {"code": "UNKNOWN", "message": "shelfCode cannot be used: Shelf X is closed"}, id="no-name"
        ),
        pytest.param({"name": "CLOSED"}, "UNFIT", {"rule": "CLOSED", "message": "Shelf X is closed"}, id="a-name"),
        pytest.param({"code": "BOOK_IS_OUT"}, "BOOK_IS_OUT", {"message": "Shelf X is closed"}, id="a-code"),
        pytest.param(
            {"name": "CLOSED", "code": "BOOK_IS_OUT"},
            "BOOK_IS_OUT",
            {"rule": "CLOSED", "message": "Shelf X is closed"},
            id="both",
        ),
        pytest.param(
            {"message": None},
            "UNFIT",
            {"code": "UNKNOWN", "message": "shelfCode cannot be used: Shelf X cannot be used"},
            id="no-message",
        ),
    ],
)
def test_a_reference_that_cannot_be_used_says_so_in_the_contracts_words(tmp_path, named, code, detail):
    def change(document):
        reference = schema(document, "BookFields")["properties"]["shelfCode"]["x-ref"]
        del reference["name"]
        reference.update(named)
        if reference["message"] is None:
            del reference["message"]

    desk = revised(tmp_path, change)
    desk.run("addShelf", {"code": "X", "open": False})
    refusal = refused(desk, "addBook", {"title": "Emma", "shelfCode": "X"})
    assert (refusal.status, refusal.code) == (422, code)
    (told,) = refusal.details
    assert told == {"field": "shelfCode", "value": "X", **detail}


def test_a_reference_needs_what_chooses_its_resource(desk):
    book = desk.run("addBook", {"title": "Emma"})["id"]
    work = desk.engine.state.work(desk.tenant)
    work.transaction.put("pictures", "pic_1", {"id": "pic_1", "about": "book", "aboutId": book})
    desk.engine.commit(work)
    with pytest.raises(Problem) as caught:
        changed(desk, "Picture", "pic_1", {"about": None})
    assert [(flaw.field, flaw.message) for flaw in caught.value.flaws] == [
        ("aboutId", "needs about: one of book, member, note")
    ]


def asking(document):
    """Books that compute from their shelf and their price, and have a rule about each."""
    fields = schema(document, "Book")["allOf"][2]["properties"]
    fields["shelfOpen"] = {
        "type": "boolean",
        "nullable": True,
        "readOnly": True,
        "x-computed": "(find('Shelf', code=shelfCode) | first).open if shelfCode != none else none",
    }
    fields["perPrice"] = {"type": "number", "readOnly": True, "x-computed": "100 / (price - 1)"}
    fields["perCopy"] = {"type": "number", "readOnly": True, "x-computed": "100 / (copies - 1)"}
    schema(document, "BookFields")["properties"]["copies"]["default"] = 2
    rules = [
        {"rule": "100 / (copies - 3) < 1000", "field": "copies", "message": "cannot be asked of three copies"},
        {"rule": "price != 1", "field": "price", "message": "A price is more than one"},
    ]
    schema(document, "Book")["x-resource"]["rules"] = rules


@pytest.mark.parametrize(
    ("values", "field"),
    [
        pytest.param({"shelfCode": "nowhere"}, "shelfCode", id="a-reference"),
        pytest.param({"price": 1}, "price", id="a-rule"),
        pytest.param({"price": 1, "copies": 3}, "price", id="a-rule-beside-one-that-cannot-be-asked"),
    ],
)
def test_what_cannot_be_computed_is_asked_what_is_wrong_with_it(tmp_path, values, field):
    desk = revised(tmp_path, asking)
    refusal = refused(desk, "addBook", {"title": "Emma", **values})
    assert (refusal.status, [detail["field"] for detail in refusal.details]) == (422, [field])
    book = desk.run("addBook", {"title": "Emma"})
    assert refused(desk, "changeBook", values, bookId=book["id"]).details[0]["field"] == field


@pytest.mark.parametrize("values", [pytest.param({"copies": 1}, id="computed"), pytest.param({"copies": 3}, id="rule")])
def test_what_no_rule_explains_is_a_mistake_of_the_contract(tmp_path, values):
    desk = revised(tmp_path, asking)
    with pytest.raises(ExpressionError, match="in the expression 100 / "):
        desk.run("addBook", {"title": "Emma", **values})
    assert desk.reply("listBooks").page["total"] == 0
