//! Speech that nobody has recorded: a command or a service says it, once.

use crate::harness::{Folder, image, root};
use callwright::media::{Clip, tone, wav};
use callwright::server::{Config, Service, SpeechConfig, SynthesisError, Synthesizer};
use callwright::source::MemoryFiles;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const HELLO: &str = r#"
program desk { languages en; default { hung_up { outcome abandoned } } }
prompt hello(name: text) { en "{name}, you have {name}." }
prompt bye { en "Goodbye." }
route main { call -> begin; otherwise -> reject not_found }
flow begin { answer; say hello("Anna"), bye; outcome abandoned; hangup }
"#;

fn config(command: &[&str]) -> SpeechConfig {
    SpeechConfig {
        engine: None,
        command: command.iter().map(|word| (*word).to_owned()).collect(),
        url: None,
        token_from: None,
        voices: BTreeMap::from([("en".to_owned(), "alto".to_owned())]),
        within_ms: 5000,
    }
}

/// A second of a tone, as a WAV file.
pub fn spoken() -> Vec<u8> {
    let clip = tone::cadence(&[440.0], 8000, 1000, 0);
    let mut bytes = Cursor::new(Vec::new());
    wav::write(clip.samples(), &mut bytes).expect("a wav file");
    bytes.into_inner()
}

/// A command that says the same whatever it is told, and notes voice and text; and the file of its notes.
pub fn parrot(folder: &Path) -> (SpeechConfig, std::path::PathBuf) {
    let (wav, notes, script) =
        (folder.join("spoken.wav"), folder.join("notes.txt"), folder.join("parrot.sh"));
    fs::write(&wav, spoken()).expect("written");
    let lines = "echo \"$3 $4: $(cat)\" >> \"$1\"\ncat \"$2\"\n";
    fs::write(&script, lines).expect("written");
    let text = |path: &Path| path.to_str().expect("a path").to_owned();
    let (script, notes_text, wav) = (text(&script), text(&notes), text(&wav));
    (config(&["sh", &script, &notes_text, &wav, "{language}", "{voice}"]), notes)
}

fn refused(speech: Option<SpeechConfig>, data: &Path) -> String {
    let files = MemoryFiles::script(HELLO);
    let config =
        Config { speech, data: data.to_owned(), prompts: Some(data.join("no prompts")), ..Config::default() };
    Service::check(&config, &image(&files)).err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn without_a_synthesizer_a_program_that_says_text_does_not_start() {
    let folder = Folder::new("speech");
    let expected = "prompt `hello` says the text `name`, which needs a speech synthesizer\n\
                    configure one in the settings: `speech: { engine: espeak-ng }`";
    assert_eq!(refused(None, folder.path()), expected);
}

#[test]
fn with_one_it_starts_and_what_is_missing_is_said_once() {
    let folder = Folder::new("speech");
    let (speech, notes) = parrot(folder.path());
    for _ in 0..2 {
        assert_eq!(refused(Some(speech.clone()), folder.path()), "");
    }
    let notes = fs::read_to_string(notes).expect("its notes");
    let mut said: Vec<&str> = notes.lines().collect();
    said.sort_unstable();
    assert_eq!(said, ["en alto: Goodbye.", "en alto: you have"]);
}

#[test]
fn a_text_is_kept_by_everything_that_is_heard_of_it() {
    let folder = Folder::new("speech");
    let (speech, notes) = parrot(folder.path());
    let say = |speech: &SpeechConfig, text: &str, language: &str| {
        let synthesizer = Synthesizer::new(speech, folder.path()).expect("a synthesizer");
        assert!(synthesizer.remembered(text, language).is_none(), "memory begins empty");
        let clip = synthesizer.say(text, language).expect("it is said");
        assert!(synthesizer.remembered(text, language).is_some());
        clip.duration_ms()
    };
    let other_voice =
        SpeechConfig { voices: BTreeMap::from([("en".to_owned(), "bass".to_owned())]), ..speech.clone() };
    for (speech, text, language) in [
        (&speech, "Anna", "en"),
        (&speech, "Anna", "en"),
        (&speech, "Anna", "de"),
        (&other_voice, "Anna", "en"),
        (&speech, "Ann", "en"),
    ] {
        assert!(say(speech, text, language).abs_diff(1000) < 20);
    }
    let notes = fs::read_to_string(notes).expect("its notes");
    assert_eq!(notes, "en alto: Anna\nde de: Anna\nen bass: Anna\nen alto: Ann\n");
}

#[test]
fn an_engine_that_hangs_is_ended_in_time() {
    let folder = Folder::new("speech");
    let hangs = SpeechConfig { within_ms: 100, ..config(&["sleep", "20"]) };
    let synthesizer = Synthesizer::new(&hangs, folder.path()).expect("a synthesizer");
    let said = synthesizer.say("Anna", "en").err();
    assert!(matches!(said, Some(SynthesisError::Late { limit_ms: 100 })), "{said:?}");
}

#[test]
fn what_an_engine_does_wrong_is_told() {
    let folder = Folder::new("speech");
    let say = |command: &[&str], text: &str| {
        let synthesizer =
            Synthesizer::new(&config(command), folder.path()).map_err(|error| error.to_string())?;
        synthesizer.say(text, "en").map(|clip| clip.duration_ms()).map_err(|error| error.to_string())
    };
    let told = |said: Result<u64, String>| said.err().unwrap_or_default();
    assert_eq!(
        told(say(&["sh", "-c", "echo no voice >&2; exit 3"], "Anna")),
        "the synthesizer failed: exit status: 3: no voice"
    );
    assert!(
        told(say(&["echo", "no wav"], "Anna")).starts_with("the synthesizer's answer: not a readable wav")
    );
    assert_eq!(told(say(&["cat"], " … ")), "a text without a letter or digit");
    assert_eq!(
        told(say(&["no-such-synthesizer"], "a")),
        "`speech`: the command `no-such-synthesizer` is not found"
    );
    assert_eq!(told(say(&[], "a")), "`speech` needs one of `engine`, `command`, `url`, and has 0");
    assert_eq!(told(say(&["cat"], &"a".repeat(2001))), "a text of 2001 characters is longer than 2000");
}

/// A service that answers every POST with the same recording; its address, and how often it was asked.
fn service() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("its address");
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = Vec::new();
            let mut part = [0; 2048];
            while !request.ends_with(b"}") {
                match stream.read(&mut part) {
                    Ok(length) if length > 0 => request.extend_from_slice(&part[..length]),
                    _ => break,
                }
            }
            let body = request.windows(4).position(|four| four == b"\r\n\r\n").map(|at| &request[at + 4..]);
            let asked: Option<serde_json::Value> = body.and_then(|body| serde_json::from_slice(body).ok());
            let wanted = serde_json::json!({ "text": "Anna", "language": "en", "voice": "alto" });
            let (status, wav) = match asked == Some(wanted) {
                true => ("200 OK", spoken()),
                false => ("400 Bad Request", Vec::new()),
            };
            count.fetch_add(1, Ordering::Relaxed);
            let length = wav.len();
            let _ =
                write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(&wav);
        }
    });
    (address, asked)
}

#[test]
fn a_service_is_asked_by_post_and_may_refuse() {
    let folder = Folder::new("speech");
    let (address, asked) = service();
    let speech = SpeechConfig { url: Some(format!("http://{address}/speak")), ..config(&[]) };
    let synthesizer = Synthesizer::new(&speech, folder.path()).expect("a synthesizer");
    let said = synthesizer.say("Anna", "en").map(|clip| clip.duration_ms());
    assert!(said.as_ref().is_ok_and(|length_ms| length_ms.abs_diff(1000) < 20), "{said:?}");
    synthesizer.say("Anna", "en").expect("it is known");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let refused = synthesizer.say("Ann", "en").err().map(|error| error.to_string()).unwrap_or_default();
    assert!(refused.starts_with("the synthesizer failed: HTTP status client error (400"), "{refused}");
}

#[test]
fn a_missing_sound_is_not_synthesized() {
    let folder = Folder::new("speech");
    let (speech, _) = parrot(folder.path());
    let script = HELLO.replace("say hello(\"Anna\"), bye", "say bye; play rain");
    let config = Config {
        speech: Some(speech),
        data: folder.path().to_owned(),
        prompts: Some(root().join("no prompts")),
        ..Config::default()
    };
    let told = Service::check(&config, &image(&MemoryFiles::script(&script))).err();
    let told = told.map(|error| error.to_string()).unwrap_or_default();
    assert!(told.contains("1 recordings are missing") && told.contains("sounds/rain.wav"), "{told}");
}

/// Silence around a word of a studio is cut where it stands between others, and kept in a whole prompt.
#[test]
fn recordings_of_a_studio_join_without_gaps() {
    let folder = Folder::new("speech");
    let prompts = folder.path().join("prompts");
    fs::create_dir_all(prompts.join("en/words")).expect("folders");
    let silence = vec![0i16; 4000];
    let tone = tone::cadence(&[440.0], 8000, 300, 0);
    let samples = [&silence[..], tone.samples(), &silence].concat();
    let mut bytes = Cursor::new(Vec::new());
    wav::write(&samples, &mut bytes).expect("a wav file");
    let script = HELLO.replace(
        "hello(name: text) { en \"{name}, you have {name}.\" }",
        "hello(open: yes_no) { en \"{open}\" }",
    );
    let script = script.replace("hello(\"Anna\")", "hello(yes)");
    for file in ["words/yes", "words/no", "bye"] {
        fs::write(prompts.join(format!("en/{file}.wav")), bytes.get_ref()).expect("written");
    }
    let config = Config { data: folder.path().to_owned(), prompts: Some(prompts), ..Config::default() };
    let (sounds, _) = Service::check(&config, &image(&MemoryFiles::script(&script))).expect("all is there");
    let length = |wanted: &str| {
        let found = sounds.clips().find(|(key, _)| *key == wanted);
        found.map(|(_, clip): (&str, &Clip)| clip.duration_ms()).unwrap_or(0)
    };
    assert_eq!(length("en/bye"), 1300);
    assert!(length("en/words/yes").abs_diff(330) < 20, "{}", length("en/words/yes"));
}
