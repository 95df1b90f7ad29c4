//! Placing an order: what a channel asks for, and the decision whether it gets it (contract 7).
//!
//! [`decide`] is the heart of axhub. It looks at nothing but its arguments, so a batch of orders is decided in
//! memory, one after another against the same [`StockBook`], between one load and one store.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::ids::{ChannelId, OptionId, PoolId, ProductId, RegistrationId, StockId, SupplierId};
use crate::inventory::{InventoryRef, NotSellable, SaleTerms, StockBook, StockRow, UNDATED};
use crate::money::{Currency, Money};
use crate::pricing::{MarkUp, NetPrice, Rates};
use crate::product::{Confirmation, ProductKind, SalePeriod};
use crate::refusal::{Conflict, FieldError, FieldPath, LineField, OrderField, Reason, Refusal};
use crate::reply::ReplyLimit;
use crate::sale::SaleFacts;
use crate::state::OrderStatus;

/// An order as a channel asks for it, with no dialect left in it.
#[derive(Clone, Debug, Serialize)]
pub struct PlaceOrder {
    /// The channel's own code, unique per channel.
    pub channel_order_code: String,
    /// Which kind of product the address named.
    pub kind: ProductKind,
    /// Dates, amounts and remarks.
    pub head: OrderHead,
    /// One per option.
    pub lines: Vec<OrderLine>,
    /// Who paid.
    pub purchaser: Purchaser,
    /// The lead traveler.
    pub representative: Person,
}

/// The head of an order.
#[derive(Clone, Debug, Serialize)]
pub struct OrderHead {
    /// When it was paid.
    pub purchased_at: Timestamp,
    /// When payment was asked for.
    pub purchase_requested_at: Option<Timestamp>,
    /// When the channel reserved it.
    pub reserved_at: Option<Timestamp>,
    /// When the reservation was asked for.
    pub reservation_requested_at: Option<Timestamp>,
    /// Σ unit price × quantity.
    pub sub_total: Money,
    /// How the discount was given.
    pub discount_method: Option<String>,
    /// What was given off.
    pub discount: Option<Money>,
    /// What the purchaser paid.
    pub total: Money,
    /// Whether a voucher is handed out.
    pub is_voucher: bool,
    /// A remark.
    pub comment: Option<String>,
    /// The currency of all amounts.
    pub currency: Currency,
}

/// One option of an order.
#[derive(Clone, Debug, Serialize)]
pub struct OrderLine {
    /// The channel's registration of the product.
    pub registration: RegistrationId,
    /// The option.
    pub option: OptionId,
    /// How many units.
    pub quantity: u32,
    /// Which date and time. Not part of the serialized meaning: see [`PlaceOrder::fingerprint`].
    #[serde(skip)]
    pub inventory: InventoryRef,
    /// The same once more, when the order names a date beside the stock's code: both must mean the same row.
    #[serde(skip)]
    pub also_named: Option<InventoryRef>,
    /// What one unit costs.
    pub unit_selling_price: Money,
    /// What was given off.
    pub discount: Option<Money>,
    /// How.
    pub discount_method: Option<String>,
    /// What all units cost.
    pub amount_price: Money,
    /// One per unit.
    pub tickets: Vec<TicketRequest>,
}

/// One ticket of an order.
#[derive(Clone, Debug, Serialize)]
pub struct TicketRequest {
    /// The channel's own code of the ticket.
    pub channel_ticket_code: Option<String>,
    /// Who uses it.
    pub traveler: Person,
}

/// Who paid.
#[derive(Clone, Debug, Serialize)]
pub struct Purchaser {
    /// Whether the supplier needs more of them.
    pub is_required_more_information: bool,
    /// Who they are.
    pub person: Person,
}

/// Somebody an order names. Personal data: never logged.
#[derive(Clone, Serialize)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their country calling code or nationality, as the channel writes it.
    pub national_code: String,
    /// Their telephone number.
    pub phone: String,
    /// Their mail address.
    pub email: String,
    /// What the supplier requires, by the names in [`crate::product::TRAVELER_INFORMATION`].
    pub additional: Map<String, Value>,
    /// Anything else.
    pub extra: Map<String, Value>,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}

/// The most options of one order.
pub const MAX_LINES: usize = 50;
/// The most units, and so tickets, of one option in one order.
pub const MAX_QUANTITY: u32 = 1_000;

impl PlaceOrder {
    /// A hash of what the order means, the same in every dialect.
    ///
    /// How the order names its stock is left out, since a code and a time can mean the same row; a replay compares
    /// the rows themselves.
    pub fn fingerprint(&self) -> [u8; 32] {
        // Serializing plain structs with string keys into memory cannot fail.
        let meaning = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(meaning).into()
    }

    /// What is wrong with the order by itself, whatever the world looks like.
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            if line.tickets.len() != line.quantity as usize {
                let reason = Reason::TicketCountMismatch { quantity: line.quantity, tickets: line.tickets.len() };
                faults.push(line_fault(at, LineField::Tickets, reason));
            }
            if self.lines[..at].iter().any(|other| other.option == line.option && other.inventory == line.inventory) {
                faults.push(line_fault(at, LineField::Option, Reason::OptionRepeated));
            }
        }
        faults.extend(self.amount_faults());
        faults
    }

    fn amount_faults(&self) -> Vec<FieldError> {
        let order_fault = |field, reason| FieldError::new(FieldPath::Order(field), reason);
        let sum = self.lines.iter().try_fold(Money::ZERO, |sum, line| sum.plus(line.unit_selling_price.times(line.quantity)?));
        let mut faults = Vec::new();
        match sum {
            None => faults.push(order_fault(OrderField::SubTotal, Reason::AmountTooLarge)),
            Some(expected) if self.head.sub_total != expected => {
                faults.push(order_fault(OrderField::SubTotal, Reason::SubTotalMismatch { expected }));
            }
            Some(_) => {}
        }
        if self.head.total > self.head.sub_total {
            faults.push(order_fault(OrderField::Total, Reason::TotalAboveSubTotal { sub_total: self.head.sub_total }));
        }
        faults
    }
}

/// What the hub knows about the product behind a registration.
#[derive(Clone, Debug)]
pub struct SoldProduct {
    /// Which channel registered it.
    pub channel: ChannelId,
    /// The product.
    pub product: ProductId,
    /// Whose it is.
    pub supplier: SupplierId,
    /// Its newest version.
    pub version: i64,
    /// Its kind.
    pub kind: ProductKind,
    /// Its zone.
    pub zone: TimeZone,
    /// Who confirms.
    pub confirmation: Confirmation,
    /// How long the supplier has to answer, when it confirms and there is such a limit.
    pub reply: Option<ReplyLimit>,
    /// How long before the start orders close.
    pub cut_off: SignedDuration,
    /// When it is sold.
    pub sale: SalePeriod,
    /// What travelers must tell.
    pub required_information: Vec<String>,
    /// The currency of its net prices.
    pub base_currency: Currency,
    /// What the channel adds to net prices; none when it may not sell it.
    pub mark_up: Option<MarkUp>,
}

impl SoldProduct {
    /// What an order's way of naming stock means for this kind of product.
    ///
    /// A tour has a start time, so a date alone names none of its rows. What has only a date is named by any instant of
    /// that date in its zone. What has no date has one row, whatever the order says.
    pub fn row_named_by(&self, inventory: InventoryRef) -> Option<InventoryRef> {
        match (self.kind, inventory) {
            (_, InventoryRef::Code(_)) | (ProductKind::Tour, InventoryRef::At(_)) | (ProductKind::DayTicket, InventoryRef::On(_)) => {
                Some(inventory)
            }
            (ProductKind::Tour, InventoryRef::On(_)) => None,
            (ProductKind::DayTicket, InventoryRef::At(instant)) => Some(InventoryRef::On(instant.to_zoned(self.zone.clone()).date())),
            (ProductKind::Ticket, _) => Some(InventoryRef::On(UNDATED)),
        }
    }

    /// Whether all that a line says of its stock means the row of this code, start and date.
    pub fn means(&self, line: &OrderLine, stock: StockId, starts_at: Timestamp, on: Date) -> bool {
        let names_it = |inventory| self.row_named_by(inventory).is_some_and(|named| named.names(stock, starts_at, on));
        names_it(line.inventory) && line.also_named.is_none_or(names_it)
    }

    /// When its stock may be ordered.
    pub fn terms(&self) -> SaleTerms {
        SaleTerms { kind: self.kind, zone: self.zone.clone(), sale: self.sale, cut_off: self.cut_off }
    }
}

/// What the hub knows about an option.
#[derive(Clone, Debug)]
pub struct SoldOption {
    /// Its product.
    pub product: ProductId,
    /// The pool it draws from.
    pub pool: PoolId,
    /// How much of the pool one unit takes.
    pub weight: i64,
    /// The least units in one order.
    pub min_quantity: u32,
    /// The most.
    pub max_quantity: u32,
    /// Whether it is sold.
    pub is_active: bool,
    /// Its net prices, as far as anything they hold for can still be ordered.
    pub prices: Vec<NetPrice>,
}

/// Everything besides stock that decisions of a batch need.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// By registration.
    pub products: HashMap<RegistrationId, SoldProduct>,
    /// By option.
    pub options: HashMap<OptionId, SoldOption>,
    /// The exchange rates that are in force, and those to come.
    pub rates: Rates,
}

/// An order that may be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// One per line of the order.
    pub lines: Vec<PlacedLine>,
}

/// What one line of an order gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedLine {
    /// The stock row.
    pub stock: StockId,
    /// Its local date.
    pub date: Date,
    /// Its local start time.
    pub start_time: jiff::civil::Time,
    /// Its start.
    pub inventory_at: Timestamp,
    /// Units of the pool taken.
    pub taken: i64,
    /// The product.
    pub product: ProductId,
    /// The version that holds for this order.
    pub version: i64,
    /// The supplier.
    pub supplier: SupplierId,
    /// What it was sold at.
    pub sale: SaleFacts,
    /// The state it starts in.
    pub status: OrderStatus,
    /// Until when the supplier must answer, if it must.
    pub reply_by: Option<Timestamp>,
}

/// Whether `channel` gets `order`: all of its lines or none.
///
/// What it gets is taken from `stock`, so that the next order of the batch finds what is left.
///
/// # Errors
/// All wrong fields at once; when there are none, the first conflict with the state of the world.
pub fn decide(order: &PlaceOrder, channel: ChannelId, facts: &Facts, stock: &mut StockBook, now: Timestamp) -> Result<Placement, Refusal> {
    let mut faults = order.faults();
    let mut wanted: Vec<Wanted<'_>> = Vec::with_capacity(order.lines.len());
    for (at, line) in order.lines.iter().enumerate() {
        let Some(found) = resolve(at, line, order, channel, facts, stock, &mut faults) else { continue };
        let same_stock = |other: &Wanted<'_>| other.line.option == line.option && other.row.id == found.row.id;
        if wanted.iter().any(same_stock) {
            add(&mut faults, line_fault(at, LineField::Option, Reason::OptionRepeated));
        }
        wanted.push(found);
    }
    if !faults.is_empty() {
        return Err(Refusal::Fields(faults));
    }
    for line in &wanted {
        line.check_sellable(now)?;
    }
    let placed: Vec<PlacedLine> = wanted.iter().map(|line| line.placed(order.head.currency, &facts.rates, now)).collect();
    take_all(&placed, &order.lines, channel, facts, stock, now)?;
    Ok(Placement { lines: placed })
}

/// Takes every line from stock, or nothing.
fn take_all(
    placed: &[PlacedLine],
    lines: &[OrderLine],
    channel: ChannelId,
    facts: &Facts,
    stock: &mut StockBook,
    now: Timestamp,
) -> Result<(), Conflict> {
    for (at, line) in placed.iter().enumerate() {
        if stock.take(line.stock, line.taken, channel, now) {
            continue;
        }
        let option = lines[at].option;
        let weight = facts.options.get(&option).map_or(1, |option| option.weight);
        // What this line could have had beside the earlier ones, which may draw from the same pool.
        let remain = stock.available_units(line.stock, weight, channel, now);
        for earlier in &placed[..at] {
            stock.untake(earlier.stock, earlier.taken, channel);
        }
        return Err(Conflict::SoldOut { option, inventory_at: line.inventory_at, remain, line: at });
    }
    Ok(())
}

/// A line with all that it names found.
struct Wanted<'a> {
    at: usize,
    line: &'a OrderLine,
    product: &'a SoldProduct,
    option: &'a SoldOption,
    row: StockRow,
}

fn line_fault(at: usize, field: LineField, reason: Reason) -> FieldError {
    FieldError::new(FieldPath::Line(at, field), reason)
}

/// Adds a fault that is not named yet: two lines can lack the same thing of the representative.
fn add(faults: &mut Vec<FieldError>, fault: FieldError) {
    if !faults.contains(&fault) {
        faults.push(fault);
    }
}

/// Finds what a line names, as far as it exists; everything of it that is wrong goes to `faults`.
fn resolve<'a>(
    at: usize,
    line: &'a OrderLine,
    order: &PlaceOrder,
    channel: ChannelId,
    facts: &'a Facts,
    stock: &StockBook,
    faults: &mut Vec<FieldError>,
) -> Option<Wanted<'a>> {
    let product = facts.products.get(&line.registration).filter(|product| product.channel == channel && product.kind == order.kind);
    let Some(product) = product else {
        add(faults, line_fault(at, LineField::Registration, Reason::MappingUnknown));
        return None;
    };
    for key in &product.required_information {
        if !has_information(order, line, key) {
            let path = FieldPath::Text(format!("representative.additional.{key}"));
            add(faults, FieldError::new(path, Reason::TravelerInformationMissing { key: key.clone() }));
        }
    }
    let option = facts.options.get(&line.option).filter(|option| option.product == product.product);
    let Some(option) = option else {
        add(faults, line_fault(at, LineField::Option, Reason::OptionUnknown));
        return None;
    };
    if line.quantity < option.min_quantity || line.quantity > option.max_quantity {
        let reason = Reason::QuantityOutOfRange { min: option.min_quantity, max: option.max_quantity };
        add(faults, line_fault(at, LineField::Quantity, reason));
    }
    let row = product.row_named_by(line.inventory).and_then(|named| stock.find(option.pool, named));
    let Some(row) = row.cloned() else {
        add(faults, line_fault(at, LineField::Inventory, Reason::InventoryUnknown));
        return None;
    };
    if !product.means(line, row.id, row.starts_at, row.date) {
        add(faults, line_fault(at, LineField::AlsoNamed, Reason::Disagrees { with: "inventory_code".to_owned() }));
    }
    Some(Wanted { at, line, product, option, row })
}

/// Whether the representative or every ticket of the line brings a non-empty string of this name.
fn has_information(order: &PlaceOrder, line: &OrderLine, key: &str) -> bool {
    let brings = |person: &Person| person.additional.get(key).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
    let by_tickets = !line.tickets.is_empty() && line.tickets.iter().all(|ticket| brings(&ticket.traveler));
    by_tickets || brings(&order.representative)
}

impl Wanted<'_> {
    /// Whether the world allows the sale, apart from how much is left.
    fn check_sellable(&self, now: Timestamp) -> Result<(), Conflict> {
        let (line, option, inventory_at) = (self.at, self.line.option, self.row.starts_at);
        if self.product.mark_up.is_none() {
            return Err(Conflict::ProductNotAssigned { line });
        }
        if !self.option.is_active {
            return Err(Conflict::OptionInactive { option, line });
        }
        self.product.terms().check(&self.row, now).map_err(|reason| match reason {
            NotSellable::NotOnSale => Conflict::ProductNotOnSale { from: self.product.sale.from, to: self.product.sale.to, line },
            NotSellable::Past => Conflict::InventoryPast { option, inventory_at, line },
            NotSellable::Closed => Conflict::InventoryClosed { option, inventory_at, line },
            NotSellable::CutOffPassed { closed_at } => Conflict::CutOffPassed { option, inventory_at, closed_at, line },
        })
    }

    fn placed(&self, currency: Currency, rates: &Rates, now: Timestamp) -> PlacedLine {
        let (product, option) = (self.product, self.option);
        let sale = SaleFacts::at(&option.prices, product.base_currency, product.mark_up, self.row.date, currency, rates, now);
        PlacedLine {
            stock: self.row.id,
            date: self.row.date,
            start_time: self.row.start_time,
            inventory_at: self.row.starts_at,
            taken: i64::from(self.line.quantity) * self.option.weight,
            product: self.product.product,
            version: self.product.version,
            supplier: self.product.supplier,
            status: match self.product.confirmation {
                Confirmation::Instant => OrderStatus::SupplierConfirm,
                Confirmation::Manual => OrderStatus::New,
            },
            sale,
            reply_by: self.product.reply.filter(|_| self.product.confirmation == Confirmation::Manual).map(|reply| reply.by(now)),
        }
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
