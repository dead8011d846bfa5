//! The ledger of an audit: facts that two rows record, and rows that other rows require.

use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, HashSet};

use serde::de::DeserializeOwned;

use super::Report;
use super::rows::ROWS;
use crate::domain::{SchoolId, UserId};
use crate::store::dynamo::{Item, Key, expiry};

/// The kind of a row, named as in `docs/data-model.md`.
pub(crate) type Kind = &'static str;

/// A fact that rows on two sides record. Its amounts must add up to zero.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fact {
    /// A statement: one row states it (`1`), its counterpart confirms it (`-1`).
    That(String),
    /// A number of things: one row has the counter (`n`), and each of the things is a row (`-1`).
    NumberOf(String),
    /// Something that rows on two sides have, as a sum of hashes of its parts.
    Content(String),
}

impl Fact {
    /// A unique value belongs to a student. The profile states it, and the row of the value confirms it.
    pub(crate) fn owned(value: &str, school: SchoolId, user: UserId) -> Self {
        Self::That(format!("{value} belongs to user {user} of school {school}"))
    }
}

/// The sum of the amounts recorded for a fact.
#[derive(Default)]
struct Balance {
    sum: i64,
    /// The row that last recorded a positive amount.
    stated_by: Option<Key>,
    /// The row that last recorded a negative amount.
    confirmed_by: Option<Key>,
    /// If this row exists, the sum need not be zero.
    void_if: Option<Key>,
    /// If this row does not exist, the sum need not be zero.
    void_unless: Option<Key>,
}

/// A row requires that one of some other rows exists, or that none does.
struct Requirement {
    row: Key,
    others: Vec<Key>,
    presence: bool,
}

/// Collects what all rows record, and compares it in the end.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) report: Report,
    /// Facts whose sum is not zero so far.
    balances: HashMap<Fact, Balance>,
    requirements: Vec<Requirement>,
    /// Rows that exist, as far as other rows may require or exclude them.
    provided: HashSet<Key>,
    /// The value that the first row recorded for each subject.
    values: HashMap<String, String>,
    /// How many numbers of each series are assigned.
    assigned: HashMap<String, u32>,
    /// The highest number of each series that a row has, and the row.
    highest: HashMap<String, (u32, Key)>,
}

impl Ledger {
    /// Adds a row. `now` is in seconds since 1970.
    pub(super) fn add_row(&mut self, key: Key, content: Item, now: i64) {
        let kind = if expiry(&content).is_some_and(|expiry| expiry <= now) {
            "expired"
        } else {
            let mut entry = AuditEntry { key: &key, content, now, ledger: self };
            ROWS.iter().find_map(|audit| audit(&mut entry)).unwrap_or_else(|| {
                entry.report("Campus writes no row with this key.");
                "unknown"
            })
        };
        let rows = self.report.rows.entry(kind).or_default();
        *rows = rows.saturating_add(1);
    }

    /// Compares what the rows recorded, and returns the report. All rows must have been added.
    pub(super) fn finish(self) -> Report {
        let Self { mut report, balances, requirements, provided, assigned, highest, .. } = self;
        // For the numbers on a deleted post there is no row that says how many are assigned.
        report.findings.extend(highest.into_iter().filter_map(|(series, (number, row))| {
            let assigned = assigned.get(&series).filter(|assigned| number > **assigned)?;
            Some(format!("{row}: it has number {number}, but only {assigned} {series} are assigned."))
        }));
        let is_void = |balance: &Balance| {
            balance.void_if.as_ref().is_some_and(|key| provided.contains(key))
                || balance.void_unless.as_ref().is_some_and(|key| !provided.contains(key))
        };
        let unbalanced = balances.into_iter().filter(|(_, balance)| !is_void(balance));
        report.findings.extend(unbalanced.filter_map(|(fact, balance)| balance.finding(&fact)));
        let is_unmet = |requirement: &Requirement| {
            requirement.others.iter().any(|key| provided.contains(key)) != requirement.presence
        };
        report.findings.extend(requirements.iter().filter(|it| is_unmet(it)).map(Requirement::finding));
        report.findings.sort_unstable();
        report
    }
}

impl Balance {
    fn finding(self, fact: &Fact) -> Option<String> {
        let (row, excess) = match self.sum {
            1.. => (self.stated_by?, "high"),
            _ => (self.confirmed_by?, "low"),
        };
        Some(match fact {
            Fact::That(statement) => format!("{row}: it says that {statement}, and its counterpart does not."),
            Fact::NumberOf(things) => {
                format!("{row}: the number of {things} is {} too {excess}.", self.sum.unsigned_abs())
            }
            Fact::Content(content) => format!("{row}: it differs from other rows in {content}."),
        })
    }
}

impl Requirement {
    fn finding(&self) -> String {
        let others: Vec<String> = self.others.iter().map(Key::to_string).collect();
        let verb = if self.presence { "needs" } else { "must not exist together with" };
        format!("{}: it {verb} {}.", self.row, others.join(" or "))
    }
}

/// A row that is being added to the ledger. The functions in `rows` read it and record what it says.
pub(crate) struct AuditEntry<'a> {
    pub(crate) key: &'a Key,
    content: Item,
    /// In seconds since 1970.
    now: i64,
    ledger: &'a mut Ledger,
}

impl AuditEntry<'_> {
    /// Deserializes the row. Reports a finding and returns `None` if that fails. Call it only once: it consumes the
    /// content.
    pub(crate) fn read<T: DeserializeOwned>(&mut self) -> Option<T> {
        match serde_dynamo::from_item(std::mem::take(&mut self.content)) {
            Ok(content) => Some(content),
            Err(error) => {
                self.report(&format!("it cannot be read: {error}."));
                None
            }
        }
    }

    /// Whether this time has passed, in seconds since 1970.
    pub(crate) fn is_past(&self, expires_at: i64) -> bool {
        expires_at <= self.now
    }

    /// Checks that the row has the key that its content requires. Reports a finding and returns `false` if it has not.
    pub(crate) fn belongs_at(&mut self, key: &Key) -> bool {
        let is_same = self.key == key;
        if !is_same {
            self.report(&format!("its content belongs at {key}."));
        }
        is_same
    }

    /// Records an amount of a fact: positive if this row states it, negative if it confirms it.
    pub(crate) fn record(&mut self, amount: i64, fact: Fact) {
        self.record_amount(amount, fact, None, None);
    }

    /// Like [`record`](Self::record), but the fact need not balance if the row `void_if` exists. That row must be of a
    /// kind that calls [`provides`](Self::provides).
    pub(crate) fn record_unless(&mut self, amount: i64, fact: Fact, void_if: Key) {
        self.record_amount(amount, fact, Some(void_if), None);
    }

    /// Like [`record`](Self::record), but the fact must only balance if the row `void_unless` exists. That row must be
    /// of a kind that calls [`provides`](Self::provides) or [`provides_key`](Self::provides_key).
    pub(crate) fn record_if(&mut self, amount: i64, fact: Fact, void_unless: Key) {
        self.record_amount(amount, fact, None, Some(void_unless));
    }

    /// Like [`record_if`](Self::record_if), but the fact need not balance either if the row `void_if` exists.
    pub(crate) fn record_if_unless(&mut self, amount: i64, fact: Fact, void_unless: Key, void_if: Key) {
        self.record_amount(amount, fact, Some(void_if), Some(void_unless));
    }

    fn record_amount(&mut self, amount: i64, fact: Fact, void_if: Option<Key>, void_unless: Option<Key>) {
        let mut slot = match self.ledger.balances.entry(fact) {
            Slot::Occupied(slot) => slot,
            Slot::Vacant(_) if amount == 0 => return,
            Slot::Vacant(slot) => slot.insert_entry(Balance::default()),
        };
        let balance = slot.get_mut();
        balance.sum = balance.sum.saturating_add(amount);
        let side = if amount < 0 { &mut balance.confirmed_by } else { &mut balance.stated_by };
        *side = Some(self.key.clone());
        balance.void_if = void_if.or(balance.void_if.take());
        balance.void_unless = void_unless.or(balance.void_unless.take());
        // A balanced fact needs no memory. If another row records the fact later, that is a new imbalance.
        if balance.sum == 0 {
            slot.remove();
        }
    }

    /// Records that this row exists, for rows that require or exclude it.
    pub(crate) fn provides(&mut self) {
        self.ledger.provided.insert(self.key.clone());
    }

    /// Records that a row with this key exists, although it is not in the table: a name for a state of this row, such
    /// as "deleted", that other rows can require.
    pub(crate) fn provides_key(&mut self, key: Key) {
        self.ledger.provided.insert(key);
    }

    /// Records the value of a subject, such as the post that a picture is in. All rows that name the subject must
    /// record the same value.
    pub(crate) fn record_value(&mut self, subject: String, value: String) {
        let first = self.ledger.values.entry(subject.clone()).or_insert_with(|| value.clone());
        if *first != value {
            let finding = format!("{subject} is {value} here and {first} elsewhere.");
            self.report(&finding);
        }
    }

    /// Records that the numbers 1 to `count` of a series are assigned.
    pub(crate) fn assigns_numbers(&mut self, series: String, count: u32) {
        self.ledger.assigned.insert(series, count);
    }

    /// Records that this row has a number of a series. It must be one of the assigned numbers.
    pub(crate) fn has_number(&mut self, series: String, number: u32) {
        let (highest, row) = self.ledger.highest.entry(series).or_insert_with(|| (0, self.key.clone()));
        if number > *highest {
            (*highest, *row) = (number, self.key.clone());
        }
    }

    /// Requires that the row with this key exists. It must be of a kind that calls [`provides`](Self::provides).
    pub(crate) fn requires(&mut self, key: Key) {
        self.requires_any([key]);
    }

    /// Requires that one of the rows with these keys exists.
    pub(crate) fn requires_any(&mut self, keys: impl Into<Vec<Key>>) {
        let keys = keys.into();
        if !keys.iter().any(|key| self.ledger.provided.contains(key)) {
            let row = self.key.clone();
            self.ledger.requirements.push(Requirement { row, others: keys, presence: true });
        }
    }

    /// Requires that no row with this key exists.
    pub(crate) fn excludes(&mut self, key: Key) {
        let row = self.key.clone();
        self.ledger.requirements.push(Requirement { row, others: vec![key], presence: false });
    }

    /// Reports a finding about this row: a sentence that follows the key.
    pub(crate) fn report(&mut self, finding: &str) {
        self.ledger.report.findings.push(format!("{}: {finding}", self.key));
    }
}
