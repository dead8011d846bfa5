//! Every operation of the API, described once for all tests that cover every operation: permissions, faults, capacity,
//! events and the others.
//!
//! To add an operation, add a row to the file of its function and run `cargo xtask bless`, which writes its event, its
//! fault test and its lines in the docs. `cargo test -p campus-tests harness` lists what is missing.

mod access;
mod auth;
mod boards;
mod comments;
mod event;
mod exam_infos;
mod friends;
mod grades;
mod messages;
mod minimum;
mod moderation;
mod notifications;
mod posts;
mod timetable;

use std::sync::LazyLock;

use serde_json::Value;

pub use self::access::Access;
use self::access::{
    BAD_CREDENTIALS, BAD_REFRESH_TOKEN, BOARD_HAS_POSTS, NOT_ADMIN, NOT_AUTHOR, NOT_FOUND, NOT_MANAGER, NOT_OWNER,
    NOT_TAKEN, OWN_CONTENT, OWN_REQUEST, SESSION_ENDED, TO_SELF,
};
pub use self::event::{Event, EventBody, UNKNOWN_PATH};
pub use self::minimum::Minimum;
use self::minimum::{
    BY_ID, BY_LOGIN_ID, FRESH, GUESS, MAY_HAVE_LEFT, NEWEST_SNAPSHOT, OTHERS, OWN_ROWS, OWNER, SAFE, SPLIT, TAKEN_DOWN,
};
use crate::support::fixture::Who::{Admin, Author, Ended, ForeignAdmin, Manager, Nobody, Student, Withdrawn};
use crate::support::fixture::{Things, Who, grade_body};

/// An operation of the API.
pub struct Operation {
    /// The `operationId` of the OpenAPI document.
    pub id: &'static str,
    /// The method and the path, as in the OpenAPI document.
    pub name: &'static str,
    /// The response to each kind of caller.
    pub access: Access,
    /// A valid request. A list is requested with pages of one item.
    pub request: fn(&Things, Who) -> Specimen,
    /// A caller whose request succeeds.
    pub caller: Who,
    pub repeat: Repeat,
    /// The minimum of each case that `guarantees::capacity` measures. If it measures no special case, the only one is
    /// [`Minimum::plain`], for the valid request.
    pub minimums: Vec<Minimum>,
    /// The events of the operation, at least [`Event::plain`].
    pub events: Vec<Event>,
}

impl Operation {
    pub fn method(&self) -> &'static str {
        self.name.split_once(' ').unwrap().0
    }

    pub fn path(&self) -> &'static str {
        self.name.split_once(' ').unwrap().1
    }

    /// The valid request of its usual caller.
    pub fn usual_request(&self, things: &Things) -> Specimen {
        (self.request)(things, self.caller)
    }
}

/// A valid request: its path with the query, and its body.
pub struct Specimen {
    pub path: String,
    pub body: Option<Value>,
}

impl Specimen {
    fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), body: None }
    }

    fn with_body(path: impl Into<String>, body: Value) -> Self {
        Self { path: path.into(), body: Some(body) }
    }
}

/// The result of sending a successful request again, with the same idempotency key if the operation takes one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Repeat {
    /// The same response, and no change.
    Same,
    /// This problem, and no change.
    Refused(u16, &'static str),
    /// The same response, and one more of what the first request created.
    Another,
}

/// The operations of a Lambda function.
pub struct OperationGroup {
    /// The name of the function.
    pub name: &'static str,
    pub operations: Vec<Operation>,
}

/// The operations of all functions, in the order of the README.
pub static GROUPS: LazyLock<Vec<OperationGroup>> = LazyLock::new(|| {
    vec![
        OperationGroup { name: "auth", operations: auth::operations() },
        OperationGroup { name: "boards", operations: boards::operations() },
        OperationGroup { name: "posts", operations: posts::operations() },
        OperationGroup { name: "comments", operations: comments::operations() },
        OperationGroup { name: "messages", operations: messages::operations() },
        OperationGroup { name: "moderation", operations: moderation::operations() },
        OperationGroup { name: "notifications", operations: notifications::operations() },
        OperationGroup {
            name: "timetable",
            operations: [
                timetable::operations(),
                friends::operations(),
                exam_infos::operations(),
                grades::operations(),
            ]
            .into_iter()
            .flatten()
            .collect(),
        },
    ]
});

/// All operations.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    GROUPS.iter().flat_map(|function| &function.operations)
}

/// The operation with this method and path.
pub fn find(name: &str) -> &'static Operation {
    all().find(|operation| operation.name == name).unwrap_or_else(|| panic!("{name} has no row in support/operations"))
}

/// The operation with this `operationId`.
pub fn with_id(id: &str) -> &'static Operation {
    all().find(|operation| operation.id == id).unwrap_or_else(|| panic!("{id} has no row in support/operations"))
}
