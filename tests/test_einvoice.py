"""E-invoices as others read them: the XML in UBL's order, the sums of PINT, the page and its QR code; and what is refused."""

import base64
import hashlib
import io
import json
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from mockserver.engine.clock import moment
from mockserver.sandbox import build
from mockserver.settings import Settings, default_contract, default_fixtures
from tests.conftest import TENANT, Client
from tests.dump import dump

NOW = "2024-12-31T12:00:00Z"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
ROOTS = {name: f"{{urn:oasis:names:specification:ubl:schema:xsd:{name}-2}}{name}" for name in ("Invoice", "CreditNote")}
CREDITS = ("02", "04", "12", "14")
"""The types of documents that are credit notes in UBL."""

ORDER = {
    "Invoice": "CustomizationID ProfileID ID UUID IssueDate IssueTime DueDate InvoiceTypeCode DocumentCurrencyCode TaxCurrencyCode"
    " BuyerReference OrderReference BillingReference AccountingSupplierParty AccountingCustomerParty Delivery PaymentMeans"
    " PaymentTerms AllowanceCharge TaxExchangeRate TaxTotal LegalMonetaryTotal InvoiceLine",
    "CreditNote": "CustomizationID ProfileID ID UUID IssueDate IssueTime CreditNoteTypeCode DocumentCurrencyCode TaxCurrencyCode"
    " BuyerReference OrderReference BillingReference AccountingSupplierParty AccountingCustomerParty Delivery PaymentMeans"
    " PaymentTerms TaxExchangeRate AllowanceCharge TaxTotal LegalMonetaryTotal CreditNoteLine",
    "CreditNoteLine": "ID CreditedQuantity LineExtensionAmount AllowanceCharge Item Price",
    "OrderReference": "ID",
    "BillingReference": "InvoiceDocumentReference",
    "InvoiceDocumentReference": "ID UUID IssueDate",
    "AccountingSupplierParty": "Party",
    "AccountingCustomerParty": "Party",
    "Party": "EndpointID IndustryClassificationCode PartyIdentification PartyName PostalAddress PartyTaxScheme PartyLegalEntity"
    " Contact",
    "PartyIdentification": "ID",
    "PartyName": "Name",
    "PostalAddress": "StreetName AdditionalStreetName CityName PostalZone CountrySubentity Country",
    "Address": "StreetName AdditionalStreetName CityName PostalZone CountrySubentity Country",
    "Country": "IdentificationCode",
    "PartyTaxScheme": "CompanyID TaxScheme",
    "TaxScheme": "ID",
    "PartyLegalEntity": "RegistrationName CompanyID",
    "Contact": "Telephone ElectronicMail",
    "Delivery": "ActualDeliveryDate DeliveryLocation DeliveryParty",
    "DeliveryLocation": "Address",
    "DeliveryParty": "PartyName",
    "PaymentMeans": "PaymentMeansCode PayeeFinancialAccount",
    "PayeeFinancialAccount": "ID Name FinancialInstitutionBranch",
    "FinancialInstitutionBranch": "ID",
    "PaymentTerms": "Note",
    "AllowanceCharge": "ChargeIndicator AllowanceChargeReason Amount TaxCategory",
    "TaxCategory": "ID Percent TaxExemptionReason TaxScheme",
    "ClassifiedTaxCategory": "ID Percent TaxExemptionReason TaxScheme",
    "TaxExchangeRate": "SourceCurrencyCode TargetCurrencyCode CalculationRate",
    "TaxTotal": "TaxAmount TaxSubtotal",
    "TaxSubtotal": "TaxableAmount TaxAmount TaxCategory",
    "LegalMonetaryTotal": "LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount AllowanceTotalAmount ChargeTotalAmount"
    " PrepaidAmount PayableRoundingAmount PayableAmount",
    "InvoiceLine": "ID InvoicedQuantity LineExtensionAmount AllowanceCharge Item Price",
    "Item": "Description Name SellersItemIdentification CommodityClassification ClassifiedTaxCategory",
    "SellersItemIdentification": "ID",
    "CommodityClassification": "ItemClassificationCode",
    "Price": "PriceAmount",
}
"""The elements in use, in the order in which UBL 2.1 (OASIS, 2013) puts them."""

FOREIGN = {
    "customerId": "cust_456",
    "currency": "USD",
    "exchangeRate": 4.4567,
    "purchaseOrder": "PO-1",
    "shippingCost": 12.5,
    "items": [
        {"description": "Exempt <thing> & co", "quantity": 1.5, "unitPrice": 10.1234, "discountPercent": 5, "taxCode": "EX"},
        {"description": "Taxed", "quantity": 2, "unitPrice": 3, "taxCode": "ST10"},
        {"itemId": "item_consult001", "quantity": 0.25},
    ],
}
DELIVERY = {
    "actualDeliveryDate": "2024-12-30",
    "deliveryParty": {"name": "X", "address": {"street": "1, Jalan Besar", "city": "Ipoh", "state": "Perak"}},
}
PAYMENT = {
    "paymentMeans": "bank_transfer",
    "paymentTerms": "30 days",
    "bankAccount": {"bankName": "Maybank", "accountNumber": "514012345678", "swiftCode": "MBBEMYKL"},
}


@pytest.fixture(scope="module")
def sandbox():
    """A sandbox with an e-invoice in foreign currency and a consolidated one, beside those of the demo."""
    client = Client(build(Settings(default_contract(), default_fixtures(), now=NOW)))
    made = client.data("POST", "/invoices", json=FOREIGN)
    client.data("POST", f"/invoices/{made['id']}/send", json={})
    body = {"invoiceId": made["id"], "autoSubmit": True, "delivery": DELIVERY, "payment": PAYMENT}
    client.foreign = client.data("POST", "/einvoice/create", json=body)["id"]
    client.month = client.data("POST", "/einvoice/consolidate", json={"fromDate": "2024-01-01", "toDate": "2024-01-31"})[
        "id"
    ]
    client.note = refund_note(client)
    return client


def refund_note(client):
    """A refund note over a part of a sale of today, which stands in an accepted consolidated e-invoice."""
    till = {"locationId": "loc_store2", "registerId": "reg_003", "cashierName": "Mei", "openingFloat": 100}
    session = client.data("POST", "/pos/sessions", json=till)
    today = dict.fromkeys(("fromDate", "toDate"), session["businessDate"])
    lines = [{"itemId": "item_mouse001", "quantity": 3}, {"itemId": "item_nasi001", "quantity": 1}]
    body = {"sessionId": session["id"], "items": lines, "tenders": [{"method": "cash", "amount": 144.4}]}
    sale = client.data("POST", "/pos/transactions", json=body)
    made = client.data("POST", "/einvoice/consolidate", json=today)
    client.data("POST", "/einvoice/submit", json={"einvoiceId": made["id"], "options": {"waitForResponse": True}})
    back = {"sessionId": session["id"], "reason": "broken", "items": [{"id": sale["items"][0]["id"], "quantity": 1}]}
    client.data("POST", f"/pos/transactions/{sale['id']}/refund", json=back)
    return client.data("POST", "/einvoice/consolidate", json={**today, "documentType": "04", "autoSubmit": True})["id"]


@pytest.fixture(params=["einv_accepted", "einv_123456789", "einv_waiting", "foreign", "month", "note"])
def einvoice(request, sandbox):
    return sandbox.data("GET", f"/einvoice/{getattr(sandbox, request.param, request.param)}")


def xml_of(sandbox, einvoice):
    answer = sandbox("GET", einvoice["document"]["xml"].removeprefix("/v1"))
    assert answer.headers["content-type"].startswith("application/xml")
    return ElementTree.fromstring(answer.content)


def amount(element, path):
    found = element.find("/".join(CBC + step if step == path.split("/")[-1] else CAC + step for step in path.split("/")))
    return Decimal(found.text)


def test_every_element_stands_where_ubl_puts_it(sandbox, einvoice):
    root = xml_of(sandbox, einvoice)
    assert root.tag == ROOTS["CreditNote" if einvoice["documentType"] in CREDITS else "Invoice"]
    for element in root.iter():
        names = [child.tag.rpartition("}")[2] for child in element]
        if not names:
            assert element.tag.startswith(CBC)
            assert element.text.strip()
            continue
        order = ORDER[element.tag.rpartition("}")[2]].split()
        places = [order.index(name) for name in names]
        assert places == sorted(places), names


def test_it_is_identified_as_pint_my(sandbox, einvoice):
    root = xml_of(sandbox, einvoice)
    said = {name: root.findtext(CBC + name) for name in ("CustomizationID", "ProfileID", "ID", "UUID")}
    code = "CreditNoteTypeCode" if einvoice["documentType"] in CREDITS else "InvoiceTypeCode"
    assert said["CustomizationID"] == "urn:peppol:pint:billing-1@my-1"
    assert said["ProfileID"] == "urn:peppol:bis:billing"
    assert (said["ID"], said["UUID"]) == (einvoice["documentNumber"], einvoice["uuid"])
    assert root.findtext(CBC + code) == {"01": "380", "04": "381"}[einvoice["documentType"]]
    for side in ("AccountingSupplierParty", "AccountingCustomerParty"):
        endpoint = root.find(f"{CAC}{side}/{CAC}Party/{CBC}EndpointID")
        party = einvoice["supplier" if "Supplier" in side else "buyer"]
        assert (endpoint.get("schemeID"), endpoint.text) == ("0230", party["taxId"])
    codes = {one.text for one in root.iterfind(f"{CAC}TaxTotal/{CAC}TaxSubtotal/{CAC}TaxCategory/{CBC}ID")}
    assert codes <= {"SA", "SE", "HVG", "LVG", "E", "O", "AAL"}


def test_the_sums_of_the_document_hold(sandbox, einvoice):
    root = xml_of(sandbox, einvoice)
    total = {one.tag.rpartition("}")[2]: Decimal(one.text) for one in root.find(f"{CAC}LegalMonetaryTotal")}
    kind, counted = ("CreditNote", "Credited") if einvoice["documentType"] in CREDITS else ("Invoice", "Invoiced")
    lines = root.findall(f"{CAC}{kind}Line")
    nets = [amount(line, "LineExtensionAmount") for line in lines]
    charges = sum(amount(one, "Amount") for one in root.findall(f"{CAC}AllowanceCharge"))
    tax = root.find(f"{CAC}TaxTotal")
    assert sum(nets) == total["LineExtensionAmount"], "BR-CO-10"
    assert total["TaxExclusiveAmount"] == total["LineExtensionAmount"] + charges, "BR-CO-13"
    assert total["ChargeTotalAmount"] == charges, "BR-CO-12"
    assert sum(amount(one, "TaxAmount") for one in tax.iterfind(f"{CAC}TaxSubtotal")) == amount(tax, "TaxAmount"), "BR-CO-14"
    assert total["TaxInclusiveAmount"] == total["TaxExclusiveAmount"] + amount(tax, "TaxAmount"), "BR-CO-15"
    due = total["TaxInclusiveAmount"] - total["PrepaidAmount"] + total["PayableRoundingAmount"]
    assert total["PayableAmount"] == due, "BR-CO-16"
    assert sum(amount(one, "TaxableAmount") for one in tax.iterfind(f"{CAC}TaxSubtotal")) == total["TaxExclusiveAmount"]
    for line, net in zip(lines, nets, strict=True):
        off = sum(amount(one, "Amount") for one in line.iterfind(f"{CAC}AllowanceCharge"))
        gross = amount(line, f"{counted}Quantity") * amount(line, "Price/PriceAmount")
        assert abs(gross - off - net) <= Decimal("0.01")


@pytest.mark.parametrize(
    ("kind", "root", "code"), [("11", "Invoice", "389"), ("12", "CreditNote", "261"), ("13", "Invoice", "383"),
                               ("14", "CreditNote", "261"), ("02", "CreditNote", "381"), ("03", "Invoice", "383")],
)  # fmt: skip
def test_each_type_has_its_root_and_self_billed_ones_the_customer_as_supplier(sandbox, kind, root, code):
    notes = {} if kind == "11" else {"originalEinvoiceIds": ["einv_accepted"]}
    made = sandbox.data("POST", "/einvoice/create", json={"invoiceId": "inv_126", "documentType": kind, **notes}) if notes else (
        sandbox.data("POST", "/einvoice/create", json={"invoiceId": billed(sandbox), "documentType": kind}))  # fmt: skip
    xml = xml_of(sandbox, made)
    assert (xml.tag, xml.findtext(f"{CBC}{root}TypeCode")) == (ROOTS[root], code)
    company = sandbox.data("GET", "/company")["tin"]
    supplier, buyer = (
        xml.findtext(f"{CAC}Accounting{side}Party/{CAC}Party/{CBC}EndpointID") for side in ("Supplier", "Customer")
    )
    assert (company == buyer, company == supplier) == ((True, False) if kind > "10" else (False, True))
    assert (made["supplier"]["taxId"], made["buyer"]["taxId"]) == (supplier, buyer)
    said = sandbox("GET", f"/einvoice/{made['id']}/document/json").json()["Invoice"][0]["AccountingSupplierParty"][0][
        "Party"
    ][0]
    assert said["PartyIdentification"][0]["ID"][0]["_"] == supplier
    if kind > "10":
        assert said["IndustryClassificationCode"][0]["_"] == "00000"


def billed(sandbox):
    """The id of an invoice that was sent and has no e-invoice."""
    lines = [{"description": "Stall rent", "quantity": 1, "unitPrice": 80, "taxCode": "NA"}]
    made = sandbox.data("POST", "/invoices", json={"customerId": "cust_mutiara", "items": lines})
    return sandbox.data("POST", f"/invoices/{made['id']}/send", json={})["id"]


def test_the_portal_answers_a_self_billed_document_by_the_suppliers_tin(sandbox):
    body = {"invoiceId": billed(sandbox), "documentType": "11", "buyer": {"taxId": "C99999999990"}}
    made = sandbox.data("POST", "/einvoice/create", json=body)
    sent = sandbox.data("POST", "/einvoice/submit", json={"einvoiceId": made["id"], "options": {"waitForResponse": True}})
    assert sent["status"] == "rejected"


def test_the_myinvois_document_says_the_same_and_is_what_was_hashed(sandbox, einvoice):
    answer = sandbox("GET", einvoice["document"]["json"].removeprefix("/v1"))
    told = answer.json()
    assert (told["_D"].rsplit(":", 1)[1], told["_B"].rsplit(":", 1)[1]) == ("Invoice-2", "CommonBasicComponents-2")
    (invoice,) = told["Invoice"]
    assert invoice["InvoiceTypeCode"] == [{"_": einvoice["documentType"], "listVersionID": "1.0"}]
    payable = invoice["LegalMonetaryTotal"][0]["PayableAmount"][0]
    assert payable == {"_": einvoice["totals"]["payableAmount"], "currencyID": einvoice["currency"]}
    assert len(invoice["InvoiceLine"]) == len(einvoice["items"])
    assert all(isinstance(part, list) for part in invoice.values())
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    hashed = None if einvoice["uuid"] is None else f"sha256:{hashlib.sha256(canonical).hexdigest()}"
    assert einvoice["validationHash"] == hashed


def test_the_page_can_be_opened_and_says_what_the_document_says(sandbox, einvoice):
    answer = sandbox("GET", einvoice["document"]["pdf"].removeprefix("/v1"))
    assert answer.headers["content-type"] == "application/pdf"
    page = pypdfium2.PdfDocument(answer.content)[0]
    text = page.get_textpage().get_text_range()
    for part in (einvoice["documentNumber"], einvoice["supplier"]["taxId"], einvoice["buyer"]["taxId"]):
        assert part in text
    assert f"{einvoice['currency']} {Decimal(str(einvoice['totals']['payableAmount'])):.2f}" in text
    codes = [one.text for one in zxingcpp.read_barcodes(page.render(scale=2).to_pil().convert("L"))]
    assert codes == ([einvoice["validationUrl"]] if einvoice["status"] == "accepted" else [])


def test_what_the_page_prints_adds_up(sandbox):
    told = sandbox.data("GET", f"/einvoice/{sandbox.foreign}")
    answer = sandbox("GET", told["document"]["pdf"].removeprefix("/v1"))
    text = pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_range()
    assert {"10.1234", "3.00", "150.00"} <= set(text.split()), "the price of each line"
    assert "Delivery USD 12.50" in text.replace("\r\n", " ")
    assert {"Class", "Description", "Qty", "Discount", "Amount"} <= set(text.split()), "no title is broken"


@pytest.mark.parametrize(("currency", "payable"), [("JPY", "3022"), ("KWD", "3021.458"), ("EUR", "3021.46")])
def test_amounts_have_the_places_of_their_currency(fresh_now, currency, payable):
    """The tax in ringgit has two, whatever the document's currency has."""
    lines = [
        {"description": "a", "quantity": 3, "unitPrice": 1000.5, "discountPercent": 10, "taxCode": "SV8"},
        {"description": "b", "quantity": 1, "unitPrice": 99, "taxCode": "NA"},
    ]
    body = {"customerId": "cust_456", "currency": currency, "exchangeRate": 0.03, "shippingCost": 5, "items": lines}
    made = fresh_now.data("POST", "/invoices", json=body)
    fresh_now.data("POST", f"/invoices/{made['id']}/send", json={})
    einvoice = fresh_now.data("POST", "/einvoice/create", json={"invoiceId": made["id"]})
    root = xml_of(fresh_now, einvoice)
    amounts = [(element.get("currencyID"), element.text) for element in root.iter() if element.get("currencyID")]
    assert (currency, payable) in amounts
    assert ("MYR", "6.48") in amounts
    assert not einvoice["validation"]["warnings"]


def test_who_has_a_general_tin_needs_no_number(fresh):
    made = fresh.data(
        "POST",
        "/invoices",
        json={"customerId": "cust_mbsa", "items": [{"itemId": "item_consult001", "quantity": 1, "taxCode": "SST"}]},
    )
    fresh.data("POST", f"/invoices/{made['id']}/send", json={})
    told = fresh.data("POST", "/einvoice/create", json={"invoiceId": made["id"]})
    assert (told["status"], told["buyer"]["businessRegistrationNumber"]) == ("validated", "NA")


def test_the_qr_code_leads_to_the_document_on_the_portal(sandbox):
    told = sandbox.data("GET", "/einvoice/einv_accepted")
    image = Image.open(io.BytesIO(base64.b64decode(told["qrCode"].partition("base64,")[2]))).convert("L")
    (code,) = zxingcpp.read_barcodes(image.resize((image.width * 3, image.height * 3)))
    long_id = told["government"]["longId"]
    assert code.text == f"https://preprod.myinvois.hasil.gov.my/{told['uuid']}/share/{long_id}" == told["validationUrl"]
    assert [len(one) for one in (told["uuid"], told["government"]["submissionId"], long_id)] == [26, 26, 40]
    assert all(one.isalnum() and one.isupper() for one in (told["uuid"], long_id))


OUTCOMES = [
    *((f"404.0{place}", "rejected", f"Error0{place}") for place in range(1, 8)),
    ("408.00", "submitted", None),
    ("404.00", "accepted", None),
    ("404.08", "accepted", None),
]


@pytest.mark.parametrize(("total", "status", "code"), OUTCOMES)
def test_a_total_asks_for_each_outcome(fresh_now, total, status, code):
    line = {"description": "As documented", "quantity": 1, "unitPrice": float(total), "taxCode": "NA"}
    made = fresh_now.data("POST", "/invoices", json={"customerId": "cust_456", "items": [line]})
    fresh_now.data("POST", f"/invoices/{made['id']}/send", json={})
    ready = fresh_now.data("POST", "/einvoice/create", json={"invoiceId": made["id"]})
    body = {"einvoiceId": ready["id"], "options": {"waitForResponse": True}}
    assert fresh_now.data("POST", "/einvoice/submit", json=body)["status"] == status
    steps = fresh_now.data("GET", f"/einvoice/{ready['id']}")["validation"]["steps"]
    assert [one["error"]["errorCode"] for one in steps if one["status"] == "Invalid"] == ([code] if code else [])


@pytest.fixture(scope="module")
def fresh_now():
    return Client(build(Settings(default_contract(), default_fixtures(), now=NOW)))


def test_the_portal_answers_as_late_as_whoever_starts_it_says():
    settings = Settings(default_contract(), default_fixtures(), now=NOW, chosen={"portalDelay": "3600"})
    client = Client(build(settings))
    client.data("POST", "/einvoice/submit", json={"einvoiceId": "einv_123456789"})
    client.sandbox.engine.time.move(moment("2024-12-31T12:59:59Z", "UTC"))
    assert client.data("GET", "/einvoice/einv_123456789/status")["status"] == "submitted"
    client.sandbox.engine.time.move(moment("2024-12-31T13:00:00Z", "UTC"))
    assert client.data("GET", "/einvoice/einv_123456789/status")["status"] == "accepted"


def test_a_portal_without_delay_has_answered_when_the_call_returns():
    client = Client(build(Settings(default_contract(), default_fixtures(), now=NOW, chosen={"portalDelay": "0"})))
    assert client.data("POST", "/einvoice/submit", json={"einvoiceId": "einv_second"})["submissionId"] == "SUB-2024-0004"
    assert client.data("GET", "/einvoice/einv_second")["status"] == "accepted"


def world(client):
    """All that a tenant has, as it is stored."""
    return {name: rows for (tenant, name), rows in dump(client.sandbox.engine.store).items() if tenant == TENANT}


REFUSED = [
    pytest.param("/einvoice/create", {"invoiceId": "inv_123"}, "INVALID_STATE", id="draft"),
    pytest.param("/einvoice/create", {"invoiceId": "inv_126"}, "EINVOICE_ALREADY_SUBMITTED", id="twice"),
    pytest.param("/einvoice/create", {"invoiceId": "inv_none"}, "VALIDATION_ERROR", id="unknown-invoice"),
    pytest.param(
        "/einvoice/create", {"invoiceId": "inv_126", "documentType": "02"}, "VALIDATION_ERROR", id="note-of-nothing"
    ),
    pytest.param(
        "/einvoice/create",
        {"invoiceId": "inv_126", "documentType": "02", "originalEinvoiceIds": ["einv_rejected"]},
        "VALIDATION_ERROR",
        id="note-of-a-rejected-one",
    ),
    pytest.param(
        "/einvoice/create",
        {
            "invoiceId": "inv_126",
            "documentType": "02",
            "originalEinvoiceIds": ["einv_accepted"],
            "buyer": {"taxId": "X1"},
            "autoSubmit": True,
        },
        "EINVOICE_VALIDATION_FAILED",
        id="submitting-what-is-flawed",
    ),
    pytest.param("/einvoice/submit", {"einvoiceId": "einv_accepted"}, "EINVOICE_ALREADY_SUBMITTED", id="submitted-twice"),
    pytest.param("/einvoice/submit", {"einvoiceId": "einv_rejected"}, "INVALID_STATE", id="rejected"),
    pytest.param(
        "/einvoice/submit",
        {"einvoiceIds": ["einv_123456789", "einv_created"]},
        "EINVOICE_VALIDATION_FAILED",
        id="one-of-two",
    ),
    pytest.param(
        "/einvoice/submit", {"einvoiceIds": ["einv_second", "einv_second"]}, "VALIDATION_ERROR", id="the-same-twice"
    ),
    pytest.param("/einvoice/submit", {"einvoiceIds": ["einv_none"]}, "VALIDATION_ERROR", id="unknown-e-invoice"),
    pytest.param("/einvoice/einv_accepted/cancel", {"reason": "late"}, "EINVOICE_CANCELLATION_CLOSED", id="closed"),
    pytest.param("/einvoice/einv_waiting/cancel", {"reason": "early"}, "INVALID_STATE", id="not-answered-yet"),
    pytest.param(
        "/einvoice/einv_second/cancel",
        {"reason": "x", "cancellationDate": "2025-01-02"},
        "VALIDATION_ERROR",
        id="cancelled-tomorrow",
    ),
    pytest.param("/einvoice/einv_second/simulate", {"outcome": "accepted"}, "INVALID_STATE", id="nothing-to-answer"),
    pytest.param(
        "/einvoice/consolidate", {"fromDate": "2024-01-01", "toDate": "2024-02-01"}, "VALIDATION_ERROR", id="too-long"
    ),
    pytest.param(
        "/einvoice/consolidate", {"fromDate": "2024-02-01", "toDate": "2024-02-28"}, "INVALID_INVOICE_DATA", id="no-sales"
    ),
    pytest.param("/invoices/inv_126/void", {"reason": "mistake"}, "BUSINESS_RULE_VIOLATION", id="void-of-an-accepted-one"),
]


@pytest.mark.parametrize(("path", "body", "code"), REFUSED)
def test_what_is_refused_changes_nothing(refusing, path, body, code):
    before = world(refusing)
    answer = refusing("POST", path, json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert answer.json()["error"]["details"]
    assert world(refusing) == before


@pytest.fixture(scope="module")
def refusing():
    return Client(build(Settings(default_contract(), default_fixtures(), now=NOW)))


def test_a_sale_over_the_limit_is_left_out(fresh_now):
    for price in (10000, 10000.01):
        sale = {"items": [{"description": "Painting", "quantity": 1, "unitPrice": price}]}
        sale |= {"tenders": [{"method": "bank_transfer", "amount": price}], "sessionId": "poss_open"}
        fresh_now.data("POST", "/pos/transactions", json=sale)
    period = {"fromDate": "2024-12-30", "toDate": "2024-12-31"}
    made = fresh_now.data("POST", "/einvoice/consolidate", json=period)
    assert made["totals"]["payableAmount"] == 10000
    assert [one["total"] for one in made["consolidation"]["excluded"]] == [10000.01]
    assert fresh_now("POST", "/einvoice/consolidate", json=period).json()["error"]["code"] == "INVALID_INVOICE_DATA"


GOVERNMENT = ["portal", "taxpayerId", "submissionId", "longId", "status", "submittedAt", "validationTime", "acceptanceTime"]


@pytest.mark.parametrize("name", GOVERNMENT)
def test_e_invoices_are_found_and_ordered_by_what_the_portal_said(sandbox, name):
    told = sandbox.data("GET", "/einvoice/einv_accepted")["government"][name]
    found = sandbox.data("GET", f"/einvoice?sort=government.{name}:desc&government.{name}[eq]={told}")
    assert "einv_accepted" in {one["id"] for one in found}
    assert {one["government"][name] for one in found} == {told}


@pytest.mark.parametrize("path", ["", "/einv_accepted", "/einv_accepted/status", "/einv_accepted/document/xml"])
def test_the_plural_answers_as_well(sandbox, path):
    one, other = (sandbox("GET", f"/{root}{path}", judge=root == "einvoice") for root in ("einvoice", "einvoices"))
    told = [answer.content if path.endswith("xml") else answer.json()["data"] for answer in (one, other)]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("tin", "kind", "number", "valid"),
    [
        pytest.param("C21098765430", "BRN", "201901012345", True, id="the-company"),
        pytest.param("C25845632020", "BRN", "201901234567", True, id="a-customer"),
        pytest.param("C25845632020", "BRN", "201901234568", False, id="another-number"),
        pytest.param("C99999999990", "BRN", "202201099999", False, id="nobody"),
        pytest.param("C1", "BRN", "201901012345", False, id="not-a-tin"),
        pytest.param("IG12345678901", "NRIC", "900101101234", True, id="a-stranger"),
    ],
)
def test_a_tin_and_a_number_belong_together_or_not(sandbox, tin, kind, number, valid):
    told = sandbox.data("POST", "/einvoice/tin-validation", json={"tin": tin, "idType": kind, "idValue": number})
    assert (told["isValid"], told["reason"] is None) == (valid, valid)


@pytest.mark.parametrize("place", ["docs", "description"])
def test_the_documented_values_are_those_that_the_portal_knows(sandbox, place):
    root = sandbox.sandbox.document.root
    triggers = root["x-sandbox"]["let"]["portalTriggers"]
    page = Path(__file__).parent.parent / "docs" / "einvoices.md"
    text = page.read_text() if place == "docs" else root["paths"]["/einvoice/create"]["post"]["description"]
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for one in triggers:
        key = f"`{one['taxId']}`" if one["taxId"] else f"{one['total']:.2f}"
        (row,) = [line for line in rows if f" {key} " in line]
        assert ("reject" in row) == (one["outcome"] == "rejected")
        assert (one["errorCode"] or "simulate") in row
    values = {word.strip("`") for line in rows for word in line.split() if word.strip("`").startswith(("C9", "C8", "40"))}
    assert len(values) == len(triggers)


def test_every_check_is_documented(sandbox):
    operation = sandbox.sandbox.document.root["paths"]["/einvoice/create"]["post"]
    rows = operation["x-action"]["let"]["flaws"]
    codes = {one.get("code") or one["value"]["code"] for one in rows}
    text = (Path(__file__).parent.parent / "docs" / "einvoices.md").read_text()
    assert [code for code in sorted(codes) if f"`{code}`" not in text] == []


@pytest.mark.parametrize("ids", [["einv_nope"], ["einv_accepted", "einv_nope"]])
def test_a_note_corrects_e_invoices_that_there_are(complete, ids):
    body = {"invoiceId": "inv_126", "format": "UBL21", "documentType": "02", "originalEinvoiceIds": ids}
    answer = complete("POST", "/einvoice/create", json=body)
    assert answer.status_code == 422, answer.text
    (flaw,) = answer.json()["error"]["details"]
    assert (flaw["code"], flaw["field"]) == ("REFERENCE_NOT_FOUND", f"originalEinvoiceIds[{ids.index('einv_nope')}]")
