//! Device tokens (rule 33). A device that has logged in to an account before shows its token at the next login. Its failed
//! logins then have a counter of their own, so an attacker who tries passwords cannot make the owner wait. OWASP calls this a
//! device cookie.
//!
//! A token grants nothing else. It is encrypted, so a client cannot read or change it, and nothing is stored.

use axum::http::HeaderValue;
use campus_core::domain::{LoginId, Time};
use campus_core::http::Problem;
use campus_core::sealer::Sealer;
use campus_core::store::{AccountKey, Credentials};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::cookies::Cookie;

/// How long a token is valid, in seconds: 180 days.
const LIFETIME_S: i64 = 180 * 24 * 3600;

/// Encrypts and decrypts device tokens.
pub(crate) struct DeviceTokens {
    sealer: Sealer,
}

/// A device that has logged in to an account.
#[derive(Clone, Copy)]
pub(crate) struct Device {
    /// Identifies the counter of its failed logins.
    pub(crate) id: Uuid,
}

/// The content of a token.
#[derive(Serialize, Deserialize)]
struct Content {
    device_id: Uuid,
    /// [`Credentials::password_id`], which identifies the account and its password.
    password_id: Uuid,
    /// In seconds since 1970.
    expires_at: i64,
}

impl Device {
    /// A device that has no token yet.
    pub(crate) fn new() -> Self {
        Self { id: Uuid::new_v4() }
    }
}

impl DeviceTokens {
    /// `None` if the key is malformed.
    pub(crate) fn new(key: &AccountKey) -> Option<Self> {
        Some(Self { sealer: Sealer::new(&key.derive("campus device tokens")?)? })
    }

    /// A token for a device on which the user has just entered the password with this id.
    pub(crate) fn issue(&self, device: Device, login_id: &LoginId, password_id: Uuid, now: Time) -> String {
        let expires_at = now.as_secs().saturating_add(LIFETIME_S);
        let content = Content { device_id: device.id, password_id, expires_at };
        self.sealer.seal(login_id.as_str(), &serde_json::to_string(&content).unwrap_or_default())
    }

    /// The device of a token, if the token is valid for the account with this login id. `credentials` are those of the
    /// account, if it exists.
    pub(crate) fn find(
        &self,
        token: &str,
        login_id: &LoginId,
        credentials: Option<&Credentials>,
        now: Time,
    ) -> Option<Device> {
        let content: Content = serde_json::from_str(&self.sealer.open(login_id.as_str(), token)?).ok()?;
        let is_valid = content.password_id == credentials?.password_id && now.as_secs() < content.expires_at;
        is_valid.then_some(Device { id: content.device_id })
    }
}

/// A `Set-Cookie` value with the token.
pub(crate) fn cookie(token: &str) -> Result<HeaderValue, Problem> {
    Cookie::DEVICE_TOKEN.set(token, LIFETIME_S)
}
