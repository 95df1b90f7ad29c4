//! [`Path`]: the variable parts of an address. What cannot be read names nothing, so it is the same 404 as any other.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// The variable parts of an address, like axum's, for typed codes: `Path((kind, order)): Path<(ProductKind, OrderId)>`.
///
/// A code that is no UUID and a kind that does not exist are refused with 404 (contract 2). Ask for the caller first,
/// so that only a caller with a key learns it.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(parts)| Path(parts)).map_err(|_| ApiError::not_found())
    }
}

#[cfg(test)]
mod tests {
    use axhub_domain::ids::OrderId;
    use axhub_domain::product::ProductKind;
    use axum::Router;
    use axum::body::Body;
    use axum::extract::Request;
    use axum::routing::get;
    use rstest::rstest;
    use tower::ServiceExt;

    use super::*;

    #[rstest]
    #[case("/tour/018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", 200)]
    #[case("/day-ticket/018F4E2A7B3C7D4E8F5A6B7C8D9E0F01", 200)]
    #[case("/tour/DC-1", 404)]
    #[case("/boat/018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", 404)]
    #[case("/tour/%FF%FE", 404)]
    #[case("/tour/%00", 404)]
    #[case("/tour/%ED%95%9C", 404)]
    #[tokio::test]
    async fn what_names_nothing_is_not_found(#[case] uri: &str, #[case] status: u16) {
        let read = get(|Path((kind, order)): Path<(ProductKind, OrderId)>| async move { format!("{kind:?} {order}") });
        let router = Router::new().route("/{kind}/{order}", read);
        let response = router.oneshot(Request::get(uri).body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.extensions().get::<ApiError>().map(ApiError::code), (status == 404).then_some("not_found"));
    }
}
