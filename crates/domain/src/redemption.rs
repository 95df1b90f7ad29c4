//! Redemption: when and where a ticket was used, and how long a mistake can be taken back.

use jiff::{SignedDuration, Timestamp};

use crate::ids::TicketId;
use crate::refusal::Conflict;

/// How long after its use a ticket may be made new again.
pub const UNDO_WITHIN: SignedDuration = SignedDuration::from_mins(15);

/// The use of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// When.
    pub used_at: Timestamp,
    /// Where, in the supplier's words, as `Gate 2`.
    pub used_where: Option<String>,
}

impl Redemption {
    /// Whether the use of `ticket` may be taken back at `now`.
    ///
    /// # Errors
    /// [`Conflict::UndoTooLate`] when more than [`UNDO_WITHIN`] has passed.
    pub fn check_undo(&self, ticket: TicketId, now: Timestamp) -> Result<(), Conflict> {
        if now.duration_since(self.used_at) <= UNDO_WITHIN { Ok(()) } else { Err(Conflict::UndoTooLate { ticket, used_at: self.used_at }) }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_use_can_be_taken_back_for_a_quarter_of_an_hour() {
        let used_at: Timestamp = "2026-07-02T01:00:00Z".parse().unwrap();
        let redemption = Redemption { used_at, used_where: None };
        let ticket = TicketId(Uuid::nil());
        assert_eq!(redemption.check_undo(ticket, used_at), Ok(()));
        assert_eq!(redemption.check_undo(ticket, used_at + UNDO_WITHIN), Ok(()));
        let late = used_at + UNDO_WITHIN + SignedDuration::from_micros(1);
        assert_eq!(redemption.check_undo(ticket, late), Err(Conflict::UndoTooLate { ticket, used_at }));
    }
}
