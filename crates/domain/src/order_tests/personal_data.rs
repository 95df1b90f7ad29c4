//! Personal data, which nothing may show.

use super::*;

#[test]
fn debug_of_an_order_shows_no_personal_data() {
    let secret = |what: &str| format!("SECRET {what}");
    let known = || Person {
        name: secret("name"),
        national_code: secret("national code"),
        phone: secret("phone"),
        email: secret("email"),
        additional: Map::from_iter([("SECRET key".to_owned(), json!(secret("answer")))]),
        extra: Map::from_iter([("SECRET key".to_owned(), json!({ "more": secret("extra") }))]),
    };
    let mut order = full_order();
    order.lines[0].tickets = vec![TicketRequest { channel_ticket_code: None, traveler: known() }];
    order.purchaser.person = known();
    order.representative = known();
    for shown in [format!("{order:?}"), format!("{order:#?}")] {
        assert!(!shown.contains("SECRET"), "{shown}");
        assert!(shown.contains("C-1"), "the rest is there to be logged");
    }
}
