//! A typed action as a core [`Tool`].

use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;
use pocketpilot_core::tool::{Effect, Tool, ToolContext, ToolError, ToolOutput, ToolSpec};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Something that can be done with a phone, with arguments of its own type.
#[async_trait]
pub(crate) trait Action: Send + Sync + 'static {
    /// What the model writes.
    type Args: DeserializeOwned + JsonSchema + Send;

    const NAME: &'static str;
    /// One sentence for the model.
    const DESCRIPTION: &'static str;
    const EFFECT: Effect;
    /// Everyday requests that mean this action.
    const EXAMPLES: &'static [&'static str];

    async fn run(args: Self::Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError>;
}

/// The tool of an action.
pub(crate) fn tool<A: Action>() -> Arc<dyn Tool> {
    Arc::new(ActionTool::<A> {
        spec: ToolSpec {
            name: A::NAME.to_owned(),
            description: A::DESCRIPTION.to_owned(),
            parameters: parameters::<A::Args>(),
            effect: A::EFFECT,
            foreign: false,
            examples: A::EXAMPLES.iter().map(|&e| e.to_owned()).collect(),
        },
        action: PhantomData,
    })
}

struct ActionTool<A> {
    spec: ToolSpec,
    action: PhantomData<A>,
}

#[async_trait]
impl<A: Action> Tool for ActionTool<A> {
    fn spec(&self) -> &ToolSpec {
        &self.spec
    }

    async fn call(&self, arguments: &Value, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let args = serde_json::from_value(arguments.clone())
            .map_err(|error| ToolError::Rejected(format!("{}: {error}", A::NAME)))?;
        A::run(args, context).await
    }
}

/// The JSON Schema (draft 2020-12) of an argument type, with nothing in it that a grammar or a small
/// model trips over: no references, no titles, no number formats, no null beside an optional value.
fn parameters<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|s| {
        s.inline_subschemas = true;
        s.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    plain(&mut schema);
    if let Value::Object(map) = &mut schema {
        // The struct's own comment is for readers of the code.
        map.remove("description");
        map.entry("properties").or_insert_with(|| Value::Object(serde_json::Map::new()));
    }
    schema
}

fn plain(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            map.remove("title");
            map.remove("format");
            map.remove("default");
            if let Some(Value::Array(types)) = map.get_mut("type") {
                types.retain(|t| t != "null");
                if let [one] = types.as_mut_slice() {
                    let one = one.take();
                    map.insert("type".into(), one);
                }
            }
            if let Some(Value::Array(values)) = map.get_mut("enum") {
                values.retain(|v| !v.is_null());
            }
            // The names in here are the tool's, not words of JSON Schema: one may be called `title`.
            if let Some(Value::Object(properties)) = map.get_mut("properties") {
                properties.values_mut().for_each(plain);
            }
            map.iter_mut().filter(|(name, _)| *name != "properties").for_each(|(_, value)| plain(value));
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
