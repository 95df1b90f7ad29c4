//! A product as suppliers write them: a tour whose detail is of about fifteen thousand bytes.

use axhub_domain::edition::{Edition, EditionOption};
use axhub_domain::pricing::NetPrice;
use axhub_domain::product::{
    Confirmation, Contents, Depth, Faq, OptionKind, Product, ProductKind, ProductOption, RefundStep, SalePeriod, Stop,
};
use jiff::{Timestamp, ToSpan};

use super::{BASE_CURRENCY, World, ZONE, net};

/// How many stops a tour has, and questions.
const STOPS: u32 = 8;
const QUESTIONS: u32 = 8;

/// Paragraphs in the two languages that products are written in, as long as such paragraphs are.
const KOREAN: &str = "골목마다 다른 시간이 흐르는 동네를 천천히 걷습니다. 가이드는 이 동네에서 십 년을 살았고, 지도에 없는 계단과 담장 너머의 \
    마당까지 알고 있습니다. 아침에는 빵 굽는 냄새가, 저녁에는 된장찌개 냄새가 길을 알려 줍니다.";
const ENGLISH: &str = "We walk slowly through a neighbourhood where every lane keeps its own time. The guide has lived here for ten years \
    and knows the stairs that are on no map, the yards behind the walls, and the people who open their doors when we knock. Bring shoes \
    that you trust and a little curiosity; we bring water, an umbrella and the stories.";

/// The product of this number and its first version.
pub(super) fn product(world: &World, number: u32, now: Timestamp) -> (Product, Edition) {
    let product = Product {
        id: world.product(number),
        supplier: world.supplier,
        kind: ProductKind::Tour,
        category: "Tour".to_owned(),
        detail_category: None,
        time_zone: ZONE.to_owned(),
        base_currency: BASE_CURRENCY,
        version: 1,
        confirmation: Confirmation::Instant,
        reply: None,
        cut_off_minutes: 60,
        sale: SalePeriod { from: Some(world.first_day.saturating_sub(1.year())), to: None },
        required_information: Vec::new(),
        contents: contents(number),
        created_at: now,
        updated_at: now,
    };
    let options = (0..world.size.options).map(|option| option_of(world, number, option)).collect();
    let edition = Edition::of(&product, options);
    (product, edition)
}

fn option_of(world: &World, product: u32, option: u32) -> EditionOption {
    let id = world.option(product, option);
    let depth = |name: &str, value: String| Depth { name: name.to_owned(), value };
    let option_row = ProductOption {
        id,
        depths: vec![depth("Course", "골목 산책 3시간".to_owned()), depth("Seat", format!("Seat {option}"))],
        kind: OptionKind::Quantity,
        stock_option: id,
        persons_per_unit: 1,
        min_quantity: 1,
        max_quantity: 10,
        is_active: true,
    };
    let prices = vec![NetPrice { net: net(product, option), dates: None }];
    EditionOption { option: option_row, pool: None, weight: 1, prices }
}

fn contents(number: u32) -> Contents {
    let image = |name: &str| format!("https://images.example.com/products/{number}/{name}.jpg");
    let texts = [
        ("product_listing_language", "Korean".to_owned()),
        ("tour_guide_certification", "Yes".to_owned()),
        ("separate_driver_included", "No".to_owned()),
        ("main_country_and_city", "South Korea - Seoul".to_owned()),
        ("country_and_city", "South Korea - Seoul".to_owned()),
        ("keyword_city", "서울".to_owned()),
        ("course_main_title", "골목에서 성곽까지, 세 시간의 산책".to_owned()),
        ("departure_city", "South Korea - Seoul".to_owned()),
        ("transportation", "Walking".to_owned()),
        ("product_name", format!("서울 골목 산책 {number}: a walk through the lanes of Seoul")),
        ("product_title_type_1", format!("[서울] 골목 산책 {number}번 코스")),
        ("product_title_type_2", "지도에 없는 계단을 따라".to_owned()),
        ("product_sub_title", "걷는 속도로만 보이는 것들이 있습니다".to_owned()),
        ("tour_guide_strength", KOREAN.to_owned()),
        ("product_differentiation", ENGLISH.to_owned()),
        ("target_customer", KOREAN.to_owned()),
        ("thumbnail_type_1", image("hero")),
        ("thumbnail_type_2", image("lane")),
        ("thumbnail_type_3", image("wall")),
        ("sub_thumbnail_type_1", image("guide")),
        ("cancellation_type", "Conditional refund".to_owned()),
        ("meeting_point", format!("{KOREAN} {ENGLISH}")),
        ("voucher_information", ENGLISH.to_owned()),
    ];
    let list = |what: &str, count: u32| (1..=count).map(|n| format!("{what} {n}")).collect();
    let refund = |days_before, refund_percent| RefundStep { days_before, refund_percent };
    Contents {
        texts: texts.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(),
        keyword_others: list("골목", 8),
        poi: list("Naksan gate", 6),
        inclusions: list("물과 우산, water and umbrella", 6),
        exclusions: list("집결지까지의 교통비, the way to the meeting point", 4),
        faq: (1..=QUESTIONS).map(question).collect(),
        course: (1..=STOPS).map(stop).collect(),
        cancellation_policy: vec![refund(7, 100), refund(3, 50), refund(0, 0)],
    }
}

fn question(number: u32) -> Faq {
    Faq {
        question: format!("{number}. 비가 와도 출발하나요? Does the walk take place in the rain?"),
        answer: format!("{KOREAN} {ENGLISH}"),
    }
}

fn stop(number: u32) -> Stop {
    let step = f64::from(number) / 1_000.0;
    Stop {
        order: number,
        title: format!("{number}번째 골목"),
        address: format!("서울특별시 종로구 골목길 {number}"),
        latitude: Some(37.5 + step),
        longitude: Some(127.0 + step),
        description: format!("{ENGLISH} {KOREAN}"),
    }
}
