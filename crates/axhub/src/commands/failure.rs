//! What went wrong, in sentences that an operator can act on.

use std::fmt::Display;

use anyhow::anyhow;
use axhub_domain::refusal::{FieldError, FieldPath};
use axhub_web::error::Kind;
use axhub_web::error::body::Context;
use axhub_web::{ApiError, Language};

use super::arguments::sentence;

/// Results whose errors are told to an operator.
pub(crate) trait Told<T> {
    /// The same with a sentence for an error; `what` says what was looked for, in case that there is no such thing.
    fn told(self, what: impl Display) -> anyhow::Result<T>;
}

impl<T, E: Into<ApiError>> Told<T> for Result<T, E> {
    fn told(self, what: impl Display) -> anyhow::Result<T> {
        self.map_err(|error| tell(&error.into(), &what))
    }
}

fn tell(error: &ApiError, what: &dyn Display) -> anyhow::Error {
    match error.kind() {
        Kind::NotFound => anyhow!("there is no {what}"),
        Kind::Fields { errors, more } => fields(errors, *more),
        Kind::InvalidQuery(errors) => fields(errors, 0),
        // Who runs the hub must know what it is.
        Kind::InternalError { cause } | Kind::Unavailable { cause } => anyhow!("{cause}"),
        _ => {
            let body = error.body(Context { language: Language::English, request_id: "", method: "" }).into_value();
            anyhow!("{}", body["message"].as_str().unwrap_or(error.code()))
        }
    }
}

/// `time_zone: There is no such time zone.`, or one line for each when there are several.
fn fields(errors: &[FieldError], more: usize) -> anyhow::Error {
    let mut lines: Vec<String> = errors.iter().map(|error| format!("{}: {}", name(&error.path), sentence(&error.reason))).collect();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    match lines.as_slice() {
        [line] => anyhow!("{line}"),
        lines => anyhow!("several values are wrong:\n  {}", lines.join("\n  ")),
    }
}

fn name(path: &FieldPath) -> String {
    axhub_web::Vocabulary::default().path(path)
}

#[cfg(test)]
mod tests {
    use axhub_domain::csv::{CsvFault, CsvProblem};
    use axhub_domain::refusal::{Conflict, Reason};
    use axhub_hub::Error;
    use axhub_hub::error::StoreError;

    use super::*;

    fn said<E: Into<ApiError>>(error: E) -> String {
        Err::<(), E>(error).told("supplier nobody").unwrap_err().to_string()
    }

    #[test]
    fn everything_is_a_sentence() {
        let zone = || FieldError::new("time_zone", Reason::NotATimeZone);
        assert_eq!(said(Error::NOT_FOUND), "there is no supplier nobody");
        assert_eq!(said(Error::from(Conflict::CodeTaken)), "This code is taken.");
        assert_eq!(
            said(Error::from(zone())),
            "time_zone: There is no such time zone. Send a name of the IANA database, such as Asia/Seoul."
        );
        let several = said(Error::from(vec![FieldError::new("name", Reason::Blank), zone()]));
        assert!(several.starts_with("several values are wrong:\n  name: This field may not be blank.\n  time_zone: "), "{several}");
        assert_eq!(said(Error::Store(StoreError::Unavailable("gone".to_owned()))), "the database is not available: gone");
        let fault = CsvFault { problem: CsvProblem::Utf16, line: 1, column: 1 };
        assert_eq!(said(ApiError::new(Kind::MalformedCsv(fault))), "The table is UTF-16. Save it as UTF-8.");
    }
}
