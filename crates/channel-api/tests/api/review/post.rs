use axhub_hub::directory;
use axhub_store::{Mode, feedback};
use axhub_testkit::{App, TestProduct};
use serde_json::{Value, json};

use crate::support::{assert_error, assert_fields, everything, on_both_engines, paths, place, with, without};

on_both_engines! {
    a_review_is_kept_and_may_be_repeated,
    every_type_of_score_has_its_range,
    a_day_ticket_is_known_by_its_own_code_its_orders_or_what_it_says,
    one_order_is_reviewed_product_by_product,
    a_time_without_an_offset_is_the_channels_own,
    every_wrong_field_is_named,
    only_what_a_channel_may_speak_of_is_reviewed,
}

fn path(product: &TestProduct) -> String {
    format!("/v1/channel/review/{}/{}", product.kind.as_str(), product.id)
}

fn tour_review(product: &TestProduct) -> Value {
    json!({
        "review_code": "R-1", "option_code": product.option(0), "score_type": "ONE_FIVE_STAR", "score": 5, "title": "좋아요",
        "body": "또 갈게요", "reviewed_at": "2026-07-01 10:00:00", "reviewer_info": { "name": "Kim", "phone": "010", "email": "k@x" },
    })
}

fn day_ticket_review() -> Value {
    json!({
        "channel_order_code": "ORDER-1", "review_score_type": "ZERO_FIVE_STAR", "review_score": 80, "title": "좋아요", "body": "또 갈게요",
        "reviewed_at": "2026-07-01 10:00:00", "reviewer_info": { "name": "Kim", "phone": "010", "email": "k@x" },
    })
}

async fn stored(app: &App, product: &TestProduct) -> Vec<feedback::StoredReview> {
    let (supplier, id) = (product.supplier, product.id);
    let page = axhub_hub::Page { number: 1, size: 100 };
    let read = app
        .database()
        .run("test.reviews", Mode::Read, (), move |s, ()| Box::pin(feedback::reviews_of_supplier(s, supplier, Some(id), page)));
    read.await.unwrap().items
}

async fn a_review_is_kept_and_may_be_repeated(app: App) {
    let (alpha, paris, museum) = (app.channel("alpha"), &app.world().paris, &app.world().museum);
    for (product, review, code) in [(paris, tour_review(paris), "R-1"), (museum, day_ticket_review(), "ORDER-1")] {
        let first = alpha.post(&path(product), &review).await;
        assert_eq!((first.status, &first.body), (201, &json!({ "status_code": 201, "review_code": code })), "{}", first.text());
        let before = everything(&app).await;
        let again = alpha.post(&path(product), &review).await;
        assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")));
        assert_eq!(again.body, json!({ "status_code": 200, "review_code": code }));
        let other = alpha.post(&path(product), &with(&review, "/body", json!("아니요"))).await;
        assert_error(&other, 409, "review_code_reused");
        assert_eq!(everything(&app).await, before);
        assert_eq!(app.channel("beta").post(&path(product), &review).await.status, 201, "codes are unique per channel");
        let kept = stored(&app, product).await;
        let review = &kept[0].review;
        assert_eq!((kept.len(), kept[0].review_code.as_str(), review.title.as_deref()), (2, code, Some("좋아요")));
        assert_eq!(review.reviewer.as_ref().and_then(|reviewer| reviewer.name.as_deref()), Some("Kim"));
    }
    assert_eq!(stored(&app, museum).await[0].review.channel_order_code.as_deref(), Some("ORDER-1"));
    let least = json!({ "review_code": "R-2", "score_type": "NO_SCORE", "title": "x", "reviewed_at": "2026-07-01T00:00:00Z" });
    assert_eq!(alpha.post(&path(paris), &least).await.status, 201);
    let least = json!({ "review_code": "R-3", "review_score_type": "NO_SCORE", "body": "x", "reviewed_at": "2026-07-01T00:00:00Z" });
    assert_eq!(alpha.post(&path(museum), &least).await.status, 201);
}

async fn every_type_of_score_has_its_range(app: App) {
    let (alpha, paris, museum) = (app.channel("alpha").in_english(), &app.world().paris, &app.world().museum);
    let mut count = 0;
    for (word, kept, tours) in [
        ("ZERO_FIVE_STAR", "ZERO_FIVE_STAR", Some((0, 5))),
        ("ZERO_FIVE", "ZERO_FIVE_STAR", Some((0, 5))),
        ("ONE_FIVE_STAR", "ONE_FIVE_STAR", Some((1, 5))),
        ("ONE_FIVE", "ONE_FIVE_STAR", Some((1, 5))),
        ("GOOD_OR_BAD", "GOOD_OR_BAD", Some((0, 1))),
        ("NO_SCORE", "NO_SCORE", None),
    ] {
        let names = [(paris, tour_review(paris), "score_type", "score", tours)];
        let dated = (museum, day_ticket_review(), "review_score_type", "review_score", tours.map(|_| (0, 100)));
        for (product, review, type_name, name, range) in names.into_iter().chain([dated]) {
            let mut send = async |score: Option<Value>| {
                count += 1;
                let mut review = with(&review, &format!("/{type_name}"), json!(word));
                review["review_code"] = json!(format!("R-{count}"));
                review[name] = score.unwrap_or(Value::Null);
                alpha.post(&path(product), &review).await
            };
            let Some((min, max)) = range else {
                assert_eq!(send(None).await.status, 201);
                assert_fields(&send(Some(json!(0))).await, &[(name, "A review with NO_SCORE has no score.")]);
                continue;
            };
            let with_a_fraction: Value = serde_json::from_str(&format!("{max}.0")).unwrap();
            for right in [json!(min), json!(max), json!(max.to_string()), with_a_fraction] {
                let reply = send(Some(right)).await;
                assert_eq!(reply.status, 201, "{word}: {}", reply.text());
                assert!(
                    matches!(stored(&app, product).await.last().unwrap().review.score.score, Some(score) if score == min || score == max)
                );
            }
            let absent = send(None).await;
            if product.id == paris.id {
                assert_fields(&absent, &[(name, "This field is required.")]);
            } else {
                assert_eq!(absent.status, 201, "{}", absent.text());
            }
            let least = format!("Ensure this value is greater than or equal to {min}.");
            assert_fields(&send(Some(json!(min - 1))).await, &[(name, &least)]);
            let most = format!("Ensure this value is less than or equal to {max}.");
            assert_fields(&send(Some(json!(max + 1))).await, &[(name, &most)]);
            assert_fields(&send(Some(json!(1.5))).await, &[(name, "A valid integer is required.")]);
            let all = stored(&app, product).await;
            assert_eq!(all.last().unwrap().review.score.score_type.word(), kept);
        }
    }
}

async fn a_day_ticket_is_known_by_its_own_code_its_orders_or_what_it_says(app: App) {
    let (alpha, museum) = (app.channel("alpha").in_english(), &app.world().museum);
    let by_order = day_ticket_review();
    let mut by_code = by_order.clone();
    by_code["review_code"] = json!("R-1");
    let by_content = without(&by_order, "/channel_order_code");
    let mut codes = Vec::new();
    for review in [&by_order, &by_code, &by_content] {
        let first = alpha.post(&path(museum), review).await;
        assert_eq!(first.status, 201, "{}", first.text());
        let before = everything(&app).await;
        let again = alpha.post(&path(museum), review).await;
        assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")));
        assert_eq!(again.body, json!({ "status_code": 200, "review_code": first.body["review_code"] }));
        assert_eq!(everything(&app).await, before);
        codes.push(first.body["review_code"].as_str().unwrap().to_owned());
    }
    assert_eq!(codes[..2], ["ORDER-1", "R-1"]);
    assert!(codes[2].parse::<uuid::Uuid>().is_ok(), "{}", codes[2]);

    let text = json!("다른 말");
    assert_error(&alpha.post(&path(museum), &with(&by_order, "/body", text.clone())).await, 409, "review_code_reused");
    assert_error(&alpha.post(&path(museum), &with(&by_code, "/body", text.clone())).await, 409, "review_code_reused");
    let other = alpha.post(&path(museum), &with(&by_content, "/body", text)).await;
    assert_eq!(other.status, 201, "who says something else brings another review");
    assert_ne!(other.body["review_code"], json!(codes[2]));
    // The code that the hub made is a code like any other.
    let mut under_its_code = by_content.clone();
    under_its_code["review_code"] = json!(codes[2]);
    assert_eq!(alpha.post(&path(museum), &under_its_code).await.status, 200);
    assert_eq!(app.channel("beta").post(&path(museum), &by_content).await.status, 201, "another channel's is another");
}

/// An order may have several products, and each of them a review.
async fn one_order_is_reviewed_product_by_product(app: App) {
    let (alpha, world) = (app.channel("alpha"), app.world());
    let palace = axhub_testkit::ProductBuilder::day_ticket("Palace").option("Adult", "10").create(app.hub(), world.museum.supplier).await;
    world.assign(app.hub(), "alpha", &palace, axhub_domain::pricing::MarkUp::NONE).await;
    let review = day_ticket_review();
    for product in [&world.museum, &palace] {
        for status in [201, 200] {
            let reply = alpha.post(&path(product), &review).await;
            assert_eq!((reply.status, &reply.body["review_code"]), (status, &json!("ORDER-1")), "{}", reply.text());
        }
        let read = alpha.get(&format!("{}/ORDER-1", path(product))).await;
        assert_eq!(read.status, 200, "{}", read.text());
    }
    // A code of its own is unique among all reviews of the channel, and at its product also among those of orders.
    let mut own = review.clone();
    own["review_code"] = json!("R-1");
    assert_eq!(alpha.post(&path(&world.museum), &own).await.status, 201);
    assert_error(&alpha.post(&path(&palace), &own).await, 409, "review_code_reused");
    own["review_code"] = json!("ORDER-1");
    own["body"] = json!("다른 말");
    assert_error(&alpha.post(&path(&palace), &own).await, 409, "review_code_reused");
}

async fn a_time_without_an_offset_is_the_channels_own(app: App) {
    let (paris, museum) = (&app.world().paris, &app.world().museum);
    for (channel, expected) in [("alpha", "2026-07-01T01:00:00Z"), ("beta", "2026-07-01T14:00:00Z")] {
        for (product, review) in [(paris, tour_review(paris)), (museum, day_ticket_review())] {
            assert_eq!(app.channel(channel).post(&path(product), &review).await.status, 201);
            assert_eq!(stored(&app, product).await.last().unwrap().review.reviewed_at.to_string(), expected, "{channel}");
        }
    }
    let mut exact = tour_review(paris);
    exact["review_code"] = json!("R-2");
    exact["reviewed_at"] = json!("2026-07-01T10:00:00+02:00");
    assert_eq!(app.channel("beta").post(&path(paris), &exact).await.status, 201);
    assert_eq!(stored(&app, paris).await.last().unwrap().review.reviewed_at.to_string(), "2026-07-01T08:00:00Z");
}

async fn every_wrong_field_is_named(app: App) {
    let (alpha, paris, museum) = (app.channel("alpha").in_english(), &app.world().paris, &app.world().museum);
    let before = everything(&app).await;
    for (product, right) in [(paris, tour_review(paris)), (museum, day_ticket_review())] {
        for (field, pointer) in paths(&right) {
            let is_optional = field.contains("reviewer_info")
                || matches!(field.as_str(), "option_code" | "channel_order_code" | "review_score")
                || field == if product.id == paris.id { "body" } else { "title" };
            let mut wrong: Vec<(Value, &str)> = Vec::new();
            if field == "reviewer_info" {
                wrong.extend([json!("x"), json!(1), json!([])].map(|value| (value, "Expected a dictionary of items.")));
            } else if field.ends_with("score") {
                wrong.extend([json!("x"), json!([]), json!({}), json!(true)].map(|value| (value, "A valid integer is required.")));
            } else {
                wrong.extend([json!([]), json!({}), json!(true)].map(|value| (value, "Not a valid string.")));
                if !is_optional {
                    wrong.push((json!(null), "This field may not be null."));
                    wrong.push((json!(" "), "This field may not be blank."));
                }
            }
            for (value, text) in wrong {
                assert_fields(&alpha.post(&path(product), &with(&right, &pointer, value)).await, &[(&field, text)]);
            }
            if !is_optional {
                assert_fields(&alpha.post(&path(product), &without(&right, &pointer)).await, &[(&field, "This field is required.")]);
            }
        }
    }
    let long = with(&tour_review(paris), "/review_code", json!("x".repeat(129)));
    assert_fields(&alpha.post(&path(paris), &long).await, &[("review_code", "Ensure this field has no more than 128 characters.")]);
    let type_of = with(&tour_review(paris), "/score_type", json!("STARS"));
    let text = "\"STARS\" is not a valid choice. Accepted: ZERO_FIVE_STAR, ONE_FIVE_STAR, GOOD_OR_BAD, NO_SCORE.";
    assert_fields(&alpha.post(&path(paris), &type_of).await, &[("score_type", text)]);
    let unknown = "The registered product has no such option. Send an option_code of the product's detail.";
    for option in [json!("x"), json!(museum.option(0))] {
        let foreign = with(&tour_review(paris), "/option_code", option);
        assert_fields(&alpha.post(&path(paris), &foreign).await, &[("option_code", unknown)]);
    }
    assert_eq!(everything(&app).await, before);
}

async fn only_what_a_channel_may_speak_of_is_reviewed(app: App) {
    let (alpha, world, cruise) = (app.channel("alpha"), app.world(), app.undated().await);
    let (tour, dated) = (without(&tour_review(&world.paris), "/option_code"), day_ticket_review());
    for (path, review) in [
        (format!("/v1/channel/review/tour/{}", world.harbor.id), &tour),
        (format!("/v1/channel/review/tour/{}", world.museum.id), &tour),
        (format!("/v1/channel/review/day-ticket/{}", world.paris.id), &dated),
        (format!("/v1/channel/review/day-ticket/{}", cruise.id), &dated),
        ("/v1/channel/review/tour/x".to_owned(), &tour),
    ] {
        assert_error(&alpha.post(&path, review).await, 404, "not_found");
        assert_error(&alpha.get(&path).await, 404, "not_found");
    }
    // A product that was taken away is spoken of by whoever has sold it, or has spoken of it before.
    let (sold, asked) = (&world.paris, &world.museum);
    place(&app, sold, "A-1", 1).await;
    assert_eq!(alpha.post(&path(asked), &dated).await.status, 201);
    for product in [sold, asked, &world.seoul] {
        directory::unassign(app.hub(), world.channel("alpha").id, product.id).await.unwrap();
    }
    assert_eq!(alpha.post(&path(sold), &tour).await.status, 201);
    assert_eq!(alpha.post(&path(asked), &dated).await.status, 200);
    assert_eq!(alpha.post(&path(asked), &without(&dated, "/channel_order_code")).await.status, 201);
    for product in [sold, asked] {
        assert_eq!(alpha.get(&path(product)).await.header("x-total-count"), Some(if product.id == sold.id { "1" } else { "2" }));
    }
    assert_error(&alpha.post(&path(&world.seoul), &tour).await, 404, "not_found");
    assert_error(&alpha.get(&path(&world.seoul)).await, 404, "not_found");
    assert_error(&alpha.post(&path(&world.harbor), &tour).await, 404, "not_found");
}
