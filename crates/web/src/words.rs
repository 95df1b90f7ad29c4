//! Words of the contract that several APIs describe. The lists come from the domain.

use axhub_domain::money::Currency as DomainCurrency;
use axhub_domain::product::ProductKind as DomainProductKind;

/// Describes texts that are one word of a list: `/// What it is.  Name = list;`, each a type for the API description.
#[macro_export]
macro_rules! words {
    ($($(#[doc = $doc:literal])* $name:ident = $list:expr;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl ::utoipa::PartialSchema for $name {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::schema::Schema> {
                let words: Vec<&'static str> = $list;
                let description = concat!($($doc),*).trim();
                let text = ::utoipa::openapi::schema::ObjectBuilder::new().schema_type(::utoipa::openapi::schema::Type::String);
                text.enum_values(Some(words)).description(Some(description)).into()
            }
        }

        impl ::utoipa::ToSchema for $name {
            fn name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

words! {
    /// The kind of a product: `tour` has dates and start times, `day-ticket` dates, `ticket` neither.
    ProductKind = PRODUCT_KINDS.iter().map(|(word, _)| *word).collect();
    /// The currency of amounts.
    Currency = CURRENCIES.iter().map(|(word, _)| *word).collect();
}

/// The words of the kinds of products.
pub const PRODUCT_KINDS: [(&str, DomainProductKind); 3] = [
    (DomainProductKind::Tour.as_str(), DomainProductKind::Tour),
    (DomainProductKind::DayTicket.as_str(), DomainProductKind::DayTicket),
    (DomainProductKind::Ticket.as_str(), DomainProductKind::Ticket),
];

/// The words of the currencies.
pub const CURRENCIES: [(&str, DomainCurrency); 2] =
    [(DomainCurrency::Krw.code(), DomainCurrency::Krw), (DomainCurrency::Usd.code(), DomainCurrency::Usd)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_left_out() {
        assert_eq!(CURRENCIES.map(|(_, currency)| currency), DomainCurrency::ALL);
        assert!(PRODUCT_KINDS.iter().all(|(word, kind)| DomainProductKind::from_word(word) == Some(*kind)));
    }
}
