//! `PATCH /auth/me`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{AdmissionYear, Nickname, RealName, UserChanges};
use campus_core::http::{JsonBody, MaybeUnverified, Problem};
use campus_core::request;
use utoipa::ToSchema;

use super::load_account;
use crate::session::UserView;
use crate::state::AuthState;

request! {
    /// Changes to your account. Fields that you leave out do not change.
    #[derive(Debug, ToSchema)]
    pub(crate) struct AccountUpdate {}
    optional {
        /// 2 to 10 characters without spaces, unique within the school. The first change is possible at any time; after
        /// that, 30 days must pass between changes.
        nickname: Nickname,
        /// 1950 to next year.
        admission_year: AdmissionYear,
    }
    clearable {
        /// Your real name. Only you can see it. Null removes it.
        name: RealName,
    }
}

/// Changes your account.
#[utoipa::path(patch, path = "/auth/me", tag = "account", request_body = AccountUpdate, responses(
    (status = 200, description = "The changed account.", body = UserView),
    (status = 409, description = "`nickname_taken` or `nickname_locked`.")))]
pub(crate) async fn update_me(
    MaybeUnverified(caller): MaybeUnverified,
    State(state): State<AuthState>,
    JsonBody(body): JsonBody<AccountUpdate>,
) -> Result<Json<UserView>, Problem> {
    let changes = UserChanges { nickname: body.nickname, name: body.name, admission_year: body.admission_year };
    let (access, account) =
        tokio::join!(state.app.authorizer.authorize_private(&caller), load_account(&state, &caller));
    let (access, (user, school)) = (access?, account?);
    let user = state.app.users.edit(&access, user, &changes, &state.resting).await?;
    Ok(Json(UserView::new(user, school, access.restrictions(), state.app.clock.now())))
}
