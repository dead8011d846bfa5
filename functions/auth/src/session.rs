//! Sessions and the tokens that carry them.

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::{
    AdmissionYear, Caller, Email, LoginId, Name, Nickname, Role, School, SchoolId, SchoolName, SessionId, Time, User,
    UserId,
};
use campus_core::http::{Code, Problem};
use campus_core::store::NewSession;
use serde::Serialize;
use utoipa::ToSchema;

use crate::signer::{ACCESS_TOKEN_LIFETIME_S, Signer};

/// How long one can stay logged in without logging in again, in seconds: 30 days.
const SESSION_LIFETIME_S: i64 = 30 * 24 * 3600;

/// What a client has after signing up or logging in.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionView {
    /// The student.
    user: UserView,
    /// Sent with every request.
    access_token: String,
    /// Good for a new pair of tokens, once. Lives 30 days.
    refresh_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// In how many seconds the access token expires.
    expires_in: i64,
}

/// A student, as the student sees themselves.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserView {
    #[schema(inline)]
    id: UserId,
    #[schema(inline)]
    login_id: LoginId,
    #[schema(inline)]
    email: Email,
    /// The name that others see.
    #[schema(inline)]
    nickname: Nickname,
    /// The real name, which nobody else sees.
    #[schema(inline)]
    name: Option<Name>,
    #[schema(inline)]
    admission_year: AdmissionYear,
    school: SchoolOfUser,
    #[schema(inline)]
    role: Role,
    #[schema(inline)]
    created_at: Time,
    #[schema(inline)]
    updated_at: Time,
}

/// The school of a student.
#[derive(Serialize, ToSchema)]
struct SchoolOfUser {
    #[schema(inline)]
    id: SchoolId,
    #[schema(inline)]
    name: SchoolName,
}

impl UserView {
    pub(crate) fn new(user: User, school: School) -> Self {
        Self {
            id: user.id,
            login_id: user.login_id,
            email: user.email,
            nickname: user.nickname,
            name: user.name,
            admission_year: user.admission_year,
            school: SchoolOfUser { id: school.id, name: school.name },
            role: user.role,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

/// A session that begins: what is stored of it, and the refresh token that is handed out.
pub(crate) struct Opening {
    pub(crate) stored: NewSession,
    refresh_token: String,
}

impl Opening {
    /// A new session for the student.
    pub(crate) fn new(school: SchoolId, user: UserId, now: Time) -> Result<Self, Problem> {
        let mut secret = [0; 32];
        rand::fill(&mut secret).or(Err(Code::Internal))?;
        let id = SessionId::new(now);
        let hash = digest::digest(&digest::SHA256, &secret);
        let stored = NewSession {
            id,
            refresh_hash: BASE64_URL_SAFE_NO_PAD.encode(hash),
            created_at: now,
            expires_at: now.as_secs().saturating_add(SESSION_LIFETIME_S),
        };
        // The ids lead to the row without an index; the secret alone opens it.
        let place = [school.as_uuid(), user.as_uuid(), id.as_uuid()].map(uuid::Uuid::into_bytes);
        let refresh_token = BASE64_URL_SAFE_NO_PAD.encode([place.as_flattened(), &secret].concat());
        Ok(Self { stored, refresh_token })
    }

    /// The answer to whoever the session was opened for.
    pub(crate) fn answer(self, user: User, school: School, signer: &Signer, now: Time) -> Result<SessionView, Problem> {
        let caller = Caller { school: school.id, user: user.id, session: self.stored.id, role: user.role };
        let access_token = signer.sign(&caller, now).map_err(|error| {
            tracing::error!(%error, "an access token cannot be signed");
            Problem::from(Code::Internal)
        })?;
        Ok(SessionView {
            user: UserView::new(user, school),
            access_token,
            refresh_token: self.refresh_token,
            token_type: "Bearer",
            expires_in: ACCESS_TOKEN_LIFETIME_S,
        })
    }
}
