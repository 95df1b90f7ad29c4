//! Codes of suppliers and channels: what people and programs call them by, in addresses and headers, for ever.

use crate::refusal::Reason;

/// The fewest characters of a code.
pub const MIN_LENGTH: usize = 2;
/// The most characters of a code.
pub const MAX_LENGTH: usize = 40;

/// Checks a code: 2 to 40 lower-case letters and digits of any script, with `-`, `_` and `.` between them.
///
/// # Errors
/// When it is none.
pub fn check(code: &str) -> Result<(), Reason> {
    let is_word = |c: char| c.is_alphanumeric() && !c.is_uppercase();
    let length = code.chars().count();
    let fits = (MIN_LENGTH..=MAX_LENGTH).contains(&length)
        && code.chars().all(|c| is_word(c) || matches!(c, '-' | '_' | '.'))
        && code.starts_with(is_word)
        && code.ends_with(is_word);
    if fits { Ok(()) } else { Err(Reason::NotACode) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_short_words() {
        for code in ["hanatrip", "five-borough-steps", "a1", "하나트립", "つばめ", "a.b_c-d", "2day", &"a".repeat(40)] {
            assert_eq!(check(code), Ok(()), "{code}");
        }
        for code in ["", "a", " ab", "a b", "Alpha", "ab-", ".ab", "a/b", "a%b", "a\0b", "ab\n", "é\u{301}", &"a".repeat(41), "..", "--"] {
            assert_eq!(check(code), Err(Reason::NotACode), "{code:?}");
        }
    }
}
