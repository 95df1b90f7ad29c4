//! `POST /v1/channel/products/{kind}/registration/{product_code}`: the channel says that a product is live.

use axhub_domain::ids::{ProductId, RegistrationId};
use axhub_domain::product::ProductKind;
use axhub_hub::Hub;
use axhub_hub::registration::{self, Register, Registered};
use axhub_web::{ApiError, ChannelCaller, Fields, JsonBody, Path};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use crate::kinds::for_kinds;
use crate::limits::MAX_MAPPED;

/// What a channel says of a product that it has published.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described")]
pub struct ProductRegistration {
    /// The channel's name for every active option: option code → name. Every active option must be there, no other
    /// code, and no name twice.
    #[schema(example = json!({"018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02": "성인"}))]
    mapping_data: BTreeMap<String, String>,
    /// The channel's name of the product.
    #[schema(min_length = 1, max_length = 255, example = "몽마르트르 골목 산책")]
    channel_product_name: String,
    /// Where the channel sells it: an http or https address.
    #[schema(format = "uri", min_length = 1, max_length = 2048, example = "https://shop.example.com/tours/1017")]
    channel_product_link: String,
    /// The channel's id of the product.
    #[schema(min_length = 1, max_length = 255, example = "1017")]
    channel_product_id: String,
}

/// A product's registration.
#[derive(Serialize, ToSchema)]
pub struct ProductRegistrationAnswer {
    /// The status of the response.
    #[schema(example = 201)]
    status_code: u16,
    /// The code that orders need; it stays the same when the product is registered again.
    #[schema(value_type = Uuid)]
    channel_product_mapping_code: RegistrationId,
    /// The same code under its old name.
    #[schema(value_type = Uuid)]
    channel_product_mapping_data_code: RegistrationId,
    /// The product.
    #[schema(value_type = Uuid)]
    product_code: ProductId,
    /// The product's newest version, which now is the channel's.
    #[schema(example = 3, minimum = 1)]
    version: i64,
}

macro_rules! registration_of {
    ($handler:ident, $kind:ident, $word:literal, $id:literal, $_note:literal) => {
        #[utoipa::path(
            post,
            path = concat!("/v1/channel/products/", $word, "/registration/{product_code}"),
            operation_id = concat!("register_", $id),
            summary = concat!("Register a ", $word),
            description = "Tells that the product is live on the channel and how the channel names each option. Registering again keeps \
                the code, replaces the mapping and takes over the product's newest version.",
            tag = "Channel: products",
            params(("product_code" = Uuid, Path, description = "The product's code.")),
            request_body(content = ProductRegistration, example = json!({
                "mapping_data": {"018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f02": "성인"},
                "channel_product_name": "몽마르트르 골목 산책",
                "channel_product_link": "https://shop.example.com/tours/1017",
                "channel_product_id": "1017",
            })),
            responses(
                (
                    status = 201,
                    description = "Registered for the first time.",
                    body = ProductRegistrationAnswer,
                    example = json!({
                        "status_code": 201,
                        "channel_product_mapping_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f03",
                        "channel_product_mapping_data_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f03",
                        "product_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01",
                        "version": 3,
                    })
                ),
                (
                    status = 200,
                    description = "Registered again.",
                    body = ProductRegistrationAnswer,
                    example = json!({
                        "status_code": 200,
                        "channel_product_mapping_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f03",
                        "channel_product_mapping_data_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f03",
                        "product_code": "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01",
                        "version": 4,
                    })
                ),
            )
        )]
        pub async fn $handler(
            caller: ChannelCaller,
            State(hub): State<Hub>,
            Path(product): Path<ProductId>,
            body: JsonBody,
        ) -> Result<(StatusCode, Json<ProductRegistrationAnswer>), ApiError> {
            let asked = body.read(read)?;
            let registered = registration::register(&hub, caller.id, ProductKind::$kind, product, asked).await?;
            Ok(render(registered))
        }
    };
}

for_kinds!(registration_of: tour, day_ticket, ticket);

fn read(fields: &Fields<'_>) -> Register {
    Register {
        mapping: fields.required("mapping_data").string_map(MAX_MAPPED, 255),
        channel_product_name: fields.required("channel_product_name").string(255),
        channel_product_link: fields.required("channel_product_link").url(),
        channel_product_id: fields.required("channel_product_id").string(255),
    }
}

fn render(registered: Registered) -> (StatusCode, Json<ProductRegistrationAnswer>) {
    let status = if registered.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let answer = ProductRegistrationAnswer {
        status_code: status.as_u16(),
        channel_product_mapping_code: registered.id,
        channel_product_mapping_data_code: registered.id,
        product_code: registered.product,
        version: registered.version,
    };
    (status, Json(answer))
}
