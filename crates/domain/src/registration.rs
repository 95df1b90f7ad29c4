//! Registrations: a channel says that a product is live and how it names each option (contract 4).

use std::collections::BTreeMap;

use crate::ids::OptionId;
use crate::product::ProductOption;
use crate::refusal::{FieldError, Reason};

/// The field that mapping errors are about.
const MAPPING_DATA: &str = "mapping_data";

/// The channel's name for every option.
pub type Mapping = BTreeMap<OptionId, String>;

/// Reads a mapping as sent: every active option once, nothing else, no name twice.
///
/// # Errors
/// Each way in which it is wrong, naming the culprits.
pub fn check_mapping(sent: &[(String, String)], options: &[ProductOption]) -> Result<Mapping, Vec<FieldError>> {
    let mut mapping = Mapping::new();
    let mut unknown = Vec::new();
    for (code, name) in sent {
        match code.parse::<OptionId>() {
            Ok(id) if options.iter().any(|option| option.id == id && option.is_active) => {
                mapping.insert(id, name.clone());
            }
            _ => unknown.push(code.chars().take(64).collect()),
        }
    }
    let missing: Vec<OptionId> =
        options.iter().filter(|option| option.is_active && !mapping.contains_key(&option.id)).map(|option| option.id).collect();
    let repeated = repeated_names(&mapping);

    let mut reasons = Vec::new();
    if !missing.is_empty() {
        reasons.push(Reason::MappingIncomplete { options: missing });
    }
    if !unknown.is_empty() {
        reasons.push(Reason::MappingOptionUnknown { options: unknown });
    }
    if !repeated.is_empty() {
        reasons.push(Reason::MappingNameRepeated { names: repeated });
    }
    if reasons.is_empty() { Ok(mapping) } else { Err(reasons.into_iter().map(|reason| FieldError::new(MAPPING_DATA, reason)).collect()) }
}

fn repeated_names(mapping: &Mapping) -> Vec<String> {
    let mut uses = BTreeMap::<&str, usize>::new();
    for name in mapping.values() {
        *uses.entry(name.trim()).or_default() += 1;
    }
    uses.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::product::{Depth, OptionKind};

    fn option(n: u128, is_active: bool) -> ProductOption {
        let id = OptionId(Uuid::from_u128(n));
        ProductOption {
            id,
            depths: vec![Depth { name: "Person".into(), value: "Adult".into() }],
            kind: OptionKind::Quantity,
            stock_option: id,
            persons_per_unit: 1,
            min_quantity: 1,
            max_quantity: 9,
            is_active,
        }
    }

    fn sent(pairs: &[(u128, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(n, name)| (Uuid::from_u128(*n).to_string(), (*name).to_owned())).collect()
    }

    #[test]
    fn every_active_option_once_is_right() {
        let options = [option(1, true), option(2, true), option(3, false)];
        let mapping = check_mapping(&sent(&[(1, "어른"), (2, "어린이")]), &options).unwrap();
        assert_eq!(mapping.len(), 2);
    }

    #[test]
    fn each_fault_names_its_culprits() {
        let options = [option(1, true), option(2, true), option(3, false)];
        let id = |n| OptionId(Uuid::from_u128(n));
        let refused = check_mapping(&sent(&[(1, "same"), (3, "closed"), (9, "who")]), &options).unwrap_err();
        assert_eq!(
            refused,
            vec![
                FieldError::new("mapping_data", Reason::MappingIncomplete { options: vec![id(2)] }),
                FieldError::new("mapping_data", Reason::MappingOptionUnknown { options: vec![id(3).to_string(), id(9).to_string()] }),
            ]
        );
        let refused = check_mapping(&sent(&[(1, "same"), (2, " same")]), &options).unwrap_err();
        assert_eq!(refused, vec![FieldError::new("mapping_data", Reason::MappingNameRepeated { names: vec!["same".into()] })]);
    }
}
