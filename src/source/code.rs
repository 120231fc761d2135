//! The one list of diagnostic codes. A code is given once and never reused.

use std::fmt;

/// Whether a finding keeps the program from running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The program does not compile.
    Error,
    /// The program compiles; a person should look.
    Warning,
}

macro_rules! codes {
    ($($(#[doc = $title:literal])+ $name:ident = $number:literal $severity:ident;)+) => {
        /// What kind of mistake was found.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $title])+ $name,)+
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Code] = &[$(Code::$name),+];

            /// As it is printed and looked up: `E0401`.
            pub fn number(self) -> &'static str {
                match self {
                    $(Code::$name => $number,)+
                }
            }

            /// Whether it keeps the program from running.
            pub fn severity(self) -> Severity {
                match self {
                    $(Code::$name => Severity::$severity,)+
                }
            }

            /// The mistake in a sentence.
            pub fn title(self) -> &'static str {
                match self {
                    $(Code::$name => concat!($($title),+).trim_ascii_start(),)+
                }
            }
        }
    };
}

codes! {
    /// The text does not follow the grammar.
    Syntax = "E0101" Error;
    /// The word belongs to the language but not to this version of it.
    NotInThisVersion = "E0102" Error;
    /// The word belongs to another system (Asterisk, FreeSWITCH, TwiML, VoiceXML).
    ForeignWord = "E0103" Error;
    /// A name that is declared nowhere.
    UnknownName = "E0201" Error;
    /// A name that is declared twice.
    DuplicateName = "E0202" Error;
    /// A field that the record does not have.
    UnknownField = "E0203" Error;
    /// Too few, too many or unfitting arguments.
    WrongArguments = "E0204" Error;
    /// A declaration that every program needs is not there.
    MissingDeclaration = "E0205" Error;
    /// A topic, object, outcome or field that the `crm` block does not declare.
    NotInVocabulary = "E0206" Error;
    /// A record that holds itself without end.
    EndlessRecord = "E0207" Error;
    /// A kept value that is nothing before it is set.
    NothingAtFirst = "E0208" Error;
    /// A value of one type where another is needed.
    TypeMismatch = "E0301" Error;
    /// A value that may be missing, used as if it were there.
    OptionalNotOpened = "E0302" Error;
    /// A literal that means nothing: a time, an amount, a number, a language that does not exist.
    InvalidLiteral = "E0303" Error;
    /// A setting that is missing, repeated, or out of its range.
    InvalidSetting = "E0304" Error;
    /// A check that no entry of what is asked for can pass.
    CheckMismatch = "E0305" Error;
    /// A case that is never met, because one before it takes its values.
    CaseNeverMet = "E0306" Error;
    /// A `match` that says nothing of some values.
    MatchIncomplete = "E0307" Error;
    /// `break` or `continue` outside a loop.
    NotInLoop = "E0308" Error;
    /// The program's own clock is needed, and the program names no zone.
    NoZone = "E0309" Error;
    /// A verb can end in a way that nobody handles.
    MissingExit = "E0401" Error;
    /// A handler for an exit that the verb does not have.
    NoSuchExit = "E0402" Error;
    /// A flow that no contact can reach.
    UnreachableFlow = "E0403" Error;
    /// A contact can end without an outcome for the CRM.
    NoOutcome = "E0404" Error;
    /// Two outcomes for one topic with no turn of the caller between them.
    OutcomeTwice = "E0405" Error;
    /// A loop in which neither the caller acts nor a budget is spent.
    LoopWithoutBudget = "E0406" Error;
    /// A statement that nothing leads to.
    UnreachableStatement = "E0407" Error;
    /// A path that stops in the middle of nowhere.
    DeadEnd = "E0408" Error;
    /// Flows that enter each other without end.
    EndlessRecursion = "E0409" Error;
    /// A verb that needs the caller, after the caller has left.
    CallerHasLeft = "E0410" Error;
    /// A key that is also the beginning of a longer entry.
    HiddenKey = "E0411" Error;
    /// Speech before the call is answered.
    SpeechBeforeAnswer = "E0412" Error;
    /// A route rule that no contact can meet.
    RuleNeverMet = "E0413" Error;
    /// A route that does not say what happens to the rest.
    RouteIncomplete = "E0414" Error;
    /// `-> again` where no question is put.
    AgainAstray = "E0415" Error;
    /// A question that only speech can answer, on a call where nobody listens to speech.
    NeedsSpeech = "E0416" Error;
    /// A condition that can never hold where it stands, or that always does.
    ConditionDecided = "E0420" Error;
    /// A verb that needs an answered call, where it is not.
    AnswerNeeded = "E0421" Error;
    /// A verb that comes before the answer, behind it.
    AlreadyAnswered = "E0422" Error;
    /// Two targets that both cover a number, neither of them narrower than the other.
    TargetsOverlap = "E0423" Error;
    /// The place in a queue, where nobody waits in one.
    NoPlace = "E0425" Error;
    /// A promise that says nothing.
    EmptyPromise = "E0426" Error;
    /// A schedule without a zone, or with one that does not exist.
    ScheduleZone = "E0501" Error;
    /// A date or a time that does not exist.
    NoSuchTime = "E0502" Error;
    /// Lines of a schedule that contradict each other.
    ScheduleContradiction = "E0503" Error;
    /// A schedule that is never open, or a shift that is never on.
    NeverOpen = "E0504" Error;
    /// Shifts that leave a gap, or that overlap.
    ShiftGap = "E0505" Error;
    /// A prompt that is missing in a language.
    MissingTranslation = "E0601" Error;
    /// A placeholder that the prompt does not take, or does not use.
    WrongPlaceholder = "E0602" Error;
    /// A form that the value or the language does not have.
    WrongForm = "E0603" Error;
    /// A value in a language whose numbers nobody has written rules for.
    NoRules = "E0604" Error;
    /// A secret on its way to somebody who must not have it.
    SecretLeak = "E0701" Error;
    /// A secret in the address of a request.
    SecretInAddress = "E0702" Error;
    /// A verified customer is needed, and this one is not.
    NotVerified = "E0801" Error;
    /// A verb on a channel that cannot do it.
    WrongChannel = "E0802" Error;
    /// A call by a flow that has a caller.
    CallWithCaller = "E0803" Error;
    /// A verb that needs a caller, in a flow that runs without one.
    NoCaller = "E0805" Error;
    /// A number that the program does not allow to be called.
    CallNotAllowed = "E0806" Error;
    /// A file that a script names cannot be had.
    FileMissing = "E0901" Error;
    /// A file that a script names does not hold what it should.
    FileContent = "E0902" Error;
    /// A script function that does not exist, does not parse, or takes something else.
    FunctionMismatch = "E0903" Error;
    /// A file of scenarios that is not built as one.
    ScenarioForm = "E1101" Error;
    /// A word that means nothing at its place in a scenario.
    ScenarioWord = "E1102" Error;
    /// A name in a scenario that the program does not have.
    ScenarioName = "E1103" Error;
    /// A value in a scenario that is none of its kind.
    ScenarioValue = "E1104" Error;
    /// Something that a scenario needs is not there.
    ScenarioLacks = "E1105" Error;
    /// A moment in a scenario that cannot be.
    ScenarioMoment = "E1106" Error;
    /// A schedule that is never closed.
    NeverClosed = "W0501" Warning;
    /// A day of the year that the coming ten years do not have.
    NoSuchDay = "W0502" Warning;
    /// A prompt that falls back to another language, as the program allows.
    FallbackTranslation = "W0601" Warning;
    /// A reply in a scenario that nobody asked for.
    ReplyUnasked = "W1101" Warning;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_code_is_given_twice() {
        let numbers: BTreeSet<&str> = Code::ALL.iter().map(|code| code.number()).collect();
        assert_eq!(numbers.len(), Code::ALL.len());
    }
}
