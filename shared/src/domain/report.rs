//! Reports, and how much those of a student weigh (rule 19).

use serde::{Deserialize, Serialize};

use super::{Caller, CaseId, Date, FieldError, Invalid, Parse, Prose, ReportReason, Time, Verdict};

/// What a reporter adds to the reason: up to 1,000 characters.
pub type ReportDetail = Prose<0, 1000>;

/// The fields that a user sets for a report.
#[derive(Clone, Debug)]
pub struct ReportDraft {
    pub reason: ReportReason,
    pub detail: ReportDetail,
}

impl ReportDraft {
    /// # Errors
    /// [`FieldError::Required`] at `detail`, if the reason is `other` and there is no detail.
    pub fn new(reason: ReportReason, detail: Option<ReportDetail>) -> Result<Self, Invalid> {
        let detail = detail.unwrap_or_default();
        match reason == ReportReason::Other && detail.as_str().is_empty() {
            true => Err(FieldError::Required.at("detail")),
            false => Ok(Self { reason, detail }),
        }
    }
}

/// The weight of reports at which a thing is hidden: 1 to 1,000. It is lower for severe reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportThreshold(u16);

impl ReportThreshold {
    const MAX: u16 = 1000;
    const SEVERE: u32 = 2;

    pub fn weight(self) -> u32 {
        self.0.into()
    }

    /// For reports with a [severe](ReportReason::is_severe) reason: at most 2.
    pub fn severe_weight(self) -> u32 {
        self.weight().min(Self::SEVERE)
    }
}

impl Default for ReportThreshold {
    fn default() -> Self {
        Self(5)
    }
}

impl Parse for ReportThreshold {
    type Raw = i64;

    fn parse(raw: i64) -> Result<Self, FieldError> {
        match u16::try_from(raw) {
            Ok(weight @ 1..=Self::MAX) => Ok(Self(weight)),
            _ => Err(FieldError::OutOfRange { min: 1, max: Self::MAX.into() }),
        }
    }
}

/// What decides how much the next report of a student weighs. Only the student's own reports change it, so that a decision
/// about something does not write the rows of its reporters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporter {
    /// The day of the last report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    day: Option<Date>,
    /// The number of reports on that day.
    day_count: u32,
    /// The newest reports whose cases were not decided when the student last reported, oldest first.
    pub pending: Vec<CaseId>,
    /// When the newest rejected reports were rejected, oldest first.
    rejected: Vec<Time>,
    /// When the student last reported. Always increases.
    pub updated_at: Time,
}

impl Default for Reporter {
    /// A student who has not reported yet.
    fn default() -> Self {
        Self { day: None, day_count: 0, pending: Vec::new(), rejected: Vec::new(), updated_at: Time::from_millis(0) }
    }
}

impl Reporter {
    /// The number of reports of a day that have a weight.
    const WEIGHING_A_DAY: u32 = 3;
    /// So many rejected reports within [`REJECTION_WINDOW_S`](Self::REJECTION_WINDOW_S) leave a student without weight for as
    /// long.
    const MAX_REJECTED: usize = 5;
    /// 30 days.
    const REJECTION_WINDOW_S: i64 = 30 * 24 * 3600;
    /// How many reports wait for a decision. Older ones are not counted as rejected.
    const MAX_PENDING: usize = 50;

    /// Takes note of decisions about the pending reports. A report is rejected if the thing was restored.
    #[must_use]
    pub fn after_decisions(&self, decisions: &[(CaseId, Verdict, Time)]) -> Self {
        let mut reporter = self.clone();
        reporter.pending.retain(|case| !decisions.iter().any(|(decided, ..)| decided == case));
        let rejections = decisions.iter().filter(|(_, verdict, _)| *verdict == Verdict::Restore).map(|(.., at)| *at);
        reporter.rejected.extend(rejections);
        reporter.rejected.sort_unstable();
        let too_many = reporter.rejected.len().saturating_sub(2 * Self::MAX_REJECTED);
        reporter.rejected.drain(..too_many);
        reporter
    }

    /// The reporter after a report, and its weight. An account that was not verified for long enough has no weight, the
    /// student's reports weigh nothing for a time after too many rejections, and only the first of a day weigh.
    #[must_use]
    pub fn report(&self, caller: &Caller, case: CaseId, now: Time) -> (Self, u32) {
        let mut reporter = self.clone();
        let today = now.date_in_seoul();
        if reporter.day != Some(today) {
            (reporter.day, reporter.day_count) = (Some(today), 0);
        }
        let weighs = now >= caller.young_until && reporter.day_count < Self::WEIGHING_A_DAY && !self.is_silenced(now);
        reporter.updated_at = now.max(self.updated_at.plus_millis(1));
        reporter.day_count = reporter.day_count.saturating_add(1);
        reporter.pending.push(case);
        let too_many = reporter.pending.len().saturating_sub(Self::MAX_PENDING);
        reporter.pending.drain(..too_many);
        (reporter, u32::from(weighs))
    }

    /// Whether the student's reports weigh nothing because of rejections: for 30 days after the last of five rejections
    /// within 30 days.
    fn is_silenced(&self, now: Time) -> bool {
        self.rejected.windows(Self::MAX_REJECTED).any(|run| match (run.first(), run.last()) {
            (Some(first), Some(last)) => {
                *last <= first.plus_secs(Self::REJECTION_WINDOW_S) && now <= last.plus_secs(Self::REJECTION_WINDOW_S)
            }
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ReviewId, Role};

    const DAY_S: i64 = 24 * 3600;

    fn case() -> CaseId {
        CaseId::Review(ReviewId::random())
    }

    /// The weights of reports at these times, in seconds.
    fn weights(mut reporter: Reporter, times: &[i64]) -> Vec<u32> {
        let caller = Caller::for_test(Role::Student);
        let mut weigh = |at: &i64| {
            let (next, weight) = reporter.report(&caller, case(), Time::from_secs(*at));
            reporter = next;
            weight
        };
        times.iter().map(&mut weigh).collect()
    }

    /// A reporter whose reports were rejected at these times, in days.
    fn rejected(days: &[i64]) -> Reporter {
        let decisions: Vec<_> =
            days.iter().map(|day| (case(), Verdict::Restore, Time::from_secs(day * DAY_S))).collect();
        Reporter::default().after_decisions(&decisions)
    }

    #[test]
    fn the_first_three_reports_of_a_day_in_seoul_weigh() {
        // Midnight in Seoul is at 15:00 UTC.
        let midnight = 15 * 3600;
        let times = [midnight - 2, midnight - 2, midnight - 1, midnight - 1, midnight, midnight, midnight, midnight];
        assert_eq!(weights(Reporter::default(), &times), [1, 1, 1, 0, 1, 1, 1, 0]);
    }

    #[test]
    fn reports_of_young_accounts_weigh_nothing() {
        let now = Time::from_secs(DAY_S);
        let young = Caller { young_until: now.plus_millis(1), ..Caller::for_test(Role::Student) };
        assert_eq!(Reporter::default().report(&young, case(), now).1, 0);
        assert_eq!(Reporter::default().report(&young, case(), now.plus_millis(1)).1, 1);
    }

    #[test]
    fn five_rejections_within_30_days_take_the_weight_away_for_30_days() {
        let report_on = |reporter: &Reporter, day: i64| weights(reporter.clone(), &[day * DAY_S])[0];
        let five = rejected(&[1, 2, 3, 4, 31]);
        assert_eq!([31, 61, 62].map(|day| report_on(&five, day)), [0, 0, 1]);
        for few in [rejected(&[1, 2, 3, 4]), rejected(&[1, 2, 3, 4, 32])] {
            assert_eq!(report_on(&few, 32), 1);
        }
        assert_eq!(report_on(&rejected(&[1, 40, 41, 42, 43, 44]), 45), 0, "the last five count");
    }

    #[test]
    fn a_decision_ends_the_wait_and_only_a_restoration_is_a_rejection() {
        let (removed, restored, open) = (case(), case(), case());
        let pending = vec![removed, restored, open];
        let now = Time::from_secs(DAY_S);
        let decisions = [(removed, Verdict::Remove, now), (restored, Verdict::Restore, now)];
        let reporter = Reporter { pending, ..Reporter::default() }.after_decisions(&decisions);
        assert_eq!((reporter.pending, reporter.rejected), (vec![open], vec![now]));
    }

    #[test]
    fn the_row_of_a_reporter_stays_small() {
        let mut reporter = rejected(&[1; 100]);
        for _ in 0..100 {
            reporter = reporter.report(&Caller::for_test(Role::Student), case(), Time::from_secs(DAY_S)).0;
        }
        assert_eq!((reporter.pending.len(), reporter.rejected.len()), (50, 10));
    }

    #[test]
    fn only_the_reason_other_needs_a_detail() {
        let detail = || ReportDetail::parse("설명".to_owned()).unwrap();
        let missing = ReportDraft::new(ReportReason::Other, None).unwrap_err();
        assert_eq!(missing, FieldError::Required.at("detail"));
        assert!(ReportDraft::new(ReportReason::Other, Some(detail())).is_ok());
        assert!(ReportDraft::new(ReportReason::Spam, None).is_ok());
    }

    #[test]
    fn a_threshold_is_from_1_to_1000_and_at_most_2_for_severe_reasons() {
        for (raw, severe) in [(1, 1), (2, 2), (1000, 2)] {
            let threshold = ReportThreshold::parse(raw).unwrap();
            assert_eq!((i64::from(threshold.weight()), threshold.severe_weight()), (raw, severe));
        }
        for wrong in [0, -1, 1001, i64::MAX] {
            assert_eq!(ReportThreshold::parse(wrong), Err(FieldError::OutOfRange { min: 1, max: 1000 }));
        }
    }
}
