//! Reading a new order of any generation into [`PlaceOrder`], with all wrong fields at once.
//!
//! Where a request names the same thing twice:
//! * of `options` and `depth_combinations`, `options` counts, and of two names of one field the newer one (in
//!   `depth_combinations` the older one of `dc_code` and the mapping code); a name with null counts as absent;
//! * `inventory_code` beside a date names the stock; the date must be readable, and the order is refused unless it means the
//!   same row.

use axhub_domain::inventory::{InventoryRef, UNDATED};
use axhub_domain::money::Currency;
use axhub_domain::order::{MAX_LINES, MAX_QUANTITY, OrderHead, OrderLine, Person, PlaceOrder, Purchaser, TicketRequest};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Reason;
use axhub_domain::time::{parse_date, parse_instant};
use axhub_web::{ApiError, Fields, JsonBody, Vocabulary};
use jiff::tz::TimeZone;

use super::names::{LineNames, Names};
use crate::dialect::{Dialect, LIST};
use crate::limits::FREE;

/// The most characters of codes that channels make up.
pub const MAX_CODE: usize = 128;
/// The most characters of names, telephone numbers and addresses.
pub const MAX_TEXT: usize = 255;
/// The most characters of a remark.
pub const MAX_COMMENT: usize = 2000;

/// The order that a body asks for, the dialect it is written in, and the names it used.
pub fn read(body: JsonBody, kind: ProductKind) -> Result<(PlaceOrder, Dialect, Names), ApiError> {
    let dialect = Dialect::detect(body.members());
    body.read(|fields| {
        let head = fields.required("order").object();
        let lines = fields.required(LIST).objects(MAX_LINES, |line| read_line(line, dialect, kind));
        let (lines, names) = lines.into_iter().unzip();
        let order = PlaceOrder {
            channel_order_code: head.required(&["channel_order_code", "channel_order_id"]).string(MAX_CODE),
            kind,
            head: read_head(&head),
            lines,
            purchaser: read_purchaser(&fields.required("purchaser").object()),
            representative: read_person(&fields.required("representative").object()),
        };
        (order, dialect, Names::new(dialect.vocabulary(), names))
    })
}

fn read_head(fields: &Fields<'_>) -> OrderHead {
    let utc = &TimeZone::UTC;
    // What the channel thinks of the state is only told from nonsense: the product decides in which state orders start.
    let other_status = |text: &str| matches!(text, "1" | "2").then_some(());
    fields.required("status").choice_or(&[("New", ()), ("Supplier pending", ())], other_status);
    OrderHead {
        purchased_at: fields.required("purchased_at").instant(utc),
        purchase_requested_at: fields.optional("purchase_requested_at").instant(utc),
        reserved_at: fields.optional("reserved_at").instant(utc),
        reservation_requested_at: fields.optional("reservation_requested_at").instant(utc),
        sub_total: fields.required("sub_total").money(),
        discount_method: fields.optional("discount_method").string(MAX_TEXT),
        discount: fields.optional("discount").money(),
        total: fields.required("total").money(),
        is_voucher: fields.required("is_voucher").boolean(),
        comment: fields.optional("comment").string(MAX_COMMENT),
        currency: fields.required("currency").choice_or(&[("KRW", Currency::Krw), ("USD", Currency::Usd)], currency_of_digit),
    }
}

fn currency_of_digit(text: &str) -> Option<Currency> {
    match text {
        "1" => Some(Currency::Krw),
        "2" => Some(Currency::Usd),
        _ => None,
    }
}

fn read_line(fields: &Fields<'_>, dialect: Dialect, kind: ProductKind) -> (OrderLine, LineNames) {
    let stock = read_inventory(fields, dialect, kind);
    let line = OrderLine {
        registration: fields.required(dialect.registration_names()).id(Reason::MappingUnknown),
        option: fields.required(dialect.option_names()).id(Reason::OptionUnknown),
        quantity: fields.required("quantity").integer(1..=MAX_QUANTITY),
        inventory: stock.inventory,
        also_named: stock.also_named,
        unit_selling_price: fields.required("unit_selling_price").money(),
        discount: fields.optional("discount").money(),
        discount_method: fields.optional("discount_method").string(MAX_TEXT),
        amount_price: fields.required("amount_price").money(),
        tickets: fields.required("tickets").objects(MAX_QUANTITY as usize, read_ticket),
    };
    let vocabulary = Vocabulary {
        option: fields.name_used(dialect.option_names()),
        inventory: stock.name,
        date: fields.name_used(dialect.date_names()),
        registration: fields.name_used(dialect.registration_names()),
        ..dialect.vocabulary()
    };
    (line, LineNames { vocabulary, names_stock: stock.inventory != InventoryRef::On(UNDATED) })
}

/// Which stock a line wants.
struct NamedStock {
    inventory: InventoryRef,
    /// The date beside a code.
    also_named: Option<InventoryRef>,
    /// The name of the field that names the stock.
    name: &'static str,
}

fn read_inventory(fields: &Fields<'_>, dialect: Dialect, kind: ProductKind) -> NamedStock {
    let names = dialect.date_names();
    let read = |text: &str| read_start(text, kind);
    let undated = || InventoryRef::On(UNDATED);
    if is_given(fields, "inventory_code") {
        let also_named = fields.optional(names).text_as(read, undated);
        let inventory = InventoryRef::Code(fields.required("inventory_code").id(Reason::InventoryUnknown));
        return NamedStock { inventory, also_named, name: "inventory_code" };
    }
    let inventory = match kind {
        ProductKind::Tour | ProductKind::DayTicket => fields.required(names).text_as(read, undated),
        // Whether the product has dates is not known yet.
        ProductKind::Ticket => fields.optional(names).text_as(read, undated).unwrap_or_else(undated),
    };
    NamedStock { inventory, also_named: None, name: fields.name_used(names) }
}

/// A start as an instant, or as a plain date for what has no start time.
fn read_start(text: &str, kind: ProductKind) -> Result<InventoryRef, Reason> {
    let instant = parse_instant(text, &TimeZone::UTC).map(InventoryRef::At);
    let start = match kind {
        ProductKind::Tour => instant,
        ProductKind::DayTicket | ProductKind::Ticket => instant.or_else(|_| parse_date(text).map(InventoryRef::On)),
    };
    start.map_err(|_| Reason::NotADateTime)
}

/// Whether a field is there and says something.
fn is_given(fields: &Fields<'_>, name: &str) -> bool {
    let value = fields.optional(name).value();
    value.is_some_and(|value| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty()))
}

fn read_ticket(fields: &Fields<'_>) -> TicketRequest {
    TicketRequest { channel_ticket_code: fields.optional("channel_code").string(MAX_CODE), traveler: read_person(fields) }
}

fn read_purchaser(fields: &Fields<'_>) -> Purchaser {
    Purchaser { is_required_more_information: fields.required("is_required_more_information").boolean(), person: read_person(fields) }
}

fn read_person(fields: &Fields<'_>) -> Person {
    Person {
        name: fields.required("name").string(MAX_TEXT),
        national_code: fields.required("national_code").string(MAX_TEXT),
        phone: fields.required("phone").string(MAX_TEXT),
        email: fields.required("email").string(MAX_TEXT),
        additional: fields.optional("additional").free_form(&FREE).unwrap_or_default(),
        extra: fields.optional("extra").free_form(&FREE).unwrap_or_default(),
    }
}
