//! Policies.

use campus_core::domain::{Parse, Policies, Policy, PolicyText, PolicyVersion};

use crate::support::harness::TestApp;

/// Policies of these versions.
pub fn policies(terms: &str, privacy: &str) -> Policies {
    let policy = |kind: &str, version: &str| {
        let text = |language: &str| PolicyText::parse(format!("{kind} {version} {language}")).unwrap();
        Policy { version: PolicyVersion::parse(version.to_owned()).unwrap(), ko: text("ko"), en: text("en") }
    };
    Policies { terms: policy("terms", terms), privacy: policy("privacy", privacy) }
}

/// Imports policies of these versions.
pub async fn import(app: &TestApp, terms: &str, privacy: &str) {
    app.service.app.policies.import(&policies(terms, privacy)).await.unwrap();
}
