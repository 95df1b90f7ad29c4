//! Everything that happens to an order after it was placed.

use axhub_domain::ids::{OrderId, TicketId};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Conflict;
use axhub_domain::state::{Action, OrderState, OrderStatus, TicketStatus, apply, transition};
use axhub_hub::fulfilment::{self, Filter, Order, OrderEvent};
use axhub_hub::ordering::PlacedOrder;
use axhub_hub::{Error, Hub, Page, Result};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestProduct};
use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use tokio::task::JoinSet;

use crate::stage::{Stage, conflict, is_not_found, statuses};

const KIND: ProductKind = ProductKind::Tour;

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    Channel,
    Supplier,
}

/// A stage with an order of three seats to Seoul, new.
struct Scene {
    stage: Stage,
    seoul: TestProduct,
    at: Timestamp,
    order: OrderId,
    tickets: Vec<TicketId>,
}

impl Scene {
    async fn new(engine: Engine) -> Scene {
        let stage = Stage::new(engine).await;
        let seoul = stage.world.seoul.clone();
        let at = seoul.at("2026-07-05", "10:00");
        let placed = place(&stage, &seoul, "A-1", at, 3).await;
        Scene { at, order: placed.lines[0].order, tickets: placed.lines[0].tickets.clone(), stage, seoul }
    }

    async fn act(&self, (by, action): (By, Action), comment: Option<&str>) -> Result<Order> {
        self.act_on(&self.stage.hub, (by, action), comment).await
    }

    async fn act_on(&self, hub: &Hub, (by, action): (By, Action), comment: Option<&str>) -> Result<Order> {
        let (alpha, hanok) = (self.stage.world.channel("alpha"), self.stage.world.supplier("hanok"));
        let comment = comment.map(str::to_owned);
        match by {
            By::Channel => fulfilment::act_as_channel(hub, (alpha.id, alpha.code.clone()), KIND, self.order, action, comment).await,
            By::Supplier => fulfilment::act_as_supplier(hub, (hanok.id, hanok.code.clone()), self.order, action, comment).await,
        }
    }

    /// Does these one after another, each of which must be allowed.
    async fn act_all(&self, acts: &[(By, Action)]) {
        for act in acts {
            self.act(*act, None).await.unwrap_or_else(|error| panic!("{act:?}: {error:?}"));
        }
    }

    async fn read(&self) -> (Order, Vec<OrderEvent>) {
        let whole = self.stage.order("hanok", self.order).await;
        (whole.order, whole.events)
    }

    async fn ordered(&self) -> u32 {
        self.stage.left(&self.seoul, self.seoul.option(0), self.at).await.1
    }

    /// Every action there is, on this order and on its first ticket.
    fn every_act(&self) -> Vec<(By, Action)> {
        let ticket = self.tickets[0];
        vec![
            (By::Channel, Action::StayNew),
            (By::Channel, Action::TravelerCancel),
            (By::Channel, Action::ChannelUnavoidableCancel),
            (By::Channel, Action::ChannelCancelTicket(ticket)),
            (By::Supplier, Action::Acknowledge),
            (By::Supplier, Action::Confirm),
            (By::Supplier, Action::Reject),
            (By::Supplier, Action::SupplierCancel),
            (By::Supplier, Action::SupplierCancelTicket(ticket)),
            (By::Supplier, Action::Redeem(ticket)),
        ]
    }
}

async fn place(stage: &Stage, product: &TestProduct, code: &str, at: Timestamp, quantity: u32) -> PlacedOrder {
    let mapping = stage.register("alpha", product).await;
    let order = OrderBuilder::new(code).line(mapping, product.option(0), at, quantity);
    stage.place("alpha", &order).await.unwrap()
}

fn state(order: &Order) -> OrderState {
    OrderState { id: order.id, status: order.status, tickets: order.tickets.iter().map(|ticket| (ticket.id, ticket.status)).collect() }
}

/// The ways to every state, with and without a used or a cancelled ticket.
fn ways(tickets: &[TicketId]) -> Vec<Vec<(By, Action)>> {
    use Action::{
        Acknowledge, ChannelCancelTicket, ChannelUnavoidableCancel, Confirm, Redeem, Reject, SupplierCancel, SupplierCancelTicket,
        TravelerCancel,
    };
    use By::{Channel, Supplier};
    let (first, second) = (tickets[0], tickets[1]);
    vec![
        vec![],
        vec![(Supplier, Acknowledge)],
        vec![(Supplier, Confirm)],
        vec![(Supplier, Acknowledge), (Supplier, Confirm)],
        vec![(Supplier, Reject)],
        vec![(Channel, TravelerCancel)],
        vec![(Channel, ChannelUnavoidableCancel)],
        vec![(Supplier, SupplierCancel)],
        vec![(Supplier, Confirm), (Supplier, Redeem(first))],
        vec![(Supplier, Confirm), (Supplier, Redeem(second))],
        vec![(Channel, ChannelCancelTicket(first))],
        vec![(Supplier, SupplierCancelTicket(first))],
        vec![(Supplier, Confirm), (Channel, ChannelCancelTicket(second)), (Supplier, Redeem(tickets[2]))],
        vec![(Channel, ChannelCancelTicket(second)), (Supplier, SupplierCancelTicket(tickets[2]))],
    ]
}

#[rstest]
#[tokio::test]
async fn does_what_the_table_says_from_every_state(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)] way: usize,
) {
    // One order for each action, each on a day of its own, all of them brought to the same state.
    let mut scene = Scene::new(engine).await;
    for at in 0..scene.every_act().len() {
        scene.at = scene.seoul.at(&format!("2026-07-{}", 10 + at), "10:00");
        let placed = place(&scene.stage, &scene.seoul, &format!("B-{at}"), scene.at, 3).await;
        (scene.order, scene.tickets) = (placed.lines[0].order, placed.lines[0].tickets.clone());
        scene.act_all(&ways(&scene.tickets)[way]).await;
        check(&scene, scene.every_act()[at]).await;
    }
    scene.stage.assert_stock_is_sound().await;
}

/// Does one thing and compares what happened with the table of transitions.
async fn check(scene: &Scene, act: (By, Action)) {
    scene.stage.clock.advance(SignedDuration::from_mins(1));
    let now = scene.stage.hub.now();
    let ((before, events_before), ordered_before) = (scene.read().await, scene.ordered().await);
    let answer = scene.act(act, Some("왜냐하면")).await;
    let ((after, events), ordered) = (scene.read().await, scene.ordered().await);

    let expected = match transition(&state(&before), act.1) {
        Err(expected) => {
            assert_eq!(conflict(answer), expected, "{act:?} from {:?}", before.status);
            assert_eq!((&after, &events, ordered), (&before, &events_before, ordered_before), "{act:?}");
            return;
        }
        Ok(change) => change.unwrap(),
    };
    assert_eq!(answer.unwrap(), after, "{act:?} answers what is stored");
    if expected.is_empty() {
        assert_eq!((&after, &events, ordered), (&before, &events_before, ordered_before), "{act:?} asks for what is");
        return;
    }
    let mut expected_state = state(&before);
    apply(&mut expected_state, &expected);
    assert_eq!(state(&after), expected_state, "{act:?}");
    assert_eq!(ordered, ordered_before - expected.returned, "{act:?} gives back what it must");
    assert_eq!((after.updated_at, after.comment.as_deref()), (now, Some("왜냐하면")));

    let changes = usize::from(expected.order.is_some()) + expected.tickets.len();
    let new: Vec<&OrderEvent> = events.iter().filter(|event| !events_before.contains(event)).collect();
    assert_eq!((events.len(), new.len()), (events_before.len() + changes, changes), "{act:?}: one event for each change");
    let actor = if act.0 == By::Channel { ("channel", "alpha") } else { ("supplier", "hanok") };
    for event in new {
        assert_eq!((event.actor.as_str(), event.actor_code.as_str()), actor);
        assert_eq!((event.at, event.action.as_str(), event.comment.as_deref()), (now, act.1.word(), Some("왜냐하면")));
        let (from, to) = match event.ticket {
            None => (before.status.digit(), after.status.digit()),
            Some(id) => {
                let find = |order: &Order| order.tickets.iter().find(|ticket| ticket.id == id).unwrap().status.digit();
                (find(&before), find(&after))
            }
        };
        assert_eq!((event.from_status, event.to_status), (Some(i64::from(from)), i64::from(to)));
    }
}

#[rstest]
#[tokio::test]
async fn ends_an_order_with_its_last_ticket(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = Scene::new(engine).await;
    let cancel = |at: usize| (By::Channel, Action::ChannelCancelTicket(scene.tickets[at]));
    scene.act_all(&[cancel(0), cancel(2)]).await;
    assert_eq!((scene.read().await.0.status, scene.ordered().await), (OrderStatus::New, 1));
    scene.act_all(&[(By::Supplier, Action::SupplierCancelTicket(scene.tickets[1]))]).await;
    let (order, events) = scene.read().await;
    let canceled = vec![TicketStatus::TravelerCanceled, TicketStatus::SupplierCanceled, TicketStatus::TravelerCanceled];
    assert_eq!(statuses(&order), (OrderStatus::UnavoidableCancel, canceled));
    assert_eq!((scene.ordered().await, events.len()), (0, 1 + 3 + 1));
    scene.stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn never_cancels_what_is_used(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = Scene::new(engine).await;
    let used = scene.tickets[1];
    scene.act_all(&[(By::Supplier, Action::Confirm), (By::Supplier, Action::Redeem(used))]).await;
    let expected = Conflict::TicketUsed { order: scene.order, order_status: OrderStatus::SupplierConfirm, tickets: vec![used] };
    for act in [
        (By::Channel, Action::TravelerCancel),
        (By::Channel, Action::ChannelUnavoidableCancel),
        (By::Channel, Action::ChannelCancelTicket(used)),
        (By::Supplier, Action::SupplierCancel),
        (By::Supplier, Action::SupplierCancelTicket(used)),
    ] {
        assert_eq!(conflict(scene.act(act, None).await), expected, "{act:?}");
    }
    assert_eq!(scene.ordered().await, 3);
    scene
        .act_all(&[
            (By::Channel, Action::ChannelCancelTicket(scene.tickets[0])),
            (By::Channel, Action::ChannelCancelTicket(scene.tickets[2])),
        ])
        .await;
    assert_eq!((scene.read().await.0.status, scene.ordered().await), (OrderStatus::SupplierConfirm, 1));
    scene.stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn touches_nothing_of_anybody_elses(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = Scene::new(engine).await;
    let stage = &scene.stage;
    let other = place(stage, &scene.seoul, "A-2", scene.at, 1).await;
    let (order, cancel) = (scene.order, Action::TravelerCancel);
    assert!(is_not_found(&stage.as_channel("beta", KIND, order, cancel).await));
    assert!(is_not_found(&stage.as_channel("alpha", ProductKind::DayTicket, order, cancel).await));
    assert!(is_not_found(&stage.as_channel("alpha", KIND, OrderId(uuid::Uuid::nil()), cancel).await));
    assert!(is_not_found(&stage.as_supplier("lumiere", order, Action::Confirm).await));
    for ticket in [other.lines[0].tickets[0], TicketId(uuid::Uuid::nil())] {
        assert!(is_not_found(&stage.as_channel("alpha", KIND, order, Action::ChannelCancelTicket(ticket)).await));
        assert!(is_not_found(&stage.as_supplier("hanok", order, Action::SupplierCancelTicket(ticket)).await));
        assert!(is_not_found(&stage.as_supplier("hanok", order, Action::Redeem(ticket)).await));
    }
    let (beta, alpha, lumiere) = (stage.world.channel("beta").id, stage.world.channel("alpha").id, stage.world.supplier("lumiere").id);
    assert!(is_not_found(&fulfilment::order_of_channel(&stage.hub, beta, KIND, order).await));
    assert!(is_not_found(&fulfilment::order_of_channel(&stage.hub, alpha, ProductKind::DayTicket, order).await));
    assert!(is_not_found(&fulfilment::order_of_supplier(&stage.hub, lumiere, order).await.map(|whole| whole.order)));
    assert_eq!(fulfilment::order_of_channel(&stage.hub, alpha, KIND, order).await.unwrap().id, order);
    assert_eq!(scene.read().await.1.len(), 1, "nothing has happened to it");
}

#[rstest]
#[tokio::test]
async fn lists_what_changed_since(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = Scene::new(engine).await;
    let stage = &scene.stage;
    let second = place(stage, &scene.seoul, "A-2", scene.at, 1).await.lines[0].order;
    stage.clock.advance(SignedDuration::from_mins(5));
    let since = stage.hub.now();
    scene.act((By::Supplier, Action::Acknowledge), None).await.unwrap();
    let page = Page { number: 1, size: 10 };
    let (alpha, hanok) = (stage.world.channel("alpha").id, stage.world.supplier("hanok").id);
    let ids = |listed: axhub_hub::Paged<Order>| listed.items.iter().map(|order| order.id).collect::<Vec<_>>();
    let of_alpha = async |filter| ids(fulfilment::orders_of_channel(&stage.hub, alpha, filter, page).await.unwrap());
    assert_eq!(of_alpha(Filter::default()).await, [scene.order, second]);
    assert_eq!(of_alpha(Filter { updated_since: Some(since), ..Filter::default() }).await, [scene.order]);
    assert_eq!(of_alpha(Filter { status: Some(OrderStatus::New), ..Filter::default() }).await, [second]);
    let pending = Filter { status: Some(OrderStatus::SupplierPending), ..Filter::default() };
    assert_eq!(ids(fulfilment::orders_of_supplier(&stage.hub, hanok, pending, page).await.unwrap()), [scene.order]);
}

/// Does all of these at once on two servers; what each answered.
async fn all_at_once(scene: &std::sync::Arc<Scene>, acts: Vec<(By, Action)>) -> Vec<((By, Action), Result<Order>)> {
    let hubs = [scene.stage.hub.clone(), scene.stage.another_hub().await];
    let mut acting = JoinSet::new();
    for (at, act) in acts.into_iter().enumerate() {
        let (scene, hub) = (std::sync::Arc::clone(scene), hubs[at % 2].clone());
        acting.spawn(async move { (act, scene.act_on(&hub, act, None).await) });
    }
    acting.join_all().await
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cancelled_by_many_at_once_gives_back_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = std::sync::Arc::new(Scene::new(engine).await);
    for (_, answer) in all_at_once(&scene, vec![(By::Channel, Action::TravelerCancel); 12]).await {
        assert_eq!(answer.unwrap().status, OrderStatus::TravelerCancel);
    }
    assert_eq!((scene.ordered().await, scene.read().await.1.len()), (0, 1 + 1 + 3));
    scene.stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cancelled_by_both_sides_at_once_is_one_sides(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = std::sync::Arc::new(Scene::new(engine).await);
    let both = [(By::Channel, Action::TravelerCancel), (By::Supplier, Action::Reject), (By::Supplier, Action::Confirm)];
    let answers = all_at_once(&scene, both.repeat(4)).await;
    let (order, _) = scene.read().await;
    assert!(matches!(order.status, OrderStatus::TravelerCancel | OrderStatus::SupplierReject), "{:?}", order.status);
    for (act, answer) in answers {
        match answer {
            Ok(answer) => assert!(answer.status == order.status || act.1 == Action::Confirm, "{act:?} {:?}", answer.status),
            refused => assert_eq!(conflict(refused).code(), "transition_not_allowed"),
        }
    }
    assert_eq!(scene.ordered().await, 0);
    scene.stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redeemed_and_cancelled_at_once_is_one_of_both(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = std::sync::Arc::new(Scene::new(engine).await);
    scene.act_all(&[(By::Supplier, Action::Confirm)]).await;
    let ticket = scene.tickets[0];
    let acts = [(By::Supplier, Action::Redeem(ticket)), (By::Channel, Action::TravelerCancel), (By::Supplier, Action::Redeem(ticket))];
    let answers = all_at_once(&scene, acts.repeat(4)).await;
    let (order, events) = scene.read().await;
    let was_used = order.tickets[0].status == TicketStatus::Used;
    for (act, answer) in answers {
        let refused = match answer {
            Ok(_) => None,
            refused => Some(conflict(refused).code()),
        };
        let expected = match (act.1, was_used) {
            (Action::TravelerCancel, true) => Some("ticket_used"),
            (Action::Redeem(_), false) => Some("transition_not_allowed"),
            _ => None,
        };
        assert_eq!(refused, expected, "{act:?}");
    }
    let (left, happened) = if was_used { (3, 1) } else { (0, 1 + 3) };
    assert_eq!((scene.ordered().await, events.len()), (left, 2 + happened));
    scene.stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tickets_cancelled_one_by_one_at_once_end_the_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = std::sync::Arc::new(Scene::new(engine).await);
    let cancels = scene.tickets.iter().flat_map(|ticket| [(By::Channel, Action::ChannelCancelTicket(*ticket)); 3]).collect();
    for (act, answer) in all_at_once(&scene, cancels).await {
        assert!(answer.is_ok(), "{act:?} {answer:?}");
    }
    let (order, events) = scene.read().await;
    assert_eq!(statuses(&order), (OrderStatus::TravelerCancel, vec![TicketStatus::TravelerCanceled; 3]));
    assert_eq!((scene.ordered().await, events.len()), (0, 1 + 3 + 1));
    scene.stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cancelling_and_ordering_at_once_loses_no_seat(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = std::sync::Arc::new(Stage::new(engine).await);
    let builder = ProductBuilder::tour("Small boat").start_times(&["09:00"]).stock(3).option("Seat", "10");
    let boat = builder.create(&stage.hub, stage.world.supplier("hanok").id).await;
    stage.world.assign(&stage.hub, "alpha", &boat, axhub_domain::pricing::MarkUp::NONE).await;
    let mapping = stage.register("alpha", &boat).await;
    let at = boat.at("2026-07-05", "09:00");
    let hubs = [stage.hub.clone(), stage.another_hub().await];
    let mut coming_and_going = JoinSet::new();
    for client in 0..8usize {
        let (stage, hub, option) = (std::sync::Arc::clone(&stage), hubs[client % 2].clone(), boat.option(0));
        coming_and_going.spawn(async move {
            let alpha = stage.world.channel("alpha");
            for turn in 0..6 {
                let order = OrderBuilder::new(&format!("{client}-{turn}")).line(mapping, option, at, 1);
                match stage.place_on(&hub, "alpha", &order).await {
                    Ok(placed) => {
                        let cancel = Action::TravelerCancel;
                        let owner = (alpha.id, alpha.code.clone());
                        fulfilment::act_as_channel(&hub, owner, KIND, placed.lines[0].order, cancel, None).await.unwrap();
                    }
                    refused => assert_eq!(conflict(refused).code(), "sold_out"),
                }
            }
        });
    }
    coming_and_going.join_all().await;
    assert_eq!(stage.left(&boat, boat.option(0), at).await, (3, 0));
    stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn changes_nothing_that_it_cannot_note(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let scene = Scene::new(engine).await;
    let broken = scene.stage.hub.database().run("test", axhub_store::Mode::Write, (), |s, ()| {
        Box::pin(async move { Ok::<_, Error>(s.execute("DROP TABLE events", &[]).await?) })
    });
    broken.await.unwrap();
    let answer = scene.act((By::Supplier, Action::Acknowledge), None).await;
    assert!(matches!(answer, Err(Error::Store(_))), "{answer:?}");
    let order = fulfilment::order_of_channel(&scene.stage.hub, scene.stage.world.channel("alpha").id, KIND, scene.order).await.unwrap();
    assert_eq!(order.status, OrderStatus::New, "no change without its event");
}
