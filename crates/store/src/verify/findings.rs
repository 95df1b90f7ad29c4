//! What breaks a rule: all of it counted, and the first of it in words.

/// How many things are told of each rule.
pub(super) const MOST_TOLD: usize = 20;

/// What breaks a rule.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) found: u64,
    pub(super) texts: Vec<String>,
}

impl Findings {
    /// One thing more.
    pub(super) fn add(&mut self, text: impl FnOnce() -> String) {
        self.found += 1;
        if self.texts.len() < MOST_TOLD {
            self.texts.push(text());
        }
    }
}
