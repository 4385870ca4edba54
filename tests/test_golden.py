"""The golden totals of the demo books, to the cent, as of the end of 2024."""

import pytest

END = "asOfDate=2024-12-31"
YEAR = "fromDate=2024-01-01&toDate=2024-12-31"

BALANCES = {
    "1000": 181_667.50,
    "1020": 692.80,
    "1030": 97.90,
    "1200": 17_897.80,
    "1300": 74_807.80,
    "2200": -5_535.19,
    "4000": -9_550.80,
    "4010": -15_000.00,
    "4020": -50.00,
    "5000": 7_656.20,
    "5100": 4.00,
    "7020": -0.01,
}


@pytest.mark.parametrize(("number", "balance"), BALANCES.items())
def test_an_account_ends_the_year_where_it_should(complete_demo, number, balance):
    rows = complete_demo.data("GET", f"/reports/trial-balance?{END}")["rows"]
    row = next(row for row in rows if row["accountNumber"] == number)
    assert row["debit"] - row["credit"] == pytest.approx(balance, abs=1e-9)


def test_the_trial_balance(complete_demo):
    found = complete_demo.data("GET", f"/reports/trial-balance?{END}")
    assert (found["totalDebit"], found["totalCredit"], found["balanced"]) == (451_924.00, 451_924.00, True)


def test_the_balance_sheet(complete_demo):
    found = complete_demo.data("GET", f"/reports/balance-sheet?{END}")
    assert found["assets"]["totalAssets"] == 401_363.80
    assert found["liabilities"]["totalLiabilities"] == 170_185.19
    assert found["equity"]["total"] == 227_338.00 + 3_840.61
    assert (found["totalLiabilitiesAndEquity"], found["balanced"]) == (401_363.80, True)
    earnings = [row["balance"] for row in found["equity"]["accounts"] if row["accountId"] is None]
    assert earnings == [3_840.61]


def test_profit_and_loss(complete_demo):
    found = complete_demo.data("GET", f"/reports/profit-loss?{YEAR}")
    assert (found["revenue"]["totalRevenue"], found["netProfit"]) == (24_600.80, 3_840.61)
    assert found["costOfGoodsSold"]["total"] + found["expenses"]["totalExpenses"] == pytest.approx(20_760.19, abs=1e-9)


def test_the_receivables_are_what_two_customers_owe(complete_demo):
    found = complete_demo.data("GET", f"/reports/aged-receivables?{END}")
    assert found["summary"]["totalOutstanding"] == 10_200.00 + 7_697.80


def test_each_location_has_its_part_of_the_profit(complete_demo):
    """The till of the store made the POS sales of domain 8.5; entries by hand (rent, salaries, depreciation) belong nowhere."""
    store = complete_demo.data("GET", f"/reports/profit-loss?{YEAR}&locationId=loc_store1")
    assert store["revenue"]["totalRevenue"] == 177.80
    places = [one["id"] for one in complete_demo.data("GET", "/locations")]
    profits = [complete_demo.data("GET", f"/reports/profit-loss?{YEAR}&locationId={one}")["netProfit"] for one in places]
    assert sum(profits) - 3_500 - 8_400 - 1_200 == pytest.approx(3_840.61, abs=1e-9)
    for report in ("balance-sheet", "trial-balance"):
        assert all(complete_demo.data("GET", f"/reports/{report}?{END}&locationId={one}")["balanced"] for one in places)


@pytest.mark.parametrize("report", ["balance-sheet", "profit-loss", "trial-balance", "general-ledger", "aged-receivables"])
def test_a_location_must_exist(complete_demo, report):
    answer = complete_demo("GET", f"/reports/{report}?locationId=loc_none")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_PARAMETER")
    assert answer.json()["error"]["details"][0]["field"] == "locationId"


STOCK = {
    "item_widget001": {"loc_warehouse1": 300, "loc_store1": 50},
    "item_widget002": {"loc_warehouse1": 73},
    "item_laptop001": {"loc_warehouse1": 10, "loc_store1": 4, "loc_store2": 2},
    "item_mouse001": {"loc_warehouse1": 80, "loc_store1": 24, "loc_store2": 15},
    "item_malt001": {"loc_warehouse1": 120, "loc_store1": 35, "loc_store2": 24},
    "item_kopi001": {"loc_warehouse1": 155, "loc_store1": 28, "loc_store2": 20},
    "item_batik001": {"loc_warehouse1": 40, "loc_store1": 11, "loc_store2": 18},
}


@pytest.mark.parametrize(("item", "levels"), STOCK.items())
def test_the_stock_of_an_item(complete_demo, item, levels):
    rows = complete_demo.data("GET", f"/stock?itemId={item}")
    assert {row["locationId"]: row["currentStock"] for row in rows if row["currentStock"]} == levels


def test_an_order_holds_its_goods(complete_demo):
    (row,) = complete_demo.data("GET", "/stock?itemId=item_widget001&locationId=loc_warehouse1")
    assert (row["reservedStock"], row["availableStock"]) == (25, 275)
