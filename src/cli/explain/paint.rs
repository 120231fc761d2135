//! A page as a terminal shows it: headings bold, examples indented, Markdown's own signs gone.

use crate::source::Style;

const BOLD: &str = "\u{1b}[1m";
const CYAN: &str = "\u{1b}[36m";
const OFF: &str = "\u{1b}[0m";

/// The page without its fences and heading signs. Words of the language keep their back-ticks where there is no
/// colour to set them apart.
pub fn paint(page: &str, style: Style) -> String {
    let mut painted = String::new();
    let mut is_example = false;
    for line in page.lines() {
        if line.starts_with("```") {
            is_example = !is_example;
            continue;
        }
        let line = match (is_example, line.trim_start_matches('#')) {
            (true, _) if line.is_empty() => String::new(),
            (true, _) => format!("    {line}"),
            (false, heading) if heading.len() < line.len() => coloured(heading.trim(), BOLD, style),
            (false, text) => words(text, style),
        };
        painted += line.trim_end();
        painted.push('\n');
    }
    painted
}

/// A line of text; what stands between back-ticks is coloured instead.
fn words(line: &str, style: Style) -> String {
    if style == Style::Plain || !line.matches('`').count().is_multiple_of(2) {
        return line.to_owned();
    }
    let parts = line.split('`').enumerate();
    parts
        .map(|(index, part)| if index % 2 == 1 { coloured(part, CYAN, style) } else { part.to_owned() })
        .collect()
}

/// A text in a colour, where there are colours.
pub fn coloured(text: &str, colour: &str, style: Style) -> String {
    match style {
        Style::Plain => text.to_owned(),
        Style::Ansi => format!("{colour}{text}{OFF}"),
    }
}

/// A heading of our own.
pub fn heading(text: &str, style: Style) -> String {
    coloured(text, BOLD, style)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# E0: no `x`\n\nWrite `x`.\n\n## Wrong\n\n```flow wrong\nsay x\n\n# y\n```\n";

    #[test]
    fn a_page_is_plain_text_without_a_terminal() {
        assert_eq!(paint(PAGE, Style::Plain), "E0: no `x`\n\nWrite `x`.\n\nWrong\n\n    say x\n\n    # y\n");
    }

    #[test]
    fn a_terminal_gets_bold_headings_and_coloured_words() {
        let painted = paint(PAGE, Style::Ansi);
        assert!(
            painted.starts_with("\u{1b}[1mE0: no `x`\u{1b}[0m\n\nWrite \u{1b}[36mx\u{1b}[0m.\n"),
            "{painted}"
        );
    }
}
