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
const LATER_ITEMS: [&str; 2] = ["shifts", "promise"];

/// Verbs of the language that this version leaves out, the longer ones first.
const LATER_STATEMENTS: [&str; 1] = ["on hold"];

/// Words of other systems: the word, whose it is, and what stands for it here. A longer word stands before its beginning.
const OTHERS: [(&str, &str, &str); 70] = [
    ("<Gather", "TwiML", "`ask` or `menu`"),
    ("<Say", "TwiML", "`say`"),
    ("<Play", "TwiML", "`play`"),
    ("<Dial", "TwiML", "`transfer to`"),
    ("<Conference", "TwiML", "`conference`"),
    ("<Enqueue", "TwiML", "`queue`"),
    ("<Record", "TwiML", "`record`"),
    ("<Sms", "TwiML", "`send sms`"),
    ("<Message", "TwiML", "`send sms`"),
    ("<Redirect", "TwiML", "`goto`"),
    ("<Pause", "TwiML", "`wait`"),
    ("<Hangup", "TwiML", "`hangup`"),
    ("<Reject", "TwiML", "`reject`"),
    ("<Refer", "TwiML", "`hand over to`"),
    ("<prompt", "VoiceXML", "`say`"),
    ("<audio", "VoiceXML", "`say` or `play`"),
    ("<field", "VoiceXML", "`ask`"),
    ("<menu", "VoiceXML", "`menu`"),
    ("<choice", "VoiceXML", "a line of a `menu`: `1 \"sales\" -> sales`"),
    ("<form", "VoiceXML", "`flow`"),
    ("<block", "VoiceXML", "statements of a `flow`"),
    ("<var", "VoiceXML", "`let`"),
    ("<assign", "VoiceXML", "`set`"),
    ("<goto", "VoiceXML", "`goto`"),
    ("<subdialog", "VoiceXML", "`do`"),
    ("<return", "VoiceXML", "`return`"),
    ("<submit", "VoiceXML", "`get` or `post`"),
    ("<record", "VoiceXML", "`record`"),
    ("<transfer", "VoiceXML", "`transfer to`"),
    ("<disconnect", "VoiceXML", "`hangup`"),
    ("<exit", "VoiceXML", "`hangup`"),
    ("<link", "VoiceXML", "`keys { 0 -> operator }`"),
    ("<catch", "VoiceXML", "`default { … }`"),
    ("<noinput", "VoiceXML", "`no_input`"),
    ("<nomatch", "VoiceXML", "`no_match`"),
    ("GotoIfTime", "Asterisk", "`if office is open -> …`"),
    ("GotoIf", "Asterisk", "`if`"),
    ("Goto", "Asterisk", "`goto`"),
    ("GosubIf", "Asterisk", "`if` and `do`"),
    ("Gosub", "Asterisk", "`do`"),
    ("Macro", "Asterisk", "`do`"),
    ("Gather", "TwiML", "`ask` or `menu`"),
    ("Background", "Asterisk", "`say`"),
    ("Playback", "Asterisk", "`say` or `play`"),
    ("WaitExten", "Asterisk", "`menu`"),
    ("Wait", "Asterisk", "`wait`"),
    ("Read", "Asterisk", "`ask`"),
    ("Dial", "Asterisk", "`transfer to`"),
    ("Answer", "Asterisk", "`answer`"),
    ("Hangup", "Asterisk", "`hangup`"),
    ("Queue", "Asterisk", "`queue`"),
    ("VoiceMail", "Asterisk", "`record`"),
    ("Record", "Asterisk", "`record`"),
    ("MeetMe", "Asterisk", "`conference`"),
    ("ConfBridge", "Asterisk", "`conference`"),
    ("Authenticate", "Asterisk", "`authenticate`"),
    ("SendDTMF", "Asterisk", "`send digits`"),
    ("Transfer", "Asterisk", "`hand over to`"),
    ("MixMonitor", "Asterisk", "`record call`"),
    ("Progress", "Asterisk", "`early media`"),
    ("Ringing", "Asterisk", "`ring`"),
    ("Set", "Asterisk", "`set`"),
    ("exten", "Asterisk", "`flow`"),
    ("bridge", "FreeSWITCH", "`transfer to`"),
    ("playback", "FreeSWITCH", "`say` or `play`"),
    ("play_and_get_digits", "FreeSWITCH", "`ask`"),
    ("pre_answer", "FreeSWITCH", "`early media`"),
    ("record_session", "FreeSWITCH", "`record call`"),
    ("execute_extension", "FreeSWITCH", "`do`"),
    ("sleep", "FreeSWITCH", "`wait`"),
];

/// The word with which a line begins, if it is one of these.
pub(super) fn recognise(line: &str, is_item: bool) -> Option<(&str, Verdict)> {
    let begins = |word: &str| {
        // A tag may have been laid out: `< Gather`.
        let rest = match word.strip_prefix('<') {
            Some(tag) => line.strip_prefix('<')?.trim_start_matches(' ').strip_prefix(tag)?,
            None => line.strip_prefix(word)?,
        };
        let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        ends.then(|| &line[..line.len() - rest.len()])
    };
    let later: &[&str] = if is_item { &LATER_ITEMS } else { &LATER_STATEMENTS };
    if let Some(word) = later.iter().find_map(|word| begins(word)) {
        return Some((word, Verdict::Later));
    }
    OTHERS.iter().find_map(|(word, system, ours)| Some((begins(word)?, Verdict::Other { system, ours })))
}
