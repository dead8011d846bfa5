//! Reading cases and the log, for admins. An admin sees nothing about their own things.

use serde::Deserialize;

use crate::domain::{
    Author, Caller, Case, CaseId, CaseState, Decision, DecisionNote, MediaFolder, PostHead, Refusal, Role, SchoolId,
    Snapshot, TakedownDecision, TakedownId, Time, UserId,
};
use crate::store::accounts::users;
use crate::store::content::posts;
use crate::store::dynamo::{Error, KeyCondition, Page, Range, Read};
use crate::store::moderation::takedowns::TakedownLogEntry;
use crate::store::moderation::{
    Cases, ListedCase, LogEntry, REPORT, ReportRow, SnapshotRow, case_key, case_partition, expiry, list_partition,
    log_partition, snapshot_key,
};

/// The maximum number of reports that a case shows, newest first.
const SHOWN_REPORTS: usize = 100;

/// A case with what was reported.
#[derive(Clone, Debug)]
pub struct SeenCase {
    pub case: Case,
    /// The newest snapshot; `None` a year after it was taken.
    pub snapshot: Option<Snapshot>,
}

/// A case with its newest reports, of the last year.
#[derive(Clone, Debug)]
pub struct CaseDetails {
    pub seen: SeenCase,
    pub reports: Vec<ReportRow>,
    /// The folder of the pictures of a post; `None` if there are none any more.
    pub media_folder: Option<MediaFolder>,
}

/// An entry of the moderation log.
#[derive(Clone, Debug)]
pub struct LogItem {
    pub case_id: CaseId,
    pub decision: LoggedDecision,
    /// The admin who decided, as shown; `None` for an operator.
    pub decided_by: Option<Author>,
}

/// A decision in the moderation log.
#[derive(Clone, Debug)]
pub enum LoggedDecision {
    Case(Decision),
    Takedown(TakedownId, TakedownDecision),
}

/// A row of the moderation log.
#[derive(Deserialize)]
#[serde(untagged)]
enum LogRow {
    Case(LogEntry),
    Takedown(TakedownLogEntry),
}

impl LogRow {
    fn author_id(&self) -> UserId {
        match self {
            Self::Case(entry) => entry.author_id,
            Self::Takedown(entry) => entry.author_id,
        }
    }

    fn decided_by(&self) -> Option<UserId> {
        match self {
            Self::Case(entry) => Some(entry.decision.decided_by),
            Self::Takedown(entry) => entry.decision.decided_by,
        }
    }
}

#[derive(Deserialize)]
struct ProfileRole {
    role: Role,
}

impl Cases {
    /// Lists the open cases of the school, those first that have waited longest, or the decided ones, newest decision
    /// first. A page may have fewer than `limit` cases.
    ///
    /// # Errors
    /// [`Refusal::NotAdmin`].
    pub async fn list(
        &self,
        caller: &Caller,
        state: CaseState,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<SeenCase, String>, Error> {
        let partition = list_partition(caller.school, state);
        let range = match state {
            CaseState::Open => Range::oldest_first(partition, KeyCondition::Whole),
            CaseState::Decided => Range::newest_first(partition, KeyCondition::Whole),
        };
        let listed = self.table.query::<ListedCase>(range.after(after), Some(limit));
        let ((), page) = tokio::try_join!(self.check_admin(caller), listed)?;
        let ids: Vec<CaseId> = page.items.iter().map(|(_, listed)| listed.case_id).collect();
        let mut rows =
            self.table.batch_get(ids.iter().map(|id| case_key(caller.school, *id)), Read::Consistent).await?;
        let mut cases: Vec<Case> = Vec::new();
        for id in ids {
            cases.extend(rows.take::<Case>(&case_key(caller.school, id))?.filter(|case| case.state == state));
        }
        Ok(Page { items: self.seen(caller, cases).await?, next: page.next })
    }

    /// Returns a case with its reports.
    ///
    /// # Errors
    /// [`Refusal::NotAdmin`]; [`Error::NotFound`], also if the case is about something of the caller.
    pub async fn get(&self, caller: &Caller, id: CaseId) -> Result<CaseDetails, Error> {
        let reports = Range::newest_first(case_partition(caller.school, id), REPORT);
        let ((), case, reports, media_folder) = tokio::try_join!(
            self.check_admin(caller),
            self.table.get::<Case>(case_key(caller.school, id), Read::Consistent),
            self.table.query::<ReportRow>(reports, Some(SHOWN_REPORTS)),
            self.media_folder(caller, id),
        )?;
        let seen = self.seen(caller, case.into_iter().collect()).await?.pop().ok_or(Error::NotFound)?;
        let now = self.table.clock().now();
        let reports = reports.items.into_iter().map(|(_, report)| report).filter(|report| report.lives_at(now));
        Ok(CaseDetails { seen, reports: reports.collect(), media_folder })
    }

    async fn media_folder(&self, caller: &Caller, id: CaseId) -> Result<Option<MediaFolder>, Error> {
        let CaseId::Post(post) = id else { return Ok(None) };
        let head: Option<PostHead> = self.table.get(posts::head_key(caller.school, post), Read::Consistent).await?;
        Ok(head.and_then(|head| head.media_folder))
    }

    /// Lists the decisions of the school's admins, newest first.
    ///
    /// # Errors
    /// [`Refusal::NotAdmin`].
    pub async fn log(
        &self,
        caller: &Caller,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<LogItem, String>, Error> {
        let range = Range::newest_first(log_partition(caller.school), KeyCondition::Whole).after(after);
        let ((), page) = tokio::try_join!(self.check_admin(caller), self.table.query::<LogRow>(range, Some(limit)))?;
        let rows: Vec<LogRow> = page.items.into_iter().map(|(_, row)| row).collect();
        let admins = rows.iter().filter_map(LogRow::decided_by);
        let nicknames = users::nicknames(&self.table, caller.school, admins).await?;
        let others = rows.into_iter().filter(|row| row.author_id() != caller.user);
        let now = self.table.clock().now();
        let item = |row: LogRow| {
            let decided_by = row.decided_by().map(|admin| Author::named(admin, &nicknames));
            let (case_id, decision) = match row {
                LogRow::Case(entry) => (entry.case_id, LoggedDecision::Case(without_expired_note(entry.decision, now))),
                LogRow::Takedown(entry) => {
                    let note = kept_note(entry.decision.note, entry.decision.decided_at, now);
                    let decision = TakedownDecision { note, ..entry.decision };
                    (entry.case_id, LoggedDecision::Takedown(entry.takedown_id, decision))
                }
            };
            LogItem { case_id, decision, decided_by }
        };
        Ok(Page { items: others.map(item).collect(), next: page.next })
    }

    /// Whether the school has an open case that was opened before this time.
    pub async fn has_open_before(&self, school: SchoolId, time: Time) -> Result<bool, Error> {
        let range = Range::oldest_first(list_partition(school, CaseState::Open), KeyCondition::Whole);
        let range = Range { read: Read::Eventual, ..range };
        let oldest = self.table.query::<ListedCase>(range, Some(1)).await?.items;
        // The sort key begins with the time at which the case was opened.
        Ok(oldest.first().is_some_and(|(sk, _)| *sk < time.to_string()))
    }

    /// The role in the caller's token may be revoked.
    ///
    /// # Errors
    /// [`Refusal::NotAdmin`].
    pub(super) async fn check_admin(&self, caller: &Caller) -> Result<(), Error> {
        let key = users::profile_key(caller.school, caller.user);
        let profile: Option<ProfileRole> = self.table.get(key, Read::Consistent).await?;
        match profile {
            Some(ProfileRole { role: Role::Admin }) => Ok(()),
            _ => Err(Refusal::NotAdmin.into()),
        }
    }

    /// The newest snapshot of a case; `None` a year after it was taken.
    pub(super) async fn snapshot(&self, school: SchoolId, case: &Case) -> Result<Option<Snapshot>, Error> {
        let key = snapshot_key(school, case.id, case.version);
        let row: Option<SnapshotRow> = self.table.get(key, Read::Consistent).await?;
        let now = self.table.clock().now();
        Ok(row.filter(|row| row.lives_at(now)).map(|row| row.snapshot))
    }

    /// The cases with their newest snapshots, without those about the caller's own things.
    pub(super) async fn seen(&self, caller: &Caller, cases: Vec<Case>) -> Result<Vec<SeenCase>, Error> {
        let snapshot_key = |case: &Case| snapshot_key(caller.school, case.id, case.version);
        let mut snapshots = self.table.batch_get(cases.iter().map(snapshot_key), Read::Consistent).await?;
        let now = self.table.clock().now();
        let mut seen = Vec::new();
        for case in cases.into_iter().filter(|case| case.author_id != caller.user) {
            let row: Option<SnapshotRow> = snapshots.take(&snapshot_key(&case))?;
            let snapshot = row.filter(|row| row.lives_at(now)).map(|row| row.snapshot);
            seen.push(SeenCase { case: without_expired_texts(case, now), snapshot });
        }
        Ok(seen)
    }
}

/// A decided case without an appeal and a note of more than a year ago. An open case keeps its appeal for the decision.
pub(super) fn without_expired_texts(case: Case, now: Time) -> Case {
    let is_open = case.state == CaseState::Open;
    let appeal = case.appeal.clone().filter(|appeal| is_open || now.as_secs() < expiry(appeal.created_at));
    let decision = case.decision.clone().map(|decision| without_expired_note(decision, now));
    Case { appeal, decision, ..case }
}

fn without_expired_note(decision: Decision, now: Time) -> Decision {
    Decision { note: kept_note(decision.note, decision.decided_at, now), ..decision }
}

/// The note; empty a year after the decision.
fn kept_note(note: DecisionNote, decided_at: Time, now: Time) -> DecisionNote {
    if now.as_secs() < expiry(decided_at) { note } else { DecisionNote::default() }
}
