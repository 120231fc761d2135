//! A program of any size, the same bytes each time: an exchange with many departments, as a company would write it.

use callwright::source::MemoryFiles;
use std::fmt::Write;

const MAIN: &str = include_str!("main.template");
const SHARED: &str = include_str!("shared.template");
/// One department; `@` stands for its number, `$1` and `$2` for digits that differ from one to the next.
const DEPARTMENT: &str = include_str!("department.template");
/// Departments in one script, and in one menu.
const TOGETHER: usize = 8;
const IN_A_MENU: usize = 90;
/// Phone numbers in a data file.
const NUMBERS: usize = 400;

/// A program: its files, and the scripts among them in the order in which they are read.
pub struct Generated {
    /// Everything the compiler asks for.
    pub files: MemoryFiles,
    /// The texts of the scripts.
    pub scripts: Vec<String>,
}

impl Generated {
    /// Lines of all scripts.
    pub fn lines(&self) -> usize {
        self.scripts.iter().map(|script| script.lines().count()).sum()
    }

    /// Declarations that begin with this word.
    pub fn count(&self, word: &str) -> usize {
        let lines = self.scripts.iter().flat_map(|script| script.lines());
        lines.filter(|line| line.split(' ').next() == Some(word)).count()
    }
}

/// A program of about so many lines, and not fewer.
pub fn program(lines: usize) -> Generated {
    let fixed = MAIN.lines().count() + SHARED.lines().count();
    let each = DEPARTMENT.lines().count() + 3;
    let departments = lines.saturating_sub(fixed).div_ceil(each).max(1);
    let mut scripts = vec![("main.flow".to_owned(), main(departments))];
    scripts.push(("shared.flow".to_owned(), SHARED.to_owned()));
    let numbers: Vec<usize> = (0..departments).collect();
    for (file, together) in numbers.chunks(TOGETHER).enumerate() {
        let text = together.iter().map(|number| department(*number)).collect();
        scripts.push((script_path(file), text));
    }
    let files = MemoryFiles::default()
        .with("data/vip.csv", phones("+7 965", "Anna"))
        .with("data/blocked.csv", phones("+7 903", "calls at night"));
    let files = scripts.iter().fold(files, |files, (path, text)| files.with(path, text.as_bytes()));
    Generated { files, scripts: scripts.into_iter().map(|(_, text)| text).collect() }
}

fn script_path(file: usize) -> String {
    format!("departments/{file}.flow")
}

fn main(departments: usize) -> String {
    let mut text = MAIN.to_owned();
    let imports =
        lines((0..departments.div_ceil(TOGETHER)).map(|file| format!("import \"{}\"", script_path(file))));
    let routes = lines((0..departments).map(route));
    text = text.replace("@imports@\n", &imports).replace("@routes@\n", &routes);
    for menu in 0..departments.div_ceil(IN_A_MENU) {
        text += &switchboard(menu, departments);
    }
    text
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.fold(String::new(), |text, line| text + line.as_str() + "\n")
}

/// The numbers of a department: two that are dialled from everywhere, one that only partners know.
fn route(number: usize) -> String {
    let phone = |tens: usize| {
        let digits = format!("{:06}", number * 10 + tens);
        format!("+7 843 3{}-{}-{}", &digits[..2], &digits[2..4], &digits[4..])
    };
    let mut text = format!("    call to {}, {} -> department_{number}\n", phone(1), phone(2));
    let _ = write!(
        text,
        "    call to {} {{ from blocked -> reject decline; otherwise -> department_{number} }}",
        phone(3)
    );
    text
}

fn switchboard(menu: usize, departments: usize) -> String {
    let first = menu * IN_A_MENU;
    let last = (first + IN_A_MENU).min(departments);
    let choices = lines((first..last).map(|number| {
        format!("        {} \"department {number}\" -> department_{number}", 10 + number - first)
    }));
    let next = if last < departments {
        format!("        # \"more\" -> switchboard_{}\n", menu + 1)
    } else {
        String::new()
    };
    SWITCHBOARD.replace('@', &menu.to_string()).replace("CHOICES\n", &(choices + next.as_str()))
}

const SWITCHBOARD: &str = "
flow switchboard_@ {
    menu {
        say switchboard_menu
CHOICES
        0 \"operator\" -> operators(\"switchboard\")
        between_keys 2s
        retries 3
        no_input { say still_there }
        no_match { say wrong_key }
    }
}
";

fn department(number: usize) -> String {
    DEPARTMENT
        .replace('@', &number.to_string())
        .replace("$1", &(number % 10).to_string())
        .replace("$2", &((number + 3) % 10).to_string())
}

fn phones(code: &str, remark: &str) -> String {
    lines((0..NUMBERS).map(|number| format!("{code} {:03}-57-{:02},{remark}", 100 + number, number % 100)))
}
