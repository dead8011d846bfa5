//! `POST /auth/signup`.

use axum::extract::State;
use axum::response::Response;
use campus_core::domain::{
    AdmissionYear, Email, FieldError, LoginId, Name, Nickname, Password, Role, SchoolId, User, UserId,
};
use campus_core::http::{ClientAddress, JsonBody, Problem};
use campus_core::request;
use campus_core::store::{Error, NewUser};
use utoipa::ToSchema;

use crate::session::{Opening, SessionView};
use crate::state::Auth;

request! {
    /// Who signs up.
    #[derive(Debug, ToSchema)]
    pub(crate) struct SignUp {
        /// From `GET /schools`.
        #[schema(inline)]
        school_id: SchoolId,
        /// 4 to 20 of `a-z`, `0-9` and `_`, in any case, kept in lower case.
        #[schema(inline)]
        login_id: LoginId,
        /// 10 to 128 characters of any kind; not the login id, and not a common password.
        #[schema(inline)]
        password: Password,
        /// Kept as given, compared without case.
        #[schema(inline)]
        email: Email,
        /// 2 to 10 characters without spaces, unique within the school.
        #[schema(inline)]
        nickname: Nickname,
        /// 1950 to next year.
        #[schema(inline)]
        admission_year: AdmissionYear,
    }
    optional {
        /// The real name, which nobody else sees.
        #[schema(inline)]
        name: Name,
    }
}

/// Signs a student up and logs them in.
#[utoipa::path(post, path = "/auth/signup", tags = ["auth", "public"], request_body = SignUp, responses(
    (status = 201, description = "The account and its first session.", body = SessionView),
    (status = 409, description = "`login_id_taken`, `email_taken` or `nickname_taken`."),
    (status = 429, description = "`rate_limited`: too many came from one address.")))]
pub(crate) async fn sign_up(
    State(auth): State<Auth>,
    ClientAddress(network): ClientAddress,
    JsonBody(body): JsonBody<SignUp>,
) -> Result<Response, Problem> {
    let password = body.password;
    let now = auth.app.clock.now();
    let user = User {
        id: UserId::random(),
        school_id: body.school_id,
        login_id: body.login_id,
        email: body.email,
        nickname: body.nickname,
        name: body.name,
        admission_year: body.admission_year,
        role: Role::Student,
        nickname_changed_at: None,
        created_at: now,
        updated_at: now,
    };
    password.differs_from(&user.login_id).map_err(|error| error.at("password"))?;
    let (counted, school) = tokio::join!(auth.app.limiter.count_sign_up(network), auth.app.schools.get(user.school_id));
    counted?;
    let school = school.map_err(|error| match error {
        Error::NotFound => FieldError::NoSuchThing.at("school_id").into(),
        error => Problem::from(error),
    })?;

    let opening = Opening::new(school.id, user.id, now)?;
    let password_hash = auth.passwords.hash(password).await?;
    let new = NewUser { user, password_hash, session_id: opening.id, session: opening.session.clone() };
    auth.app.users.add(&new).await?;
    Ok(opening.grant(new.user, school, &auth.signer, now)?.created())
}
