//! The prover: walks every state that a program can reach, and tells what is wrong in some of them.
//!
//! It walks the compiled program itself, by the exits that its verbs have; values are abstract, budgets are not. What it
//! takes for one state and what it cannot tell is described for users in `docs/explore.md`.
//!
//! | file | job |
//! |---|---|
//! | `plan`, `live` | a program prepared: conditions in parts, which variables matter, and where they still do |
//! | `atom`, `known`, `classes` | what a condition settles; values that a script names itself; hours that go together |
//! | `rounds`, `kept` | which loops are counted to their end; what is kept and has been read |
//! | `clock` | whether hours may turn during a move |
//! | `relation`, `callers` | what follows from what of one value; who can call |
//! | `state`, `print` | an abstract state, and 64 bits that stand for it |
//! | `moves`, `step`, `perform`, `question`, `identify`, `interrupt` | what can follow a state, verb by verb |
//! | `roots` | how contacts begin |
//! | `search`, `graph`, `free` | breadth first over all states; cycles, and those by which nothing is spent |
//! | `promise`, `game` | what a program promises; what a caller can bring about against a world that does its worst |
//! | `taint` | secrets, followed to where they go |
//! | `finding`, `story`, `tell` | what is told in the end, the way that shows it, both in words |
//! | `tour`, `reach` | ways that are played as they are found; how far it is to what is left |
//! | `follow` | whether a contact that has been is a way that the prover knows |

mod atom;
mod callers;
mod classes;
mod clock;
mod finding;
mod follow;
mod free;
mod game;
mod graph;
mod identify;
mod interrupt;
mod kept;
mod known;
mod live;
mod moves;
mod part;
mod perform;
mod plan;
mod print;
mod promise;
mod question;
mod reach;
mod relation;
mod roots;
mod rounds;
mod search;
mod state;
mod step;
mod story;
mod taint;
mod tell;
mod tour;

pub use finding::{Finding, Kind, Report};
pub use follow::Strayed;
pub use game::Lengths;
pub use moves::{Deed, Move, Symptom};
pub use part::{Batch, Part};
pub use promise::{Breach, Verdict, in_one_go, judge};
pub use search::{Explorer, Search};
pub use story::{Story, StoryStep};
pub use tell::{exit, told};
pub use tour::Played;
