//! Takedown requests. Anybody can send one, without an account; admins decide it.

pub(crate) mod confirm;
pub(crate) mod create;
pub(crate) mod decide;
pub(crate) mod list;
pub(crate) mod object;
pub(crate) mod show;
pub(crate) mod view;
