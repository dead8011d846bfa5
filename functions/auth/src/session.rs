//! Responses with a session and its tokens.

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use campus_core::domain::{
    AdmissionYear, Caller, Consents, Email, LoginId, Nickname, PolicyVersion, RealName, ReportReason, Restriction,
    RestrictionKind, Restrictions, Role, School, SchoolId, SchoolName, SessionId, Time, User, UserId,
};
use campus_core::http::{Code, Created, Problem};
use campus_core::store::Session;
use serde::Serialize;
use utoipa::ToSchema;

use crate::cookies::Cookie;
use crate::device_token;
use crate::refresh_token::RefreshToken;
use crate::signer::{ACCESS_TOKEN_LIFETIME_S, TokenSigner};

/// How long a session lasts after the login, in seconds: 30 days.
const SESSION_LIFETIME_S: i64 = 30 * 24 * 3600;

/// A session and its tokens.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionView {
    user: UserView,
    /// Send it with each request as `Authorization: Bearer …`.
    access_token: String,
    /// `POST /auth/refresh` exchanges it for new tokens, once, until 30 days after the login. The cookie
    /// `__Host-campus_refresh` carries it too.
    refresh_token: String,
    /// Null after a refresh. Keep it for 180 days, also after a logout, and send it with the next login on this device:
    /// failed logins from elsewhere then do not make you wait. A change of the password ends it. The cookie
    /// `__Host-campus_device` carries it too.
    device_token: Option<String>,
    /// Always `Bearer`.
    token_type: &'static str,
    /// The number of seconds until the access token expires.
    expires_in: i64,
}

/// Your account.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserView {
    id: UserId,
    login_id: LoginId,
    email: Email,
    /// The name that other users see.
    nickname: Nickname,
    /// Your real name. Only you can see it.
    name: Option<RealName>,
    admission_year: AdmissionYear,
    school: SchoolOfUser,
    role: Role,
    verification: VerificationView,
    /// The policies that you have accepted. Null if the operator had none.
    consents: Option<ConsentsView>,
    /// The sanctions that are in force. Only you see them.
    restrictions: Vec<RestrictionView>,
    created_at: Time,
    updated_at: Time,
}

/// The school of a user.
#[derive(Serialize, ToSchema)]
struct SchoolOfUser {
    id: SchoolId,
    name: SchoolName,
}

/// Whether your account is verified.
#[derive(Serialize, ToSchema)]
#[schema(as = Verification)]
struct VerificationView {
    state: VerificationState,
    /// The address that you confirmed. Null if you confirmed none.
    email: Option<Email>,
    /// When you were verified. Null if you were not, which is possible in a school where all accounts count as verified.
    verified_at: Option<Time>,
}

/// Unverified accounts can only use their account, the catalogue, and private timetables.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum VerificationState {
    Unverified,
    Verified,
}

/// The versions of the policies that you have accepted.
#[derive(Serialize, ToSchema)]
#[schema(as = Consents)]
struct ConsentsView {
    terms: PolicyVersion,
    privacy: PolicyVersion,
    accepted_at: Time,
}

/// A sanction for something that you wrote.
#[derive(Serialize, ToSchema)]
#[schema(as = Restriction)]
struct RestrictionView {
    kind: RestrictionKind,
    reason: ReportReason,
    /// When it ends; null if it does not end by itself. A warning is shown until then.
    until: Option<Time>,
}

impl From<Restriction> for RestrictionView {
    fn from(Restriction { kind, reason, until }: Restriction) -> Self {
        Self { kind, reason, until }
    }
}

impl From<Consents> for ConsentsView {
    fn from(Consents { terms, privacy, accepted_at }: Consents) -> Self {
        Self { terms, privacy, accepted_at }
    }
}

impl VerificationView {
    fn new(user: &User, school: &School) -> Self {
        Self {
            state: match school.is_verified(user) {
                true => VerificationState::Verified,
                false => VerificationState::Unverified,
            },
            email: user.verification.email().cloned(),
            verified_at: user.verification.verified_at(),
        }
    }
}

impl UserView {
    /// `restrictions` may have ended.
    pub(crate) fn new(user: User, school: School, restrictions: &Restrictions, now: Time) -> Self {
        Self {
            verification: VerificationView::new(&user, &school),
            id: user.id,
            login_id: user.login_id,
            email: user.email,
            nickname: user.nickname,
            name: user.name,
            admission_year: user.admission_year,
            school: SchoolOfUser { id: school.id, name: school.name },
            role: user.role,
            consents: user.consents.map(ConsentsView::from),
            restrictions: restrictions.in_force(now).map(RestrictionView::from).collect(),
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

/// A session that is not stored yet, and its first refresh token.
pub(crate) struct NewSession {
    pub(crate) id: SessionId,
    pub(crate) session: Session,
    token: RefreshToken,
}

impl NewSession {
    /// Creates a session for the user.
    pub(crate) fn new(school: SchoolId, user: UserId, now: Time) -> Result<Self, Problem> {
        let id = SessionId::new(now);
        let token = RefreshToken::first(school, user, id)?;
        let session = Session {
            family_hash: token.family_hash(),
            refresh_hash: token.hash(),
            generation: 0,
            refreshed_at_ms: 0,
            expires_at: now.as_secs().saturating_add(SESSION_LIFETIME_S),
        };
        Ok(Self { id, session, token })
    }

    /// The response to the user, after the session is stored.
    pub(crate) fn into_response(
        self,
        user: User,
        school: School,
        restrictions: &Restrictions,
        signer: &TokenSigner,
        now: Time,
    ) -> Result<SessionResponse, Problem> {
        SessionResponse::new((user, school, restrictions), &self.token, self.session.expires_at, signer, now)
    }
}

/// A response with an access token and a refresh token, and after a login with a device token. The refresh token and the
/// device token are in the body and in cookies.
pub(crate) struct SessionResponse {
    view: SessionView,
    cookies: Vec<HeaderValue>,
}

impl SessionResponse {
    /// Signs an access token and combines it with the refresh token. `expires_at` is the end of the session, in seconds
    /// since 1970.
    pub(crate) fn new(
        (user, school, restrictions): (User, School, &Restrictions),
        token: &RefreshToken,
        expires_at: i64,
        signer: &TokenSigner,
        now: Time,
    ) -> Result<Self, Problem> {
        let caller = Caller {
            school: school.id,
            user: user.id,
            session: token.session,
            role: user.role,
            is_verified: school.is_verified(&user),
            young_until: school.young_until(&user),
        };
        let access_token = signer.sign(&caller, now).map_err(|error| {
            tracing::error!(%error, "cannot sign an access token");
            Problem::from(Code::Internal)
        })?;
        let refresh_token = token.encode();
        let cookie = Cookie::REFRESH_TOKEN.set(&refresh_token, expires_at.saturating_sub(now.as_secs()))?;
        let view = SessionView {
            user: UserView::new(user, school, restrictions, now),
            access_token,
            refresh_token,
            device_token: None,
            token_type: "Bearer",
            expires_in: ACCESS_TOKEN_LIFETIME_S,
        };
        Ok(Self { view, cookies: vec![cookie] })
    }

    /// Adds a device token.
    pub(crate) fn with_device_token(mut self, token: String) -> Result<Self, Problem> {
        self.cookies.push(device_token::cookie(&token)?);
        self.view.device_token = Some(token);
        Ok(self)
    }

    /// A 201 response for a new account.
    pub(crate) fn into_created(self) -> Response {
        let Self { view, cookies } = self;
        (set(cookies), Created::new("/auth/me", view)).into_response()
    }
}

impl IntoResponse for SessionResponse {
    fn into_response(self) -> Response {
        (set(self.cookies), Json(self.view)).into_response()
    }
}

/// The headers that set these cookies.
fn set(cookies: Vec<HeaderValue>) -> AppendHeaders<impl IntoIterator<Item = (header::HeaderName, HeaderValue)>> {
    AppendHeaders(cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie)))
}
