//! What is different between two editions of a product, as values that adapters put into words.

mod compare;

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::OptionId;
use crate::money::{Currency, Money};

pub use compare::differences;

/// One difference. `field` is where a change of the product names it, as `contents.meeting_point`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Difference {
    /// There was nothing before.
    FirstVersion,
    /// A setting or text that was not there.
    Set {
        /// Which.
        field: String,
        /// What it says now.
        to: String,
    },
    /// A setting or text that says something else.
    Changed {
        /// Which.
        field: String,
        /// What it said.
        from: String,
        /// What it says now.
        to: String,
    },
    /// A setting or text that is no longer there.
    Removed {
        /// Which.
        field: String,
    },
    /// A text too long to be repeated, or a list in another order.
    Rewritten {
        /// Which.
        field: String,
    },
    /// Entries of a list came or went.
    ListChanged {
        /// Which list.
        field: String,
        /// What came.
        added: Vec<String>,
        /// What went.
        removed: Vec<String>,
    },
    /// A new option.
    OptionAdded {
        /// Which.
        option: NamedOption,
    },
    /// An option of a draft that is gone.
    OptionRemoved {
        /// Which.
        option: NamedOption,
    },
    /// An option is sold again.
    OptionOpened {
        /// Which.
        option: NamedOption,
    },
    /// An option is no longer sold.
    OptionClosed {
        /// Which.
        option: NamedOption,
    },
    /// An option has another name.
    OptionRenamed {
        /// Which, by its new name.
        option: NamedOption,
        /// Its old name.
        from: String,
    },
    /// A number or word of an option is another.
    OptionChanged {
        /// Which.
        option: NamedOption,
        /// Which of its fields.
        field: String,
        /// What it was.
        from: String,
        /// What it is.
        to: String,
    },
    /// A base price that was not there.
    PriceSet {
        /// Of which option.
        option: NamedOption,
        /// The price.
        to: Price,
    },
    /// Another base price.
    PriceChanged {
        /// Of which option.
        option: NamedOption,
        /// The old price.
        from: Price,
        /// The new one.
        to: Price,
    },
    /// A price of a range of dates that was not there.
    SeasonAdded {
        /// Of which option.
        option: NamedOption,
        /// From and to.
        dates: (Date, Date),
        /// The price.
        to: Price,
    },
    /// Another price of a range of dates.
    SeasonChanged {
        /// Of which option.
        option: NamedOption,
        /// From and to.
        dates: (Date, Date),
        /// The old price.
        from: Price,
        /// The new one.
        to: Price,
    },
    /// A price of a range of dates that is no longer there.
    SeasonRemoved {
        /// Of which option.
        option: NamedOption,
        /// From and to.
        dates: (Date, Date),
        /// The price that it was.
        from: Price,
    },
}

/// An option that a difference is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedOption {
    /// Its code.
    pub code: OptionId,
    /// Its name.
    pub name: String,
}

/// An amount with its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The amount.
    pub net: Money,
    /// Its currency.
    pub currency: Currency,
}

impl Price {
    /// The amount with the places of its currency, and more only where there is more: `75.00`.
    pub fn amount(&self) -> String {
        let mut amount = self.net.to_decimal().normalize();
        amount.rescale(amount.scale().max(self.currency.places()));
        amount.to_string()
    }
}

impl fmt::Display for Price {
    /// As `75.00 USD`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl Difference {
    /// The codes of all differences, for tests that need the whole list.
    pub const CODES: &'static [&'static str] = &[
        "first_version",
        "set",
        "changed",
        "removed",
        "rewritten",
        "list_changed",
        "option_added",
        "option_removed",
        "option_opened",
        "option_closed",
        "option_renamed",
        "option_changed",
        "price_set",
        "price_changed",
        "season_added",
        "season_changed",
        "season_removed",
    ];

    /// The stable code; also the id of its words.
    pub fn code(&self) -> &'static str {
        match self {
            Difference::FirstVersion => "first_version",
            Difference::Set { .. } => "set",
            Difference::Changed { .. } => "changed",
            Difference::Removed { .. } => "removed",
            Difference::Rewritten { .. } => "rewritten",
            Difference::ListChanged { .. } => "list_changed",
            Difference::OptionAdded { .. } => "option_added",
            Difference::OptionRemoved { .. } => "option_removed",
            Difference::OptionOpened { .. } => "option_opened",
            Difference::OptionClosed { .. } => "option_closed",
            Difference::OptionRenamed { .. } => "option_renamed",
            Difference::OptionChanged { .. } => "option_changed",
            Difference::PriceSet { .. } => "price_set",
            Difference::PriceChanged { .. } => "price_changed",
            Difference::SeasonAdded { .. } => "season_added",
            Difference::SeasonChanged { .. } => "season_changed",
            Difference::SeasonRemoved { .. } => "season_removed",
        }
    }

    /// The field it is about; none for what is about the whole product.
    pub fn field(&self) -> Option<&str> {
        match self {
            Difference::FirstVersion => None,
            Difference::Set { field, .. }
            | Difference::Changed { field, .. }
            | Difference::Removed { field }
            | Difference::Rewritten { field }
            | Difference::ListChanged { field, .. }
            | Difference::OptionChanged { field, .. } => Some(field),
            Difference::OptionAdded { .. } | Difference::OptionRemoved { .. } => Some("options"),
            Difference::OptionOpened { .. } | Difference::OptionClosed { .. } => Some("options.is_active"),
            Difference::OptionRenamed { .. } => Some("options.depths"),
            Difference::PriceSet { .. } | Difference::PriceChanged { .. } => Some("options.net"),
            Difference::SeasonAdded { .. } | Difference::SeasonChanged { .. } | Difference::SeasonRemoved { .. } => Some("options.seasons"),
        }
    }

    /// The option it is about, if it is about one.
    pub fn option(&self) -> Option<&NamedOption> {
        match self {
            Difference::OptionAdded { option }
            | Difference::OptionRemoved { option }
            | Difference::OptionOpened { option }
            | Difference::OptionClosed { option }
            | Difference::OptionRenamed { option, .. }
            | Difference::OptionChanged { option, .. }
            | Difference::PriceSet { option, .. }
            | Difference::PriceChanged { option, .. }
            | Difference::SeasonAdded { option, .. }
            | Difference::SeasonChanged { option, .. }
            | Difference::SeasonRemoved { option, .. } => Some(option),
            _ => None,
        }
    }
}
