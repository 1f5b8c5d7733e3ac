//! Whom a person means: a number as it is, or a name through the phone's contacts.

use pocketpilot_core::device::Device;
use pocketpilot_core::tool::ToolError;
use strsim::jaro_winkler;

use super::content;

const DATA: &str = "content://com.android.contacts/data";
const PHONE: &str = "vnd.android.cursor.item/phone_v2";

/// Below this likeness (0 to 1) two names are not the same person.
const ALIKE: f64 = 0.9;

/// A name with a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contact {
    pub(super) name: String,
    pub(super) number: String,
}

/// The number of whom a person means.
///
/// # Errors
/// [`ToolError::Rejected`] if nobody or more than one fits, with the names to choose from.
pub(super) async fn resolve(device: &dyn Device, whom: &str) -> Result<Contact, ToolError> {
    if is_number(whom) {
        return Ok(Contact { name: whom.trim().to_owned(), number: whom.trim().to_owned() });
    }
    let contacts = all(device).await?.ok_or_else(|| {
        ToolError::Failed("the contacts of this phone cannot be read; give a number instead of a name".into())
    })?;
    choose(&contacts, whom).cloned()
}

/// Every contact that has a number; `None` if contacts cannot be read.
pub(super) async fn all(device: &dyn Device) -> Result<Option<Vec<Contact>>, ToolError> {
    let rows = content::query(device, DATA, &["mimetype", "data1", "display_name"]).await?;
    Ok(rows.map(|rows| {
        rows.into_iter()
            .filter_map(|row| match <[String; 3]>::try_from(row) {
                Ok([mime, number, name]) if mime == PHONE => Some(Contact { name, number }),
                _ => None,
            })
            .collect()
    }))
}

/// Two ways to write one number: with and without separators, with and without the country.
pub(super) fn same_number(a: &str, b: &str) -> bool {
    /// Digits that tell numbers of one country apart.
    const ENOUGH: usize = 7;
    let digits = |s: &str| s.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
    let (a, b) = (digits(a), digits(b));
    let shorter = a.len().min(b.len());
    !a.is_empty() && (a == b || (shorter >= ENOUGH && (a.ends_with(&b) || b.ends_with(&a))))
}

fn is_number(text: &str) -> bool {
    let text = text.trim();
    text.bytes().filter(u8::is_ascii_digit).count() >= 3
        && text.bytes().all(|b| b.is_ascii_digit() || b"+-() .*#".contains(&b))
}

/// The one contact that a name fits best.
fn choose<'a>(contacts: &'a [Contact], whom: &str) -> Result<&'a Contact, ToolError> {
    let whom = whom.trim().to_lowercase();
    // The first way of fitting that fits anyone decides.
    let ways: [&dyn Fn(&str) -> bool; 4] = [
        &|name| name == whom,
        &|name| name.split_whitespace().any(|word| word == whom),
        &|name| name.starts_with(&whom),
        &|name| {
            jaro_winkler(name, &whom) >= ALIKE
                || name.split_whitespace().any(|word| jaro_winkler(word, &whom) >= ALIKE)
        },
    ];
    for fits in ways {
        let found: Vec<&Contact> = contacts.iter().filter(|c| fits(&c.name.to_lowercase())).collect();
        let Some(first) = found.first() else { continue };
        if found.iter().all(|c| same_number(&c.number, &first.number)) {
            return Ok(first);
        }
        let names: Vec<_> = found.iter().take(5).map(|c| format!("{} ({})", c.name, c.number)).collect();
        let reason = format!("several contacts fit {whom:?}: {}; ask which one is meant", names.join(", "));
        return Err(ToolError::Rejected(reason));
    }
    Err(ToolError::Rejected(format!("no contact is called {whom:?}; ask for the number")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(whom: &str, expected: Result<&str, &str>) {
        let contact = |name: &str, number: &str| Contact { name: name.into(), number: number.into() };
        let contacts = [
            contact("Maria Silva", "+1 555 010 0001"),
            contact("Mario Rossi", "+15550100002"),
            contact("Ana Lima", "+15550100003"),
            contact("Ana Paula", "+15550100004"),
            contact("Anabel", "+15550100005"),
            contact("Maria Silva", "15550100001"),
        ];
        let found = choose(&contacts, whom);
        let found = found.map(|c| c.name.as_str()).map_err(|e| e.to_string());
        assert_eq!(found.as_ref().map(|s| *s).map_err(String::as_str), expected);
    }

    #[test]
    fn names() {
        check("Maria Silva", Ok("Maria Silva"));
        check("maria", Ok("Maria Silva"));
        check("Rossi", Ok("Mario Rossi"));
        check("anab", Ok("Anabel"));
        check("Rosi", Ok("Mario Rossi"));
        check("Zoe", Err("no contact is called \"zoe\"; ask for the number"));
        check(
            "Ana",
            Err(
                "several contacts fit \"ana\": Ana Lima (+15550100003), Ana Paula (+15550100004); ask which one is meant",
            ),
        );
    }

    #[test]
    fn numbers() {
        assert!(is_number("+1 (555) 010-0001"));
        assert!(is_number("112"));
        assert!(!is_number("Agent 007 007"));
        assert!(!is_number("12"));
        assert!(same_number("+1 555-010-0001", "5550100001"));
        assert!(same_number("112", "112"));
        assert!(!same_number("112", "110112"));
        assert!(!same_number("", ""));
    }
}
