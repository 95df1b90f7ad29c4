//! The language of a request: Korean unless the client asks for English.

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

/// A language that axhub speaks. As an extractor it never fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// What everybody gets who asks for nothing else.
    #[default]
    Korean,
    /// `Accept-Language: en`.
    English,
}

impl Language {
    /// Every language.
    pub const ALL: [Language; 2] = [Language::Korean, Language::English];

    /// The tag for `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Language::Korean => "ko",
            Language::English => "en",
        }
    }

    /// What a success answer with sentences in it has to say of its language; errors say it by themselves.
    pub fn headers(self) -> HeaderMap {
        let language = (CONTENT_LANGUAGE, HeaderValue::from_static(self.tag()));
        HeaderMap::from_iter([language, (VARY, HeaderValue::from_static("Accept-Language"))])
    }

    /// The language that `Accept-Language` prefers among ours; Korean when it says nothing that can be read.
    pub fn of(headers: &HeaderMap) -> Language {
        let mut best = (Language::default(), 0);
        for range in headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(as_text).flat_map(|list| list.split(',')) {
            let Some((language, weight)) = read_range(range) else { continue };
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }
}

fn as_text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
}

/// Reads `en-US;q=0.8`; `None` when it is no language of ours.
fn read_range(range: &str) -> Option<(Language, u16)> {
    let mut parts = range.split(';');
    let tag = parts.next()?.trim();
    let weight = match parts.next() {
        Some(parameter) => read_weight(parameter)?,
        None => 1000,
    };
    let primary = tag.split('-').next()?;
    let language = match primary.to_ascii_lowercase().as_str() {
        "en" => Language::English,
        "ko" | "*" => Language::Korean,
        _ => return None,
    };
    Some((language, weight))
}

/// Reads `q=0.8` as thousandths.
fn read_weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let value = value.trim();
    let plain = !value.is_empty() && value.len() <= 5 && value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let weight: f32 = if plain { value.parse().ok()? } else { return None };
    if weight > 1.0 {
        return None;
    }
    // At most three places, so this is exact enough and fits.
    Some((weight * 1000.0).round() as u16)
}

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Language::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn asked(value: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_str(value).unwrap());
        Language::of(&headers)
    }

    #[rstest]
    #[case("en", Language::English)]
    #[case("EN-us", Language::English)]
    #[case("en-US,en;q=0.9", Language::English)]
    #[case("fr, en;q=0.1", Language::English)]
    #[case("en;q=0.5, ko;q=0.6", Language::Korean)]
    #[case("ko;q=0.5, en;q=0.501", Language::English)]
    #[case("ko, en", Language::Korean)]
    #[case("en, ko", Language::English)]
    #[case("*", Language::Korean)]
    #[case("en;q=0", Language::Korean)]
    #[case("en;q=2", Language::Korean)]
    #[case("en;q=nan", Language::Korean)]
    #[case("en;x=1", Language::Korean)]
    #[case("english", Language::Korean)]
    #[case("", Language::Korean)]
    #[case(";;,,==", Language::Korean)]
    fn prefers_what_the_client_prefers(#[case] value: &str, #[case] expected: Language) {
        assert_eq!(asked(value), expected);
    }

    #[test]
    fn reads_every_header_of_that_name() {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT_LANGUAGE, HeaderValue::from_static("fr"));
        headers.append(ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        assert_eq!(Language::of(&headers), Language::English);
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_language(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                headers.insert(ACCEPT_LANGUAGE, value);
            }
            Language::of(&headers);
        }
    }
}
