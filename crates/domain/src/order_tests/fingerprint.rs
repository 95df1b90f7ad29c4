//! The fingerprint: what has a part in the meaning of an order, and what has none.

use super::*;

/// A way to change one field.
type Edit = fn(&mut PlaceOrder);

/// Every field of an order, by its place in the serialized order, and how to change it whatever it was.
const EDITS: &[(&str, Edit)] = &[
    ("/channel_order_code", |order| order.channel_order_code.push('x')),
    ("/kind", |order| order.kind = if order.kind == ProductKind::Tour { ProductKind::DayTicket } else { ProductKind::Tour }),
    ("/head/purchased_at", |order| order.head.purchased_at = later(order.head.purchased_at)),
    ("/head/purchase_requested_at", |order| toggle(&mut order.head.purchase_requested_at, later)),
    ("/head/reserved_at", |order| toggle(&mut order.head.reserved_at, later)),
    ("/head/reservation_requested_at", |order| toggle(&mut order.head.reservation_requested_at, later)),
    ("/head/sub_total", |order| order.head.sub_total = more(order.head.sub_total)),
    ("/head/discount_method", |order| toggle(&mut order.head.discount_method, longer)),
    ("/head/discount", |order| toggle(&mut order.head.discount, more)),
    ("/head/total", |order| order.head.total = more(order.head.total)),
    ("/head/is_voucher", |order| order.head.is_voucher ^= true),
    ("/head/comment", |order| toggle(&mut order.head.comment, longer)),
    ("/head/currency", |order| {
        order.head.currency = if order.head.currency == Currency::Krw { Currency::Usd } else { Currency::Krw };
    }),
    ("/lines/0/registration", |order| order.lines[0].registration = RegistrationId(next(order.lines[0].registration.0))),
    ("/lines/0/option", |order| order.lines[0].option = OptionId(next(order.lines[0].option.0))),
    ("/lines/0/quantity", |order| order.lines[0].quantity ^= 1),
    ("/lines/0/unit_selling_price", |order| order.lines[0].unit_selling_price = more(order.lines[0].unit_selling_price)),
    ("/lines/0/discount", |order| toggle(&mut order.lines[0].discount, more)),
    ("/lines/0/discount_method", |order| toggle(&mut order.lines[0].discount_method, longer)),
    ("/lines/0/amount_price", |order| order.lines[0].amount_price = more(order.lines[0].amount_price)),
    ("/lines/0/tickets/0/channel_ticket_code", |order| toggle(&mut order.lines[0].tickets[0].channel_ticket_code, longer)),
    ("/lines/0/tickets/0/traveler/name", |order| order.lines[0].tickets[0].traveler.name.push('x')),
    ("/lines/0/tickets/0/traveler/national_code", |order| order.lines[0].tickets[0].traveler.national_code.push('x')),
    ("/lines/0/tickets/0/traveler/phone", |order| order.lines[0].tickets[0].traveler.phone.push('x')),
    ("/lines/0/tickets/0/traveler/email", |order| order.lines[0].tickets[0].traveler.email.push('x')),
    ("/lines/0/tickets/0/traveler/additional/gender", |order| other(&mut order.lines[0].tickets[0].traveler.additional, "gender")),
    ("/lines/0/tickets/0/traveler/extra/seat", |order| other(&mut order.lines[0].tickets[0].traveler.extra, "seat")),
    ("/purchaser/is_required_more_information", |order| order.purchaser.is_required_more_information ^= true),
    ("/purchaser/person/name", |order| order.purchaser.person.name.push('x')),
    ("/purchaser/person/national_code", |order| order.purchaser.person.national_code.push('x')),
    ("/purchaser/person/phone", |order| order.purchaser.person.phone.push('x')),
    ("/purchaser/person/email", |order| order.purchaser.person.email.push('x')),
    ("/purchaser/person/additional/gender", |order| other(&mut order.purchaser.person.additional, "gender")),
    ("/purchaser/person/extra/seat", |order| other(&mut order.purchaser.person.extra, "seat")),
    ("/representative/name", |order| order.representative.name.push('x')),
    ("/representative/national_code", |order| order.representative.national_code.push('x')),
    ("/representative/phone", |order| order.representative.phone.push('x')),
    ("/representative/email", |order| order.representative.email.push('x')),
    ("/representative/additional/gender", |order| other(&mut order.representative.additional, "gender")),
    ("/representative/extra/seat", |order| other(&mut order.representative.extra, "seat")),
];

/// Changes of what is there at all.
const EDITS_OF_SHAPE: &[(&str, Edit)] = &[
    ("a line more", |order| order.lines.push(line(LUNCH, 1))),
    ("a line less", |order| drop(order.lines.pop())),
    ("a ticket more", |order| order.lines[0].tickets.push(ticket())),
    ("a ticket less", |order| drop(order.lines[0].tickets.pop())),
    ("told by the ticket, not the representative", |order| {
        let told = std::mem::take(&mut order.representative.additional);
        order.lines[0].tickets[0].traveler.extra.insert("moved".to_owned(), Value::Object(told));
    }),
    ("an empty answer more", |order| drop(order.representative.additional.insert("unheard of".to_owned(), json!("")))),
];

fn later(instant: Timestamp) -> Timestamp {
    instant + SignedDuration::from_micros(1)
}

fn more(money: Money) -> Money {
    Money::from_parts(money.parts() + 1)
}

fn longer(text: String) -> String {
    text + "x"
}

fn next(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128().wrapping_add(1))
}

/// Something for nothing, something else for something.
fn toggle<T: Default>(value: &mut Option<T>, something_else: fn(T) -> T) {
    *value = Some(value.take().map_or_else(T::default, something_else));
}

fn other(map: &mut Map<String, Value>, key: &str) {
    let was = map.get(key).map(Value::to_string).unwrap_or_default();
    map.insert(key.to_owned(), Value::String(was + "x"));
}

/// The values of a document by their pointers.
fn leaves(value: &Value, pointer: &str, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| leaves(member, &format!("{pointer}/{key}"), found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| leaves(item, &format!("{pointer}/{n}"), found)),
        leaf => drop(found.insert(pointer.to_owned(), leaf.clone())),
    }
}

fn leaves_of(order: &PlaceOrder) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    leaves(&serde_json::to_value(order).expect("serializes"), "", &mut found);
    found
}

#[test]
fn the_list_of_edits_is_the_list_of_fields() {
    let before = leaves_of(&full_order());
    assert_eq!(EDITS.iter().map(|(field, _)| *field).collect::<BTreeSet<_>>(), before.keys().map(String::as_str).collect());
    for (field, edit) in EDITS {
        let mut order = full_order();
        edit(&mut order);
        let after = leaves_of(&order);
        let changed: Vec<&String> = before.keys().filter(|key| before.get(*key) != after.get(*key)).collect();
        assert_eq!((changed, after.len()), (vec![&(*field).to_owned()], before.len()));
    }
}

#[test]
fn every_field_has_its_part_in_the_fingerprint() {
    let mut seen = BTreeMap::from([(full_order().fingerprint(), "as it was")]);
    for (field, edit) in EDITS.iter().chain(EDITS_OF_SHAPE) {
        let mut order = full_order();
        edit(&mut order);
        if let Some(same) = seen.insert(order.fingerprint(), field) {
            panic!("{field} has the fingerprint of {same}");
        }
    }
}

#[test]
fn something_is_not_nothing_in_the_fingerprint() {
    let empty = order([line(ADULT, 1)]);
    for (field, edit) in EDITS.iter().chain(EDITS_OF_SHAPE) {
        let mut order = empty.clone();
        edit(&mut order);
        assert_ne!(order.fingerprint(), empty.fingerprint(), "{field}");
    }
}

#[test]
fn what_means_the_same_has_the_same_fingerprint() {
    let spelled = |purchased_at: &str, total: &str, additional: &str| {
        let mut order = full_order();
        order.head.purchased_at = parse_instant(purchased_at, &TimeZone::UTC).expect("a time");
        order.head.discount = Some(total.parse().expect("an amount"));
        order.representative.additional = serde_json::from_str(additional).expect("an object");
        order.fingerprint()
    };
    let expected = spelled("2026-05-31T00:00:00Z", "71200", r#"{"gender":"F","height":"170"}"#);
    for same_time in ["2026-05-31T00:00:00.000Z", "2026-05-31T09:00:00+09:00", "2026-05-31 00:00", "2026-05-30T14:00:00.000000-10:00"] {
        for same_amount in ["71200.00000", "71200.0", "7.12e4"] {
            for same_object in [r#"{"height":"170","gender":"F"}"#, r#"{ "gender" : "\u0046", "height": "170" }"#] {
                assert_eq!(spelled(same_time, same_amount, same_object), expected, "{same_time} {same_amount} {same_object}");
            }
        }
    }
    assert_ne!(spelled("2026-05-31T00:00:00+09:00", "71200", r#"{"gender":"F","height":"170"}"#), expected);
    assert_ne!(spelled("2026-05-31T00:00:00Z", "71200.00001", r#"{"gender":"F","height":"170"}"#), expected);
}

#[test]
fn how_the_stock_is_named_has_no_part_in_the_fingerprint() {
    let named = |inventory| {
        let mut order = full_order();
        order.lines[0].inventory = inventory;
        order.fingerprint()
    };
    let expected = full_order().fingerprint();
    for inventory in [InventoryRef::At(morning()), InventoryRef::At(evening()), InventoryRef::Code(MORNING_SEATS), InventoryRef::On(DAY)] {
        assert_eq!(named(inventory), expected, "{inventory:?}");
    }
    let mut twice = full_order();
    twice.lines[0].also_named = Some(InventoryRef::At(morning()));
    assert_eq!(twice.fingerprint(), expected);
}

#[test]
fn text_cannot_move_between_fields_unseen() {
    let named = |name: &str, phone: &str| {
        let mut order = full_order();
        (order.representative.name, order.representative.phone) = (name.to_owned(), phone.to_owned());
        order.fingerprint()
    };
    let distinct: BTreeSet<_> =
        [("ab", "c"), ("a", "bc"), ("", "abc"), ("abc", ""), ("a\",\"phone\":\"b", "c")].map(|(name, phone)| named(name, phone)).into();
    assert_eq!(distinct.len(), 5);
}

/// Stored orders keep their fingerprint. If this fails, channels that repeat an order across the release are told
/// that they reused its code: do not change the number without a migration.
#[test]
fn the_fingerprint_is_the_same_in_every_release() {
    let hex: String = full_order().fingerprint().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "5c06147a77498a8b160bcbace1502149522ef9ccd14207702362cc09235a34b5");
}

prop_compose! {
    fn any_person()(
        texts in prop::array::uniform4("\\PC{0,6}"),
        additional in prop::collection::btree_map("\\PC{0,6}", "\\PC{0,6}", 0..3),
        extra in prop::collection::btree_map("\\PC{0,6}", any::<u8>(), 0..3),
    ) -> Person {
        let [name, national_code, phone, email] = texts;
        Person {
            name, national_code, phone, email,
            additional: additional.into_iter().map(|(key, text)| (key, Value::from(text))).collect(),
            extra: extra.into_iter().map(|(key, number)| (key, Value::from(number))).collect(),
        }
    }
}

prop_compose! {
    fn any_ticket()(channel_ticket_code in any::<Option<String>>(), traveler in any_person()) -> TicketRequest {
        TicketRequest { channel_ticket_code, traveler }
    }
}

fn any_money() -> impl Strategy<Value = Money> {
    (0..i64::MAX).prop_map(Money::from_parts)
}

fn any_instant() -> impl Strategy<Value = Timestamp> {
    (0..4_000_000_000_000_000i64).prop_map(|micros| Timestamp::from_microsecond(micros).expect("in this century"))
}

prop_compose! {
    fn any_line()(
        ids in any::<[u128; 2]>(),
        quantity in any::<u32>(),
        amounts in (any_money(), prop::option::of(any_money()), any_money()),
        discount_method in any::<Option<String>>(),
        tickets in prop::collection::vec(any_ticket(), 1..3),
    ) -> OrderLine {
        OrderLine {
            registration: RegistrationId(Uuid::from_u128(ids[0])),
            option: OptionId(Uuid::from_u128(ids[1])),
            quantity,
            inventory: InventoryRef::On(DAY),
            also_named: None,
            unit_selling_price: amounts.0,
            discount: amounts.1,
            discount_method,
            amount_price: amounts.2,
            tickets,
        }
    }
}

prop_compose! {
    fn any_head()(
        purchased_at in any_instant(),
        times in prop::array::uniform3(prop::option::of(any_instant())),
        amounts in (any_money(), prop::option::of(any_money()), any_money()),
        discount_method in any::<Option<String>>(),
        comment in any::<Option<String>>(),
        is_voucher in any::<bool>(),
        currency in prop::sample::select(Currency::ALL.to_vec()),
    ) -> OrderHead {
        let [purchase_requested_at, reserved_at, reservation_requested_at] = times;
        let (sub_total, discount, total) = amounts;
        OrderHead {
            purchased_at, purchase_requested_at, reserved_at, reservation_requested_at,
            sub_total, discount_method, discount, total, is_voucher, comment, currency,
        }
    }
}

prop_compose! {
    fn any_order()(
        channel_order_code in any::<String>(),
        kind in prop::sample::select(vec![ProductKind::Tour, ProductKind::DayTicket, ProductKind::Ticket]),
        head in any_head(),
        lines in prop::collection::vec(any_line(), 1..3),
        is_required_more_information in any::<bool>(),
        persons in (any_person(), any_person()),
    ) -> PlaceOrder {
        let purchaser = Purchaser { is_required_more_information, person: persons.0 };
        PlaceOrder { channel_order_code, kind, head, lines, purchaser, representative: persons.1 }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    #[test]
    fn whatever_changes_in_whatever_order_its_fingerprint_changes(before in any_order()) {
        let mut after = before.clone();
        after.lines[0].inventory = InventoryRef::At(morning());
        prop_assert_eq!(after.fingerprint(), before.fingerprint());
        for (field, edit) in EDITS.iter().chain(EDITS_OF_SHAPE) {
            after = before.clone();
            edit(&mut after);
            prop_assert_ne!(after.fingerprint(), before.fingerprint(), "{}", field);
        }
    }
}
