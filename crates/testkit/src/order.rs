//! Orders that tests place.

use axhub_domain::ids::{OptionId, RegistrationId};
use axhub_domain::inventory::InventoryRef;
use axhub_domain::money::{Currency, Money};
use axhub_domain::order::{OrderHead, OrderLine, Person, PlaceOrder, Purchaser, TicketRequest};
use axhub_domain::product::ProductKind;
use axhub_domain::time::format_instant;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::TestClock;

/// An order that passes every rule as long as its lines do: as JSON in the current dialect, or as the hub takes it.
#[derive(Clone, Debug)]
pub struct OrderBuilder {
    order: PlaceOrder,
}

impl OrderBuilder {
    /// An order of a tour with this channel order code, without a line yet.
    pub fn new(code: &str) -> OrderBuilder {
        let head = OrderHead {
            purchased_at: TestClock::start(),
            purchase_requested_at: None,
            reserved_at: None,
            reservation_requested_at: None,
            sub_total: Money::ZERO,
            discount_method: None,
            discount: None,
            total: Money::ZERO,
            is_voucher: false,
            comment: None,
            currency: Currency::Usd,
        };
        let order = PlaceOrder {
            channel_order_code: code.to_owned(),
            kind: ProductKind::Tour,
            head,
            lines: Vec::new(),
            purchaser: Purchaser { is_required_more_information: false, person: person("Kim Purchaser") },
            representative: person("Lee Representative"),
        };
        OrderBuilder { order }
    }

    /// Of a day-ticket.
    #[must_use]
    pub fn day_ticket(mut self) -> OrderBuilder {
        self.order.kind = ProductKind::DayTicket;
        self
    }

    /// So many units of an option at a time, for 80.00 each.
    #[must_use]
    pub fn line(self, registration: RegistrationId, option: OptionId, at: Timestamp, quantity: u32) -> OrderBuilder {
        self.line_of(registration, option, InventoryRef::At(at), quantity)
    }

    /// The same with the stock named in any way.
    #[must_use]
    pub fn line_of(mut self, registration: RegistrationId, option: OptionId, inventory: InventoryRef, quantity: u32) -> OrderBuilder {
        let at = self.order.lines.len();
        let ticket = |n| TicketRequest { channel_ticket_code: Some(format!("T-{at}-{n}")), traveler: person(&format!("Traveler {n}")) };
        self.order.lines.push(OrderLine {
            registration,
            option,
            quantity,
            inventory,
            also_named: None,
            unit_selling_price: Money::ZERO,
            discount: None,
            discount_method: None,
            amount_price: Money::ZERO,
            tickets: (1..=quantity).map(ticket).collect(),
        });
        self.unit_price("80.00")
    }

    /// Another price of the last line's unit.
    #[must_use]
    pub fn unit_price(self, price: &str) -> OrderBuilder {
        let price: Money = price.parse().unwrap_or_else(|_| panic!("no amount: {price}"));
        self.change(|order| {
            if let Some(line) = order.lines.last_mut() {
                line.unit_selling_price = price;
                line.amount_price = price.times(line.quantity).unwrap_or_else(|| panic!("too much money"));
            }
            let amounts = order.lines.iter().map(|line| line.amount_price);
            let sum = amounts.fold(Money::ZERO, |sum, amount| sum.plus(amount).unwrap_or_else(|| panic!("too much money")));
            (order.head.sub_total, order.head.total) = (sum, sum);
        })
    }

    /// Something that the representative says of themselves, as suppliers may require.
    #[must_use]
    pub fn additional(self, name: &str, text: &str) -> OrderBuilder {
        self.change(|order| {
            order.representative.additional.insert(name.to_owned(), Value::from(text));
        })
    }

    /// Any other change.
    #[must_use]
    pub fn change(mut self, change: impl FnOnce(&mut PlaceOrder)) -> OrderBuilder {
        change(&mut self.order);
        self
    }

    /// As the hub takes it.
    pub fn build(&self) -> PlaceOrder {
        self.order.clone()
    }

    /// As a channel sends it, in the current dialect.
    pub fn json(&self) -> Value {
        let PlaceOrder { channel_order_code, head, lines, purchaser, representative, .. } = &self.order;
        let mut order = json!({
            "channel_order_code": channel_order_code,
            "purchased_at": format_instant(head.purchased_at),
            "sub_total": head.sub_total,
            "total": head.total,
            "status": "New",
            "is_voucher": head.is_voucher,
            "currency": head.currency,
        });
        set(&mut order, "purchase_requested_at", head.purchase_requested_at.map(format_instant));
        set(&mut order, "reserved_at", head.reserved_at.map(format_instant));
        set(&mut order, "reservation_requested_at", head.reservation_requested_at.map(format_instant));
        set(&mut order, "discount", head.discount.map(|discount| discount.to_string()));
        set(&mut order, "discount_method", head.discount_method.clone());
        set(&mut order, "comment", head.comment.clone());
        let mut buyer = person_json(&purchaser.person);
        set(&mut buyer, "is_required_more_information", Some(purchaser.is_required_more_information));
        json!({
            "order": order,
            "options": lines.iter().map(line_json).collect::<Vec<_>>(),
            "purchaser": buyer,
            "representative": person_json(representative),
        })
    }
}

/// Somebody with nothing additional to say.
pub fn person(name: &str) -> Person {
    Person {
        name: name.to_owned(),
        national_code: "82".to_owned(),
        phone: "010-1234-5678".to_owned(),
        email: "traveler@example.com".to_owned(),
        additional: Map::new(),
        extra: Map::new(),
    }
}

fn line_json(line: &OrderLine) -> Value {
    let mut json = json!({
        "channel_product_mapping_code": line.registration,
        "option_code": line.option,
        "quantity": line.quantity,
        "unit_selling_price": line.unit_selling_price,
        "amount_price": line.amount_price,
        "tickets": line.tickets.iter().map(ticket_json).collect::<Vec<_>>(),
    });
    match line.inventory {
        InventoryRef::Code(id) => set(&mut json, "inventory_code", Some(id.to_string())),
        InventoryRef::At(at) => set(&mut json, "inventory_at", Some(format_instant(at))),
        InventoryRef::On(date) => set(&mut json, "inventory_at", Some(date.to_string())),
    }
    set(&mut json, "discount", line.discount.map(|discount| discount.to_string()));
    set(&mut json, "discount_method", line.discount_method.clone());
    json
}

fn ticket_json(ticket: &TicketRequest) -> Value {
    let mut json = person_json(&ticket.traveler);
    set(&mut json, "channel_code", ticket.channel_ticket_code.clone());
    json
}

fn person_json(person: &Person) -> Value {
    json!({
        "name": person.name,
        "national_code": person.national_code,
        "phone": person.phone,
        "email": person.email,
        "additional": person.additional,
        "extra": person.extra,
    })
}

/// Sets a member when there is something to set.
fn set(object: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object[name] = value.into();
    }
}
