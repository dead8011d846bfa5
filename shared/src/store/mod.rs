//! The single DynamoDB table.
//!
//! A file per entity owns its keys, its items and its access patterns; `docs/data-model.md` lists them all with what
//! they cost. No attribute name and no key is known outside this module.
//!
//! Every partition key begins with the school, so that a query cannot leave it; the few that exist before a school is
//! known (login ids, e-mail addresses, the directory of schools, limits of logins and sign-ups, links to shared
//! timetables, what schedules have to do, the service's keys) are the exception. Whoever asks for a thing hands over a
//! [`SchoolId`](crate::domain::SchoolId): forgetting the tenant does not compile.

mod attempts;
mod audit;
mod boards;
mod catalogues;
mod change;
mod comment_writes;
mod comments;
mod credentials;
mod error;
mod friend_writes;
mod friends;
mod keys;
mod limits;
mod marks;
mod message_writes;
mod messages;
mod people;
mod pins;
mod post_lists;
mod posts;
mod range;
mod review_writes;
mod reviews;
mod schools;
mod sessions;
mod shares;
mod sweeps;
mod table;
mod taken;
mod terms;
mod timetables;
mod transaction;
mod uploads;
mod usage;
mod users;
mod withdrawals;
mod writer;

pub use attempts::FailedLogins;
pub use audit::{Audit, Report};
pub use boards::{BoardFilter, Boards};
pub use catalogues::{Catalogues, Snapshot};
pub use comment_writes::Ground;
pub use comments::{CommentOnPost, CommentThread, Comments, FoundComment};
pub use credentials::{Credentials, Logins};
pub use error::{Error, Image};
pub use friends::{Friends, KnownTie};
pub use keys::{KeyRing, Keys, PublicKey, SigningKey};
pub use limits::{Limiter, Limits, Rate};
pub use marks::{Mark, Marks};
pub use message_writes::{About, Subject};
pub use messages::{Inbox, Messages, Messaging, SeenThread};
pub use people::People;
pub use pins::Pins;
pub use post_lists::{ListedPost, PostList};
pub use posts::{FoundPost, LookedUp, PostOnBoard, Posts};
pub use range::Page;
pub use reviews::{FoundReview, Reviews, SeenReview};
pub use schools::Schools;
pub use sessions::{Holder, Session, Sessions};
pub use shares::SharedTimetable;
pub use sweeps::{Sweep, SweepPage, Sweeps};
pub use table::{Connection, Table};
pub use terms::Terms;
pub use timetables::{OwnTimetable, PlacedTimetable, Timetables};
pub use uploads::Uploads;
pub use usage::{Budget, Usage, time_left};
pub use users::{NewUser, Users};
pub use withdrawals::{Purged, Withdrawals};
pub use writer::{Intent, Writer, Writers};

pub(crate) use range::{Range, Read, Run};
pub(crate) use table::{Item, Key};
pub(crate) use transaction::Transaction;
