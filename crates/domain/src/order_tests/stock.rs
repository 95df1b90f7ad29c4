//! What orders take of stock, one by one and in any batch.

use super::*;

#[test]
fn a_unit_takes_its_weight_of_the_pool() {
    let world = world();
    let mut stock = world.book();
    let taken = |placement: Placement| placement.lines.iter().map(|line| line.taken).collect::<Vec<_>>();
    assert_eq!(world.decide(&order([line(FAMILY, 2), line(ADULT, 3)]), &mut stock).map(taken), Ok(vec![6, 3]));
    assert_eq!(stock.taken(), [(MORNING_SEATS, 9)]);
    // One seat is left: no family, one adult.
    let sold_out = |option, remain| Err(Refusal::Conflict(Conflict::SoldOut { option, inventory_at: morning(), remain, line: 0 }));
    assert_eq!(world.decide(&order([line(FAMILY, 1)]), &mut stock).map(taken), sold_out(FAMILY, 0));
    assert_eq!(world.decide(&order([line(ADULT, 2)]), &mut stock).map(taken), sold_out(ADULT, 1));
    assert_eq!(world.decide(&order([line(ADULT, 1)]), &mut stock).map(taken), Ok(vec![1]));
    assert_eq!(world.decide(&order([line(ADULT, 1)]), &mut stock).map(taken), sold_out(ADULT, 0));
    assert_eq!(stock.taken(), [(MORNING_SEATS, 10)]);
}

#[test]
fn what_remains_is_counted_in_whole_units_of_the_option() {
    for (held, ordered, remain) in [(0, 0, 3), (1, 0, 3), (1, 1, 2), (2, 2, 2), (3, 4, 1), (4, 4, 0), (5, 5, 0)] {
        let refused = outcome(|world, order| {
            (world.row(MORNING_SEATS).held, world.row(MORNING_SEATS).ordered) = (held, ordered);
            *order = self::order([line(FAMILY, 4)]);
        });
        let sold_out = Conflict::SoldOut { option: FAMILY, inventory_at: morning(), remain, line: 0 };
        assert_eq!(refused, Err(sold_out.into()), "{held} held, {ordered} ordered");
    }
}

#[test]
fn the_last_unit_is_sold_and_no_more() {
    let take = |quantity| outcome(|_, order| *order = self::order([line(ADULT, quantity)]));
    assert!(take(10).is_ok());
    let sold_out = Conflict::SoldOut { option: ADULT, inventory_at: morning(), remain: 10, line: 0 };
    assert_eq!(take(11), Err(sold_out.into()));
}

#[test]
fn all_lines_together_or_nothing() {
    let mut world = world();
    world.row(EVENING_SEATS).max = 1;
    let mut stock = world.book();
    let in_the_evening = |quantity| OrderLine { inventory: InventoryRef::At(evening()), ..line(ADULT, quantity) };
    let lines = |last| [line(FAMILY, 1), line(LUNCH, 10), line(ADULT, 7), in_the_evening(last)];

    let sold_out = Conflict::SoldOut { option: ADULT, inventory_at: evening(), remain: 1, line: 3 };
    assert_eq!(world.decide(&order(lines(2)), &mut stock), Err(sold_out.into()));
    assert_eq!(stock.taken(), []);
    // So the next one finds everything still there, to the last unit.
    assert!(world.decide(&order(lines(1)), &mut stock).is_ok());
    assert_eq!(stock.taken(), [(MORNING_SEATS, 10), (EVENING_SEATS, 1), (MORNING_MEALS, 10)]);
}

#[test]
fn lines_that_share_a_pool_must_fit_together() {
    let world = world();
    let mut stock = world.book();
    let Err(Refusal::Conflict(Conflict::SoldOut { option, line: at, remain, .. })) =
        world.decide(&order([line(ADULT, 8), line(FAMILY, 1)]), &mut stock)
    else {
        panic!("eight and three do not fit in ten")
    };
    assert_eq!((option, at, remain), (FAMILY, 1, 0), "two of ten are left beside the eight, too few for a family");
    assert!(world.decide(&order([line(ADULT, 7), line(FAMILY, 1)]), &mut stock).is_ok());
}

#[test]
fn what_is_kept_for_another_channel_is_sold_out_until_it_is_released() {
    let kept = |release_at| Allotment { channel: OTHER_CHANNEL, quantity: 5, taken: 0, release_at };
    let (mut world, ask) = (world(), order([line(FAMILY, 2)]));
    let release_at = world.now + SignedDuration::from_mins(1);
    let mut stock = world.book().with_allotments([(MORNING_SEATS, kept(release_at))]);
    let sold_out = Conflict::SoldOut { option: FAMILY, inventory_at: morning(), remain: 1, line: 0 };
    assert_eq!(world.decide(&ask, &mut stock), Err(sold_out.into()), "five of ten seats are free, which is one family");
    world.now = release_at;
    assert!(world.decide(&ask, &mut stock).is_ok());
    let own = Allotment { channel: CHANNEL, ..kept(release_at + SignedDuration::from_mins(1)) };
    let mut stock = world.book().with_allotments([(MORNING_SEATS, own)]);
    assert!(world.decide(&ask, &mut stock).is_ok(), "its own share is no bound");
    assert_eq!(stock.taken_of_allotments(), [(MORNING_SEATS, CHANNEL, 6)]);
}

#[test]
fn stock_sold_beyond_its_maximum_has_nothing_left() {
    let refused = outcome(|world, order| {
        (world.row(MORNING_SEATS).max, world.row(MORNING_SEATS).ordered) = (3, 5);
        *order = self::order([line(ADULT, 1)]);
    });
    assert_eq!(refused, Err(Conflict::SoldOut { option: ADULT, inventory_at: morning(), remain: 0, line: 0 }.into()));
}

/// A batch that can be anything: rows, options that share them with any weight, and orders of up to four lines.
#[derive(Clone, Debug)]
struct Batch {
    /// Of each row: most, held, ordered. The first half are mornings of the pools, the rest evenings.
    rows: Vec<(i64, i64, i64)>,
    /// Of each option: pool, weight.
    options: Vec<(usize, i64)>,
    /// Of each order its lines: option, whether in the evening, whether named by code, quantity.
    orders: Vec<Vec<(usize, bool, bool, u32)>>,
}

const POOLS: usize = 3;

fn any_batch() -> impl Strategy<Value = Batch> {
    let row = (0..=30i64).prop_flat_map(|max| (Just(max), 0..=max)).prop_flat_map(|(max, held)| (Just(max), Just(held), 0..=max - held));
    let options = prop::collection::vec((0..POOLS, 1..=4i64), 1..=6);
    (prop::collection::vec(row, 2 * POOLS), options).prop_flat_map(|(rows, options)| {
        let line = (0..options.len(), any::<bool>(), any::<bool>(), 1..=6u32);
        let orders = prop::collection::vec(prop::collection::vec(line, 1..=4), 0..20);
        orders.prop_map(move |orders| Batch { rows: rows.clone(), options: options.clone(), orders })
    })
}

fn nth_option(n: usize) -> OptionId {
    OptionId(Uuid::from_u128(1_000 + n as u128))
}

fn nth_pool(n: usize) -> PoolId {
    PoolId(Uuid::from_u128(2_000 + n as u128))
}

fn nth_row(n: usize) -> StockId {
    StockId(Uuid::from_u128(3_000 + n as u128))
}

impl Batch {
    fn world(&self) -> World {
        let mut world = world();
        let rows = self.rows.iter().enumerate().map(|(n, (max, held, ordered))| {
            let start = if n < POOLS { time(10, 0, 0, 0) } else { time(18, 0, 0, 0) };
            StockRow { max: *max, held: *held, ordered: *ordered, ..row(nth_row(n), nth_pool(n % POOLS), start, &zone("Asia/Seoul")) }
        });
        world.rows = rows.collect();
        let options = self.options.iter().enumerate().map(|(n, (pool, weight))| (nth_option(n), option(nth_pool(*pool), *weight)));
        world.facts.options = options.collect();
        world
    }

    /// Which row a line draws from.
    fn row_of(&self, option: usize, evening: bool) -> usize {
        self.options[option].0 + if evening { POOLS } else { 0 }
    }

    fn order(&self, lines: &[(usize, bool, bool, u32)]) -> PlaceOrder {
        let lines = lines.iter().map(|(option, in_the_evening, by_code, quantity)| {
            let start = if *in_the_evening { evening() } else { morning() };
            let code = InventoryRef::Code(nth_row(self.row_of(*option, *in_the_evening)));
            OrderLine { inventory: if *by_code { code } else { InventoryRef::At(start) }, ..line(nth_option(*option), *quantity) }
        });
        order(lines.collect::<Vec<_>>())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_batch_ever_takes_a_unit_twice_or_leaves_one_that_fits(batch in any_batch()) {
        let world = batch.world();
        let mut stock = world.book();
        // The same with nothing but additions: what is left of each row.
        let mut left: Vec<i64> = batch.rows.iter().map(|(max, held, ordered)| max - held - ordered).collect();
        for lines in &batch.orders {
            let mut wanted = BTreeMap::<usize, i64>::new();
            for (option, in_the_evening, _, quantity) in lines {
                *wanted.entry(batch.row_of(*option, *in_the_evening)).or_default() += i64::from(*quantity) * batch.options[*option].1;
            }
            let named: BTreeSet<(usize, bool)> = lines.iter().map(|(option, in_the_evening, ..)| (*option, *in_the_evening)).collect();
            let repeats = named.len() < lines.len();
            let fits = wanted.iter().all(|(row, units)| *units <= left[*row]);

            match world.decide(&batch.order(lines), &mut stock) {
                Ok(placement) => {
                    prop_assert!(fits && !repeats, "it did not fit: {wanted:?} of {left:?}");
                    for ((option, in_the_evening, _, quantity), placed) in lines.iter().zip(&placement.lines) {
                        let row = batch.row_of(*option, *in_the_evening);
                        let units = i64::from(*quantity) * batch.options[*option].1;
                        prop_assert_eq!((placed.stock, placed.taken), (nth_row(row), units));
                        left[row] -= units;
                    }
                }
                Err(Refusal::Conflict(Conflict::SoldOut { option, line, remain, .. })) => {
                    prop_assert!(!fits && !repeats, "it did fit: {wanted:?} of {left:?}");
                    prop_assert_eq!(option, nth_option(lines[line].0));
                    let row = batch.row_of(lines[line].0, lines[line].1);
                    prop_assert!(wanted[&row] > left[row], "another line was at fault than {line}: {wanted:?} of {left:?}");
                    if let [(only, _, _, quantity)] = lines[..] {
                        prop_assert_eq!(i64::from(remain), left[row] / batch.options[only].1);
                        prop_assert!(remain < quantity);
                    }
                }
                Err(Refusal::Fields(_)) => prop_assert!(repeats, "no line was repeated"),
                Err(other) => prop_assert!(false, "{other:?}"),
            }
        }
        let taken: BTreeMap<StockId, i64> = stock.taken().into_iter().collect();
        for (n, (max, held, ordered)) in batch.rows.iter().enumerate() {
            let of_row = taken.get(&nth_row(n)).copied().unwrap_or(0);
            prop_assert_eq!(of_row, max - held - ordered - left[n], "what was taken is what was accepted");
            prop_assert!(held + ordered + of_row <= *max, "sold beyond the maximum");
            prop_assert_eq!(i64::from(stock.available_units(nth_row(n), 1, CHANNEL, world.now)), left[n]);
        }
    }
}
