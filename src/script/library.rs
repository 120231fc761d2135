//! All functions of a program, parsed once and shared by all contacts.

use super::check::{FunctionError, parse};
use super::convert::{from_script, into_script, text_size};
use crate::program::{Function, Limits, Type, Value};
use rhai::{AST, CallFnOptions, Dynamic, Engine, EvalAltResult, Scope};
use std::fmt;
use std::sync::Arc;
use thiserror::Error;

/// The functions of a program, ready to be called. Cloning shares them.
#[derive(Clone)]
pub struct Library {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    functions: Vec<(Function, AST)>,
}

/// Why a call gave no value. To a flow all of them are `failed`.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CallError {
    /// The program has no function at this position.
    #[error("there is no function {index}")]
    NoSuchFunction {
        /// The position.
        index: u32,
    },
    /// Too few or too many arguments, or one of another type than declared.
    #[error("`{name}` does not take these arguments")]
    Arguments {
        /// The function.
        name: String,
    },
    /// One of the arguments is a secret, or holds one.
    #[error("`{name}` may not see a secret")]
    Secret {
        /// The function.
        name: String,
    },
    /// The function needs more operations than it may use.
    #[error("`{name}` takes too long")]
    TooLong {
        /// The function.
        name: String,
    },
    /// The function stopped with an error.
    #[error("`{name}` failed on line {line}")]
    Failed {
        /// The function.
        name: String,
        /// The line in its script; 0 where it is not known. What went wrong may quote a caller's data and is not told.
        line: usize,
    },
    /// The function gave back something else than declared, or too much of it.
    #[error("`{name}` gave back something else than `{wanted}`")]
    Result {
        /// The function.
        name: String,
        /// The declared type.
        wanted: String,
    },
}

impl Library {
    /// Parses and checks all functions of a program.
    ///
    /// # Errors
    /// The first function that is missing, does not parse or takes something else.
    pub fn build(functions: &[Function]) -> Result<Library, FunctionError> {
        let engine = super::engine(&Limits::DEFAULT);
        let functions = functions
            .iter()
            .map(|function| Ok((function.clone(), parse(&engine, function)?)))
            .collect::<Result<Vec<_>, FunctionError>>()?;
        Ok(Library { shared: Arc::new(Shared { engine, functions }) })
    }

    /// Calls the function at this position of the program with values of its declared types.
    ///
    /// # Errors
    /// See [`CallError`]; the same call always ends the same way.
    pub fn call(&self, index: u32, args: &[Value], limits: &Limits) -> Result<Value, CallError> {
        let no_function = CallError::NoSuchFunction { index };
        let (function, ast) = self.shared.functions.get(index as usize).ok_or(no_function)?;
        let name = || function.name.to_string();
        let args = arguments(function, args)?;
        // Bounds belong to an engine. Other bounds than the usual ones are for tests, which can wait for one.
        let own;
        let engine = if *limits == Limits::DEFAULT {
            &self.shared.engine
        } else {
            own = super::engine(limits);
            &own
        };
        let options = CallFnOptions::new().eval_ast(false);
        let found: Dynamic = engine
            .call_fn_with_options(options, &mut Scope::new(), ast, &function.name, args)
            .map_err(|error| refusal(name(), &error))?;
        let wrong = || CallError::Result { name: name(), wanted: function.returns.to_string() };
        from_script(&found, &function.returns)
            .filter(|value| text_size(value) <= limits.text)
            .ok_or_else(wrong)
    }
}

fn arguments(function: &Function, args: &[Value]) -> Result<Vec<Dynamic>, CallError> {
    let name = || function.name.to_string();
    let fits = args.len() == function.params.len()
        && args.iter().zip(&function.params).all(|(value, (_, ty))| is_of_type(value, ty));
    if args.iter().any(holds_secret) {
        return Err(CallError::Secret { name: name() });
    }
    if !fits {
        return Err(CallError::Arguments { name: name() });
    }
    let converted: Option<Vec<Dynamic>> = args.iter().map(into_script).collect();
    converted.ok_or_else(|| CallError::Secret { name: name() })
}

fn holds_secret(value: &Value) -> bool {
    match value {
        Value::Secret(_) => true,
        Value::Record(record) => record.fields.values().any(holds_secret),
        Value::List(items) => items.iter().any(holds_secret),
        _ => false,
    }
}

fn is_of_type(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (Value::None, Type::Optional(_)) => true,
        (value, Type::Optional(inner)) => is_of_type(value, inner),
        (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::Text(_), Type::Text)
        | (Value::Digits(_), Type::Digits)
        | (Value::Phone(_), Type::Phone)
        | (Value::Money(_), Type::Money)
        | (Value::Duration(_), Type::Duration)
        | (Value::Date(_), Type::Date)
        | (Value::Time(_), Type::Time) => true,
        (Value::Record(_), Type::Customer(_) | Type::Object(_) | Type::Case | Type::Reply(_)) => true,
        (Value::List(items), Type::List(inner)) => items.iter().all(|item| is_of_type(item, inner)),
        _ => false,
    }
}

fn refusal(name: String, error: &EvalAltResult) -> CallError {
    match error.unwrap_inner() {
        EvalAltResult::ErrorTooManyOperations(_) | EvalAltResult::ErrorStackOverflow(_) => {
            CallError::TooLong { name }
        }
        other => CallError::Failed { name, line: other.position().line().unwrap_or(0) },
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.shared.functions.iter().map(|(function, _)| &*function.name);
        f.debug_list().entries(names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Secret;
    use std::error::Error;

    fn function(script: &str, params: &[(&str, Type)], returns: Type) -> Function {
        Function {
            name: "f".into(),
            params: params.iter().map(|(name, ty)| ((*name).into(), ty.clone())).collect(),
            returns,
            path: "f.rhai".into(),
            script: script.into(),
        }
    }

    fn call(
        script: &str,
        params: &[(&str, Type)],
        args: &[Value],
        returns: Type,
    ) -> Result<Value, Box<dyn Error>> {
        let library = Library::build(&[function(script, params, returns)])?;
        Ok(library.call(0, args, &Limits::DEFAULT)?)
    }

    #[test]
    fn a_function_computes_from_its_arguments() -> Result<(), Box<dyn Error>> {
        let script = "fn f(tariff, n) { if tariff == \"gold\" { n * 2 } else { n } }";
        let params = [("tariff", Type::Text), ("n", Type::Number)];
        let value = call(script, &params, &[Value::text("gold"), Value::Number(21.into())], Type::Number)?;
        assert_eq!(value, Value::Number(42.into()));
        Ok(())
    }

    #[test]
    fn a_fraction_comes_back_as_it_went() -> Result<(), Box<dyn Error>> {
        let number = Value::Number("12.1".parse()?);
        let back =
            call("fn f(n) { n }", &[("n", Type::Number)], std::slice::from_ref(&number), Type::Number)?;
        assert_eq!(back, number);
        Ok(())
    }

    #[test]
    fn a_loop_without_end_is_cut_off() -> Result<(), FunctionError> {
        let library = Library::build(&[function("fn f() { loop { } }", &[], Type::Number)])?;
        let ended = library.call(0, &[], &Limits::DEFAULT);
        assert_eq!(ended, Err(CallError::TooLong { name: "f".to_owned() }));
        Ok(())
    }

    #[test]
    fn another_type_than_declared_is_refused() -> Result<(), FunctionError> {
        let library = Library::build(&[function("fn f() { \"seven\" }", &[], Type::Number)])?;
        let ended = library.call(0, &[], &Limits::DEFAULT);
        assert_eq!(ended, Err(CallError::Result { name: "f".to_owned(), wanted: "number".to_owned() }));
        Ok(())
    }

    #[test]
    fn a_secret_is_refused_whatever_is_declared() -> Result<(), FunctionError> {
        let library = Library::build(&[function("fn f(x) { 1 }", &[("x", Type::Digits)], Type::Number)])?;
        let ended = library.call(0, &[Value::Secret(Secret::new("4711"))], &Limits::DEFAULT);
        assert_eq!(ended, Err(CallError::Secret { name: "f".to_owned() }));
        Ok(())
    }

    #[test]
    fn what_reaches_outside_does_not_parse() {
        for body in ["eval(\"1\")", "import \"x\" as y; 1", "print(1); 1", "unknown_variable"] {
            let built = Library::build(&[function(&format!("fn f() {{ {body} }}"), &[], Type::Number)]);
            assert!(matches!(built, Err(FunctionError::Parse { .. })), "{body}: {built:?}");
        }
    }

    #[test]
    fn a_function_that_takes_something_else_is_named() {
        let wanted = function("fn f(a, b) { 1 }", &[("a", Type::Text)], Type::Number);
        let (path, name) = ("f.rhai".to_owned(), "f".to_owned());
        let refused = Library::build(&[wanted]).map(drop);
        assert_eq!(refused, Err(FunctionError::Arity { path, name, wanted: 1, found: 2 }));
    }
}
