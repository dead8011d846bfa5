//! `POST /auth/signup`.

use axum::extract::State;
use axum::response::Response;
use campus_core::domain::{
    AdmissionYear, Email, FieldError, LoginId, Nickname, Password, RealName, Role, SchoolId, User, UserId, Verification,
};
use campus_core::http::{ClientAddress, JsonBody, Problem};
use campus_core::request;
use campus_core::store::{AddressAction, Error, NewPassword, NewUser};
use utoipa::ToSchema;

use crate::device_token::Device;
use crate::session::{NewSession, SessionView};
use crate::state::AuthState;

request! {
    /// A new account.
    #[derive(Debug, ToSchema)]
    pub(crate) struct SignUp {
        /// The id of your school, from `GET /schools`.
        school_id: SchoolId,
        /// 4 to 20 letters `a-z`, digits and `_`. Case-insensitive; stored in lower case.
        login_id: LoginId,
        /// 10 to 128 characters of any kind. Not your login id and not a common password.
        password: Password,
        /// Your address. Other accounts may have the same until one of them verifies it.
        email: Email,
        /// The name that other users see: 2 to 10 characters without spaces, unique within the school.
        nickname: Nickname,
        /// The year of admission: 1950 to next year.
        admission_year: AdmissionYear,
    }
    optional {
        /// Your real name. Only you can see it.
        name: RealName,
    }
}

/// Creates an account and logs in.
///
/// The account is not verified, unless the policy of the school is `open`. Verify it with `POST /auth/verification` within 14
/// days, or it is deleted.
#[utoipa::path(post, path = "/auth/signup", tag = "auth", security(()), request_body = SignUp, responses(
    (status = 201, description = "The new account and its first session.", body = SessionView),
    (status = 409, description = "`login_id_taken` or `nickname_taken`. A login id and a nickname stay taken for 30 days
        after a withdrawal."),
    (status = 429, description = "`rate_limited`: too many sign-ups from your address.")))]
pub(crate) async fn sign_up(
    State(state): State<AuthState>,
    ClientAddress(network): ClientAddress,
    JsonBody(body): JsonBody<SignUp>,
) -> Result<Response, Problem> {
    let password = body.password;
    let now = state.app.clock.now();
    let user = User {
        id: UserId::random(),
        school_id: body.school_id,
        login_id: body.login_id,
        email: body.email,
        verification: Verification::Unverified,
        nickname: body.nickname,
        name: body.name,
        admission_year: body.admission_year,
        role: Role::Student,
        nickname_changed_at: None,
        created_at: now,
        updated_at: now,
    };
    password.check_differs_from(&user.login_id).map_err(|error| error.at("password"))?;
    let (counted, school) = tokio::join!(
        state.app.limiter.count_address(AddressAction::SignUp, network),
        state.app.schools.get(user.school_id)
    );
    counted?;
    let school = school.map_err(|error| match error {
        Error::NotFound => FieldError::NoSuchThing.at("school_id").into(),
        error => Problem::from(error),
    })?;

    let new_session = NewSession::new(school.id, user.id, now)?;
    let password = NewPassword::of_hash(state.passwords.hash(password).await?);
    let device_token = state.devices.issue(Device::new(), &user.login_id, password.id, now);
    let new_user = NewUser {
        user,
        policy: school.policy,
        password,
        session_id: new_session.id,
        session: new_session.session.clone(),
    };
    state.app.users.add(&new_user, &state.resting).await?;
    let response = new_session.into_response(new_user.user, school, &state.signer, now)?;
    Ok(response.with_device_token(device_token)?.into_created())
}
