//! The ladder of sanctions (rule 20): a warning, then read-only for 3, 7 and 30 days, then suspension, which is read-only
//! without an end.
//!
//! The sanctions of a student follow from the last decision of each case about something of the student, whatever the order
//! in which the decisions arrive. Each sanctioned case is a step, in the order of the sanctions. When a decision takes a
//! sanction back, that step goes, and those after it move down by one.

use serde::{Deserialize, Serialize};

use super::{CaseId, ReportReason, Time};

/// What the last decision of a case means for the author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSanction {
    pub case_id: CaseId,
    pub decided_at: Time,
    /// When the case was first decided with the sanction that holds; `None` if none holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
    pub reason: ReportReason,
}

/// The sanctions of a student. Only the student and operators see them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sanctions {
    /// The cases, also those whose sanction was taken back: an older decision may still arrive.
    cases: Vec<CaseSanction>,
    /// From an account that the student deleted.
    #[serde(default, skip_serializing_if = "Restrictions::is_empty")]
    inherited: Restrictions,
    /// When an operator took all sanctions back. Sanctions since then or before do not hold, also if a later decision keeps
    /// them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lifted_at: Option<Time>,
}

/// What a student is told and may not do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Restrictions(Vec<Restriction>);

/// A warning, a time without writing, or a suspension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    pub kind: RestrictionKind,
    pub reason: ReportReason,
    /// When it ends; `None` if it does not end by itself. A warning is shown until then.
    pub until: Option<Time>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestrictionKind {
    /// It bars nothing.
    Warning,
    /// The student cannot write.
    ReadOnly,
    /// The student cannot write, without an end.
    Suspended,
}

/// Seconds of a day.
const DAY_S: i64 = 24 * 3600;

/// The steps with their lengths in seconds. Cases after the last step change nothing.
const LADDER: [(RestrictionKind, Option<i64>); 5] = [
    (RestrictionKind::Warning, Some(30 * DAY_S)),
    (RestrictionKind::ReadOnly, Some(3 * DAY_S)),
    (RestrictionKind::ReadOnly, Some(7 * DAY_S)),
    (RestrictionKind::ReadOnly, Some(30 * DAY_S)),
    (RestrictionKind::Suspended, None),
];

impl Sanctions {
    /// How many cases are kept. Many more than the ladder has steps, so that the student stays suspended until almost all
    /// are taken back.
    const MAX_CASES: usize = 64;

    /// The sanctions after a decision, or `None` if they stay as they are: the decision, or a later one of the same case, is
    /// known.
    #[must_use]
    pub fn after(&self, decided: CaseSanction) -> Option<Self> {
        let mut sanctions = self.clone();
        match sanctions.cases.iter_mut().find(|case| case.case_id == decided.case_id) {
            Some(known) if known.decided_at >= decided.decided_at => return None,
            Some(known) => *known = decided,
            None => sanctions.cases.push(decided),
        }
        if sanctions.cases.len() > Self::MAX_CASES {
            let oldest = |case: &&CaseSanction| (self.since(case).is_some(), case.decided_at);
            let forgotten = sanctions.cases.iter().min_by_key(oldest).map(|case| case.case_id);
            sanctions.cases.retain(|case| Some(case.case_id) != forgotten);
        }
        Some(sanctions)
    }

    /// The sanctions after an operator has taken all of them back, or `None` if there are none.
    #[must_use]
    pub fn lifted(&self, now: Time) -> Option<Self> {
        let lifted = Self { cases: self.cases.clone(), inherited: Restrictions::default(), lifted_at: Some(now) };
        (!self.restrictions().is_empty()).then_some(lifted)
    }

    /// The sanctions with the restrictions of an account that the student deleted.
    #[must_use]
    pub fn inheriting(&self, restrictions: &Restrictions) -> Self {
        Self { inherited: Restrictions([&*self.inherited.0, &*restrictions.0].concat()), ..self.clone() }
    }

    /// The restrictions, also those that have ended.
    pub fn restrictions(&self) -> Restrictions {
        let own = LADDER.into_iter().zip(self.in_order()).map(|((kind, length_s), (case, since))| Restriction {
            kind,
            reason: case.reason,
            until: length_s.map(|length_s| since.plus_secs(length_s)),
        });
        Restrictions(self.inherited.0.iter().copied().chain(own).collect())
    }

    /// The sanctioned cases, each with the time since when its sanction holds, in the order of the ladder.
    fn in_order(&self) -> Vec<(CaseSanction, Time)> {
        let mut sanctioned: Vec<_> = self.cases.iter().filter_map(|case| Some((*case, self.since(case)?))).collect();
        // Decisions at the same time have an order, too.
        sanctioned.sort_by_cached_key(|(case, since)| (*since, case.case_id.to_string()));
        sanctioned
    }

    /// Since when the sanction of the case holds; `None` if it was taken back.
    fn since(&self, case: &CaseSanction) -> Option<Time> {
        case.since.filter(|since| self.lifted_at.is_none_or(|lifted_at| *since > lifted_at))
    }
}

impl Restrictions {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All, also those that have ended.
    pub fn all(&self) -> impl Iterator<Item = Restriction> {
        self.0.iter().copied()
    }

    /// Those that have not ended.
    pub fn in_force(&self, now: Time) -> impl Iterator<Item = Restriction> {
        self.0.iter().copied().filter(move |restriction| restriction.until.is_none_or(|until| now < until))
    }

    /// The restriction that bars the student from writing for the longest time; `None` if nothing bars it now.
    pub fn barring(&self, now: Time) -> Option<Restriction> {
        self.all_barring(now).max_by_key(|restriction| (restriction.until.is_none(), restriction.until))
    }

    fn all_barring(&self, now: Time) -> impl Iterator<Item = Restriction> {
        self.in_force(now).filter(|restriction| restriction.kind != RestrictionKind::Warning)
    }

    /// What binds the next account with the address of the student; `None` if nothing does.
    pub fn surviving(&self, now: Time) -> Option<Self> {
        let barring: Vec<_> = self.all_barring(now).collect();
        (!barring.is_empty()).then_some(Self(barring))
    }
}

#[cfg(test)]
mod tests;
