"""A sale told by a generated client: from the customer to the e-invoice, and a webhook; `story.py ADDRESS`."""

import sys

from bigledger import AuthenticatedClient
from bigledger.api.customers import create_customer
from bigledger.api.e_invoices import create_e_invoice, list_e_invoices
from bigledger.api.invoices import create_invoice, get_invoice, list_invoices, send_invoice
from bigledger.api.payments import add_invoice_payment
from bigledger.api.webhooks import list_webhooks, subscribe_webhook
from bigledger.models import (
    CustomerCreate,
    DocumentLineFields,
    EInvoiceCreate,
    EInvoiceState,
    Error,
    InvoiceCreate,
    InvoicePayment,
    InvoicePaymentStatus,
    InvoiceSend,
    InvoiceStatus,
    WebhookCreate,
)

client = AuthenticatedClient(sys.argv[1], "blg_test_sk_unlimited0000000", headers={"X-Company-Id": "company_abc123"})

customer = create_customer.sync(client=client, body=CustomerCreate(name="Kedai Kopi Baru", email="kopi@example.com")).data
assert customer.name == "Kedai Kopi Baru"
assert customer.billing_address is None

refusal = create_customer.sync(client=client, body=CustomerCreate(name="", email="nope"))
assert isinstance(refusal, Error)
assert {detail.field for detail in refusal.error.details} == {"name", "email"}

line = DocumentLineFields(description="Consulting", quantity=2, unit_price=500)
invoice = create_invoice.sync(client=client, body=InvoiceCreate(customer_id=customer.id, items=[line])).data
assert (invoice.status, invoice.subtotal, invoice.customer.name) == (InvoiceStatus.DRAFT, 1000, customer.name)

invoice = send_invoice.sync(invoice.id, client=client, body=InvoiceSend()).data
assert invoice.amount_due == invoice.total
payment = add_invoice_payment.sync(invoice.id, client=client, body=InvoicePayment(amount=invoice.total)).data
assert payment.amount == invoice.total

invoice = get_invoice.sync(invoice.id, client=client).data
assert (invoice.status, invoice.payment_status) == (InvoiceStatus.PAID, InvoicePaymentStatus.PAID)
paid = list_invoices.sync(client=client, status=InvoiceStatus.PAID, customer_id=customer.id).data
assert [row.id for row in paid] == [invoice.id]

sale = create_invoice.sync(client=client, body=InvoiceCreate(customer_id="cust_456", items=[line])).data
sale = send_invoice.sync(sale.id, client=client, body=InvoiceSend()).data
einvoice = create_e_invoice.sync(client=client, body=EInvoiceCreate(invoice_id=sale.id)).data
assert (einvoice.invoice_id, einvoice.delivery, einvoice.buyer.registration_name) == (sale.id, None, sale.customer.name)
assert einvoice.id in [row.id for row in list_e_invoices.sync(client=client, status=EInvoiceState(einvoice.status)).data]

webhook = subscribe_webhook.sync(
    client=client, body=WebhookCreate(url="http://localhost:3000/hooks", events=["invoice.updates"])
).data
assert (webhook.statistics.total_delivered, webhook.disabled_reason) == (0, None)
assert webhook.id in [row.id for row in list_webhooks.sync(client=client).data]
print("told")  # noqa: T201, the test reads it
