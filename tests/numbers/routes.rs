//! Which rule of a route takes a number, and which rules are refused.

use super::{compile, pattern};
use crate::harness::{root, run};
use callwright::program::{
    Channel, NumberKey, NumberPattern, NumberTable, NumbersId, Phone, Program, ShortCode, Target,
};
use callwright::source::Style;

fn program(route: &str) -> Program {
    let compiled = compile(route, &[]);
    let report = compiled.report(Style::Plain);
    compiled.program.unwrap_or_else(|| panic!("{report}"))
}

fn findings(route: &str, files: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    let compiled = compile(route, files);
    compiled.diagnostics.iter().map(|found| (found.code.number(), found.message.clone())).collect()
}

/// The target of the rule that a call to these digits takes.
fn target(program: &Program, dialled: &str) -> Option<Target> {
    let number = Phone::parse(dialled, program.country.as_deref());
    let rule = program.router.decide(Channel::Call, number.as_ref(), dialled)?;
    Some(program.routes[rule].target.clone())
}

fn written(text: &str) -> Option<Target> {
    Some(Target::Pattern(pattern(text)))
}

#[test]
fn the_narrower_pattern_wins_whatever_the_order() {
    let narrow = "call to +1 NXX 976 XXXX -> go";
    let wide = "call to +1 NXX NXX XXXX -> go";
    for (first, second) in [(narrow, wide), (wide, narrow)] {
        let program = program(&format!("route r {{\n{first}\n{second}\ncall -> go\notherwise -> go\n}}"));
        assert_eq!(target(&program, "+1 212 976 5555"), written("+1 NXX 976 XXXX"));
        assert_eq!(target(&program, "+1 212 555 0100"), written("+1 NXX NXX XXXX"));
    }
}

#[test]
fn exact_then_range_then_class_then_beginning_then_all_the_rest() {
    let program = program(
        "numbers lines { +7 843 203-57-37, +7 843 203-58 ... }
         route r {
            call to +7 843 ...                               -> go
            call to +7 843 203-5X-XX                         -> go
            call to lines                                    -> go
            call to +7 843 203-57-30 .. +7 843 203-57-39     -> go
            call                                             -> go
            otherwise                                        -> go
         }",
    );
    let set = Some(Target::Numbers(NumbersId(0)));
    assert_eq!(target(&program, "+7 843 203-57-37"), set);
    assert_eq!(target(&program, "+7 843 203-57-38"), written("+7 843 203-57-30 .. +7 843 203-57-39"));
    assert_eq!(target(&program, "+7 843 203-57-40"), written("+7 843 203-5X-XX"));
    assert_eq!(target(&program, "+7 843 203-68-01"), written("+7 843 ..."));
    assert_eq!(target(&program, "+7 495 203-57-40"), Some(Target::Any));
}

#[test]
fn two_patterns_of_which_neither_is_narrower_are_refused_with_a_number_that_both_cover() {
    let route = "route r { call to +1 212 NXX XXXX -> go; call to +1 NXX 976 XXXX -> go; otherwise -> go }";
    let found = findings(route, &[]);
    assert_eq!(
        found,
        [("E0423", "both this and another target cover +12129762222, and neither is narrower".to_owned())]
    );
    let apart = "route r { call to +1 212 NXX XXXX -> go; call to +1 415 976 XXXX -> go; otherwise -> go }";
    assert_eq!(findings(apart, &[]), []);
}

#[test]
fn a_number_of_two_sets_is_refused() {
    let route = "numbers a from \"a.csv\"\nnumbers b { +7 843 203-57-00, +7 843 203-57-37 }
        route r { call to a -> go; call to b -> go; otherwise -> go }";
    let found = findings(route, &[("a.csv", "number\n8 843 203 57 37,ours\n")]);
    // No line of the program is Russian, so the file's number has to be written with its `+`.
    assert_eq!(found.first().map(|(code, _)| *code), Some("E0902"));
    let found = findings(route, &[("a.csv", "number\n+7 843 203 57 37,ours\n")]);
    let message = "both this and another target cover +78432035737, and neither is narrower";
    assert_eq!(found, [("E0423", message.to_owned())]);
}

#[test]
fn one_number_may_have_a_rule_on_every_channel() {
    let route = "route r { call to +1 212 ... -> go; sms to +1 NXX 976 XXXX -> go; otherwise -> go }";
    assert_eq!(findings(route, &[]), []);
}

#[test]
fn no_rule_covers_an_emergency_or_a_service_that_does_not_name_it() {
    let some = program(
        "route r {\ncall to [49]XX -> go\ncall to 1XX -> go\ncall to X... -> go\ncall -> go\notherwise -> go\n}",
    );
    for help in ["911", "112", "411"] {
        assert_eq!(target(&some, help), None, "{help}");
    }
    assert_eq!(target(&some, "122"), written("1XX"));
    assert_eq!(target(&some, "2001"), written("X..."));
    let named =
        program("route r { call to 911 -> go; call to emergency -> go; call -> go; otherwise -> go }");
    assert_eq!(target(&named, "911"), written("911"));
    assert_eq!(target(&named, "112"), Some(Target::Emergency));
    assert_eq!(target(&named, "411"), None);
    let phone = Phone::parse("112", None).expect("a short code");
    assert_eq!(named.router.short_code(&phone), Some(ShortCode::Emergency));
}

#[test]
fn a_rule_whose_numbers_are_all_for_help_or_services_is_never_met() {
    let found = |rule: &str| findings(&format!("route r {{ {rule}; call -> go; otherwise -> go }}"), &[]);
    let message = |witness: &str| {
        let text = "no contact meets this: every number of it is for help or of a public service, as ";
        [("E0413", format!("{text}{witness}"))]
    };
    assert_eq!(found("call to N11 -> go"), message("211"));
    assert_eq!(found("call to 911 .. 911 -> go"), message("911"));
    assert_eq!(found("call to [24]11, 211 -> go").len(), 1);
    assert_eq!(found("call to 211 -> go"), []);
    assert_eq!(found("call to 9-1-1, 116 117 -> go"), []);
    assert_eq!(found("call to X11 -> go"), []);
}

#[test]
fn a_rule_whose_numbers_all_belong_to_narrower_targets_is_never_met() {
    let found = |rules: &str, files: &[(&str, &str)]| {
        findings(&format!("{rules}; call -> go; otherwise -> go }}"), files)
    };
    let message = |witness: &str| {
        vec![(
            "E0413",
            format!("no contact meets this: narrower targets have every number of it, as {witness}"),
        )]
    };
    let halves = "route r { call to 3XX -> go; call to 3[0-4]X -> go; call to 3[5-9]X -> go";
    assert_eq!(found(halves, &[]), message("322"));
    assert_eq!(found(&halves.replace("3[5-9]X", "3[6-9]X"), &[]), []);
    assert_eq!(found(&halves.replace("call to 3[5-9]X", "sms to 3[5-9]X"), &[]), []);
    let world = "route r { call to +1 212 555 0[1-4]XX -> go; call to +1 212 555 01XX -> go
        call to +1 212 555 0[234]XX -> go";
    assert_eq!(found(world, &[]), message("+12125550222"));
    let numbers: String = (20..30).map(|number| format!("{number}\n")).collect();
    let set = "numbers all from \"all.csv\"\nroute r { call to 2X -> go; call to all -> go";
    assert_eq!(found(set, &[("all.csv", &numbers)]), message("22"));
    assert_eq!(found(set, &[("all.csv", &numbers[3..])]), []);
    // What is left is a service of the plan.
    let rest = "route r { call to [23]11 -> go; call to 311 .. 311 -> go";
    assert_eq!(found(rest, &[]).len(), 2);
}

#[test]
fn a_broken_line_of_a_file_is_named() {
    let route = "numbers a from \"a.csv\"\nroute r { call to a -> go; otherwise -> go }";
    let found = findings(route, &[("a.csv", "number,who\n+1 212 555 0100,one\n+1 212 555,two\n")]);
    let message =
        "line 3 of `a.csv` begins with no phone number: `+1 212 555` is no phone number of its country";
    assert_eq!(found, [("E0902", message.to_owned())]);
    let found = findings(
        route,
        &[("a.csv", "+1 212 ...\n+1 NXX 976-XXXX\n\"+1 415 555 0100 .. +1 415 555 0199\"\n")],
    );
    assert_eq!(found, []);
}

// ---------------------------------------------------------------- `callwright route`

/// The command's exit status and what it prints.
fn route(args: &[&str]) -> (Option<i32>, String) {
    let args: Vec<&str> = ["route", "flows/bank"].iter().chain(args).copied().collect();
    let output = run(env!("CARGO_BIN_EXE_callwright"), &args);
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn the_command_says_which_line_takes_a_call_and_why_the_others_do_not() {
    let at = ["--at", "2026-11-20T19:30:00+03:00", "--explain"];
    let call = ["--from", "+7 965 629-57-19", "--to", "8 843 203-57-37"];
    let (code, printed) = route(&[&call[..], &at].concat());
    let manual = std::fs::read_to_string(root().join("docs/running.md")).expect("the manual");
    assert!(manual.contains(&printed), "{printed}");
    assert_eq!(code, Some(0));
    assert!(
        manual.contains(&format!("callwright route flows/bank --from \"{}\" --to \"{}\"", call[1], call[3]))
    );
}

#[test]
fn the_command_tells_withheld_from_missing_and_where_nothing_leads() {
    let (code, printed) = route(&["--from", "withheld", "--to", "112", "--explain"]);
    assert_eq!(code, Some(1));
    assert!(
        printed.starts_with("call to 112, the number 112, from withheld\nno rule takes it\n"),
        "{printed}"
    );
    assert!(printed.contains("does not name the number, and this is one for emergencies"), "{printed}");

    let (code, printed) = route(&["--to", "100", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(
        (code, &document["from"], &document["leads_to"]),
        (Some(0), &"missing".into(), &"reject not_found".into())
    );
    assert_eq!(document["taken_by"]["line"], document["rules"][3]["line"]);
    assert_eq!(route(&["--to", "100", "--channel", "pigeon"]).0, Some(2));
}

// ---------------------------------------------------------------- the index against a linear scan

/// Draws that repeat for a seed.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % bound
    }

    fn sign(&mut self) -> String {
        match self.below(8) {
            0 => "X".to_owned(),
            1 => "N".to_owned(),
            2 => "Z".to_owned(),
            3 => format!("[{}-{}]", self.below(5), 5 + self.below(5)),
            _ => self.below(10).to_string(),
        }
    }

    /// A pattern of digits without `+`: closed ones of two or three digits, open ones with fewer in front.
    fn pattern(&mut self) -> String {
        let signs = |draws: &mut Draws, count| (0..count).map(|_| draws.sign()).collect::<String>();
        match self.below(4) {
            0 => {
                let count = 1 + self.below(2);
                format!("{}...", signs(self, count))
            }
            1 => {
                let (a, b) = (self.below(1000), self.below(1000));
                format!("{:03} .. {:03}", a.min(b), a.max(b))
            }
            _ => {
                let count = 2 + self.below(2);
                signs(self, count)
            }
        }
    }
}

/// Whether a pattern covers digits, sign by sign, as a person would look.
fn covers_by_hand(pattern: &str, digits: &str) -> bool {
    if let Some((low, high)) = pattern.split_once(" .. ") {
        return digits.len() == low.len() && (low..=high).contains(&digits);
    }
    let (signs, open) = pattern.strip_suffix("...").map_or((pattern, false), |signs| (signs, true));
    let (mut signs, mut rest) = (signs.chars(), digits.chars());
    while let Some(sign) = signs.next() {
        let Some(digit) = rest.next() else { return false };
        let fits = match sign {
            'X' => true,
            'Z' => digit != '0',
            'N' => digit > '1',
            '[' => {
                let (low, high) = (signs.next(), signs.nth(1));
                signs.next();
                low <= Some(digit) && Some(digit) <= high
            }
            exact => digit == exact,
        };
        if !fits {
            return false;
        }
    }
    open == rest.next().is_some()
}

/// Which of some numbers a pattern covers, a bit each.
fn covered(pattern: &str, numbers: &[String]) -> Vec<u64> {
    let word = |some: &[String]| {
        some.iter()
            .enumerate()
            .fold(0, |bits, (at, digits)| bits | u64::from(covers_by_hand(pattern, digits)) << at)
    };
    numbers.chunks(64).map(word).collect()
}

/// Whether two have no number in common, or one is a part of the other.
fn nested(a: &[u64], b: &[u64]) -> bool {
    let any = |pick: fn(u64, u64) -> u64| a.iter().zip(b).any(|(a, b)| pick(*a, *b) != 0);
    !any(|a, b| a & b) || any(|a, b| a & !b) != any(|a, b| !a & b)
}

#[test]
fn the_index_answers_as_a_linear_scan_does() {
    let numbers: Vec<String> = (2..=4_usize)
        .flat_map(|count| (0..10_u32.pow(count as u32)).map(move |number| format!("{number:0count$}")))
        .collect();
    for seed in 1..=6 {
        let mut draws = Draws(seed);
        // Kept are patterns of which any two lie one within the other or apart, as the compiler demands.
        let mut kept: Vec<(String, Vec<u64>)> = Vec::new();
        for _ in 0..100 {
            let text = draws.pattern();
            let own = covered(&text, &numbers);
            if kept.iter().all(|(_, other)| nested(&own, other)) {
                kept.push((text, own));
            }
        }
        let sizes: Vec<u32> =
            kept.iter().map(|(_, bits)| bits.iter().map(|word| word.count_ones()).sum()).collect();
        let patterns: Vec<NumberPattern> = kept.iter().map(|(text, _)| pattern(text)).collect();
        let table = NumberTable::new(patterns.iter().zip(0_usize..));
        for (at, digits) in numbers.iter().enumerate() {
            let covers = |rule: &usize| kept[*rule].1[at / 64] & 1 << (at % 64) != 0;
            let narrowest = (0..kept.len()).filter(covers).min_by_key(|rule| sizes[*rule]);
            let found = NumberKey::of(digits).and_then(|key| table.find(key));
            let text = |rule: Option<usize>| rule.map(|rule| kept[rule].0.as_str());
            assert_eq!(text(found), text(narrowest), "seed {seed}: {digits}");
        }
        assert!(kept.len() > 15, "seed {seed} keeps {}", kept.len());
    }
}
