//! How the functions are linked: at a fixed address. The thousands of addresses in a binary that may lie anywhere have to
//! be written at each start, which takes a twelfth of it, and listed, which takes a fourteenth of the binary.
//! docs/security.md says what that gives up.

fn main() {
    println!("cargo::rerun-if-changed=../build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
