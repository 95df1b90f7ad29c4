//! One of each answer and request: the examples of the API description, made of the very types that are sent.

mod products;
mod stock;

use axhub_domain::feedback::ScoreType;
use axhub_domain::money::{Currency, Money};
use axhub_domain::order;
use axhub_domain::product::ProductKind;
use axhub_domain::refund::RefundPolicy;
use axhub_domain::state::{OrderStatus, TicketStatus};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::answers::{Answer, NewAnswer};
use crate::manifest::{Departure, Manifest, OptionTotal, Passenger};
use crate::orders::get::{Event, OrderDetail, Person, TicketDetail, Traveler};
use crate::orders::list::OrderList;
use crate::orders::many::{Outcome, Outcomes};
use crate::orders::refund::Refund;
use crate::orders::{Order, OrderFacts, Ticket};
use crate::questions::Question;
use crate::questions::list::QuestionList;
use crate::reviews::Review;
use crate::reviews::list::ReviewList;
use crate::tickets::use_of::TicketUse;

pub use products::{new_product, product_change};
pub use stock::{allotment_rule, stock_change, stock_rule};

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
            reply_by: Some("2026-06-13T01:23:45.678Z".to_owned()),
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
            used_at: None,
            used_where: None,
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

impl Outcome {
    /// An example.
    pub fn sample() -> Outcome {
        Outcome { ax_order_code: ORDER.to_string(), ax_order_status: Some(OrderStatus::SupplierConfirm), error: None }
    }
}

impl Outcomes {
    /// An example.
    pub fn sample() -> Outcomes {
        Outcomes { done: 1, refused: 0, orders: vec![Outcome::sample()] }
    }
}

impl TicketUse {
    /// An example: used just now.
    pub fn sample() -> TicketUse {
        TicketUse {
            ax_ticket_status: TicketStatus::Used,
            used_at: Some("2026-07-04T07:21:09.120Z".to_owned()),
            used_where: Some("정문 2번 게이트".to_owned()),
            ..TicketUse::sample_unused()
        }
    }

    /// An example: not used.
    pub fn sample_unused() -> TicketUse {
        TicketUse {
            ax_ticket_code: TICKET,
            ax_ticket_status: TicketStatus::New,
            used_at: None,
            used_where: None,
            was_used_before: false,
            channel_ticket_code: Some("MT-20260612-0001-1".to_owned()),
            ax_order_code: ORDER,
            ax_order_status: OrderStatus::SupplierConfirm,
            channel_code: "mytravel".to_owned(),
            product_code: PRODUCT,
            option_name: "Morning - Adult".to_owned(),
            date: Some("2026-07-04".to_owned()),
            start_time: Some("09:30".to_owned()),
            inventory_at: Some("2026-07-04T07:30:00.000Z".to_owned()),
        }
    }
}

impl Manifest {
    /// An example: one departure with one traveler.
    pub fn sample() -> Manifest {
        let total = OptionTotal { option_code: OPTION, option_name: "Morning - Adult".to_owned(), tickets: 1, persons: 1, used: 0 };
        Manifest {
            product_code: PRODUCT,
            product_name: Some("파리 시내 워킹 투어".to_owned()),
            date: "2026-07-04".to_owned(),
            time_zone: "Europe/Paris".to_owned(),
            required_traveler_information: vec!["english_name"],
            departures: vec![Departure {
                start_time: Some("09:30".to_owned()),
                inventory_at: "2026-07-04T07:30:00.000Z".to_owned(),
                options: vec![total],
                passengers: vec![Passenger::sample()],
            }],
        }
    }
}

impl Passenger {
    fn sample() -> Passenger {
        let text = |text: &str| text.to_owned();
        Passenger {
            ax_ticket_code: TICKET,
            ax_ticket_status: TicketStatus::New,
            used_at: None,
            used_where: None,
            channel_ticket_code: Some(text("MT-20260612-0001-1")),
            ax_order_code: ORDER,
            ax_order_status: OrderStatus::SupplierConfirm,
            channel_code: text("mytravel"),
            channel_order_code: text("MT-20260612-0001"),
            channel_comment: Some(text("유모차가 있어요.")),
            option_name: text("Morning - Adult"),
            persons: 1,
            name: text("홍길동"),
            national_code: text("82"),
            phone: text("10-1234-5678"),
            email: text("gildong@example.com"),
            representative_name: text("홍길동"),
            representative_phone: text("10-1234-5678"),
            required: members(&[("english_name", "Hong Gildong")]),
            extra: Map::new(),
        }
    }
}

fn members(texts: &[(&str, &str)]) -> Map<String, Value> {
    texts.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text))).collect()
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
            travelers_erased_at: None,
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
            days_before: Some(4),
            policy_percent: Some(50),
            policy_amount: Some(won(44_000)),
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
