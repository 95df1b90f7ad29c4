//! Pages of a list: `page` and `page_size` in the query, totals and links in headers (contract 3, "Paging").

use std::ops::RangeInclusive;

use axhub_hub::Page;
use axum::http::header::LINK;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::fields::Fields;
use crate::query::Query;

/// The header with the number of all rows.
pub const X_TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

const DEFAULT_SIZE: u32 = 25;
/// The most rows on a page.
pub const MAX_SIZE: u32 = 200;

/// Which page of a list, for the API description; [`read`] reads it.
#[derive(Clone, Copy, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParameters {
    /// The page, from 1. Beyond the end is an empty list.
    #[param(minimum = 1, default = 1, example = 1)]
    pub page: Option<u32>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 200, default = 25, example = 25)]
    pub page_size: Option<u32>,
}

/// Reads `page` and `page_size`; inside [`Query::read`], beside the other parameters.
///
/// A page beyond what [`Page`] can count is beyond the end of every list, and so is the last one it can count.
pub fn read(fields: &Fields<'_>) -> Page {
    let page = number(fields, "page", 1..=i64::MAX, 1);
    let size = number(fields, "page_size", 1..=MAX_SIZE, DEFAULT_SIZE);
    Page { number: u32::try_from(page).unwrap_or(u32::MAX), size }
}

/// A whole number that says how much of a list is wanted; `default` only when it is not there, since a blank one is no
/// number.
pub fn number<T>(fields: &Fields<'_>, name: &str, range: RangeInclusive<T>, default: T) -> T
where
    T: Copy + Into<i64> + TryFrom<i64>,
{
    if fields.has(name) { fields.required(name).integer(range) } else { default }
}

/// `X-Total-Count` and `Link` of an answer to `query`, when the whole list has `total` rows.
pub fn headers(query: &Query, page: Page, total: u64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(X_TOTAL_COUNT, HeaderValue::from(total));
    if let Ok(links) = HeaderValue::from_str(&links(query, page, total)) {
        headers.insert(LINK, links);
    }
    headers
}

fn links(query: &Query, page: Page, total: u64) -> String {
    let current = u64::from(page.number);
    let last = total.div_ceil(u64::from(page.size.max(1))).max(1);
    let link = |number: u64, relation: &str| {
        let address = query.with(&[("page", number.to_string()), ("page_size", page.size.to_string())]);
        format!("<{address}>; rel=\"{relation}\"")
    };
    let mut links = vec![link(1, "first")];
    if current > 1 {
        // Before a page beyond the end stands the last one.
        links.push(link((current - 1).min(last), "prev"));
    }
    if current < last {
        links.push(link(current + 1, "next"));
    }
    links.push(link(last, "last"));
    links.join(", ")
}

#[cfg(test)]
#[path = "paging_tests.rs"]
mod tests;
