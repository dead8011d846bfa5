//! The URL at which a push service takes messages for a browser, and the list of services whose URLs are accepted.
//!
//! A student chooses the URL, and the service sends requests to it. So it must lead to a known push service and nowhere else:
//! not to another host by a trick of the URL's grammar, and not to another port. The grammar here is narrower than that of
//! URLs, and contains what browsers give out: they write hosts in lower case, and leave out the default port.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::FieldError;

/// The maximum length of a URL, in characters. Those of the known services have up to about 400.
const MAX_LEN: usize = 1024;

/// The push services to which messages are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushServices {
    hosts: Vec<HostPattern>,
    /// An origin on this machine, such as `http://127.0.0.1:1234`.
    local_origin: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum HostPattern {
    Exactly(String),
    /// Every host that ends with this text, which begins with a dot.
    EndingWith(String),
}

/// Why a list of push services is refused.
#[derive(Debug, thiserror::Error)]
pub enum PushServicesError {
    #[error("the list of push services is empty")]
    Empty,
    #[error(
        "`{0}` is neither a host, such as `push.example.com`, nor all hosts of a domain, such as `*.push.example.com`"
    )]
    Malformed(String),
}

impl PushServices {
    /// The services of Chrome and Edge on Android, Firefox, Safari, and Edge on Windows.
    pub const DEFAULT: &str =
        "fcm.googleapis.com updates.push.services.mozilla.com web.push.apple.com *.notify.windows.com";

    /// Parses hosts that are separated by spaces. `*.` at the beginning of one stands for all hosts of the domain.
    ///
    /// # Errors
    /// [`PushServicesError`].
    pub fn parse(list: &str) -> Result<Self, PushServicesError> {
        let hosts = list.split_whitespace().map(|text| {
            let (name, is_domain) = text.strip_prefix("*.").map_or((text, false), |domain| (domain, true));
            match (is_host_name(name), is_domain) {
                (true, true) => Ok(HostPattern::EndingWith(format!(".{name}"))),
                (true, false) => Ok(HostPattern::Exactly(name.to_owned())),
                (false, _) => Err(PushServicesError::Malformed(text.to_owned())),
            }
        });
        let hosts: Vec<HostPattern> = hosts.collect::<Result<_, _>>()?;
        match hosts.is_empty() {
            true => Err(PushServicesError::Empty),
            false => Ok(Self { hosts, local_origin: None }),
        }
    }

    /// Adds the push service of a local service. Its origin is `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn with_local(self, port: u16) -> Self {
        Self { local_origin: Some(format!("http://127.0.0.1:{port}")), ..self }
    }

    /// Whether a local service is among them, so that messages go to an origin without TLS.
    pub fn has_local(&self) -> bool {
        self.local_origin.is_some()
    }

    /// The origin of the URL, if it belongs to one of the services.
    fn origin_of<'a>(&self, url: &'a str) -> Result<&'a str, FieldError> {
        if let Some(local) = &self.local_origin
            && url.strip_prefix(local.as_str()).is_some_and(|rest| rest.starts_with('/'))
        {
            return url.get(..local.len()).ok_or(FieldError::InvalidFormat);
        }
        let rest = url.strip_prefix("https://").ok_or(FieldError::InvalidFormat)?;
        let (host, _) = rest.split_once('/').ok_or(FieldError::InvalidFormat)?;
        if !is_host_name(host) {
            return Err(FieldError::InvalidFormat);
        }
        match self.hosts.iter().any(|pattern| pattern.matches(host)) {
            true => url.get(..url.len().saturating_sub(rest.len()).saturating_add(host.len())),
            false => None,
        }
        .ok_or(FieldError::UnknownPushService)
    }
}

impl HostPattern {
    fn matches(&self, host: &str) -> bool {
        match self {
            Self::Exactly(name) => host == name,
            Self::EndingWith(domain) => host.ends_with(domain),
        }
    }
}

/// The URL at which a known push service takes messages for a browser. Somebody who knows it can send messages to the push
/// service, so `Debug` shows only the origin.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PushEndpoint(String);

impl PushEndpoint {
    /// Parses a URL of one of the services.
    ///
    /// # Errors
    /// [`FieldError::TooLong`]; [`FieldError::InvalidFormat`]; [`FieldError::UnknownPushService`].
    pub fn parse(url: &str, services: &PushServices) -> Result<Self, FieldError> {
        if url.len() > MAX_LEN {
            return Err(FieldError::TooLong { max: MAX_LEN });
        }
        if !url.bytes().all(is_url_character) {
            return Err(FieldError::InvalidFormat);
        }
        services.origin_of(url)?;
        Ok(Self(url.to_owned()))
    }

    /// Whether this is a URL of one of the services. The list may have changed since the URL was parsed.
    pub fn is_of(&self, services: &PushServices) -> bool {
        services.origin_of(&self.0).is_ok()
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The scheme and the host, and the port if there is one.
    pub fn origin(&self) -> &str {
        let path = self.0.match_indices('/').nth(2).map_or(self.0.len(), |(at, _)| at);
        self.0.get(..path).unwrap_or_default()
    }
}

impl fmt::Debug for PushEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PushEndpoint({}/…)", self.origin())
    }
}

/// Whether this is a name of a host in lower case, with a dot and a last label that is no number. So an IP address is none.
fn is_host_name(text: &str) -> bool {
    let mut labels = text.split('.');
    let last = labels.next_back().unwrap_or_default();
    let mut others = labels.peekable();
    let ends_in_letters = last.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    text.len() <= 253 && others.peek().is_some() && others.all(is_label) && is_label(last) && ends_in_letters
}

fn is_label(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(is_allowed) && !text.starts_with('-') && !text.ends_with('-')
}

/// Whether a URL without a fragment may contain the byte (RFC 3986).
fn is_url_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn services() -> PushServices {
        PushServices::parse(PushServices::DEFAULT).unwrap()
    }

    #[test]
    fn endpoints_of_the_known_services_are_accepted() {
        for (url, origin) in [
            ("https://fcm.googleapis.com/fcm/send/dA0:APA91b_-x", "https://fcm.googleapis.com"),
            ("https://updates.push.services.mozilla.com/wpush/v2/gAAA=", "https://updates.push.services.mozilla.com"),
            ("https://web.push.apple.com/QGuQ", "https://web.push.apple.com"),
            ("https://wns2-sg2p.notify.windows.com/w/?token=BQY%3d%2b", "https://wns2-sg2p.notify.windows.com"),
        ] {
            let endpoint = PushEndpoint::parse(url, &services()).unwrap();
            assert_eq!((endpoint.as_str(), endpoint.origin()), (url, origin));
            assert!(endpoint.is_of(&services()) && !endpoint.is_of(&PushServices::parse("a.example").unwrap()));
            assert!(!format!("{endpoint:?}").contains(url.get(origin.len() + 1..).unwrap()));
        }
        let longest = format!("https://web.push.apple.com/{}", "a".repeat(MAX_LEN - 27));
        assert!(PushEndpoint::parse(&longest, &services()).is_ok());
        assert_eq!(PushEndpoint::parse(&(longest + "a"), &services()), Err(FieldError::TooLong { max: MAX_LEN }));
    }

    #[test]
    fn hosts_that_only_look_like_a_known_service_are_refused() {
        for url in [
            "https://fcm.googleapis.com.evil.example/",
            "https://evil.example/fcm.googleapis.com/",
            "https://xfcm.googleapis.com/",
            "https://a.fcm.googleapis.com/",
            "https://googleapis.com/",
            "https://push.apple.com/",
            "https://api.push.apple.com/",
            "https://gateway.push.apple.com/",
            "https://a.web.push.apple.com/",
            "https://evilweb.push.apple.com/",
            "https://notify.windows.com/",
            "https://evilnotify.windows.com/",
            "https://xn--fcm-googleapis-com-gq3g.example/",
        ] {
            assert_eq!(PushEndpoint::parse(url, &services()), Err(FieldError::UnknownPushService), "{url}");
        }
    }

    #[test]
    fn every_other_spelling_is_refused() {
        for url in [
            "",
            "https:",
            "https://",
            "https:///",
            "https://fcm.googleapis.com",
            "https://fcm.googleapis.com?x",
            "http://fcm.googleapis.com/",
            "HTTPS://fcm.googleapis.com/",
            "https:/fcm.googleapis.com/",
            "https:\\\\fcm.googleapis.com/",
            "//fcm.googleapis.com/",
            " https://fcm.googleapis.com/",
            "https://fcm.googleapis.com/ x",
            "https://fcm.googleapis.com/\r\nHost: evil.example",
            "https://fcm.googleapis.com/#x",
            "https://FCM.googleapis.com/",
            "https://fcm.googleapis.com./",
            "https://fcm.googleapis.com:443/",
            "https://fcm.googleapis.com:8443/",
            "https://fcm.googleapis.com:/",
            "https://fcm.googleapis.com@evil.example/",
            "https://evil.example@fcm.googleapis.com/",
            "https://user:password@fcm.googleapis.com/",
            "https://@fcm.googleapis.com/",
            "https://evil.example\\.notify.windows.com/",
            "https://evil.example%2f.notify.windows.com/",
            "https://evil.example%00.notify.windows.com/",
            "https://.notify.windows.com/",
            "https://a..notify.windows.com/",
            "https://-.notify.windows.com/",
            "https://a_b.notify.windows.com/",
            "https://ｆcm.googleapis.com/",
            "https://fcm。googleapis.com/",
            "https://fcm.googleapis.com/…",
            "https://127.0.0.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://localhost/",
            "http://127.0.0.1:1234/",
            "ftp://fcm.googleapis.com/",
            "javascript:alert(1)",
        ] {
            assert_eq!(PushEndpoint::parse(url, &services()), Err(FieldError::InvalidFormat), "{url}");
        }
    }

    #[test]
    fn a_local_service_is_one_exact_origin() {
        let services = services().with_local(1234);
        let endpoint = PushEndpoint::parse("http://127.0.0.1:1234/push/x", &services).unwrap();
        assert_eq!(endpoint.origin(), "http://127.0.0.1:1234");
        for url in [
            "http://127.0.0.1:1234",
            "http://127.0.0.1:12345/",
            "http://127.0.0.1/",
            "http://127.0.0.1:1234@evil.example/",
            "http://127.0.0.1:1234.evil.example/",
            "http://localhost:1234/",
            "https://127.0.0.1:1234/",
        ] {
            assert_eq!(PushEndpoint::parse(url, &services), Err(FieldError::InvalidFormat), "{url}");
        }
    }

    #[test]
    fn a_malformed_list_is_refused() {
        for list in ["*", "*.com.", "a.*.example", "https://a.example", "A.example", "a.example,b.example", "10.0.0.1"]
        {
            assert!(PushServices::parse(list).is_err(), "{list}");
        }
        for list in ["", " "] {
            assert!(matches!(PushServices::parse(list), Err(PushServicesError::Empty)));
        }
    }

    proptest! {
        /// What a client of HTTP takes for the host of an accepted URL is a host of the list.
        #[test]
        fn an_accepted_url_leads_to_a_known_service(
            before in "[a-z:/@.\\\\?#%\\[\\]]{0,8}",
            host in "(fcm\\.googleapis\\.com|[a-z]{0,3}\\.?notify\\.windows\\.com|[a-z.]{0,5})",
            after in "[a-z0-9:/@.?#%\\\\\\[\\]]{0,12}",
        ) {
            let url = format!("https://{before}{host}{after}");
            if let Ok(endpoint) = PushEndpoint::parse(&url, &services()) {
                let uri: axum::http::Uri = url.parse().unwrap();
                let host = uri.host().unwrap();
                prop_assert!(host == "fcm.googleapis.com" || host.ends_with(".notify.windows.com"), "{}", url);
                prop_assert_eq!((uri.scheme_str(), uri.port(), uri.authority().unwrap().as_str()), (Some("https"), None, host));
                prop_assert_eq!(endpoint.origin(), format!("https://{host}"));
            }
        }

        #[test]
        fn no_text_is_too_strange_to_parse(url in "\\PC{0,40}") {
            let _ = PushEndpoint::parse(&url, &services());
        }
    }
}
