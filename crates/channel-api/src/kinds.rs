//! Actions that are the same for several kinds of products, but have an address and a description for each.

/// Makes an action for each of these kinds: `for_kinds!(confirm: tour, day_ticket, ticket)` calls the macro `confirm!` for
/// each with the name of the handler, the kind, its word in addresses, its word in operation ids, and what the
/// description says besides.
macro_rules! for_kinds {
    (@ $action:ident tour) => {
        $action!(tour, Tour, "tour", "tour", "");
    };
    (@ $action:ident day_ticket) => {
        $action!(day_ticket, DayTicket, "day-ticket", "day_ticket", "");
    };
    (@ $action:ident ticket) => {
        $action!(
            ticket,
            Ticket,
            "ticket",
            "ticket",
            "\n\nThis is the oldest address: it acts on orders of undated products and on orders of day-tickets."
        );
    };
    ($action:ident: $($kind:ident),+) => {
        $(crate::kinds::for_kinds!(@ $action $kind);)+
    };
}
pub(crate) use for_kinds;
