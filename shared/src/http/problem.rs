//! Problems: every answer that is not a success (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Language;
use crate::domain::{Caller, Clash, EntryId, EntryRefusal, FieldError, Invalid, Refusal};
use crate::store::{self, Intent, Writers};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:ident, $code:literal, $title:literal, $korean:literal, $english:literal;)*) => {
        /// What went wrong, in a word that programs may rely on. `docs/errors.md` lists them all.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The status of an answer with this code.
            pub fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// The word itself.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What the code means, in short; the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// What to tell a person.
            pub fn detail(self, language: Language) -> &'static str {
                match self { $(Self::$name => language.pick($korean, $english),)* }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    MalformedJson = BAD_REQUEST, "malformed_json", "Malformed JSON",
        "요청 본문이 올바른 JSON이 아닙니다.", "The body of the request is not valid JSON.";
    /// The cursor is not one of this list, or was altered.
    InvalidCursor = BAD_REQUEST, "invalid_cursor", "Invalid cursor",
        "목록의 커서가 올바르지 않습니다. 처음부터 다시 조회해 주세요.",
        "The cursor does not belong to this list. Start again without one.";
    /// No access token.
    TokenMissing = UNAUTHORIZED, "token_missing", "Access token missing",
        "로그인이 필요합니다.", "Log in first: the request has no access token.";
    /// An access token that this service did not sign, or whose session has ended.
    TokenInvalid = UNAUTHORIZED, "token_invalid", "Access token invalid",
        "로그인 정보가 올바르지 않습니다. 다시 로그인해 주세요.", "The access token is not valid. Log in again.";
    /// An access token past its ten minutes.
    TokenExpired = UNAUTHORIZED, "token_expired", "Access token expired",
        "로그인 시간이 만료되었습니다.", "The access token has expired.";
    /// The login id or the password is wrong; which of them is not said.
    InvalidCredentials = UNAUTHORIZED, "invalid_credentials", "Invalid credentials",
        "아이디 또는 비밀번호가 올바르지 않습니다.", "The login id or the password is wrong.";
    /// The refresh token is none of this service, or its session has ended.
    RefreshTokenInvalid = UNAUTHORIZED, "refresh_token_invalid", "Refresh token invalid",
        "로그인 정보가 올바르지 않습니다. 다시 로그인해 주세요.", "The refresh token is not valid. Log in again.";
    /// The refresh token had been used before. Somebody else may have it, so its session has ended.
    RefreshTokenReused = UNAUTHORIZED, "refresh_token_reused", "Refresh token reused",
        "이미 사용된 로그인 정보입니다. 다시 로그인해 주세요.",
        "The refresh token had been used before. Its session has ended: log in again.";
    /// The password is wrong.
    WrongPassword = FORBIDDEN, "wrong_password", "Wrong password",
        "비밀번호가 올바르지 않습니다.", "The password is wrong.";
    /// The account is suspended.
    AccountSuspended = FORBIDDEN, "account_suspended", "Account suspended",
        "이용이 정지된 계정입니다.", "The account is suspended.";
    /// Only the board's manager and the school's admins may do this.
    NotBoardManager = FORBIDDEN, "not_board_manager", "Not the manager of the board",
        "게시판 관리자만 할 수 있습니다.", "Only the manager of the board may do this.";
    /// Only the author and the school's admins may do this.
    NotAuthor = FORBIDDEN, "not_author", "Not the author",
        "작성자만 할 수 있습니다.", "Only the author may do this.";
    /// One may not like or scrap what one wrote.
    OwnContent = FORBIDDEN, "own_content", "Own content",
        "자신의 글에는 할 수 없습니다.", "This cannot be done to what one wrote oneself.";
    /// One of the two has blocked the thread, or the partner has left; which of them is not said.
    MessageRefused = FORBIDDEN, "message_refused", "Message refused",
        "쪽지를 보낼 수 없는 상대입니다.", "Messages to this partner are refused.";
    /// The timetable is another student's, who lets it be seen.
    NotTimetableOwner = FORBIDDEN, "not_timetable_owner", "Not the owner of the timetable",
        "다른 학생의 시간표는 바꿀 수 없습니다.", "The timetable is another student's.";
    /// In the semester none of the course's lectures was in a timetable of one's own.
    NotTaken = FORBIDDEN, "not_taken", "Not taken",
        "그 학기에 시간표에 담은 강의만 평가할 수 있습니다.",
        "Only a course that was in a timetable of one's own in that semester can be reviewed.";
    /// Only the one who was asked can accept a request.
    OwnRequest = FORBIDDEN, "own_request", "Own request",
        "내가 보낸 친구 요청은 상대가 수락해야 합니다.", "Only the one who was asked can accept the request.";
    /// There is no such thing, or it is another school's.
    NotFound = NOT_FOUND, "not_found", "Not found",
        "찾을 수 없습니다.", "There is no such thing.";
    /// The resource has no such method; `Allow` lists those that it has.
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed",
        "지원하지 않는 메서드입니다.", "The resource does not support this method.";
    /// Somebody has this login id.
    LoginIdTaken = CONFLICT, "login_id_taken", "Login id taken",
        "이미 사용 중인 아이디입니다.", "The login id is taken.";
    /// Somebody has this e-mail address.
    EmailTaken = CONFLICT, "email_taken", "E-mail address taken",
        "이미 가입된 이메일입니다.", "The e-mail address is taken.";
    /// Somebody in the school has this nickname.
    NicknameTaken = CONFLICT, "nickname_taken", "Nickname taken",
        "이미 사용 중인 닉네임입니다.", "The nickname is taken.";
    /// The nickname was changed less than 30 days ago.
    NicknameLocked = CONFLICT, "nickname_locked", "Nickname locked",
        "닉네임은 30일에 한 번만 바꿀 수 있습니다.", "The nickname can be changed once in 30 days.";
    /// Another request has just used the refresh token; the session goes on with what that one got.
    RefreshConflict = CONFLICT, "refresh_conflict", "Refresh conflict",
        "다른 요청이 먼저 로그인을 연장했습니다.", "Another request has just used the refresh token.";
    /// The school has a board of this name.
    BoardNameTaken = CONFLICT, "board_name_taken", "Board name taken",
        "같은 이름의 게시판이 이미 있습니다.", "The school has a board of this name already.";
    /// One has pinned 100 boards.
    PinsFull = CONFLICT, "pins_full", "Pins full",
        "게시판은 100개까지 고정할 수 있습니다.", "At most 100 boards can be pinned.";
    /// One likes it already; a like is given once and for good.
    AlreadyLiked = CONFLICT, "already_liked", "Already liked",
        "이미 공감한 글입니다.", "You like this already.";
    /// The same text was one's last on this board, less than 5 minutes ago.
    DuplicatePost = CONFLICT, "duplicate_post", "Duplicate post",
        "방금 같은 글을 올렸습니다. 잠시 후 다시 시도해 주세요.", "You have just posted the same text on this board.";
    /// A question that has comments can be neither changed nor deleted.
    QuestionLocked = CONFLICT, "question_locked", "Question locked",
        "댓글이 달린 질문 글은 수정하거나 삭제할 수 없습니다.", "A question that has comments can be neither changed nor deleted.";
    /// The comment has 200 replies.
    RepliesFull = CONFLICT, "replies_full", "Replies full",
        "대댓글은 댓글 하나에 200개까지 달 수 있습니다.", "A comment has at most 200 replies.";
    /// One has a timetable of this name in the semester.
    TimetableNameTaken = CONFLICT, "timetable_name_taken", "Timetable name taken",
        "같은 이름의 시간표가 이미 있습니다.", "There is a timetable of this name in the semester already.";
    /// One has 10 timetables in the semester.
    TimetablesFull = CONFLICT, "timetables_full", "Timetables full",
        "시간표는 한 학기에 10개까지 만들 수 있습니다.", "At most 10 timetables can be made in a semester.";
    /// The timetable has 50 entries.
    EntriesFull = CONFLICT, "entries_full", "Entries full",
        "시간표에는 50개까지 넣을 수 있습니다.", "At most 50 entries can be in a timetable.";
    /// The timetable has the lecture already.
    LectureAlreadyAdded = CONFLICT, "lecture_already_added", "Lecture already added",
        "이미 시간표에 있는 강의입니다.", "The lecture is in the timetable already.";
    /// Another entry takes some of the time; `clashes_with` names it.
    TimeConflict = CONFLICT, "time_conflict", "Time conflict",
        "같은 시간에 다른 수업이 있습니다.", "Another entry of the timetable takes some of this time.";
    /// A semester's timetables cannot be without a primary one.
    PrimaryNeeded = CONFLICT, "primary_needed", "Primary timetable needed",
        "대신 다른 시간표를 기본 시간표로 정해 주세요.", "Make another timetable the primary one instead.";
    /// One has reviewed the course.
    AlreadyReviewed = CONFLICT, "already_reviewed", "Already reviewed",
        "이미 강의평을 쓴 강의입니다.", "You have reviewed this course already.";
    /// The two are friends.
    AlreadyFriends = CONFLICT, "already_friends", "Already friends",
        "이미 친구입니다.", "You are friends already.";
    /// One has asked before, and the other one has not answered.
    AlreadyRequested = CONFLICT, "already_requested", "Already requested",
        "이미 친구 요청을 보냈습니다.", "You have asked before; the request waits for an answer.";
    /// Others kept changing the same things; nothing was done.
    Conflict = CONFLICT, "conflict", "Conflict",
        "다른 요청과 겹쳐 처리하지 못했습니다. 다시 시도해 주세요.",
        "Others were changing the same thing, and nothing was done. Try again.";
    /// The body is too large.
    PayloadTooLarge = PAYLOAD_TOO_LARGE, "payload_too_large", "Payload too large",
        "요청 본문이 너무 큽니다.", "The body of the request is too large.";
    /// The body is not `application/json`.
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Unsupported media type",
        "요청 본문은 application/json이어야 합니다.", "The body of the request has to be application/json.";
    /// Fields break rules; `errors` names each of them.
    ValidationFailed = UNPROCESSABLE_ENTITY, "validation_failed", "Validation failed",
        "입력한 내용을 확인해 주세요.", "Some of what was sent is not as it has to be.";
    /// The idempotency key was used for another request.
    IdempotencyKeyReused = UNPROCESSABLE_ENTITY, "idempotency_key_reused", "Idempotency key reused",
        "같은 Idempotency-Key가 다른 요청에 사용되었습니다.",
        "The Idempotency-Key was used for another request.";
    /// It was done too often. It may be done again after `Retry-After` seconds.
    RateLimited = TOO_MANY_REQUESTS, "rate_limited", "Too many requests",
        "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.", "That was too often. Try again in a moment.";
    /// A fault of the service. The request may or may not have taken effect.
    Internal = INTERNAL_SERVER_ERROR, "internal", "Internal error",
        "서버에 문제가 생겼습니다.", "Something went wrong in the service.";
    /// The service cannot answer now. Try again after `Retry-After` seconds.
    Unavailable = SERVICE_UNAVAILABLE, "unavailable", "Service unavailable",
        "지금은 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.", "The service cannot answer now. Try again in a moment.";
}

/// How long a client should wait when the service is unavailable, in seconds.
const RETRY_AFTER_S: u64 = 1;

/// An answer that is not a success. It becomes a body in [`finish`](super::finish), which knows the language and the
/// id of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    code: Code,
    errors: Vec<Invalid>,
    /// With `time_conflict`: the entry that takes the time.
    clash: Option<Clash>,
    replayed: Option<Uuid>,
    /// With 429 and 503: in how many seconds to try again.
    retry_after_s: u64,
}

impl Problem {
    /// A 422 that names what is wrong with each field.
    pub fn invalid(errors: Vec<Invalid>) -> Self {
        Self { errors, ..Self::from(Code::ValidationFailed) }
    }

    /// What the request made when it was first sent, if that is the problem. [`Once`](super::Once) makes an answer
    /// of it.
    pub(super) fn replayed(&self) -> Option<Uuid> {
        self.replayed
    }

    /// What to answer a request that was refused with this: if a request with the same idempotency key was carried out
    /// while this one was under way, that may be why, and it counts as done.
    pub(super) async fn unless_done(self, writers: &Writers, caller: &Caller, intent: Option<&Intent>) -> Self {
        if self.replayed.is_some() || intent.is_none() || !self.code.status().is_client_error() {
            return self;
        }
        match writers.admit_once(caller, intent).await {
            Err(done @ store::Error::Replayed(_)) => done.into(),
            _ => self,
        }
    }

    /// The body.
    pub(super) fn body<'a>(&'a self, language: Language, request_id: &'a str) -> ProblemBody<'a> {
        let field = |invalid: &'a Invalid| FieldProblem {
            field: &invalid.field,
            code: code_of(&invalid.error),
            detail: detail_of(&invalid.error, language),
        };
        ProblemBody {
            r#type: format!("urn:campus:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: self.code.detail(language),
            code: self.code.as_str(),
            request_id,
            errors: self.errors.iter().map(field).collect(),
            clashes_with: self.clash.as_ref().map(|clash| ClashingEntry { id: clash.entry_id, title: &clash.title }),
        }
    }
}

/// What a client gets (RFC 9457), as `application/problem+json`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemBody<'a> {
    /// `urn:campus:problem:` and the code.
    r#type: String,
    /// What the code means, in short.
    title: &'a str,
    /// The status of the answer.
    status: u16,
    /// What to tell a person, in Korean, or in English for `Accept-Language: en`.
    detail: &'a str,
    /// What went wrong, in a word that programs may rely on.
    code: &'a str,
    /// The id of the request, as in the header `X-Request-Id`.
    request_id: &'a str,
    /// With `validation_failed`: each field that breaks a rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldProblem<'a>>,
    /// With `time_conflict`: the entry that takes the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, inline)]
    clashes_with: Option<ClashingEntry<'a>>,
}

/// The entry of a timetable that takes the time that another one wants.
#[derive(Serialize, ToSchema)]
struct ClashingEntry<'a> {
    #[schema(inline)]
    id: EntryId,
    title: &'a str,
}

/// A field of the request that breaks a rule.
#[derive(Serialize, ToSchema)]
pub(super) struct FieldProblem<'a> {
    /// The field's path in the body, its name in the query, or the name of the header.
    field: &'a str,
    /// The rule, in a word that programs may rely on.
    code: String,
    /// What to tell a person.
    detail: String,
}

fn code_of(error: &FieldError) -> String {
    let tagged = serde_json::to_value(error).unwrap_or_default();
    tagged.get("code").and_then(|code| code.as_str()).unwrap_or_default().to_owned()
}

fn detail_of(error: &FieldError, language: Language) -> String {
    let (korean, english) = match error {
        FieldError::Required => ("필수 항목입니다.", "This is required."),
        FieldError::UnknownField => ("알 수 없는 항목입니다.", "There is no such field."),
        FieldError::WrongType => ("값의 형식이 다릅니다.", "This has the wrong type."),
        FieldError::TooShort { min } => {
            return language
                .pick(format!("{min}자 이상이어야 합니다."), format!("At least {min} characters are needed."));
        }
        FieldError::TooLong { max } => {
            return language
                .pick(format!("{max}자를 넘을 수 없습니다."), format!("At most {max} characters are allowed."));
        }
        FieldError::OutOfRange { min, max } => {
            return language.pick(
                format!("{min} 이상 {max} 이하여야 합니다."),
                format!("This has to be between {min} and {max}."),
            );
        }
        FieldError::InvalidCharacters => ("사용할 수 없는 문자가 있습니다.", "It has characters that are not allowed."),
        FieldError::InvalidFormat => ("형식이 올바르지 않습니다.", "This does not have the right form."),
        FieldError::UnknownChoice => ("선택할 수 없는 값입니다.", "This is none of the choices."),
        FieldError::NoSuchThing => ("존재하지 않습니다.", "This does not exist."),
        FieldError::CommonPassword => ("너무 흔한 비밀번호입니다.", "The password is too common."),
        FieldError::SameAsLoginId => ("비밀번호가 아이디와 같습니다.", "The password is the login id."),
        FieldError::AnonymityRequired => {
            ("익명으로만 쓸 수 있는 게시판입니다.", "The board takes only anonymous posts.")
        }
        FieldError::AnonymityForbidden => ("익명으로 쓸 수 없는 게시판입니다.", "The board takes no anonymous posts."),
        FieldError::OwnContent => {
            ("자신의 글이나 댓글에는 쪽지를 보낼 수 없습니다.", "Nobody writes a message to oneself.")
        }
        FieldError::OnlyOne => ("둘 중 하나만 쓸 수 있습니다.", "Only one of the two can be given."),
        FieldError::ReplyToReply => ("대댓글에는 답글을 달 수 없습니다.", "A reply cannot be replied to."),
        FieldError::TooMany { max } => {
            return language.pick(format!("{max}개를 넘을 수 없습니다."), format!("At most {max} are allowed."));
        }
        FieldError::Duplicate => ("같은 항목이 두 번 있습니다.", "This is in the list twice."),
        FieldError::NotUploaded => ("업로드되지 않은 사진입니다.", "The picture has not been uploaded."),
        FieldError::EndsBeforeStart => ("시작 시각보다 늦어야 합니다.", "This has to be later than the start."),
        FieldError::Overlapping => ("시간이 서로 겹칩니다.", "Some of the times overlap."),
        FieldError::OtherSemester => ("다른 학기의 강의입니다.", "The lecture is of another semester."),
        FieldError::FromCatalogue => {
            ("강의 목록에서 온 내용은 바꿀 수 없습니다.", "This comes from the catalogue and cannot be changed.")
        }
        FieldError::Oneself => ("자기 자신은 쓸 수 없습니다.", "This is you."),
    };
    language.pick(korean, english).to_owned()
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self { code, errors: Vec::new(), clash: None, replayed: None, retry_after_s: RETRY_AFTER_S }
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
            Refusal::LoginIdTaken => Code::LoginIdTaken,
            Refusal::EmailTaken => Code::EmailTaken,
            Refusal::NicknameTaken => Code::NicknameTaken,
            Refusal::NicknameLocked => Code::NicknameLocked,
            Refusal::BoardNameTaken => Code::BoardNameTaken,
            Refusal::PinsFull => Code::PinsFull,
            Refusal::NotBoardManager => Code::NotBoardManager,
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
            Refusal::PrimaryNeeded => Code::PrimaryNeeded,
            Refusal::NotTimetableOwner => Code::NotTimetableOwner,
            Refusal::NotTaken => Code::NotTaken,
            Refusal::AlreadyReviewed => Code::AlreadyReviewed,
            Refusal::AlreadyFriends => Code::AlreadyFriends,
            Refusal::AlreadyRequested => Code::AlreadyRequested,
            Refusal::OwnRequest => Code::OwnRequest,
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
            Error::Contention | Error::Stale | Error::Changed(_) | Error::PasswordChanged => Code::Conflict,
            Error::RateLimited { retry_after_s } => return Self { retry_after_s, ..Self::from(Code::RateLimited) },
            Error::Unavailable(source) => {
                tracing::warn!(error = %chain(source.as_ref()), "the table cannot be reached");
                Code::Unavailable
            }
            Error::Broken(source) => {
                tracing::error!(error = %chain(source.as_ref()), "the table and this program disagree");
                Code::Internal
            }
            Error::Replayed(made) => return Self { replayed: Some(made), ..Self::from(Code::Conflict) },
        };
        Self::from(code)
    }
}

/// An error and what caused it. Of DynamoDB's errors that is code and message, which name no values.
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
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                response.headers_mut().insert(header::RETRY_AFTER, self.retry_after_s.into());
            }
            _ => {}
        }
        response.extensions_mut().insert(self);
        response
    }
}
