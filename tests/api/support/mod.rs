//! What the tests share: the service under test, its requests and students, a fixture, the list of all operations, and
//! clients that inject faults.

pub mod community;
pub mod external;
pub mod faults;
pub mod fixture;
pub mod gallery;
pub mod generated;
pub mod harness;
pub mod ids;
pub mod normalization;
pub mod operations;
pub mod policies;
pub mod popular;
pub mod ses;
pub mod table;
