//! Web Push: the push services to which the service sends, and the subscriptions of browsers (rule 23, RFC 8030).

mod endpoint;
mod keys;

pub use endpoint::{PushEndpoint, PushServices, PushServicesError};
pub use keys::{ApplicationServerKey, PushAuth, PushPublicKey};

use serde::{Deserialize, Serialize};

/// What a browser gives to a server, so that the server can send it messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushSubscription {
    pub endpoint: PushEndpoint,
    /// The browser's public key.
    pub p256dh: PushPublicKey,
    /// The secret that the browser shares with the service, and not with the push service.
    pub auth: PushAuth,
    /// The public key for which the browser made the subscription. The push service accepts no message that another key has
    /// signed.
    pub server_key: ApplicationServerKey,
}
