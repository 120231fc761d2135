//! What fuzzing found worth keeping is read again by every parser that it was kept for: none of it makes one panic.

#[allow(dead_code, clippy::disallowed_methods)]
#[path = "../fuzz/src/lib.rs"]
mod parsers;

use super::harness::Folder;
use parsers::{TARGETS, corpus};
use std::path::Path;

#[test]
fn what_was_worth_keeping_once_is_read_again() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let mut read = 0;
    for target in TARGETS {
        let kept = corpus::kept(&package, target.name);
        println!("{:12} {:>5}", target.name, kept.len());
        kept.iter().for_each(|input| (target.run)(input));
        read += kept.len();
    }
    assert!(read > 1000, "{read} inputs are kept");
}

#[test]
fn a_pack_gives_back_what_was_put_in_the_shortest_first() {
    let folder = Folder::new("corpus");
    let inputs = vec![b"abc".to_vec(), Vec::new(), vec![0; 200_000], b"b".to_vec(), b"b".to_vec()];
    std::fs::create_dir_all(folder.path().join("kept")).expect("a folder");
    let pack = corpus::packed(inputs);
    std::fs::write(corpus::path(folder.path(), "some"), pack).expect("a file");
    assert_eq!(corpus::kept(folder.path(), "some"), [&b""[..], b"b", b"abc"]);
    assert!(corpus::kept(folder.path(), "none").is_empty());
}
