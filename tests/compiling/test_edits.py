"""One-word edits of the packaged contract: each is caught where it was made, with the word that was meant.

An edit is made in the document as it is read, so that it does not matter how the files are laid out: at a pointer, which
may lead through references, one word becomes another, be it the name of a member, an entry of a list or a part of a text.
"""

from collections.abc import Callable
from functools import cache

import pytest

from mockserver.compiling.compiler import compile_
from mockserver.json import Json
from mockserver.reading.document import Document, read, tokens
from mockserver.reading.errors import BrokenContract
from mockserver.reading.locate import locate
from mockserver.settings import default_contract

Edit = tuple[str, Json, Json, str | None, str]
"""At a pointer, one word becomes another: the step at which that is told (None for elsewhere), and what is said."""


@cache
def contract() -> Document:
    """The packaged contract, read once: edits copy what is around them."""
    return read(default_contract())


def edited(node: Json, steps: list[str], change: Callable[[Json], Json]) -> Json:
    """A tree with one node changed; the rest of it is shared."""
    if not steps:
        return change(node)
    key = int(steps[0]) if isinstance(node, list) else steps[0]
    inner = edited(node[key], steps[1:], change)
    if isinstance(node, list):
        return [inner if index == key else member for index, member in enumerate(node)]
    return {name: inner if name == key else member for name, member in node.items()}


def reworded(node: Json, old: Json, new: Json) -> Json:
    """A node with one word changed: a member's name, an entry, a part of a text, or the whole value."""
    if type(node) is type(old) and node == old:
        return new
    if isinstance(node, dict) and old in node:
        return {new if name == old else name: member for name, member in node.items()}
    if isinstance(node, list) and old in node:
        return [new if member == old else member for member in node]
    assert isinstance(node, str), f"{node} holds no {old}"
    assert old in node
    return node.replace(old, new, 1)


def mistakes(edits: list[Edit]) -> list[tuple[str, str]]:
    """What is wrong with the contract after some edits."""
    document = contract()
    root = document.root
    for at, old, new, _, _ in edits:
        steps = tokens(locate(document, at).removeprefix("#"))
        root = edited(root, steps, lambda node, old=old, new=new: reworded(node, old, new))
    try:
        compile_(Document(root, document.files, document.origins), thorough=True)
    except BrokenContract as broken:
        return [(error.pointer, error.message) for error in broken.errors]
    return []


def place(at: str, step: str) -> str:
    """The file and the pointer in it at which something is written."""
    document = contract()
    return document.origin_of(locate(document, at) + (f"/{step}" if step else ""))


INVOICE, QUOTE, CUSTOMER = (f"#/components/schemas/{name}" for name in ("Invoice", "Quote", "Customer"))
QUOTES = f"{QUOTE}/x-resource/lifecycle"
LIST, CREATE = "#/paths/~1customers/get", "#/paths/~1customers/post"
CONVERT = "#/paths/~1quotes~1{quoteId}~1convert-to-invoice/post"
PAY = "#/paths/~1invoices~1{invoiceId}~1payment/post"
LEDGER = "#/paths/~1accounts~1{accountId}~1ledger/get"
STATUS = "#/paths/~1sales-orders~1{salesOrderId}~1status/patch"
HOOKS = "#/x-sandbox/webhooks"

EDITS: dict[str, Edit] = {
    # what is written into documents
    "set in a transition": (
        f"{QUOTES}/transitions/accept/set",
        "acceptedAt",
        "acceptedAtt",
        "acceptedAtt",
        "did you mean acceptedAt?",
    ),
    "set in an action": (
        f"{CONVERT}/x-action/set",
        "convertedToInvoiceAt",
        "convertedToInvoicAt",
        "convertedToInvoicAt",
        "did you mean convertedToInvoiceAt?",
    ),
    "a value of set": (f"{HOOKS}/attempted/set/status", "'pending'", "'pendin'", "", "did you mean pending?"),
    "another value of set": (f"{HOOKS}/attempted/set/status", "'success'", "'succes'", "", "did you mean success?"),
    "with of a create": (
        f"{CONVERT}/x-action/effects/0/with",
        "reference",
        "refrence",
        "refrence",
        "did you mean reference?",
    ),
    "set of an update": (
        f"{CONVERT}/x-action/effects/1/set",
        "invoiceId",
        "invoicId",
        "invoicId",
        "did you mean invoiceId?",
    ),
    "set within an object": (
        f"{HOOKS}/attempted/effects/0/set/statistics",
        "totalFailed",
        "totalFaild",
        "totalFaild",
        "did you mean totalFailed?",
    ),
    "with of a delivery": (f"{HOOKS}/with", "eventId", "evntId", "evntId", "did you mean eventId?"),
    "a reply": (
        f"{LEDGER}/x-action/reply",
        "openingBalance",
        "openingBalence",
        "openingBalence",
        "did you mean openingBalance?",
    ),
    "a row of a reply": (f"{LEDGER}/x-action/reply/entries/value", "date", "dat", "dat", "did you mean date?"),
    "a reply of the wrong type": (
        f"{LEDGER}/x-action/reply/accountName",
        "{{ name }}",
        5,
        "",
        "5 is a number, and text belongs here",
    ),
    "a default of the wrong type": (
        "#/components/schemas/DocumentLineFields/properties/discountPercent/x-default",
        0,
        "none",
        "",
        "none is text, and a number belongs here",
    ),
    # names in expressions
    "a name": (f"{QUOTES}/transitions/expire/when", "validUntil", "validUtil", "", "did you mean validUntil?"),
    "a let": (f"{PAY}/x-action/let/left", "if open", "if opn", "", "did you mean open?"),
    "a member": (f"{PAY}/x-action/require/1/rule", "amountDue", "amoutDue", "", "did you mean amountDue?"),
    "a member of the body": (f"{STATUS}/x-action/choose/by", "status", "staus", "", "did you mean status?"),
    "a query parameter": (f"{LEDGER}/x-action/let/from", "fromDate", "fromDat", "", "did you mean fromDate?"),
    "a path parameter": (f"{PAY}/x-action/let/invoice", "invoiceId", "invoicId", "", "did you mean invoiceId?"),
    "a resource": (f"{PAY}/x-action/let/invoice", "'Invoice'", "'Invoce'", "", "did you mean Invoice?"),
    "a field to find by": (
        f"{LEDGER}/x-action/let/earlier",
        "lines__accountId",
        "lines__acountId",
        "",
        "there is no member lines.acountId",
    ),
    "a state to find": (f"{LEDGER}/x-action/let/earlier", "'posted'", "'postd'", "", "status is never postd"),
    "a state to compare with": (f"{PAY}/x-action/let/open", "'overdue'", "'overdu'", "", "overdu is never the case"),
    "a filter": (f"{LEDGER}/x-action/let/rows", "flatten", "flaten", "", "there is no filter flaten"),
    "a function": (f"{QUOTES}/transitions/send/set/sentAt", "now()", "nwo()", "", "there is no function nwo"),
    "a field to sum": (f"{LEDGER}/x-action/let/opening", "'debit'", "'debt'", "", "there is no member debt"),
    "a field to pick": (
        f"{CONVERT}/x-action/effects/0/with/items/value",
        "'taxCode'",
        "'taxCod'",
        "",
        "did you mean taxCode?",
    ),
    "a name of each": (f"{CONVERT}/x-action/effects/0/with/items/as", "line", "lin", None, "there is no name line"),
    "the rows of each": (f"{CONVERT}/x-action/effects/0/with/items/each", "items", "item", "", "did you mean items?"),
    "a word of the language": (f"{PAY}/x-action/require/1/rule", "<=", "=<", "", "expected token"),
    "a brace": (f"{QUOTES}/transitions/send/set/sentAt", "}}", "}", "", "unexpected"),
    "a caller": ("#/x-sandbox/let/company", "tenant", "tenat", "", "did you mean tenant?"),
    "a subscription": (f"{HOOKS}/url", "url", "ulr", "", "did you mean url?"),
    "an attempt": (f"{HOOKS}/attempted/set/responseBody", "body", "bdy", "", "did you mean body?"),
    "a rate": ("#/x-sandbox/rateLimit/headers/X-RateLimit-Limit", "limit", "limt", "", "did you mean limit?"),
    "a computed field": (
        "#/components/schemas/StockLevel/properties/itemCode/x-computed",
        "itemCode",
        "itmCode",
        "",
        "did you mean itemCode?",
    ),
    "the type of a computed field": (
        "#/components/schemas/StockLevel/properties/itemCode/x-computed",
        "get('Item', itemId).itemCode",
        "5 * 3",
        "",
        "this gives a number, and text belongs here",
    ),
    "a field that reads itself": (
        "#/components/schemas/DocumentLine/properties/lineTotal/x-computed",
        "discountAmount",
        "lineTotal",
        "",
        "lineTotal reads itself",
    ),
    "a field that reads a later one": (
        "#/components/schemas/DocumentLine/properties/lineTotal/x-computed",
        "discountAmount",
        "taxAmount",
        "",
        "taxAmount is computed after lineTotal",
    ),
    # rules
    "the code of a rule": (
        f"{PAY}/x-action/require/1/code",
        "AMOUNT_DUE",
        "AMUONT_DUE",
        "",
        "did you mean PAYMENT_EXCEEDS_AMOUNT_DUE?",
    ),
    "a code's status": (
        "#/x-sandbox/errors/codes",
        "TENDER_MISMATCH",
        "TENDER_MISMACH",
        None,
        "TENDER_MISMATCH is not in x-sandbox.errors.codes",
    ),
    "the field of a rule": (f"{QUOTE}/x-resource/rules/0/field", "quoteDate", "quotDate", "", "did you mean quoteDate?"),
    "the field of a requirement": (f"{PAY}/x-action/require/1/field", "amount", "amout", "", "did you mean amount?"),
    "a field within an object": (
        f"{CUSTOMER}/x-resource/rules/3/field",
        "postalCode",
        "postlCode",
        "",
        "did you mean postalCode?",
    ),
    "the detail of a rule": (
        f"{CUSTOMER}/x-resource/rules/2/detail",
        "MAX_LENGTH",
        "MAX_LENTH",
        "",
        "did you mean MAX_LENGTH?",
    ),
    "a keyword of details": ("#/x-sandbox/errors/details", "minimum", "minimun", "minimun", "did you mean minimum?"),
    "a kind of problem": ("#/x-sandbox/errors/kinds", "validation", "validaton", "validaton", "did you mean validation?"),
    # states, events, effects
    "an initial state": (f"{QUOTES}/initial", "draft", "drft", "", "did you mean draft?"),
    "a state to come from": (f"{QUOTES}/transitions/decline/from", "sent", "snet", "0", "did you mean sent?"),
    "a state to go to": (f"{QUOTES}/transitions/decline/to", "declined", "decined", "", "did you mean declined?"),
    "a state in the enum": (
        f"{QUOTE}/properties/status/enum",
        "expired",
        "expird",
        None,
        "expired is not a state: did you mean expird?",
    ),
    "the field of a lifecycle": (f"{QUOTES}/field", "status", "statsu", "", "did you mean status?"),
    "a transition": (f"{CONVERT}/x-action/transition", "to_invoice", "to_invoce", "", "did you mean to_invoice?"),
    "an event": (f"{CREATE}/x-action/emit", "customer.created", "customer.creatd", "0", "did you mean customer.created?"),
    "a declared event": (
        "#/x-events",
        "quote.sent",
        "quote.snet",
        None,
        "there is no event quote.sent: did you mean quote.snet?",
    ),
    "a member of a payload": (
        "#/components/schemas/QuoteEvent/properties",
        "quoteNumber",
        "quoteNumbr",
        "quoteNumbr",
        "has no quoteNumbr: did you mean quoteNumber?",
    ),
    "a condition of an alias": (
        "#/x-events/order.status_changed/aliases/sales_order.confirmed",
        "'confirmed'",
        "'confirmd'",
        "",
        "confirmd is never the case",
    ),
    "the scope of an event": ("#/x-events/quote.sent/scope", "read:sales", "read:sale", "", "did you mean read:sales?"),
    "shared effects": (f"{HOOKS}/attempted/effects/1/use", "giveUp", "givUp", "", "did you mean giveUp?"),
    "an argument": (f"{HOOKS}/attempted/effects/1/with", "reason", "reson", "reson", "did you mean reason?"),
    "an argument's name": (
        "#/components/x-effects/postReversal/args",
        "original",
        "orignal",
        None,
        "original is not one of the arguments: did you mean orignal?",
    ),
    "the resource of an effect": (f"{CONVERT}/x-action/effects/0/create", "Invoice", "Invocie", "", "did you mean Invoice?"),
    # what operations name
    "a scope": (f"{CREATE}/x-scope", "write:customers", "write:custmers", "", "did you mean write:customers?"),
    "one of several scopes": (f"{CONVERT}/x-scope", "write:invoices", "write:invocies", "1", "did you mean write:invoices?"),
    "the scope of everything": ("#/x-sandbox/security/everything", "admin", "admn", "", "did you mean admin?"),
    "an operation to run": (
        "#/paths/~1bulk~1customers/post/x-action/bulk/update",
        "updateCustomer",
        "updateCustmer",
        "",
        "did you mean updateCustomer?",
    ),
    "an operation to choose": (
        f"{STATUS}/x-action/choose/of/shipped",
        "shipSalesOrder",
        "shipSalesOder",
        "",
        "did you mean shipSalesOrder?",
    ),
    "an alias": ("#/x-sandbox/aliases/GET ~1einvoices", "listEInvoices", "listEInvoice", "", "did you mean listEInvoices?"),
    "a tag": (f"{CREATE}/tags", "Customers", "Custmers", "0", "did you mean Customers?"),
    "a filtered field": (
        f"{LIST}/parameters/customerNumber/name",
        "customerNumber",
        "custmerNumber",
        "",
        "no field custmerNumber to filter by: did you mean customerNumber?",
    ),
    "an operator": (f"{LIST}/parameters/tags/x-filter/operator", "contains", "contians", None, "did you mean contains?"),
    "a value to filter by": (
        "#/components/schemas/CustomerStatusFilter/anyOf/0/enum",
        "blocked",
        "blockd",
        None,
        "did you mean blocked?",
    ),
    "a field to sort by": (
        f"{LIST}/parameters/sort/schema/pattern",
        "customerNumber",
        "customrNumber",
        "",
        "did you mean customerNumber?",
    ),
    "a field to search": (f"{CUSTOMER}/x-resource/search", "email", "emial", "1", "did you mean email?"),
    "a date": (f"{QUOTE}/x-resource/date", "quoteDate", "quoteDte", "", "did you mean quoteDate?"),
    "a parameter that steers lists": ("#/x-sandbox/listing/sort", "sort", "srot", "", "did you mean sort?"),
    "a reference": (
        "#/components/schemas/DocumentLineFields/properties/taxCode/x-ref/to",
        "TaxCode",
        "TaxCod",
        "",
        "did you mean TaxCode?",
    ),
    "the field of a reference": (
        "#/components/schemas/DocumentLineFields/properties/taxCode/x-ref/by",
        "code",
        "coed",
        "",
        "did you mean code?",
    ),
    "a security scheme": ("#/security/0", "ApiKeyAuth", "ApiKeyAut", "ApiKeyAut", "did you mean ApiKeyAuth?"),
    "a role's security scheme": (
        "#/x-sandbox/security/tenant",
        "CompanyHeader",
        "CompanyHeadr",
        "",
        "did you mean CompanyHeader?",
    ),
    "a time zone": ("#/x-sandbox/timezone", "Kuala_Lumpur", "Kuala_Lumpr", "", "did you mean Asia/Kuala_Lumpur?"),
    "the header of idempotency": (
        "#/x-sandbox/idempotency/header",
        "Idempotency-Key",
        "Idempotncy-Key",
        "",
        "did you mean Idempotency-Key?",
    ),
    "the name of a parameter that steers lists": (
        f"{LIST}/parameters/sort/name",
        "sort",
        "sortt",
        None,
        "lists do nothing with sortt: did you mean sort?",
    ),
    "a group of events": (
        "#/x-events/invoice.voided/groups",
        "invoice.updates",
        "invoice.udates",
        "0",
        "did you mean invoice.updates?",
    ),
    # OpenAPI
    "another type": (
        "#/components/schemas/DocumentLineFields/properties/notes/type",
        "string",
        "integer",
        None,
        "maxLength is about the type string",
    ),
    "a format": (
        "#/components/schemas/Meta/properties/timestamp/format",
        "date-time",
        "datetime",
        "",
        "did you mean date-time?",
    ),
    "a required property": (
        "#/components/schemas/StockLevel/required",
        "binLocation",
        "binLocaton",
        "17",
        "did you mean binLocation?",
    ),
    "a property's name": (
        "#/components/schemas/StockLevel/properties",
        "binLocation",
        "binLocaton",
        None,
        "there is no property binLocation: did you mean binLocaton?",
    ),
    "a path's parameter": (
        "#/components/parameters/InvoiceId/name",
        "invoiceId",
        "invoicId",
        None,
        "the path has no {invoicId}: did you mean invoiceId?",
    ),
    "an example": (
        "#/components/schemas/StockLevel/properties/currentStock/example",
        300,
        "three",
        "",
        "its own schema refuses it: it must be a number",
    ),
    "a default": (
        "#/components/schemas/StockLevel/properties/currentStock/default",
        0,
        "nil",
        "",
        "its own schema refuses it: it must be a number",
    ),
    "an operation to link to": (
        f"{CREATE}/responses/201/links/get/operationId",
        "getCustomer",
        "getCustmer",
        "",
        "did you mean getCustomer?",
    ),
    "where a link's value comes from": (
        f"{CREATE}/responses/201/links/get/parameters/customerId",
        "/id",
        "/iid",
        "",
        "did you mean id?",
    ),
}

ALONE: dict[str, Edit] = {
    "a resource of an action": (f"{CONVERT}/x-action/resource", "Quote", "Qoute", "", "did you mean Quote?"),
    "a member of a rule": (f"{QUOTE}/x-resource/rules/0", "detail", "detial", "detial", "did you mean detail?"),
    "an effect's member": (f"{CONVERT}/x-action/effects/0", "with", "wiht", "wiht", "did you mean with?"),
    "a member of an action": (f"{CONVERT}/x-action", "require", "requir", "requir", "did you mean require?"),
    "a key": (CREATE, "x-action", "x-acton", "x-acton", "did you mean x-action?"),
    "a member of a reference": (
        "#/components/schemas/DocumentLineFields/properties/taxCode/x-ref",
        "message",
        "mesage",
        "mesage",
        "did you mean message?",
    ),
    "operationID": (CREATE, "operationId", "operationID", "operationID", "did you mean operationId?"),
    "descripton": (CREATE, "description", "descripton", "descripton", "did you mean description?"),
    "requried": ("#/components/schemas/StockLevel", "required", "requried", "requried", "did you mean required?"),
    "readonly": (
        "#/components/schemas/StockLevel/properties/id",
        "readOnly",
        "readonly",
        "readonly",
        "did you mean readOnly?",
    ),
    "maxlength": (
        "#/components/schemas/DocumentLineFields/properties/notes",
        "maxLength",
        "maxlength",
        "maxlength",
        "did you mean maxLength?",
    ),
    "a type": (
        "#/components/schemas/DocumentLineFields/properties/notes/type",
        "string",
        "strng",
        "",
        "did you mean string?",
    ),
    "where a parameter stands": (f"{LIST}/parameters/customerNumber/in", "query", "qurey", "", "did you mean query?"),
    "a style": (f"{LIST}/parameters/customerNumber/style", "deepObject", "deepobject", "", "did you mean deepObject?"),
    "a status": (f"{CREATE}/responses", "401", "4010", "4010", "a response has a status such as 200"),
    "a flag that is a text": (f"{CREATE}/requestBody/required", True, "yes", "", "must be true or false"),
    "a number that is a text": (
        "#/components/schemas/DocumentLineFields/properties/notes/maxLength",
        500,
        "many",
        "",
        "must be a whole number",
    ),
}

BATCHES = 11
"""To compile the contract takes half a second, and mistakes are told all at once: edits far from each other share it."""


@cache
def told(batch: int) -> list[tuple[str, str]]:
    """What is said of a batch of edits."""
    return mistakes(list(EDITS.values())[batch::BATCHES])


def is_told(edit: Edit, said: list[tuple[str, str]]) -> bool:
    """Whether an edit is among the mistakes, at its place."""
    at, _, _, step, phrase = edit
    return any(phrase in message and (step is None or where == place(at, step)) for where, message in said)


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_caught_at_its_place(name):
    said = told(list(EDITS).index(name) % BATCHES)
    assert is_told(EDITS[name], said), said


@pytest.mark.parametrize("name", ALONE)
def test_an_edit_after_which_little_else_is_read_is_caught_at_its_place(name):
    said = mistakes([ALONE[name]])
    assert is_told(ALONE[name], said), said


MEANING: dict[str, tuple[str, Json, Json]] = {
    # Nothing says that a rule is the other way round: both are rules.
    "an inverted rule": (f"{QUOTE}/x-resource/rules/2/rule", ">=", "<="),
    "another bound": (f"{QUOTE}/x-resource/rules/1/rule", "9999", "9998"),
    "a rule about another field that exists": (f"{QUOTE}/x-resource/rules/2/field", "validUntil", "quoteDate"),
    # Another state, event, scope, code or field that exists is a choice.
    "another state to come from": (f"{QUOTES}/transitions/decline/from", "sent", "draft"),
    "another event": (f"{QUOTES}/transitions/decline/emit", "quote.declined", "quote.expired"),
    "another scope": (f"{CREATE}/x-scope", "write:customers", "read:customers"),
    "another code": (f"{PAY}/x-action/require/1/code", "PAYMENT_EXCEEDS_AMOUNT_DUE", "INVALID_STATE"),
    "another field of the same type": (f"{PAY}/x-action/require/1/rule", "amountDue", "amountPaid"),
    "another field in set": (f"{QUOTES}/transitions/accept/set", "acceptedAt", "declinedAt"),
    # Arithmetic has no purpose that could be read.
    "a sign": (f"{LEDGER}/x-action/let/opening", "- (earlier", "+ (earlier"),
    # What is sent to people and programs outside has no second place to compare it with.
    "a message": (f"{PAY}/x-action/require/1/message", "larger", "lager"),
    "a description": (f"{CREATE}/description", "customer", "custmer"),
    "the prefix of ids": (f"{QUOTE}/x-resource/id", "quote_", "qoute_"),
    "an operation that nothing else names": ("#/paths/~1company/get/operationId", "getCompany", "getCompny"),
    "what an event is delivered with": (f"{HOOKS}/headers/User-Agent", "BigLedger", "BigLeger"),
}
"""Edits that change what the contract means and leave it sound: nobody but a reader can catch them."""


def test_edits_of_meaning_are_no_mistakes():
    assert mistakes([(at, old, new, None, "") for at, old, new in MEANING.values()]) == []
