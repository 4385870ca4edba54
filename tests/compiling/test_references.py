"""Links of a plan: every name leads somewhere, and every state is reached."""

import pytest

from tests.compiling.small import mistakes

BOOK = "#/components/schemas/Book"


@pytest.mark.parametrize(
    ("properties", "flaws"),
    [
        ("next: {type: string, x-ref: {to: Book}}", []),
        ("next: {type: string, x-ref: {to: Bok}}", ["next/x-ref/to: there is no resource Bok: did you mean Book?"]),
        (
            "next: {type: string, x-ref: {to: Book, by: titel}}",
            ["next/x-ref/by: there is no field of Book titel: did you mean title?"],
        ),
        ("next: {type: string, x-ref: {choose: {by: state, of: {in: Book, out: Book}}}}", []),
        (
            "next: {type: string, x-ref: {choose: {by: stat, of: {in: Book, out: Book}}}}",
            ["next/x-ref/choose/by: there is no field of Book stat: did you mean state?"],
        ),
        (
            "next: {type: string, x-ref: {choose: {by: state, of: {in: Book}}}}",
            ["next/x-ref/choose/of: says nothing of out"],
        ),
        (
            "next: {type: string, x-ref: {choose: {by: state, of: {in: Book, out: Book, oot: Book}}}}",
            ["next/x-ref/choose/of/oot: state is never oot: did you mean out?"],
        ),
        (
            "next: {type: string, x-ref: {choose: {by: state, of: {in: Book, out: Bok}}}}",
            ["next/x-ref/choose/of/out: there is no resource Bok: did you mean Book?"],
        ),
    ],
)
def test_a_reference_leads_to_a_resource_for_each_value_it_may_be_chosen_by(properties, flaws):
    found = mistakes("components: {schemas: {Book: {properties: {" + properties + "}}}}")
    assert found == [f"{BOOK}/properties/{flaw}" for flaw in flaws]


@pytest.mark.parametrize(
    ("transitions", "flaws"),
    [
        ("{lend: {from: [in], to: out}}", []),
        ("{keep: {from: [in], to: in}}", [f"{BOOK}/x-resource/lifecycle: nothing leads to the state out"]),
    ],
)
def test_every_state_is_reached(transitions, flaws):
    lifecycle = "x-resource: {lifecycle: {field: state, initial: in, transitions: " + transitions + "}}"
    assert mistakes("components: {schemas: {Book: {" + lifecycle + "}}}") == flaws


def test_a_state_may_be_written_by_a_body():
    body = "{content: {application/json: {schema: {type: object, properties: {state: {type: string, enum: [out]}}}}}}"
    more = (
        "components: {schemas: {Book: {x-resource: {lifecycle: {field: state, initial: in, transitions: {}}}}}}\n"
        "paths: {'/books/{bookId}': {put: {parameters: [{name: bookId, in: path, required: true, schema: {type: string}}],"
        " requestBody: " + body + ", responses: {'200': {description: Changed, content: {application/json: "
        "{schema: {$ref: '#/components/schemas/Book'}}}}}}}}"
    )
    assert mistakes(more) == []


STATE = "#/paths/~1state/post/x-action"
MANY = "x-sandbox: {bulk: {each: input.all, verb: it.do, entry: '{{ result }}', reply: '{{ results }}'}}\n"


@pytest.mark.parametrize(
    ("action", "flaws"),
    [
        ("{choose: {by: input.a, of: {x: getBook}}}", []),
        (
            "{choose: {by: input.a, of: {x: getBok}}}",
            [f"{STATE}/choose/of/x: there is no operation getBok: did you mean getBook?"],
        ),
        ("{bulk: {x: getBok}}", [f"{STATE}/bulk/x: there is no operation getBok: did you mean getBook?"]),
        (
            "{choose: {by: input.a, of: {x: postState}}}",
            [f"{STATE}/choose/of/x: postState runs other operations itself: name one of those"],
        ),
        ("{resource: Book, set: {title: A}}", [f"{STATE}: there is no document to set or move: its path addresses none"]),
    ],
)
def test_an_action_runs_what_there_is_on_what_it_has(action, flaws):
    more = MANY + (
        "paths: {/state: {post: {operationId: postState, x-action: "
        + action
        + ", requestBody: {content: {application/json: "
        "{schema: {type: object, properties: {a: {type: string}, all: {type: array, items: {type: object}}}}}}}, "
        "responses: {'200': {description: Done}}}}}"
    )
    assert mistakes(more) == flaws
