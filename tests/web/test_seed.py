"""The examples of the API reference, as it prints them, on the demo data."""

import pytest


def lower(row, name):
    return str(row.get(name)).lower()


LISTS = [
    pytest.param(
        "/invoices?status=draft&customerName=acme",
        lambda row: row["status"] == "draft" and "acme" in lower(row, "customerName"),
        id="basic",
    ),
    pytest.param(
        "/invoices?fromDate=2024-01-01&toDate=2024-01-31",
        lambda row: "2024-01-01" <= row["invoiceDate"] <= "2024-01-31",
        id="range",
    ),
    pytest.param(
        "/customers?search=acme&searchFields=name,email,phone",
        lambda row: "acme" in lower(row, "name") + lower(row, "email") + lower(row, "phone"),
        id="search",
    ),
    pytest.param(
        "/invoices?total[gte]=1000&total[lte]=5000&status[ne]=cancelled",
        lambda row: 1000 <= row["total"] <= 5000 and row["status"] != "cancelled",
        id="operators",
    ),
    pytest.param("/customers?status=active", lambda row: row["status"] == "active", id="bare"),
    pytest.param("/customers?status[eq]=active", lambda row: row["status"] == "active", id="eq"),
    pytest.param("/invoices?status[ne]=cancelled", lambda row: row["status"] != "cancelled", id="ne"),
    pytest.param("/invoices?total[gt]=100", lambda row: row["total"] > 100, id="gt"),
    pytest.param("/invoices?total[gte]=100", lambda row: row["total"] >= 100, id="gte"),
    pytest.param("/invoices?total[lt]=1000", lambda row: row["total"] < 1000, id="lt"),
    pytest.param("/invoices?total[lte]=1000", lambda row: row["total"] <= 1000, id="lte"),
    pytest.param("/invoices?status[in]=draft,pending", lambda row: row["status"] in ("draft", "pending"), id="in"),
    pytest.param("/invoices?status[nin]=cancelled,void", lambda row: row["status"] not in ("cancelled", "void"), id="nin"),
    pytest.param("/customers?name[contains]=acme", lambda row: "acme" in lower(row, "name"), id="contains"),
    pytest.param("/customers?name[startswith]=A", lambda row: lower(row, "name").startswith("a"), id="startswith"),
    pytest.param("/customers?email[endswith]=.com", lambda row: lower(row, "email").endswith(".com"), id="endswith"),
    pytest.param("/items?pricing.sellingPrice[gte]=100", lambda row: row["pricing"]["sellingPrice"] >= 100, id="nested"),
]


@pytest.mark.parametrize(("path", "fits"), LISTS)
@pytest.mark.parametrize("base", ["/v1", "/api/v1"])
def test_a_list_holds_what_its_filters_ask_for_and_nothing_else(complete_demo, base, path, fits):
    rows = complete_demo.data("GET", f"{base}{path}&limit=100", root=True)
    assert rows
    assert all(map(fits, rows))
    collection = path.partition("?")[0]
    everything = complete_demo.data("GET", f"{collection}?limit=100")
    assert {row["id"] for row in everything if fits(row)} <= {row["id"] for row in rows}


def test_brackets_may_be_encoded(demo):
    plain = demo.data("GET", "/invoices?total[gte]=1000&status[ne]=cancelled")
    assert demo.data("GET", "/invoices?total%5Bgte%5D=1000&status%5Bne%5D=cancelled") == plain


def test_the_documented_cursor_gives_the_documented_page(demo):
    answer = demo("GET", "/customers?limit=20&cursor=eyJpZCI6MTIzfQ").json()
    assert answer["pagination"] == {"hasMore": True, "nextCursor": "eyJpZCI6MTQzfQ", "limit": 20, "total": 156}
    assert len(answer["data"]) == 20


def test_sorting_by_one_field_and_by_several(demo):
    created = [row["createdAt"] for row in demo.data("GET", "/invoices?sort=createdAt:desc")]
    assert created == sorted(created, reverse=True)
    keys = [(row["dueDate"], -row["total"]) for row in demo.data("GET", "/invoices?sort=dueDate:asc,total:desc")]
    assert keys == sorted(keys)


def test_the_customers_of_the_bulk_sample_exist(demo):
    for id in ("cust_123", "cust_456"):
        assert demo.data("GET", f"/customers/{id}")["status"] == "active"


def test_the_invoice_of_the_message_sample_is_there(demo):
    found = demo.data("GET", "/invoices/inv_123")
    assert (found["invoiceNumber"], found["customerId"], found["total"], found["status"]) == (
        "INV-2024-0001",
        "cust_456",
        1060.0,
        "draft",
    )


@pytest.mark.parametrize(
    "query",
    ["", "sort=name:asc", "sort=status:desc,name", "status=active", "search=a", "sort=creditLimit:desc&type=business"],
)
def test_pages_visit_every_row_exactly_once(demo, query):
    seen, cursor = [], ""
    for _ in range(40):
        answer = demo("GET", f"/customers?limit=17&{query}{cursor}").json()
        seen += [row["id"] for row in answer["data"]]
        if not answer["pagination"]["hasMore"]:
            break
        cursor = f"&cursor={answer['pagination']['nextCursor']}"
    assert len(seen) == len(set(seen)) == answer["pagination"]["total"]
    assert answer["pagination"]["nextCursor"] is None


def test_a_customer_lives_its_whole_life(fresh):
    made = fresh("POST", "/customers", json={"name": "Ümlaut & Søn", "email": "first@example.com"})
    assert made.status_code == 201
    customer = made.json()["data"]
    assert made.headers["location"] == f"/v1/customers/{customer['id']}"
    assert fresh.data("GET", f"/customers/{customer['id']}") == customer
    changed = fresh.data("PUT", f"/customers/{customer['id']}", json={"creditLimit": 15000})
    assert (changed["creditLimit"], changed["name"]) == (15000, "Ümlaut & Søn")
    twice = fresh("POST", "/customers", json={"name": "x", "email": "FIRST@example.com"})
    assert (twice.status_code, twice.json()["error"]["code"]) == (422, "VALIDATION_ERROR")
    assert twice.json()["error"]["details"][0]["code"] == "DUPLICATE_VALUE"
    assert fresh.data("DELETE", f"/customers/{customer['id']}") == {"id": customer["id"], "deleted": True}
    assert fresh("GET", f"/customers/{customer['id']}").status_code == 404
    assert fresh("DELETE", f"/customers/{customer['id']}").status_code == 404


def test_operators_may_come_as_a_json_object_as_generated_clients_write_them(demo):
    wanted = demo.data("GET", "/customers?name[contains]=acme")
    assert demo.data("GET", '/customers?name={"contains": "acme"}') == wanted
    assert demo.data("GET", '/customers?creditLimit={"gte": 10000, "lte": 20000}') == demo.data(
        "GET", "/customers?creditLimit[gte]=10000&creditLimit[lte]=20000"
    )
    assert demo.data("GET", '/customers?name={"colour": "red"}') == []
