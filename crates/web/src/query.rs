//! [`Query`]: the query of a request, read with the same typed fields as a body.

use std::sync::OnceLock;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::Uri;
use axum::http::request::Parts;
use serde_json::{Map, Value};
use url::form_urlencoded;

use axhub_domain::refusal::Reason;

use crate::error::{ApiError, Kind};
use crate::errors::Errors;
use crate::fields::{Asked, Fields};
use crate::limits::MAX_PARAMETERS;
use crate::tree::shown;

/// The query of a request. As an extractor it never fails; reading it may.
///
/// There may be [`MAX_PARAMETERS`] of them. Of a repeated parameter the last one counts. What nobody reads is ignored by [`Query::read`] and refused by
/// [`Query::read_strictly`].
#[derive(Clone, Debug)]
pub struct Query {
    address: Uri,
    /// Taken apart when they are asked for: an answer that is kept needs none.
    pairs: OnceLock<Vec<(String, String)>>,
}

impl Query {
    /// The query of this address.
    pub fn of(uri: &Uri) -> Query {
        Query { address: uri.clone(), pairs: OnceLock::new() }
    }

    fn pairs(&self) -> &[(String, String)] {
        self.pairs.get_or_init(|| form_urlencoded::parse(self.address.query().unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// Reads the parameters with `read`; a blank parameter counts as absent where it is optional.
    ///
    /// # Errors
    /// 400 `invalid_query` with what is wrong with each parameter.
    pub fn read<T>(&self, read: impl FnOnce(&Fields<'_>) -> T) -> Result<T, ApiError> {
        self.read_members(|members, errors| read(&Fields::new(members, errors)))
    }

    /// As [`Query::read`], and refuses every parameter that `read` does not ask for, so that a misspelt filter does not
    /// return everything. `read` must ask for all of its parameters, whatever the values are. Say so in the description
    /// with [`crate::openapi::refuse_unknown_parameters`].
    ///
    /// # Errors
    /// As [`Query::read`], and 400 `invalid_query` with the parameters that are not known.
    pub fn read_strictly<T>(&self, read: impl FnOnce(&Fields<'_>) -> T) -> Result<T, ApiError> {
        self.read_members(|members, errors| {
            let asked = Asked::default();
            let value = read(&Fields::noting(members, errors, &asked));
            let known = asked.into_names();
            for name in members.keys().filter(|name| !known.contains(name)) {
                errors.add(shown(name), Reason::UnknownParameter { known: known.clone() });
            }
            value
        })
    }

    fn read_members<T>(&self, read: impl FnOnce(&Map<String, Value>, &Errors) -> T) -> Result<T, ApiError> {
        let members: Map<String, Value> = self.pairs().iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect();
        let errors = Errors::default();
        if let Some((name, _)) = self.pairs().get(MAX_PARAMETERS) {
            errors.add(shown(name), Reason::TooMany { max: MAX_PARAMETERS });
            return Err(ApiError::new(Kind::InvalidQuery(errors.into_list())));
        }
        for (name, _) in self.pairs().iter().filter(|(name, text)| name.contains('\0') || text.contains('\0')) {
            errors.add_unreadable(shown(name), Reason::NullCharacter);
        }
        let value = read(&members, &errors);
        if errors.is_empty() { Ok(value) } else { Err(ApiError::new(Kind::InvalidQuery(errors.into_list()))) }
    }

    /// The same address with these parameters set, all others as they were, as a relative reference.
    pub fn with(&self, parameters: &[(&str, String)]) -> String {
        let is_set = |name: &str| parameters.iter().any(|(set, _)| *set == name);
        let kept = self.pairs().iter().filter(|(name, _)| !is_set(name)).map(|(name, text)| (name.as_str(), text.as_str()));
        let set = parameters.iter().map(|(name, text)| (*name, text.as_str()));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept.chain(set)).finish();
        format!("{}?{query}", self.address.path())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        // Inside a nested router `uri` has lost the beginning of its path.
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        Ok(Query::of(uri))
    }
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;
