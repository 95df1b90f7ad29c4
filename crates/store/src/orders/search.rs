//! What somebody types who looks for an order.

use uuid::Uuid;

/// What somebody types who looks for an order: part of a code of the channel's or of a name, in any case; a whole code of
/// ours; or at least four digits of a telephone number.
#[derive(Clone)]
pub struct OrderSearch(String);

impl OrderSearch {
    /// A search for this text.
    pub fn new(text: impl Into<String>) -> OrderSearch {
        OrderSearch(text.into())
    }

    /// The text as a pattern of LIKE: as it is, and in lower case.
    pub(super) fn patterns(&self) -> (String, String) {
        let escaped: String = self.0.chars().flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c])).collect();
        (format!("%{escaped}%"), format!("%{}%", escaped.to_lowercase()))
    }

    pub(super) fn code(&self) -> Option<Uuid> {
        Uuid::parse_str(self.0.trim()).ok()
    }

    /// The digits of a text that looks like part of a telephone number, as a pattern. Zeros in front are left out: at home one
    /// dials 010, from abroad 82 10.
    pub(super) fn phone(&self) -> Option<String> {
        let digits: String = self.0.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0').collect();
        let is_phone = digits.len() >= 4 && self.0.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
        is_phone.then(|| format!("%{digits}%"))
    }
}

/// May be a traveler's name or telephone number.
impl std::fmt::Debug for OrderSearch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OrderSearch(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_looked_for_as_it_is() {
        let search = OrderSearch::new("50%_Off\\");
        assert_eq!(search.patterns(), ("%50\\%\\_Off\\\\%".to_owned(), "%50\\%\\_off\\\\%".to_owned()));
        assert_eq!(OrderSearch::new(" 018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f1a").code().map(|code| code.get_version_num()), Some(7));
        assert_eq!(search.code(), None);
    }

    #[test]
    fn only_what_looks_like_a_telephone_number_is_one() {
        let phone = |text: &str| OrderSearch::new(text).phone();
        assert_eq!(phone("+82 (10) 1234-5678").as_deref(), Some("%821012345678%"));
        assert_eq!(phone("5678").as_deref(), Some("%5678%"));
        assert_eq!(phone("010-1234").as_deref(), Some("%101234%"));
        assert_eq!(phone("567"), None);
        assert_eq!(phone("000-0000"), None);
        assert_eq!(phone("A-5678"), None);
    }
}
