//! Whether the table is true: everything in it is recounted.
//!
//! The books are kept by double entry. What two rows say of each other is entered by both, once on either side, and
//! must come to zero; what a row needs, another must give. Each row goes to the entity that owns its key: its invariants
//! are in that entity's file, in a function `audit`. This module knows the list of them and nothing else.

use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeMap, HashMap, HashSet};

use serde::de::DeserializeOwned;

use super::table::expiry;
use super::{
    Error, Item, Key, Table, attempts, boards, catalogues, comments, credentials, friends, keys, limits, marks,
    messages, people, pins, post_lists, posts, reviews, schools, sessions, shares, sweeps, taken, terms, timetables,
    uploads, users, withdrawals, writer,
};

/// What a row is, as `docs/data-model.md` calls it.
pub(super) type Kind = &'static str;

/// The entities. Each makes the entries of a row that it knows by the key, and says what kind of row it is.
const ENTITIES: [fn(&mut Entry<'_>) -> Option<Kind>; 26] = [
    schools::audit,
    users::audit,
    credentials::audit,
    sessions::audit,
    withdrawals::audit,
    writer::audit,
    pins::audit,
    boards::audit,
    posts::audit,
    post_lists::audit,
    marks::audit,
    comments::audit,
    messages::audit,
    keys::audit,
    limits::audit,
    attempts::audit,
    uploads::audit,
    sweeps::audit,
    catalogues::audit,
    terms::audit,
    timetables::audit,
    taken::audit,
    reviews::audit,
    people::audit,
    friends::audit,
    shares::audit,
];

/// Recounts a whole table.
#[derive(Clone, Debug)]
pub struct Audit {
    table: Table,
}

/// What an audit came to.
#[derive(Debug, Default)]
pub struct Report {
    /// How many rows there are of each kind. Those past their time to live, which count for nothing, are of the kind
    /// `expired`; those that nobody knows are of the kind `unknown`.
    pub rows: BTreeMap<Kind, u64>,
    /// What is wrong, in order: a sentence each, which begins with the key of a row.
    pub findings: Vec<String>,
}

impl Audit {
    /// Of the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Reads the table from end to end, and tells how many rows it has read so far after each page.
    ///
    /// The pages are of different moments: a finding in a table that is written to meanwhile may be a write that fell
    /// between two of them. What a second audit finds again is so.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn run(&self, mut progress: impl FnMut(u64)) -> Result<Report, Error> {
        let mut ledger = Ledger::default();
        let now = self.table.clock().now().as_secs();
        let mut after = None;
        loop {
            let page = self.table.scan(after).await?;
            for (key, content) in page.items {
                ledger.enter(key, content, now);
            }
            progress(ledger.report.rows.values().sum());
            match page.next {
                Some(key) => after = Some(key),
                None => return Ok(ledger.close()),
            }
        }
    }
}

/// Something on which the entries of two sides must come to zero.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Fact {
    /// A statement: one row says it, its counterpart confirms it.
    That(String),
    /// A number of things: one row counts them, each of them is a row.
    NumberOf(String),
}

/// What was entered on a fact, while it does not come to zero.
#[derive(Default)]
struct Account {
    balance: i64,
    /// The row that last added to it.
    said_by: Option<Key>,
    /// The row that last took from it.
    confirmed_by: Option<Key>,
    /// A row beside which it does not matter what it comes to.
    void_beside: Option<Key>,
}

/// What a row demands of others.
struct Demand {
    row: Key,
    of: Vec<Key>,
    /// Whether one of them must be there, or none may.
    presence: bool,
}

/// The books.
#[derive(Default)]
struct Ledger {
    report: Report,
    accounts: HashMap<Fact, Account>,
    demands: Vec<Demand>,
    given: HashSet<Key>,
    claims: HashMap<String, String>,
    bounds: HashMap<String, u32>,
    numbers: HashMap<String, (u32, Key)>,
}

impl Ledger {
    fn enter(&mut self, key: Key, content: Item, now: i64) {
        let kind = if expiry(&content).is_some_and(|expiry| expiry <= now) {
            "expired"
        } else {
            let mut entry = Entry { key: &key, content, ledger: self };
            ENTITIES.iter().find_map(|audit| audit(&mut entry)).unwrap_or_else(|| {
                entry.find("nothing in Campus makes such a row.");
                "unknown"
            })
        };
        let rows = self.report.rows.entry(kind).or_default();
        *rows = rows.saturating_add(1);
    }

    fn close(self) -> Report {
        let Self { mut report, accounts, demands, given, bounds, numbers, .. } = self;
        // Of a deleted post nobody says how many were given out.
        let beyond = numbers.iter().filter(|(what, (number, _))| bounds.get(*what).is_some_and(|bound| number > bound));
        report
            .findings
            .extend(beyond.map(|(what, (number, row))| format!("{row}: {what} are given out only below {number}.")));
        let is_void = |account: &Account| account.void_beside.as_ref().is_some_and(|key| given.contains(key));
        let open = accounts.into_iter().filter(|(_, account)| !is_void(account));
        report.findings.extend(open.filter_map(|(fact, account)| account.finding(&fact)));
        let unmet = |demand: &Demand| demand.of.iter().any(|key| given.contains(key)) != demand.presence;
        report.findings.extend(demands.iter().filter(|demand| unmet(demand)).map(Demand::finding));
        report.findings.sort_unstable();
        report
    }
}

impl Account {
    fn finding(self, fact: &Fact) -> Option<String> {
        let (row, excess) = match self.balance {
            1.. => (self.said_by?, "high"),
            _ => (self.confirmed_by?, "low"),
        };
        Some(match fact {
            Fact::That(statement) => format!("{row}: it says that {statement}, and its counterpart does not."),
            Fact::NumberOf(things) => {
                format!("{row}: the number of {things} is {} too {excess}.", self.balance.unsigned_abs())
            }
        })
    }
}

impl Demand {
    fn finding(&self) -> String {
        let rows: Vec<String> = self.of.iter().map(Key::to_string).collect();
        let verb = if self.presence { "needs" } else { "must not be beside" };
        format!("{}: it {verb} {}.", self.row, rows.join(" or "))
    }
}

/// A row on its way into the books.
pub(super) struct Entry<'a> {
    pub(super) key: &'a Key,
    content: Item,
    ledger: &'a mut Ledger,
}

impl Entry<'_> {
    /// What the row holds; nothing, which is a finding, if it cannot be read. To be asked once.
    pub(super) fn read<T: DeserializeOwned>(&mut self) -> Option<T> {
        match serde_dynamo::from_item(std::mem::take(&mut self.content)) {
            Ok(content) => Some(content),
            Err(error) => {
                self.find(&format!("it cannot be read: {error}."));
                None
            }
        }
    }

    /// The row has what belongs at this key. False, which is a finding, if the key is another.
    pub(super) fn belongs_at(&mut self, key: &Key) -> bool {
        let is_there = self.key == key;
        if !is_there {
            self.find(&format!("what it holds belongs at {key}."));
        }
        is_there
    }

    /// The row says so much of the fact, or, if negative, confirms so much.
    pub(super) fn post(&mut self, amount: i64, fact: Fact) {
        self.post_to(amount, fact, None);
    }

    /// Like [`post`](Self::post), but beside the row at this key, which must be of a kind that [`gives`](Self::gives),
    /// the other side is not asked any more.
    pub(super) fn post_unless(&mut self, amount: i64, fact: Fact, void_beside: Key) {
        self.post_to(amount, fact, Some(void_beside));
    }

    fn post_to(&mut self, amount: i64, fact: Fact, void_beside: Option<Key>) {
        let mut slot = match self.ledger.accounts.entry(fact) {
            Slot::Occupied(slot) => slot,
            Slot::Vacant(_) if amount == 0 => return,
            Slot::Vacant(slot) => slot.insert_entry(Account::default()),
        };
        let account = slot.get_mut();
        account.balance = account.balance.saturating_add(amount);
        let side = if amount < 0 { &mut account.confirmed_by } else { &mut account.said_by };
        *side = Some(self.key.clone());
        account.void_beside = void_beside.or(account.void_beside.take());
        // What has come to zero needs no memory: what comes later is too much, and stands for itself.
        if account.balance == 0 {
            slot.remove();
        }
    }

    /// The row is one that others may need, or may not stand.
    pub(super) fn gives(&mut self) {
        self.ledger.given.insert(self.key.clone());
    }

    /// The row stands for one at this key, which does not exist as such.
    pub(super) fn gives_as(&mut self, key: Key) {
        self.ledger.given.insert(key);
    }

    /// The row says that something is somebody's; no other row may say that it is somebody else's.
    pub(super) fn claim(&mut self, what: String, whose: String) {
        let first = self.ledger.claims.entry(what.clone()).or_insert_with(|| whose.clone());
        if *first != whose {
            let finding = format!("{what} is {whose} here and {first} elsewhere.");
            self.find(&finding);
        }
    }

    /// The row says that so many of these numbers were given out, from 1 on.
    pub(super) fn gives_out(&mut self, what: String, count: u32) {
        self.ledger.bounds.insert(what, count);
    }

    /// The row has one of these numbers.
    pub(super) fn has_number(&mut self, what: String, number: u32) {
        let (greatest, row) = self.ledger.numbers.entry(what).or_insert_with(|| (0, self.key.clone()));
        if number > *greatest {
            (*greatest, *row) = (number, self.key.clone());
        }
    }

    /// The row means nothing without the row at this key, which must be of a kind that [`gives`](Self::gives).
    pub(super) fn needs(&mut self, key: Key) {
        self.needs_any([key]);
    }

    /// The row means nothing without one of the rows at these keys.
    pub(super) fn needs_any(&mut self, keys: impl Into<Vec<Key>>) {
        let keys = keys.into();
        if !keys.iter().any(|key| self.ledger.given.contains(key)) {
            self.ledger.demands.push(Demand { row: self.key.clone(), of: keys, presence: true });
        }
    }

    /// The row means that there is none at this key.
    pub(super) fn excludes(&mut self, key: Key) {
        self.ledger.demands.push(Demand { row: self.key.clone(), of: vec![key], presence: false });
    }

    /// The row is wrong.
    pub(super) fn find(&mut self, what: &str) {
        self.ledger.report.findings.push(format!("{}: {what}", self.key));
    }
}
