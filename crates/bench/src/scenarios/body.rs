//! The body of an order: written once, with gaps that each order fills. Making JSON anew for each order would cost as
//! much as sending it.

use axhub_domain::ids::{OptionId, RegistrationId};
use axhub_domain::time::format_instant;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::json;

/// What a gap is for. In the text it stands as `<n>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    Registration,
    Option,
    Start,
    Price,
    Code,
}

const GAPS: [(&str, Gap); 5] =
    [("<0>", Gap::Registration), ("<1>", Gap::Option), ("<2>", Gap::Start), ("<3>", Gap::Price), ("<4>", Gap::Code)];

/// The body of an order of one ticket.
#[derive(Debug)]
pub struct OrderBody {
    /// Text, and the gap behind it.
    parts: Vec<(String, Gap)>,
    last: String,
    length: usize,
}

/// What one order names.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The channel's registration of the product.
    pub registration: RegistrationId,
    /// The option.
    pub option: OptionId,
    /// When it starts.
    pub starts_at: &'a str,
    /// What one costs.
    pub price: &'a str,
    /// The channel's code.
    pub code: &'a str,
}

impl OrderBody {
    /// Of orders that were bought at this time.
    pub fn new(purchased_at: Timestamp) -> OrderBody {
        let person = json!({"name": "Kim Jiwoo", "national_code": "82", "phone": "010-0000-0000", "email": "jiwoo@example.com"});
        let mut ticket = person.clone();
        ticket["channel_code"] = json!("<4>-1");
        let mut purchaser = person.clone();
        purchaser["is_required_more_information"] = json!(false);
        let order = json!({
            "options": [{
                "channel_product_mapping_code": "<0>",
                "option_code": "<1>",
                "inventory_at": "<2>",
                "quantity": 1,
                "unit_selling_price": "<3>",
                "amount_price": "<3>",
                "tickets": [ticket],
            }],
            "order": {
                "channel_order_code": "<4>",
                "purchased_at": format_instant(purchased_at),
                "sub_total": "<3>",
                "total": "<3>",
                "status": "New",
                "is_voucher": true,
                "currency": "KRW",
            },
            "purchaser": purchaser,
            "representative": person,
        });
        OrderBody::cut(&order.to_string())
    }

    fn cut(text: &str) -> OrderBody {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((at, gap)) = GAPS.iter().filter_map(|(mark, gap)| Some((rest.find(mark)?, *gap))).min_by_key(|(at, _)| *at) {
            parts.push((rest[..at].to_owned(), gap));
            rest = &rest[at + GAPS[0].0.len()..];
        }
        OrderBody { parts, last: rest.to_owned(), length: text.len() + 200 }
    }

    /// The body of one order.
    pub fn fill(&self, wanted: &Wanted<'_>) -> Bytes {
        let mut text = String::with_capacity(self.length);
        let mut code = [0; 36];
        for (before, gap) in &self.parts {
            text.push_str(before);
            text.push_str(match gap {
                Gap::Registration => wanted.registration.0.hyphenated().encode_lower(&mut code),
                Gap::Option => wanted.option.0.hyphenated().encode_lower(&mut code),
                Gap::Start => wanted.starts_at,
                Gap::Price => wanted.price,
                Gap::Code => wanted.code,
            });
        }
        text.push_str(&self.last);
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_gap_is_filled() {
        let at: Timestamp = "2027-03-01T10:00:00Z".parse().unwrap();
        let body = OrderBody::new(at);
        let registration: RegistrationId = "018f4e2a-7b3c-7d4e-8f5a-000000000001".parse().unwrap();
        let option: OptionId = "018f4e2a-7b3c-7d4e-8f5a-000000000002".parse().unwrap();
        let filled = body.fill(&Wanted { registration, option, starts_at: "2027-03-01T10:00:00.000Z", price: "88000.00000", code: "B-1" });
        assert!(filled.len() <= body.length);
        let order: Value = serde_json::from_slice(&filled).unwrap();
        let line = &order["options"][0];
        assert_eq!(line["channel_product_mapping_code"], registration.to_string());
        assert_eq!(line["option_code"], option.to_string());
        assert_eq!(line["inventory_at"], "2027-03-01T10:00:00.000Z");
        assert_eq!(order["order"]["channel_order_code"], "B-1");
        // As pgbench's orders have it: one more index is written.
        assert_eq!(line["tickets"][0]["channel_code"], "B-1-1");
        for amount in [&line["unit_selling_price"], &line["amount_price"], &order["order"]["total"], &order["order"]["sub_total"]] {
            assert_eq!(*amount, "88000.00000");
        }
        assert!(!String::from_utf8_lossy(&filled).contains('<'));
    }
}
