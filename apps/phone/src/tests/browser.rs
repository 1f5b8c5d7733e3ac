//! The browser's own web: pages are found, read, and bought from.

use super::Probe;

const SHOP: &str = "/data/data/com.android.chrome/databases/shop.db";

fn visit(probe: &mut Probe, address: &str) {
    probe.tap("url_bar");
    probe.run(&["input", "text", &address.replace(' ', "%s")]);
    probe.ok("input keyevent ENTER");
}

#[test]
fn articles_are_found_and_read() {
    let mut probe = Probe::new();
    probe.tap("Chrome");
    probe.tap("Wikipedia");
    probe.type_into("Search Wikipedia", "seoul");
    probe.tap("Search");
    probe.shows("Search results for \"seoul\"");
    probe.tap("Seoul");
    probe.shows("en.wikipedia.org/wiki/Seoul");
    probe.shows("Its subway is one of the longest in the world.");
    visit(&mut probe, "en.wikipedia.org/wiki/Moon");
    probe.shows("Moon");
    visit(&mut probe, "https://en.wikipedia.org/wiki/Nowhere");
    probe.shows("Wikipedia has no article with this exact name.");
    probe.ok("input keyevent BACK");
    probe.ok("input keyevent BACK");
    probe.shows("en.wikipedia.org/wiki/Seoul");
    probe.tap("More options");
    probe.tap("Forward");
    probe.shows("en.wikipedia.org/wiki/Moon");
}

#[test]
fn a_search_leads_to_instructions_and_videos() {
    let mut probe = Probe::new();
    probe.tap("Chrome");
    visit(&mut probe, "bake bread");
    probe.shows("www.google.com/search?q=bake+bread");
    probe.tap("How to Bake Bread");
    probe.shows("Knead the dough for ten minutes, until it is smooth.");
    probe.ok("am start -a android.intent.action.VIEW -d https://www.youtube.com/");
    probe.type_into("Search YouTube", "Tutorial%sfor%sdeveloping%sLLM");
    probe.ok("input keyevent ENTER");
    probe.shows("Videos for \"Tutorial for developing LLM\"");
    probe.tap("Develop an LLM agent: a tutorial for beginners");
    probe.shows("Tiny Models · 214K views");
    visit(&mut probe, "nowhere.example");
    probe.shows("This site can't be reached");
}

#[test]
fn the_shop_sells() {
    let mut probe = Probe::new();
    probe.ok("am start -a android.intent.action.VIEW -d https://www.walmart.com/");
    probe.type_into("Search Walmart", "four%sroses");
    probe.ok("input keyevent ENTER");
    probe.shows("Results for \"four roses\"");
    probe.tap("Garden Roses, Set of Four");
    for _ in 0..2 {
        probe.tap("Add to cart");
    }
    probe.tap("Cart (2)");
    probe.shows("Total: $59.98");
    probe.tap("Remove one of 2");
    probe.shows("Total: $29.99");
    probe.tap("Continue to checkout");
    probe.tap("Place order");
    probe.finds(SHOP, "SELECT count(*) FROM orders", "0");
    probe.type_into("Full name", "Alex%sMorgan");
    probe.type_into("Street address", "1%sHarbor%sRoad");
    probe.ok("input keyevent BACK");
    probe.tap("Place order");
    probe.shows("Order #1 is being packed.");
    probe.finds(
        SHOP,
        "SELECT name, address, total, product, count FROM orders o JOIN order_items i ON i.order_id = o._id",
        "Alex Morgan|1 Harbor Road|2999|Garden Roses, Set of Four|1",
    );
    probe.shows("Cart (0)");
}

#[test]
fn tabs_are_opened_switched_and_closed() {
    let mut probe = Probe::new();
    probe.ok("am start -a android.intent.action.VIEW -d https://en.wikipedia.org/wiki/Coffee");
    probe.tap("1 open tab, tap to switch tabs");
    probe.tap("New tab");
    probe.tap("YouTube");
    probe.tap("2 open tabs, tap to switch tabs");
    probe.tap("Coffee - Wikipedia");
    probe.shows("en.wikipedia.org/wiki/Coffee");
    probe.tap("2 open tabs, tap to switch tabs");
    probe.tap("Close YouTube tab");
    probe.ok("input keyevent BACK");
    probe.shows("1 open tab, tap to switch tabs");
}
