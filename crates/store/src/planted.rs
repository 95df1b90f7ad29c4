//! Places that bugs on purpose break, to show that the checker of `crates/torture` finds them.
//!
//! Such a place says so with one line, `planted!(…)`, which is nothing at all without the feature `planted`; only that
//! crate asks for the feature, and even then nothing breaks until a bug is planted.

#[cfg(feature = "planted")]
pub(crate) mod bugs;

/// A place that a bug breaks, and what happens there instead.
macro_rules! planted {
    ($bug:ident => $instead:expr) => {
        #[cfg(feature = "planted")]
        if $crate::planted::bugs::is($crate::planted::bugs::Planted::$bug) {
            use $crate::planted::bugs;
            return $instead;
        }
    };
}

pub(crate) use planted;
