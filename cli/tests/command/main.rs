//! Tests of the `campus` command. They run the binary as an operator does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod accounts;
mod arguments;
mod audit;
mod boards;
mod dev;
mod keys;
mod lectures;
mod moderation;
mod output;
mod policies;
mod preflight;
mod schools;
mod smoke;
mod stream;
mod support;
mod terms;
mod web_files;
mod workbook;
