//! The HTTP layer that all routes share: extractors, responses, problems, idempotency, and the middleware of
//! [`finish`].
//!
//! A handler receives its input from the extractors ([`JsonBody`], [`Query`], [`Path`], [`Caller`](crate::domain::Caller)
//! and others), applies the rules of the [`domain`](crate::domain), reads and writes through the
//! [`store`](crate::store), and returns a response or a [`Problem`].
//!
//! - [`request!`](crate::request) defines a body or a query.
//! - [`operations!`](crate::operations) builds a router from handlers.

mod address;
mod author;
mod body;
mod caller;
mod created;
mod input;
mod language;
mod like;
mod markup;
mod middleware;
mod moderation;
pub mod openapi;
mod path;
mod problem;
mod query;
mod routes;
pub mod transfer;

pub use address::{ClientAddress, OriginSecrets, OriginSecretsError, Peer};
pub use author::AuthorView;
pub use body::{Creation, JsonBody, OptionalJsonBody};
pub use caller::MaybeUnverified;
pub use created::{AccessRequest, Created};
pub use input::Request;
#[doc(hidden)]
pub use input::{Input, Inputs, NestedInput, RawField, present};
pub use like::LikeCount;
pub use markup::escape_markup;
pub(crate) use middleware::GatewayRequestId;
pub use middleware::{TimeLimits, finish, finish_within};
pub use moderation::ModerationView;
#[doc(hidden)]
pub use pastey::paste;
pub use path::Path;
pub use problem::{Code, Problem};
pub use query::{Limit, Listing, PageParams, PageRequest, Query};
#[doc(hidden)]
pub use routes::serve;

pub use crate::cursor::{CursorScope, Cursors};
