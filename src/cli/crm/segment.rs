//! `callwright crm segment`: who belongs to a segment that the program declares.

use super::lists::row_of;
use super::{ListArgs, load};
use crate::crm::Customer;
use crate::engine::Image;
use crate::program::{Expr, Segment, Text};
use crate::store::{Desk, Listing, Page};
use crate::time::Wall;
use anyhow::{Result, bail};
use clap::Args;
use std::path::PathBuf;

/// Customers that are looked at in one go.
const AT_ONCE: usize = 500;

/// What a flow reads of a customer that is no attribute but was lived through.
const HISTORY: [&str; 4] = ["open_case", "last_topic", "last_outcome", "last_contact"];

/// Lists the customers who belong to a segment now, by id.
#[derive(Debug, Args)]
pub(super) struct SegmentArgs {
    /// The segment's name, as `segment NAME when …` declares it; without it, the segments are listed.
    name: Option<String>,
    /// The program whose `crm` block says who belongs to it.
    #[arg(long, value_name = "DIR")]
    program: PathBuf,
    #[command(flatten)]
    list: ListArgs,
}

/// Who is in a segment.
pub(super) fn segment(store: &dyn Desk, args: &SegmentArgs, now: Wall) -> Result<String> {
    let (_, image) = load(&args.program)?;
    let names: Vec<&str> = image.segments.iter().map(|segment| &*segment.name).collect();
    let Some(name) = &args.name else {
        return Ok(names.iter().map(|name| format!("{name}\n")).collect());
    };
    let Some(segment) = image.segments.iter().find(|segment| *segment.name == **name) else {
        match names.is_empty() {
            true => {
                bail!("the program declares no segment; write `segment NAME when …` into its `crm` block")
            }
            false => bail!("there is no segment `{name}`; there are {}", names.join(", ")),
        }
    };
    let members = members(store, &image, segment, &args.list, now)?;
    let heads = ["ID", "NAME", "PHONES", "ADDRESSES", "ATTRIBUTES"];
    match members.items.is_empty() && !args.list.json && !args.list.csv {
        true => Ok("nobody\n".to_owned()),
        false => args.list.print(&members, &heads, |customer| Ok(row_of(customer)[..5].to_vec())),
    }
}

/// Goes through the customers page by page until so many are found as are wanted.
fn members(
    store: &dyn Desk,
    image: &Image,
    segment: &Segment,
    list: &ListArgs,
    now: Wall,
) -> Result<Listing<Customer>> {
    let history = speaks_of_history(&segment.condition);
    let mut after = list.after.as_deref().map(Text::from);
    let mut items: Vec<Customer> = Vec::new();
    loop {
        let page = store.records(&Page { after, limit: AT_ONCE }, history)?;
        for (customer, record) in page.items {
            if !image.belongs(&record, segment, now) {
                continue;
            }
            if items.len() == list.limit {
                let next = items.last().map(|last| last.id.clone());
                return Ok(Listing { items, next });
            }
            items.push(customer);
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(Listing { items, next: None }),
        }
    }
}

fn speaks_of_history(expr: &Expr) -> bool {
    let own = matches!(expr, Expr::Field(_, name) if HISTORY.contains(&&**name));
    own || expr.parts().into_iter().any(speaks_of_history)
}
