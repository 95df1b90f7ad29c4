//! What has a date, and what has none: the same list, under an address each.

use axhub_domain::ids::ProductId;
use axhub_domain::product::{Product, ProductKind};
use axhub_hub::{Hub, catalogue};
use axhub_web::{ApiError, ChannelCaller, Conditional, Query, paging};
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Params, filter};
use crate::kinds::for_kinds;
use crate::void::{self, DateOrVoid, OrVoid};
use axhub_web::paging::PageParameters;

/// The tickets that the channel may sell.
#[derive(Serialize, ToSchema)]
pub struct TicketList {
    /// The status of the response.
    #[schema(example = 200)]
    status_code: u16,
    /// One page, by creation time and code. An empty scalar is the text `Void`.
    products: Vec<ListedTicket>,
}

/// A ticket in the list. An empty scalar is the text `Void`.
#[derive(Serialize, ToSchema)]
pub struct ListedTicket {
    /// The code that all other calls name the product by.
    #[schema(value_type = Uuid)]
    product_code: ProductId,
    /// The name.
    #[schema(value_type = String, example = "Museum of folk painting")]
    title: OrVoid<String>,
    /// `Ticket-Day` for what has a date, `Ticket` for what has none.
    #[schema(value_type = String, example = "Ticket-Day")]
    category: OrVoid<String>,
    /// A finer category.
    #[schema(value_type = String, example = "Museum")]
    detail_category: OrVoid<String>,
    /// The first day on which it is sold, in the product's time zone.
    #[schema(value_type = DateOrVoid, example = "2026-01-01")]
    start_date_of_the_sale: OrVoid<Date>,
    /// The last day on which it is sold, in the product's time zone.
    #[schema(value_type = DateOrVoid, example = "Void")]
    end_date_of_the_sale: OrVoid<Date>,
    /// `Free cancellation`, `Conditional refund` or `Non-refundable`.
    #[schema(value_type = String, example = "Free cancellation")]
    cancellation_type: OrVoid<String>,
    /// The main country and city.
    #[schema(value_type = String, example = "France - Paris")]
    main_country_and_city: OrVoid<String>,
    /// Grows with every change of contents, options or prices.
    #[schema(example = 3, minimum = 1)]
    version: i64,
}

impl From<&Product> for ListedTicket {
    fn from(product: &Product) -> Self {
        let text = |name| void::text(product.contents.text(name));
        ListedTicket {
            product_code: product.id,
            title: text("product_name"),
            category: void::text(Some(&product.category)),
            detail_category: void::text(product.detail_category.as_deref()),
            start_date_of_the_sale: product.sale.from.into(),
            end_date_of_the_sale: product.sale.to.into(),
            cancellation_type: text("cancellation_type"),
            main_country_and_city: text("main_country_and_city"),
            version: product.version,
        }
    }
}

macro_rules! list_of {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $_note:literal) => {
        #[utoipa::path(
            get,
            path = concat!("/v1/channel/products/", $word),
            operation_id = concat!("list_", $id, "s"),
            summary = concat!("The ", $word, "s that this channel may sell"),
            description = "A page of them, oldest first. `X-Total-Count` has the number of all, `Link` the addresses of other pages. \
                With the `ETag` of an earlier answer in `If-None-Match` the answer is 304 while nothing has changed.",
            tag = "Channel: products",
            params(Params, PageParameters),
            responses(
                (
                    status = 200,
                    description = "A page of the products.",
                    body = TicketList,
                    links(
                        ("detail" = (
                            operation_id = concat!("get_", $id),
                            parameters(("product_code" = "$response.body#/products/0/product_code"))
                        )),
                        ("prices" = (
                            operation_id = concat!("get_", $id, "_prices"),
                            parameters(("product_code" = "$response.body#/products/0/product_code"))
                        )),
                        ("inventory" = (
                            operation_id = concat!("get_", $id, "_inventory"),
                            parameters(("product_code" = "$response.body#/products/0/product_code"))
                        )),
                        ("register" = (
                            operation_id = concat!("register_", $id),
                            parameters(("product_code" = "$response.body#/products/0/product_code"))
                        )),
                    ),
                    example = json!({"status_code": 200, "products": [{
                        "product_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01", "title": "민화 박물관",
                        "category": ProductKind::$kind.categories()[0], "detail_category": "Museum",
                        "start_date_of_the_sale": "2026-01-01", "end_date_of_the_sale": "Void", "cancellation_type": "Free cancellation",
                        "main_country_and_city": "France - Paris", "version": 3,
                    }]})
                ),
                (status = 304, description = "Nothing has changed."),
            )
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            query: Query,
            have: Conditional,
        ) -> Result<Response, ApiError> {
            list(&hub, &caller, ProductKind::$kind, &query, &have).await
        }
    };
}

for_kinds!(list_of: day_ticket, ticket);

async fn list(hub: &Hub, caller: &ChannelCaller, kind: ProductKind, query: &Query, have: &Conditional) -> Result<Response, ApiError> {
    let (filter, page) = query.read(|fields| (filter(fields), paging::read(fields)))?;
    let found = catalogue::list_for_channel(hub, caller.id, kind, filter, page).await?;
    let body = TicketList { status_code: 200, products: found.items.iter().map(ListedTicket::from).collect() };
    have.json_with(paging::headers(query, page, found.total), &body)
}
