//! An order answers, for its whole life, in the vocabulary that it was created with.

use axhub_domain::state::Action;
use axhub_testkit::{App, OrderBuilder, Reply};
use serde_json::{Value, json};

use crate::support::{
    CURRENT, LEGACY, an_order, assert_body, assert_error, assert_fields, first_start, in_dialect, on_both_engines, place, place_legacy,
    placed, rename, supplier_does,
};

on_both_engines! {
    list_date_and_statuses_are_detected_one_by_one_and_kept_for_life,
    inventory_code_alone_is_current,
    refusals_of_fields_are_told_in_the_names_of_the_request,
    refusals_by_the_state_of_the_world_are_told_in_the_names_of_the_request,
    each_option_is_told_in_its_own_names,
    an_old_order_answers_in_digits_to_the_end,
    a_list_has_each_order_in_its_own_words,
}

const PATH: &str = "/v1/channel/orders/tour";

fn members(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

async fn list_date_and_statuses_are_detected_one_by_one_and_kept_for_life(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let mapping = app.register("alpha", seoul).await;
    let mut count = 0;
    for list in ["options", "depth_combinations"] {
        for date in ["inventory_at", "use_date"] {
            for status in ["New", "1", "Supplier pending", "2"] {
                count += 1;
                let is_digit = status.len() == 1;
                let order = in_dialect(&an_order(seoul, mapping, &format!("A-{count}"), 1).json(), (list, date, status));
                let reply = alpha.post(PATH, &order).await;
                assert_eq!(reply.status, 201, "{}", reply.text());
                let word = |word: &'static str, digit: &'static str| if is_digit { digit } else { word };
                let new = word("New", "1");
                let line = &reply.body[list][0];
                let code = if list == "options" { "option_code" } else { "dc_code" };
                assert_eq!(members(&reply.body).len(), 3);
                assert_eq!(reply.body["channel_order_status"], new);
                assert_eq!(
                    (line[code].as_str(), line[date].as_str()),
                    (Some(&*seoul.option(0).to_string()), Some("2026-07-02T01:00:00.000Z"))
                );
                assert_eq!(members(line).len(), 6, "no other names besides: {line}");
                assert_eq!(line["quantity"], if is_digit { json!("1") } else { json!(1) });
                let ticket_names = if is_digit { ["ticket_code", "ticket_status"] } else { ["ax_ticket_code", "ax_ticket_status"] };
                assert_eq!(members(&line["tickets"][0]), ticket_names);
                assert_eq!((&line["tickets"][0][ticket_names[1]], &line["ax_order_status"]), (&json!(new), &json!(new)));

                let order = placed(line);
                let confirmed = &alpha.get(&order.path()).await.body["data"][0];
                assert_eq!((&confirmed["ax_order_status"], members(&confirmed["tickets"][0])), (&json!(new), ticket_names.to_vec()));

                // Whatever words the later requests use.
                let body = json!({ "status": word("3", "Traveler canceled") });
                let ticket = alpha.patch(&order.ticket_path(0), &body).await;
                assert_eq!(ticket.body[ticket_names[0]], order.tickets[0]);
                assert_eq!(ticket.body[ticket_names[1]], word("Traveler canceled", "3"));
                assert_eq!(ticket.body["ax_order_status"], word("Traveler cancel", "5"));
                let body = json!({ "channel_status": word("5", "Traveler cancel") });
                let cancelled = alpha.patch(&order.path(), &body).await;
                assert_eq!(cancelled.body["ax_order_status"], word("Traveler cancel", "5"));
                assert_eq!(cancelled.body["channel_order_status"], word("Traveler cancel", "5"));
            }
        }
    }
}

async fn inventory_code_alone_is_current(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let inventory = alpha.get(&format!("/v1/channel/inventory/tour/{}?from=2026-07-05&to=2026-07-05", paris.id)).await;
    let row = &inventory.body["option_codes"][paris.option(0).to_string()][0];
    let mut order = in_dialect(&an_order(paris, mapping, "A-1", 1).json(), LEGACY);
    let line = &mut order["depth_combinations"][0];
    rename(line, "use_date", "inventory_code");
    line["inventory_code"] = row["inventory_code"].clone();
    let reply = alpha.post(PATH, &order).await;
    assert_eq!(reply.body["depth_combinations"][0]["inventory_at"], row["inventory_at"], "{}", reply.text());
}

/// Two lines with a fault of every kind that the rules find.
async fn faulty(app: &App) -> Value {
    let (paris, dmz) = (&app.world().paris, &app.world().dmz);
    let (in_paris, in_dmz) = (app.register("alpha", paris).await, app.register("alpha", dmz).await);
    let mut order = OrderBuilder::new("A-1")
        .line(in_paris, paris.option(0), paris.at("2026-07-02", "09:30"), 1)
        .line(in_dmz, dmz.option(0), first_start(dmz), 1)
        .line("018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01".parse().unwrap(), paris.option(0), first_start(paris), 1)
        .json();
    order["options"][0]["quantity"] = 11.into();
    order["options"][1]["option_code"] = paris.option(0).to_string().into();
    order
}

async fn refusals_of_fields_are_told_in_the_names_of_the_request(app: App) {
    let alpha = app.channel("alpha").in_english();
    let current = faulty(&app).await;
    let reply = alpha.post(PATH, &in_dialect(&current, CURRENT)).await;
    assert_body!("fields_current", reply);
    let mut legacy = in_dialect(&current, LEGACY);
    for line in legacy["depth_combinations"].as_array_mut().unwrap() {
        rename(line, "channel_product_mapping_code", "channel_product_mapping_data_code");
    }
    let legacy = alpha.post(PATH, &legacy).await;
    assert_body!("fields_legacy", legacy);
    let renamed = |path: &str| {
        let path = path.replace("options[", "depth_combinations[").replace("option_code", "dc_code").replace("inventory_at", "use_date");
        path.replace("channel_product_mapping_code", "channel_product_mapping_data_code")
    };
    let mut expected: Vec<String> = members(&reply.body).iter().map(|path| renamed(path)).collect();
    expected.sort();
    assert_eq!(members(&legacy.body), expected);

    let korean = app.channel("alpha").post(PATH, &current).await;
    assert_body!("fields_korean", korean);
}

async fn refusals_by_the_state_of_the_world_are_told_in_the_names_of_the_request(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    place(&app, paris, "A-0", 8).await;
    let order = an_order(paris, mapping, "A-1", 3).json();
    let reply = alpha.post(PATH, &order).await;
    assert_error(&reply, 409, "sold_out");
    assert_body!("sold_out_current", reply);
    let reply = alpha.post(PATH, &in_dialect(&order, LEGACY)).await;
    assert_error(&reply, 409, "sold_out");
    assert_body!("sold_out_legacy", reply);
    assert_eq!(reply.body["remain_quantity"], 2);

    app.clock().set_to("2026-07-03T00:00:00Z");
    let reply = alpha.post(PATH, &order).await;
    assert_error(&reply, 409, "inventory_past");
    assert_eq!(
        (&reply.body["inventory_at"], &reply.body["field"]),
        (&json!("2026-07-02T07:00:00.000Z"), &json!("options[0].inventory_at"))
    );
    let reply = alpha.post(PATH, &in_dialect(&order, LEGACY)).await;
    assert_eq!(
        (&reply.body["use_date"], &reply.body["field"]),
        (&json!("2026-07-02T07:00:00.000Z"), &json!("depth_combinations[0].use_date"))
    );
    assert_eq!(reply.body["dc_code"], paris.option(0).to_string());
}

async fn each_option_is_told_in_its_own_names(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let at = |time: &str| paris.at("2026-07-02", time);
    let wrong = || "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01".parse().unwrap();
    let mut order = OrderBuilder::new("A-1").line(mapping, wrong(), at("09:00"), 1).line(mapping, wrong(), at("14:00"), 1).json();
    rename(&mut order["options"][1], "option_code", "dc_code");
    let text = "The registered product has no such option. Send an option_code of the product's detail.";
    assert_fields(&alpha.post(PATH, &order).await, &[("options[0].option_code", text), ("options[1].dc_code", text)]);

    let (early, late) = (at("09:00"), at("14:00"));
    let mut order = OrderBuilder::new("A-2").line(mapping, paris.option(0), late, 1).line(mapping, paris.option(0), early, 10).json();
    rename(&mut order["options"][1], "option_code", "dc_code");
    rename(&mut order["options"][1], "inventory_at", "use_date");
    place(&app, paris, "A-0", 1).await;
    let reply = alpha.post(PATH, &order).await;
    assert_error(&reply, 409, "sold_out");
    assert_eq!(reply.body["dc_code"], paris.option(0).to_string(), "{}", reply.text());
    assert_eq!(reply.body["use_date"], "2026-07-02T07:00:00.000Z");
    assert_eq!(reply.body["field"], "options[1].quantity");
}

async fn an_old_order_answers_in_digits_to_the_end(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let order = place_legacy(&app, seoul, "A-1", 2).await;
    let state = async || alpha.get(&order.path()).await.body["data"][0]["ax_order_status"].clone();
    assert_eq!(state().await, "1");
    supplier_does(&app, seoul, &order.order, Action::Acknowledge, None).await;
    assert_eq!(state().await, "2");
    supplier_does(&app, seoul, &order.order, Action::Confirm, None).await;
    assert_eq!(state().await, "3");
    supplier_does(&app, seoul, &order.order, Action::Redeem(order.tickets[0].parse().unwrap()), None).await;
    let confirmed = alpha.get(&order.path()).await;
    assert_body!("confirm_legacy", confirmed);

    let conflict = async |path: String, body: Value| -> Reply {
        let reply = alpha.in_english().patch(&path, &body).await;
        assert_eq!(reply.status, 409, "{}", reply.text());
        reply
    };
    let used = conflict(order.path(), json!({ "channel_status": "Traveler cancel" })).await;
    assert_body!("ticket_used_legacy", used);
    let not_allowed = conflict(order.path(), json!({ "channel_status": 1 })).await;
    assert_body!("transition_not_allowed_legacy", not_allowed);
    supplier_does(&app, seoul, &order.order, Action::SupplierCancelTicket(order.tickets[1].parse().unwrap()), None).await;
    let ticket = conflict(order.ticket_path(1), json!({ "status": 3 })).await;
    assert_body!("ticket_not_allowed_legacy", ticket);
}

async fn a_list_has_each_order_in_its_own_words(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    place(&app, seoul, "A-1", 1).await;
    place_legacy(&app, seoul, "A-2", 1).await;
    let list = alpha.get(PATH).await;
    let states: Vec<&Value> = list.body["data"].as_array().unwrap().iter().map(|order| &order["ax_order_status"]).collect();
    assert_eq!(states, ["New", "1"]);
    assert_eq!(members(&list.body["data"][1]["tickets"][0]), ["ticket_code", "ticket_status"]);
}
