//! Whatever a client sends is read or refused.

use super::*;

/// Reads `name` as everything there is.
fn read_as_everything(fields: &Fields<'_>, name: &str, depth: usize) {
    let names = &[name, "a"];
    fields.required(names).string(5);
    fields.optional(names).string(5);
    fields.required(names).integer(-5..=5);
    fields.optional(names).integer(i64::MIN..=i64::MAX);
    fields.required(names).boolean();
    fields.required(names).money();
    fields.required(names).choice(&[("a", 1)]);
    fields.required(names).id::<OptionId>(Reason::OptionUnknown);
    fields.required(names).instant(&TimeZone::UTC);
    fields.optional(names).date();
    fields.required(names).time_of_day();
    fields.required(names).url();
    fields.required(names).free_form(&FREE);
    fields.required(names).string_map(3, 3);
    fields.required(names).strings(3, 3);
    fields.optional(names).value();
    if depth > 0 {
        read_as_everything(&fields.required(names).object(), name, depth - 1);
        fields.required(names).objects(3, |item| read_as_everything(item, name, depth - 1));
        fields.optional(names).objects(3, |item| read_as_everything(item, name, depth - 1));
    }
}

proptest! {
    #[test]
    fn any_tree_is_read_or_refused(tree in any_tree(), name in "[a-e]") {
        let errors = Errors::default();
        if let Value::Object(members) = &tree {
            read_as_everything(&Fields::new(members, &errors), &name, 2);
        }
    }

    #[test]
    fn a_value_without_an_error_is_in_its_bounds(tree in any_tree()) {
        let wrapped = json!({ "a": tree });
        let errors = Errors::default();
        let fields = Fields::new(wrapped.as_object().unwrap(), &errors);
        let text = fields.required("a").string(5);
        if errors.is_empty() {
            prop_assert!(!text.is_empty() && text.chars().count() <= 5 && text.trim() == text);
        }
        let errors = Errors::default();
        let number = Fields::new(wrapped.as_object().unwrap(), &errors).required("a").integer(3..=9);
        prop_assert!((3..=9).contains(&number));
    }
}
