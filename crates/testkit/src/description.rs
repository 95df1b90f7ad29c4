//! What every API description must tell, whichever API it describes.

use serde_json::Value;

/// A completed API description.
#[derive(Clone, Debug)]
pub struct Description(Value);

/// An operation of it, as `get /v1/supplier/orders`.
pub type Operation<'d> = (String, &'d Value);

impl Description {
    /// A description as JSON.
    pub fn new(document: Value) -> Description {
        Description(document)
    }

    /// The whole of it.
    pub fn document(&self) -> &Value {
        &self.0
    }

    /// All operations.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::new();
        for (path, item) in members(&self.0["paths"]) {
            operations.extend(members(item).map(|(method, operation)| (format!("{method} {path}"), operation)));
        }
        operations
    }

    /// Fails unless every operation has all of its texts, its parameters' too, and examples of its body, of its answer and of
    /// each conflict.
    pub fn assert_every_operation_tells_all_of_itself(&self) {
        for (name, operation) in self.operations() {
            for member in ["summary", "description", "operationId"] {
                assert!(operation[member].as_str().is_some_and(|text| !text.is_empty()), "{name} has no {member}");
            }
            for parameter in items(&operation["parameters"]) {
                assert!(parameter["description"].is_string(), "{name}: {} has no description", parameter["name"]);
            }
            match success(operation) {
                Some(success) => {
                    for (media_type, content) in members(&success["content"]) {
                        assert!(has_example(content), "{name} has no example of its answer as {media_type}");
                    }
                }
                None => assert!(operation["responses"]["204"].is_object(), "{name} has no answer"),
            }
            for (media_type, content) in members(&operation["requestBody"]["content"]) {
                let one_of = items(&content["schema"]["oneOf"]).map(|schema| self.resolve(schema));
                let by_schema = one_of.into_iter().any(|schema| schema.get("example").is_some());
                assert!(has_example(content) || by_schema, "{name} has no example of its body as {media_type}");
            }
            if let Some(conflict) = operation["responses"].get("409") {
                let examples = &conflict["content"]["application/json"]["examples"];
                assert!(examples.as_object().is_some_and(|examples| !examples.is_empty()), "{name}: its 409 has no example");
            }
        }
    }

    /// Fails unless every member of every schema has a description.
    pub fn assert_every_field_is_described(&self) {
        for (name, schema) in members(&self.0["components"]["schemas"]) {
            for part in items(&schema["allOf"]).chain([schema]) {
                for (member, property) in members(&part["properties"]) {
                    let is_described = items(&property["oneOf"]).chain([property]).any(|part| part["description"].is_string());
                    assert!(is_described, "{name}.{member} has no description");
                }
            }
        }
    }

    /// Fails unless every example in JSON has the members of its schema and no others, of the right types.
    pub fn assert_examples_fit(&self) {
        for (name, operation) in self.operations() {
            let answers = success(operation).map(|success| &success["content"]["application/json"]);
            for content in answers.into_iter().chain([&operation["requestBody"]["content"]["application/json"]]) {
                if let Some(example) = content.get("example") {
                    self.assert_fits(&content["schema"], example, &name);
                }
            }
        }
    }

    /// What stands behind a reference.
    fn resolve<'d>(&'d self, value: &'d Value) -> &'d Value {
        match value["$ref"].as_str() {
            Some(reference) => self.0.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("nothing at {reference}")),
            None => value,
        }
    }

    /// A little of JSON Schema: required members are there, all members are known, types are right.
    fn assert_fits(&self, schema: &Value, value: &Value, at: &str) {
        let (mut known, mut is_open) = (Vec::new(), false);
        self.fit_part(schema, value, at, &mut known, &mut is_open);
        if let (Some(found), false) = (value.as_object(), is_open) {
            for name in found.keys() {
                assert!(known.contains(name), "{at}: {name} is not described");
            }
        }
    }

    fn fit_part(&self, schema: &Value, value: &Value, at: &str, known: &mut Vec<String>, is_open: &mut bool) {
        let schema = self.resolve(schema);
        if let Some(parts) = schema["allOf"].as_array() {
            parts.iter().for_each(|part| self.fit_part(part, value, at, known, is_open));
            return;
        }
        if let Some(parts) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
            let wanted = parts.iter().find(|part| is_of_type(self.resolve(part), value));
            self.fit_part(wanted.unwrap_or_else(|| panic!("{at}: fits nowhere: {value}")), value, at, known, is_open);
            return;
        }
        assert!(is_of_type(schema, value), "{at}: {value} is not {}", schema["type"]);
        if let Some(words) = schema["enum"].as_array() {
            assert!(words.contains(value), "{at}: {value} is none of {words:?}");
        }
        *is_open |= schema.get("properties").is_none();
        for name in items(&schema["required"]).filter_map(Value::as_str) {
            assert!(value.get(name).is_some(), "{at}: {name} is missing");
        }
        for (name, property) in members(&schema["properties"]) {
            known.push(name.clone());
            if let Some(member) = value.get(name) {
                self.assert_fits(property, member, &format!("{at}.{name}"));
            }
        }
        for (place, item) in items(value).enumerate() {
            self.assert_fits(&schema["items"], item, &format!("{at}[{place}]"));
        }
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// What an operation answers when it did what was asked, when that has a body.
fn success(operation: &Value) -> Option<&Value> {
    ["200", "201"].iter().find_map(|status| operation["responses"].get(status))
}

fn has_example(content: &Value) -> bool {
    content.get("example").is_some() || content.get("examples").is_some()
}

fn is_of_type(schema: &Value, value: &Value) -> bool {
    if schema.get("allOf").is_some() {
        return value.is_object();
    }
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => value.is_null(),
    };
    match &schema["type"] {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}
