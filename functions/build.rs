//! Links the functions at a fixed address. A position-independent binary needs thousands of relocations at each start,
//! which take a twelfth of the start time and a fourteenth of the binary. docs/security.md says what this gives up.
//!
//! A release also leaves out the tables for unwinding, because its panics end the process.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=../build.rs");
    println!("cargo::rerun-if-changed=../without-unwinding.ld");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    println!("cargo::rustc-link-arg-bins=-no-pie");
    if let (Ok("release"), Ok(folder)) = (env::var("PROFILE").as_deref(), env::var("CARGO_MANIFEST_DIR")) {
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{folder}/../without-unwinding.ld");
    }
}
