//! Readers of a channel's feeds, who go on from where they are for as long as there is something, and a little longer; and of its
//! inventory, which must be what the feed says.

use std::time::Duration;

use axhub_domain::product::ProductKind;
use rand::RngExt;

use super::call::Caller;
use crate::history::{Answer, Ask, FeedAnswer};

/// How often a reader that is alone asks for the end before it believes that there is none.
const LAST_TRIES: u32 = 100;
/// How often a server is asked for inventory at the end that does not answer.
const LAST_LOOKS: u32 = 20;
/// How many of 100 readings of the feed go with one of inventory.
const LOOKS: u32 = 30;
/// The longest that a server may show inventory as it was before somebody else changed it is 2 s; and a little for the way.
const UNTIL_NOTICED: Duration = Duration::from_millis(2200);

/// Follows the feed of changes of the channel at this place; looks at inventory meanwhile, and at all of it in the end.
pub(super) async fn follow_feed(mut caller: Caller, place: usize) {
    let mut cursor = String::new();
    let mut tries = 0;
    while tries < LAST_TRIES {
        let was_alone = caller.is_alone();
        let answer = caller.ask_once(&Ask::Feed { channel: place, cursor: cursor.clone() }).await;
        let is_at_end = go_on(&mut cursor, answer);
        if was_alone && is_at_end {
            look_in_the_end(&mut caller, place, cursor).await;
            return;
        }
        if caller.happens(LOOKS) {
            let product = caller.rng.random_range(0..caller.world.products.len());
            caller.ask_once(&Ask::Inventory { channel: place, product, behind: None }).await;
        }
        tries += u32::from(was_alone);
        caller.pause(60).await;
    }
}

/// Looks at all inventory at every server: at once, so that each has something to keep; and again when what lies before this place
/// in the feed must have been noticed everywhere.
async fn look_in_the_end(caller: &mut Caller, place: usize, cursor: String) {
    for behind in [None, Some(cursor)] {
        if behind.is_some() {
            tokio::time::sleep(UNTIL_NOTICED).await;
        }
        for product in 0..caller.world.products.len() {
            caller.ask_each(&Ask::Inventory { channel: place, product, behind: behind.clone() }, LAST_LOOKS).await;
        }
    }
}

/// Follows the changes of the channel's orders, kind by kind.
pub(super) async fn follow_orders(mut caller: Caller, place: usize) {
    let mut cursors = [ProductKind::Tour, ProductKind::DayTicket, ProductKind::Ticket].map(|kind| (kind, String::new()));
    let mut tries = 0;
    while tries < LAST_TRIES {
        let was_alone = caller.is_alone();
        let mut all_at_end = true;
        for (kind, cursor) in &mut cursors {
            let answer = caller.ask_once(&Ask::Orders { channel: place, kind: *kind, cursor: cursor.clone() }).await;
            all_at_end &= go_on(cursor, answer);
            caller.pause(60).await;
        }
        if was_alone && all_at_end {
            return;
        }
        tries += u32::from(was_alone);
    }
}

/// Moves the cursor behind what was answered. Whether there was nothing more.
fn go_on(cursor: &mut String, answer: Option<Answer>) -> bool {
    let Some(Answer::Feed(FeedAnswer { next, has_more, .. })) = answer else { return false };
    *cursor = next;
    !has_more
}
