//! Segments: the journals of many contacts in few files, whatever happens to the process.

use crate::harness::{Folder, image, root};
use callwright::cli::disk::DiskFiles;
use callwright::engine::{Journal, line};
use callwright::server::{Clock, JournalReader, JournalSettings, Journals, find_journal, forget_journals};
use callwright::simulator::{ScenarioFile, test};
use callwright::time::Wall;
use std::path::{Path, PathBuf};

/// A Friday at noon.
const NOON: Wall = Wall(1_795_251_600_000);
const DAY: i64 = 86_400_000;

/// The journal of a contact with this id.
fn journal(id: &str) -> Journal {
    let folder = root().join("tests/journals/line");
    let image = image(&DiskFiles::new(&folder));
    let text = std::fs::read_to_string(folder.join("scenarios.yaml")).expect("scenarios");
    let file = ScenarioFile::read("scenarios.yaml", &text, &image).unwrap_or_else(|e| panic!("{e}"));
    let mut journal = test(&image, &file.scenarios[0]).contacts[0].journal.clone();
    journal.header.contact.id = id.into();
    journal
}

fn open(data: &Path, settings: &JournalSettings, now: Wall) -> Journals {
    Journals::new(data, settings, Clock::start_at(Some(now))).expect("a folder for journals")
}

/// Writes journals as they come about together: a step of each in turn.
fn write(journals: &Journals, all: &[Journal]) {
    let mut files: Vec<_> = all.iter().map(|one| journals.create(&one.header).expect("begun")).collect();
    let steps = all.iter().map(|one| one.entries.len()).max().unwrap_or(0);
    for step in 0..steps {
        for (file, one) in files.iter_mut().zip(all) {
            one.entries.iter().skip(step).take(1).for_each(|entry| file.append(entry).expect("written"));
        }
    }
}

fn close(journals: &Journals, all: &[Journal]) {
    all.iter().for_each(|one| journals.close(&one.header.contact.id).expect("closed"));
}

fn segments(data: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data.join("journals")).expect("journals").flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn names(data: &Path) -> Vec<String> {
    segments(data).iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect()
}

/// All contacts of a folder, and whether each is closed.
fn read(data: &Path) -> Vec<(Journal, bool)> {
    let reader = JournalReader::open(&[data.join("journals")]).expect("journals");
    let found = reader.map(|found| found.expect("readable"));
    found.map(|found| (Journal::read(&found.text).expect("a journal"), found.is_closed)).collect()
}

#[test]
fn one_that_is_done_is_closed_with_the_next_line_of_another_or_when_somebody_settles() {
    let folder = Folder::new("done-soon");
    let journals = open(folder.path(), &JournalSettings::default(), NOON);
    let all = ["c-1", "c-2", "c-3"].map(journal);
    write(&journals, &all);
    let closed = || -> Vec<String> {
        let found = read(folder.path()).into_iter().filter(|(_, is_closed)| *is_closed);
        found.map(|(one, _)| one.header.contact.id.to_string()).collect()
    };
    journals.close_soon("c-1").expect("it waits");
    assert!(closed().is_empty(), "its line waits");
    drop(journals.create(&journal("c-4").header).expect("begun"));
    assert_eq!(closed(), ["c-1"], "with a line of another");
    journals.close_soon("c-2").expect("it waits");
    journals.settle().expect("written");
    assert_eq!(closed(), ["c-1", "c-2"]);
    journals.close_soon("c-3").expect("it waits");
    journals.seal().expect("sealed");
    assert_eq!(closed(), ["c-1", "c-2", "c-3"]);
    for one in &all {
        let found = find_journal(&[folder.path().join("journals")], &one.header.contact.id).expect("read");
        assert_eq!(found, Some(one.write()), "its lines are where the index says");
    }
}

#[test]
fn of_those_that_are_done_no_more_than_256_wait() {
    let folder = Folder::new("done-many");
    let journals = open(folder.path(), &JournalSettings::default(), NOON);
    let mut header = journal("c").header;
    for number in 0..300 {
        header.contact.id = format!("c-{number}").into();
        drop(journals.create(&header).expect("begun"));
    }
    for number in 0..300 {
        journals.close_soon(&format!("c-{number}")).expect("written");
    }
    assert_eq!(read(folder.path()).iter().filter(|(_, is_closed)| *is_closed).count(), 256);
    // What cannot be written makes no more wait.
    std::fs::remove_dir_all(folder.path().join("journals")).expect("deleted");
    std::fs::write(folder.path().join("journals"), "no folder").expect("a file in its place");
    let refused = (300..1000).filter(|number| journals.close_soon(&format!("c-{number}")).is_err()).count();
    assert_eq!(refused, 700 - (256 - 44));
}

#[test]
fn a_leg_is_written_with_the_next_step_or_when_nothing_happens() {
    let folder = Folder::new("legs-soon");
    let journals = open(folder.path(), &JournalSettings::default(), NOON);
    let one = journal("c-1");
    let mut file = journals.create(&one.header).expect("begun");
    let marks = || -> String {
        let text = std::fs::read_to_string(&segments(folder.path())[0]).expect("a segment");
        text.lines().filter_map(|line| line.chars().next()).collect()
    };
    file.keep_leg(&"up");
    assert_eq!(marks(), "B");
    file.append(&one.entries[0]).expect("written");
    assert_eq!(marks(), "BLS");
    file.keep_leg(&"up otherwise");
    file.settle().expect("written");
    file.settle().expect("nothing waits");
    assert_eq!(marks(), "BLSL");
}

#[test]
fn contacts_that_last_at_the_same_time_share_a_segment_and_are_read_one_by_one() {
    let folder = Folder::new("segments");
    let journals = open(folder.path(), &JournalSettings::default(), NOON);
    let all = ["c-1", "c-2", "c-3"].map(journal);
    write(&journals, &all);
    close(&journals, &all[1..]);
    close(&journals, &all[..1]);
    assert_eq!(names(folder.path()), ["00000001.segment"]);
    let found = read(folder.path());
    assert_eq!(found, [1, 2, 0].map(|index: usize| (all[index].clone(), true)));
    for one in &all {
        // While it is written, and once it is sealed.
        let find = || find_journal(&[folder.path().join("journals")], &one.header.contact.id).expect("read");
        assert_eq!(find(), Some(one.write()));
        journals.seal().expect("sealed");
        assert_eq!(find(), Some(one.write()));
    }
    assert_eq!(find_journal(&[folder.path().join("journals")], "c-4").expect("read"), None);
}

#[test]
fn a_crash_at_any_byte_leaves_every_whole_line_and_no_half_one() {
    let folder = Folder::new("torn");
    let journals = open(folder.path(), &JournalSettings::default(), NOON);
    let one = journal("c-1");
    write(&journals, std::slice::from_ref(&one));
    drop(journals);
    let whole = std::fs::read(&segments(folder.path())[0]).expect("a segment");
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    for length in last..=whole.len() {
        let data = Folder::new("torn");
        std::fs::create_dir_all(data.path().join("journals")).expect("a folder");
        let path = data.path().join("journals/00000001.segment");
        std::fs::write(&path, &whole[..length]).expect("written");
        let journals = open(data.path(), &JournalSettings::default(), NOON);
        let kept = if length == whole.len() { one.entries.len() } else { one.entries.len() - 1 };
        let found = read(data.path());
        assert_eq!(found.len(), 1, "cut at {length}");
        assert_eq!(found[0].0.entries, one.entries[..kept], "cut at {length}");
        assert!(!found[0].1, "nobody has closed it");
        // What comes later is in another segment: this one is complete.
        write(&journals, &[journal("c-2")]);
        assert_eq!(names(data.path()), ["00000001.segment", "00000002.segment"]);
    }
}

#[test]
fn a_line_that_a_disk_lost_is_left_out_and_the_others_are_read() {
    let folder = Folder::new("damaged");
    let journals = open(folder.path(), &JournalSettings::default(), NOON);
    let all = ["c-1", "c-2"].map(journal);
    write(&journals, &all);
    close(&journals, &all);
    let path = &segments(folder.path())[0];
    let mut bytes = std::fs::read(path).expect("a segment");
    let text = line(&all[1].entries[2]);
    let at = bytes.windows(text.len() - 1).rposition(|part| part == &text.as_bytes()[..text.len() - 1]);
    bytes[at.expect("the step stands there") + 8] = 0;
    std::fs::write(path, bytes).expect("written");
    let mut reader = JournalReader::open(std::slice::from_ref(path)).expect("journals");
    let steps: Vec<usize> = reader
        .by_ref()
        .map(|found| Journal::read(&found.expect("readable").text).expect("a journal").entries.len())
        .collect();
    assert_eq!(steps, [all[0].entries.len(), all[1].entries.len() - 1]);
    assert_eq!(reader.left_out(), 1);
}

#[test]
fn a_contact_goes_on_in_the_next_segment_and_after_a_restart() {
    let folder = Folder::new("rotation");
    let hourly = JournalSettings { segment_hours: 1, ..JournalSettings::default() };
    let all = ["c-1", "c-2"].map(journal);
    for (hours, entries) in [(0, 0..3), (2, 3..5), (4, 5..all[0].entries.len())] {
        let journals = open(folder.path(), &hourly, Wall(NOON.0 + hours * 3_600_000));
        let left = journals.left_open().expect("a list");
        assert_eq!(left.len(), usize::from(hours > 0));
        match left.first() {
            None => drop(journals.create(&all[0].header).expect("begun")),
            Some(open) => {
                let so_far = journals.read(open).expect("readable").expect("it has a first line");
                assert_eq!(so_far.entries, all[0].entries[..entries.start]);
            }
        }
        for open in journals.left_open().expect("a list") {
            journals.complete(&open, &all[0].entries[entries.clone()]).expect("written");
        }
    }
    let journals = open(folder.path(), &hourly, NOON);
    close(&journals, &all[..1]);
    assert!(journals.left_open().expect("a list").is_empty());
    assert_eq!(names(folder.path()).len(), 4);
    assert_eq!(read(folder.path()), [(all[0].clone(), true)]);
    let found = find_journal(&[folder.path().join("journals")], "c-1").expect("read");
    assert_eq!(found, Some(all[0].write()));
}

#[test]
fn a_segment_that_is_large_enough_is_sealed() {
    let folder = Folder::new("size");
    let small = JournalSettings { segment_mb: 1, ..JournalSettings::default() };
    let journals = open(folder.path(), &small, NOON);
    let one = journal("c-0");
    let count = 1_200_000 / one.write().len();
    for index in 0..count {
        let header = journal_header(&one, index);
        let mut file = journals.create(&header).expect("begun");
        one.entries.iter().for_each(|entry| file.append(entry).expect("written"));
        journals.close(&header.contact.id).expect("closed");
    }
    assert_eq!(names(folder.path()), ["00000001.segment", "00000002.segment"]);
    assert_eq!(read(folder.path()).len(), count);
}

fn journal_header(one: &Journal, index: usize) -> callwright::engine::JournalHeader {
    let mut header = one.header.clone();
    header.contact.id = format!("c-{index}").into();
    header
}

#[test]
fn old_segments_go_but_not_those_that_an_open_contact_needs() {
    let folder = Folder::new("retention");
    let settings = JournalSettings { segment_hours: 1, keep_days: Some(7), ..JournalSettings::default() };
    let day = |day: i64| open(folder.path(), &settings, Wall(NOON.0 + day * DAY));
    let first = day(0);
    write(&first, &[journal("c-1")]);
    close(&first, &[journal("c-1")]);
    first.seal().expect("sealed");
    write(&first, &[journal("c-2")]);
    first.seal().expect("sealed");
    drop(first);
    assert_eq!(names(folder.path()), ["00000001.segment", "00000002.segment"]);
    drop(day(6));
    assert_eq!(names(folder.path()).len(), 2);
    let later = day(8);
    assert_eq!(names(folder.path()), ["00000002.segment"], "contact c-2 began in it and is open");
    close(&later, &[journal("c-2")]);
    later.seal().expect("sealed");
    assert_eq!(names(folder.path()), ["00000003.segment"]);
}

#[test]
fn two_servers_do_not_write_into_one_folder() {
    let folder = Folder::new("two");
    let journals = open(folder.path(), &JournalSettings::default(), NOON);
    write(&journals, &[journal("c-1")]);
    let other = Journals::new(folder.path(), &JournalSettings::default(), Clock::start());
    let kind = other.err().map(|error| error.kind());
    assert_eq!(kind, Some(std::io::ErrorKind::WouldBlock));
}

#[test]
fn a_contact_that_is_forgotten_is_in_no_byte_and_the_others_are_as_they_were() {
    let folder = Folder::new("forgotten");
    let journals = open(folder.path(), &JournalSettings::default(), NOON);
    let all = ["c-1", "c-2", "c-3"].map(journal);
    write(&journals, &all);
    journals.seal().expect("sealed");
    // All end in the next segment, which is being written; the third one lasts.
    close(&journals, &all[..2]);
    let their = ["c-1".into(), "c-3".into(), "c-9".into()].into();
    let forget = || forget_journals(&folder.path().join("journals"), &their).expect("forgotten");
    assert_eq!(forget(), ["c-1".into()].into());
    assert_eq!(forget(), [].into(), "there is nothing more of it");
    let steps = |id: &str| {
        let bytes = segments(folder.path()).into_iter().map(|path| std::fs::read(path).expect("a segment"));
        let lines = bytes.flat_map(|bytes| {
            String::from_utf8(bytes).expect("text").lines().map(str::to_owned).collect::<Vec<_>>()
        });
        lines.filter(|line| line.contains(&format!(" {id} ")) && line.contains('{')).count()
    };
    assert_eq!(
        [steps("c-1"), steps("c-2"), steps("c-3")],
        [0, 1 + all[1].entries.len(), 1 + all[2].entries.len()]
    );
    let paths = [folder.path().join("journals")];
    assert_eq!(find_journal(&paths, "c-1").expect("read"), None);
    // The writer goes on, and after a crash it does so from here.
    close(&journals, &all[2..]);
    write(&journals, &[journal("c-4")]);
    drop(journals);
    drop(open(folder.path(), &JournalSettings::default(), NOON));
    let mut reader = JournalReader::open(&paths).expect("journals");
    let found: Vec<String> = reader.by_ref().map(|found| found.expect("readable").contact).collect();
    assert_eq!((found, reader.left_out()), (["c-2", "c-3", "c-4"].map(String::from).to_vec(), 0));
    assert_eq!(find_journal(&paths, "c-3").expect("read"), Some(all[2].write()));
}

#[test]
fn journals_that_somebody_deletes_begin_anew_at_once_and_those_moved_away_when_the_server_looks() {
    let folder = Folder::new("segments-gone");
    let journals = open(folder.path(), &JournalSettings::default(), NOON);
    let all = ["c-1", "c-2", "c-3"].map(journal);
    let (before, after) = all.split_at(1);
    write(&journals, before);
    close(&journals, before);

    std::fs::rename(folder.path().join("journals"), folder.path().join("away")).expect("moved away");
    // As the server does every second.
    journals.settle().expect("looked");
    write(&journals, &after[..1]);
    close(&journals, &after[..1]);
    assert_eq!(names(folder.path()), ["00000002.segment"]);

    std::fs::remove_dir_all(folder.path().join("journals")).expect("deleted");
    write(&journals, &after[1..]);
    drop(journals);
    let next = open(folder.path(), &JournalSettings::default(), NOON);
    let left = next.read_left_open::<()>().expect("readable");
    let found: Vec<_> = left.into_iter().map(|left| left.journal).collect();
    assert_eq!(found, [Ok(Some(after[1].clone()))]);
}
