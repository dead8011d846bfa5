//! Problem responses (RFC 9457): every response that is not a success.

mod code;
mod field;

use std::borrow::Cow;
use std::ops::RangeInclusive;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::code::Code;
pub(super) use self::field::FieldProblem;
use crate::domain::Language;
use crate::domain::{Clash, EntryId, EntryRefusal, Invalid, Refusal, Time};
use crate::store;

/// The `Retry-After` of a 503, in seconds. It is random, so that clients that were refused together come back at
/// different times.
const RETRY_AFTER_S: RangeInclusive<u64> = 1..=4;

/// A response that is not a success. The middleware of [`finish`](super::finish) writes its body, since only the
/// middleware knows the language and the id of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    code: Code,
    /// The invalid fields, if the code is `validation_failed`.
    errors: Vec<Invalid>,
    /// The overlapping entry, if the code is `time_conflict`.
    clash: Option<Clash>,
    /// When the sanction ends, if the code is `write_suspended` and it has an end.
    until: Option<Time>,
    replayed: Option<Uuid>,
    /// The `Retry-After` header, if the status is 429.
    retry_after_s: u64,
}

impl Problem {
    /// 422 `validation_failed`, with these invalid fields.
    pub fn invalid(errors: Vec<Invalid>) -> Self {
        Self { errors, ..Self::from(Code::ValidationFailed) }
    }

    /// The id of the resource that an earlier request with the same idempotency key created, if that is the problem.
    pub(super) fn replayed(&self) -> Option<Uuid> {
        self.replayed
    }

    pub(super) fn is_client_error(&self) -> bool {
        self.code.status().is_client_error()
    }

    fn detail(&self, language: Language) -> Cow<'static, str> {
        let detail = self.code.detail(language);
        match (self.code, self.until) {
            (Code::WriteSuspended, Some(until)) => {
                let until = until.minute_in_seoul();
                let end = language.pick("끝나는 시각", "It ends at (Korean time)");
                format!("{detail} {end}: {until}").into()
            }
            (Code::WriteSuspended, None) => {
                let endless = language.pick("이 제한에는 기한이 없습니다.", "This has no end.");
                format!("{detail} {endless}").into()
            }
            _ => detail.into(),
        }
    }

    pub(super) fn body<'a>(&'a self, language: Language, request_id: &'a str) -> ProblemBody<'a> {
        ProblemBody {
            r#type: format!("urn:campus:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: self.detail(language),
            code: self.code.as_str(),
            request_id,
            errors: self.errors.iter().map(|invalid| FieldProblem::new(invalid, language)).collect(),
            clashes_with: self.clash.as_ref().map(|clash| ClashingEntry { id: clash.entry_id, title: &clash.title }),
        }
    }
}

/// The body of a problem response (RFC 9457), as `application/problem+json`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemBody<'a> {
    /// `urn:campus:problem:` and the code.
    r#type: String,
    /// A short summary of the code, in English.
    title: &'a str,
    /// The HTTP status of the response.
    status: u16,
    /// The message to show to the user: in Korean, or in English if `Accept-Language` prefers it.
    detail: Cow<'a, str>,
    /// The problem code. It never changes, so programs can rely on it.
    code: &'a str,
    /// The id of the request, as in the `X-Request-Id` header.
    request_id: &'a str,
    /// Only with `validation_failed`: the invalid fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldProblem<'a>>,
    /// Only with `time_conflict`: the entry that overlaps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    clashes_with: Option<ClashingEntry<'a>>,
}

/// The timetable entry that overlaps a new or moved entry.
#[derive(Serialize, ToSchema)]
struct ClashingEntry<'a> {
    id: EntryId,
    title: &'a str,
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self { code, errors: Vec::new(), clash: None, until: None, replayed: None, retry_after_s: 1 }
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::invalid(vec![invalid])
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::from(match refusal {
            Refusal::SchoolUnverified => Code::SchoolUnverified,
            Refusal::LoginIdTaken => Code::LoginIdTaken,
            Refusal::EmailTaken => Code::EmailTaken,
            Refusal::AddressResting => Code::AddressResting,
            Refusal::CodeInvalid => Code::CodeInvalid,
            Refusal::AlreadyVerified => Code::AlreadyVerified,
            Refusal::ManualVerification => Code::ManualVerification,
            Refusal::NicknameTaken => Code::NicknameTaken,
            Refusal::NicknameLocked => Code::NicknameLocked,
            Refusal::BoardNameTaken => Code::BoardNameTaken,
            Refusal::PinsFull => Code::PinsFull,
            Refusal::BlocksFull => Code::BlocksFull,
            Refusal::AuthorWithdrawn => Code::AuthorWithdrawn,
            Refusal::NotBoardManager => Code::NotBoardManager,
            Refusal::BoardHasPosts => Code::BoardHasPosts,
            Refusal::BoardArchived => Code::BoardArchived,
            Refusal::BoardAdminsOnly => Code::BoardAdminsOnly,
            Refusal::ContentBlinded => Code::ContentBlinded,
            Refusal::NotAdmin => Code::NotAdmin,
            Refusal::AlreadyReported => Code::AlreadyReported,
            Refusal::AlreadyAppealed => Code::AlreadyAppealed,
            Refusal::AppealClosed => Code::AppealClosed,
            Refusal::CaseDecided => Code::CaseDecided,
            Refusal::NotAuthor => Code::NotAuthor,
            Refusal::OwnContent => Code::OwnContent,
            Refusal::AlreadyLiked => Code::AlreadyLiked,
            Refusal::DuplicatePost => Code::DuplicatePost,
            Refusal::QuestionLocked => Code::QuestionLocked,
            Refusal::RepliesFull => Code::RepliesFull,
            Refusal::MessageRefused => Code::MessageRefused,
            Refusal::TimetableNameTaken => Code::TimetableNameTaken,
            Refusal::TimetablesFull => Code::TimetablesFull,
            Refusal::EntriesFull => Code::EntriesFull,
            Refusal::LectureAlreadyAdded => Code::LectureAlreadyAdded,
            Refusal::LectureNotListed => Code::LectureNotListed,
            Refusal::PrimaryNeeded => Code::PrimaryNeeded,
            Refusal::NotTimetableOwner => Code::NotTimetableOwner,
            Refusal::NotTaken => Code::NotTaken,
            Refusal::AlreadyReviewed => Code::AlreadyReviewed,
            Refusal::AlreadyWritten => Code::AlreadyWritten,
            Refusal::GradesFull => Code::GradesFull,
            Refusal::MinusGrades => Code::MinusGrades,
            Refusal::AlreadyFriends => Code::AlreadyFriends,
            Refusal::AlreadyRequested => Code::AlreadyRequested,
            Refusal::OwnRequest => Code::OwnRequest,
            Refusal::ConsentNeeded => Code::ConsentNeeded,
            Refusal::ResetTokenInvalid => Code::ResetTokenInvalid,
            Refusal::TakedownTokenInvalid => Code::TakedownTokenInvalid,
            Refusal::WriteSuspended { until } => {
                return Self { until, ..Self::from(Code::WriteSuspended) };
            }
        })
    }
}

impl From<EntryRefusal> for Problem {
    fn from(refusal: EntryRefusal) -> Self {
        match refusal {
            EntryRefusal::Refused(refusal) => refusal.into(),
            EntryRefusal::Invalid(errors) => Self::invalid(errors),
            EntryRefusal::Clash(clash) => Self { clash: Some(clash), ..Self::from(Code::TimeConflict) },
        }
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        use store::Error;
        let code = match error {
            Error::Refused(refusal) => return refusal.into(),
            Error::Invalid(invalid) => return invalid.into(),
            Error::NotFound => Code::NotFound,
            Error::SessionEnded => Code::TokenInvalid,
            Error::KeyReused => Code::IdempotencyKeyReused,
            Error::Stale | Error::Modified(_) | Error::PasswordChanged => Code::Conflict,
            Error::RateLimited { retry_after_s } => return Self { retry_after_s, ..Self::from(Code::RateLimited) },
            Error::Contention => {
                tracing::warn!("write conflicts continued until the time was up");
                Code::Busy
            }
            Error::Unavailable(source) => {
                tracing::warn!(error = %chain(source.as_ref()), "DynamoDB is unavailable");
                Code::Unavailable
            }
            Error::Unexpected(source) => {
                tracing::error!(error = %chain(source.as_ref()), "unexpected item format or DynamoDB response");
                Code::Internal
            }
            Error::Replayed(id) => return Self { replayed: Some(id), ..Self::from(Code::Conflict) },
        };
        Self::from(code)
    }
}

/// The messages of an error and its causes, for the log. Errors of DynamoDB contain a code and a message, and no values
/// of the request.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        match self.code.status() {
            StatusCode::UNAUTHORIZED => {
                let challenge = match self.code {
                    Code::TokenMissing
                    | Code::InvalidCredentials
                    | Code::RefreshTokenInvalid
                    | Code::RefreshTokenReused => "Bearer",
                    _ => "Bearer error=\"invalid_token\"",
                };
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            }
            StatusCode::TOO_MANY_REQUESTS => {
                response.headers_mut().insert(header::RETRY_AFTER, self.retry_after_s.into());
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                response.headers_mut().insert(header::RETRY_AFTER, fastrand::u64(RETRY_AFTER_S).into());
            }
            _ => {}
        }
        response.extensions_mut().insert(self);
        response
    }
}
