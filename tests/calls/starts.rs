//! What a server needs before it starts.

use crate::harness::{Folder, root, run};

#[test]
fn what_is_not_there_at_the_start_is_named() {
    let output = run(
        env!("CARGO_BIN_EXE_callwright"),
        &[
            "run",
            root().join("flows/bank").to_str().expect("a path"),
            "--prompts",
            "/nonexistent",
            "--check",
            "--trunk",
            "127.0.0.1:9",
        ],
    );
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("ru/welcome.wav"), "{said}");
}

#[test]
fn another_program_s_recording_of_the_same_name_is_not_played() {
    let hello = root().join("examples/hello");
    let program = hello.to_str().expect("a path");
    let output = run(env!("CARGO_BIN_EXE_callwright"), &["run", program, "--check", "--prompts", "prompts"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("en/welcome.wav says «Hello! You have reached the bank.»"), "{said}");
}

#[test]
fn recordings_that_others_may_use_are_not_made_anew_unasked() {
    let folder = Folder::new("shared");
    let (program, prompts) = (folder.path().join("flows/x"), folder.path().join("prompts/en"));
    std::fs::create_dir_all(&program).and_then(|()| std::fs::create_dir_all(&prompts)).expect("folders");
    std::fs::copy(root().join("examples/hello/main.flow"), program.join("main.flow")).expect("copied");
    std::fs::copy(root().join("prompts/en/welcome.wav"), prompts.join("welcome.wav")).expect("copied");
    std::fs::write(folder.path().join("prompts/said.csv"), "recording,says\nen/welcome,The bank.\n")
        .expect("written");
    let program = program.to_str().expect("a path");
    let output = run(env!("CARGO_BIN_EXE_callwright"), &["prompts", "build", program]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("say something else"), "{said}");
}
