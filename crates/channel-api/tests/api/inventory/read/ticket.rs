use axhub_testkit::App;

use crate::support::{assert_body, on_both_engines, place_ticket, undated};

on_both_engines! {
    an_option_has_one_row_without_a_date,
}

async fn an_option_has_one_row_without_a_date(app: App) {
    let cruise = undated(&app).await;
    place_ticket(&app, &cruise, "A-1", 2).await;
    let path = format!("/v1/channel/inventory/ticket/{}", cruise.id);
    let reply = app.channel("alpha").get(&path).await;
    assert_body!("ticket", reply);
    assert_eq!(reply.header("x-total-count"), Some("1"));
    app.clock().set_to("2031-01-01T00:00:00Z");
    let later = app.channel("alpha").get(&format!("{path}?from=2030-01-01&to=2030-01-02")).await;
    assert_eq!(later.body, reply.body, "what has no date never passes, and no range leaves it out");
}
