//! Sessions and the tokens that carry them.

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use campus_core::domain::{
    AdmissionYear, Caller, Email, LoginId, Name, Nickname, Role, School, SchoolId, SchoolName, SessionId, Time, User,
    UserId,
};
use campus_core::http::{Code, Created, Problem};
use campus_core::store::Session;
use serde::Serialize;
use utoipa::ToSchema;

use crate::refresh_token::{self, RefreshToken};
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
    /// Good for a new pair of tokens, once, for 30 days from the login. Also in the cookie `refresh_token`.
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

/// A session that begins.
pub(crate) struct Opening {
    pub(crate) id: SessionId,
    pub(crate) session: Session,
    token: RefreshToken,
}

impl Opening {
    /// A new session for the student.
    pub(crate) fn new(school: SchoolId, user: UserId, now: Time) -> Result<Self, Problem> {
        let id = SessionId::new(now);
        let token = RefreshToken::first(school, user, id)?;
        let session = Session {
            family_hash: token.family_hash(),
            refresh_hash: token.hash(),
            generation: 0,
            expires_at: now.as_secs().saturating_add(SESSION_LIFETIME_S),
        };
        Ok(Self { id, session, token })
    }

    /// The answer to whoever the session was opened for.
    pub(crate) fn grant(self, user: User, school: School, signer: &Signer, now: Time) -> Result<Grant, Problem> {
        Grant::new(user, school, &self.token, self.session.expires_at, signer, now)
    }
}

/// A pair of tokens that a client is granted, with the refresh token in the body and in a cookie.
pub(crate) struct Grant {
    view: SessionView,
    cookie: HeaderValue,
}

impl Grant {
    /// A new access token beside the given refresh token, of a session that ends at `expires_at`.
    pub(crate) fn new(
        user: User,
        school: School,
        token: &RefreshToken,
        expires_at: i64,
        signer: &Signer,
        now: Time,
    ) -> Result<Self, Problem> {
        let caller = Caller { school: school.id, user: user.id, session: token.session, role: user.role };
        let access_token = signer.sign(&caller, now).map_err(|error| {
            tracing::error!(%error, "an access token cannot be signed");
            Problem::from(Code::Internal)
        })?;
        let refresh_token = token.encode();
        let cookie = refresh_token::cookie(&refresh_token, expires_at.saturating_sub(now.as_secs()))?;
        let view = SessionView {
            user: UserView::new(user, school),
            access_token,
            refresh_token,
            token_type: "Bearer",
            expires_in: ACCESS_TOKEN_LIFETIME_S,
        };
        Ok(Self { view, cookie })
    }

    /// 201, for an account that was made.
    pub(crate) fn created(self) -> Response {
        let Self { view, cookie } = self;
        ([(header::SET_COOKIE, cookie)], Created::new("/auth/me", view)).into_response()
    }
}

impl IntoResponse for Grant {
    fn into_response(self) -> Response {
        ([(header::SET_COOKIE, self.cookie)], Json(self.view)).into_response()
    }
}
