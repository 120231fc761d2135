//! A program that is ready to run.

use crate::program::Program;
use crate::script::{FunctionError, Library};
use std::ops::Deref;
use std::sync::Arc;

/// A checked program together with its compiled script functions. Shared by all sessions that run it.
#[derive(Debug)]
pub struct Image {
    program: Program,
    library: Library,
}

impl Image {
    /// Compiles the program's script functions.
    pub fn new(program: Program) -> Result<Arc<Image>, FunctionError> {
        let library = Library::build(&program.functions)?;
        Ok(Arc::new(Image { program, library }))
    }

    /// The program itself.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Its script functions.
    pub fn library(&self) -> &Library {
        &self.library
    }
}

/// Two images are equal if they were made from sources that say the same.
impl PartialEq for Image {
    fn eq(&self, other: &Image) -> bool {
        self.program.version == other.program.version
    }
}

impl Deref for Image {
    type Target = Program;

    fn deref(&self) -> &Program {
        &self.program
    }
}
