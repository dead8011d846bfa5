//! `POST /auth/signup`.

use axum::extract::State;
use axum::response::Response;
use campus_core::domain::{
    AdmissionYear, Consents, Email, FieldError, Invalid, LoginId, Nickname, Password, PolicyVersions, RealName,
    Restrictions, Role, SchoolId, Time, User, UserId, Verification,
};
use campus_core::http::{ClientAddress, JsonBody, Problem};
use campus_core::request;
use campus_core::store::{AddressAction, Error, NewPassword, NewUser};
use utoipa::ToSchema;

use crate::device_token::Device;
use crate::me::accept_policies::AcceptedPolicies;
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
        /// That you are at least 14 years old. Required if `GET /policies` shows policies.
        is_14_or_older: bool,
    }
    nested {
        /// The versions of the policies that you accept. Required if `GET /policies` shows policies.
        consents: AcceptedPolicies,
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
    JsonBody(mut body): JsonBody<SignUp>,
) -> Result<Response, Problem> {
    let now = state.app.clock.now();
    let (accepted, is_14_or_older) = (body.consents.take().map(PolicyVersions::from), body.is_14_or_older);
    let (mut user, password) = unverified_user(body, now);
    password.check_differs_from(&user.login_id).map_err(|error| error.at("password"))?;
    let (counted, school, current) = tokio::join!(
        state.app.limiter.count_address(AddressAction::SignUp, network),
        state.app.schools.get(user.school_id),
        current_policies(&state, accepted.as_ref()),
    );
    counted?;
    check_consents(current?.as_ref(), accepted.as_ref(), is_14_or_older).map_err(Problem::invalid)?;
    user.consents = accepted.map(|accepted| Consents::new(accepted, now));
    let school = school.map_err(|error| match error {
        Error::NotFound => FieldError::NoSuchThing.at("school_id").into(),
        error => Problem::from(error),
    })?;

    let new_session = NewSession::new(school.id, user.id, now)?;
    let password = NewPassword::of_hash(state.passwords.hash(password).await?, now);
    let device_token = state.devices.issue(Device::new(), &user.login_id, password.id, now);
    let new_user = NewUser {
        user,
        policy: school.policy,
        password,
        session_id: new_session.id,
        session: new_session.session.clone(),
    };
    state.app.users.add(&new_user, &state.resting).await?;
    let response = new_session.into_response(new_user.user, school, &Restrictions::default(), &state.signer, now)?;
    Ok(response.with_device_token(device_token)?.into_created())
}

/// A new student, who is not verified and has accepted no policies, and the password.
fn unverified_user(body: SignUp, now: Time) -> (User, Password) {
    let user = User {
        id: UserId::random(),
        school_id: body.school_id,
        login_id: body.login_id,
        email: body.email,
        verification: Verification::Unverified,
        consents: None,
        nickname: body.nickname,
        name: body.name,
        admission_year: body.admission_year,
        role: Role::Student,
        nickname_changed_at: None,
        created_at: now,
        updated_at: now,
    };
    (user, body.password)
}

/// The policies that apply, to be compared with those that a new student accepts.
async fn current_policies(
    state: &AuthState,
    accepted: Option<&PolicyVersions>,
) -> Result<Option<PolicyVersions>, Error> {
    match accepted {
        Some(accepted) => state.app.policies.current_for(accepted).await,
        None => state.app.policies.current().await,
    }
}

/// Checks what a new student accepts and confirms (rule 29). Without policies nothing is required.
fn check_consents(
    current: Option<&PolicyVersions>,
    accepted: Option<&PolicyVersions>,
    is_14_or_older: Option<bool>,
) -> Result<(), Vec<Invalid>> {
    let nested = |Invalid { field, error }: Invalid| error.at(format!("consents.{field}"));
    let mut invalid: Vec<_> = match accepted {
        Some(accepted) => accepted.check_current(current).err().into_iter().flatten().map(nested).collect(),
        None => current.map(|_| FieldError::Required.at("consents")).into_iter().collect(),
    };
    match is_14_or_older {
        Some(false) => invalid.push(FieldError::NotConfirmed.at("is_14_or_older")),
        None if current.is_some() => invalid.push(FieldError::Required.at("is_14_or_older")),
        _ => {}
    }
    if invalid.is_empty() { Ok(()) } else { Err(invalid) }
}
