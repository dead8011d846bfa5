//! `PUT /notifications/push-subscription`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::domain::{
    ApplicationServerKey, Caller, FieldError, Invalid, PushAuth, PushEndpoint, PushPublicKey, PushSubscription,
};
use campus_core::http::{JsonBody, Problem};
use campus_core::request;
use utoipa::ToSchema;

use crate::state::NotificationsState;

request! {
    /// A subscription of a browser, as `PushSubscription.toJSON()` shows it.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewPushSubscription {
        /// A URL of a known push service.
        #[schema(max_length = 1024)]
        endpoint: String,
    }
    optional {
        /// The key for which the browser has made the subscription: `PushSubscription.options.applicationServerKey`, in
        /// base64url. Default: the current key.
        application_server_key: ApplicationServerKey,
    }
    nested {
        #[schema(required = true, nullable = false)]
        keys: NewPushSubscriptionKeys,
    }
}

request! {
    /// The keys of a subscription.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewPushSubscriptionKeys {
        p256dh: PushPublicKey,
        auth: PushAuth,
    }
}

/// Sends pushes about your notifications to this browser.
///
/// The subscription belongs to your session, and ends with it. A session has one, and you have at most 5: another one replaces
/// the oldest. If another session has used this browser before, the browser gets no more pushes for it.
///
/// A push is an encrypted JSON object with `kind` and `id` of the notification, and `tag`, which is the same for pushes that
/// replace each other. It says nothing else, because it shows on a locked screen.
#[utoipa::path(put, path = "/notifications/push-subscription", tag = "notifications",
    request_body = NewPushSubscription, responses((status = 204, description = "The browser gets pushes.")))]
pub(crate) async fn subscribe_to_pushes(
    caller: Caller,
    State(state): State<NotificationsState>,
    JsonBody(body): JsonBody<NewPushSubscription>,
) -> Result<StatusCode, Problem> {
    let app = &state.app;
    let endpoint = async {
        let endpoint = PushEndpoint::parse(&body.endpoint, &state.push_services);
        let endpoint = endpoint.map_err(|error| error.at("endpoint"))?;
        let context = app.push_subscriptions.context(&caller, &endpoint).await;
        Ok::<_, Invalid>((endpoint, context))
    };
    let (access, public_keys, endpoint) =
        tokio::join!(app.authorizer.authorize_despite_sanction(&caller), app.push_keys.public(), endpoint);
    let (access, public_keys) = (access?, public_keys?);
    let keys = body.keys.ok_or_else(|| FieldError::Required.at("keys"));
    let server_key = body.application_server_key.unwrap_or_else(|| public_keys.current.clone());
    let server_key = match public_keys.contain(&server_key) {
        true => Ok(server_key),
        false => Err(FieldError::NotCurrent.at("application_server_key")),
    };
    let ((endpoint, context), keys, server_key) = match (endpoint, keys, server_key) {
        (Ok(endpoint), Ok(keys), Ok(server_key)) => (endpoint, keys, server_key),
        (endpoint, keys, server_key) => {
            let invalid: Vec<Invalid> = [endpoint.err(), keys.err(), server_key.err()].into_iter().flatten().collect();
            return Err(Problem::invalid(invalid));
        }
    };
    let subscription = PushSubscription { endpoint, p256dh: keys.p256dh, auth: keys.auth, server_key };
    app.push_subscriptions.set(&access, &caller, &subscription, context?).await?;
    Ok(StatusCode::NO_CONTENT)
}
