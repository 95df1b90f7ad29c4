//! What the API description needs besides the shapes: aliases, and scalars that requests may write in several ways.

use utoipa::openapi::schema::{AllOfBuilder, AnyOfBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// `object`, of which at least one name out of every list of aliases is required.
pub fn with_aliases(object: RefOr<Schema>, aliases: &[&[&str]]) -> RefOr<Schema> {
    let one_of = |names: &&[&str]| {
        Schema::AnyOf(names.iter().fold(AnyOfBuilder::new(), |any_of, name| any_of.item(ObjectBuilder::new().required(*name))).build())
    };
    let all_of = aliases.iter().map(one_of).fold(AllOfBuilder::new().item(object), |all_of, any_of| all_of.item(any_of));
    Schema::AllOf(all_of.build()).into()
}

/// Describes a scalar of a request that can be written in several ways.
macro_rules! scalars {
    ($($(#[$doc:meta])* $name:ident = $schema:expr;)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                RefOr::from(Schema::from($schema))
            }
        }

        impl ToSchema for $name {}
    )*};
}

scalars! {
    /// An amount in a request.
    Amount = AnyOfBuilder::new()
        .description(Some("An amount of at least zero, with up to 13 digits before and 5 after the point: a decimal string or a number."))
        .item(ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^\+?[0-9]{1,13}(\.[0-9]{1,5})?$")))
        .item(ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0.0)).maximum(Some(9_999_999_999_999.0)))
        .examples(["71200.00000"])
        .build();

    /// A number of units in a request.
    Quantity = AnyOfBuilder::new()
        .description(Some("A number of units: an integer or a string of its digits."))
        .item(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1.0)).maximum(Some(f64::from(axhub_domain::order::MAX_QUANTITY))))
        .item(ObjectBuilder::new().schema_type(Type::String).pattern(Some("^0*([1-9][0-9]{0,2}|1000)$")))
        .build();

    /// A moment in a request.
    Moment = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("A moment: RFC 3339 with any offset, or `YYYY-MM-DD hh:mm[:ss[.fff]]` in UTC."))
        .pattern(Some(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?$"))
        .examples(["2022-01-21T10:00:00.000Z", "2022-01-21 10:00"])
        .build();

    /// A date in a request.
    Day = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(
            "A date: `YYYY-MM-DD` in the product's time zone, or any moment of that date: RFC 3339 with any offset, or \
             `YYYY-MM-DD hh:mm[:ss[.fff]]` in UTC.",
        ))
        .pattern(Some(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?$"))
        .examples(["2022-02-01", "2022-01-31T23:00:00.000Z"])
        .build();

    /// The state of a new order in a request.
    NewOrderStatus = AnyOfBuilder::new()
        .description(Some("The state of a new order, as a word or as a digit of the old vocabulary. With a digit all answers about the order are in digits."))
        .item(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["New", "Supplier pending", "1", "2"])))
        .item(ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([1, 2])))
        .build();

    /// A currency in a request.
    CurrencyCode = AnyOfBuilder::new()
        .description(Some("The currency of all amounts; `1` is KRW and `2` is USD."))
        .item(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["KRW", "USD", "1", "2"])))
        .item(ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([1, 2])))
        .build();

    /// The state that a cancellation asks for.
    WantedOrderStatus = AnyOfBuilder::new()
        .description(Some("`Traveler cancel` (5), `Unavoidable cancel` (6), or `New` (1), which changes nothing and is refused unless the order is new."))
        .item(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["Traveler cancel", "Unavoidable cancel", "New", "5", "6", "1"])))
        .item(ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([5, 6, 1])))
        .build();

    /// The state that the cancellation of a ticket asks for.
    WantedTicketStatus = AnyOfBuilder::new()
        .description(Some("`Traveler canceled` (3)."))
        .item(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["Traveler canceled", "Traveler Canceled", "3"])))
        .item(ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([3])))
        .build();

    /// The state of an order in a response.
    OrderStatusText = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The state of an order: a word, or its digit when the order was created in the old vocabulary."))
        .enum_values(Some([
            "New", "Supplier pending", "Supplier confirm", "Supplier reject", "Traveler cancel", "Unavoidable cancel",
            "1", "2", "3", "4", "5", "6",
        ]))
        .build();

    /// The state of a ticket in a response.
    TicketStatusText = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The state of a ticket: a word, or its digit when the order was created in the old vocabulary."))
        .enum_values(Some(["New", "Used", "Traveler canceled", "Supplier canceled", "1", "2", "3", "4"]))
        .build();

    /// A number of units in a response.
    QuantityText = AnyOfBuilder::new()
        .description(Some("A number of units; a string of its digits in the old vocabulary."))
        .item(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1.0)))
        .item(ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9]+$")))
        .build();

    /// An object whose members nobody names.
    FreeForm = ObjectBuilder::new()
        .description(Some("Any members."))
        .max_properties(Some(100))
        .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::<Schema>::FreeForm(true)))
        .build();

    /// A moment of a review or a question in a request.
    ChannelMoment = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("A moment: RFC 3339 with any offset, or `YYYY-MM-DD hh:mm[:ss[.fff]]` on the channel's own clock."))
        .pattern(Some(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?$"))
        .examples(["2022-02-02 10:00:00", "2022-02-02T10:00:00+09:00"])
        .build();

    /// How a review counts.
    ScoreTypeWord = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("How a review counts; `ONE_FIVE` and `ZERO_FIVE` are short forms."))
        .enum_values(Some(["ZERO_FIVE_STAR", "ONE_FIVE_STAR", "GOOD_OR_BAD", "NO_SCORE", "ONE_FIVE", "ZERO_FIVE"]))
        .build();

    /// A score in a request.
    SmallInteger = AnyOfBuilder::new()
        .description(Some("A score: an integer or a string of its digits."))
        .item(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0.0)).maximum(Some(100.0)))
        .item(ObjectBuilder::new().schema_type(Type::String).pattern(Some("^0*([0-9]{1,2}|100)$")))
        .build();

    /// The code of an option's registration, of an option or of stock in a request.
    Code = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        .description(Some("A code that the hub gave out."))
        .build();
}
