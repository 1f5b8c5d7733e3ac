//! The shop: products, a cart, a checkout. What was put into the cart and what was ordered is kept.

use rusqlite::params;

use super::address::{path, value};
use super::page::{Block, Page};
use super::sites::score;
use crate::files::Files;
use crate::system::Services;
use crate::system::database::Database;
use crate::ui::Icon;

/// The file with what the shop knows of this phone.
pub const DATABASE: Database = Database {
    path: "/data/data/com.android.chrome/databases/shop.db",
    schema: "
        CREATE TABLE IF NOT EXISTS cart (product TEXT PRIMARY KEY, count INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS orders (_id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, address TEXT,
            total INTEGER, ordered_at INTEGER);
        CREATE TABLE IF NOT EXISTS order_items (order_id INTEGER, product TEXT, count INTEGER, price INTEGER);",
};

/// Where it begins.
pub(super) const HOME: &str = "https://www.walmart.com/";
const CART: &str = "https://www.walmart.com/cart";
const CHECKOUT: &str = "https://www.walmart.com/checkout";
const SEARCH: &str = "https://www.walmart.com/search?q=";
const COLOR: (u8, u8, u8) = (0x14, 0x5c, 0xb8);
/// Name, price, stars and a description, a line a product.
const PRODUCTS: &str = include_str!("shop.txt");
/// The fields of the checkout.
pub(super) const NAME: &str = "Full name";
/// Where it is sent.
pub(super) const ADDRESS: &str = "Street address";

/// What a button of the shop does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Put a product into the cart, by its place in the list.
    Add(usize),
    /// Take one of it out.
    Remove(usize),
    /// Order what is in the cart.
    Order,
}

struct Product {
    nth: usize,
    name: &'static str,
    /// In cents.
    price: i64,
    stars: &'static str,
    about: &'static str,
}

fn products() -> impl Iterator<Item = Product> {
    PRODUCTS.lines().enumerate().filter_map(|(nth, line)| {
        let [name, price, stars, about] = line.split(" | ").collect::<Vec<_>>().try_into().ok()?;
        let (dollars, cents) = price.split_once('.')?;
        let price = dollars.parse::<i64>().ok()? * 100 + cents.parse::<i64>().ok()?;
        Some(Product { nth, name, price, stars, about })
    })
}

fn dollars(cents: i64) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}

impl Product {
    fn card(&self) -> Block {
        let line = format!("{} · {} stars", dollars(self.price), self.stars);
        Block::Card(Icon::Package, self.name.to_owned(), line, format!("{HOME}ip/{}", self.nth))
    }
}

/// What is in the cart, and how many of each.
fn cart(files: &Files) -> Vec<(Product, i64)> {
    let rows = DATABASE.rows(files, "SELECT product, count FROM cart WHERE count > 0", [], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
    });
    let count = |name: &str| rows.iter().find(|(known, _)| known == name).map(|(_, count)| *count);
    products().filter_map(|product| Some((count(product.name)?, product))).map(|(n, it)| (it, n)).collect()
}

fn total(cart: &[(Product, i64)]) -> i64 {
    cart.iter().fold(0, |sum: i64, (product, count)| sum.saturating_add(product.price.saturating_mul(*count)))
}

/// What it sells that fits, with how well.
pub(super) fn found(wanted: &str) -> Vec<(usize, Block)> {
    products()
        .map(|product| (score(wanted, product.name, product.about), product))
        .filter(|(score, _)| *score > 0)
        .map(|(score, product)| (score, product.card()))
        .collect()
}

/// The page of an address.
pub(super) fn page(files: &Files, address: &str) -> Page {
    let in_cart = cart(files);
    let pieces = in_cart.iter().fold(0, |sum: i64, (_, count)| sum.saturating_add(*count));
    let mut blocks = vec![
        Block::Banner("Walmart", COLOR, HOME),
        Block::Search(SEARCH, "Search Walmart".to_owned()),
        Block::Link(format!("Cart ({pieces})"), CART.to_owned()),
    ];
    let path = path(address);
    if let Some(wanted) = value(address, "q") {
        blocks.push(Block::Title(format!("Results for \"{wanted}\"")));
        let mut found = found(&wanted);
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        if found.is_empty() {
            blocks.push(Block::Text("There were no search results. Try other words.".to_owned()));
        }
        blocks.extend(found.into_iter().map(|(_, card)| card));
        return Page::new(format!("{wanted} - Walmart.com"), blocks);
    }
    let asked = path.strip_prefix("/ip/").and_then(|nth| nth.parse().ok());
    if let Some(product) = products().find(|product| Some(product.nth) == asked) {
        blocks.extend([
            Block::Picture(Icon::Package, product.name.to_owned()),
            Block::Title(product.name.to_owned()),
            Block::Heading(dollars(product.price)),
            Block::Text(format!("{} of 5 stars", product.stars)),
            Block::Text(product.about.to_owned()),
            Block::Button("Add to cart".to_owned(), Act::Add(product.nth)),
        ]);
        return Page::new(format!("{} - Walmart.com", product.name), blocks);
    }
    if let Some(order) = path.strip_prefix("/order/") {
        blocks.extend([
            Block::Title("Thank you for your order".to_owned()),
            Block::Text(format!("Order #{order} is being packed.")),
            Block::Link("Go on shopping".to_owned(), HOME.to_owned()),
        ]);
        return Page::new("Thank you - Walmart.com", blocks);
    }
    if (path == "/cart" || path == "/checkout") && in_cart.is_empty() {
        blocks.push(Block::Title("Your cart is empty".to_owned()));
        return Page::new("Cart - Walmart.com", blocks);
    }
    if path == "/cart" {
        blocks.push(Block::Title("Your cart".to_owned()));
        for (product, count) in &in_cart {
            blocks.push(product.card());
            blocks.push(Block::Button(format!("Remove one of {count}"), Act::Remove(product.nth)));
        }
        blocks.push(Block::Heading(format!("Total: {}", dollars(total(&in_cart)))));
        blocks.push(Block::Link("Continue to checkout".to_owned(), CHECKOUT.to_owned()));
        return Page::new("Cart - Walmart.com", blocks);
    }
    if path == "/checkout" {
        blocks.extend([
            Block::Title("Checkout".to_owned()),
            Block::Text(format!("{pieces} items, {} on delivery.", dollars(total(&in_cart)))),
            Block::Field(NAME),
            Block::Field(ADDRESS),
            Block::Button("Place order".to_owned(), Act::Order),
        ]);
        return Page::new("Checkout - Walmart.com", blocks);
    }
    blocks.push(Block::Title("Popular today".to_owned()));
    blocks.extend(products().map(|product| product.card()));
    Page::new("Walmart.com", blocks)
}

/// Does what a button asks; returns where it leads, and what is said.
pub(super) fn act(
    cx: &Services,
    act: Act,
    filled: &dyn Fn(&str) -> String,
) -> (Option<String>, Option<&'static str>) {
    match act {
        Act::Add(nth) => {
            let sql = "INSERT INTO cart (product, count) VALUES (?1, 1)
                ON CONFLICT (product) DO UPDATE SET count = min(count + 1, 99)";
            if let Some(product) = products().find(|product| product.nth == nth) {
                DATABASE.write(&cx.files, sql, [product.name]);
            }
            (None, Some("Added to cart"))
        }
        Act::Remove(nth) => {
            if let Some(product) = products().find(|product| product.nth == nth) {
                let sql = "UPDATE cart SET count = count - 1 WHERE product = ?1";
                DATABASE.write(&cx.files, sql, [product.name]);
            }
            (None, None)
        }
        Act::Order => {
            let (name, address) = (filled(NAME), filled(ADDRESS));
            if name.trim().is_empty() || address.trim().is_empty() {
                return (None, Some("Enter your name and address"));
            }
            let order = order(cx, name.trim(), address.trim());
            (order.map(|id| format!("{HOME}order/{id}")), None)
        }
    }
}

fn order(cx: &Services, name: &str, address: &str) -> Option<i64> {
    let in_cart = cart(&cx.files);
    let id = DATABASE.write(
        &cx.files,
        "INSERT INTO orders (name, address, total, ordered_at) VALUES (?1, ?2, ?3, ?4)",
        params![name, address, total(&in_cart), cx.clock.millis()],
    )?;
    for (product, count) in &in_cart {
        let sql = "INSERT INTO order_items (order_id, product, count, price) VALUES (?1, ?2, ?3, ?4)";
        DATABASE.write(&cx.files, sql, params![id, product.name, count, product.price]);
    }
    DATABASE.write(&cx.files, "DELETE FROM cart", []);
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_product() {
        assert_eq!(products().count(), PRODUCTS.lines().count());
        assert_eq!(dollars(898), "$8.98");
        assert_eq!(found("four roses").len(), 1);
    }
}
