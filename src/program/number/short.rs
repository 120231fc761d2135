//! Numbers that are dialled for help, and services that a whole region reaches by the same few digits.
//!
//! They are no numbers of E.164 and belong to nobody's numbering: no pattern covers them, and no rule without a target.
//! Only a rule that names them does.

use super::key::NumberKey;

/// What a short code of a country's plan is for. Any other is the house's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortCode {
    /// Police, fire, ambulance.
    Emergency,
    /// 211 to 811 in the North American plan, 116 000 to 116 999 in Europe.
    Service,
}

/// The short codes of a country's plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShortCodes {
    emergency: Vec<NumberKey>,
    american: bool,
    european: bool,
}

/// Every telephone takes these for emergencies (3GPP TS 22.101 §10.1.1).
const EVERYWHERE: [&str; 2] = ["112", "911"];

/// What else is dialled for help, by country: the emergency numbers of libphonenumber's data 9.0.33.
const EMERGENCY: &[(&str, &str)] = &[
    ("AC AG FK GB GG IE IM JE LC MO MS MY NU QA SB SC SD SH SS SZ TC UG VC VG", "999"),
    ("AD", "110 116 118"),
    ("AE BW PL", "997 998 999"),
    ("AF", "100 102 119"),
    ("AL", "127 128 129"),
    ("AM AZ BY KG KZ TJ UA", "101 102 103"),
    ("AO", "113 115"),
    ("AR", "100 101 107"),
    ("AT", "122 133 144"),
    ("AU", "000 106"),
    ("AW", "100"),
    ("BA ME", "122 123 124"),
    ("BB", "211 311 511"),
    ("BD", "100 101 102 199 999"),
    ("BE", "100 101"),
    ("BF DJ KM MR SN TD", "17 18"),
    ("BG", "150 160 166"),
    ("BH", "199 999"),
    ("BI", "113 117"),
    ("BJ", "114 116 117 118"),
    ("BL", "18"),
    ("BN", "991 993 995"),
    ("BO", "110 118 119"),
    ("BR", "128 190 192 193"),
    ("BS SX", "919"),
    ("BT NO SJ SY", "110 113"),
    ("BZ", "90 990"),
    ("CC CX", "000"),
    ("CD", "113 114 118 177 188"),
    ("CF", "117 118 1220"),
    ("CG", "117 118"),
    ("CH LI", "117 118 144"),
    ("CI", "110 111 170 180"),
    ("CK", "996 998 999"),
    ("CL", "131 132 133"),
    ("CM", "13 17 113 117"),
    ("CN", "110 119 120"),
    ("CO", "119 123 132 156"),
    ("CU", "104 105 106"),
    ("CV", "130 131 132"),
    ("CY HN MM NG", "199"),
    ("CZ", "150 151 152 153 154 155 156 157 158 159"),
    ("DE EE", "110"),
    ("DK FO", "114"),
    ("DM KN", "333 999"),
    ("DZ", "14 17"),
    ("EC", "101 102"),
    ("EG", "122 123 180"),
    ("EH MA", "15 19 177"),
    ("ER", "113 114 116 124422 127799 201606 201917 202099 202914"),
    ("ES", "085 088"),
    ("ET", "91 92 93 939 991 997"),
    ("FJ", "917"),
    ("FM", "320221"),
    ("FR GF GP MC MF ML MQ PF PM RE WF", "15 17 18"),
    ("GA", "18 1730"),
    ("GE", "011 022 033 111 113 122"),
    ("GH", "191 192 193 999"),
    ("GI", "190 199"),
    ("GM", "16 17 18 116 117 118"),
    ("GR", "100 166 199"),
    ("GT", "110 120 123"),
    ("GW", "113 117 118"),
    ("GY", "912 913"),
    ("HK", "992 999"),
    ("HR", "93 94 192 193 194"),
    ("HT", "114 118"),
    ("HU", "104 105 107"),
    ("ID", "110 113 118 119"),
    ("IL PS", "100 101 102"),
    ("IN", "100 101 102 108 1298 2611"),
    ("IQ", "100 104 115 122"),
    ("IR", "110 115 125"),
    ("IT SM VA", "113 115 118"),
    ("JM JP TW", "110 119"),
    ("JO", "191 192 197"),
    ("KE", "114 999"),
    ("KH", "117 118 119 666"),
    ("KI", "192 193 194 195 992 993 994"),
    ("KP", "119 819"),
    ("KR", "119"),
    ("LA", "190 191 195"),
    ("LB", "140 175 999"),
    ("LK", "110 116 118 119"),
    ("LR", "355"),
    ("LS", "115 117"),
    ("LT", "01 02 03 011 022 033 101 102 103"),
    ("LU SI", "113"),
    ("LV", "01 02 03 110 113"),
    ("LY", "190 191 193"),
    ("MD", "901 902 903"),
    ("MG", "17 18 117 118"),
    ("MK XK", "192 193 194"),
    ("MN", "100 101 102 103 105"),
    ("MU", "114 115 995 999"),
    ("MV", "102 118 119"),
    ("MW", "199 997 998 999"),
    ("MX", "060 065 066 068 080"),
    ("MZ", "117 119 197 198"),
    ("NA", "10111"),
    ("NC", "15 16 17 18"),
    ("NE", "15 17 18 118 723141"),
    ("NF", "955 977"),
    ("NI", "115 118 120 128"),
    ("NP", "100 101 102 103"),
    ("NR", "110 111"),
    ("NZ RW", "111"),
    ("OM", "1444 9999"),
    ("PE", "105 116 117"),
    ("PG", "000 110 111"),
    ("PH", "117"),
    ("PK", "15 16 115 1122"),
    ("PT SR TL", "115"),
    ("PY UY", "128"),
    ("RS", "92 93 94"),
    ("RU", "01 02 03 101 102 103"),
    ("SA", "997 999"),
    ("SE", "90000"),
    ("SG", "993 995 999"),
    ("SK", "150 155 158"),
    ("SL", "019 999"),
    ("SO", "555 888 999"),
    ("SV", "913"),
    ("TG", "117 118 171 172 177"),
    ("TH", "191 199 1669"),
    ("TM", "01 02 03"),
    ("TN", "190 197 198"),
    ("TO", "922 933 999"),
    ("TR", "110 155"),
    ("TT", "990 999"),
    ("TZ", "110 111 114 115 999"),
    ("UZ", "01 02 03 001 002 003 050"),
    ("VE", "171"),
    ("VN", "113 114 115"),
    ("WS", "994 995 996 999"),
    ("YE", "191 194 195 199"),
    ("YT", "15"),
    ("ZA", "10111 10177"),
    ("ZM", "991 993 999"),
    ("ZW", "993 994 995 999"),
];

impl ShortCodes {
    /// Those of a country by its two letters; behind a blank an area may follow, as in `US 256`.
    pub fn of(country: Option<&str>) -> ShortCodes {
        let country = country.and_then(|country| country.split(' ').next());
        let is_there = |(countries, _): &&(&str, &str)| {
            country.is_some_and(|wanted| countries.split(' ').any(|known| known == wanted))
        };
        let own = EMERGENCY.iter().find(is_there).map_or("", |(_, numbers)| numbers);
        let mut emergency: Vec<NumberKey> =
            EVERYWHERE.into_iter().chain(own.split(' ')).filter_map(NumberKey::of).collect();
        emergency.sort();
        let code = country.and_then(|country| phonenumber::metadata::DATABASE.by_id(country));
        let code = code.map(|plan| plan.country_code().to_string()).unwrap_or_default();
        ShortCodes { emergency, american: code == "1", european: code.starts_with(['3', '4']) }
    }

    /// What a number is for, where the plan says so.
    pub fn get(&self, key: NumberKey) -> Option<ShortCode> {
        if key.is_international() {
            return None;
        }
        if self.emergency.binary_search(&key).is_ok() {
            return Some(ShortCode::Emergency);
        }
        let service = match key.count() {
            3 => self.american && key.value() % 100 == 11 && key.value() >= 211,
            6 => self.european && key.value() / 1000 == 116,
            _ => false,
        };
        service.then_some(ShortCode::Service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(number: &str, country: Option<&str>) -> Option<ShortCode> {
        ShortCodes::of(country).get(NumberKey::of(number)?)
    }

    #[test]
    fn help_is_reached_by_112_from_any_plan() {
        for country in [None, Some("RU"), Some("US 256"), Some("GB"), Some("JP"), Some("??")] {
            assert_eq!(get("112", country), Some(ShortCode::Emergency), "{country:?}");
        }
        assert_eq!(get("999", Some("GB")), Some(ShortCode::Emergency));
        assert_eq!(get("999", Some("RU")), None);
    }

    #[test]
    fn services_are_those_of_the_region() {
        assert_eq!(get("411", Some("CA")), Some(ShortCode::Service));
        assert_eq!(get("411", Some("DE")), None);
        assert_eq!(get("116117", Some("DE")), Some(ShortCode::Service));
        assert_eq!(get("116117", Some("US")), None);
        assert_eq!(get("100", Some("RU")), None);
    }
}
