//! The cookies of web clients.

use axum::http::{HeaderMap, HeaderValue, header};
use campus_core::http::{Code, Problem};

/// A cookie of the service.
///
/// Browsers accept a cookie whose name begins with `__Host-` only from the host itself, over HTTPS and for all paths
/// (RFC 6265bis, section 4.1.3.2), so another host of the same domain cannot set it. Scripts cannot read the cookies, and
/// browsers never send them with requests from other sites.
#[derive(Clone, Copy)]
pub(crate) struct Cookie {
    name: &'static str,
}

impl Cookie {
    pub(crate) const REFRESH_TOKEN: Self = Self { name: "__Host-campus_refresh" };
    pub(crate) const DEVICE_TOKEN: Self = Self { name: "__Host-campus_device" };

    /// The value of the cookie, if the request has it.
    ///
    /// # Errors
    /// 400 `duplicate_cookie` if the request has two cookies with this name: a browser never sends them, and nothing says
    /// which of them is right.
    pub(crate) fn read(self, headers: &HeaderMap) -> Result<Option<&str>, Problem> {
        let pairs =
            headers.get_all(header::COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
        let mut values =
            pairs.filter_map(|pair| pair.trim_ascii().strip_prefix(self.name.as_bytes())?.strip_prefix(b"="));
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Code::DuplicateCookie.into()),
            (value, None) => Ok(value.and_then(|value| str::from_utf8(value).ok())),
        }
    }

    /// A `Set-Cookie` value. A lifetime of 0 deletes the cookie.
    pub(crate) fn set(self, value: &str, lifetime_s: i64) -> Result<HeaderValue, Problem> {
        let cookie = format!("{}={value}; Path=/; Max-Age={lifetime_s}; HttpOnly; Secure; SameSite=Strict", self.name);
        HeaderValue::try_from(cookie).or(Err(Code::Internal.into()))
    }
}
