//! Audit of the rows of [`store::schools`](crate::store::schools).

use crate::domain::{EmailDomain, School};
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::schools;

/// The two rows of a school have the same content.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let described = |school: &School| {
        let School { id, name, email_domains, policy, young_days, report_threshold } = school;
        let domains: Vec<_> = email_domains.iter().map(EmailDomain::as_str).collect();
        Fact::That(format!(
            "school {id} is named {:?}, has the email domains {domains:?} and the policy {}, its accounts are young for {} \
             days, and reports hide from a weight of {}",
            name.as_str(),
            policy.as_str(),
            young_days.days(),
            report_threshold.weight()
        ))
    };
    if entry.key.pk == schools::DIRECTORY && entry.key.sk.starts_with(schools::NAME) {
        if let Some(school) = entry.read::<School>()
            && entry.belongs_at(&schools::directory_key(&school.name))
        {
            entry.record(-1, described(&school));
        }
        return Some("directory entry");
    }
    let (id, "") = schools::parse_partition(&entry.key.pk)? else { return None };
    if *entry.key != schools::key(id) {
        return None;
    }
    entry.provides();
    if let Some(school) = entry.read::<School>()
        && entry.belongs_at(&schools::key(school.id))
    {
        entry.record(1, described(&school));
    }
    Some("school")
}
