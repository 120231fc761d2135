//! Calls in a script of functions that nobody has: Rhai finds them when they run, which is in front of a caller.

use super::names::NAMES;
use crate::source::closest;
use rhai::{AST, ASTNode, Expr, FnCallExpr, Position, Stmt};

/// The first call of a function that neither the script nor Rhai has: its line and its name.
pub(super) fn unknown(ast: &AST) -> Option<(usize, String)> {
    let mut found: Vec<((usize, usize), String)> = Vec::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some((call, at)) = path.last().and_then(call)
            && !is_known(ast, &call.name)
        {
            found.push(((at.line().unwrap_or(1), at.position().unwrap_or(1)), call.name.to_string()));
        }
        true
    });
    // The functions of a script are walked in no order.
    found.into_iter().min().map(|((line, _), name)| (line, name))
}

/// The known function that is closest to a name.
pub(super) fn nearest(ast: &AST, name: &str) -> Option<String> {
    let own = ast.iter_functions().map(|function| function.name).filter(|own| *own != name);
    closest(name, own.chain(NAMES.iter().copied())).map(str::to_owned)
}

fn call<'a>(node: &'a ASTNode<'a>) -> Option<(&'a FnCallExpr, Position)> {
    match node {
        ASTNode::Expr(Expr::FnCall(call, at) | Expr::MethodCall(call, at)) => Some((call, *at)),
        ASTNode::Stmt(Stmt::FnCall(call, at)) => Some((call, *at)),
        _ => None,
    }
}

/// Operators are calls, too; they have no letters.
fn is_known(ast: &AST, name: &str) -> bool {
    !name.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_')
        || NAMES.contains(&name)
        || ast.iter_functions().any(|function| function.name == name)
}
