//! The parameters of every list, for the API description; [`axhub_web::paging`] reads them.

/// Which page of a list.
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
