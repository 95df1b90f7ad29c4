//! The sample's sold-out days: real orders of the first channel that may sell the product, for everything there is.

use anyhow::Context;
use axhub_domain::ids::ChannelId;
use axhub_domain::inventory::InventoryRef;
use axhub_domain::money::{Currency, Money};
use axhub_domain::order::{OrderHead, OrderLine, Person, PlaceOrder, Purchaser, TicketRequest};
use axhub_domain::product::option_name;
use axhub_hub::registration::{Register, register};
use axhub_hub::{Hub, ordering};
use jiff::ToSpan;
use jiff::civil::{Date, Time};

use super::files::{Channel, OnDays, Product};
use super::{option_id, product_id};
use axhub_domain::time::{parse_zone, to_instant};

/// The vocabulary of the sample's orders, as the channel API notes it.
const DIALECT: &str = "current";

/// Sells the sold-out days.
pub(super) async fn sell_out(hub: &Hub, product: &Product, today: Date, channels: &[(&Channel, ChannelId)]) -> anyhow::Result<()> {
    let seller = channels.iter().find(|(channel, _)| !product.not_for.contains(&channel.code));
    let Some((channel, id)) = seller.filter(|_| !product.sold_out.is_empty()) else { return Ok(()) };
    let registration = register(hub, *id, product.kind, product_id(&product.key), sample_registration(product)).await?.id;
    for sold_out in &product.sold_out {
        for day in &sold_out.days {
            let date = today + day.days();
            let line = everything(product, sold_out, date, registration)?;
            let code = format!("SAMPLE-{}-{}-{date}", product.key, sold_out.option);
            let order = sample_order(product, code, line, hub.now())?;
            ordering::place(hub, *id, channel.code.clone(), order, DIALECT.to_owned()).await?;
        }
    }
    Ok(())
}

/// A registration with the options' own names.
pub(super) fn sample_registration(product: &Product) -> Register {
    let active = product.options.iter().filter(|option| option.active);
    Register {
        mapping: active.map(|option| (option_id(&product.key, &option.key).to_string(), option_name(&option.depths))).collect(),
        channel_product_id: product.key.clone(),
        channel_product_name: product.contents.text("product_name").unwrap_or_default().to_owned(),
        channel_product_link: format!("https://shop.example.com/{}", product.key),
    }
}

/// All units of an option on a date.
fn everything(
    product: &Product,
    sold_out: &OnDays,
    date: Date,
    registration: axhub_domain::ids::RegistrationId,
) -> anyhow::Result<OrderLine> {
    let units = u32::try_from(product.level_of(sold_out)?.max)?;
    let inventory = match sold_out.start_time()? {
        None => InventoryRef::On(date),
        Some(time) => InventoryRef::At(start(product, date, time)?),
    };
    let option = product.options.iter().find(|option| option.key == sold_out.option).context("no such option")?;
    let ticket = |number: u32| TicketRequest { channel_ticket_code: Some(format!("T{number}")), traveler: sample_person() };
    Ok(OrderLine {
        registration,
        option: option_id(&product.key, &sold_out.option),
        quantity: units,
        inventory,
        also_named: None,
        unit_selling_price: option.net,
        discount: None,
        discount_method: None,
        amount_price: option.net.times(units).context("too dear")?,
        tickets: (1..=units).map(ticket).collect(),
    })
}

fn start(product: &Product, date: Date, time: Time) -> anyhow::Result<jiff::Timestamp> {
    let zone = parse_zone(&product.time_zone).context("no such time zone")?;
    to_instant(date, time, &zone).context("this time does not exist on that day")
}

fn sample_order(product: &Product, channel_order_code: String, line: OrderLine, now: jiff::Timestamp) -> anyhow::Result<PlaceOrder> {
    let (total, currency): (Money, Currency) = (line.amount_price, product.base_currency);
    Ok(PlaceOrder {
        channel_order_code,
        kind: product.kind,
        head: OrderHead {
            purchased_at: now,
            purchase_requested_at: None,
            reserved_at: None,
            reservation_requested_at: None,
            sub_total: total,
            discount_method: None,
            discount: None,
            total,
            is_voucher: true,
            comment: Some("Sample order".to_owned()),
            currency,
        },
        lines: vec![line],
        purchaser: Purchaser { is_required_more_information: false, person: sample_person() },
        representative: sample_person(),
    })
}

fn sample_person() -> Person {
    Person {
        name: "홍길동".to_owned(),
        national_code: "82".to_owned(),
        phone: "010-0000-0000".to_owned(),
        email: "sample.traveler@example.com".to_owned(),
        additional: serde_json::Map::new(),
        extra: serde_json::Map::new(),
    }
}
