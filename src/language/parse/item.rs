//! Declarations.

use super::parts::Parts;
use super::{Reader, Rule};
use crate::language::ast::{
    Backend, Crm, Default, Field, Flow, Function, Item, Name, Numbers, NumbersSource, Object, Operation,
    Pattern, ProgramItem, Prompt, Segment, Spanned, Translation, TypeName,
};
use crate::program::{Method, Text};
use crate::source::Code;
use pest::iterators::Pair;

impl Reader<'_> {
    /// One declaration. `None` only where the grammar and this file disagree.
    pub(super) fn item(&mut self, pair: Pair<'_, Rule>) -> Option<Item> {
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair.clone());
        match rule {
            Rule::import_item => Some(Item::Import(self.text(&parts.next()?))),
            Rule::program_item => self.program(parts).map(Item::Program),
            Rule::crm_item => Some(Item::Crm(self.crm(&pair, parts))),
            Rule::backend_item => self.backend(parts).map(Item::Backend),
            Rule::numbers_item => self.numbers(parts).map(Item::Numbers),
            Rule::hours_item => self.hours(parts).map(Item::Hours),
            Rule::shifts_item => self.shifts(parts).map(Item::Hours),
            Rule::queue_item => self.queue(parts).map(Item::Queue),
            Rule::calendar_item => self.calendar(parts).map(Item::Calendar),
            Rule::prompt_item => self.prompt(parts).map(Item::Prompt),
            Rule::global_keys => Some(Item::Keys(self.global_keys(pair))),
            Rule::tone_item => self.tone(parts).map(Item::Tone),
            Rule::route_item => self.route(parts).map(Item::Route),
            Rule::record_item => self.record(parts).map(Item::Record),
            Rule::keep_item => self.keep(parts).map(Item::Keep),
            Rule::flow_item => self.flow(parts).map(Item::Flow),
            Rule::promise_item => Some(Item::Promises(self.promises(parts))),
            Rule::function_item => self.function(parts).map(Item::Function),
            _ => None,
        }
    }

    fn program(&mut self, mut parts: Parts<'_>) -> Option<ProgramItem> {
        let mut item = ProgramItem {
            name: self.name(&parts.next()?),
            languages: Vec::new(),
            fallbacks: Vec::new(),
            country: None,
            area: None,
            allowed: Vec::new(),
            zone: None,
            defaults: Vec::new(),
            broken: false,
        };
        for line in parts {
            match line.as_rule() {
                Rule::languages => item.languages.extend(self.names(line)),
                Rule::falls_back => {
                    let mut words = self.names(line).into_iter();
                    item.fallbacks.extend(words.next().zip(words.next()));
                }
                Rule::country => {
                    let mut names = self.names(line).into_iter();
                    (item.country, item.area) = (names.next(), names.next());
                }
                Rule::allow => {
                    let mut words = Parts::of(line).filter(|word| word.as_rule() == Rule::word);
                    let what = words.next().map(|word| self.name(&word));
                    let countries = words.map(|word| self.name(&word)).collect();
                    item.allowed.extend(what.map(|what| (what, countries)));
                }
                Rule::program_zone => item.zone = Parts::of(line).next().map(|zone| self.text(&zone)),
                Rule::default_block => item.defaults.push(self.default(line)),
                _ => {
                    item.broken = true;
                    self.fault(&line);
                }
            }
        }
        Some(item)
    }

    pub(super) fn default(&mut self, pair: Pair<'_, Rule>) -> Default {
        let span = self.span(&pair);
        let mut default = Default { span, arms: Vec::new(), broken: false };
        for line in Parts::of(pair) {
            match line.as_rule() {
                Rule::arm => default.arms.extend(self.arm(line)),
                _ => {
                    default.broken = true;
                    self.fault(&line);
                }
            }
        }
        default
    }

    fn crm(&mut self, pair: &Pair<'_, Rule>, parts: Parts<'_>) -> Crm {
        let span = self.span(pair);
        let mut item = Crm {
            span,
            customer: Vec::new(),
            objects: Vec::new(),
            segments: Vec::new(),
            topics: Vec::new(),
            outcomes: Vec::new(),
        };
        for line in parts {
            match line.as_rule() {
                Rule::crm_customer => item.customer.extend(self.fields(line)),
                Rule::crm_object => item.objects.extend(self.object(line)),
                Rule::segment_line => item.segments.extend(self.segment(line)),
                Rule::topics => item.topics.extend(self.text_names(line)),
                Rule::outcomes => item.outcomes.extend(self.names(line)),
                _ => self.fault(&line),
            }
        }
        item
    }

    fn segment(&mut self, pair: Pair<'_, Rule>) -> Option<Segment> {
        let mut parts = Parts::of(pair);
        let name = self.name(&parts.next()?);
        let condition = self.expr(parts.next()?);
        Some(Segment { name, condition })
    }

    fn object(&mut self, pair: Pair<'_, Rule>) -> Option<Object> {
        let mut parts = Parts::of(pair);
        let name = self.name(&parts.next()?);
        let fields = self.field_list(parts.next()?);
        Some(Object { name, fields })
    }

    fn fields(&mut self, pair: Pair<'_, Rule>) -> Vec<Field> {
        Parts::of(pair).next().map(|fields| self.field_list(fields)).unwrap_or_default()
    }

    /// The fields of a `fields` or `params` pair.
    pub(super) fn field_list(&mut self, pair: Pair<'_, Rule>) -> Vec<Field> {
        Parts::of(pair).filter_map(|field| self.field(field)).collect()
    }

    fn field(&mut self, pair: Pair<'_, Rule>) -> Option<Field> {
        let mut parts = Parts::of(pair);
        let sensitive = parts.eat(Rule::sensitive).map(|word| self.span(&word));
        let name = self.name(&parts.next()?);
        let ty = self.type_name(parts.next()?)?;
        Some(Field { sensitive, name, ty })
    }

    pub(super) fn type_name(&mut self, pair: Pair<'_, Rule>) -> Option<TypeName> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let list = parts.has(Rule::list_of);
        let trust = parts.eat(Rule::verified).map(|word| word.as_str());
        let (verified, attested) = (trust == Some("verified"), trust == Some("attested"));
        let word = self.name(&parts.next()?);
        Some(TypeName { span, list, verified, attested, word, optional: parts.has(Rule::optional) })
    }

    fn backend(&mut self, mut parts: Parts<'_>) -> Option<Backend> {
        let name = self.name(&parts.next()?);
        let mut operations: Vec<Operation> = Vec::new();
        // Statuses below a line that could not be read are those of its operation.
        let mut lost = false;
        for line in parts {
            match line.as_rule() {
                Rule::operation => {
                    lost = false;
                    operations.extend(self.operation(line));
                }
                Rule::statuses if lost => {}
                Rule::statuses => {
                    let span = self.span(&line);
                    let statuses = self.names(line);
                    match operations.last_mut() {
                        Some(operation) => operation.statuses.extend(statuses),
                        None => {
                            let message = "`statuses` belongs below the operation that answers them";
                            self.report(Code::InvalidSetting, span, message);
                        }
                    }
                }
                _ => {
                    lost = true;
                    self.fault(&line);
                }
            }
        }
        Some(Backend { name, operations })
    }

    fn operation(&mut self, pair: Pair<'_, Rule>) -> Option<Operation> {
        let mut parts = Parts::of(pair);
        let method = method(&parts.next()?);
        let name = self.name(&parts.next()?);
        let params = self.field_list(parts.next()?);
        let reply = parts.eat(Rule::fields).map(|fields| self.field_list(fields)).unwrap_or_default();
        let path = self.text(&parts.next()?);
        let within = parts.eat(Rule::duration).map(|length| self.duration(&length));
        Some(Operation { method, name, params, reply, path, within, statuses: Vec::new() })
    }

    fn numbers(&mut self, mut parts: Parts<'_>) -> Option<Numbers> {
        let name = self.name(&parts.next()?);
        let source = parts.next()?;
        let source = match source.as_rule() {
            Rule::string => NumbersSource::File(self.text(&source)),
            Rule::numbers_block => NumbersSource::Patterns(self.patterns(source)),
            _ => NumbersSource::Segment(self.text(&Parts::of(source).next()?)),
        };
        Some(Numbers { name, source })
    }

    fn patterns(&mut self, pair: Pair<'_, Rule>) -> Vec<Spanned<Pattern>> {
        let mut patterns = Vec::new();
        for line in Parts::of(pair) {
            match line.as_rule() {
                Rule::pattern => patterns.push(self.pattern(&line)),
                _ => self.fault(&line),
            }
        }
        patterns
    }

    fn prompt(&mut self, mut parts: Parts<'_>) -> Option<Prompt> {
        let name = self.name(&parts.next()?);
        let params = parts.eat(Rule::params).map(|params| self.field_list(params)).unwrap_or_default();
        let mut prompt = Prompt { name, params, texts: Vec::new(), broken: false };
        for line in parts {
            match line.as_rule() {
                Rule::translation => prompt.texts.extend(self.translation(line)),
                _ => {
                    prompt.broken = true;
                    self.fault(&line);
                }
            }
        }
        Some(prompt)
    }

    fn translation(&mut self, pair: Pair<'_, Rule>) -> Option<Translation> {
        let mut parts = Parts::of(pair);
        Some(Translation { language: self.name(&parts.next()?), text: self.text(&parts.next()?) })
    }

    fn flow(&mut self, mut parts: Parts<'_>) -> Option<Flow> {
        let name = self.name(&parts.next()?);
        let params = parts.eat(Rule::params).map(|params| self.field_list(params)).unwrap_or_default();
        let returns = parts.eat(Rule::returns).and_then(|returns| self.type_name(Parts::of(returns).next()?));
        let block = self.block(parts.next()?);
        Some(Flow { name, params, returns, block })
    }

    fn function(&mut self, mut parts: Parts<'_>) -> Option<Function> {
        let name = self.name(&parts.next()?);
        let params = self.field_list(parts.next()?);
        let returns = self.type_name(parts.next()?)?;
        let path = self.text(&parts.next()?);
        Some(Function { name, params, returns, path })
    }

    /// All words of a pair.
    fn names(&self, pair: Pair<'_, Rule>) -> Vec<Name> {
        Parts::of(pair).map(|word| self.name(&word)).collect()
    }

    /// All texts of a pair, as names.
    fn text_names(&mut self, pair: Pair<'_, Rule>) -> Vec<Name> {
        Parts::of(pair).map(|text| self.text_name(&text)).collect()
    }

    /// A text that names something.
    pub(super) fn text_name(&mut self, pair: &Pair<'_, Rule>) -> Name {
        let Spanned { value, span } = self.text(pair);
        Name { text: value, span }
    }
}

/// `get` or `post`.
pub(super) fn method(pair: &Pair<'_, Rule>) -> Method {
    if pair.as_str() == "post" { Method::Post } else { Method::Get }
}

/// Reads a text with its escapes: `\"`, `\\` and `\n`.
pub(super) fn unescape(text: &str) -> Text {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().map(|c| if c == 'n' { '\n' } else { c })),
            c => out.push(c),
        }
    }
    out.into()
}
