"""What is said of a document that may not be: why a reference cannot be used, and why it cannot even be computed."""

from decimal import Decimal

import pytest

from mockserver.engine.problems import Problem
from mockserver.language.scope import ExpressionError
from tests.engine.desk import loan, refused
from tests.engine.test_edit import changed
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


def test_a_number_that_floating_point_has_spoilt_is_told_how_fine_it_may_be(desk):
    said = refused(desk, "addBook", {"title": "x", "price": Decimal("61.599999999999994")})
    assert [detail["message"] for detail in said.details] == ["price must have at most 2 decimal places"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param({}, {("title", "MISSING")}, id="missing"),
        pytest.param({"title": 3, "price": "x"}, {("title", "WRONG_TYPE"), ("price", "WRONG_TYPE")}, id="all-of-them"),
        pytest.param({"title": "x", "price": Decimal("1.234")}, {("price", "TOO_FINE")}, id="decimals"),
        pytest.param(
            {"title": "x", "chapters": [{"pages": 0}]},
            {("chapters[0].title", "MISSING"), ("chapters[0].pages", "TOO_SMALL")},
            id="in-lists",
        ),
        pytest.param({"title": "a\x00b"}, {("title", "WRONG_FORM")}, id="nul"),
        pytest.param({"title": "x", "price": Decimal("1e400")}, {("price", "WRONG_FORM")}, id="too-large-a-number"),
        pytest.param({"title": "x", "shelfCode": "nowhere"}, {("shelfCode", "UNKNOWN")}, id="reference"),
        pytest.param({"title": "x", "isbn": "12"}, {("isbn", "TOO_SHORT")}, id="rule"),
        pytest.param(
            {"title": "x", "chapters": [{"title": "x", "pages": 1}]}, {("chapters[0].title", None)}, id="rule-for-each"
        ),
    ],
)
def test_a_bad_body_is_refused_with_every_field_at_fault(desk, body, found):
    said = refused(desk, "addBook", body)
    assert (said.status, said.code) == (422, "UNFIT")
    assert {(detail["field"], detail.get("code")) for detail in said.details} == found
    assert desk.reply("listBooks").page["total"] == 0


def test_what_is_unique_cannot_be_taken_twice_without_regard_to_case(desk):
    desk.run("addBook", {"title": "A", "isbn": "abcd"})
    assert refused(desk, "addBook", {"title": "B", "isbn": "ABCD"}).details[0]["code"] == "TAKEN"
    other = desk.run("addBook", {"title": "B", "isbn": None})
    assert desk.run("changeBook", {"title": "C"}, bookId=other["id"])["isbn"] is None


def test_what_is_immutable_may_be_repeated_but_not_changed(desk):
    book = desk.run("addBook", {"title": "A", "isbn": "abcd"})
    assert desk.run("changeBook", {"isbn": "abcd"}, bookId=book["id"])["isbn"] == "abcd"
    assert refused(desk, "changeBook", {"isbn": "other"}, bookId=book["id"]).details[0]["code"] == "FIXED"


def test_a_reference_may_ask_something_of_what_it_names(desk):
    desk.run("addShelf", {"code": "X", "open": False})
    said = refused(desk, "addBook", {"title": "A", "shelfCode": "X"})
    assert said.details[0]["rule"] == "SHELF_CLOSED"
    assert said.details[0]["message"] == "Shelf X is closed"


def test_a_rule_with_a_code_of_its_own_has_its_status(desk):
    _, _, member = loan(desk)
    for title in ("B", "C"):
        book = desk.run("addBook", {"title": title})
        last = {"bookId": book["id"], "memberId": member["id"]}
        if title == "B":
            desk.run("lend", last)
    said = refused(desk, "lend", last)
    assert (said.status, said.code, said.message) == (409, "TOO_MANY_LOANS", "Ann has 2 books already")


def test_shared_rules_see_the_arguments_of_each_use_and_are_asked_while_their_when_holds(desk):
    lent, book, member = loan(desk, copies=2)
    assert desk.run("changeLoan", {"days": 51}, loanId=lent["id"])["days"] == 51
    second = desk.run("lend", {"bookId": book["id"], "memberId": member["id"]})
    assert desk.run("changeLoan", {"days": 50}, loanId=second["id"])["days"] == 50
    said = refused(desk, "changeLoan", {"days": 52}, loanId=second["id"])
    assert (said.code, said.message) == ("TOO_MANY_LOANS", "Ann has 2 books already")


def test_a_shared_rule_may_ask_each_entry_of_an_argument(desk):
    said = refused(
        desk, "addBook", {"title": "Emma", "chapters": [{"title": "I", "pages": 1}, {"title": "Emma", "pages": 1}]}
    )
    assert [(flaw["field"], flaw["message"]) for flaw in said.details] == [
        ("chapters[1].title", "A chapter is not called like its book")
    ]


def test_an_immutability_may_depend_on_the_state(desk):
    lent, *_ = loan(desk)
    assert desk.run("changeLoan", {"days": 20}, loanId=lent["id"])["dueOn"] == "2024-02-04"
    desk.run("giveBack", loanId=lent["id"])
    assert refused(desk, "changeLoan", {"days": 30}, loanId=lent["id"]).details[0]["code"] == "FIXED"


@pytest.mark.parametrize("of", ["list", "entries"])
def test_each_entry_of_a_list_may_be_a_reference(tmp_path, of):
    def change(document):
        entry = {"type": "string", "maxLength": 60}
        whole = {"type": "array", "maxItems": 5, "items": entry}
        (whole if of == "list" else entry)["x-ref"] = {"to": "Book"}
        schema(document, "BookFields")["properties"]["likeIds"] = whole

    desk = revised(tmp_path, change)
    emma = desk.run("addBook", {"title": "Emma"})["id"]
    flaws = refused(desk, "addBook", {"title": "Persuasion", "likeIds": [emma, "book_none", emma, "book_less"]}).details
    assert [flaw["field"] for flaw in flaws] == ["likeIds[1]", "likeIds[3]"]
    both = desk.run("addBook", {"title": "Persuasion", "likeIds": [emma]})
    assert both["likeIds"] == [emma]
    assert refused(desk, "dropBook", bookId=emma).code == "IN_USE"
