//! The JSON form of the domain's types.
//!
//! The document has no schemas of their own for them: [`inline`] copies each into the schemas that use it.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{examples, walk};
use crate::domain;
use crate::http::Limit;

/// Replaces each reference to a type of the domain by its schema.
pub(super) fn inline(document: &mut OpenApi) {
    walk::schemas(document, &mut |schema| {
        if let Some(scalar) = scalar(schema).or_else(|| nullable_scalar(schema)) {
            *schema = RefOr::T(scalar);
        }
    });
    walk::named_schemas(document).retain(|name, _| by_name(name).is_none());
}

/// The schema of a domain type, which replaces a reference to it. A description of the reference comes first.
fn scalar(schema: &RefOr<Schema>) -> Option<Schema> {
    let mut scalar = by_name(walk::name_of(schema)?)?;
    if let (RefOr::Ref(reference), Some(description)) = (schema, description(&mut scalar)) {
        let texts = [Some(reference.description.clone()), description.take()];
        let texts: Vec<_> = texts.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        *description = Some(texts.join(" ")).filter(|text| !text.is_empty());
    }
    Some(scalar)
}

/// The same for an `Option`, which `utoipa` describes as one of a reference and null.
fn nullable_scalar(schema: &RefOr<Schema>) -> Option<Schema> {
    let RefOr::T(Schema::OneOf(one)) = schema else { return None };
    let [value, RefOr::T(Schema::Object(null))] = one.items.as_slice() else { return None };
    let mut scalar = scalar(value).filter(|_| null.schema_type == SchemaType::Type(Type::Null))?;
    match &mut scalar {
        Schema::Object(object) => {
            object.schema_type = or_null(&object.schema_type);
            object.enum_values.iter_mut().for_each(|values| values.push(Value::Null));
        }
        Schema::Array(array) => array.schema_type = or_null(&array.schema_type),
        _ => {}
    }
    Some(scalar)
}

fn or_null(schema_type: &SchemaType) -> SchemaType {
    match schema_type {
        SchemaType::Type(one) => SchemaType::from_iter([one.clone(), Type::Null]),
        other => other.clone(),
    }
}

fn description(schema: &mut Schema) -> Option<&mut Option<String>> {
    match schema {
        Schema::Object(object) => Some(&mut object.description),
        Schema::Array(array) => Some(&mut array.description),
        _ => None,
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn format(format: KnownFormat) -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(format)))
}

fn id(example: &str) -> ObjectBuilder {
    format(KnownFormat::Uuid).examples([example])
}

/// An id that contains other ids.
fn long_id(example: &str, pattern: &str) -> ObjectBuilder {
    text().pattern(Some(pattern)).description(Some("An opaque string.")).examples([example])
}

fn integer(range: std::ops::RangeInclusive<i64>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(*range.start())).maximum(Some(*range.end()))
}

fn half_credits() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0)).multiple_of(Some(0.5))
}

fn characters(min: usize, max: usize) -> ObjectBuilder {
    text().min_length(Some(min)).max_length(Some(max))
}

fn choice<const N: usize>(choices: [&'static str; N]) -> ObjectBuilder {
    text().enum_values(Some(choices)).examples(choices.into_iter().take(1))
}

/// Bytes in base64url without padding.
fn key(length: usize) -> ObjectBuilder {
    text().pattern(Some(format!("^[A-Za-z0-9_-]{{{length}}}$")))
}

fn single_line(min: usize, max: usize) -> ObjectBuilder {
    characters(min, max).description(Some("A single line."))
}

fn multi_line(min: usize, max: usize) -> ObjectBuilder {
    characters(min, max).description(Some("May have several lines."))
}

/// Describes types: implements `ToSchema` for each, and defines [`by_name`].
macro_rules! scalars {
    ($($type:ty => $schema:expr;)*) => {
        /// The schema of the type with this name, if it is a type of the domain.
        fn by_name(name: &str) -> Option<Schema> {
            $(if name == stringify!($type) {
                return Some($schema.build().into());
            })*
            text_by_name(name).map(|text| text.build().into())
        }

        $(
            impl PartialSchema for $type {
                fn schema() -> RefOr<Schema> {
                    $schema.build().into()
                }
            }

            impl ToSchema for $type {
                fn name() -> Cow<'static, str> {
                    Cow::Borrowed(stringify!($type))
                }
            }
        )*
    };
}

scalars! {
    domain::SchoolId => id(examples::SCHOOL);
    domain::UserId => id(examples::USER);
    domain::BlockId => id(examples::BLOCK);
    domain::BoardId => id(examples::BOARD);
    domain::PostId => long_id(examples::POST, "^[0-9a-f]{64}$");
    domain::CommentId => long_id(examples::COMMENT, "^[0-9a-f]{96}([0-9a-f]{32})?$");
    domain::SearchQuery => characters(2, 100).examples(["도서관"]);
    domain::MediaId => id(examples::MEDIA);
    domain::ThreadId => id(examples::THREAD);
    domain::MessageId => id(examples::MESSAGE);
    domain::LectureId => id(examples::LECTURE);
    domain::TimetableId => id(examples::TIMETABLE);
    domain::EntryId => id(examples::ENTRY);
    domain::ReviewId => id(examples::REVIEW);
    domain::ExamInfoId => id(examples::EXAM_INFO);
    domain::FriendshipId => id(examples::FRIEND);
    domain::NotificationId => long_id(examples::NOTIFICATION, "^[0-9a-f]{8}$");
    domain::NotificationKind => choice(domain::NotificationKind::ALL.map(domain::NotificationKind::as_str));
    domain::CaseId => text().pattern(Some("^[cempr][0-9a-f]{32,128}$")).description(Some("An opaque string."))
        .examples([examples::CASE]);
    domain::TakedownId => id(examples::TAKEDOWN);
    domain::Date => format(KnownFormat::Date).examples(["2026-09-01"]);
    domain::Time => format(KnownFormat::DateTime).examples(["2026-09-01T00:00:00.000Z"]);
    domain::LoginId => characters(4, 20).pattern(Some("^[A-Za-z0-9_]{4,20}$"))
        .description(Some("White space around it is removed.")).examples(["maru"]);
    domain::SentTo => text().examples(["maru"]);
    domain::VerificationCode => text().min_length(Some(6)).max_length(Some(6)).pattern(Some("^[0-9]{6}$")).examples(["012345"]);
    domain::Email => format(KnownFormat::Email).max_length(Some(254))
        .description(Some("White space around it is removed.")).examples(["maru@gaon.example"]);
    domain::EmailDomain => text().examples(["gaon.example"]);
    domain::Nickname => characters(2, 10)
        .description(Some("Without spaces. Names of the service and its staff, such as 익명1, are reserved."))
        .examples(["마루"]);
    domain::Password => format(KnownFormat::Password).min_length(Some(10)).max_length(Some(128))
        .examples([examples::PASSWORD]);
    domain::PasswordAttempt => format(KnownFormat::Password).min_length(Some(1)).max_length(Some(128))
        .examples([examples::PASSWORD]);
    domain::AdmissionYear => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1950)).examples([2026]);
    domain::PolicyVersion => characters(1, 20).pattern(Some("^[A-Za-z0-9._-]{1,20}$")).examples(["2026-03-01"]);
    domain::Role => choice(["student", "admin"]);
    domain::VerificationPolicy => choice(["email", "manual", "open"]);
    domain::Anonymity => choice(["optional", "always", "never"]);
    domain::Posting => choice(["everyone", "admins"]);
    domain::ImageType => choice(["image/jpeg", "image/png", "image/webp", "image/gif"]);
    domain::ImageSize => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1))
        .maximum(Some(domain::ImageSize::MAX)).examples([250_000]);
    domain::MediaIds => ArrayBuilder::new().items(id(examples::MEDIA)).unique_items(true)
        .max_items(Some(domain::MediaIds::MAX)).examples([json!([])]);
    domain::Semester => text().pattern(Some("^20[0-9]{2}-(1|summer|2|winter)$")).examples(["2026-2"]);
    domain::Day => choice(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
    domain::TimeOfDay => text().pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")).examples(["09:00"]);
    domain::Credit => half_credits().maximum(Some(30)).examples([3]);
    domain::CreditText => half_credits().maximum(Some(30)).examples([3]);
    domain::Credits => half_credits().examples([json!(17.5)]);
    domain::GoalCredits => half_credits().maximum(Some(500)).examples([130]);
    domain::Scale => ObjectBuilder::new().schema_type(Type::Number).enum_values(Some([4.5, 4.3])).examples([4.5]);
    domain::Grade => choice(domain::Grade::NAMES);
    domain::Mean => ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0)).maximum(Some(4.5))
        .examples([3.8571]);
    domain::LectureState => choice(["listed", "cancelled", "withdrawn"]);
    domain::LectureChange => choice(["time", "place", "cancelled", "withdrawn", "listed"]);
    domain::Visibility => choice(["private", "friends", "school"]);
    domain::Direction => choice(["in", "out"]);
    domain::Color => text().pattern(Some("^#[0-9A-Fa-f]{6}$")).examples(["#aed6f1"]);
    domain::Rating => integer(1..=5).examples([4]);
    domain::Amount => choice(["none", "some", "many"]);
    domain::Grading => choice(["generous", "average", "strict"]);
    domain::Attendance => choice(["called", "seats", "electronic", "mixed", "not_counted"]);
    domain::Exams => choice(["none", "one", "two", "three", "four_or_more"]);
    domain::RestrictionKind => choice(["warning", "read_only", "suspended"]);
    domain::ReportReason => choice([
        "abuse", "spam", "obscene", "illegal_media", "personal_data", "fraud", "impersonation", "self_harm", "other",
    ]);
    domain::CaseState => choice(["open", "decided"]);
    domain::Verdict => choice(["restore", "remove"]);
    domain::Sanction => choice(["none", "apply"]);
    domain::TakedownRight => choice(["defamation", "privacy", "copyright", "portrait", "other"]);
    domain::TakedownState => choice(["open", "restricted", "declined", "restored", "removed"]);
    domain::TakedownVerdict => choice(["restrict", "decline"]);
    domain::PushPublicKey => key(87).examples([examples::PUSH_PUBLIC_KEY]);
    domain::ApplicationServerKey => key(87).examples([examples::PUSH_PUBLIC_KEY]);
    domain::PushAuth => key(22).examples([examples::PUSH_AUTH]);
    domain::ContentLink => characters(1, domain::ContentLink::MAX).examples([examples::LINK]);
    domain::ContentState => choice(["visible", "blinded", "restored", "removed", "restricted"]);
    domain::Exam => choice(["midterm", "final", "quiz"]);
    domain::QuestionTypes => ArrayBuilder::new().unique_items(true).max_items(Some(6)).examples([json!(["essay"])])
        .items(choice(["multiple_choice", "short_answer", "essay", "true_false", "oral", "other"]));
    Limit => integer(1..=50).default(Some(20.into())).examples([20]);
}

/// The name that `Name`, `SingleLine` and `Prose` have in references: it has their bounds.
fn text_name(kind: &str, min: usize, max: usize) -> Cow<'static, str> {
    Cow::Owned(format!("{kind} {min} {max}"))
}

fn text_by_name(name: &str) -> Option<ObjectBuilder> {
    let mut parts = name.split(' ');
    let (kind, min, max) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    match kind {
        "Name" | "SingleLine" => Some(single_line(min, max)),
        "Prose" => Some(multi_line(min, max)),
        _ => None,
    }
}

impl<const MIN: usize, const MAX: usize> PartialSchema for domain::SingleLine<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        single_line(MIN, MAX).build().into()
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for domain::SingleLine<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        text_name("SingleLine", MIN, MAX)
    }
}

impl<const MIN: usize, const MAX: usize> PartialSchema for domain::Name<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        single_line(MIN, MAX).build().into()
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for domain::Name<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        text_name("Name", MIN, MAX)
    }
}

impl<const MIN: usize, const MAX: usize> PartialSchema for domain::Prose<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        multi_line(MIN, MAX).build().into()
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for domain::Prose<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        text_name("Prose", MIN, MAX)
    }
}
