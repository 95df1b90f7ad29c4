//! The names and words that differ between the generations of the contract (contract 3, "Dialects").
//!
//! The rules of the domain know no names; an error about an order is told in the vocabulary of the request.

use axhub_domain::refusal::{FieldPath, LineField, OrderField};
use axhub_domain::state::{OrderStatus, TicketStatus};

/// How states are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StatusWords {
    /// `"New"`; tickets have `ax_ticket_code` and `ax_ticket_status`.
    #[default]
    Words,
    /// `"1"`; tickets have `ticket_code` and `ticket_status`.
    Digits,
}

/// The names of one request or one order.
///
/// The names are those the client used, so any alias of the contract may stand here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Vocabulary {
    /// The list of an order's options: `options` or `depth_combinations`.
    pub list: &'static str,
    /// An option's code: `option_code` or `dc_code`.
    pub option: &'static str,
    /// What names an option's stock: `inventory_at`, `use_date` or `inventory_code`.
    pub inventory: &'static str,
    /// An option's date, also beside a code: `inventory_at` or `use_date`.
    pub date: &'static str,
    /// The registration: `channel_product_mapping_code` or `channel_product_mapping_data_code`.
    pub registration: &'static str,
    /// How states are written, and with them the names of tickets.
    pub statuses: StatusWords,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Vocabulary::current()
    }
}

impl Vocabulary {
    /// The newest generation.
    pub const fn current() -> Vocabulary {
        Vocabulary {
            list: "options",
            option: "option_code",
            inventory: "inventory_at",
            date: "inventory_at",
            registration: "channel_product_mapping_code",
            statuses: StatusWords::Words,
        }
    }

    /// The oldest generation.
    pub const fn legacy() -> Vocabulary {
        Vocabulary {
            list: "depth_combinations",
            option: "dc_code",
            inventory: "use_date",
            date: "use_date",
            registration: "channel_product_mapping_data_code",
            statuses: StatusWords::Digits,
        }
    }

    /// An order's state as this vocabulary writes it.
    pub fn order_status(self, status: OrderStatus) -> String {
        match self.statuses {
            StatusWords::Words => status.word().to_owned(),
            StatusWords::Digits => status.digit().to_string(),
        }
    }

    /// A ticket's state as this vocabulary writes it.
    pub fn ticket_status(self, status: TicketStatus) -> String {
        match self.statuses {
            StatusWords::Words => status.word().to_owned(),
            StatusWords::Digits => status.digit().to_string(),
        }
    }

    /// The name of a ticket's code.
    pub const fn ticket_code_name(self) -> &'static str {
        match self.statuses {
            StatusWords::Words => "ax_ticket_code",
            StatusWords::Digits => "ticket_code",
        }
    }

    /// The name of a ticket's state.
    pub const fn ticket_status_name(self) -> &'static str {
        match self.statuses {
            StatusWords::Words => "ax_ticket_status",
            StatusWords::Digits => "ticket_status",
        }
    }

    /// A path as the client would write it: `options[0].quantity`.
    pub fn path(self, path: &FieldPath) -> String {
        match path {
            FieldPath::Text(text) => text.clone(),
            FieldPath::Order(OrderField::SubTotal) => "order.sub_total".to_owned(),
            FieldPath::Order(OrderField::Total) => "order.total".to_owned(),
            FieldPath::Line(at, field) => self.line(*at, *field),
            FieldPath::RepresentativeAdditional(key) => format!("representative.additional.{key}"),
        }
    }

    /// The path of a field of the order's option number `at`, counted from 0.
    pub fn line(self, at: usize, field: LineField) -> String {
        let name = match field {
            LineField::Registration => self.registration,
            LineField::Option => self.option,
            LineField::Inventory => self.inventory,
            LineField::AlsoNamed => self.date,
            LineField::Quantity => "quantity",
            LineField::AmountPrice => "amount_price",
            LineField::Tickets => "tickets",
        };
        format!("{}[{at}].{name}", self.list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_in_the_names_of_the_request() {
        let line = |field| FieldPath::Line(2, field);
        let current = Vocabulary::current();
        assert_eq!(current.path(&line(LineField::Registration)), "options[2].channel_product_mapping_code");
        assert_eq!(current.path(&line(LineField::Option)), "options[2].option_code");
        assert_eq!(current.path(&line(LineField::Inventory)), "options[2].inventory_at");
        assert_eq!(current.path(&line(LineField::Quantity)), "options[2].quantity");
        assert_eq!(current.path(&FieldPath::Order(OrderField::SubTotal)), "order.sub_total");
        assert_eq!(current.path(&FieldPath::Order(OrderField::Total)), "order.total");
        assert_eq!(current.path(&FieldPath::RepresentativeAdditional("gender")), "representative.additional.gender");
        let legacy = Vocabulary::legacy();
        assert_eq!(legacy.path(&line(LineField::Registration)), "depth_combinations[2].channel_product_mapping_data_code");
        assert_eq!(legacy.path(&line(LineField::Option)), "depth_combinations[2].dc_code");
        assert_eq!(legacy.path(&line(LineField::Inventory)), "depth_combinations[2].use_date");
        assert_eq!(legacy.path(&line(LineField::AmountPrice)), "depth_combinations[2].amount_price");
        assert_eq!(legacy.path(&line(LineField::Tickets)), "depth_combinations[2].tickets");
    }

    #[test]
    fn states_and_tickets_follow_the_generation() {
        let (current, legacy) = (Vocabulary::current(), Vocabulary::legacy());
        assert_eq!(current.order_status(OrderStatus::SupplierReject), "Supplier reject");
        assert_eq!(legacy.order_status(OrderStatus::SupplierReject), "4");
        assert_eq!(current.ticket_status(TicketStatus::TravelerCanceled), "Traveler canceled");
        assert_eq!(legacy.ticket_status(TicketStatus::TravelerCanceled), "3");
        assert_eq!((current.ticket_code_name(), current.ticket_status_name()), ("ax_ticket_code", "ax_ticket_status"));
        assert_eq!((legacy.ticket_code_name(), legacy.ticket_status_name()), ("ticket_code", "ticket_status"));
    }

    #[test]
    fn a_date_beside_a_code_has_a_name_of_its_own() {
        for (vocabulary, code, date) in [
            (Vocabulary::current(), "options[0].inventory_code", "options[0].inventory_at"),
            (Vocabulary::legacy(), "depth_combinations[0].inventory_code", "depth_combinations[0].use_date"),
        ] {
            let by_code = Vocabulary { inventory: "inventory_code", ..vocabulary };
            assert_eq!((by_code.line(0, LineField::Inventory), by_code.line(0, LineField::AlsoNamed)), (code.to_owned(), date.to_owned()));
        }
    }
}
