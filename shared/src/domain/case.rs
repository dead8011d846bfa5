//! Moderation cases: the reports of a post, comment, message, review or exam info, and what admins decide (rules 19 and
//! 20).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    AppealStatus, CaseId, FieldError, Hiding, Invalid, Media, Moderation, Parse, Prose, Refusal, ReportReason,
    ReportThreshold, Time, UserId,
};

/// The note of an admin about a decision: up to 1,000 characters.
pub type DecisionNote = Prose<0, 1000>;
/// The text of an appeal: 1 to 2,000 characters.
pub type AppealText = Prose<1, 2000>;

/// The reports of one thing. It stays when the thing is edited or deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    /// Responses never hold this id.
    pub author_id: UserId,
    pub state: CaseState,
    /// When the case was opened or decided, which is its position in the list of open or decided cases.
    pub listed_at: Time,
    pub created_at: Time,
    /// The version of the thing in the newest snapshot.
    pub version: Time,
    pub report_count: u32,
    /// The weight of the reports since the thing was last restored.
    pub weight: u32,
    /// The weight of those reports with a [severe](ReportReason::is_severe) reason.
    pub severe_weight: u32,
    /// The number of reports with each reason.
    pub reasons: BTreeMap<ReportReason, u32>,
    /// The weight of the reports with each reason, since the thing was last restored.
    pub reason_weights: BTreeMap<ReportReason, u32>,
    /// When the reports hid the thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blinded_at: Option<Time>,
    /// The last decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Since when the author has a sanction for the thing; `None` if the author has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sanctioned_at: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal: Option<Appeal>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    Open,
    Decided,
}

/// A decision of an admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub verdict: Verdict,
    pub sanction: Sanction,
    pub note: DecisionNote,
    pub decided_by: UserId,
    pub decided_at: Time,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Restore,
    Remove,
}

/// Whether the author takes the next step of the ladder of sanctions. Nobody who decides learns which step it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sanction {
    None,
    Apply,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    pub text: AppealText,
    pub created_at: Time,
}

/// A thing that somebody reports or appeals about, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseSubject {
    pub id: CaseId,
    pub author_id: UserId,
    /// Whether the caller wrote it.
    pub is_mine: bool,
    /// When its content last changed.
    pub version: Time,
    pub moderation: Option<Moderation>,
    pub snapshot: Snapshot,
}

/// The content of a thing at the time of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Only posts have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub content: String,
    /// The pictures of a post, with the hashes of their files.
    pub media: Vec<Media>,
}

/// The effect of a report on its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportOutcome {
    /// What the report adds to the weight of the case.
    pub weight: u32,
    pub effect: CaseEffect,
    /// Whether the report hides the thing.
    pub blinds: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseEffect {
    /// It is the first report of the thing.
    Creates,
    /// The case is open, and counts the report.
    Counts,
    /// An admin restored the thing, and its author has edited it since.
    Reopens,
    /// An admin restored the thing as it is, so the case stays decided.
    Ignored,
}

macro_rules! choices {
    ($($type:ident { $($choice:ident = $word:literal),* })*) => {$(
        impl Parse for $type {
            type Raw = String;

            fn parse(raw: String) -> Result<Self, FieldError> {
                match raw.as_str() {
                    $($word => Ok(Self::$choice),)*
                    _ => Err(FieldError::UnknownChoice),
                }
            }
        }
    )*};
}

choices! {
    CaseState { Open = "open", Decided = "decided" }
    Verdict { Restore = "restore", Remove = "remove" }
    Sanction { None = "none", Apply = "apply" }
}

impl Decision {
    /// Checks that a sanction and the reason of a removal come with a removal.
    ///
    /// # Errors
    /// [`FieldError::UnknownChoice`] at `sanction` or `reason`.
    pub fn check(&self, reason: Option<ReportReason>) -> Result<(), Invalid> {
        match (self.verdict, self.sanction, reason) {
            (Verdict::Restore, Sanction::Apply, _) => Err(FieldError::UnknownChoice.at("sanction")),
            (Verdict::Restore, Sanction::None, Some(_)) => Err(FieldError::UnknownChoice.at("reason")),
            _ => Ok(()),
        }
    }
}

impl CaseSubject {
    /// Checks that the caller may report the thing, which its author may not. Something that is blinded can still be
    /// reported by those who saw it before.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`].
    pub fn check_reportable(&self) -> Result<(), Refusal> {
        match self.moderation {
            _ if self.is_mine => Err(Refusal::OwnContent),
            Some(Moderation::Removed(_) | Moderation::Restricted(_) | Moderation::TakenDown { .. }) => {
                Err(Refusal::ContentBlinded)
            }
            _ => Ok(()),
        }
    }

    /// What a report with this weight does. `case` is the case of the thing, if there is one.
    pub fn report(
        &self,
        case: Option<&Case>,
        (reason, weight): (ReportReason, u32),
        threshold: ReportThreshold,
    ) -> ReportOutcome {
        let effect = match case {
            None => CaseEffect::Creates,
            Some(case) if case.state == CaseState::Open => CaseEffect::Counts,
            Some(_) if self.moderation.is_none() => CaseEffect::Reopens,
            Some(_) => CaseEffect::Ignored,
        };
        let severe = if reason.is_severe() { weight } else { 0 };
        let before = case.filter(|_| effect == CaseEffect::Counts);
        let total = |before: Option<u32>, more: u32| before.unwrap_or_default().saturating_add(more);
        let reached = total(before.map(|case| case.weight), weight) >= threshold.weight()
            || total(before.map(|case| case.severe_weight), severe) >= threshold.severe_weight();
        ReportOutcome { weight, effect, blinds: reached && weight > 0 && self.moderation.is_none() }
    }

    /// A new case, without reports.
    pub fn open(&self, now: Time) -> Case {
        Case {
            id: self.id,
            author_id: self.author_id,
            state: CaseState::Open,
            listed_at: now,
            created_at: now,
            version: self.version,
            report_count: 0,
            weight: 0,
            severe_weight: 0,
            reasons: BTreeMap::new(),
            reason_weights: BTreeMap::new(),
            blinded_at: None,
            decision: None,
            sanctioned_at: None,
            appeal: None,
        }
    }

    /// The moderation of the thing after an appeal of its author.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`], [`Refusal::AppealClosed`], [`Refusal::AlreadyAppealed`].
    pub fn appeal(&self, now: Time) -> Result<Moderation, Refusal> {
        let appealed = |hiding: Hiding| match hiding.appeal {
            _ if !self.is_mine => Err(Refusal::NotAuthor),
            AppealStatus::Open | AppealStatus::Decided => Err(Refusal::AlreadyAppealed),
            AppealStatus::NotMade if now > hiding.appeal_until() => Err(Refusal::AppealClosed),
            AppealStatus::NotMade => Ok(Hiding { appeal: AppealStatus::Open, ..hiding }),
        };
        match self.moderation {
            Some(Moderation::Blinded(hiding)) => appealed(hiding).map(Moderation::Blinded),
            Some(Moderation::Removed(hiding)) => appealed(hiding).map(Moderation::Removed),
            _ if self.is_mine => Err(Refusal::AppealClosed),
            _ => Err(Refusal::NotAuthor),
        }
    }
}

impl Case {
    /// Counts a report with this outcome. `subject` is the thing.
    #[must_use]
    pub fn with_report(&self, subject: &CaseSubject, reason: ReportReason, outcome: &ReportOutcome, now: Time) -> Self {
        let mut case = self.clone();
        if outcome.effect == CaseEffect::Reopens {
            case = Self {
                state: CaseState::Open,
                listed_at: now,
                weight: 0,
                severe_weight: 0,
                reason_weights: BTreeMap::new(),
                blinded_at: None,
                // It was about an earlier version.
                appeal: None,
                ..case
            };
        }
        case.report_count = case.report_count.saturating_add(1);
        let count = case.reasons.entry(reason).or_default();
        *count = count.saturating_add(1);
        if outcome.effect == CaseEffect::Ignored {
            return case;
        }
        case.version = subject.version;
        case.weight = case.weight.saturating_add(outcome.weight);
        if outcome.weight > 0 {
            let weight = case.reason_weights.entry(reason).or_default();
            *weight = weight.saturating_add(outcome.weight);
        }
        if reason.is_severe() {
            case.severe_weight = case.severe_weight.saturating_add(outcome.weight);
        }
        if outcome.blinds {
            case.blinded_at = Some(now);
        }
        case
    }

    /// The case after a decision. A sanction that the author has for the thing stays if the decision applies it again.
    ///
    /// # Errors
    /// [`Refusal::CaseDecided`].
    pub fn decide(&self, decision: Decision) -> Result<Self, Refusal> {
        match self.state {
            CaseState::Decided => Err(Refusal::CaseDecided),
            CaseState::Open => Ok(Self {
                state: CaseState::Decided,
                listed_at: decision.decided_at,
                sanctioned_at: match decision.sanction {
                    Sanction::Apply => self.sanctioned_at.or(Some(decision.decided_at)),
                    Sanction::None => None,
                },
                decision: Some(decision),
                ..self.clone()
            }),
        }
    }

    /// The case after an appeal: it is open again, if it was decided.
    #[must_use]
    pub fn with_appeal(&self, appeal: Appeal) -> Self {
        let listed_at = if self.state == CaseState::Open { self.listed_at } else { appeal.created_at };
        Self { state: CaseState::Open, listed_at, appeal: Some(appeal), ..self.clone() }
    }

    /// The moderation of the thing after the decision of this case. A restoration holds only for the version that the admin has
    /// seen. A removal prevails over a takedown request, a restoration does not: then the restriction holds.
    ///
    /// `reason` is the [reason of a removal](Self::removal_reason).
    pub fn moderation_after(
        &self,
        decision: &Decision,
        reason: ReportReason,
        current: Option<Moderation>,
        version: Time,
    ) -> Option<Moderation> {
        let appeal = if self.appeal.is_some() { AppealStatus::Decided } else { AppealStatus::NotMade };
        let restriction = current.and_then(|moderation| moderation.restriction());
        match (decision.verdict, current) {
            (_, Some(taken_down @ Moderation::TakenDown { .. })) => Some(taken_down),
            (Verdict::Restore, _) => match restriction {
                Some(restriction) => Some(Moderation::Restricted(restriction)),
                None => (version == self.version).then_some(Moderation::Restored),
            },
            (Verdict::Remove, _) => {
                Some(Moderation::Removed(Hiding { reason, since: decision.decided_at, appeal, restriction }))
            }
        }
    }

    /// Why a decision removes the thing: for the reason that the admin has chosen, or for which it is removed already, or
    /// else for the reason with the most weight in the reports.
    ///
    /// Reports alone remove nothing for [`ReportReason::IllegalMedia`], which deletes the pictures at once, unless their
    /// weight with this reason is at least 2, and more than with any other.
    pub fn removal_reason(&self, chosen: Option<ReportReason>, current: Option<Moderation>) -> ReportReason {
        let removed = match current {
            Some(Moderation::Removed(hiding)) => Some(hiding.reason),
            _ => None,
        };
        chosen.or(removed).unwrap_or_else(|| self.weightiest_reason())
    }

    fn weightiest_reason(&self) -> ReportReason {
        let weight = |reason: ReportReason| self.reason_weights.get(&reason).copied().unwrap_or_default();
        let reasons = self.reason_weights.keys().copied();
        let other = reasons.filter(|reason| *reason != ReportReason::IllegalMedia).max_by_key(|reason| weight(*reason));
        let illegal_media = weight(ReportReason::IllegalMedia);
        if illegal_media >= 2 && illegal_media > other.map_or(0, weight) {
            return ReportReason::IllegalMedia;
        }
        other.unwrap_or(ReportReason::Other)
    }
}

#[cfg(test)]
mod tests;
