//! What is asked as an HTTP request, and what an answer says.

use std::collections::BTreeMap;

use axhub_domain::product::ProductKind;
use axhub_domain::state::{OrderStatus, TicketStatus};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::history::{
    Act, ActAsk, Answer, Ask, ChangeSeen, FeedAnswer, LineAnswer, LineAsk, OfferSeen, OrderSeen, Outcome, PlaceAnswer, PlaceAsk, StockAsk,
};
use crate::world::World;

/// The price of a unit; any will do.
const PRICE: u32 = 11_000;
/// Before anything: an order says when it was paid, and a repeated one must say the same.
const PAID: &str = "2020-01-01T00:00:00Z";
/// What stock without a date is set on, since the API wants one: any will do.
const ANY_DAY: &str = "2020-01-01";
/// How many changes a reader takes at a time.
const AT_A_TIME: u32 = 100;

/// A request.
pub(super) struct Request<'a> {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) key: &'a str,
    pub(super) body: Option<Value>,
}

/// How something is asked.
pub(super) fn request<'a>(world: &'a World, ask: &Ask) -> Request<'a> {
    let get = |path: String, key: &'a str| Request { method: Method::GET, path, key, body: None };
    let channel = |place: usize| world.channels[place].key.as_str();
    match ask {
        Ask::Place(order) => {
            let path = format!("/v1/channel/orders/{}", order.kind.as_str());
            Request { method: Method::POST, path, key: channel(order.channel), body: Some(order_json(world, order)) }
        }
        Ask::Act(act) => act_request(world, act),
        Ask::Read { channel: place, kind, order } => get(format!("/v1/channel/orders/{}/{order}", kind.as_str()), channel(*place)),
        Ask::Feed { channel: place, cursor } => {
            let cursor = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
            get(format!("/v1/channel/changes?limit={AT_A_TIME}{cursor}"), channel(*place))
        }
        Ask::Orders { channel: place, kind, cursor } => {
            get(format!("/v1/channel/orders/{}?page_size={AT_A_TIME}&cursor={cursor}", kind.as_str()), channel(*place))
        }
        Ask::Inventory { channel: place, product, .. } => {
            let product = &world.products[*product];
            get(format!("/v1/channel/inventory/{}/{}?page_size={AT_A_TIME}", product.kind.as_str(), product.id), channel(*place))
        }
        Ask::Stock(stock) => stock_request(world, stock),
        Ask::Statement { channel, supplier, month } => {
            let (channel, supplier) = (&world.channels[*channel].code, &world.suppliers[*supplier].code);
            get(format!("/v1/operator/statements/{channel}/{supplier}/{month}"), &world.operator_key)
        }
    }
}

pub(super) fn order_json(world: &World, order: &PlaceAsk) -> Value {
    let person = |name: &str| json!({"name": name, "national_code": "82", "phone": "010-1234-5678", "email": "traveler@example.com"});
    let line = |(at, line): (usize, &LineAsk)| {
        let slot = &world.slots[line.slot];
        let ticket = |number: u32| {
            let mut ticket = person("Traveler");
            ticket["channel_code"] = json!(format!("{}-{at}-{number}", order.code));
            ticket
        };
        let mut json = json!({
            "channel_product_mapping_code": world.channels[order.channel].registrations[slot.product],
            "option_code": line.option,
            "quantity": line.quantity,
            "unit_selling_price": PRICE,
            "amount_price": PRICE * line.quantity,
            "tickets": (0..line.quantity).map(ticket).collect::<Vec<_>>(),
        });
        if let Some(inventory_at) = &slot.inventory_at {
            json["inventory_at"] = json!(inventory_at);
        }
        json
    };
    let sum: u32 = order.lines.iter().map(|line| PRICE * line.quantity).sum();
    let mut purchaser = person("Purchaser");
    purchaser["is_required_more_information"] = json!(false);
    json!({
        "order": {
            "channel_order_code": order.code, "purchased_at": PAID, "sub_total": sum, "total": sum, "status": "New",
            "is_voucher": false, "currency": "KRW",
        },
        "options": order.lines.iter().enumerate().map(line).collect::<Vec<_>>(),
        "purchaser": purchaser,
        "representative": person("Representative"),
    })
}

fn act_request<'a>(world: &'a World, act: &ActAsk) -> Request<'a> {
    let ActAsk { what, by, kind, order, ticket } = act;
    let ticket = ticket.unwrap_or_default();
    let of_channel = || format!("/v1/channel/orders/{}/{order}", kind.as_str());
    let of_supplier = |action: &str| format!("/v1/supplier/orders/{order}/{action}");
    let (method, path, body) = match what {
        Act::TravelerCancel => (Method::PATCH, of_channel(), Some(json!({"channel_status": "Traveler cancel"}))),
        Act::UnavoidableCancel => (Method::PATCH, of_channel(), Some(json!({"channel_status": "Unavoidable cancel"}))),
        Act::ChannelCancelTicket => {
            (Method::PATCH, format!("{}/tickets/{ticket}", of_channel()), Some(json!({"status": "Traveler canceled"})))
        }
        Act::Acknowledge => (Method::POST, of_supplier("acknowledge"), None),
        Act::Confirm => (Method::POST, of_supplier("confirm"), None),
        Act::Reject => (Method::POST, of_supplier("reject"), None),
        Act::SupplierCancel => (Method::POST, of_supplier("cancel"), None),
        Act::SupplierCancelTicket => (Method::POST, of_supplier(&format!("tickets/{ticket}/cancel")), None),
        Act::Redeem => (Method::POST, of_supplier(&format!("tickets/{ticket}/redeem")), None),
        Act::UndoRedemption => (Method::POST, format!("/v1/supplier/tickets/{ticket}/undo-redemption"), None),
    };
    let key = if what.is_channels() { &world.channels[*by].key } else { &world.suppliers[*by].key };
    Request { method, path, key, body }
}

fn stock_request<'a>(world: &'a World, stock: &StockAsk) -> Request<'a> {
    let slot = &world.slots[stock.slot];
    let option = world.options_of_pool(slot.pool).find(|option| option.has_stock).map(|option| option.id);
    let kind = world.products[slot.product].kind;
    let date = if kind == ProductKind::Ticket { ANY_DAY.to_owned() } else { slot.date.to_string() };
    let mut body = json!({"option_codes": [option], "from": date, "to": date});
    if kind == ProductKind::Tour {
        body["start_times"] = json!([slot.start_time.strftime("%H:%M").to_string()]);
    }
    if let Some(max) = stock.max {
        body["max_quantity"] = json!(max);
    }
    if let Some(on_sale) = stock.on_sale {
        body["on_sale"] = json!(on_sale);
    }
    let key = &world.suppliers[stock.supplier].key;
    Request { method: Method::PUT, path: "/v1/supplier/stock".to_owned(), key, body: Some(body) }
}

/// What came of a request that was answered. Success that makes no sense is told as an error of its own, which the checker
/// objects to.
pub(super) fn outcome(ask: &Ask, status: u16, is_replay: bool, body: &[u8]) -> Outcome {
    if !(200..300).contains(&status) {
        let error: Value = serde_json::from_slice(body).unwrap_or_default();
        let code = error["code"].as_str().or_else(|| error["error"]["code"].as_str()).unwrap_or_default();
        return Outcome::Refused { status, code: code.to_owned() };
    }
    match answer(ask, is_replay, body) {
        Ok(answer) => Outcome::Answered(answer),
        Err(error) => Outcome::Refused { status, code: format!("unreadable: {error}") },
    }
}

fn answer(ask: &Ask, is_replay: bool, body: &[u8]) -> serde_json::Result<Answer> {
    Ok(match ask {
        Ask::Place(_) => Answer::Placed(serde_json::from_slice::<Placed>(body)?.told(is_replay)),
        Ask::Act(_) => Answer::Order(serde_json::from_slice::<Order>(body)?.seen()),
        Ask::Read { .. } => {
            let [order] = serde_json::from_slice::<Read>(body)?.data;
            Answer::Order(order.seen())
        }
        Ask::Feed { .. } => Answer::Feed(serde_json::from_slice::<Feed>(body)?.told()),
        Ask::Orders { .. } => Answer::Feed(serde_json::from_slice::<Orders>(body)?.told()),
        Ask::Inventory { .. } => Answer::Inventory(serde_json::from_slice::<Inventory>(body)?.seen()),
        Ask::Stock(_) => Answer::StockSet,
        Ask::Statement { .. } => {
            let statement: axhub_domain::statement::Statement = serde_json::from_slice(body)?;
            Answer::Statement { sold: statement.totals.iter().map(|total| total.sold.count).sum() }
        }
    })
}

#[derive(Deserialize)]
struct Placed {
    channel_order_code: String,
    options: Vec<PlacedOption>,
}

#[derive(Deserialize)]
struct PlacedOption {
    option_code: Uuid,
    ax_order_code: Uuid,
    ax_order_status: OrderStatus,
    tickets: Vec<Ticket>,
}

impl Placed {
    fn told(self, is_replay: bool) -> PlaceAnswer {
        let line = |option: PlacedOption| LineAnswer {
            order: option.ax_order_code,
            option: option.option_code,
            status: option.ax_order_status,
            tickets: option.tickets.into_iter().map(|ticket| ticket.ax_ticket_code).collect(),
        };
        PlaceAnswer { is_replay, code: self.channel_order_code, lines: self.options.into_iter().map(line).collect() }
    }
}

#[derive(Deserialize)]
struct Ticket {
    ax_ticket_code: Uuid,
    ax_ticket_status: TicketStatus,
}

/// An order as channels and suppliers read it; a cancelled ticket is told beside its order's code.
#[derive(Deserialize)]
struct Order {
    ax_order_code: Uuid,
    ax_order_status: OrderStatus,
    #[serde(default)]
    tickets: Vec<Ticket>,
    ax_ticket_code: Option<Uuid>,
    ax_ticket_status: Option<TicketStatus>,
}

impl Order {
    fn seen(self) -> OrderSeen {
        let many = self.tickets.into_iter().map(|ticket| (ticket.ax_ticket_code, ticket.ax_ticket_status));
        let tickets = many.chain(self.ax_ticket_code.zip(self.ax_ticket_status)).collect();
        OrderSeen { order: self.ax_order_code, status: self.ax_order_status, tickets }
    }
}

#[derive(Deserialize)]
struct Read {
    data: [Order; 1],
}

#[derive(Deserialize)]
struct Inventory {
    option_codes: BTreeMap<Uuid, Vec<InventoryRow>>,
}

#[derive(Deserialize)]
struct InventoryRow {
    inventory_code: Uuid,
    is_order: bool,
    max_quantity: u32,
    remain_quantity: u32,
}

impl Inventory {
    fn seen(self) -> Vec<OfferSeen> {
        let offer = |option: Uuid, row: InventoryRow| OfferSeen {
            stock: row.inventory_code,
            option,
            on_sale: row.is_order,
            max: row.max_quantity,
            remain: row.remain_quantity,
        };
        let rows = self.option_codes.into_iter();
        rows.flat_map(|(option, rows)| rows.into_iter().map(move |row| offer(option, row))).collect()
    }
}

#[derive(Deserialize)]
struct Feed {
    changes: Vec<Change>,
    next_cursor: String,
    has_more: bool,
}

#[derive(Deserialize)]
struct Change {
    cursor: String,
    kind: String,
    order: Option<Order>,
}

impl Feed {
    fn told(self) -> FeedAnswer {
        let change = |change: Change| ChangeSeen { cursor: Some(change.cursor), kind: change.kind, order: change.order.map(Order::seen) };
        FeedAnswer { changes: self.changes.into_iter().map(change).collect(), next: self.next_cursor, has_more: self.has_more }
    }
}

#[derive(Deserialize)]
struct Orders {
    data: Vec<Order>,
    next_cursor: String,
    has_more: bool,
}

impl Orders {
    fn told(self) -> FeedAnswer {
        let change = |order: Order| ChangeSeen { cursor: None, kind: "order".to_owned(), order: Some(order.seen()) };
        FeedAnswer { changes: self.data.into_iter().map(change).collect(), next: self.next_cursor, has_more: self.has_more }
    }
}
