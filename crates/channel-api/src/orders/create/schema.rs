//! The description of a new order. Reading it is [`super::request`]'s work; a field that is described here is read there.

use serde_json::{Map, Value};
use utoipa::openapi::schema::AllOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::describe::{Amount, Code, CurrencyCode, Day, FreeForm, Moment, NewOrderStatus, Quantity, with_aliases};

/// The fields of an order, of options of this shape.
macro_rules! order_fields {
    ($fields:ident, $option:ident) => {
        /// An order of one or several options. `depth_combinations` is the old name of `options`; one of them is
        /// required, and `options` counts when both are there.
        #[derive(ToSchema)]
        #[expect(dead_code, reason = "only described")]
        struct $fields {
            /// What is ordered, one per option.
            #[schema(value_type = Vec<$option>, required = false, min_items = 1, max_items = 50)]
            options: Vec<$option>,
            /// The old name of `options`.
            #[schema(value_type = Vec<$option>, required = false, min_items = 1, max_items = 50)]
            depth_combinations: Vec<$option>,
            /// Dates, amounts and remarks.
            order: NewOrderHead,
            /// Who paid.
            purchaser: NewPurchaser,
            /// The lead traveler; the purchaser's data when there is none.
            representative: NewPerson,
        }
    };
}

order_fields!(TourOrderFields, NewOption);
order_fields!(DayTicketOrderFields, NewDayTicketOption);
order_fields!(TicketOrderFields, NewTicketOption);

/// The head of an order. `channel_order_id` is the old name of `channel_order_code`; one of them is required.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
struct NewOrderHeadFields {
    /// The channel's own code of the order, unique among its orders.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 128, example = "ORDER-20220121-0001")]
    channel_order_code: String,
    /// The old name of `channel_order_code`.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 128)]
    channel_order_id: String,
    /// When it was paid.
    #[schema(value_type = Moment)]
    purchased_at: String,
    /// When payment was asked for.
    #[schema(value_type = Option<Moment>)]
    purchase_requested_at: Option<String>,
    /// When the channel reserved it.
    #[schema(value_type = Option<Moment>)]
    reserved_at: Option<String>,
    /// When the reservation was asked for.
    #[schema(value_type = Option<Moment>)]
    reservation_requested_at: Option<String>,
    /// The sum of unit price × quantity over all options.
    #[schema(value_type = Amount)]
    sub_total: String,
    /// How the discount was given.
    #[schema(max_length = 255, example = "coupon")]
    discount_method: Option<String>,
    /// What was given off.
    #[schema(value_type = Option<Amount>)]
    discount: Option<String>,
    /// What the purchaser paid; at most `sub_total`.
    #[schema(value_type = Amount)]
    total: String,
    /// The order's state; the state in which it is placed follows from the product.
    #[schema(value_type = NewOrderStatus)]
    status: String,
    /// Whether a voucher is handed out.
    #[schema(example = true)]
    is_voucher: bool,
    /// A remark, which the supplier sees.
    #[schema(max_length = 2000, example = "One traveler uses a wheelchair.")]
    comment: Option<String>,
    /// The currency of all amounts.
    #[schema(value_type = CurrencyCode)]
    currency: String,
}

/// One option. Old names: `channel_product_mapping_data_code`, `dc_code`, `use_date`; `inventory_code` may stand for the
/// date; when both are there, they must mean the same row.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
struct NewOptionFields {
    /// What the product's registration answered.
    #[schema(value_type = Code, required = false)]
    channel_product_mapping_code: String,
    /// The old name of `channel_product_mapping_code`.
    #[schema(value_type = Code, required = false)]
    channel_product_mapping_data_code: String,
    /// The option.
    #[schema(value_type = Code, required = false)]
    option_code: String,
    /// The old name of `option_code`.
    #[schema(value_type = Code, required = false)]
    dc_code: String,
    /// How many units, within the option's `min_quantity` and `max_quantity`.
    #[schema(value_type = Quantity)]
    quantity: u32,
    /// The start, copied from the inventory call.
    #[schema(value_type = Moment, required = false)]
    inventory_at: String,
    /// The old name of `inventory_at`.
    #[schema(value_type = Moment, required = false)]
    use_date: String,
    /// The code of the inventory row.
    #[schema(value_type = Code, required = false)]
    inventory_code: String,
    /// What one unit costs.
    #[schema(value_type = Amount)]
    unit_selling_price: String,
    /// What was given off.
    #[schema(value_type = Option<Amount>)]
    discount: Option<String>,
    /// How it was given off.
    #[schema(max_length = 255, example = "coupon")]
    discount_method: Option<String>,
    /// What all units cost.
    #[schema(value_type = Amount)]
    amount_price: String,
    /// One per unit.
    #[schema(min_items = 1, max_items = 1000)]
    tickets: Vec<NewTicket>,
}

/// One ticket and who uses it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
struct NewTicket {
    /// The channel's own code of the ticket.
    #[schema(max_length = 128, example = "T-1")]
    channel_code: Option<String>,
    /// The traveler's name.
    #[schema(min_length = 1, max_length = 255, example = "Kim Jiwoo")]
    name: String,
    /// The traveler's country calling code or nationality, as the channel writes it.
    #[schema(min_length = 1, max_length = 255, example = "82")]
    national_code: String,
    /// The traveler's telephone number.
    #[schema(min_length = 1, max_length = 255, example = "010-0000-0000")]
    phone: String,
    /// The traveler's mail address.
    #[schema(min_length = 1, max_length = 255, example = "jiwoo@example.com")]
    email: String,
    /// What the product requires of travelers, by the names of its `required_traveler_information`.
    #[schema(value_type = Option<FreeForm>)]
    additional: Option<Map<String, Value>>,
    /// Anything else.
    #[schema(value_type = Option<FreeForm>)]
    extra: Option<Map<String, Value>>,
}

/// Who paid.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
struct NewPurchaser {
    /// Whether the supplier needs more of them.
    #[schema(example = false)]
    is_required_more_information: bool,
    /// Their name.
    #[schema(min_length = 1, max_length = 255, example = "Kim Jiwoo")]
    name: String,
    /// Their country calling code or nationality, as the channel writes it.
    #[schema(min_length = 1, max_length = 255, example = "82")]
    national_code: String,
    /// Their telephone number.
    #[schema(min_length = 1, max_length = 255, example = "010-0000-0000")]
    phone: String,
    /// Their mail address.
    #[schema(min_length = 1, max_length = 255, example = "jiwoo@example.com")]
    email: String,
    /// More about them.
    #[schema(value_type = Option<FreeForm>)]
    additional: Option<Map<String, Value>>,
    /// Anything else.
    #[schema(value_type = Option<FreeForm>)]
    extra: Option<Map<String, Value>>,
}

/// Somebody an order names.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
struct NewPerson {
    /// Their name.
    #[schema(min_length = 1, max_length = 255, example = "Kim Jiwoo")]
    name: String,
    /// Their country calling code or nationality, as the channel writes it.
    #[schema(min_length = 1, max_length = 255, example = "82")]
    national_code: String,
    /// Their telephone number.
    #[schema(min_length = 1, max_length = 255, example = "010-0000-0000")]
    phone: String,
    /// Their mail address.
    #[schema(min_length = 1, max_length = 255, example = "jiwoo@example.com")]
    email: String,
    /// What the product requires of travelers, by the names of its `required_traveler_information`.
    #[schema(value_type = Option<FreeForm>)]
    additional: Option<Map<String, Value>>,
    /// Anything else.
    #[schema(value_type = Option<FreeForm>)]
    extra: Option<Map<String, Value>>,
}

/// Describes an object that has fields under several names.
macro_rules! with_old_names {
    ($($(#[$doc:meta])* $name:ident = $schema:expr, of $fields:ident, $aliases:expr;)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                with_aliases($schema, $aliases)
            }
        }

        impl ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                $fields::schemas(schemas);
            }
        }
    )*};
}

const LIST: &[&str] = &["options", "depth_combinations"];
const REGISTRATION: &[&str] = &["channel_product_mapping_code", "channel_product_mapping_data_code"];
const OPTION: &[&str] = &["option_code", "dc_code"];
const STOCK: &[&str] = &["inventory_at", "use_date", "inventory_code"];

with_old_names! {
    /// An order of tours.
    NewOrder = TourOrderFields::schema(), of TourOrderFields, &[LIST];
    /// An order of day-tickets.
    NewDayTicketOrder = DayTicketOrderFields::schema(), of DayTicketOrderFields, &[LIST];
    /// An order of undated products, or of day-tickets.
    NewTicketOrder = TicketOrderFields::schema(), of TicketOrderFields, &[LIST];
    /// The head of an order.
    NewOrderHead = NewOrderHeadFields::schema(), of NewOrderHeadFields, &[&["channel_order_code", "channel_order_id"]];
    /// One option of an order of tours.
    NewOption = NewOptionFields::schema(), of NewOptionFields, &[REGISTRATION, OPTION, STOCK];
    /// One option of an order of day-tickets.
    NewDayTicketOption = with_days(NewOptionFields::schema()), of NewDayTicketOptionParts, &[REGISTRATION, OPTION, STOCK];
    /// One option of an order of tickets, which need not have a date.
    NewTicketOption = with_days(NewOptionFields::schema()), of NewDayTicketOptionParts, &[REGISTRATION, OPTION];
}

/// What the options of day-tickets and of tickets refer to.
struct NewDayTicketOptionParts;

impl NewDayTicketOptionParts {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        NewOptionFields::schemas(schemas);
        schemas.push((Day::name().into_owned(), Day::schema()));
    }
}

/// The option with dates that need no time of day.
fn with_days(option: RefOr<Schema>) -> RefOr<Schema> {
    let RefOr::T(Schema::Object(mut object)) = option else { return option };
    for (name, description) in [("inventory_at", "The date."), ("use_date", "The old name of `inventory_at`.")] {
        let day = AllOfBuilder::new().description(Some(description)).item(Ref::from_schema_name(Day::name().as_ref())).build();
        object.properties.insert(name.to_owned(), Schema::AllOf(day).into());
    }
    RefOr::T(Schema::Object(object))
}

/// What a new order looks like, by the name of the kind's handler.
macro_rules! orders_of {
    ($($handler:ident: $order:ident;)*) => {$(
        pub mod $handler {
            pub use super::$order as NewOrder;
        }
    )*};
}

orders_of! {
    tour: NewOrder;
    day_ticket: NewDayTicketOrder;
    ticket: NewTicketOrder;
}
