//! Standard output, of which whoever reads may have seen enough: `callwright test DIR --transcript | head`.
//!
//! `println!` panics there. A command goes on and ends with its usual status, so that a script can tell what came of it.

/// Prints a line.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

/// Prints without ending the line.
macro_rules! put {
    ($($words:tt)*) => {{
        use std::io::Write;
        let _ = write!(std::io::stdout(), $($words)*);
    }};
}
