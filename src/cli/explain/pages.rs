//! The pages of docs/codes, within the program.

use crate::source::Code;

macro_rules! pages {
    ($($number:literal)+) => {
        /// The page about a code, in Markdown.
        pub fn page(code: Code) -> Option<&'static str> {
            match code.number() {
                $($number => Some(include_str!(concat!("../../../docs/codes/", $number, ".md"))),)+
                _ => None,
            }
        }
    };
}

// A test holds this list to `Code::ALL` and to the folder, and says what is missing where.
pages! {
    "E0101" "E0102" "E0103"
    "E0201" "E0202" "E0203" "E0204" "E0205" "E0206" "E0207" "E0208"
    "E0301" "E0302" "E0303" "E0304" "E0305" "E0306" "E0307" "E0308" "E0309"
    "E0401" "E0402" "E0403" "E0404" "E0405" "E0406" "E0407" "E0408" "E0409" "E0410" "E0411" "E0412" "E0413" "E0414" "E0415" "E0416" "E0420" "E0421" "E0422" "E0423" "E0425" "E0426"
    "E0501" "E0502" "E0503" "E0504" "E0505" "W0501" "W0502"
    "E0601" "E0602" "E0603" "E0604" "W0601"
    "E0701" "E0702"
    "E0801" "E0802" "E0803" "E0805" "E0806"
    "E0901" "E0902" "E0903"
    "E1101" "E1102" "E1103" "E1104" "E1105" "E1106" "W1101"
}
