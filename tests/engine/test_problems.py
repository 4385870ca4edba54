"""Refusals in the words of the contract."""

from decimal import Decimal

import pytest

from mockserver.engine.problems import SHOWN, Problem, Refused, Violation, worded
from mockserver.flaws import Flaw

PLAIN, SECOND = Violation("first", {"message": "first"}), Violation("second", {"message": "second"})
OUT, MANY = Violation("out", {"message": "out"}, "BOOK_IS_OUT"), Violation("many", {"message": "many"}, "TOO_MANY_LOANS")


@pytest.mark.parametrize(
    ("violations", "status", "code", "message", "details"),
    [
        pytest.param([PLAIN], 422, "UNFIT", "first", ["first"], id="one"),
        pytest.param([PLAIN, SECOND], 422, "UNFIT", "Several fields are unfit", ["first", "second"], id="several"),
        pytest.param([OUT], 422, "BOOK_IS_OUT", "out", ["out"], id="a-code"),
        pytest.param([MANY, OUT, MANY], 409, "TOO_MANY_LOANS", "many", ["many", "many"], id="only-the-first-code"),
        pytest.param([MANY, PLAIN], 422, "UNFIT", "first", ["first"], id="those-without-a-code-win"),
    ],
)
def test_rules_that_do_not_hold_are_told_together_or_by_their_code(library_plan, violations, status, code, message, details):
    told = worded(library_plan.errors, Refused(violations))
    assert (told.status, told.code, told.message) == (status, code, message)
    assert [detail["message"] for detail in told.details] == details


@pytest.mark.parametrize(
    ("flaw", "detail"),
    [
        pytest.param(
            Flaw("price", "minimum", "must be at least 0", Decimal(-1), ">= 0"),
            {"code": "TOO_SMALL", "message": "price must be at least 0", "value": Decimal(-1), "constraint": ">= 0"},
            id="all-of-it",
        ),
        pytest.param(
            Flaw("price", "maximum", "is wrong", "x" * (SHOWN + 1)),
            {"code": "WRONG_FORM", "message": "price is wrong", "value": "x" * SHOWN},
            id="a-long-value-of-a-keyword-without-a-code",
        ),
        pytest.param(
            Flaw("price", "type", "must be a number", ["x"]),
            {"code": "WRONG_TYPE", "message": "price must be a number"},
            id="a-list-is-not-shown",
        ),
    ],
)
def test_a_field_at_fault_is_told_with_its_code_and_its_value(library_plan, flaw, detail):
    told = worded(library_plan.errors, Problem("validation", [flaw]))
    assert (told.status, told.code, told.message) == (422, "UNFIT", detail["message"])
    assert told.details == [{"field": "price", **detail}]


def test_a_problem_without_fields_is_told_with_its_facts_or_the_contracts_details(library_plan):
    told = worded(library_plan.errors, Problem("scope", required="read:books"))
    assert told.names() == {
        "status": 403,
        "code": "NOT_ALLOWED",
        "message": "This needs read:books",
        "details": [{"message": "This needs read:books", "needs": "read:books"}],
    }
    told = worded(library_plan.errors, Problem("filter", name="price", reason="is odd"))
    assert told.details[0] | {"code": ""} == {
        "message": "The filter price is odd",
        "code": "",
        "name": "price",
        "reason": "is odd",
    }
