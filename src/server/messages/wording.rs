//! Prompts as text: in the language in which the contact stood.

use crate::engine::Image;
use crate::program::{Message, PromptId, Spoken, Value};
use crate::speech;

/// What a message says; prompts stand behind each other with a blank between them.
pub(super) fn text(image: &Image, message: &Message) -> String {
    match message {
        Message::Said(spoken) => {
            let parts: Vec<String> = spoken.iter().map(|spoken| prompt(image, spoken)).collect();
            parts.join(" ")
        }
        Message::Text(text) => text.to_string(),
    }
}

/// The words that carry a code.
pub(in crate::server) fn code_text(image: &Image, name: &str, language: &str, code: &str) -> String {
    let (prompt_name, language) = (name.into(), language.into());
    prompt(image, &Spoken { prompt: prompt_name, args: vec![Value::Digits(code.into())], language })
}

/// A prompt in words. One that the program has no more says nothing: messages outlive the program that wrote them.
fn prompt(image: &Image, spoken: &Spoken) -> String {
    let index = image.prompts.iter().position(|prompt| prompt.name == spoken.prompt);
    let Some(id) = index.and_then(|index| u32::try_from(index).ok()).map(PromptId) else {
        tracing::warn!(
            prompt = &*spoken.prompt,
            "a message has a prompt that the program does not have any more"
        );
        return String::new();
    };
    let language = image.languages.iter().position(|known| *known == spoken.language);
    speech::text(image, id, &spoken.args, language.unwrap_or(0))
}
