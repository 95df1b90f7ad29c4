//! The questions about the supplier's products, a page at a time.

use axhub_hub::Hub;
use axhub_hub::feedback::{self, QuestionFilter};
use axhub_web::{ApiError, Fields, Query, SupplierCaller, paging};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Question;
use crate::words;
use axhub_web::paging::PageParameters;

/// Which questions of the list are wanted; all where a parameter is absent.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// With an answer, or without one.
    #[param(example = false)]
    pub is_answered: Option<bool>,
    /// About this product.
    pub product_code: Option<Uuid>,
}

/// A page of questions, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierQuestionList)]
pub struct QuestionList {
    /// The questions.
    pub questions: Vec<Question>,
}

/// List questions
///
/// About the supplier's products, oldest first. Those that wait for an answer: `is_answered=false`.
#[utoipa::path(
    get,
    path = "/v1/supplier/questions",
    operation_id = "supplier_list_questions",
    tag = "Supplier: questions and reviews",
    params(Wanted, PageParameters),
    responses((status = 200, description = "A page of questions.", body = QuestionList, example = json!(QuestionList::sample()))),
)]
pub async fn list(caller: SupplierCaller, State(hub): State<Hub>, query: Query) -> Result<(HeaderMap, Json<QuestionList>), ApiError> {
    let (filter, page) = query.read_strictly(|fields| (read(fields), paging::read(fields)))?;
    let found = feedback::questions_of_supplier(&hub, caller.id, filter, page).await?;
    let headers = paging::headers(&query, page, found.total);
    Ok((headers, Json(QuestionList { questions: found.items.into_iter().map(Question::from).collect() })))
}

fn read(fields: &Fields<'_>) -> QuestionFilter {
    QuestionFilter { product: words::product(fields), is_answered: fields.optional("is_answered").boolean() }
}
