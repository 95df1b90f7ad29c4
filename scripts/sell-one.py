#!/usr/bin/env python3
"""Sells one seat of the demo's sample over HTTP and prints the codes that it met, as Schemathesis wants parameters.

usage: sell-one.py GREETING, the file with the line that `axhub demo --json` printed

With codes that exist, generated requests get further than a 404. Which supplier owns the seat is printed first, as a
comment: `# supplier_key = …`.
"""

import datetime
import json
import sys
import urllib.error
import urllib.request

greeting = json.loads(open(sys.argv[1]).readline())
channel_key = greeting["channels"][0]["api_key"]


def call(key, method, path, body=None):
    request = urllib.request.Request(
        greeting["base_url"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Token {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def owner_of(product):
    """The supplier of a product, as the greeting has it."""
    for supplier in greeting["suppliers"]:
        try:
            call(supplier["api_key"], "GET", f"/v1/supplier/products/{product}")
            return supplier
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
    sys.exit(f"nobody supplies {product}")


def sellable():
    """A tour that the supplier confirms by hand and that asks nothing of travelers, with its options and a row."""
    for tour in call(channel_key, "GET", "/v1/channel/products/tour?page_size=200")["products"]:
        product = tour["product_code"]
        detail = call(channel_key, "GET", f"/v1/channel/products/tour/{product}")
        if detail["contents"]["confirmation"] != "manual" or any(detail["required_traveler_information"].values()):
            continue
        rows = call(channel_key, "GET", f"/v1/channel/inventory/tour/{product}?page_size=200")["option_codes"]
        for option in detail["options"]:
            if option["min_quantity"] > 1:
                continue
            for row in reversed(rows.get(option["option_code"], [])):
                if row["is_order"] and row["remain_quantity"] >= 1:
                    return product, detail["options"], option["option_code"], row
    sys.exit("the sample has no such tour")


product, options, option, row = sellable()
registered = call(
    channel_key,
    "POST",
    f"/v1/channel/products/tour/registration/{product}",
    {
        "mapping_data": {o["option_code"]: o["option_name"] for o in options if o["is_active"]},
        "channel_product_name": "Checked tour",
        "channel_product_link": "https://shop.example.com/checked",
        "channel_product_id": "CHECK",
    },
)
person = {"name": "Kim Minji", "national_code": "82", "phone": "010-1234-5678", "email": "minji@example.com"}
placed = call(
    channel_key,
    "POST",
    "/v1/channel/orders/tour",
    {
        "options": [
            {
                "channel_product_mapping_code": registered["channel_product_mapping_code"],
                "option_code": option,
                "inventory_at": row["inventory_at"],
                "quantity": 1,
                "unit_selling_price": "10",
                "amount_price": "10",
                "tickets": [person],
            }
        ],
        "order": {
            "channel_order_code": "CHECK",
            "purchased_at": "2026-01-01T00:00:00Z",
            "sub_total": "10",
            "total": "10",
            "currency": "USD",
            "status": "New",
            "is_voucher": True,
        },
        "purchaser": {**person, "is_required_more_information": False},
        "representative": person,
    },
)["options"][0]

supplier = owner_of(product)
print(f"# supplier_key = {supplier['api_key']}")
print("[parameters]")
for name, code in {
    "product_code": product,
    "option_code": option,
    "ax_order_code": placed["ax_order_code"],
    "ax_ticket_code": placed["tickets"][0]["ax_ticket_code"],
    "inventory_code": row["inventory_code"],
    "channel_code": greeting["channels"][0]["code"],
    "supplier_code": supplier["code"],
    "month": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m"),
}.items():
    print(f'"path.{name}" = "{code}"')
# Where lists begin: what follows a list's answer needs something in it.
print('"query.page" = 1')
