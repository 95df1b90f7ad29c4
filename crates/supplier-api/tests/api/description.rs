//! The API description is whole: everything has a description, and examples are what they say.

use axhub_testkit::Description;
use serde_json::json;

/// What no state of the world forbids: to answer, to comment, to begin a product, to discard what one has begun, and to act on many
/// orders, each of which says for itself what became of it.
const ALWAYS_ALLOWED: [&str; 6] =
    ["/answer", "/comment", "post /v1/supplier/products", "/copy", "delete /v1/supplier/products/{product_code}/draft", "/orders/actions"];

fn description() -> Description {
    let mut document = axhub_supplier_api::routes().into_openapi();
    axhub_web::openapi::complete(&mut document);
    Description::new(serde_json::to_value(document).unwrap())
}

/// Every change of the description shows in review.
#[test]
fn the_description_is_this() {
    let description = description();
    let document = description.document();
    let parts = json!({ "paths": document["paths"], "schemas": document["components"]["schemas"] });
    insta::assert_snapshot!("description", serde_json::to_string_pretty(&parts).unwrap());
}

#[test]
fn every_operation_tells_all_of_itself() {
    let description = description();
    description.assert_every_operation_tells_all_of_itself();
    for (name, operation) in description.operations() {
        let can_conflict = !name.starts_with("get") && !ALWAYS_ALLOWED.iter().any(|allowed| name.ends_with(allowed));
        assert_eq!(operation["responses"].get("409").is_some(), can_conflict, "{name} and 409");
    }
}

#[test]
fn every_field_is_described() {
    description().assert_every_field_is_described();
}

#[test]
fn every_example_has_the_members_of_its_schema() {
    description().assert_examples_fit();
}
