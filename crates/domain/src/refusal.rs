//! Every reason for which axhub says no, as values with a stable code and the facts that a message needs.
//!
//! Adapters turn them into statuses and sentences; nothing here knows a language or a status.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::ids::{OptionId, OrderId, RuleId, TicketId};
use crate::money::Money;
use crate::state::{OrderStatus, TicketStatus};

/// A request that the rules do not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The request itself is wrong; every wrong field is listed.
    #[error("{} field(s) are wrong", .0.len())]
    Fields(Vec<FieldError>),
    /// The request is right, but the state of the world does not allow it.
    #[error("{}", .0.code())]
    Conflict(Conflict),
    /// There is no such thing, or it is somebody else's.
    #[error("not found")]
    NotFound,
}

impl From<Conflict> for Refusal {
    fn from(conflict: Conflict) -> Self {
        Refusal::Conflict(conflict)
    }
}

impl From<FieldError> for Refusal {
    fn from(error: FieldError) -> Self {
        Refusal::Fields(vec![error])
    }
}

/// One field of a request and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where it stands, as `options[0].quantity`.
    pub path: FieldPath,
    /// What is wrong.
    pub reason: Reason,
}

impl FieldError {
    /// `reason` at `path`.
    pub fn new(path: impl Into<FieldPath>, reason: Reason) -> Self {
        FieldError { path: path.into(), reason }
    }
}

/// Where a value stands in a request.
///
/// The rules name lines by their place (`Line(0, LineField::Quantity)`), because only the adapter knows which of its
/// names for a field the client used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldPath {
    /// A path as the client wrote it.
    Text(String),
    /// A field of the order itself.
    Order(OrderField),
    /// A field of the order's n-th option, counted from 0.
    Line(usize, LineField),
    /// A key of `representative.additional`.
    RepresentativeAdditional(&'static str),
}

impl From<String> for FieldPath {
    fn from(path: String) -> Self {
        FieldPath::Text(path)
    }
}

impl From<&str> for FieldPath {
    fn from(path: &str) -> Self {
        FieldPath::Text(path.to_owned())
    }
}

/// The fields of an order's head that rules speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderField {
    /// The sum over all options.
    SubTotal,
    /// What the purchaser pays.
    Total,
}

/// The fields of an order's option that rules speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineField {
    /// The registration.
    Registration,
    /// The option.
    Option,
    /// The date and time.
    Inventory,
    /// The date and time beside the code that names the stock.
    AlsoNamed,
    /// The number of units.
    Quantity,
    /// Units × unit price.
    AmountPrice,
    /// The tickets.
    Tickets,
}

macro_rules! coded {
    (
        $(#[$enum_doc:meta])* $enum:ident { $($(#[$doc:meta])* $variant:ident $({ $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })? => $code:literal,)* }
    ) => {
        $(#[$enum_doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $enum { $($(#[$doc])* $variant $({ $($(#[$field_doc])* $field: $type),* })?,)* }

        impl $enum {
            /// The codes of all reasons of this kind, for tests that need the whole list.
            pub const CODES: &'static [&'static str] = &[$($code),*];

            /// The stable code that clients may rely on; also the id of the message.
            pub fn code(&self) -> &'static str {
                match self { $($enum::$variant { .. } => $code,)* }
            }
        }
    };
}

coded! {
    /// What is wrong with one field.
    Reason {
        /// It is missing.
        Required => "required",
        /// It is null.
        Null => "null",
        /// It is an empty string.
        Blank => "blank",
        /// It is an empty list.
        EmptyList => "empty_list",
        /// It has a NUL character in it.
        NullCharacter => "null_character",
        /// It is no string.
        NotAString => "not_a_string",
        /// It is no whole number.
        NotAnInteger => "not_an_integer",
        /// It is no number, or one that nothing can hold.
        NotANumber => "not_a_number",
        /// It is neither true nor false.
        NotABoolean => "not_a_boolean",
        /// It is no list.
        NotAList => "not_a_list",
        /// It is no object.
        NotAnObject => "not_an_object",
        /// It is no time in an accepted form.
        NotADateTime => "not_a_datetime",
        /// It is no `YYYY-MM-DD`.
        NotADate => "not_a_date",
        /// It is no `hh:mm`.
        NotATimeOfDay => "not_a_time_of_day",
        /// It is no `YYYY-MM`.
        NotAMonth => "not_a_month",
        /// It is no http or https URL.
        NotAUrl => "not_a_url",
        /// It is none of the accepted values.
        NotAChoice {
            /// What was sent, shortened.
            value: String,
            /// The accepted values.
            choices: Vec<String>,
        } => "not_a_choice",
        /// It is no name of a time zone.
        NotATimeZone => "not_a_time_zone",
        /// It cannot be the code of a supplier or a channel.
        NotACode => "not_a_code",
        /// The same member stands twice in an object.
        RepeatedMember => "repeated_member",
        /// The same value stands in a list before, where each may stand once.
        Repeated => "repeated",
        /// The address has no parameter of this name.
        UnknownParameter {
            /// The parameters that it has.
            known: Vec<String>,
        } => "unknown_parameter",
        /// The string is too long.
        TooLong {
            /// The most characters.
            max: usize,
        } => "too_long",
        /// The list is too long.
        TooMany {
            /// The most items.
            max: usize,
        } => "too_many",
        /// Lists and objects lie too deep in each other.
        TooDeep {
            /// The most of them, the outermost one counted.
            max: usize,
        } => "too_deep",
        /// The number is too small.
        TooSmall {
            /// The least.
            min: i64,
        } => "too_small",
        /// The number is too large.
        TooLarge {
            /// The most.
            max: i64,
        } => "too_large",
        /// The amount has more than five decimal places or 13 digits before the point.
        TooPrecise => "too_precise",
        /// The number has too many decimal places.
        TooManyPlaces {
            /// The most.
            places: u32,
        } => "too_many_places",
        /// The number is not above zero.
        NotPositive => "not_positive",
        /// The time has passed.
        InThePast => "in_the_past",

        /// Two options of one order are the same option on the same date.
        OptionRepeated => "option_repeated",
        /// The registration is not the channel's.
        MappingUnknown => "mapping_unknown",
        /// The option is none of the registered product's.
        OptionUnknown => "option_unknown",
        /// There is no stock at that time.
        InventoryUnknown => "inventory_unknown",
        /// Less or more than the option allows in one order.
        QuantityOutOfRange {
            /// The least.
            min: u32,
            /// The most.
            max: u32,
        } => "quantity_out_of_range",
        /// The number of tickets is not the quantity.
        TicketCountMismatch {
            /// The quantity.
            quantity: u32,
            /// The tickets that came.
            tickets: usize,
        } => "ticket_count_mismatch",
        /// The supplier needs this from the traveler.
        TravelerInformationMissing {
            /// The key in `additional`.
            key: String,
        } => "traveler_information_missing",
        /// `sub_total` is not Σ unit price × quantity.
        SubTotalMismatch {
            /// What it must be.
            expected: Money,
        } => "sub_total_mismatch",
        /// `total` is above `sub_total`.
        TotalAboveSubTotal {
            /// The sub total.
            sub_total: Money,
        } => "total_above_sub_total",
        /// Amounts too large to be added up.
        AmountTooLarge => "amount_too_large",
        /// Active options that the mapping leaves out.
        MappingIncomplete {
            /// Those options.
            options: Vec<OptionId>,
        } => "mapping_incomplete",
        /// Keys of the mapping that are no active option of the product.
        MappingOptionUnknown {
            /// Those keys as sent, shortened.
            options: Vec<String>,
        } => "mapping_option_unknown",
        /// Names that the mapping uses twice.
        MappingNameRepeated {
            /// Those names.
            names: Vec<String>,
        } => "mapping_name_repeated",
        /// Two fields that must say the same do not.
        Disagrees {
            /// The other field.
            with: String,
        } => "disagrees",
        /// The end of a range lies before its start.
        EndsBeforeStart => "ends_before_start",
        /// A range of dates is too long.
        RangeTooLong {
            /// The most days.
            max_days: u32,
        } => "range_too_long",
        /// A local time that a daylight-saving change skips.
        SkippedByDaylightSaving {
            /// The dates on which it does not exist.
            dates: Vec<Date>,
        } => "skipped_by_daylight_saving",
        /// The supplier has no such option.
        NoSuchOption => "no_such_option",
        /// Dates without stock, which is only made where its maximum is said.
        NoStockYet {
            /// Those dates.
            dates: Vec<Date>,
        } => "no_stock_yet",
        /// More dates and start times than one request may change, or one answer have.
        TooManyRows {
            /// The most.
            max: usize,
        } => "too_many_rows",
        /// The product's kind has no such field.
        NotForThisKind => "not_for_this_kind",
        /// The product has no such currency price, or the currency cannot change.
        CannotChange => "cannot_change",
        /// An option that was published is never removed.
        OptionPublished => "option_published",
        /// Other options draw from the stock of the one that is to be removed.
        OptionDrawnFrom {
            /// Their names.
            options: Vec<String>,
        } => "option_drawn_from",
        /// Only products whose orders the supplier confirms have it.
        OnlyManual => "only_manual",
        /// It is empty, and channels show it.
        MissingForChannels => "missing_for_channels",
        /// Channels would have no picture to show.
        NoThumbnail => "no_thumbnail",
        /// No option is on sale.
        NoOption => "no_option",
        /// An option on sale has no base price.
        OptionWithoutPrice {
            /// Its name.
            option: String,
        } => "option_without_price",
        /// Two options on sale have the same name.
        OptionNameRepeated {
            /// That name.
            name: String,
        } => "option_name_repeated",
        /// A conditional refund has no steps.
        NoCancellationPolicy => "no_cancellation_policy",
        /// Date ranges of prices overlap.
        RangesOverlap => "ranges_overlap",
        /// A policy has the same percent twice.
        PolicyPercentRepeated {
            /// That percent.
            percent: u32,
        } => "policy_percent_repeated",
        /// A policy gives less back for more days.
        PolicyGivesLessForMore => "policy_gives_less_for_more",
        /// More was given back than the ticket cost.
        RefundAboveCost {
            /// What it cost.
            cost: Money,
        } => "refund_above_cost",
        /// A review without a score has one.
        ScoreNotAllowed => "score_not_allowed",
        /// None of the cursors that the hub gave out.
        CursorUnknown => "cursor_unknown",
    }
}

coded! {
    /// What about the world does not allow the request.
    Conflict {
        /// Not enough stock.
        SoldOut {
            /// The option.
            option: OptionId,
            /// The option's start.
            inventory_at: Timestamp,
            /// Units of the option that are left.
            remain: u32,
            /// The option's place in the order, counted from 0.
            line: usize,
        } => "sold_out",
        /// The channel may not sell this product any more.
        ProductNotAssigned {
            /// The option's place in the order.
            line: usize,
        } => "product_not_assigned",
        /// Outside of the product's sale period.
        ProductNotOnSale {
            /// First day of sale, in the product's zone.
            from: Option<Date>,
            /// Last day of sale.
            to: Option<Date>,
            /// The option's place in the order.
            line: usize,
        } => "product_not_on_sale",
        /// The option is no longer sold.
        OptionInactive {
            /// The option.
            option: OptionId,
            /// Its place in the order.
            line: usize,
        } => "option_inactive",
        /// The supplier closed this date.
        InventoryClosed {
            /// The option.
            option: OptionId,
            /// The option's start.
            inventory_at: Timestamp,
            /// The option's place in the order.
            line: usize,
        } => "inventory_closed",
        /// The date lies in the past.
        InventoryPast {
            /// The option.
            option: OptionId,
            /// The option's start.
            inventory_at: Timestamp,
            /// The option's place in the order.
            line: usize,
        } => "inventory_past",
        /// Too late: orders close before the start.
        CutOffPassed {
            /// The option.
            option: OptionId,
            /// The option's start.
            inventory_at: Timestamp,
            /// When orders closed.
            closed_at: Timestamp,
            /// The option's place in the order.
            line: usize,
        } => "cut_off_passed",
        /// The same channel order code came with another meaning.
        OrderCodeReused => "order_code_reused",
        /// The state table has no such transition.
        TransitionNotAllowed {
            /// The order.
            order: OrderId,
            /// Its present state.
            order_status: OrderStatus,
            /// The ticket, when the request was about one, and its present state.
            ticket: Option<(TicketId, TicketStatus)>,
        } => "transition_not_allowed",
        /// A used ticket cannot be cancelled, nor an order that has one.
        TicketUsed {
            /// The order.
            order: OrderId,
            /// Its present state.
            order_status: OrderStatus,
            /// The used tickets.
            tickets: Vec<TicketId>,
        } => "ticket_used",
        /// A ticket was used too long ago to take its redemption back.
        UndoTooLate {
            /// The ticket.
            ticket: TicketId,
            /// When it was used.
            used_at: Timestamp,
        } => "undo_too_late",
        /// Only for a cancelled ticket is money given back.
        TicketNotCanceled {
            /// The order.
            order: OrderId,
            /// Its present state.
            order_status: OrderStatus,
            /// The ticket and its present state.
            ticket: (TicketId, TicketStatus),
        } => "ticket_not_canceled",
        /// Another amount was reported for the ticket before.
        RefundReported {
            /// The ticket.
            ticket: TicketId,
            /// That amount.
            amount: Money,
        } => "refund_reported",
        /// The same review code came with another meaning.
        ReviewCodeReused => "review_code_reused",
        /// The same question code came with another meaning.
        QuestionCodeReused => "question_code_reused",
        /// A maximum below what is already sold or held.
        StockBelowSold {
            /// Date, start time and what is sold or held there; the first of them.
            rows: Vec<StockInUse>,
            /// How many more there are.
            more: usize,
        } => "stock_below_sold",
        /// A maximum below what is sold, held and kept for channels.
        StockBelowAllotted {
            /// Date, start time and what is sold, held or kept there; the first of them.
            rows: Vec<StockInUse>,
            /// How many more there are.
            more: usize,
        } => "stock_below_allotted",
        /// An allotment of more than what is left.
        AllotmentExceedsStock {
            /// Date, start time and how large the allotment can be there; the first of them.
            rows: Vec<StockLeft>,
            /// How many more there are.
            more: usize,
        } => "allotment_exceeds_stock",
        /// Somebody changed the product since it was read.
        VersionChanged {
            /// The newest version.
            version: i64,
        } => "version_changed",
        /// A month cannot be closed before everything that belongs into it is there.
        MonthNotOver {
            /// From when on it can.
            closes_from: Timestamp,
        } => "month_not_over",
        /// The product has a draft, which a direct change would pass by.
        DraftOpen => "draft_open",
        /// The product has no draft.
        NoDraft {
            /// The newest version.
            version: i64,
        } => "no_draft",
        /// The product was never published.
        NotPublished => "not_published",
        /// A supplier or a channel has this code.
        CodeTaken => "code_taken",
        /// The assignment goes only with the rule that made it.
        AssignedByRule {
            /// That rule.
            rule: RuleId,
        } => "assigned_by_rule",
        /// The key was revoked, or has run out.
        KeyEnded => "key_ended",
    }
}

/// A stock row whose units are already taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockInUse {
    /// The option.
    pub option: OptionId,
    /// The local date.
    pub date: Date,
    /// The local start time; `None` for what has only a date.
    pub start_time: Option<jiff::civil::Time>,
    /// Units of the pool that are ordered or held, and, where allotments are in the way, kept for channels.
    pub in_use: i64,
}

/// A stock row that an allotment is too large for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockLeft {
    /// The option.
    pub option: OptionId,
    /// The local date.
    pub date: Date,
    /// The local start time; `None` for what has only a date.
    pub start_time: Option<jiff::civil::Time>,
    /// The largest allotment that there is room for, in units of the pool.
    pub most: i64,
}
