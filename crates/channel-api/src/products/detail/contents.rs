//! `contents`: what a product says about itself, in the contract's names and order.

use axhub_domain::product::{Confirmation, Faq, Product, RefundStep, Stop, TEXT_FIELDS};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::void::{self, NumberOrVoid, OrVoid, VOID};

/// What a product says about itself. An empty scalar is the text `Void`, an empty list is `[]`.
#[derive(Serialize, ToSchema)]
#[schema(as = ProductContents)]
pub struct Contents {
    /// The language of the texts.
    #[schema(value_type = String, example = "Korean")]
    product_listing_language: OrVoid<String>,
    /// Whether the guide is certified: `Yes` or `No`.
    #[schema(value_type = String, example = "Yes")]
    tour_guide_certification: OrVoid<String>,
    /// Whether there is a driver besides the guide: `Yes` or `No`.
    #[schema(value_type = String, example = "No")]
    separate_driver_included: OrVoid<String>,
    /// The main country and city.
    #[schema(value_type = String, example = "France - Paris")]
    main_country_and_city: OrVoid<String>,
    /// Where else it goes.
    #[schema(value_type = String, example = "France - Paris")]
    country_and_city: OrVoid<String>,
    /// The city that it is found by.
    #[schema(value_type = String, example = "Paris")]
    keyword_city: OrVoid<String>,
    /// What else it is found by.
    keyword_others: Vec<String>,
    /// The course in one line.
    #[schema(value_type = String, example = "Sacré-Cœur and the vineyard")]
    course_main_title: OrVoid<String>,
    /// Where it starts: country and city.
    #[schema(value_type = String, example = "France - Paris")]
    departure_city: OrVoid<String>,
    /// `Walking` or `Vehicle`.
    #[schema(value_type = String, example = "Walking")]
    transportation: OrVoid<String>,
    /// Points of interest.
    poi: Vec<String>,
    /// The name.
    #[schema(value_type = String, example = "Montmartre walk")]
    product_name: OrVoid<String>,
    /// Title number 1 of the product, for channels to choose from.
    #[schema(value_type = String, example = "Montmartre with a local")]
    product_title_type_1: OrVoid<String>,
    /// Title number 2 of the product, for channels to choose from.
    #[schema(value_type = String, example = "Void")]
    product_title_type_2: OrVoid<String>,
    /// Title number 3 of the product, for channels to choose from.
    #[schema(value_type = String, example = "Void")]
    product_title_type_3: OrVoid<String>,
    /// Title number 4 of the product, for channels to choose from.
    #[schema(value_type = String, example = "Void")]
    product_title_type_4: OrVoid<String>,
    /// Title number 5 of the product, for channels to choose from.
    #[schema(value_type = String, example = "Void")]
    product_title_type_5: OrVoid<String>,
    /// The subtitle.
    #[schema(value_type = String, example = "Two hours of alleys and bakeries")]
    product_sub_title: OrVoid<String>,
    /// A present or an event.
    #[schema(value_type = String, example = "Void")]
    event_special_giving: OrVoid<String>,
    /// What is good about the guide.
    #[schema(value_type = String, example = "Void")]
    tour_guide_strength: OrVoid<String>,
    /// What other products do not have.
    #[schema(value_type = String, example = "Void")]
    product_differentiation: OrVoid<String>,
    /// For whom it is.
    #[schema(value_type = String, example = "Void")]
    target_customer: OrVoid<String>,
    /// Picture number 1: its address.
    #[schema(value_type = String, example = "https://images.example.com/montmartre/1.jpg")]
    thumbnail_type_1: OrVoid<String>,
    /// Picture number 2: its address.
    #[schema(value_type = String, example = "Void")]
    thumbnail_type_2: OrVoid<String>,
    /// Picture number 3: its address.
    #[schema(value_type = String, example = "Void")]
    thumbnail_type_3: OrVoid<String>,
    /// Picture number 4: its address.
    #[schema(value_type = String, example = "Void")]
    thumbnail_type_4: OrVoid<String>,
    /// Picture number 5: its address.
    #[schema(value_type = String, example = "Void")]
    thumbnail_type_5: OrVoid<String>,
    /// Picture number 6: its address.
    #[schema(value_type = String, example = "Void")]
    thumbnail_type_6: OrVoid<String>,
    /// Picture number 7: its address.
    #[schema(value_type = String, example = "Void")]
    thumbnail_type_7: OrVoid<String>,
    /// Small picture number 1: its address.
    #[schema(value_type = String, example = "Void")]
    sub_thumbnail_type_1: OrVoid<String>,
    /// Small picture number 2: its address.
    #[schema(value_type = String, example = "Void")]
    sub_thumbnail_type_2: OrVoid<String>,
    /// Small picture number 3: its address.
    #[schema(value_type = String, example = "Void")]
    sub_thumbnail_type_3: OrVoid<String>,
    /// Small picture number 4: its address.
    #[schema(value_type = String, example = "Void")]
    sub_thumbnail_type_4: OrVoid<String>,
    /// Small picture number 5: its address.
    #[schema(value_type = String, example = "Void")]
    sub_thumbnail_type_5: OrVoid<String>,
    /// What the price includes.
    inclusions: Vec<String>,
    /// What it does not include.
    exclusions: Vec<String>,
    /// What travelers ask.
    faq: Vec<QuestionAndAnswer>,
    /// The stops, in order.
    course: Vec<CourseStop>,
    /// Where it starts.
    #[schema(value_type = String, example = "Métro Abbesses, at the carousel")]
    meeting_point: OrVoid<String>,
    /// What the voucher says.
    #[schema(value_type = String, example = "Show the voucher to the guide.")]
    voucher_information: OrVoid<String>,
    /// `Free cancellation`, `Conditional refund` or `Non-refundable`.
    #[schema(value_type = String, example = "Free cancellation")]
    cancellation_type: OrVoid<String>,
    /// How much is given back when.
    cancellation_policy: Vec<CancellationStep>,
    /// The time zone of its dates and times: an IANA name.
    #[schema(example = "Europe/Paris")]
    time_zone: String,
    /// Who confirms orders: `instant`, the hub at once; `manual`, the supplier.
    #[schema(value_type = String, pattern = "^(instant|manual)$", example = "instant")]
    confirmation: Confirmation,
}

/// A question and its answer.
#[derive(Serialize, ToSchema)]
pub struct QuestionAndAnswer {
    /// What travelers ask.
    #[schema(value_type = String, example = "Does it run in the rain?")]
    question: OrVoid<String>,
    /// What the supplier answers.
    #[schema(value_type = String, example = "Yes.")]
    answer: OrVoid<String>,
}

/// One stop of a tour.
#[derive(Serialize, ToSchema)]
pub struct CourseStop {
    /// Its place in the tour, from 1.
    #[schema(example = 1)]
    order: u32,
    /// Its name.
    #[schema(value_type = String, example = "Sacré-Cœur")]
    title: OrVoid<String>,
    /// Its address.
    #[schema(value_type = String, example = "35 Rue du Chevalier de la Barre, 75018 Paris")]
    address: OrVoid<String>,
    /// Degrees north.
    #[schema(value_type = NumberOrVoid, example = 48.8867)]
    latitude: OrVoid<f64>,
    /// Degrees east.
    #[schema(value_type = NumberOrVoid, example = 2.3431)]
    longitude: OrVoid<f64>,
    /// What happens there.
    #[schema(value_type = String, example = "The view from the steps.")]
    description: OrVoid<String>,
}

/// So much is given back up to so many days before.
#[derive(Serialize, ToSchema)]
pub struct CancellationStep {
    /// Days before the date of use.
    #[schema(minimum = 0, example = 7)]
    days_before: u32,
    /// Percent given back.
    #[schema(minimum = 0, maximum = 100, example = 100)]
    refund_percent: u32,
}

impl From<&Product> for Contents {
    fn from(product: &Product) -> Self {
        let contents = &product.contents;
        let text = |name| void::text(contents.text(name));
        Contents {
            product_listing_language: text("product_listing_language"),
            tour_guide_certification: text("tour_guide_certification"),
            separate_driver_included: text("separate_driver_included"),
            main_country_and_city: text("main_country_and_city"),
            country_and_city: text("country_and_city"),
            keyword_city: text("keyword_city"),
            keyword_others: contents.keyword_others.clone(),
            course_main_title: text("course_main_title"),
            departure_city: text("departure_city"),
            transportation: text("transportation"),
            poi: contents.poi.clone(),
            product_name: text("product_name"),
            product_title_type_1: text("product_title_type_1"),
            product_title_type_2: text("product_title_type_2"),
            product_title_type_3: text("product_title_type_3"),
            product_title_type_4: text("product_title_type_4"),
            product_title_type_5: text("product_title_type_5"),
            product_sub_title: text("product_sub_title"),
            event_special_giving: text("event_special_giving"),
            tour_guide_strength: text("tour_guide_strength"),
            product_differentiation: text("product_differentiation"),
            target_customer: text("target_customer"),
            thumbnail_type_1: text("thumbnail_type_1"),
            thumbnail_type_2: text("thumbnail_type_2"),
            thumbnail_type_3: text("thumbnail_type_3"),
            thumbnail_type_4: text("thumbnail_type_4"),
            thumbnail_type_5: text("thumbnail_type_5"),
            thumbnail_type_6: text("thumbnail_type_6"),
            thumbnail_type_7: text("thumbnail_type_7"),
            sub_thumbnail_type_1: text("sub_thumbnail_type_1"),
            sub_thumbnail_type_2: text("sub_thumbnail_type_2"),
            sub_thumbnail_type_3: text("sub_thumbnail_type_3"),
            sub_thumbnail_type_4: text("sub_thumbnail_type_4"),
            sub_thumbnail_type_5: text("sub_thumbnail_type_5"),
            inclusions: contents.inclusions.clone(),
            exclusions: contents.exclusions.clone(),
            faq: contents.faq.iter().map(QuestionAndAnswer::from).collect(),
            course: contents.course.iter().map(CourseStop::from).collect(),
            meeting_point: text("meeting_point"),
            voucher_information: text("voucher_information"),
            cancellation_type: text("cancellation_type"),
            cancellation_policy: contents.cancellation_policy.iter().map(CancellationStep::from).collect(),
            time_zone: product.time_zone.clone(),
            confirmation: product.confirmation,
        }
    }
}

impl From<&Faq> for QuestionAndAnswer {
    fn from(faq: &Faq) -> Self {
        QuestionAndAnswer { question: void::text(Some(&faq.question)), answer: void::text(Some(&faq.answer)) }
    }
}

impl From<&Stop> for CourseStop {
    fn from(stop: &Stop) -> Self {
        CourseStop {
            order: stop.order,
            title: void::text(Some(&stop.title)),
            address: void::text(Some(&stop.address)),
            latitude: stop.latitude.into(),
            longitude: stop.longitude.into(),
            description: void::text(Some(&stop.description)),
        }
    }
}

impl From<&RefundStep> for CancellationStep {
    fn from(step: &RefundStep) -> Self {
        CancellationStep { days_before: step.days_before, refund_percent: step.refund_percent }
    }
}

/// An example: what it does not name is empty.
pub fn example() -> Value {
    let mut example: Map<String, Value> = TEXT_FIELDS.iter().map(|name| ((*name).to_owned(), VOID.into())).collect();
    if let Value::Object(named) = named_in_example() {
        example.extend(named);
    }
    example.into()
}

fn named_in_example() -> Value {
    json!({
        "product_listing_language": "Korean",
        "tour_guide_certification": "Yes",
        "separate_driver_included": "No",
        "main_country_and_city": "France - Paris",
        "country_and_city": "France - Paris",
        "keyword_city": "Paris",
        "keyword_others": ["Montmartre", "bakery"],
        "course_main_title": "Sacré-Cœur and the vineyard",
        "departure_city": "France - Paris",
        "transportation": "Walking",
        "poi": ["Sacré-Cœur", "Place du Tertre"],
        "product_name": "Montmartre walk",
        "product_title_type_1": "Montmartre with a local",
        "product_sub_title": "Two hours of alleys and bakeries",
        "thumbnail_type_1": "https://images.example.com/montmartre/1.jpg",
        "inclusions": ["Guide"],
        "exclusions": [],
        "faq": [{"question": "Does it run in the rain?", "answer": "Yes."}],
        "course": [{
            "order": 1,
            "title": "Sacré-Cœur",
            "address": "35 Rue du Chevalier de la Barre, 75018 Paris",
            "latitude": 48.8867,
            "longitude": 2.3431,
            "description": "The view from the steps.",
        }],
        "meeting_point": "Métro Abbesses, at the carousel",
        "voucher_information": "Show the voucher to the guide.",
        "cancellation_type": "Free cancellation",
        "cancellation_policy": [{"days_before": 7, "refund_percent": 100}, {"days_before": 0, "refund_percent": 0}],
        "time_zone": "Europe/Paris",
        "confirmation": "instant",
    })
}
