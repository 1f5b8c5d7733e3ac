//! A report as one HTML page that needs nothing else.

use minijinja::value::Serde;
use minijinja::{Environment, Value, context};

use super::Report;
use super::table::{figure, suite_name};

const PAGE: &str = include_str!("page.html");

/// The whole page. Texts of cases are escaped: they come from screens and data files.
pub fn html(report: &Report) -> String {
    let mut environment = Environment::new();
    environment.add_filter("figure", |value: Value| {
        serde_json::to_value(&value).map(|v| figure(&v)).unwrap_or_default()
    });
    environment
        .render_named_str(
            "page.html",
            PAGE,
            context! { report => Value::from(Serde(report)), suite => suite_name(report.suite) },
        )
        .expect("the page is part of the program and a report always renders")
}
