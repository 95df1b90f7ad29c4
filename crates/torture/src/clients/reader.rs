//! Readers of a channel's feeds, who go on from where they are for as long as there is something, and a little longer.

use axhub_domain::product::ProductKind;

use super::call::Caller;
use crate::history::{Answer, Ask, FeedAnswer};

/// How often a reader that is alone asks for the end before it believes that there is none.
const LAST_TRIES: u32 = 100;

/// Follows the feed of changes of the channel at this place.
pub(super) async fn follow_feed(mut caller: Caller, place: usize) {
    let mut cursor = String::new();
    let mut tries = 0;
    while tries < LAST_TRIES {
        let was_alone = caller.is_alone();
        let answer = caller.ask_once(&Ask::Feed { channel: place, cursor: cursor.clone() }).await;
        let is_at_end = go_on(&mut cursor, answer);
        if was_alone && is_at_end {
            return;
        }
        tries += u32::from(was_alone);
        caller.pause(60).await;
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
