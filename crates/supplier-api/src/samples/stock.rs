//! One of each answer and request about stock.

use axhub_domain::hindrance::Hindrance;
use axhub_domain::product::{OptionKind, ProductKind};
use axhub_web::{Language, messages};
use serde_json::{Value, json};

use super::{INVENTORY, OPTION, PRODUCT};
use crate::stock::allotments::list::AllotmentList;
use crate::stock::allotments::{Allotment, Share};
use crate::stock::explain::{ChannelExplanation, OptionExplanation, OrderedByChannel, StockExplanation, Why};
use crate::stock::list::StockList;
use crate::stock::set::StockSet;
use crate::stock::{Stock, StockRows};

impl StockList {
    /// An example: of twenty seats one is sold, and three of the five that are allotted are kept.
    pub fn sample() -> StockList {
        StockList {
            stock: vec![Stock {
                inventory_code: INVENTORY,
                option_code: OPTION,
                pool: Some("bus".to_owned()),
                weight: 1,
                date: Some("2026-07-04".to_owned()),
                start_time: Some("09:30".to_owned()),
                inventory_at: Some("2026-07-04T07:30:00.000Z".to_owned()),
                on_sale: true,
                max_quantity: 20,
                min_quantity: 4,
                held_quantity: 0,
                ordered_quantity: 16,
                remain_quantity: 4,
                allotted_quantity: 3,
            }],
        }
    }
}

impl StockSet {
    /// An example.
    pub fn sample() -> StockSet {
        StockSet { rows: 54 }
    }
}

impl StockRows {
    /// An example.
    pub fn sample() -> StockRows {
        StockRows { rows: 54, without_stock: 0 }
    }
}

impl Share {
    /// An example.
    pub fn sample() -> Share {
        Share {
            channel_code: "mytravel".to_owned(),
            quantity: 5,
            taken_quantity: 2,
            kept_quantity: 3,
            release_at: "2026-07-02T07:30:00.000Z".to_owned(),
            is_released: false,
        }
    }
}

impl AllotmentList {
    /// An example.
    pub fn sample() -> AllotmentList {
        AllotmentList {
            allotments: vec![Allotment {
                inventory_code: INVENTORY,
                kind: ProductKind::Tour,
                product_code: PRODUCT,
                pool: Some("bus".to_owned()),
                option_codes: vec![OPTION],
                date: Some("2026-07-04".to_owned()),
                start_time: Some("09:30".to_owned()),
                inventory_at: "2026-07-04T07:30:00.000Z".to_owned(),
                share: Share::sample(),
            }],
        }
    }
}

impl StockExplanation {
    /// An example: four seats are left, of which three are kept for one channel; the other one needs two at least.
    pub fn sample() -> StockExplanation {
        let ordered = |channel_code: &str, quantity, orders| OrderedByChannel {
            channel_code: channel_code.to_owned(),
            quantity,
            orders,
            open_tickets: quantity,
            used_tickets: 0,
        };
        let allotted = Hindrance::AllottedToOthers { units: 3 };
        let why = Why { code: allotted.code(), message: messages::hindrance(Language::English, &allotted) };
        let channel = |channel_code: &str, remain_quantity, reasons: Vec<Why>| ChannelExplanation {
            channel_code: channel_code.to_owned(),
            is_orderable: reasons.is_empty(),
            remain_quantity,
            reasons,
        };
        StockExplanation {
            inventory_code: INVENTORY,
            kind: ProductKind::Tour,
            product_code: PRODUCT,
            pool: Some("bus".to_owned()),
            date: Some("2026-07-04".to_owned()),
            start_time: Some("09:30".to_owned()),
            inventory_at: Some("2026-07-04T07:30:00.000Z".to_owned()),
            on_sale: true,
            closed_by: None,
            closed_at: None,
            max_quantity: 20,
            min_quantity: 4,
            held_quantity: 0,
            held_until: None,
            ordered_quantity: 16,
            remain_quantity: 4,
            allotted_quantity: 3,
            ordered_by: vec![ordered("mytravel", 2, 1), ordered("othertravel", 14, 6)],
            allotments: vec![Share::sample()],
            options: vec![OptionExplanation {
                option_code: OPTION,
                option_name: "Morning - Adult".to_owned(),
                kind: OptionKind::Quantity,
                weight: 1,
                channels: vec![channel("mytravel", 4, vec![]), channel("othertravel", 1, vec![why])],
            }],
        }
    }
}

/// An example of a rule of stock.
pub fn stock_rule() -> Value {
    json!({
        "from": "2026-07-01",
        "to": "2026-09-30",
        "weekdays": ["mon", "wed", "fri", "sat"],
        "start_times": ["09:30"],
        "max_quantity": 20,
        "min_quantity": 4,
        "on_sale": true,
    })
}

/// An example of a change of the stock of several options.
pub fn stock_change() -> Value {
    let mut change = stock_rule();
    change["option_codes"] = json!([OPTION]);
    change
}

/// An example of an allotment.
pub fn allotment_rule() -> Value {
    json!({
        "option_code": OPTION,
        "channel_code": "mytravel",
        "from": "2026-07-01",
        "to": "2026-09-30",
        "weekdays": ["sat"],
        "start_times": ["09:30"],
        "quantity": 5,
        "release_minutes_before": 2880,
    })
}
