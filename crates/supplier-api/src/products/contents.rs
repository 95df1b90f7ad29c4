//! `contents`: what a product says about itself. The texts, their limits and their descriptions stand in one table.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;

use axhub_domain::product;
use axhub_domain::refusal::Reason;
use axhub_hub::catalogue;
use axhub_web::Fields;
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::words;

/// What a text may be.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// A line.
    Line,
    /// Paragraphs.
    Long,
    /// The address of a picture.
    Picture,
    /// One of these words.
    Words(&'static [&'static str]),
}

const MAX_LINE: usize = 255;
const MAX_LONG: usize = 10_000;
const MAX_URL: usize = 2048;
const YES_NO: Rule = Rule::Words(&["Yes", "No"]);

/// The texts in the order in which they are shown.
const TEXTS: &[(&str, Rule, &str)] = &[
    ("product_listing_language", Rule::Line, "The language of the texts, as `Korean`."),
    ("tour_guide_certification", YES_NO, "Whether the guide is certified."),
    ("separate_driver_included", YES_NO, "Whether there is a driver besides the guide."),
    ("main_country_and_city", Rule::Line, "Where it is, as `France - Paris`."),
    ("country_and_city", Rule::Line, "Where else it goes."),
    ("keyword_city", Rule::Line, "The city it is found by."),
    ("course_main_title", Rule::Line, "The course in one line."),
    ("departure_city", Rule::Line, "Where it starts, as `France - Paris`."),
    ("transportation", Rule::Words(&["Walking", "Vehicle"]), "How one gets around."),
    ("product_name", Rule::Line, "The name; the one text that cannot be removed."),
    ("product_title_type_1", Rule::Line, "A title to choose from."),
    ("product_title_type_2", Rule::Line, "A title to choose from."),
    ("product_title_type_3", Rule::Line, "A title to choose from."),
    ("product_title_type_4", Rule::Line, "A title to choose from."),
    ("product_title_type_5", Rule::Line, "A title to choose from."),
    ("product_sub_title", Rule::Line, "The second line of the title."),
    ("event_special_giving", Rule::Long, "What is given on top."),
    ("tour_guide_strength", Rule::Long, "What is special about the guide."),
    ("product_differentiation", Rule::Long, "What is special about the product."),
    ("target_customer", Rule::Long, "Whom it is for."),
    ("thumbnail_type_1", Rule::Picture, "A main picture."),
    ("thumbnail_type_2", Rule::Picture, "A main picture."),
    ("thumbnail_type_3", Rule::Picture, "A main picture."),
    ("thumbnail_type_4", Rule::Picture, "A main picture."),
    ("thumbnail_type_5", Rule::Picture, "A main picture."),
    ("thumbnail_type_6", Rule::Picture, "A main picture."),
    ("thumbnail_type_7", Rule::Picture, "A main picture."),
    ("sub_thumbnail_type_1", Rule::Picture, "A further picture."),
    ("sub_thumbnail_type_2", Rule::Picture, "A further picture."),
    ("sub_thumbnail_type_3", Rule::Picture, "A further picture."),
    ("sub_thumbnail_type_4", Rule::Picture, "A further picture."),
    ("sub_thumbnail_type_5", Rule::Picture, "A further picture."),
    ("cancellation_type", Rule::Words(&["Free cancellation", "Conditional refund", "Non-refundable"]), "What cancelling costs, in a word."),
    ("meeting_point", Rule::Long, "Where one meets."),
    ("voucher_information", Rule::Long, "What to know about the voucher."),
];

/// What a product says about itself. A text that is empty is null, a list that is empty is `[]`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierContents)]
pub struct Contents {
    /// The texts and pictures.
    #[serde(flatten)]
    pub texts: Texts,
    /// Words that it is found by, besides the city.
    pub keyword_others: Vec<String>,
    /// Points of interest.
    pub poi: Vec<String>,
    /// What the price includes.
    pub inclusions: Vec<String>,
    /// What it does not include.
    pub exclusions: Vec<String>,
    /// Questions that travelers ask.
    pub faq: Vec<Faq>,
    /// The stops.
    pub course: Vec<Stop>,
    /// How much is given back when.
    pub cancellation_policy: Vec<RefundStep>,
}

/// The texts by their names.
#[derive(Clone, Debug)]
pub struct Texts(BTreeMap<String, String>);

/// A question and its answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierFaq)]
pub struct Faq {
    /// What travelers ask.
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub question: String,
    /// What the supplier answers.
    #[schema(min_length = 1, max_length = 10000, pattern = "\\S")]
    pub answer: String,
}

/// One stop of a tour.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SupplierStop)]
pub struct Stop {
    /// Its place in the tour, from 1; in a change it may be left out, and is then its place in the list.
    #[schema(minimum = 1, maximum = 1000, required = false)]
    pub order: u32,
    /// Its name.
    #[schema(min_length = 1, max_length = 255, pattern = "\\S")]
    pub title: String,
    /// Its address.
    #[schema(max_length = 1000, required = false)]
    pub address: Option<String>,
    /// Degrees north.
    #[schema(minimum = -90, maximum = 90, required = false)]
    pub latitude: Option<f64>,
    /// Degrees east.
    #[schema(minimum = -180, maximum = 180, required = false)]
    pub longitude: Option<f64>,
    /// What happens there.
    #[schema(max_length = 10000, required = false)]
    pub description: Option<String>,
}

/// So much is given back up to so many days before.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = SupplierRefundStep)]
pub struct RefundStep {
    /// Days before the date of use.
    #[schema(minimum = 0, maximum = 3650)]
    pub days_before: u32,
    /// Percent given back.
    #[schema(minimum = 0, maximum = 100)]
    pub refund_percent: u32,
}

impl From<product::Contents> for Contents {
    fn from(contents: product::Contents) -> Self {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let stop = |stop: product::Stop| Stop {
            order: stop.order,
            title: stop.title,
            address: some(stop.address),
            latitude: stop.latitude,
            longitude: stop.longitude,
            description: some(stop.description),
        };
        let step = |step: product::RefundStep| RefundStep { days_before: step.days_before, refund_percent: step.refund_percent };
        Contents {
            texts: Texts(contents.texts),
            keyword_others: contents.keyword_others,
            poi: contents.poi,
            inclusions: contents.inclusions,
            exclusions: contents.exclusions,
            faq: contents.faq.into_iter().map(|faq| Faq { question: faq.question, answer: faq.answer }).collect(),
            course: contents.course.into_iter().map(stop).collect(),
            cancellation_policy: contents.cancellation_policy.into_iter().map(step).collect(),
        }
    }
}

impl Texts {
    /// The same without one of them, for examples.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The same with another text, for examples.
    pub(crate) fn insert(&mut self, name: &str, text: &str) {
        self.0.insert(name.to_owned(), text.to_owned());
    }
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |name: &str| self.0.get(name).filter(|text| !text.is_empty());
        serializer.collect_map(TEXTS.iter().map(|(name, _, _)| (name, text(name))))
    }
}

impl PartialSchema for Texts {
    fn schema() -> RefOr<Schema> {
        TEXTS.iter().fold(text_properties(), |object, (name, _, _)| object.required(*name)).into()
    }
}

impl ToSchema for Texts {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SupplierTexts")
    }
}

/// A change of contents: what is sent changes, all others stay. Null or an empty text removes, a list replaces.
#[derive(Clone, Debug, ToSchema)]
#[schema(as = SupplierContentsChange)]
pub struct ContentsChange {
    /// The texts and pictures.
    #[serde(flatten)]
    pub texts: TextsChange,
    /// Words that it is found by, besides the city.
    #[schema(value_type = Option<Vec<words::Keyword>>, max_items = 100)]
    pub keyword_others: Option<Vec<String>>,
    /// Points of interest.
    #[schema(value_type = Option<Vec<words::Line>>, max_items = 100)]
    pub poi: Option<Vec<String>>,
    /// What the price includes.
    #[schema(value_type = Option<Vec<words::Paragraph>>, max_items = 100)]
    pub inclusions: Option<Vec<String>>,
    /// What it does not include.
    #[schema(value_type = Option<Vec<words::Paragraph>>, max_items = 100)]
    pub exclusions: Option<Vec<String>>,
    /// Questions that travelers ask.
    #[schema(max_items = 100)]
    pub faq: Option<Vec<Faq>>,
    /// The stops.
    #[schema(max_items = 100)]
    pub course: Option<Vec<Stop>>,
    /// How much is given back when.
    #[schema(max_items = 20)]
    pub cancellation_policy: Option<Vec<RefundStep>>,
}

/// Contents with a name.
#[derive(Clone, Copy, Debug)]
pub struct NewContents;

impl PartialSchema for NewContents {
    fn schema() -> RefOr<Schema> {
        let name = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255)).pattern(Some(r"\S"));
        let name = name.description(Some("Its name.")).build();
        let named = ObjectBuilder::new().schema_type(Type::Object).property("product_name", name).required("product_name").build();
        let all = AllOfBuilder::new().item(Ref::from_schema_name(ContentsChange::name())).item(named);
        all.description(Some("Texts, pictures and lists; at least the name.")).into()
    }
}

impl ToSchema for NewContents {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SupplierNewContents")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ContentsChange::name().into_owned(), ContentsChange::schema()));
        ContentsChange::schemas(schemas);
    }
}

/// The texts of a change, each of which may be left out.
#[derive(Clone, Copy, Debug)]
pub struct TextsChange;

impl PartialSchema for TextsChange {
    fn schema() -> RefOr<Schema> {
        text_properties().into()
    }
}

impl ToSchema for TextsChange {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SupplierTextsChange")
    }
}

fn text_properties() -> ObjectBuilder {
    TEXTS.iter().fold(ObjectBuilder::new(), |object, (name, rule, description)| {
        let text = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null])).description(Some(*description));
        let text = match rule {
            Rule::Line => text.max_length(Some(MAX_LINE)),
            Rule::Long => text.max_length(Some(MAX_LONG)),
            Rule::Picture => {
                text.max_length(Some(MAX_URL)).pattern(Some("^(https?://.*)?$")).format(Some(SchemaFormat::Custom("uri".to_owned())))
            }
            Rule::Words(words) => text.enum_values(Some(words.iter().map(|word| Value::from(*word)).chain([Value::Null]))),
        };
        object.property(*name, text)
    })
}

impl ContentsChange {
    /// Reads what is there.
    pub(crate) fn read(fields: &Fields<'_>) -> catalogue::ContentsChange {
        let sent = TEXTS.iter().filter(|(name, _, _)| fields.has(name));
        let texts = sent.map(|(name, rule, _)| ((*name).to_owned(), read_text(fields, name, *rule).unwrap_or_default()));
        let strings = |name: &str, max| fields.has(name).then(|| fields.optional(name).strings(100, max).unwrap_or_default());
        let place = Cell::new(0);
        let course = |fields: &Fields<'_>| {
            place.set(place.get() + 1);
            read_stop(fields, place.get())
        };
        catalogue::ContentsChange {
            texts: texts.collect(),
            keyword_others: strings("keyword_others", 100),
            poi: strings("poi", 255),
            inclusions: strings("inclusions", 1000),
            exclusions: strings("exclusions", 1000),
            faq: fields.has("faq").then(|| fields.optional("faq").objects(100, read_faq).unwrap_or_default()),
            course: fields.has("course").then(|| fields.optional("course").objects(100, course).unwrap_or_default()),
            cancellation_policy: fields
                .has("cancellation_policy")
                .then(|| fields.optional("cancellation_policy").objects(20, read_step).unwrap_or_default()),
        }
    }
}

fn read_text(fields: &Fields<'_>, name: &str, rule: Rule) -> Option<String> {
    let field = fields.optional(name);
    match rule {
        Rule::Line => field.string(MAX_LINE),
        Rule::Long => field.string(MAX_LONG),
        Rule::Picture => field.url(),
        Rule::Words(words) => field.text_as(|text| one_of(text, words), String::new),
    }
}

fn one_of(text: &str, words: &[&str]) -> Result<String, Reason> {
    let not_a_choice =
        || Reason::NotAChoice { value: text.chars().take(64).collect(), choices: words.iter().map(|word| (*word).to_owned()).collect() };
    if words.contains(&text) { Ok(text.to_owned()) } else { Err(not_a_choice()) }
}

fn read_faq(fields: &Fields<'_>) -> product::Faq {
    product::Faq { question: fields.required("question").string(1000), answer: fields.required("answer").string(MAX_LONG) }
}

fn read_stop(fields: &Fields<'_>, place: u32) -> product::Stop {
    product::Stop {
        order: fields.optional("order").integer(1..=1000).unwrap_or(place),
        title: fields.required("title").string(MAX_LINE),
        address: fields.optional("address").string(1000).unwrap_or_default(),
        latitude: fields.optional("latitude").text_as(|text| degrees(text, 90), || 0.0),
        longitude: fields.optional("longitude").text_as(|text| degrees(text, 180), || 0.0),
        description: fields.optional("description").string(MAX_LONG).unwrap_or_default(),
    }
}

fn degrees(text: &str, max: i32) -> Result<f64, Reason> {
    let degrees: f64 = text.parse().map_err(|_| Reason::NotANumber)?;
    match degrees {
        degrees if !degrees.is_finite() => Err(Reason::NotANumber),
        degrees if degrees > f64::from(max) => Err(Reason::TooLarge { max: max.into() }),
        degrees if degrees < f64::from(-max) => Err(Reason::TooSmall { min: (-max).into() }),
        degrees => Ok(degrees),
    }
}

fn read_step(fields: &Fields<'_>) -> product::RefundStep {
    product::RefundStep {
        days_before: fields.required("days_before").integer(0..=3650),
        refund_percent: fields.required("refund_percent").integer(0..=100),
    }
}

#[cfg(test)]
mod tests {
    use axhub_domain::product::TEXT_FIELDS;

    use super::*;

    #[test]
    fn every_text_of_the_contract_has_its_rule() {
        let names: Vec<&str> = TEXTS.iter().map(|(name, _, _)| *name).collect();
        assert_eq!(names, TEXT_FIELDS);
    }

    #[test]
    fn degrees_are_numbers_on_the_globe() {
        assert_eq!(degrees("-37.5665", 90), Ok(-37.5665));
        assert_eq!(degrees("90.0001", 90), Err(Reason::TooLarge { max: 90 }));
        assert_eq!(degrees("-181", 180), Err(Reason::TooSmall { min: -180 }));
        for text in ["", "north", "NaN", "inf", "-infinity", "1,5"] {
            assert_eq!(degrees(text, 90), Err(Reason::NotANumber), "{text}");
        }
    }
}
