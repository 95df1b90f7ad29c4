//! Which statements there are.

use axhub_domain::month::Month;
use axhub_domain::refusal::Reason;
use axhub_domain::time::format_instant;
use axhub_hub::Hub;
use axhub_hub::statements::{self, ListedMonth, MonthFilter};
use axhub_web::{ApiError, Fields, OperatorCaller, Query, paging};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use axhub_web::paging::PageParameters;

/// Which statements are wanted; all where a parameter is absent.
#[derive(Clone, Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// From this month on, as `2026-07`. Two months before `to` when it is absent; at most 24 months are listed.
    #[param(example = "2026-05")]
    pub from: Option<String>,
    /// Up to this month. The present one when it is absent.
    #[param(example = "2026-07")]
    pub to: Option<String>,
    /// Only of this channel.
    pub channel_code: Option<String>,
    /// Only of this supplier.
    pub supplier_code: Option<String>,
    /// Only `open` or `closed` ones.
    #[param(example = "open")]
    pub state: Option<String>,
}

/// A page of statements.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorStatements)]
pub struct Statements {
    /// The statements, those of the last month first.
    pub statements: Vec<StatementFacts>,
}

/// A month of a channel with a supplier that is closed, or in which something happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorStatementFacts)]
pub struct StatementFacts {
    /// The channel.
    pub channel_code: String,
    /// The supplier.
    pub supplier_code: String,
    /// The month.
    pub month: String,
    /// `open` or `closed`.
    pub state: String,
    /// From when on it can be closed.
    #[schema(format = DateTime)]
    pub closes_from: String,
    /// Of a closed one, the SHA-256 of its JSON.
    #[schema(required)]
    pub hash: Option<String>,
    /// When it was closed.
    #[schema(required, format = DateTime)]
    pub closed_at: Option<String>,
    /// Who closed it.
    #[schema(required)]
    pub closed_by: Option<String>,
}

impl From<ListedMonth> for StatementFacts {
    fn from(listed: ListedMonth) -> Self {
        let state = if listed.closed.is_some() { "closed" } else { "open" };
        StatementFacts {
            channel_code: listed.of.channel_code,
            supplier_code: listed.of.supplier_code,
            month: listed.of.month.to_string(),
            state: state.to_owned(),
            closes_from: format_instant(listed.closes_from),
            hash: listed.closed.as_ref().map(|closed| closed.hash.clone()),
            closed_at: listed.closed.as_ref().map(|closed| format_instant(closed.closed_at)),
            closed_by: listed.closed.map(|closed| closed.closed_by),
        }
    }
}

impl Statements {
    fn sample() -> Statements {
        let open = StatementFacts {
            channel_code: "hanatrip".to_owned(),
            supplier_code: "lumiere".to_owned(),
            month: "2026-07".to_owned(),
            state: "open".to_owned(),
            closes_from: "2026-08-01T01:00:00.000Z".to_owned(),
            hash: None,
            closed_at: None,
            closed_by: None,
        };
        let closed = StatementFacts {
            month: "2026-06".to_owned(),
            state: "closed".to_owned(),
            closes_from: "2026-07-01T01:00:00.000Z".to_owned(),
            hash: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()),
            closed_at: Some("2026-07-03T09:00:00.000Z".to_owned()),
            closed_by: Some("olivia".to_owned()),
            ..open.clone()
        };
        Statements { statements: vec![open, closed] }
    }
}

/// List statements
///
/// The months of channels with suppliers that are closed, and those in which anything happened, the last first.
#[utoipa::path(
    get,
    path = "/v1/operator/statements",
    operation_id = "operator_list_statements",
    tag = "Operator: statements",
    params(Wanted, PageParameters),
    responses((status = 200, description = "A page of statements.", body = Statements, example = json!(Statements::sample()))),
)]
pub async fn list(_caller: OperatorCaller, State(hub): State<Hub>, query: Query) -> Result<(HeaderMap, Json<Statements>), ApiError> {
    let (filter, page) = query.read_strictly(|fields| (read(fields), paging::read(fields)))?;
    let found = statements::list(&hub, filter, page).await.map_err(|error| ApiError::from(error).in_query())?;
    let headers = paging::headers(&query, page, found.total);
    Ok((headers, Json(Statements { statements: found.items.into_iter().map(StatementFacts::from).collect() })))
}

fn read(fields: &Fields<'_>) -> MonthFilter {
    MonthFilter {
        from: month(fields, "from"),
        to: month(fields, "to"),
        channel: fields.optional("channel_code").string(100),
        supplier: fields.optional("supplier_code").string(100),
        is_closed: fields.optional("state").choice(&[("open", false), ("closed", true)]),
    }
}

fn month(fields: &Fields<'_>, name: &str) -> Option<Month> {
    fields.optional(name).text_as(|text| text.parse().map(Some).map_err(|_| Reason::NotAMonth), || None).flatten()
}
