// A sale told by a generated client: from the customer to the e-invoice, and a webhook; `story.js ADDRESS`.
import { strict as assert } from "node:assert";
import { client } from "./client/client.gen.js";
import * as api from "./client/index.js";

client.setConfig({
  baseUrl: process.argv[2],
  auth: (scheme) => (scheme.type === "http" ? "blg_test_sk_unlimited0000000" : "company_abc123"),
});

async function story(): Promise<void> {
  const created = await api.createCustomer({ body: { name: "Kedai Kopi Baru", email: "kopi@example.com" } });
  const customer = created.data!.data;
  assert.equal(customer.name, "Kedai Kopi Baru");
  assert.equal(customer.billingAddress, null);

  const refused = await api.createCustomer({ body: { name: "", email: "nope" } });
  assert.deepEqual(refused.error!.error.details!.map((detail) => detail.field).sort(), ["email", "name"]);

  const body: api.InvoiceCreate = { customerId: customer.id, items: [{ description: "Consulting", quantity: 2, unitPrice: 500 }] };
  const draft = (await api.createInvoice({ body })).data!.data;
  const drafted: api.InvoiceStatus = draft.status;
  assert.deepEqual([drafted, draft.subtotal], ["draft", 1000]);

  const path = { invoiceId: draft.id };
  const sent = (await api.sendInvoice({ path, body: {} })).data!.data;
  assert.equal(sent.amountDue, sent.total);
  await api.addInvoicePayment({ path, body: { amount: sent.total } });
  const paid = (await api.getInvoice({ path })).data!.data;
  assert.deepEqual([paid.status, paid.paymentStatus], ["paid", "paid"]);

  const query = { status: { in: "paid,void" }, total: { gte: 1000 }, customerId: customer.id };
  const found = (await api.listInvoices({ query })).data!.data;
  assert.deepEqual(found.map((row) => row.id), [paid.id]);

  const sale = (await api.createInvoice({ body: { ...body, customerId: "cust_456" } })).data!.data;
  await api.sendInvoice({ path: { invoiceId: sale.id }, body: {} });
  const einvoice = (await api.createEInvoice({ body: { invoiceId: sale.id } })).data!.data;
  assert.deepEqual([einvoice.invoiceId, einvoice.delivery], [sale.id, null]);
  const state: api.EInvoiceState = einvoice.status;
  const listed = (await api.listEInvoices({ query: { status: state } })).data!.data;
  assert.ok(listed.some((row) => row.id === einvoice.id));

  const webhook = (await api.subscribeWebhook({ body: { url: "http://localhost:3000/hooks", events: ["invoice.updates"] } })).data!.data;
  assert.deepEqual([webhook.statistics.totalDelivered, webhook.disabledReason], [0, null]);
  console.log("told");
}

void story();
