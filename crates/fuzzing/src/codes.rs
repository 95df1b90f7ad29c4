//! Names for codes of the world in the database, such as `@paris.0`, so that bytes that were kept mean the same in every run.
//!
//! | name | what it stands for |
//! |---|---|
//! | `@paris`, `@museum`, `@cruise`, `@dmz`, `@tour` | a product; `@tour` has stock without end and is confirmed by its supplier |
//! | `@paris.0`, `@paris.1` | its options |
//! | `@paris.map` | alpha's registration of it |
//! | `@paris.stock` | a stock row of its first option |
//! | `@order`, `@order.ticket` | a new order of `@tour` and its ticket; likewise `@confirmed`, `@used` and `@canceled` |
//! | `@drafted` | a product with a draft that can be published |
//! | `@question`, `@review`, `@rule`, `@key` | one of each |
//! | `@new` | another text each time |

/// Names and what they stand for.
#[derive(Clone, Debug, Default)]
pub struct Codes(Vec<(String, String)>);

impl Codes {
    /// Lets a name stand for a code.
    pub fn set(&mut self, name: impl Into<String>, code: &impl ToString) {
        let (name, code) = (name.into(), code.to_string());
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, code));
        // The longest first, so that `@order` is not found in `@order.ticket`.
        self.0.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    }

    /// The bytes with codes in the place of names.
    pub fn put(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| *byte == b'@') {
            out.extend_from_slice(&rest[..at]);
            rest = &rest[at + 1..];
            match self.0.iter().find(|(name, _)| rest.starts_with(name.as_bytes())) {
                Some((name, code)) => {
                    out.extend_from_slice(code.as_bytes());
                    rest = &rest[name.len()..];
                }
                None => out.push(b'@'),
            }
        }
        out.extend_from_slice(rest);
        out
    }

    /// The same for a text.
    pub fn put_text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.put(text.as_bytes())).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_counts() {
        let mut codes = Codes::default();
        codes.set("order", &1);
        codes.set("order.ticket", &2);
        codes.set("order", &3);
        assert_eq!(codes.put_text("@order/@order.ticket/@orders/@@order/a@b.c@"), "3/2/3s/@3/a@b.c@");
    }
}
