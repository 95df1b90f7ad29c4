//! One of each answer and request: the examples of the API description, made of the very types that are sent.

use axhub_domain::feedback::ScoreType;
use axhub_domain::money::{Currency, Money};
use axhub_domain::order;
use axhub_domain::product::{self, Confirmation, OptionKind, ProductKind};
use axhub_domain::refund::RefundPolicy;
use axhub_domain::state::{OrderStatus, TicketStatus};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::answers::{Answer, NewAnswer};
use crate::orders::get::{Event, OrderDetail, Person, TicketDetail, Traveler};
use crate::orders::list::OrderList;
use crate::orders::refund::Refund;
use crate::orders::{Order, OrderFacts, Ticket};
use crate::products::list::ProductList;
use crate::products::options::{Depth, ProductOption, Season};
use crate::products::required_information::RequiredInformation;
use crate::products::{Product, ProductDetail};
use crate::questions::Question;
use crate::questions::list::QuestionList;
use crate::reviews::Review;
use crate::reviews::list::ReviewList;
use crate::stock::Stock;
use crate::stock::list::StockList;
use crate::stock::set::StockSet;

const PRODUCT: Uuid = code(0x10);
const OPTION: Uuid = code(0x20);
const INVENTORY: Uuid = code(0x30);
const ORDER: Uuid = code(0x40);
const TICKET: Uuid = code(0x50);
const QUESTION: Uuid = code(0x60);
const REVIEW: Uuid = code(0x70);

const CANCELED_AT: &str = "2026-06-30T05:00:00.000Z";

const fn code(n: u128) -> Uuid {
    Uuid::from_u128(0x018f_4e2a_7b3c_7d4e_8f5a_6b7c_8d9e_0f00 + n)
}

const fn won(units: i64) -> Money {
    Money::from_parts(units * 100_000)
}

impl OrderFacts {
    /// An example.
    pub fn sample() -> OrderFacts {
        OrderFacts {
            ax_order_code: ORDER,
            ax_order_status: OrderStatus::New,
            channel_code: "mytravel".to_owned(),
            channel_order_code: "MT-20260612-0001".to_owned(),
            kind: ProductKind::Tour,
            product_code: PRODUCT,
            product_version: 3,
            option_code: OPTION,
            option_name: "Morning - Adult".to_owned(),
            inventory_code: INVENTORY,
            date: Some("2026-07-04".to_owned()),
            start_time: Some("09:30".to_owned()),
            inventory_at: Some("2026-07-04T07:30:00.000Z".to_owned()),
            quantity: 1,
            unit_selling_price: won(88_000),
            amount_price: won(88_000),
            currency: Currency::Krw,
            channel_comment: Some("유모차가 있어요.".to_owned()),
            comment: None,
            created_at: "2026-06-12T01:23:45.678Z".to_owned(),
            updated_at: "2026-06-12T01:23:45.678Z".to_owned(),
        }
    }
}

impl Ticket {
    /// An example.
    pub fn sample() -> Ticket {
        Ticket {
            ax_ticket_code: TICKET,
            ax_ticket_status: TicketStatus::New,
            channel_ticket_code: Some("MT-20260612-0001-1".to_owned()),
            updated_at: "2026-06-12T01:23:45.678Z".to_owned(),
        }
    }
}

impl Order {
    /// An example.
    pub fn sample() -> Order {
        Order { facts: OrderFacts::sample(), tickets: vec![Ticket::sample()] }
    }
}

impl OrderList {
    /// An example.
    pub fn sample() -> OrderList {
        OrderList { orders: vec![Order::sample()] }
    }
}

impl OrderDetail {
    /// An example: the channel cancelled the only ticket of a confirmed order, and gave half back.
    pub fn sample() -> OrderDetail {
        let canceled = OrderStatus::TravelerCancel;
        let ticket = Ticket { ax_ticket_status: TicketStatus::TravelerCanceled, updated_at: CANCELED_AT.to_owned(), ..Ticket::sample() };
        OrderDetail {
            facts: OrderFacts { ax_order_status: canceled, updated_at: CANCELED_AT.to_owned(), ..OrderFacts::sample() },
            tickets: vec![TicketDetail { ticket, refund: Some(Refund::sample()) }],
            purchaser: Some(person(&[])),
            representative: Some(person(&[("english_name", "Hong Gildong")])),
            travelers: vec![Traveler { ax_ticket_code: TICKET, person: person(&[]) }],
            history: vec![
                event("2026-06-12T01:23:45.678Z", "place", None, (None, OrderStatus::New.word())),
                event(CANCELED_AT, "cancel-ticket", None, (Some(OrderStatus::New.word()), canceled.word())),
                event(CANCELED_AT, "cancel-ticket", Some(TICKET), (Some(TicketStatus::New.word()), TicketStatus::TravelerCanceled.word())),
            ],
        }
    }
}

fn event(at: &str, action: &str, ticket: Option<Uuid>, (from, to): (Option<&str>, &str)) -> Event {
    Event {
        at: at.to_owned(),
        actor: "channel".to_owned(),
        actor_code: "mytravel".to_owned(),
        action: action.to_owned(),
        ax_ticket_code: ticket,
        from_status: from.map(str::to_owned),
        to_status: to.to_owned(),
        comment: None,
    }
}

impl Refund {
    /// An example.
    pub fn sample() -> Refund {
        let policy = json!({ "0": "1", "50": "3", "100": "7" });
        let policy = policy.as_object().and_then(|policy| RefundPolicy::read(policy).ok());
        Refund {
            amount: won(44_000),
            currency: Currency::Krw,
            canceled_at: CANCELED_AT.to_owned(),
            refunded_at: "2026-07-01T02:00:00.000Z".to_owned(),
            policy: policy.unwrap_or_else(|| unreachable!("the policy of the contract")),
            days_before: 4,
            policy_percent: 50,
            policy_amount: won(44_000),
            differs: false,
        }
    }
}

impl Question {
    /// An example.
    pub fn sample() -> Question {
        Question {
            question_id: QUESTION,
            channel_code: "mytravel".to_owned(),
            question_code: "MT-Q-1".to_owned(),
            product_code: PRODUCT,
            option_code: Some(OPTION),
            title: Some("유모차".to_owned()),
            body: Some("유모차를 가져가도 되나요?".to_owned()),
            is_public: true,
            quested_at: "2026-06-10T00:30:00.000Z".to_owned(),
            created_at: "2026-06-10T00:30:02.000Z".to_owned(),
            is_answered: true,
            answers: vec![answer("네, 유모차도 괜찮아요.")],
        }
    }
}

impl QuestionList {
    /// An example.
    pub fn sample() -> QuestionList {
        QuestionList { questions: vec![Question::sample()] }
    }
}

impl Review {
    /// An example.
    pub fn sample() -> Review {
        Review {
            review_id: REVIEW,
            channel_code: "mytravel".to_owned(),
            review_code: "MT-R-1".to_owned(),
            channel_order_code: Some("MT-20260612-0001".to_owned()),
            product_code: PRODUCT,
            option_code: Some(OPTION),
            score_type: ScoreType::OneFiveStar,
            score: Some(5),
            title: Some("좋아요".to_owned()),
            body: Some("골목마다 이야기가 있었어요.".to_owned()),
            reviewer_name: Some("홍길동".to_owned()),
            reviewed_at: "2026-07-05T11:00:00.000Z".to_owned(),
            created_at: "2026-07-05T11:00:03.000Z".to_owned(),
            answers: vec![answer("고맙습니다. 또 오세요!")],
        }
    }
}

impl ReviewList {
    /// An example.
    pub fn sample() -> ReviewList {
        ReviewList { reviews: vec![Review::sample()] }
    }
}

impl NewAnswer {
    /// An example.
    pub fn sample() -> NewAnswer {
        NewAnswer { body: "네, 유모차도 괜찮아요.".to_owned() }
    }
}

fn answer(body: &str) -> Answer {
    Answer { body: body.to_owned(), answered_at: "2026-07-06T01:00:00.000Z".to_owned() }
}

fn person(additional: &[(&str, &str)]) -> Person {
    let additional: Map<String, Value> = additional.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text))).collect();
    Person::from(order::Person {
        name: "홍길동".to_owned(),
        national_code: "82".to_owned(),
        phone: "010-0000-0000".to_owned(),
        email: "gildong@example.com".to_owned(),
        additional,
        extra: Map::new(),
    })
}

impl Product {
    /// An example.
    pub fn sample() -> Product {
        Product {
            product_code: PRODUCT,
            kind: ProductKind::Tour,
            category: "Tour".to_owned(),
            detail_category: None,
            product_name: Some("몽마르트르 골목 산책".to_owned()),
            version: 3,
            confirmation: Confirmation::Manual,
            cut_off_minutes: 1440,
            sale_from: Some("2026-01-01".to_owned()),
            sale_to: None,
            time_zone: "Europe/Paris".to_owned(),
            base_currency: Currency::Krw,
            created_at: "2026-01-05T02:00:00.000Z".to_owned(),
            updated_at: "2026-05-20T08:15:00.000Z".to_owned(),
        }
    }
}

impl ProductList {
    /// An example.
    pub fn sample() -> ProductList {
        ProductList { products: vec![Product::sample()] }
    }
}

impl ProductDetail {
    /// An example.
    pub fn sample() -> ProductDetail {
        let option = ProductOption {
            option_code: OPTION,
            option_name: "Morning - Adult".to_owned(),
            depths: [("Start", "Morning"), ("Person", "Adult")]
                .map(|(name, value)| Depth { name: name.to_owned(), value: value.to_owned() })
                .to_vec(),
            kind: OptionKind::Quantity,
            stock_option_code: OPTION,
            persons_per_unit: 1,
            min_quantity: 1,
            max_quantity: 10,
            is_active: true,
            net: Some(won(71_200)),
            seasons: vec![Season { from: "2026-07-01".to_owned(), to: "2026-08-31".to_owned(), net: won(79_000) }],
        };
        ProductDetail {
            product: Product::sample(),
            required_traveler_information: RequiredInformation::new(&["english_name".to_owned()]),
            contents: contents().into(),
            options: vec![option],
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

impl StockList {
    /// An example.
    pub fn sample() -> StockList {
        StockList {
            stock: vec![Stock {
                inventory_code: INVENTORY,
                option_code: OPTION,
                date: Some("2026-07-04".to_owned()),
                start_time: Some("09:30".to_owned()),
                inventory_at: Some("2026-07-04T07:30:00.000Z".to_owned()),
                on_sale: true,
                max_quantity: 20,
                min_quantity: 4,
                held_quantity: 0,
                ordered_quantity: 1,
                remain_quantity: 19,
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

/// An example of a change of a product.
pub fn product_change() -> Value {
    json!({
        "version": 3,
        "cut_off_minutes": 720,
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
                "kind": "price",
                "stock_option_code": OPTION,
                "net": "36000",
            },
        ],
    })
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
