//! What every route shares.
//!
//! A handler extracts with these, decides in the [`domain`](crate::domain), reads and writes in the
//! [`store`](crate::store), and answers with these.

mod address;
mod author;
mod body;
mod caller;
mod created;
mod cursor;
mod input;
mod language;
mod layers;
mod like;
pub mod openapi;
mod path;
mod problem;
mod query;
mod routes;

pub use address::{ClientAddress, Peer};
pub use author::AuthorView;
pub use body::{Creation, JsonBody, OptionalJsonBody};
pub use created::{Created, Once};
pub use cursor::{Cursors, List};
pub use input::{Input, Inputs, Request, present};
pub use language::Language;
pub use layers::finish;
pub use like::LikeCount;
#[doc(hidden)]
pub use pastey::paste;
pub use path::Path;
pub use problem::{Code, Problem};
pub use query::{Limit, Listing, PageParams, PageRequest, Query};
#[doc(hidden)]
pub use routes::serve;
