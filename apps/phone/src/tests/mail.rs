//! Mail: read, written, answered, thrown away; checked in the client's table.

use super::Probe;

const DATABASE: &str = "/data/data/com.google.android.gm/databases/mailstore.db";

/// A phone whose only message is a question from Ada.
fn probe() -> Probe {
    let mut probe = Probe::new();
    probe.ok("monkey -p com.google.android.gm 1");
    let insert = "DELETE FROM messages; INSERT INTO messages (folder, fromName, fromAddress, toAddresses,
                  dateReceivedMs, subject, body, unread) VALUES ('inbox', 'Ada', 'ada@example.com', 'me@example.com',
                  1772440000000, 'Lunch', 'Soup or salad?', 1)";
    assert_eq!(probe.run(&["sqlite3", DATABASE, insert]).1, 0);
    probe
}

#[test]
fn a_new_phone_has_mail_of_its_contacts() {
    let mut probe = Probe::new();
    let senders = probe.run(&[
        "sqlite3",
        DATABASE,
        "SELECT count(*), sum(unread) FROM messages WHERE folder = 'inbox'",
    ]);
    assert_eq!(senders.0, "8|3\n");
    let people = probe.ok("content query --uri content://com.android.contacts/data --projection data1");
    let first = probe.run(&["sqlite3", DATABASE, "SELECT toAddresses FROM messages WHERE folder = 'sent'"]).0;
    assert!(people.contains(first.trim()), "{first}");
}

#[test]
fn a_message_is_read_answered_and_thrown_away() {
    let mut probe = probe();
    probe.tap("Unread, Ada, Lunch");
    probe.shows("Soup or salad?");
    probe.finds(DATABASE, "SELECT unread FROM messages", "0");
    probe.tap("Reply");
    probe.shows("Re: Lunch");
    probe.ok("input text Soup");
    probe.tap("Send");
    let sent =
        "SELECT fromAddress, toAddresses, subject, substr(body, 1, 5), instr(body, '> Soup or salad?') > 0
                FROM messages WHERE folder = 'sent'";
    probe.finds(DATABASE, sent, "me@example.com|ada@example.com|Re: Lunch|Soup\n|1");
    probe.tap("Delete");
    probe.finds(DATABASE, "SELECT folder FROM messages WHERE subject = 'Lunch'", "trash");
    probe.shows("Nothing in Inbox");
    probe.tap("Open navigation drawer");
    probe.tap("Trash");
    probe.tap("Ada, Lunch");
    probe.tap("Delete forever");
    probe.tap("Cancel");
    probe.tap("Delete forever");
    probe.tap("button1");
    probe.finds(DATABASE, "SELECT count(*) FROM messages WHERE subject = 'Lunch'", "0");
}

#[test]
fn a_message_is_written_and_its_address_checked() {
    let mut probe = probe();
    probe.tap("Compose");
    probe.tap("Send");
    probe.shows("Add at least one recipient.");
    probe.tap("OK");
    probe.type_into("To", "bob@example");
    probe.tap("Send");
    probe.shows("The address <bob@example> is invalid.");
    probe.tap("OK");
    probe.type_into("to", ".org");
    probe.type_into("Subject", "Keys");
    probe.type_into("Compose email", "Under%sthe%smat");
    probe.tap("Send");
    probe.finds(
        DATABASE,
        "SELECT toAddresses, subject, body FROM messages WHERE folder = 'sent'",
        "bob@example.org|Keys|Under the mat",
    );
    probe.shows("Inbox");
}

#[test]
fn drafts_are_kept_gone_on_with_and_discarded() {
    let mut probe = probe();
    probe.tap("Compose");
    probe.type_into("Subject", "Half");
    probe.tap("Navigate up");
    probe.finds(DATABASE, "SELECT folder, subject FROM messages WHERE folder = 'drafts'", "drafts|Half");
    probe.tap("Open navigation drawer");
    probe.tap("Drafts");
    probe.tap("Draft, Half");
    probe.type_into("subject", "%sdone");
    probe.ok("input keyevent BACK");
    probe.ok("input keyevent BACK");
    probe.tap("Draft, Half done");
    probe.tap("Discard");
    probe.tap("button1");
    probe.shows("Nothing in Drafts");
}

#[test]
fn people_are_offered_and_stars_given() {
    let mut probe = probe();
    probe.tap("Add star");
    probe.finds(DATABASE, "SELECT starred FROM messages", "1");
    let person =
        probe.ok("content query --uri content://com.android.contacts/data/emails --projection data1");
    let address =
        person.lines().next().and_then(|line| line.rsplit('=').next()).expect("an address").to_owned();
    probe.tap("Compose");
    assert_eq!(probe.run(&["input", "text", &address[..address.len() - 3]]).1, 0);
    probe.tap(&address);
    probe.shows(&address);
    probe.tap("Send");
    probe.finds(DATABASE, "SELECT toAddresses FROM messages WHERE folder = 'sent'", &address);
    probe.tap("Search in mail");
    probe.ok("input text SALAD");
    probe.shows("Unread, Ada, Lunch");
}

#[test]
fn mailto_opens_a_new_message() {
    let mut probe = probe();
    probe.run(&[
        "am",
        "start",
        "-a",
        "android.intent.action.SENDTO",
        "-d",
        "mailto:bob@example.org?subject=Two%20keys&body=A%26B",
    ]);
    for text in ["bob@example.org", "Two keys", "A&B"] {
        probe.shows(text);
    }
    assert!(probe.ok("dumpsys window").contains("ComposeActivityGmailExternal"));
    probe.tap("Send");
    probe.finds(DATABASE, "SELECT body FROM messages WHERE folder = 'sent'", "A&B");
}
