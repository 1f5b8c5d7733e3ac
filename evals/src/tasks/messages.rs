//! Text messages.

use serde_json::json;

use super::contacts::{contact, open, words};
use super::draw::{Draw, Person};
use super::fact::Fact;
use super::prepare::Setup;
use super::template::{Act, Expectation, Instance, Template};

/// The tasks of the messages.
pub(super) const TEMPLATES: &[Template] = &[
    Template {
        id: "messages/send_to_contact",
        wordings: &[
            "Text {name}: {text}",
            "Send a message to {name} that says: {text}",
            "Write {name} an SMS with the text \"{text}\"",
        ],
        actions: 5,
        make: |draw| {
            let (person, other) = draw.two_people();
            let text = draw.message();
            let prepare = vec![Setup::Holds(contact(&person)), Setup::Holds(contact(&other))];
            Instance { prepare, ..send(words(&person), &person.name, &person.number, &text) }
        },
    },
    Template {
        id: "messages/send_to_number",
        wordings: &[
            "Send \"{text}\" to {number}",
            "Text the number {number}: {text}",
            "Write a message to {number} saying: {text}",
        ],
        actions: 5,
        make: |draw| {
            let number = draw.person().number;
            let text = draw.message();
            send(vec![("number", number.clone())], &number, &number, &text)
        },
    },
    Template {
        id: "messages/reply_to_latest",
        wordings: &[
            "Reply to the latest message with: {text}",
            "Answer the last text I got with \"{text}\"",
            "Respond to my most recent message: {text}",
        ],
        actions: 5,
        make: |draw| {
            let (person, text) = (draw.person(), draw.message());
            let mut instance = send(Vec::new(), &shown(&person), &person.number, &text);
            instance.prepare = vec![received(&person, "Are you coming tonight?")];
            instance.oracle.insert(0, Act::open("Messages"));
            instance
        },
    },
    Template {
        id: "messages/read_latest",
        wordings: &[
            "What does my latest message say?",
            "Read me the last text message I received",
            "What is in the newest SMS?",
        ],
        actions: 3,
        make: |draw| {
            let (person, text) = (draw.person(), draw.message());
            Instance {
                prepare: vec![received(&person, &text)],
                expect: Expectation::answered([text.clone()]),
                oracle: vec![Act::open("Messages"), Act::answer(&text.replace('\'', "’"))],
                ..Instance::default()
            }
        },
    },
    Template {
        id: "messages/who_wrote",
        wordings: &[
            "Who sent me the last message?",
            "Who texted me last?",
            "From whom is my newest message?",
        ],
        actions: 3,
        make: |draw| {
            let (person, text) = (draw.person(), draw.message());
            Instance {
                prepare: vec![Setup::Holds(contact(&person)), received(&person, &text)],
                expect: Expectation::answered([person.name.clone()]),
                oracle: vec![Act::open("Messages"), Act::answer(&person.name)],
                ..Instance::default()
            }
        },
    },
    Template {
        id: "messages/send_number_of_contact",
        wordings: &[
            "Text {name} the phone number of {other}",
            "Send {other}'s number to {name} by SMS",
            "{name} needs the number of {other}; send it in a text message",
        ],
        actions: 10,
        make: |draw| {
            let (person, other) = draw.two_people();
            let mut oracle = open(&other);
            let mut instance = send(words(&person), &person.name, &person.number, &other.number);
            instance.words.push(("other", other.name.clone()));
            instance.prepare = vec![Setup::Holds(contact(&person)), Setup::Holds(contact(&other))];
            oracle.append(&mut instance.oracle);
            Instance { oracle, ..instance }
        },
    },
    Template {
        id: "messages/save_sender",
        wordings: &[
            "Save the number that texted me last as {name}",
            "Add whoever sent my latest message to my contacts under the name {name}",
            "Create a contact {name} with the number of the newest message",
        ],
        actions: 9,
        make: save_sender,
    },
];

/// The fact that a message went to a number.
fn sent(to: &str, text: &str) -> Fact {
    Fact::Sent { to: to.into(), text: text.into() }
}

/// A message that comes in: the console takes a number without spaces.
fn received(from: &Person, text: &str) -> Setup {
    Setup::Received { from: shown(from), text: text.into() }
}

/// A stranger's number as it came in, which is how it is shown.
fn shown(from: &Person) -> String {
    from.number.chars().filter(|c| !c.is_whitespace()).collect()
}

fn send(mut words: Vec<(&'static str, String)>, to: &str, number: &str, text: &str) -> Instance {
    words.push(("text", text.to_owned()));
    Instance {
        words,
        expect: Expectation::added(sent(number, text)),
        oracle: vec![Act::call("send_sms", json!({"to": to, "message": text}))],
        ..Instance::default()
    }
}

fn save_sender(draw: &mut Draw) -> Instance {
    let (person, text) = (draw.person(), draw.message());
    Instance {
        words: words(&person),
        prepare: vec![received(&person, &text)],
        expect: Expectation::added(contact(&person)),
        oracle: vec![
            Act::open("Messages"),
            Act::call("add_contact", json!({"name": person.name, "phone": shown(&person)})),
        ],
    }
}
