use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::error::ApiError;

fn query(text: &str) -> Query {
    Query::of(&format!("/v1/list{text}").parse().unwrap())
}

fn page_of(text: &str) -> Result<Page, ApiError> {
    query(text).read(read)
}

fn link(text: &str, total: u64) -> String {
    let query = query(text);
    let headers = headers(&query, query.read(read).unwrap(), total);
    assert_eq!(headers[X_TOTAL_COUNT], total.to_string());
    headers[LINK].to_str().unwrap().to_owned()
}

#[rstest]
#[case("", 1, 25)]
#[case("?page=3", 3, 25)]
#[case("?page_size=1", 1, 1)]
#[case("?page=2&page_size=200", 2, 200)]
#[case("?page=4294967296", u32::MAX, 25)]
#[case("?page=9223372036854775807", u32::MAX, 25)]
fn pages_are_read(#[case] text: &str, #[case] number: u32, #[case] size: u32) {
    let page = page_of(text).unwrap();
    assert_eq!(page, Page { number, size });
    assert!(page.offset() >= 0);
}

#[rstest]
#[case("?page=0")]
#[case("?page=-1")]
#[case("?page=x")]
#[case("?page=")]
#[case("?page")]
#[case("?page=%20")]
#[case("?page=1.0")]
#[case("?page=9223372036854775808")]
#[case("?page_size=0")]
#[case("?page_size=")]
#[case("?page_size=201")]
#[case("?page_size=99999999999999999999")]
fn pages_out_of_range_are_a_bad_query(#[case] text: &str) {
    let error = page_of(text).unwrap_err();
    assert_eq!((error.status().as_u16(), error.code()), (400, "invalid_query"));
}

#[test]
fn links_lead_through_the_list() {
    assert_eq!(
        link("?q=%ED%95%9C&page_size=10", 25),
        "</v1/list?q=%ED%95%9C&page=1&page_size=10>; rel=\"first\", \
         </v1/list?q=%ED%95%9C&page=2&page_size=10>; rel=\"next\", \
         </v1/list?q=%ED%95%9C&page=3&page_size=10>; rel=\"last\""
    );
    assert_eq!(
        link("?page=2&page_size=10", 25),
        "</v1/list?page=1&page_size=10>; rel=\"first\", </v1/list?page=1&page_size=10>; rel=\"prev\", \
         </v1/list?page=3&page_size=10>; rel=\"next\", </v1/list?page=3&page_size=10>; rel=\"last\""
    );
    assert_eq!(
        link("?page=3&page_size=10", 25),
        "</v1/list?page=1&page_size=10>; rel=\"first\", </v1/list?page=2&page_size=10>; rel=\"prev\", \
         </v1/list?page=3&page_size=10>; rel=\"last\""
    );
}

#[test]
fn an_empty_list_has_one_page() {
    assert_eq!(link("", 0), "</v1/list?page=1&page_size=25>; rel=\"first\", </v1/list?page=1&page_size=25>; rel=\"last\"");
}

#[test]
fn before_a_page_beyond_the_end_stands_the_last_one() {
    assert_eq!(
        link("?page=4294967295&page_size=10", 20),
        "</v1/list?page=1&page_size=10>; rel=\"first\", </v1/list?page=2&page_size=10>; rel=\"prev\", \
         </v1/list?page=2&page_size=10>; rel=\"last\""
    );
}

proptest! {
    #[test]
    fn any_page_of_any_list_has_links(page in any::<u64>(), size in any::<u8>(), total in any::<u64>()) {
        let query = query(&format!("?page={page}&page_size={size}"));
        if let Ok(page) = query.read(read) {
            prop_assert!(page.offset().checked_add(page.limit()).is_some());
            prop_assert!(headers(&query, page, total).contains_key(LINK));
        }
    }
}
