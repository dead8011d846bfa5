//! The single DynamoDB table.
//!
//! A file per entity owns its keys, its items and its access patterns; `docs/data-model.md` lists them all with what
//! they cost. No attribute name and no key is known outside this module.
//!
//! Every partition key begins with the school, so that a query cannot leave it; the few that exist before a school is
//! known (login ids, e-mail addresses, the directory of schools, limits of logins and sign-ups, the service's keys) are
//! the exception. Whoever asks
//! for a thing hands over a [`SchoolId`](crate::domain::SchoolId): forgetting the tenant does not compile.

mod attempts;
mod audit;
mod boards;
mod catalogues;
mod change;
mod credentials;
mod error;
mod keys;
mod limits;
mod pins;
mod posts;
mod schools;
mod sessions;
mod table;
mod terms;
mod timetables;
mod transaction;
mod usage;
mod users;
mod withdrawals;
mod writer;

pub use attempts::FailedLogins;
pub use audit::{Audit, Report};
pub use boards::{BoardFilter, Boards};
pub use catalogues::{Catalogues, Snapshot};
pub use credentials::{Credentials, Logins};
pub use error::Error;
pub use keys::{KeyRing, Keys, PublicKey, SigningKey};
pub use limits::{Limiter, Limits, Rate};
pub use pins::Pins;
pub use posts::{PostOnBoard, Posts};
pub use schools::Schools;
pub use sessions::{Holder, Session, Sessions};
pub use table::{Connection, Page, Table};
pub use terms::Terms;
pub use timetables::{OwnTimetable, PlacedTimetable, Timetables};
pub use usage::{Budget, Usage};
pub use users::{NewUser, Users};
pub use withdrawals::{Purged, Withdrawals};
pub use writer::{Intent, Writer, Writers};

pub(crate) use table::{Item, Key, Range, Read};
pub(crate) use transaction::Transaction;
