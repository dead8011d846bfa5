//! `campus keys`.

use serde_json::Value;

use crate::support::{Dev, fails, succeeds};

#[test]
fn keys_are_generated_once_and_rotated_in_three_steps() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    fails(&["keys", "show", "--data", data], 1, "the table has no keys: run `campus keys generate`");
    let keys: Value = serde_json::from_str(&succeeds(&["keys", "generate", "--data", data])).unwrap();
    assert_eq!(keys["keys"][0]["crv"], "Ed25519");
    assert!(keys["keys"][0].get("d").is_none(), "the private half");
    fails(&["keys", "generate", "--data", data], 1, "the table already has keys");
    assert_eq!(serde_json::from_str::<Value>(&succeeds(&["keys", "show", "--data", data])).unwrap(), keys);
    let dev = Dev::start(folder.path(), &[]);
    assert_eq!(dev.get("/.well-known/jwks.json"), keys, "the service uses them");
    let rotate = || serde_json::from_str::<Value>(&succeeds(&["keys", "rotate", "--data", data])).unwrap();
    let both = rotate();
    assert_eq!((&both["keys"][0], both["keys"].as_array().unwrap().len()), (&keys["keys"][0], 2));
    let switched = rotate();
    assert_eq!((&switched["keys"][0], &switched["keys"][1]), (&both["keys"][1], &both["keys"][0]));
    let retired = rotate();
    assert_eq!((&retired["keys"][0], retired["keys"].as_array().unwrap().len()), (&both["keys"][1], 1));
    let rotate_push = || succeeds(&["keys", "rotate-push", "--data", data]);
    let (created, deleted, next) = (rotate_push(), rotate_push(), rotate_push());
    assert_eq!((created.trim().len(), &created), (87, &deleted));
    assert_ne!(next, created);
}
