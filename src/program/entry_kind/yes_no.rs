//! The words for yes and no, by language.

/// Words for yes and for no; what is written first in a message decides.
const WORDS: [(&str, &[&str], &[&str]); 12] = [
    ("ar", &["نعم", "اجل"], &["لا", "كلا"]),
    ("cs", &["ano", "jo"], &["ne"]),
    ("de", &["ja", "jawohl", "klar"], &["nein", "nee"]),
    ("en", &["yes", "y", "yeah", "yep", "ok", "okay", "sure"], &["no", "n", "nope"]),
    ("es", &["sí", "si", "claro", "vale"], &["no"]),
    ("fr", &["oui", "ouais"], &["non"]),
    ("it", &["sì", "si"], &["no"]),
    ("pl", &["tak"], &["nie"]),
    ("pt", &["sim"], &["não", "nao"]),
    ("ru", &["да", "ага", "угу", "конечно"], &["нет", "не"]),
    ("tr", &["evet"], &["hayır", "hayir"]),
    ("uk", &["так", "ага"], &["ні", "не"]),
];

/// Whether a message says yes or no: by the words of the contact's language, else by the English ones.
pub(super) fn yes_no(text: &str, language: &str) -> Option<bool> {
    let lower = text.to_lowercase();
    let first = lower.split(|sign: char| !sign.is_alphabetic()).find(|word| !word.is_empty())?;
    let of = |language: &str| WORDS.iter().find(|(known, _, _)| *known == language);
    of(language).into_iter().chain(of("en")).find_map(|(_, yes, no)| {
        match (yes.contains(&first), no.contains(&first)) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    })
}
