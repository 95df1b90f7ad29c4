//! The API description is whole: everything has a description, and examples are what they say.

use axhub_testkit::Description;
use serde_json::json;

pub fn description() -> Description {
    let mut document = axhub_operator_api::routes().into_openapi();
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
    description().assert_every_operation_tells_all_of_itself();
}

#[test]
fn every_field_is_described() {
    description().assert_every_field_is_described();
}

#[test]
fn every_example_has_the_members_of_its_schema() {
    description().assert_examples_fit();
}
