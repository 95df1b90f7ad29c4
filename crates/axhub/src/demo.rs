//! What `axhub demo` prints: where it runs, keys, and a sale to copy.

use anyhow::Context;
use axhub_domain::product::{Confirmation, ProductKind};
use axhub_domain::time::format_instant;
use axhub_hub::availability::{DateRange, inventory_for_channel};
use axhub_hub::catalogue::{self, ProductFilter, ProductForChannel};
use axhub_hub::{Hub, Page, directory};
use serde_json::json;

use crate::sample;

/// The one line of `axhub demo --json`.
pub fn json_line(base_url: &str) -> anyhow::Result<String> {
    let keys = sample::keys()?;
    let listed = |owners: Vec<(String, String)>| {
        serde_json::Value::from_iter(owners.into_iter().map(|(code, api_key)| json!({ "code": code, "api_key": api_key })))
    };
    let line = json!({
        "base_url": base_url,
        "channels": listed(keys.channels),
        "suppliers": listed(keys.suppliers),
        "operator": { "api_key": keys.operator },
    });
    Ok(line.to_string())
}

/// What `axhub demo` prints for people.
///
/// # Errors
/// When the sample has nothing that can be sold.
pub async fn welcome(hub: &Hub, base_url: &str) -> anyhow::Result<String> {
    let keys = sample::keys()?;
    let list = |owners: &[(String, String)]| -> String { owners.iter().map(|(code, key)| format!("    {code:<20} {key}\n")).collect() };
    let (channels, suppliers, operator) = (list(&keys.channels), list(&keys.suppliers), &keys.operator);
    let sale = sale(hub, base_url, &keys).await?;
    Ok(format!(
        "axhub demo runs. Stop it with Ctrl-C; its data stays, and the keys stay the same.

  API    {base_url}/v1
  Docs   {base_url}/docs/          description: {base_url}/openapi.json
  Health {base_url}/readyz         metrics:     {base_url}/metrics

  Keys, sent as `Authorization: Token KEY` (they are in every demo: never use them for real sales)
  channels
{channels}  suppliers
{suppliers}  operator
    {operator}

Sell a seat and let the supplier confirm it: copy all of this into another terminal.

{sale}"
    ))
}

/// Commands that register a tour, order a seat on it, confirm the order and read it.
async fn sale(hub: &Hub, base_url: &str, keys: &sample::Keys) -> anyhow::Result<String> {
    let (channel_code, channel_key) = keys.channels.first().context("the sample has no channel")?;
    let channels = directory::channels(hub).await?;
    let channel = channels.iter().find(|channel| channel.code == *channel_code).context("the sample's channel is gone")?;
    let all = Page { number: 1, size: 200 };
    let tours = catalogue::list_for_channel(hub, channel.id, ProductKind::Tour, ProductFilter::default(), all).await?.items;
    let easy = |tour: &&axhub_domain::product::Product| tour.confirmation == Confirmation::Manual && tour.required_information.is_empty();
    for tour in tours.iter().filter(easy) {
        let range = DateRange { from: Some(hub.now().to_zoned(jiff::tz::TimeZone::UTC).date() + jiff::Span::new().days(7)), to: None };
        let rows = inventory_for_channel(hub, channel.id, ProductKind::Tour, tour.id, range, Page { number: 1, size: 100 }).await?;
        let Some(row) = rows.items.into_iter().find(|row| row.on_sale && row.remain > 0) else { continue };
        let product = catalogue::product_for_channel(hub, channel.id, ProductKind::Tour, tour.id).await?;
        let option = product.options.iter().find(|option| option.id == row.option && option.min_quantity == 1);
        if option.is_none() {
            continue;
        }
        let suppliers = directory::suppliers(hub).await?;
        let supplier = suppliers.iter().find(|supplier| supplier.id == tour.supplier).context("the sample's supplier is gone")?;
        let supplier_key = keys.suppliers.iter().find(|(code, _)| *code == supplier.code).map(|(_, key)| key.as_str());
        let supplier_key = supplier_key.context("the sample's supplier has no key")?;
        return commands(base_url, channel_key, supplier_key, &product, &row);
    }
    anyhow::bail!("the sample has no tour that can be sold")
}

fn commands(
    base_url: &str,
    channel_key: &str,
    supplier_key: &str,
    product: &ProductForChannel,
    row: &axhub_hub::availability::Availability,
) -> anyhow::Result<String> {
    let price = product.prices.iter().find(|price| price.option == row.option).and_then(|price| price.prices.first());
    let price = price.context("the sample's tour has no price")?;
    let code = product.product.id;
    let mapping: serde_json::Map<_, _> =
        product.options.iter().filter(|option| option.is_active).map(|option| (option.id.to_string(), option.name().into())).collect();
    let registration = json!({
        "mapping_data": mapping,
        "channel_product_name": product.product.name(),
        "channel_product_link": "https://shop.example.com/tour",
        "channel_product_id": "TOUR-1",
    });
    let person = json!({ "name": "Kim Minji", "national_code": "82", "phone": "010-1234-5678", "email": "minji@example.com" });
    let mut purchaser = person.clone();
    purchaser["is_required_more_information"] = json!(false);
    let order = json!({
        "options": [{
            "channel_product_mapping_code": "MAPPING",
            "option_code": row.option,
            "inventory_at": format_instant(row.inventory_at),
            "quantity": 1,
            "unit_selling_price": price.unit,
            "amount_price": price.unit,
            "tickets": [person],
        }],
        "order": {
            "channel_order_code": "ORDER",
            "purchased_at": format_instant(row.inventory_at - jiff::SignedDuration::from_hours(24 * 7)),
            "sub_total": price.unit,
            "total": price.unit,
            "currency": price.currency,
            "status": "New",
            "is_voucher": true,
        },
        "purchaser": purchaser,
        "representative": person,
    });
    // The codes that the first answers bring are put in by the shell.
    let order = order.to_string().replace("\"MAPPING\"", "\"'$MAPPING'\"").replace("\"ORDER\"", "\"DEMO-'$(date +%s)'\"");
    Ok(format!(
        "URL={base_url}/v1
CHANNEL='Authorization: Token {channel_key}'
SUPPLIER='Authorization: Token {supplier_key}'
JSON='Content-Type: application/json'
field() {{ sed -n 's/.*\"'$1'\":\"\\([^\"]*\\)\".*/\\1/p'; }}

# 1. What is there to sell?
curl -s \"$URL/channel/products/tour?page_size=3\" -H \"$CHANNEL\" | cut -c1-700

# 2. Register a tour: tell the hub how your shop names its options.
MAPPING=$(curl -s $URL/channel/products/tour/registration/{code} -H \"$CHANNEL\" -H \"$JSON\" \\
  -d '{registration}' | field channel_product_mapping_code); echo \"registered as $MAPPING\"

# 3. Order a seat. It is yours the moment this answers.
ORDER=$(curl -s $URL/channel/orders/tour -H \"$CHANNEL\" -H \"$JSON\" \\
  -d '{order}' | field ax_order_code); echo \"ordered as $ORDER\"

# 4. The supplier confirms.
curl -s -X POST $URL/supplier/orders/$ORDER/confirm -H \"$SUPPLIER\" -H 'Accept-Language: en' | cut -c1-700

# 5. The channel sees it.
curl -s $URL/channel/orders/tour/$ORDER -H \"$CHANNEL\"; echo
",
        registration = registration.to_string().replace('\'', "'\\''"),
    ))
}
