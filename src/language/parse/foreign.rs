//! Words that a designer brings along: from other systems, and from versions of this language to come.

/// What is to be said about a word.
pub(super) enum Verdict {
    /// The language has it, this version does not.
    Later,
    /// Another system has it.
    Other {
        /// Which.
        system: &'static str,
        /// What stands for it here.
        ours: &'static str,
    },
}

/// Declarations of the language that this version leaves out.
const LATER_ITEMS: [&str; 7] = ["shifts", "queue", "promise", "keep", "keys", "tone", "override"];

/// Verbs of the language that this version leaves out, the longer ones first.
const LATER_STATEMENTS: [&str; 21] = [
    "play music",
    "play tone",
    "early media",
    "send digits",
    "send sms",
    "send email",
    "find customer",
    "hand over",
    "redirect to",
    "after call",
    "for each",
    "queue",
    "record",
    "conference",
    "transcribe",
    "callback",
    "update",
    "match",
    "choose",
    "keep",
    "on hold",
];

/// Words of other systems: the word, whose it is, and what stands for it here.
const OTHERS: [(&str, &str, &str); 34] = [
    ("<Gather", "TwiML", "`ask` or `menu`"),
    ("<Say", "TwiML", "`say`"),
    ("<Play", "TwiML", "`play`"),
    ("<Dial", "TwiML", "`transfer to`"),
    ("<Redirect", "TwiML", "`goto`"),
    ("<Hangup", "TwiML", "`hangup`"),
    ("<Reject", "TwiML", "`reject`"),
    ("<prompt", "VoiceXML", "`say`"),
    ("<field", "VoiceXML", "`ask`"),
    ("<menu", "VoiceXML", "`menu`"),
    ("<form", "VoiceXML", "`flow`"),
    ("<goto", "VoiceXML", "`goto`"),
    ("<transfer", "VoiceXML", "`transfer to`"),
    ("<noinput", "VoiceXML", "`no_input`"),
    ("<nomatch", "VoiceXML", "`no_match`"),
    ("GotoIfTime", "Asterisk", "`if office is open -> …`"),
    ("GotoIf", "Asterisk", "`if`"),
    ("Goto", "Asterisk", "`goto`"),
    ("Gosub", "Asterisk", "`do`"),
    ("Gather", "TwiML", "`ask` or `menu`"),
    ("Background", "Asterisk", "`say`"),
    ("Playback", "Asterisk", "`say` or `play`"),
    ("WaitExten", "Asterisk", "`menu`"),
    ("Read", "Asterisk", "`ask`"),
    ("Dial", "Asterisk", "`transfer to`"),
    ("Answer", "Asterisk", "`answer`"),
    ("Hangup", "Asterisk", "`hangup`"),
    ("Queue", "Asterisk", "`transfer to`"),
    ("Set", "Asterisk", "`set`"),
    ("exten", "Asterisk", "`flow`"),
    ("bridge", "FreeSWITCH", "`transfer to`"),
    ("playback", "FreeSWITCH", "`say` or `play`"),
    ("play_and_get_digits", "FreeSWITCH", "`ask`"),
    ("sleep", "FreeSWITCH", "`wait`"),
];

/// The word with which a line begins, if it is one of these.
pub(super) fn recognise(line: &str, is_item: bool) -> Option<(&str, Verdict)> {
    let begins = |word: &str| {
        let rest = line.get(word.len()..).filter(|_| line.starts_with(word))?;
        let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        ends.then(|| &line[..word.len()])
    };
    let later: &[&str] = if is_item { &LATER_ITEMS } else { &LATER_STATEMENTS };
    if let Some(word) = later.iter().find_map(|word| begins(word)) {
        return Some((word, Verdict::Later));
    }
    OTHERS.iter().find_map(|(word, system, ours)| Some((begins(word)?, Verdict::Other { system, ours })))
}
