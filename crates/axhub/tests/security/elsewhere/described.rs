//! Which codes the description lets a caller send besides those in addresses, so that none is forgotten.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::Value;

/// Codes that name nothing of anybody else's, by the end of the operation's address, and why.
const NOBODY_ELSES: [(&str, &str, &str); 13] = [
    ("/v1/channel/orders/{kind}", "channel_order_code", "the channel's own; each has its own"),
    ("/v1/channel/orders/{kind}", "channel_order_id", "the channel's own; it is kept, and nothing is found by it"),
    ("/v1/channel/orders/{kind}", "channel_code", "the channel's own code of a ticket; it is kept, and nothing is found by it"),
    ("/v1/channel/orders/{kind}", "national_code", "of a telephone number"),
    ("/v1/channel/products/{kind}/registration/{product_code}", "channel_product_id", "the channel's own; nothing is found by it"),
    ("/v1/channel/question/{kind}/{product_code}", "question_code", "the channel's own; each has its own"),
    ("/v1/channel/review/{kind}/{product_code}", "review_code", "the channel's own; each has its own"),
    ("/v1/channel/review/{kind}/{product_code}", "channel_order_code", "the channel's own; it is kept as it is sent"),
    ("/v1/supplier/products", "drivers_license_id", "whether one is asked for"),
    ("/v1/supplier/products", "passport_id", "whether one is asked for"),
    ("/v1/supplier/products/{product_code}", "drivers_license_id", "whether one is asked for"),
    ("/v1/supplier/products/{product_code}", "passport_id", "whether one is asked for"),
    ("/v1/supplier/products/{product_code}/draft", "*", "as of the product itself"),
];

/// An operation, as `POST /v1/channel/orders/{kind}`, and the name of a parameter or member.
pub type Place = (String, String);

/// Every place where channels and suppliers may send a code. Operators may read and change everything.
fn places() -> BTreeSet<Place> {
    let description = serde_json::to_value(axhub::app::description()).expect("the description is JSON");
    let mut found = BTreeSet::new();
    for (path, item) in description["paths"].as_object().expect("paths") {
        if !path.starts_with("/v1/channel") && !path.starts_with("/v1/supplier") {
            continue;
        }
        for (method, operation) in item.as_object().expect("operations") {
            let mut names = BTreeSet::new();
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            for parameter in parameters.map(|parameter| resolved(&description, parameter)).filter(|parameter| parameter["in"] == "query") {
                names.insert(parameter["name"].as_str().expect("a name").to_owned());
            }
            let body = resolved(&description, &operation["requestBody"]);
            for media_type in body["content"].as_object().into_iter().flat_map(|content| content.values()) {
                members(&description, &media_type["schema"], &mut Vec::new(), &mut names);
            }
            let place = format!("{} {}", method.to_uppercase(), of_any_kind(path));
            found.extend(names.into_iter().filter(|name| is_code(name)).map(|name| (place.clone(), name)));
        }
    }
    found
}

/// Those of them that another's code can be sent in.
pub fn places_of_others() -> BTreeSet<Place> {
    let (mut places, mut unused) = (places(), Vec::new());
    for (path, name, why) in NOBODY_ELSES {
        let is_meant = |place: &Place| {
            place.0.split(' ').nth(1) == Some(path) && !place.0.starts_with("GET ") && (place.1 == name || name == "*" && is_flag(&place.1))
        };
        let before = places.len();
        places.retain(|place| !is_meant(place));
        if places.len() == before {
            unused.push((path, name, why));
        }
    }
    assert!(unused.is_empty(), "no exceptions any more: {unused:?}");
    places
}

fn is_flag(name: &str) -> bool {
    name == "drivers_license_id" || name == "passport_id"
}

fn is_code(name: &str) -> bool {
    name == "q" || ["_code", "_codes", "_id"].iter().any(|end| name.ends_with(end))
}

fn resolved<'d>(description: &'d Value, value: &'d Value) -> &'d Value {
    let Some(pointer) = value["$ref"].as_str().and_then(|name| name.strip_prefix('#')) else { return value };
    description.pointer(pointer).unwrap_or_else(|| panic!("there is no {pointer}"))
}

/// The names of all members that a schema has, at any depth.
fn members(description: &Value, schema: &Value, above: &mut Vec<String>, names: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        if !above.iter().any(|known| known == name) {
            above.push(name.to_owned());
            members(description, resolved(description, schema), above, names);
            above.pop();
        }
        return;
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        names.insert(name.clone());
        members(description, member, above, names);
    }
    for inner in ["items", "additionalProperties"].iter().filter_map(|inner| schema.get(inner)) {
        members(description, inner, above, names);
    }
    for choice in ["allOf", "anyOf", "oneOf"].iter().filter_map(|choice| schema[choice].as_array()).flatten() {
        members(description, choice, above, names);
    }
}

fn of_any_kind(path: &str) -> String {
    let part = |part| if ["tour", "day-ticket", "ticket"].contains(&part) { "{kind}" } else { part };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The one of these places where `{code}` stands in a request.
pub fn place_of(places: &BTreeSet<Place>, method: &Method, address: &str, body: Option<&Value>) -> Option<Place> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let of_query = query.split('&').find_map(|pair| pair.strip_suffix("={code}").map(str::to_owned));
    let name = of_query.or_else(|| body.and_then(|body| holder(body, "")))?;
    let path = of_any_kind(path);
    let is_of = |operation: &str| {
        let (asked, known) = (path.split('/'), operation.split('/'));
        asked.clone().count() == known.clone().count()
            && asked.zip(known).all(|(part, of)| part == of || of != "{kind}" && of.starts_with('{') && part.len() == 36)
    };
    let found = places.iter().find(|(operation, known)| {
        *known == name && operation.split_once(' ').is_some_and(|(of, operation)| of == method.as_str() && is_of(operation))
    });
    found.cloned()
}

/// The name of the member whose value, or one of whose values, is `{code}`.
fn holder(value: &Value, name: &str) -> Option<String> {
    match value {
        Value::Object(members) => members.iter().find_map(|(name, member)| holder(member, name)),
        Value::Array(items) => items.iter().find_map(|item| holder(item, name)),
        other => (other == "{code}").then(|| name.to_owned()),
    }
}
