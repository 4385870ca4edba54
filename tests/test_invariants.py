"""Whatever is called in whatever order, the books hold: a state machine over the packaged contract.

The numbers in brackets are those of the invariants that the domain lists; what is refused must leave no trace.
"""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mockserver.engine.call import Call, Caller
from mockserver.engine.clock import Clock
from mockserver.engine.documents import settle
from mockserver.engine.engine import Engine
from mockserver.engine.problems import Problem, Refused
from mockserver.json import copy
from mockserver.language.calendar import plus_days
from mockserver.sandbox import build, memory
from mockserver.settings import Settings, default_contract, default_fixtures
from mockserver.store.base import Change
from tests.dump import dump

TENANT, OTHER = "company_abc123", "company_xyz789"
TERMINAL = {
    "Invoice": ("cancelled", "void"),
    "JournalEntry": ("void",),
    "Payment": ("voided", "refunded"),
    "PosSession": ("closed",),
    "PosTransaction": ("refunded", "voided"),
    "StockAdjustment": ("reversed",),
    "StockTransfer": ("received", "cancelled"),
    "Quote": ("declined", "expired", "converted"),
    "SalesOrder": ("cancelled",),
    "EInvoice": ("rejected", "cancelled"),
}
NUMBERS = (
    *("number", "invoiceNumber", "paymentNumber", "orderNumber", "quoteNumber", "journalNumber"),
    *("receiptNumber", "sessionNumber", "adjustmentNumber", "transferNumber"),
)
ROUNDED = Decimal("0.02")
"""What rounding to five sen may come to, however often: once for a sale."""
WINDOW = timedelta(hours=72)
WORLD = {}


def world():
    """The demo world, made once; every run begins with a copy of it."""
    if not WORLD:
        WORLD["engine"] = build(Settings(default_contract(), default_fixtures(), now="2024-12-31T12:00:00Z")).engine
    return WORLD["engine"]


def forked(engine):
    """An engine on a copy of another's documents."""
    clock = Clock(engine.plan.conventions.timezone)
    clock.freeze(engine.clock.instant())
    found = Engine(engine.plan, memory(engine.plan), clock)
    for (tenant, name), stored in dump(engine.store).items():
        changes = [Change(name, row["id"], copy(row)) for row in stored.values()]
        found.store.apply(tenant, changes)
        found.schedule.note(found.state.work(tenant), changes)
    return found


def money(low=1, high=50_000):
    return st.integers(low, high).map(lambda sen: Decimal(sen) / 100)


LINES = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {
                "itemId": st.sampled_from(["item_widget001", "item_mouse001", "item_consult001", "item_nasi001"]),
                "quantity": st.integers(1, 30),
            }
        ),
        st.fixed_dictionaries(
            {
                "description": st.just("work"),
                "quantity": st.integers(1, 999).map(lambda n: Decimal(n) / 100),
                "unitPrice": st.integers(0, 99_999).map(lambda n: Decimal(n) / 1000),
                "discountPercent": st.sampled_from([0, 5, Decimal("33.333"), 100]),
                "taxCode": st.sampled_from(["SST", "SV8", "ST10", "NA", "EX"]),
            }
        ),
    ),
    min_size=1,
    max_size=3,
)
CUSTOMERS = st.sampled_from(["cust_456"] * 4 + ["cust_123", "cust_klinik", "cust_sabah", "cust_muthu", "cust_none"])
ACCOUNTS = st.sampled_from(["acc_cash", "acc_receivable", "acc_sales_revenue", "acc_none"])
PICK = st.integers(0, 1 << 16)
GOODS = st.sampled_from(["item_widget001", "item_mouse001", "item_kopi001", "item_minyak001"])
BASKETS = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {
                "itemId": st.just("item_kopi001"),
                "quantity": st.integers(1, 4),
                "discountPercent": st.sampled_from([0, 0, 12, 100]),
            }
        ),
        st.fixed_dictionaries(
            {
                "description": st.just("cup"),
                "quantity": st.sampled_from([1, 3, Decimal("1.5")]),
                "unitPrice": st.one_of(money(1, 999), money(0, 2)),
                "taxCode": st.sampled_from(["ST10", "NA"]),
            }
        ),
    ),
    min_size=1,
    max_size=3,
)
METHODS = st.lists(st.sampled_from(["cash", "cash", "credit_card", "duitnow_qr"]), min_size=1, max_size=3, unique=True)
LOCATIONS = st.sampled_from(["loc_warehouse1", "loc_store1", "loc_store2"])


class Books(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.engine = forked(world())
        self.terminal, self.numbers, self.updated, self.refused = {}, {}, {}, None
        self.foreign = self.rows(OTHER)
        self.drawer = self.balance("acc_pos_cash")
        self.old = {row["id"] for rows in self.rows(TENANT).values() for row in rows.values()}
        line = {"itemId": "item_widget001", "quantity": 4}
        for due in ("2025-01-05", "2025-03-01"):
            made = self.call("createInvoice", {"customerId": "cust_456", "items": [line, line], "dueDate": due})
            self.call("sendInvoice", {}, invoiceId=made["id"])
        ordered = self.call("createSalesOrder", {"customerId": "cust_456", "items": [line, line]})
        self.call("confirmSalesOrder", {}, salesOrderId=ordered["id"])
        quoted = self.call("createQuote", {"customerId": "cust_456", "items": [line]})
        self.call("sendQuote", {}, quoteId=quoted["id"])

    def rows(self, tenant):
        return {name: stored for (owner, name), stored in dump(self.engine.store).items() if owner == tenant}

    def call(self, name, input=None, **path):
        """The result of a call, or None when it is refused; then nothing may have changed."""
        self.engine.time.run_due()
        before = self.rows(TENANT)
        operation = self.engine.plan.operations[name]
        try:
            return self.engine.calls.run(Call(operation, Caller(TENANT, user="user_demo"), path, input=input)).result
        except (Problem, Refused) as refused:
            self.refused = refused
            after = self.rows(TENANT)
            changed = {
                key: places
                for key, places in after.items()
                if any(before.get(key, {}).get(at) is not row for at, row in places.items())
            }
            assert not changed, "[15] a refused call left something behind"
            assert {key: len(places) for key, places in before.items()} == {
                key: len(places) for key, places in after.items() if key in before
            }
            return None

    def pick(self, resource, number, *likely):
        """The id of a document of this run: one in a likely state, if there is any, else one in any state."""
        mine = [one for one in self.all(resource) if one["id"] not in self.old]
        found = [one for one in mine if one["status"] in likely] if number % 4 else mine
        return (found or mine or [{"id": "none"}])[number // 4 % len(found or mine or [1])]["id"]

    @rule(
        customer=CUSTOMERS,
        items=LINES,
        shipping=money(0, 9999),
        due=st.sampled_from([None, None, "2025-01-05", "2024-12-31", "2023-01-01"]),
        rate=st.sampled_from([None, None, None, Decimal("4.4567"), Decimal("0.3337")]),
        currency=st.sampled_from(["USD", "USD", "JPY", "KWD"]),
        send=st.booleans(),
    )
    def invoice(self, customer, items, shipping, due, rate, currency, send):
        body = {"customerId": customer, "items": items, "shippingCost": shipping, **({"dueDate": due} if due else {})}
        if rate:
            whole = shipping.quantize(Decimal(1)) if currency == "JPY" else shipping
            body |= {"currency": currency, "exchangeRate": rate, "shippingCost": whole}
        made = self.call("createInvoice", body)
        if made and send:
            self.call("sendInvoice", {}, invoiceId=made["id"])

    @rule(number=PICK, items=LINES)
    def change_invoice(self, number, items):
        self.call("updateInvoice", {"items": items}, invoiceId=self.pick("Invoice", number, "draft", "pending"))

    @rule(number=PICK)
    def send_invoice(self, number):
        self.call("sendInvoice", {}, invoiceId=self.pick("Invoice", number, "draft", "pending"))

    @rule(number=PICK, action=st.sampled_from(["voidInvoice", "voidInvoice", "cancelInvoice", "deleteInvoice"]))
    def end_invoice(self, number, action):
        states = ("sent", "overdue") if action == "voidInvoice" else ("draft", "pending")
        self.call(action, {"reason": "mistake"}, invoiceId=self.pick("Invoice", number, *states))

    @rule(
        number=PICK,
        share=st.sampled_from([Decimal("0.01"), Decimal("0.3333"), 1, 1, 2]),
        rate=st.sampled_from([None, None, Decimal("4.5"), Decimal("4.3021"), Decimal("0.3")]),
    )
    def pay(self, number, share, rate):
        invoice = self.pick("Invoice", number, "sent", "partially_paid", "overdue")
        found = self.engine.state.get(TENANT, "Invoice", invoice) or {"currency": "MYR", "amountDue": 0}
        smallest = {"JPY": Decimal(1), "KWD": Decimal("0.001")}.get(found["currency"], Decimal("0.01"))
        amount = max(smallest, ((found["amountDue"] or Decimal(10)) * share).quantize(smallest))
        rated = {"exchangeRate": rate} if rate and found["currency"] != "MYR" else {}
        self.call("recordInvoicePayment", {"amount": amount, **rated}, invoiceId=invoice)

    @rule(
        number=PICK,
        amount=st.one_of(st.none(), money(1, 20_000)),
        rate=st.sampled_from([None, None, None, Decimal("4.4002")]),
    )
    def refund(self, number, amount, rate):
        body = {"reason": "returned", **({"amount": amount} if amount else {}), **({"exchangeRate": rate} if rate else {})}
        self.call("refundPayment", body, paymentId=self.pick("Payment", number, "completed", "partially_refunded"))

    @rule(number=PICK)
    def void_payment(self, number):
        self.call("voidPayment", {"reason": "mistake"}, paymentId=self.pick("Payment", number, "completed"))

    @rule(customer=CUSTOMERS, items=LINES, confirm=st.booleans())
    def order(self, customer, items, confirm):
        made = self.call("createSalesOrder", {"customerId": customer, "items": items})
        if made and confirm:
            self.call("confirmSalesOrder", {}, salesOrderId=made["id"])

    @rule(
        number=PICK,
        action=st.sampled_from(["confirmSalesOrder", "deliverSalesOrder", "cancelSalesOrder", "closeSalesOrder"]),
    )
    def move_order(self, number, action):
        states = {
            "confirmSalesOrder": ("draft",),
            "deliverSalesOrder": ("shipped",),
            "cancelSalesOrder": ("draft", "confirmed"),
            "closeSalesOrder": ("partially_shipped",),
        }
        self.call(action, {}, salesOrderId=self.pick("SalesOrder", number, *states[action]))

    def part(self, order, quantity, name):
        """A request for some of an order's first line."""
        found = self.engine.state.get(TENANT, "SalesOrder", order)
        return (
            {}
            if quantity is None or found is None
            else {name[0]: [{name[1]: found["items"][0]["id"], "quantity": quantity}]}
        )

    @rule(number=PICK, quantity=st.one_of(st.none(), st.integers(1, 10)))
    def ship(self, number, quantity):
        order = self.pick("SalesOrder", number, "confirmed", "partially_shipped")
        self.call("shipSalesOrder", self.part(order, quantity, ("items", "id")), salesOrderId=order)

    @rule(number=PICK, quantity=st.one_of(st.none(), st.integers(1, 10)))
    def invoice_order(self, number, quantity):
        order = self.pick("SalesOrder", number, "confirmed", "partially_shipped", "shipped", "delivered")
        self.call("convertOrderToInvoice", self.part(order, quantity, ("partialItems", "itemId")), salesOrderId=order)

    @rule(customer=CUSTOMERS, items=LINES)
    def quote(self, customer, items):
        self.call("createQuote", {"customerId": customer, "items": items})

    @rule(
        number=PICK,
        action=st.sampled_from(["sendQuote", "acceptQuote", "declineQuote", "convertQuoteToOrder", "convertQuoteToInvoice"]),
    )
    def move_quote(self, number, action):
        states = {"sendQuote": ("draft",), "acceptQuote": ("sent",), "declineQuote": ("sent",)}.get(action, ("accepted",))
        self.call(action, {}, quoteId=self.pick("Quote", number, *states))

    @rule(
        debit=ACCOUNTS,
        credit=ACCOUNTS,
        amount=money(0),
        off=st.sampled_from([0, 0, 0, Decimal("0.01")]),
        status=st.sampled_from(["draft", "posted"]),
    )
    def journal(self, debit, credit, amount, off, status):
        lines = [{"accountId": debit, "debit": amount}, {"accountId": credit, "credit": amount + off}]
        self.call("createJournalEntry", {"date": "2024-12-30", "status": status, "lines": lines})

    @rule(number=PICK, action=st.sampled_from(["postJournalEntry", "voidJournalEntry", "deleteJournalEntry"]))
    def move_journal(self, number, action):
        states = ("posted",) if action == "voidJournalEntry" else ("draft",)
        self.call(action, {"reason": "mistake"}, journalEntryId=self.pick("JournalEntry", number, *states))

    @rule(
        item=GOODS,
        location=LOCATIONS,
        quantity=st.integers(-30, 30),
        cost=st.one_of(st.none(), money(1, 9999)),
        status=st.sampled_from(["posted", "posted", "draft"]),
    )
    def adjust(self, item, location, quantity, cost, status):
        line = {"itemId": item, "adjustmentQuantity": quantity, **({"unitCost": cost} if cost else {})}
        self.call("createStockAdjustment", {"reason": "found", "locationId": location, "status": status, "items": [line]})

    @rule(number=PICK, action=st.sampled_from(["postStockAdjustment", "reverseStockAdjustment"]))
    def move_adjustment(self, number, action):
        states = ("draft",) if action == "postStockAdjustment" else ("posted",)
        self.call(action, {"reason": "mistake"}, stockAdjustmentId=self.pick("StockAdjustment", number, *states))

    @rule(item=GOODS, here=LOCATIONS, there=LOCATIONS, quantity=st.integers(1, 40), slow=st.booleans())
    def transfer(self, item, here, there, quantity, slow):
        body = {"fromLocationId": here, "toLocationId": there, "inTransit": slow}
        self.call("createStockTransfer", {**body, "items": [{"itemId": item, "quantity": quantity}]})

    @rule(number=PICK, short=st.integers(0, 3), action=st.sampled_from(["receiveStockTransfer", "cancelStockTransfer"]))
    def move_transfer(self, number, short, action):
        transfer = self.pick("StockTransfer", number, "in_transit")
        found = self.engine.state.get(TENANT, "StockTransfer", transfer)
        lines = (
            [{"id": line["id"], "quantityReceived": max(0, line["quantity"] - short)} for line in found["items"]]
            if found
            else []
        )
        self.call(action, {"items": lines} if action == "receiveStockTransfer" and short else {}, stockTransferId=transfer)

    @rule(items=BASKETS, methods=METHODS, cut=st.integers(1, 99), customer=st.sampled_from([None, "cust_456"]), number=PICK)
    def sell(self, items, methods, cut, customer, number):
        session = {"locationId": "loc_store1", "registerId": "reg_001", "cashierName": "Siti", "openingFloat": 200}
        self.call("openPosSession", session)
        body = {"items": items, "customerId": customer, "sessionId": self.pick("PosSession", number, "open")}
        self.tendered("createPosTransaction", body, methods, cut)

    @rule(
        number=PICK,
        share=st.sampled_from([None, 1, Decimal("0.5"), Decimal("0.001")]),
        methods=METHODS,
        cut=st.integers(1, 99),
    )
    def give_back(self, number, share, methods, cut):
        sale = self.pick("PosTransaction", number, "completed", "partially_refunded")
        found = self.engine.state.get(TENANT, "PosTransaction", sale)
        body = {"reason": "returned", "sessionId": self.pick("PosSession", 1, "open")}
        if share is not None and found is not None:
            line = found["items"][number % len(found["items"])]
            body["items"] = [{"id": line["id"], "quantity": line["quantity"] * share, "restock": bool(number % 3)}]
        self.tendered("refundPosTransaction", body, methods, cut, posTransactionId=sale)

    def tendered(self, name, body, methods, cut, **path):
        """A sale or refund with tenders that add up: what they have to come to is what a refusal says."""
        wrong = [{"method": method, "amount": Decimal(999_999)} for method in methods]
        self.call(name, {**body, "tenders": wrong}, **path)
        total = self.refused.violations[0].detail.get("total") if isinstance(self.refused, Refused) else None
        if total is None:
            return
        part = (Decimal(total) * cut / 100).quantize(Decimal("0.01")) if len(methods) > 1 else total
        amounts = [part, *[Decimal(0)] * (len(methods) - 2), total - part][: len(methods)]
        tenders = [
            {"method": method, "amount": amount} for method, amount in zip(methods, amounts, strict=True) if amount > 0
        ]
        for tender in tenders:
            if tender["method"] == "cash" and name == "createPosTransaction":
                tender["cashReceived"] = tender["amount"] + cut
        self.call(name, {**body, **({"tenders": tenders} if tenders else {})}, **path)

    @rule(number=PICK)
    def void_sale(self, number):
        self.call(
            "voidPosTransaction", {"reason": "mistake"}, posTransactionId=self.pick("PosTransaction", number, "completed")
        )

    @rule(kind=st.sampled_from(["cash_in", "cash_out", "safe_drop"]), amount=money(1, 30_000))
    def move_cash(self, kind, amount):
        body = {"type": kind, "amount": amount, "reason": "change"}
        self.call("recordCashMovement", body, posSessionId=self.pick("PosSession", 1, "open"))

    @rule(off=st.sampled_from([0, 0, Decimal("0.05"), -5, 50]))
    def count_the_drawer(self, off):
        session = self.pick("PosSession", 1, "open")
        expected = (self.engine.state.get(TENANT, "PosSession", session) or {}).get("expectedCash", 0)
        body = {"countedCash": max(Decimal(0), expected + off), "varianceReason": "miscounted"}
        self.call("closePosSession", body, posSessionId=session)

    @rule(
        number=PICK,
        tin=st.sampled_from([None, None, None, "C99999999990", "C88888888880", "12"]),
        submit=st.booleans(),
        format=st.sampled_from(["UBL21", "PEPPOL_UBL"]),
    )
    def einvoice(self, number, tin, submit, format):
        invoice = self.pick("Invoice", number, "sent", "partially_paid", "overdue", "paid")
        body = {"invoiceId": invoice, "format": format, "autoSubmit": submit}
        self.call("createEInvoice", {**body, **({"buyer": {"taxId": tin}} if tin else {})})

    @rule(number=PICK, many=st.booleans(), wait=st.booleans())
    def submit_einvoices(self, number, many, wait):
        one = self.pick("EInvoice", number, "validated")
        ready = [one["id"] for one in self.all("EInvoice") if one["status"] == "validated"]
        asked = {"einvoiceIds": ready} if many and ready else {"einvoiceId": one}
        self.call("submitEInvoices", {**asked, "options": {"waitForResponse": wait}})

    @rule(number=PICK, outcome=st.sampled_from(["accepted", "rejected", "rejection_requested"]))
    def simulate(self, number, outcome):
        states = ("accepted",) if outcome == "rejection_requested" else ("submitted",)
        self.call("simulateEInvoice", {"outcome": outcome}, einvoiceId=self.pick("EInvoice", number, *states))

    @rule(number=PICK)
    def cancel_einvoice(self, number):
        self.call("cancelEInvoice", {"reason": "mistake"}, einvoiceId=self.pick("EInvoice", number, "accepted"))

    @rule(number=PICK)
    def correct(self, number):
        original = self.pick("EInvoice", number, "accepted")
        found = self.engine.state.get(TENANT, "EInvoice", original) or {"invoiceId": "none"}
        body = {"invoiceId": found["invoiceId"] or "none", "documentType": "02", "originalEinvoiceIds": [original]}
        self.call("createEInvoice", body)

    @rule(format=st.sampled_from(["UBL21", "MYINVOIS_JSON"]), kind=st.sampled_from(["01", "04"]))
    def consolidate(self, format, kind):
        today = self.engine.clock.today()
        period = {"fromDate": plus_days(today, -30), "toDate": today}
        self.call("consolidateEInvoice", {**period, "documentType": kind, "format": format, "autoSubmit": True})

    @rule(hours=st.integers(1, 80))
    def hours_pass(self, hours):
        self.engine.time.move(self.engine.clock.instant() + timedelta(hours=hours))

    @rule(days=st.integers(1, 40))
    def time_passes(self, days):
        self.engine.time.move(self.engine.clock.instant() + timedelta(days=days))

    def all(self, resource):
        return self.engine.state.work(TENANT).find(resource)

    @invariant()
    def every_entry_balances(self):
        for entry in self.all("JournalEntry"):
            debit, credit = (sum(line.get(side) or 0 for line in entry["lines"]) for side in ("debit", "credit"))
            assert debit == credit > 0, f"[1] {entry['journalNumber']}"
            assert all(bool(line.get("debit")) != bool(line.get("credit")) for line in entry["lines"]), "[1]"

    @invariant()
    def the_reports_agree(self):
        today = self.engine.clock.today()
        trial = self.call("getTrialBalance")
        assert trial["totalDebit"] == trial["totalCredit"], "[2]"
        assert trial["balanced"], "[2]"
        sheet = self.call("getBalanceSheet")
        assert sheet["assets"]["totalAssets"] == sheet["totalLiabilitiesAndEquity"], "[2]"
        assert sheet["balanced"], "[2]"
        earnings = [row["balance"] for row in sheet["equity"]["accounts"] if row["accountId"] is None]
        assert self.call("getProfitLoss")["netProfit"] == sum(earnings), f"[3] {today}"

    @invariant()
    def receivables_are_what_customers_owe(self):
        posted = [one for one in self.all("Invoice") if one["status"] in ("sent", "partially_paid", "overdue", "paid")]
        due = sum(one["baseTotal"] - one["basePaid"] for one in posted)
        assert all(one["amountDue"] == one["baseTotal"] - one["basePaid"] for one in posted if one["exchangeRate"] == 1), (
            "[4]"
        )
        assert all(one["baseTotal"] == one["basePaid"] for one in posted if one["amountDue"] == 0), "[4] a sen stays behind"
        entries = [one for one in self.all("JournalEntry") if one["status"] in ("posted", "void")]
        lines = [(entry, line) for entry in entries for line in entry["lines"] if line["accountId"] == "acc_receivable"]
        manual = {one["id"] for one in entries if one["source"]["type"] in ("manual", "opening")}
        manual |= {one["id"] for one in entries if one["reversalOfId"] in manual}
        control = sum(
            (line.get("debit") or 0) - (line.get("credit") or 0) for entry, line in lines if entry["id"] not in manual
        )
        owing = [_told(one) for one in posted if one["amountDue"]]
        assert control == due, f"[4] the control account holds {control}, not {due}: {owing}"
        assert sum(one["currentBalance"] for one in self.all("Customer")) == due, "[4] the customers"
        assert self.call("getAgedReceivables")["summary"]["totalOutstanding"] == due, "[4] the ageing"

    @invariant()
    def what_exchange_gained_is_what_came_in_beyond_what_was_owed(self):
        came = sum(one["baseAmount"] - one["baseRefunded"] for one in self.all("Payment") if one["status"] != "voided")
        settled = sum(one["basePaid"] for one in self.all("Invoice"))
        assert self.balance("acc_exchange") == settled - came

    @invariant()
    def amounts_have_the_places_of_their_currency(self):
        for one in self.all("Invoice"):
            smallest = {"JPY": Decimal(1), "KWD": Decimal("0.001")}.get(one["currency"], Decimal("0.01"))
            for amount in (one["total"], one["amountPaid"], one["amountDue"], *(line["lineTotal"] for line in one["items"])):
                assert amount % smallest == 0, f"{amount} {one['currency']} in {one['invoiceNumber']}"

    @invariant()
    def invoices_add_up(self):
        paid = {}
        for one in self.all("Payment"):
            assert 0 <= one["refundedAmount"] <= one["amount"], "[7]"
            if one["status"] != "voided":
                paid[one["invoiceId"]] = paid.get(one["invoiceId"], 0) + one["amount"] - one["refundedAmount"]
        for one in self.all("Invoice"):
            assert one["total"] == one["subtotal"] + one["totalTax"] + one["shippingCost"], "[6]"
            if one["status"] in ("cancelled", "void"):
                assert one["amountDue"] == 0, f"[6] {_told(one)}"
                continue
            assert one["amountDue"] == one["total"] - one["amountPaid"] >= 0, f"[6] {_told(one)}"
            assert one["amountPaid"] == paid.get(one["id"], 0), f"[6] {_told(one)}, payments of {paid.get(one['id'], 0)}"
            settled = one["amountDue"] == 0 and one["total"] > 0 and one["status"] not in ("draft", "pending")
            assert (one["status"] == "paid") == settled, f"[6] {_told(one)}"

    @invariant()
    def orders_stay_within_their_lines(self):
        for one in self.all("SalesOrder"):
            for line in one["items"]:
                assert 0 <= line["shippedQuantity"] <= line["quantity"] - line["closedQuantity"], "[9]"
                assert 0 <= line["invoicedQuantity"] <= line["quantity"] - line["closedQuantity"], "[9]"

    @invariant()
    def stock_is_never_negative_and_is_what_the_ledger_says(self):
        rows = self.all("StockLevel")
        assert all(row["currentStock"] >= 0 and row["reservedStock"] >= 0 for row in rows), "[8]"
        assert all(row["availableStock"] == row["currentStock"] - row["reservedStock"] for row in rows), "[8]"
        value = sum(row["stockValue"] for row in rows)
        assert self.balance("acc_inventory") == value, f"[5] stock of {value}, inventory of {self.balance('acc_inventory')}"
        for place in {row["locationId"] for row in rows}:
            value = sum(row["stockValue"] for row in rows if row["locationId"] == place)
            assert self.balance("acc_inventory", place) == value, f"[5] {place} holds {value}"
        held = {}
        for order in self.all("SalesOrder"):
            for line in order["items"] if order["status"] in ("confirmed", "partially_shipped") else ():
                key = (line["itemId"], order["locationId"])
                held[key] = held.get(key, 0) + line["quantity"] - line["shippedQuantity"] - line["closedQuantity"]
        for row in rows:
            assert row["reservedStock"] == held.get((row["itemId"], row["locationId"]), 0), f"[8] {row['id']}"

    @invariant()
    def goods_are_somewhere(self):
        rows, coming, moved = self.all("StockLevel"), {}, {}
        for transfer in [one for one in self.all("StockTransfer") if one["status"] == "in_transit"]:
            for line in transfer["items"]:
                key = (line["itemId"], transfer["toLocationId"])
                coming[key] = coming.get(key, 0) + line["quantityShipped"]
        for one in self.all("StockMovement"):
            key = (one["itemId"], one["locationId"])
            quantity, value = moved.get(key, (0, 0))
            moved[key] = (quantity + one["quantity"], value + one["value"])
        for row in rows:
            key = (row["itemId"], row["locationId"])
            assert row["inTransitStock"] == coming.pop(key, 0), f"[8] {row['id']}"
            assert (row["currentStock"], row["stockValue"]) == moved.pop(key, (0, 0)), f"[8] {row['id']}"
        assert not coming, "[8] goods are on their way to nowhere"
        assert not moved, "[8] goods moved where no stock is kept"
        value = sum(one["totalValue"] for one in self.all("StockTransfer") if one["status"] == "in_transit")
        assert self.balance("acc_transit") == value, (
            f"[5] {value} on the way, goods in transit of {self.balance('acc_transit')}"
        )
        for item in self.all("Item"):
            mine = [row for row in rows if row["itemId"] == item["id"]]
            for name in ("currentStock", "reservedStock", "availableStock", "stockValue"):
                assert item["inventory"][name] == sum(row[name] for row in mine), f"[8] {item['id']} {name}"

    def sales(self):
        """What the tills of this run have sold and given back."""
        return [one for one in self.all("PosTransaction") if one["id"] not in self.old]

    @invariant()
    def tenders_add_up_and_no_more_is_given_back_than_was_sold(self):
        refunds = {}
        for one in self.sales():
            assert sum(part["amount"] for part in one["tenders"]) == one["total"], f"[10] {one['receiptNumber']}"
            assert one["total"] == one["subtotal"] + one["totalTax"] + one["roundingAmount"], "[10]"
            change = sum(
                part["cashReceived"] - part["amount"] for part in one["tenders"] if part["cashReceived"] is not None
            )
            assert one["changeDue"] == change, "[10]"
            if one["type"] == "refund":
                refunds.setdefault(one["originalTransactionId"], []).append(one)
        for one in self.sales():
            if one["type"] == "refund":
                continue
            back, paid = refunds.get(one["id"], []), one["total"]
            assert one["refundedAmount"] == sum(refund["total"] for refund in back), "[10]"
            assert one["refundedAmount"] <= paid + ROUNDED, f"[10] {one['refundedAmount']} given back of {paid}"
            assert all(0 <= line["refundedQuantity"] <= line["quantity"] for line in one["items"]), "[10]"
            sold = sum(line["refundedQuantity"] for line in one["items"])
            assert sold == sum(line["quantity"] for refund in back for line in refund["items"]), "[10]"
            assert (one["status"] == "refunded") == (sold == sum(line["quantity"] for line in one["items"])), "[10]"
            if one["status"] == "refunded":
                assert sum(refund["subtotal"] for refund in back) == one["subtotal"], "[10]"
                assert sum(refund["totalTax"] for refund in back) == one["totalTax"], "[10]"
                cash = all(part["method"] == "cash" for sale in (one, *back) for part in sale["tenders"])
                left = paid - one["refundedAmount"]
                assert left == 0 if cash else abs(left) <= ROUNDED, f"[10] {left} of {paid} was not given back"

    @invariant()
    def drawers_and_reports_say_what_was_sold(self):
        moved = 0
        for session in [one for one in self.all("PosSession") if one["id"] not in self.old]:
            mine = [one for one in self.sales() if one["sessionId"] == session["id"] and one["status"] != "voided"]
            told = {"sale": {}, "refund": {}}
            for one in mine:
                for part in one["tenders"]:
                    told[one["type"]][part["method"]] = told[one["type"]].get(part["method"], 0) + part["amount"]
            cash = session["cashSales"] - session["cashRefunds"] + session["cashIn"] - session["cashOut"]
            assert session["cashSales"] == told["sale"].get("cash", 0), "[10]"
            assert session["cashRefunds"] == told["refund"].get("cash", 0), "[10]"
            assert session["expectedCash"] == session["openingFloat"] + cash >= 0, "[10]"
            assert {row["method"]: (row["amount"], row["refunds"]) for row in session["tenders"]} == {
                method: (told["sale"].get(method, 0), told["refund"].get(method, 0))
                for method in {*told["sale"], *told["refund"]}
            }, "[10]"
            assert sum(row["net"] for row in session["tenders"]) == session["total"], "[10]"
            moved += cash + (session["variance"] or 0)
        assert self.balance("acc_pos_cash") - self.drawer == moved, "[10] the drawer's account drifts from the drawers"
        for day in {one["businessDate"] for one in self.sales()}:
            operation = self.engine.plan.operations["getDailySales"]
            report = self.engine.calls.run(Call(operation, Caller(TENANT), {}, {"date": day})).result
            for rows in ("byTender", "byHour"):
                assert sum(row["net"] for row in report[rows]) == report["summary"]["total"], f"[10] {day} {rows}"
            assert sum(row["count"] for row in report["byHour"]) == report["summary"]["transactionCount"], f"[10] {day}"

    @invariant()
    def an_invoice_has_one_active_einvoice_and_shows_it(self):
        made = {}
        for one in self.all("EInvoice"):
            if one["documentType"] == "01" and one["invoiceId"]:
                made.setdefault(one["invoiceId"], []).append(one)
        for invoice in self.all("Invoice"):
            mine = made.get(invoice["id"], [])
            active = [one for one in mine if one["status"] not in ("rejected", "cancelled")]
            assert len(active) <= 1, f"[11] {[one['id'] for one in active]}"
            assert not active or invoice["status"] != "void", f"[11] {_told(invoice)} has {active[0]['id']}"
            shown = invoice["einvoice"] or {"id": None}
            assert (shown["id"] in [one["id"] for one in mine]) == bool(mine), "[11]"
            for one in [one for one in mine if one["id"] == shown["id"] or one in active]:
                assert (shown["id"], shown["status"], shown["uuid"]) == (one["id"], one["status"], one["uuid"]), "[11]"

    @invariant()
    def what_was_accepted_is_cancelled_within_its_window_or_never(self):
        einvoices = self.all("EInvoice")
        for one in einvoices:
            told = one["government"]
            if one["status"] == "cancelled" and told["acceptanceTime"]:
                accepted, ended = (datetime.fromisoformat(told[name]) for name in ("acceptanceTime", "cancelDateTime"))
                assert accepted <= ended <= accepted + WINDOW, f"[11] {one['id']}"
                metadata = [other for other in einvoices if one["id"] in other["originalEinvoiceIds"]]
                assert all(other["status"] in ("rejected", "cancelled") for other in metadata), f"[11] {one['id']}"
            assert bool(told["longId"]) == bool(told["acceptanceTime"]), one["id"]
            lines = sum(line["lineTotal"] for line in one["items"])
            totals = one["totals"]
            assert lines + totals["chargeTotalAmount"] + totals["taxAmount"] == totals["taxInclusiveAmount"], one["id"]
        sold = {one["einvoiceId"] for one in self.all("PosTransaction")} - {None}
        standing = {
            one["id"] for one in einvoices if one["consolidation"] and one["status"] not in ("rejected", "cancelled")
        }
        assert sold == standing, "a sale is in an e-invoice that does not stand, or in none"

    def balance(self, account, location=None):
        """What the posted lines of an account come to, everywhere or at one location."""
        entries = [one for one in self.all("JournalEntry") if one["status"] in ("posted", "void")]
        entries = [one for one in entries if location in (None, one["locationId"])]
        lines = [line for entry in entries for line in entry["lines"] if line["accountId"] == account]
        return sum((line.get("debit") or 0) - (line.get("credit") or 0) for line in lines)

    @invariant()
    def other_tenants_see_nothing_of_it(self):
        now = self.rows(OTHER)
        events = ("_events",)
        assert {key: rows.keys() for key, rows in now.items() if key not in events} == {
            key: rows.keys() for key, rows in self.foreign.items() if key not in events
        }, "[12]"

    @invariant()
    def ends_are_final_and_numbers_are_given_once(self):
        for resource, ends in TERMINAL.items():
            for one in self.all(resource):
                key, state = (resource, one["id"]), one["status"]
                assert self.terminal.get(key, state) == state, f"[13] {key} left {self.terminal[key]}"
                if state in ends:
                    self.terminal[key] = state
                assert self.updated.get(key, "") <= one["updatedAt"], "[13]"
                self.updated[key] = one["updatedAt"]
                number = next(one[name] for name in NUMBERS if name in one)
                assert self.numbers.setdefault(number, key) == key, f"[13] {number} twice"

    @invariant()
    def computing_again_changes_nothing(self):
        work = self.engine.state.work(TENANT)
        for name in ("Invoice", "SalesOrder", "Quote", "Customer", "JournalEntry", "Account"):
            resource = self.engine.plan.resources[name]
            for row in work.rows(resource):
                again = copy(row)
                settle(
                    work, resource, again, work.call_scope.inside({"old": row, "transition": None}, again, resource.names)
                )
                stale = {key for key in again if again[key] != row.get(key)} - {"updatedAt"}
                assert not stale, f"{name} {row['id']}: {stale} went stale"


def _told(invoice):
    """An invoice in a line."""
    return {name: invoice[name] for name in ("invoiceNumber", "status", "total", "amountPaid", "amountDue")}


@pytest.mark.no_cover  # so many steps that measuring them would take minutes, and others than last time
@pytest.mark.parametrize("steps", [50])
def test_the_books_hold_whatever_is_called(steps):
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=32,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
