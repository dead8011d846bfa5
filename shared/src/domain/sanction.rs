//! The ladder of sanctions (rule 20): a warning, then read-only for 3, 7 and 30 days, then suspension.
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
}

/// The steps of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Restriction(RestrictionKind, i64),
    Suspension,
}

/// What a student is told and may not do, apart from a suspension, with which nobody can log in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Restrictions(Vec<Restriction>);

/// A warning, or a time without writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    pub kind: RestrictionKind,
    pub reason: ReportReason,
    /// When it ends. A warning is shown until then.
    pub until: Time,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestrictionKind {
    /// It bars nothing.
    Warning,
    /// The student cannot write.
    ReadOnly,
}

/// Seconds of a day.
const DAY_S: i64 = 24 * 3600;

impl Step {
    /// The steps with their lengths in seconds. Every later one is a suspension, too.
    const LADDER: [Self; 5] = [
        Self::Restriction(RestrictionKind::Warning, 30 * DAY_S),
        Self::Restriction(RestrictionKind::ReadOnly, 3 * DAY_S),
        Self::Restriction(RestrictionKind::ReadOnly, 7 * DAY_S),
        Self::Restriction(RestrictionKind::ReadOnly, 30 * DAY_S),
        Self::Suspension,
    ];
}

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
            let oldest = |case: &&CaseSanction| (case.since.is_some(), case.decided_at);
            let forgotten = sanctions.cases.iter().min_by_key(oldest).map(|case| case.case_id);
            sanctions.cases.retain(|case| Some(case.case_id) != forgotten);
        }
        Some(sanctions)
    }

    /// The sanctions after an operator has taken all of them back.
    #[must_use]
    pub fn lifted(&self) -> Self {
        let lifted = self.cases.iter().map(|case| CaseSanction { since: None, ..*case });
        Self { cases: lifted.collect(), inherited: Restrictions::default() }
    }

    /// The sanctions with the restrictions of an account that the student deleted.
    #[must_use]
    pub fn inheriting(&self, restrictions: &Restrictions) -> Self {
        Self { inherited: Restrictions([&*self.inherited.0, &*restrictions.0].concat()), ..self.clone() }
    }

    /// The restrictions, also those that have ended.
    pub fn restrictions(&self) -> Restrictions {
        let own = self.steps().filter_map(|(step, case, since)| match step {
            Step::Restriction(kind, length_s) => {
                Some(Restriction { kind, reason: case.reason, until: since.plus_secs(length_s) })
            }
            Step::Suspension => None,
        });
        Restrictions(self.inherited.0.iter().copied().chain(own).collect())
    }

    /// The number of steps of the student, also beyond the end of the ladder.
    pub fn step_count(&self) -> usize {
        self.steps().count()
    }

    /// Whether the student has reached the last step of the ladder.
    pub fn is_suspended(&self) -> bool {
        self.steps().any(|(step, ..)| step == Step::Suspension)
    }

    /// The sanctioned cases with their steps, in the order of the ladder.
    fn steps(&self) -> impl Iterator<Item = (Step, CaseSanction, Time)> {
        let mut sanctioned: Vec<_> = self.cases.iter().filter_map(|case| Some((*case, case.since?))).collect();
        // Decisions at the same time have an order, too.
        sanctioned.sort_by_cached_key(|(case, since)| (*since, case.case_id.to_string()));
        let ladder = Step::LADDER.into_iter().chain(std::iter::repeat(Step::Suspension));
        ladder.zip(sanctioned).map(|(step, (case, since))| (step, case, since))
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
        self.0.iter().copied().filter(move |restriction| now < restriction.until)
    }

    /// When the student may write again; `None` if nothing bars it now.
    pub fn read_only_until(&self, now: Time) -> Option<Time> {
        let read_only = self.in_force(now).filter(|restriction| restriction.kind == RestrictionKind::ReadOnly);
        read_only.map(|restriction| restriction.until).max()
    }

    /// What survives the deletion of the account, until the returned time; `None` if nothing does.
    pub fn surviving(&self, now: Time) -> Option<(Self, Time)> {
        let until = self.read_only_until(now)?;
        let read_only = self.in_force(now).filter(|restriction| restriction.kind == RestrictionKind::ReadOnly);
        Some((Self(read_only.collect()), until))
    }
}

#[cfg(test)]
mod tests;
