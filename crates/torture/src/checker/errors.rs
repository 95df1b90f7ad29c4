//! Errors that no client may see, whatever is wrong: a server says that it is not available, and when to try again, and never
//! that it is broken.

use super::Finding;
use super::view::View;
use crate::history::Outcome;

/// An error of the server's own.
pub(super) const BROKEN: &str = "server error";
/// A 503 that leaves the client guessing.
pub(super) const SILENT: &str = "503 without Retry-After";

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let wrong = view.records.iter().filter_map(|record| {
        let Outcome::Refused { status, code } = &record.outcome else { return None };
        let rule = match (*status, record.retry_after) {
            (503, Some(_)) => return None,
            (503, None) => SILENT,
            (500.., _) => BROKEN,
            _ => return None,
        };
        Some(Finding::new(rule, format!("request {} was told {status} {code}: {:?}", record.id, record.ask)))
    });
    wrong.collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::Sample;
    use super::*;

    #[test]
    fn a_server_that_is_away_and_says_when_to_come_back_is_fine() {
        let mut sample = Sample::new();
        sample.ask_in_vain("A", 1, 409, "sold_out");
        sample.ask_in_vain("A", 1, 503, "unavailable");
        sample.records[1].retry_after = Some(1);
        assert_eq!(sample.findings_of(check), []);
        sample.records[1].retry_after = None;
        assert_eq!(sample.rules_broken(check), [SILENT]);
    }

    #[test]
    fn any_other_error_of_a_server_is_found() {
        for status in [500, 501, 502, 504, 507] {
            let mut sample = Sample::new();
            sample.ask_in_vain("A", 1, status, "internal_error");
            sample.records[0].retry_after = Some(1);
            assert_eq!(sample.rules_broken(check), [BROKEN], "{status}");
        }
    }
}
