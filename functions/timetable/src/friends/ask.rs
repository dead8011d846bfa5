//! `POST /friends/requests`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, Email, FieldError, FriendshipId, LoginId, Person};
use campus_core::http::{Created, Creation, Once, Problem};
use campus_core::request;
use campus_core::store::{Error, KnownTie};
use utoipa::ToSchema;

use super::RequestView;

request! {
    /// Who is asked: one of the two says it.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewFriendRequest {}
    optional {
        /// Of a student of one's own school.
        #[schema(inline)]
        login_id: LoginId,
        /// Of a student of one's own school.
        #[schema(inline)]
        email: Email,
    }
}

/// Asks somebody of one's school to be one's friend. Where that one has asked already, both are friends at once: then
/// `since` is set, and `Location` is the friend's.
#[utoipa::path(post, path = "/friends/requests", tag = "timetable", request_body = NewFriendRequest, responses(
    (status = 201, description = "The request, or the friendship that came of it.", body = RequestView),
    (status = 404, description = "`not_found`: there is no such person in one's school."),
    (status = 409, description = "`already_friends`, `already_requested`."),
    (status = 429, description = "`rate_limited`: one has asked too often.")))]
pub(crate) async fn request_friend(
    caller: Caller,
    State(app): State<App>,
    creation: Creation<NewFriendRequest>,
) -> Result<Created<RequestView>, Problem> {
    let intent = creation.intent.clone();
    // Whoever was first has also asked before.
    let attempt = Once::attempt(&app.writers, &caller, intent.as_ref(), ask(&app, &caller, creation)).await;
    let made = Once::settle(attempt, |id| app.friends.find(&caller, FriendshipId::from_uuid(id))).await?;
    Ok(made.created(
        |KnownTie { tie, .. }| match tie.since {
            Some(_) => format!("/friends/{}", tie.id),
            None => format!("/friends/requests/{}", tie.id),
        },
        RequestView::from,
    ))
}

async fn ask(app: &App, caller: &Caller, creation: Creation<NewFriendRequest>) -> Result<KnownTie, Problem> {
    let (person, field) = person(creation.request)?;
    let (writer, found) = tokio::join!(
        app.writers.admit_once(caller, creation.intent.as_ref()),
        app.people.find(caller.school, &person),
    );
    let writer = writer?;
    // Before it is said whether there is such a person, so that not many can be tried.
    app.limiter.count_friend_request(&writer, caller).await?;
    let partner = found?.ok_or(Error::NotFound)?;
    if partner == caller.user {
        return Err(FieldError::Oneself.at(field).into());
    }
    Ok(app.friends.ask(&writer, caller, partner).await?)
}

/// Who is asked, and the field that says it.
fn person(request: NewFriendRequest) -> Result<(Person, &'static str), Problem> {
    match (request.login_id, request.email) {
        (Some(login_id), None) => Ok((Person::LoginId(login_id), "login_id")),
        (None, Some(email)) => Ok((Person::Email(email), "email")),
        (Some(_), Some(_)) => Err(FieldError::OnlyOne.at("email").into()),
        (None, None) => Err(FieldError::Required.at("login_id").into()),
    }
}
