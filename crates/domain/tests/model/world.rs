//! What never changes while a model is checked: what is sold, how much there is of it, and what each client wants.

use std::collections::HashMap;
use std::sync::Mutex;

use axhub_domain::ids::{ChannelId, OptionId, PoolId, ProductId, RegistrationId, StockId, SupplierId};
use axhub_domain::inventory::{InventoryRef, StockBook, StockRow};
use axhub_domain::money::{Currency, Money};
use axhub_domain::order::{
    Facts, OrderHead, OrderLine, Person, PlaceOrder, PlacedLine, Purchaser, SoldOption, SoldProduct, TicketRequest, decide,
};
use axhub_domain::pricing::{MarkUp, NetPrice, Rates};
use axhub_domain::product::{Confirmation, ProductKind, SalePeriod};
use axhub_domain::refusal::{Conflict, Refusal};
use jiff::civil::{date, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Map;
use uuid::Uuid;

/// What is sold and who wants it, in numbers: small enough to write down in a line.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The seats of each pool.
    pub seats: Vec<i64>,
    /// Each option: which pool it draws from, and how many seats one unit takes.
    pub options: Vec<(usize, i64)>,
    /// What each client orders: options with how many units of each. Clients that want the same are interchangeable.
    pub wishes: Vec<Vec<(usize, u32)>>,
    /// Whether the hub confirms at once; the supplier does otherwise.
    pub is_instant: bool,
    /// Whether all clients order under one code; each has its own otherwise.
    pub is_one_code: bool,
}

/// A [`Setup`] as the rules of the domain know it.
#[derive(Debug)]
pub struct World {
    pub setup: Setup,
    facts: Facts,
    rows: Vec<StockRow>,
    orders: Vec<PlaceOrder>,
    now: Timestamp,
    /// What was decided, by the client and the seats that were taken then: each is asked once.
    decided: Mutex<HashMap<(usize, Vec<i64>), Decision>>,
}

/// What a client gets, line by line, or why not.
pub type Decision = Result<Vec<PlacedLine>, Conflict>;

const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(1));
const PRODUCT: ProductId = ProductId(Uuid::from_u128(2));
const REGISTRATION: RegistrationId = RegistrationId(Uuid::from_u128(3));

impl World {
    pub fn new(setup: Setup) -> World {
        let option = |(pool, weight): &(usize, i64)| SoldOption {
            product: PRODUCT,
            pool: pool_id(*pool),
            weight: *weight,
            min_quantity: 1,
            max_quantity: 10,
            is_active: true,
            prices: vec![NetPrice { net: Money::from_parts(100_000), dates: None }],
        };
        let options = setup.options.iter().enumerate().map(|(at, sold)| (option_id(at), option(sold)));
        let facts = Facts {
            products: HashMap::from([(REGISTRATION, product(setup.is_instant))]),
            options: options.collect(),
            rates: Rates::default(),
        };
        let rows = setup.seats.iter().enumerate().map(|(pool, seats)| row(pool, *seats)).collect();
        let orders =
            setup.wishes.iter().enumerate().map(|(client, wish)| order(if setup.is_one_code { 0 } else { client }, wish)).collect();
        World { setup, facts, rows, orders, now: Timestamp::constant(1_780_000_000, 0), decided: Mutex::default() }
    }

    /// How many clients there are.
    pub fn clients(&self) -> usize {
        self.orders.len()
    }

    /// Whether a client's order means the same as another's, but for its code.
    pub fn want_the_same(&self, one: usize, other: usize) -> bool {
        self.setup.wishes[one] == self.setup.wishes[other]
    }

    /// Who orders under the code of this client, it among them.
    pub fn under_code_of(&self, client: usize) -> std::ops::Range<usize> {
        if self.setup.is_one_code { 0..self.clients() } else { client..client + 1 }
    }

    /// The pools that a client's order draws from, in the order of its options.
    pub fn pools_of(&self, client: usize) -> Vec<usize> {
        self.setup.wishes[client].iter().map(|(option, _)| self.setup.options[*option].0).collect()
    }

    /// How many seats of its pool one unit of a line takes, and of which pool.
    pub fn taken_by(&self, client: usize, line: usize) -> (usize, i64) {
        self.setup.options[self.setup.wishes[client][line].0]
    }

    /// What the hub decides about a client's order while so many seats of each pool are taken: [`decide`], and nothing else.
    pub fn decide(&self, client: usize, taken: &[i64]) -> Decision {
        let mut decided = self.decided.lock().expect("nobody panics here");
        decided.entry((client, taken.to_vec())).or_insert_with(|| self.ask(client, taken)).clone()
    }

    fn ask(&self, client: usize, taken: &[i64]) -> Decision {
        let rows = self.rows.iter().zip(taken).map(|(row, taken)| StockRow { ordered: *taken, ..row.clone() });
        let mut book = StockBook::new(rows);
        match decide(&self.orders[client], CHANNEL, &self.facts, &mut book, self.now) {
            Ok(placement) => Ok(placement.lines),
            Err(Refusal::Conflict(conflict)) => Err(conflict),
            Err(refusal) => panic!("a model's order is written wrong: {refusal:?}"),
        }
    }

    /// The pool of a stock row.
    pub fn pool_of(&self, stock: StockId) -> usize {
        self.rows.iter().position(|row| row.id == stock).expect("of this world")
    }
}

fn product(is_instant: bool) -> SoldProduct {
    SoldProduct {
        channel: CHANNEL,
        product: PRODUCT,
        supplier: SupplierId(Uuid::from_u128(4)),
        version: 1,
        kind: ProductKind::Tour,
        zone: TimeZone::UTC,
        confirmation: if is_instant { Confirmation::Instant } else { Confirmation::Manual },
        reply: None,
        cut_off: SignedDuration::ZERO,
        sale: SalePeriod::default(),
        required_information: Vec::new(),
        base_currency: Currency::Krw,
        mark_up: Some(MarkUp::NONE),
    }
}

fn row(pool: usize, seats: i64) -> StockRow {
    StockRow {
        id: StockId(number(2_000, pool)),
        pool: pool_id(pool),
        date: date(2026, 7, 1),
        start_time: time(9, 0, 0, 0),
        starts_at: start(),
        max: seats,
        min: 0,
        held: 0,
        ordered: 0,
        on_sale: true,
    }
}

fn order(code: usize, wish: &[(usize, u32)]) -> PlaceOrder {
    let units: u32 = wish.iter().map(|(_, quantity)| quantity).sum();
    let total = Money::from_parts(100_000 * i64::from(units));
    PlaceOrder {
        channel_order_code: format!("C-{code}"),
        kind: ProductKind::Tour,
        head: OrderHead {
            purchased_at: Timestamp::UNIX_EPOCH,
            purchase_requested_at: None,
            reserved_at: None,
            reservation_requested_at: None,
            sub_total: total,
            discount_method: None,
            discount: None,
            total,
            is_voucher: false,
            comment: None,
            currency: Currency::Krw,
        },
        lines: wish.iter().map(|(option, quantity)| line(*option, *quantity)).collect(),
        purchaser: Purchaser { is_required_more_information: false, person: somebody() },
        representative: somebody(),
    }
}

fn line(option: usize, quantity: u32) -> OrderLine {
    let price = Money::from_parts(100_000);
    OrderLine {
        registration: REGISTRATION,
        option: option_id(option),
        quantity,
        inventory: InventoryRef::At(start()),
        also_named: None,
        unit_selling_price: price,
        discount: None,
        discount_method: None,
        amount_price: price.times(quantity).expect("few"),
        tickets: (0..quantity).map(|_| TicketRequest { channel_ticket_code: None, traveler: somebody() }).collect(),
    }
}

fn somebody() -> Person {
    let text = String::new;
    Person { name: text(), national_code: text(), phone: text(), email: text(), additional: Map::new(), extra: Map::new() }
}

/// 2026-07-01, 09:00.
fn start() -> Timestamp {
    Timestamp::constant(1_782_896_400, 0)
}

fn pool_id(pool: usize) -> PoolId {
    PoolId(number(1_000, pool))
}

fn option_id(option: usize) -> OptionId {
    OptionId(number(3_000, option))
}

fn number(from: u128, at: usize) -> Uuid {
    Uuid::from_u128(from + at as u128)
}
