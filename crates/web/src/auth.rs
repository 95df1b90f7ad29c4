//! Who is calling: [`ChannelCaller`], [`SupplierCaller`], [`OperatorCaller`] (contract 2).
//!
//! Ask for the caller **first** in a handler's arguments. Axum runs extractors in their order, so nothing else of the
//! request is looked at, and no error about it is told, to somebody without a key. Whatever is wrong with the key is
//! the same 403, never a 401.

use std::sync::Arc;

use axhub_domain::ids::{ChannelId, KeyId, SupplierId};
use axhub_hub::{ByOperator, BySupplier, Hub, Owner, Principal};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::ApiError;
use crate::rate_limit;

/// The header with which old clients name their channel.
const CHANNEL: HeaderName = HeaderName::from_static("channel");

/// A channel, by its key. When the call has a `Channel: Code …` header, it names this very channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelCaller {
    /// The channel.
    pub id: ChannelId,
    /// Its code.
    pub code: String,
    /// The key it used.
    pub key: KeyId,
}

/// A supplier, by its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupplierCaller {
    /// The supplier.
    pub id: SupplierId,
    /// Its code.
    pub code: String,
    /// The key it used.
    pub key: KeyId,
}

/// An operator, by their key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorCaller {
    /// Who it is.
    pub name: String,
    /// The key they used.
    pub key: KeyId,
}

impl From<&SupplierCaller> for BySupplier {
    fn from(caller: &SupplierCaller) -> Self {
        BySupplier { id: caller.id, key: Some(caller.key) }
    }
}

impl From<&OperatorCaller> for ByOperator {
    fn from(caller: &OperatorCaller) -> Self {
        ByOperator { name: caller.name.clone(), key: Some(caller.key) }
    }
}

/// The owner of the key that the call came with, whoever it is. Asks the hub only once per request, and charges the
/// request to the key's budget then (see [`crate::rate_limit`]).
///
/// # Errors
/// 403 when there is no key, or the hub does not know it; 429 when its budget is spent, or too many of its requests are in
/// progress; 503 when the hub cannot say.
pub async fn principal(parts: &mut Parts, hub: &Hub) -> Result<Arc<Principal>, ApiError> {
    if let Some(principal) = parts.extensions.get::<Arc<Principal>>() {
        return Ok(Arc::clone(principal));
    }
    let key = token(&parts.headers).ok_or_else(ApiError::permission_denied)?;
    let principal = axhub_hub::access::authenticate(hub, key).await?;
    rate_limit::admit(parts, &principal)?;
    parts.extensions.insert(Arc::clone(&principal));
    Ok(principal)
}

/// The key of `Authorization: Token {key}`, when there is exactly one such header.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = only(headers, &AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    let key = key.trim();
    let plausible = scheme.eq_ignore_ascii_case("token") && !key.is_empty() && !key.contains(char::is_whitespace);
    plausible.then_some(key)
}

/// The value of a header that must not come twice.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

/// Whether every `Channel` header, when there is one, says `Code {code}`. Codes may be Korean, so bytes are compared.
fn names_channel(headers: &HeaderMap, code: &str) -> bool {
    headers.get_all(CHANNEL).iter().all(|value| {
        let bytes = value.as_bytes().trim_ascii();
        let Some((scheme, named)) = bytes.split_at_checked("Code ".len()) else { return false };
        scheme.eq_ignore_ascii_case(b"Code ") && named.trim_ascii() == code.as_bytes()
    })
}

/// The channel whose key it is, and its code, unless the call names another one.
pub(crate) fn channel<'p>(principal: &'p Principal, headers: &HeaderMap) -> Option<(ChannelId, &'p str)> {
    match &principal.owner {
        Owner::Channel { id, code, .. } => names_channel(headers, code).then_some((*id, code)),
        _ => None,
    }
}

fn channel_caller(principal: &Principal, headers: &HeaderMap) -> Result<ChannelCaller, ApiError> {
    let (id, code) = channel(principal, headers).ok_or_else(ApiError::permission_denied)?;
    Ok(ChannelCaller { id, code: code.to_owned(), key: principal.key })
}

fn supplier_caller(principal: &Principal) -> Result<SupplierCaller, ApiError> {
    match &principal.owner {
        Owner::Supplier { id, code } => Ok(SupplierCaller { id: *id, code: code.clone(), key: principal.key }),
        _ => Err(ApiError::permission_denied()),
    }
}

fn operator_caller(principal: &Principal) -> Result<OperatorCaller, ApiError> {
    match &principal.owner {
        Owner::Operator { name } => Ok(OperatorCaller { name: name.clone(), key: principal.key }),
        _ => Err(ApiError::permission_denied()),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ChannelCaller
where
    Hub: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let principal = principal(parts, &Hub::from_ref(state)).await?;
        channel_caller(&principal, &parts.headers)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SupplierCaller
where
    Hub: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        supplier_caller(&*principal(parts, &Hub::from_ref(state)).await?)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OperatorCaller
where
    Hub: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        operator_caller(&*principal(parts, &Hub::from_ref(state)).await?)
    }
}

#[cfg(test)]
#[path = "auth_tests.rs"]
mod tests;
