//! Parsers of arguments. Their errors complete the sentence `invalid value 'x' for '<ARGUMENT>': …`.

use axum::http::{HeaderValue, Uri};
use campus_core::domain::{
    CaseId, DecisionNote, Email, LoginId, Parse, ReportThreshold, SchoolId, SchoolName, SchoolSearch, Semester,
    TakedownId, VerificationPolicy, YoungDays,
};
use campus_core::store::OperatorReason;

pub(crate) fn login_id(text: &str) -> Result<LoginId, &'static str> {
    LoginId::parse(text.to_owned()).or(Err("a login id has 4 to 20 letters, digits and underscores"))
}

pub(crate) fn email(text: &str) -> Result<Email, &'static str> {
    Email::parse(text.to_owned()).or(Err("this is not an email address"))
}

pub(crate) fn school_id(text: &str) -> Result<SchoolId, &'static str> {
    text.parse().or(Err("this is not the id of a school; `campus schools list` prints the ids"))
}

pub(crate) fn school_name(text: &str) -> Result<SchoolName, &'static str> {
    SchoolName::parse(text.to_owned()).or(Err("a name has 1 to 100 characters"))
}

pub(crate) fn school_search(text: &str) -> Result<SchoolSearch, &'static str> {
    SchoolSearch::parse(text.to_owned()).or(Err("this cannot be in the name of a school"))
}

pub(crate) fn young_days(text: &str) -> Result<YoungDays, &'static str> {
    let days = text.parse().ok().and_then(|days| YoungDays::parse(days).ok());
    days.ok_or("this is not a number of days from 0 to 365")
}

pub(crate) fn report_threshold(text: &str) -> Result<ReportThreshold, &'static str> {
    let weight = text.parse().ok().and_then(|weight| ReportThreshold::parse(weight).ok());
    weight.ok_or("this is not a weight from 1 to 1000")
}

pub(crate) fn case_id(text: &str) -> Result<CaseId, &'static str> {
    text.parse().or(Err("this is not the id of a case; `campus moderation cases` prints the ids"))
}

pub(crate) fn takedown_id(text: &str) -> Result<TakedownId, &'static str> {
    text.parse().or(Err("this is not the id of a takedown request; `campus moderation takedowns` prints the ids"))
}

pub(crate) fn decision_note(text: &str) -> Result<DecisionNote, &'static str> {
    DecisionNote::parse(text.to_owned()).or(Err("a note has at most 1,000 characters"))
}

pub(crate) fn operator_reason(text: &str) -> Result<OperatorReason, &'static str> {
    OperatorReason::parse(text.to_owned()).or(Err("a reason has 1 to 1,000 visible characters"))
}

pub(crate) fn policy(text: &str) -> Result<VerificationPolicy, &'static str> {
    VerificationPolicy::parse(text.to_owned()).or(Err("a policy is `email`, `manual` or `open`"))
}

pub(crate) fn semester(text: &str) -> Result<Semester, &'static str> {
    Semester::parse(text.to_owned()).or(Err("a semester is named like 2026-1, 2026-summer, 2026-2 or 2026-winter"))
}

/// Parses a web origin (RFC 6454): a scheme, a host and optionally a port.
pub(crate) fn origin(text: &str) -> Result<HeaderValue, &'static str> {
    const EXPECTED: &str = "an origin is a scheme and a host, such as https://campus.example";
    let uri: Uri = text.parse().or(Err(EXPECTED))?;
    let has_path = text.ends_with('/') || uri.path() != "/" || uri.query().is_some();
    match (uri.scheme_str(), uri.authority(), has_path) {
        (Some("http" | "https"), Some(_), false) => HeaderValue::try_from(text).or(Err(EXPECTED)),
        _ => Err(EXPECTED),
    }
}
