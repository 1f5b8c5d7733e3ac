//! `models …`: what can be had, and what is here.

use console::style;

use crate::args::ModelsCommand;
use crate::failure::Failure;
use crate::models::{Cache, Manifest, StderrProgress, pull};

/// Runs the command on the person's own cache.
///
/// # Errors
/// No such model, or it cannot be fetched.
pub fn run(command: &ModelsCommand) -> Result<(), Failure> {
    let (manifest, cache) = (Manifest::embedded(), Cache::default());
    match command {
        ModelsCommand::List => {
            for model in &manifest.models {
                let bytes: u64 = model.files.iter().map(|f| f.bytes).sum();
                let here = cache.holds(model);
                let mark = if here { style("✓").green() } else { style("·").dim() };
                println!(
                    "{mark} {:<20} {:>6.0} MB  {:<20} {}",
                    model.name.as_str(),
                    bytes as f64 / 1e6,
                    model.licence,
                    model.title
                );
            }
            println!("\n✓ is in {}", cache.dir().display());
        }
        ModelsCommand::Pull { name } => {
            let model = manifest.get(name).ok_or_else(|| {
                Failure::usage(format!("there is no model `{name}`: take one of {}", manifest.names()))
            })?;
            let path = pull(model, &cache, &StderrProgress::default()).map_err(Failure::unavailable)?;
            println!("{}", path.display());
        }
        ModelsCommand::Path { name } => {
            println!("{}", cache.find(&manifest, name).map_err(Failure::unavailable)?.display());
        }
    }
    Ok(())
}
