//! The growth of what calls cost, drawn.

use super::Played;
use std::fmt::Write;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
/// The room around the axes.
const LEFT: f64 = 56.0;
const RIGHT: f64 = 56.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 44.0;

/// The share of the core over the number of calls, and beside it a line from nothing to the last of them: growth that is linear lies on it.
pub fn growth(all: &[Played]) -> String {
    let most_calls = all.iter().map(|played| played.calls).max().unwrap_or(1) as f64;
    let most = all.iter().map(|played| played.core_percent).fold(10.0, f64::max) * 1.1;
    let x = |calls: f64| LEFT + calls / most_calls * (WIDTH - LEFT - RIGHT);
    let y = |percent: f64| HEIGHT - BOTTOM - percent / most * (HEIGHT - TOP - BOTTOM);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"14\">CPU, % of one core</text>\n\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\">calls that hear something</text>\n",
        WIDTH - RIGHT,
        HEIGHT - 8.0,
    );
    let mut line = |from: (f64, f64), to: (f64, f64), style: &str| {
        let (x1, y1, x2, y2) = (x(from.0), y(from.1), x(to.0), y(to.1));
        let _ = writeln!(svg, "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" {style}/>");
    };
    line((0.0, 0.0), (most_calls, 0.0), "stroke=\"black\"");
    line((0.0, 0.0), (0.0, most), "stroke=\"black\"");
    if let Some(last) = all.iter().max_by_key(|played| played.calls) {
        line((0.0, 0.0), (most_calls, last.core_percent), "stroke=\"#999\" stroke-dasharray=\"4 4\"");
    }
    for played in all {
        let (calls, percent) = (played.calls as f64, played.core_percent);
        let (at, of) = (x(calls), y(percent));
        let _ = writeln!(svg, "<circle cx=\"{at:.1}\" cy=\"{of:.1}\" r=\"4\" fill=\"#06c\"/>");
        let _ = writeln!(
            svg,
            "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{percent:.1}</text>",
            of - 8.0
        );
        let below = HEIGHT - BOTTOM + 16.0;
        let _ =
            writeln!(svg, "<text x=\"{at:.1}\" y=\"{below:.1}\" text-anchor=\"middle\">{calls:.0}</text>");
    }
    svg.push_str("</svg>\n");
    svg
}
