//! Whole numbers as JSON writes them.

/// The text of a JSON number without a fraction of zeros: `4.0` is 4, as programs write it whose language has only one kind
/// of number. Any other text comes back as it is.
pub fn without_zero_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|digit| digit == b'0') => whole,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::without_zero_fraction;

    #[test]
    fn only_zeros_are_dropped() {
        for (text, whole) in
            [("4", "4"), ("4.0", "4"), ("-4.000", "-4"), ("4.5", "4.5"), ("4.05", "4.05"), ("4.0e1", "4.0e1"), ("4.", "4.")]
        {
            assert_eq!(without_zero_fraction(text), whole);
        }
    }
}
