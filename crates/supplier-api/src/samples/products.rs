//! Examples of products, their drafts, versions and prices.

use axhub_domain::difference::{Difference, NamedOption, Price};
use axhub_domain::money::{Currency, Money};
use axhub_domain::product::{self, Confirmation, OptionKind, ProductKind, ProductState};
use axhub_domain::refusal::{FieldError, Reason};
use axhub_domain::reply::NoReply;
use axhub_web::Language;
use serde_json::{Value, json};

use super::{OPTION, PRODUCT, code, won};
use crate::products::draft::{Draft, Problem};
use crate::products::list::ProductList;
use crate::products::options::{Depth, ProductOption, Season};
use crate::products::prices::{ChannelPrices, NetPrice, Prices, Rate, SellingPrice};
use crate::products::required_information::RequiredInformation;
use crate::products::versions::Change;
use crate::products::versions::get::VersionDetail;
use crate::products::versions::list::{Version, VersionList};
use crate::products::{Product, ProductDetail, ProductRest, ProductSettings};

const NEW_PRODUCT: uuid::Uuid = code(0x11);
const NEW_OPTION: uuid::Uuid = code(0x21);
const PUBLISHED_AT: &str = "2026-05-20T08:15:00.000Z";

impl Product {
    /// An example.
    pub fn sample() -> Product {
        Product { settings: ProductSettings::sample(), state: ProductState::Published, has_draft: false }
    }
}

impl ProductSettings {
    /// An example.
    pub fn sample() -> ProductSettings {
        ProductSettings {
            product_code: PRODUCT,
            kind: ProductKind::Tour,
            category: "Tour".to_owned(),
            detail_category: None,
            product_name: Some("몽마르트르 골목 산책".to_owned()),
            version: 3,
            confirmation: Confirmation::Manual,
            reply_minutes: Some(1440),
            on_no_reply: Some(NoReply::Reject),
            cut_off_minutes: 1440,
            sale_from: Some("2026-01-01".to_owned()),
            sale_to: None,
            time_zone: "Europe/Paris".to_owned(),
            base_currency: Currency::Krw,
            created_at: "2026-01-05T02:00:00.000Z".to_owned(),
            updated_at: PUBLISHED_AT.to_owned(),
        }
    }

    /// An example of a product that was never published.
    fn sample_new() -> ProductSettings {
        let now = "2026-06-01T01:00:00.000Z".to_owned();
        ProductSettings {
            product_code: NEW_PRODUCT,
            version: 0,
            sale_from: None,
            created_at: now.clone(),
            updated_at: now,
            ..ProductSettings::sample()
        }
    }
}

impl ProductList {
    /// An example.
    pub fn sample() -> ProductList {
        ProductList { products: vec![Product::sample()] }
    }
}

impl ProductOption {
    /// An example.
    pub fn sample() -> ProductOption {
        ProductOption {
            option_code: OPTION,
            option_name: "Morning - Adult".to_owned(),
            depths: depths(&[("Start", "Morning"), ("Person", "Adult")]),
            kind: OptionKind::Quantity,
            stock_option_code: OPTION,
            pool: Some("bus".to_owned()),
            weight: 1,
            persons_per_unit: 1,
            min_quantity: 1,
            max_quantity: 10,
            is_active: true,
            net: Some(won(71_200)),
            seasons: vec![Season { from: "2026-07-01".to_owned(), to: "2026-08-31".to_owned(), net: won(79_000) }],
        }
    }
}

fn depths(parts: &[(&str, &str)]) -> Vec<Depth> {
    parts.iter().map(|(name, value)| Depth { name: (*name).to_owned(), value: (*value).to_owned() }).collect()
}

impl ProductRest {
    /// An example.
    pub fn sample() -> ProductRest {
        ProductRest {
            required_traveler_information: RequiredInformation::new(&["english_name".to_owned()]),
            contents: contents().into(),
            options: vec![ProductOption::sample()],
        }
    }
}

impl ProductDetail {
    /// An example.
    pub fn sample() -> ProductDetail {
        ProductDetail { product: Product::sample(), rest: ProductRest::sample() }
    }

    /// An example whose sale has ended.
    pub fn sample_ended() -> ProductDetail {
        let updated_at = "2026-10-01T00:30:00.000Z".to_owned();
        let sale_to = Some("2026-09-30".to_owned());
        let settings = ProductSettings { version: 4, sale_to, updated_at, ..ProductSettings::sample() };
        ProductDetail { product: Product { settings, state: ProductState::Ended, has_draft: false }, rest: ProductRest::sample() }
    }
}

impl Draft {
    /// An example: the next version, ready to be published.
    pub fn sample() -> Draft {
        let option = NamedOption { code: OPTION.into(), name: "Morning - Adult".to_owned() };
        let price = |net: i64| Price { net: won(net), currency: Currency::Krw };
        let changes = [
            Difference::Changed { field: "cut_off_minutes".to_owned(), from: "720".to_owned(), to: "1440".to_owned() },
            Difference::PriceChanged { option, from: price(70_000), to: price(71_200) },
        ];
        Draft {
            product: ProductDetail { product: Product { has_draft: true, ..Product::sample() }, rest: ProductRest::sample() },
            based_on_version: 3,
            is_ready: true,
            problems: Vec::new(),
            changes: changes.iter().map(|change| Change::new(Language::Korean, change)).collect(),
            draft_created_at: "2026-06-01T01:00:00.000Z".to_owned(),
            draft_updated_at: "2026-06-01T02:30:00.000Z".to_owned(),
        }
    }

    /// An example: a product right after it was begun.
    pub fn sample_new() -> Draft {
        let child = ProductOption {
            option_code: NEW_OPTION,
            option_name: "Child".to_owned(),
            depths: depths(&[("Person", "Child")]),
            stock_option_code: NEW_OPTION,
            net: None,
            seasons: Vec::new(),
            ..ProductOption::sample()
        };
        let mut rest = ProductRest { options: vec![child], ..ProductRest::sample() };
        rest.contents.texts.remove("thumbnail_type_1");
        let problems = [
            FieldError::new("contents.thumbnail_type_1", Reason::NoThumbnail),
            FieldError::new("options[0].net", Reason::OptionWithoutPrice { option: "Child".to_owned() }),
        ];
        let product = Product { settings: ProductSettings::sample_new(), state: ProductState::Draft, has_draft: true };
        Draft {
            product: ProductDetail { product, rest },
            based_on_version: 0,
            is_ready: false,
            problems: problems.iter().map(|problem| Problem::new(Language::Korean, problem)).collect(),
            changes: vec![Change::new(Language::Korean, &Difference::FirstVersion)],
            draft_updated_at: "2026-06-01T01:00:00.000Z".to_owned(),
            ..Draft::sample()
        }
    }

    /// An example: a copy of a whole product.
    pub fn sample_copy() -> Draft {
        let new = Draft::sample_new();
        let mut product = ProductDetail { rest: ProductRest::sample(), ..new.product.clone() };
        product.product.settings.product_name = Some("몽마르트르 골목 산책 (copy)".to_owned());
        product.rest.contents.texts.insert("product_name", "몽마르트르 골목 산책 (copy)");
        for option in &mut product.rest.options {
            (option.option_code, option.stock_option_code) = (NEW_OPTION, NEW_OPTION);
        }
        Draft { product, is_ready: true, problems: Vec::new(), ..new }
    }
}

impl VersionList {
    /// An example.
    pub fn sample() -> VersionList {
        let version = |version, published_at: &str, changes| Version { version, published_at: published_at.to_owned(), changes };
        let versions = vec![
            version(2, PUBLISHED_AT, Draft::sample().changes),
            version(1, "2026-01-05T02:00:00.000Z", vec![Change::new(Language::Korean, &Difference::FirstVersion)]),
        ];
        VersionList { versions }
    }
}

impl VersionDetail {
    /// An example.
    pub fn sample() -> VersionDetail {
        VersionDetail { settings: ProductSettings::sample(), rest: ProductRest::sample(), published_at: PUBLISHED_AT.to_owned() }
    }
}

impl Prices {
    /// An example: half a dollar more or less is what the rounding to cents takes.
    pub fn sample() -> Prices {
        let price = |currency, unit: Money| SellingPrice {
            option_code: OPTION,
            currency,
            unit_selling_price: unit,
            selling_price_per_person: unit,
        };
        let rate = Rate {
            base: Currency::Usd,
            quote: Currency::Krw,
            rate: "1380.50000000".to_owned(),
            valid_from: "2026-05-31T15:00:00.000Z".to_owned(),
        };
        let net = NetPrice { option_code: OPTION, option_name: "Morning - Adult".to_owned(), is_active: true, net: Some(won(71_200)) };
        let channel = ChannelPrices {
            channel_code: "mytravel".to_owned(),
            mark_up: "1.12000".to_owned(),
            prices: vec![price(Currency::Krw, won(79_744)), price(Currency::Usd, Money::from_parts(5_776_000))],
        };
        Prices {
            product_code: PRODUCT,
            base_currency: Currency::Krw,
            date: None,
            options: vec![net],
            rates: vec![rate],
            channels: vec![channel],
        }
    }
}

fn contents() -> product::Contents {
    let texts = [
        ("product_listing_language", "Korean"),
        ("tour_guide_certification", "Yes"),
        ("separate_driver_included", "No"),
        ("main_country_and_city", "France - Paris"),
        ("departure_city", "France - Paris"),
        ("transportation", "Walking"),
        ("product_name", "몽마르트르 골목 산책"),
        ("thumbnail_type_1", "https://images.example.com/montmartre.jpg"),
        ("cancellation_type", "Conditional refund"),
        ("meeting_point", "Abbesses 역 출구"),
    ];
    product::Contents {
        texts: texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
        keyword_others: vec!["화가".to_owned()],
        poi: vec!["사크레쾨르 대성당".to_owned()],
        inclusions: vec!["한국어 가이드".to_owned()],
        exclusions: vec!["점심 식사".to_owned()],
        faq: vec![product::Faq { question: "비가 와도 하나요?".to_owned(), answer: "네, 우산을 가져오세요.".to_owned() }],
        course: vec![product::Stop {
            order: 1,
            title: "사크레쾨르 대성당".to_owned(),
            address: "35 Rue du Chevalier de la Barre, Paris".to_owned(),
            latitude: Some(48.886_705),
            longitude: Some(2.343_104),
            description: String::new(),
        }],
        cancellation_policy: vec![
            product::RefundStep { days_before: 7, refund_percent: 100 },
            product::RefundStep { days_before: 3, refund_percent: 50 },
        ],
    }
}

/// An example of a change of a product or its draft.
pub fn product_change() -> Value {
    json!({
        "version": 3,
        "cut_off_minutes": 720,
        "reply_minutes": 1440,
        "on_no_reply": "reject",
        "required_traveler_information": { "english_name": true },
        "contents": { "meeting_point": "Abbesses 역 출구, 회전목마 앞", "event_special_giving": null },
        "options": [
            {
                "option_code": OPTION,
                "net": "72000",
                "seasons": [{ "from": "2026-07-01", "to": "2026-08-31", "net": "79000" }],
            },
            {
                "depths": [{ "name": "Start", "value": "Morning" }, { "name": "Person", "value": "Child" }],
                "pool": "bus",
                "net": "36000",
            },
        ],
    })
}

/// An example of a product to be begun.
pub fn new_product() -> Value {
    json!({
        "kind": "tour",
        "time_zone": "Europe/Paris",
        "base_currency": "KRW",
        "confirmation": "manual",
        "reply_minutes": 1440,
        "on_no_reply": "reject",
        "cut_off_minutes": 1440,
        "contents": { "product_name": "몽마르트르 골목 산책", "main_country_and_city": "France - Paris" },
        "options": [
            { "depths": [{ "name": "Person", "value": "Adult" }], "pool": "bus", "net": "71200" },
            { "depths": [{ "name": "Person", "value": "Child" }], "pool": "bus" },
        ],
    })
}
