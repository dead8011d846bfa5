//! `POST /friends/requests`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, Email, FieldError, FriendshipId, LoginId, SentTo};
use campus_core::http::{AccessRequest, Created, Creation, Problem};
use campus_core::request;
use campus_core::store::{Error, NamedFriendLink, UserAction};
use utoipa::ToSchema;

use super::RequestView;

request! {
    /// The student to send a friend request to: `login_id` or `email`.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewFriendRequest {}
    optional {
        /// The login id of a student of your school.
        login_id: LoginId,
        /// The email address that a student of your school has verified.
        email: Email,
    }
}

/// Sends a friend request to a student of your school.
///
/// If the student has already sent you a request, this accepts it: you are friends at once, `since` is set, and
/// `Location` is the path of the friend. If the student does not want your requests, the response is the same as for other
/// open requests.
#[utoipa::path(post, path = "/friends/requests", tag = "friend-requests", request_body = NewFriendRequest, responses(
    (status = 201, description = "The request, or the friendship.", body = RequestView),
    (status = 404, description = "`not_found`: your school has no such student."),
    (status = 409, description = "`already_friends` or `already_requested`."),
    (status = 429, description = "`rate_limited`: you sent too many requests.")))]
pub(crate) async fn create_friend_request(
    caller: Caller,
    State(app): State<App>,
    creation: Creation<NewFriendRequest>,
) -> Result<Created<RequestView>, Problem> {
    creation
        .run(
            &app.authorizer,
            &caller,
            async |request, access| create(&app, &caller, request, access).await,
            async |id| app.friends.find_named(&caller, FriendshipId::from_uuid(id)).await,
            created,
        )
        .await
}

fn created(named: NamedFriendLink) -> Created<RequestView> {
    let NamedFriendLink { link, .. } = &named;
    let location = match link.since {
        Some(_) => format!("/friends/{}", link.id),
        None => format!("/friends/requests/{}", link.id),
    };
    Created::new(location, RequestView::from(named))
}

async fn create(
    app: &App,
    caller: &Caller,
    request: NewFriendRequest,
    access: AccessRequest,
) -> Result<NamedFriendLink, Problem> {
    let recipient = Recipient::of(request)?;
    let find = async {
        match &recipient {
            Recipient::LoginId(login_id) => app.user_directory.find(caller.school, login_id).await,
            Recipient::Email(address) => app.user_directory.find_by_address(caller.school, address).await,
        }
    };
    let (access, found) = tokio::join!(access.authorize(), find);
    let access = access?;
    // The limit applies before the response tells whether the student exists, so that nobody can test many login ids.
    app.limiter.count(UserAction::RequestFriend, &access, caller).await?;
    let found = found?.ok_or(Error::NotFound)?;
    if found == caller.user {
        return Err(FieldError::Oneself.at(recipient.field()).into());
    }
    Ok(app.friends.send_request(&access, caller, (found, &recipient.into())).await?)
}

/// How the request names its recipient.
enum Recipient {
    LoginId(LoginId),
    Email(Email),
}

impl Recipient {
    fn of(request: NewFriendRequest) -> Result<Self, Problem> {
        match (request.login_id, request.email) {
            (Some(login_id), None) => Ok(Self::LoginId(login_id)),
            (None, Some(email)) => Ok(Self::Email(email)),
            (Some(_), Some(_)) => Err(FieldError::OnlyOne.at("email").into()),
            (None, None) => Err(FieldError::Required.at("login_id").into()),
        }
    }

    fn field(&self) -> &'static str {
        match self {
            Self::LoginId(_) => "login_id",
            Self::Email(_) => "email",
        }
    }
}

impl From<Recipient> for SentTo {
    fn from(recipient: Recipient) -> Self {
        match recipient {
            Recipient::LoginId(login_id) => login_id.into(),
            Recipient::Email(email) => email.into(),
        }
    }
}
