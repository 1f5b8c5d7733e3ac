//! People and their numbers.

use serde_json::json;

use super::draw::Person;
use super::fact::Fact;
use super::prepare::Setup;
use super::template::{Act, Expectation, Instance, Template};

/// The tasks of the contacts.
pub(super) const TEMPLATES: &[Template] = &[
    Template {
        id: "contacts/create",
        wordings: &[
            "Create a new contact {name} with the number {number}",
            "Save {number} as {name} in my contacts",
            "Add {name} to my contacts, the phone number is {number}",
        ],
        actions: 6,
        make: |draw| {
            let person = draw.person();
            Instance {
                words: words(&person),
                expect: Expectation::added(contact(&person)),
                oracle: vec![Act::call("add_contact", json!({"name": person.name, "phone": person.number}))],
                ..Instance::default()
            }
        },
    },
    Template {
        id: "contacts/change_number",
        wordings: &[
            "Change the phone number of {name} to {number}",
            "{name} has a new number: {number}. Update the contact",
            "Replace {name}'s number in my contacts by {number}",
        ],
        actions: 6,
        make: |draw| {
            let (old, other) = draw.two_people();
            let new = Person { name: old.name.clone(), number: other.number };
            let mut oracle = open(&old);
            oracle.extend([
                Act::tap("Edit contact"),
                Act::Type { into: old.number.clone(), text: new.number.clone() },
                Act::tap("Save"),
            ]);
            Instance {
                words: words(&new),
                prepare: vec![Setup::Holds(contact(&old))],
                expect: Expectation::replaced(contact(&old), contact(&new)),
                oracle,
            }
        },
    },
    Template {
        id: "contacts/delete",
        wordings: &[
            "Delete the contact {name}",
            "Remove {name} from my contacts",
            "I don't need {name}'s contact any more, delete it",
        ],
        actions: 6,
        make: |draw| {
            let (person, other) = draw.two_people();
            let mut oracle = open(&person);
            oracle.extend([Act::tap("Delete"), Act::tap("Delete")]);
            Instance {
                words: words(&person),
                prepare: vec![Setup::Holds(contact(&person)), Setup::Holds(contact(&other))],
                expect: Expectation::removed(contact(&person)),
                oracle,
            }
        },
    },
    Template {
        id: "contacts/find_number",
        wordings: &[
            "What is the phone number of {name}?",
            "Tell me {name}'s number",
            "Which number does {name} have?",
        ],
        actions: 4,
        make: |draw| {
            let (person, other) = draw.two_people();
            let mut oracle = open(&person);
            oracle.push(Act::answer(&person.number));
            Instance {
                words: words(&person),
                prepare: vec![Setup::Holds(contact(&person)), Setup::Holds(contact(&other))],
                expect: Expectation::answered([person.number.clone()]),
                oracle,
            }
        },
    },
];

/// The fact that a person is among the contacts.
pub(super) fn contact(person: &Person) -> Fact {
    Fact::Contact { name: person.name.clone(), number: person.number.clone() }
}

/// A person's name and number as the wordings have them.
pub(super) fn words(person: &Person) -> Vec<(&'static str, String)> {
    vec![("name", person.name.clone()), ("number", person.number.clone())]
}

/// Shows a person's number.
pub(super) fn open(person: &Person) -> Vec<Act> {
    vec![Act::open("Contacts"), Act::tap(&person.name)]
}
