//! The screens of the stock trainer.

use super::quotes::{MARKET, Quote, amount};
use super::store::{self, Holding};
use super::{Message, Order, Tab, owned};
use crate::system::Services;
use crate::ui::style::{Align, Art, Size};
use crate::ui::widget::{
    app_bar, button, column, empty, field, heading, item, list, row, scroll, space, tab, text, text_button,
    with_tabs,
};
use crate::ui::{Icon, Tone, View};

const UP: Tone = Tone::Rgb(0x2e, 0x9e, 0x5b);
const DOWN: Tone = Tone::Rgb(0xd6, 0x45, 0x45);

fn tone(change: i64) -> Tone {
    if change < 0 { DOWN } else { UP }
}

/// The three tabs.
pub(super) fn tabs(cx: &Services, shown: Tab, wanted: &str) -> View<Message> {
    let body = match shown {
        Tab::Portfolio => portfolio(cx),
        Tab::Market => market(cx, wanted),
        Tab::History => history(cx),
    };
    let entry = |id, label, icon, which| tab(id, label, icon, shown == which, Message::Tab(which));
    with_tabs(
        body,
        vec![
            entry("tab_portfolio", "Portfolio", Icon::Briefcase, Tab::Portfolio),
            entry("tab_market", "Market", Icon::ChartLine, Tab::Market),
            entry("tab_history", "History", Icon::History, Tab::History),
        ],
    )
}

/// A price, and below it how it changed, for the end of a row.
fn figures(price: String, below: String, tone: Tone) -> View<Message> {
    column(vec![text(price).id("price").ink(16, Tone::Text).bold(), text(below).id("change").ink(13, tone)])
        .style(|s| s.cross = Align::End)
}

fn gain(cx: &Services, holding: &Holding) -> (i64, i64) {
    let price = store::quote(cx, &holding.symbol).map_or(0, |quote| quote.price);
    let worth = price.saturating_mul(holding.shares);
    (worth, worth.saturating_sub(store::cents(holding.paid * holding.shares as f64)))
}

fn signed(cents: i64) -> String {
    let sign = if cents < 0 { '-' } else { '+' };
    format!("{sign}${}", amount(cents.saturating_abs()))
}

fn portfolio(cx: &Services) -> View<Message> {
    let (cash, holdings) = (store::balance(&cx.files), store::holdings(&cx.files));
    let gains: Vec<_> = holdings.iter().map(|holding| gain(cx, holding)).collect();
    let worth = gains.iter().fold(0, |sum: i64, (worth, _)| sum.saturating_add(*worth));
    let change = gains.iter().fold(0, |sum: i64, (_, change)| sum.saturating_add(*change));
    let part = |label: &str, id: &str, value: String| {
        column(vec![
            text(label).ink(13, Tone::OnContainer),
            text(value).id(id).ink(18, Tone::OnContainer).bold(),
        ])
        .wide()
        .gap(2)
    };
    let card = column(vec![
        text("Portfolio value").ink(15, Tone::OnContainer),
        text(format!("${}", amount(cash.saturating_add(worth))))
            .id("total_value")
            .ink(36, Tone::OnContainer)
            .bold(),
        text(format!("{} on your stocks", signed(change))).id("total_gain").ink(15, tone(change)).bold(),
        space(6),
        row(vec![
            part("Cash", "cash", format!("${}", amount(cash))),
            part("Stocks", "stocks_value", format!("${}", amount(worth))),
        ])
        .wide(),
    ])
    .wide()
    .gap(4)
    .pad(24, 22)
    .fill(Tone::Container, 24);
    let mut rows = vec![column(vec![card]).wide().pad(16, 8), heading("Your stocks")];
    if holdings.is_empty() {
        rows.push(text("You own no stocks yet").id("empty_view").ink(15, Tone::Dim).pad(20, 12));
    }
    rows.extend(holdings.iter().zip(gains).map(|(holding, (worth, change))| {
        let end = figures(format!("${}", amount(worth)), signed(change), tone(change));
        let below = format!("{} · {} shares", holding.symbol, holding.shares);
        item(None, &holding.name, &below, Some(end)).tap(Message::Show(holding.symbol.clone()))
    }));
    column(vec![app_bar(None, "Stock Trainer", Vec::new()), list("portfolio", rows)])
}

fn market(cx: &Services, wanted: &str) -> View<Message> {
    let low = wanted.trim().to_lowercase();
    let rows: Vec<_> = MARKET
        .into_iter()
        .filter(|(symbol, name, _)| [symbol, name].iter().any(|text| text.to_lowercase().contains(&low)))
        .filter_map(|(symbol, ..)| store::quote(cx, symbol))
        .map(|quote| {
            let below = tone(quote.price - quote.opened);
            let end = figures(format!("${}", amount(quote.price)), quote.change(), below);
            item(None, &quote.name, &quote.symbol, Some(end)).tap(Message::Show(quote.symbol.clone()))
        })
        .collect();
    let body = if rows.is_empty() { empty(Icon::Search, "No such stock") } else { list("market", rows) };
    let search = field("search_field", "Search name or symbol", wanted, Message::Search);
    column(vec![column(vec![search.style(|s| s.radius = 24)]).wide().pad(16, 10), body])
}

fn history(cx: &Services) -> View<Message> {
    let rows: Vec<_> = store::trades(&cx.files)
        .iter()
        .map(|trade| {
            let (verb, sign, ink) =
                if trade.bought { ("Bought", "-", Tone::Text) } else { ("Sold", "+", UP) };
            let title = format!("{verb} {} {}", trade.shares, trade.symbol);
            let below = format!("{} · ${} each", trade.date, amount(trade.price));
            let total = format!("{sign}${}", amount(trade.price.saturating_mul(trade.shares)));
            item(None, &title, &below, Some(text(total).id("amount").ink(16, ink).bold()))
        })
        .collect();
    let body = match rows.is_empty() {
        true => empty(Icon::History, "Nothing was bought or sold yet"),
        false => list("history", rows),
    };
    column(vec![app_bar(None, "History", Vec::new()), body])
}

/// A stock: what it is worth, how it moved, what is owned of it.
pub(super) fn stock(cx: &Services, quote: &Quote) -> View<Message> {
    let ink = tone(quote.price - quote.opened);
    let (low, high) = (quote.day.iter().min().copied(), quote.day.iter().max().copied());
    let (low, high) = (low.unwrap_or(0), high.unwrap_or(1));
    let span = (high - low).max(1) as f32;
    let mut curve = View::new("android.view.View").id("chart").describe("Price of the last 24 hours").wide();
    curve.art = Art::Curve(quote.day.iter().map(|cents| (cents - low) as f32 / span).collect());
    curve = curve.ink(16, ink).style(|s| s.height = Size::Dp(170));
    let fact = |label: &str, value: String| {
        row(vec![text(label).ink(15, Tone::Dim).wide(), text(value).ink(15, Tone::Text).bold()])
            .wide()
            .pad(0, 6)
    };
    let shares = owned(cx, &quote.symbol);
    let facts = column(vec![
        fact("Open", format!("${}", amount(quote.opened))),
        fact("24 h low", format!("${}", amount(low))),
        fact("24 h high", format!("${}", amount(high))),
        fact("Shares owned", shares.to_string()),
        fact("Worth", format!("${}", amount(shares.saturating_mul(quote.price)))),
    ])
    .wide()
    .pad(20, 12)
    .fill(Tone::Surface, 20);
    let sell = text_button("Sell", Message::Order(false)).id("sell").fill(Tone::SurfaceHigh, 24);
    let actions =
        row(vec![button("Buy", Message::Order(true)).id("buy").wide(), sell.enabled(shares > 0).wide()]);
    let parts = vec![
        text(&quote.name).id("stock_name").ink(16, Tone::Dim),
        text(format!("${}", amount(quote.price))).id("stock_price").ink(38, Tone::Text).bold(),
        text(format!("{} today", quote.change())).id("stock_change").ink(16, ink).bold(),
        space(8),
        curve,
        space(12),
        actions.wide().gap(12),
        space(8),
        facts,
    ];
    column(vec![
        app_bar(Some(Message::Up), &quote.symbol, Vec::new()),
        scroll("stock", vec![column(parts).wide().gap(4).pad(20, 8)]),
    ])
}

/// An order to buy or sell.
pub(super) fn order(cx: &Services, quote: &Quote, order: &Order) -> View<Message> {
    let verb = if order.buy { "Buy" } else { "Sell" };
    let limit = match order.buy {
        true => format!("Cash: ${}", amount(store::balance(&cx.files))),
        false => format!("Shares owned: {}", owned(cx, &quote.symbol)),
    };
    let shares: i64 = order.shares.trim().parse().unwrap_or(0);
    let total = quote.price.saturating_mul(shares.max(0));
    let mut parts = vec![
        text(format!("{} at ${}", quote.name, amount(quote.price))).id("order_stock").ink(17, Tone::Text),
        text(limit).id("order_limit").ink(15, Tone::Dim),
        field("shares", "Number of shares", &order.shares, Message::Shares)
            .autofocus()
            .submit(Message::Place),
    ];
    if let Some(error) = &order.error {
        parts.push(text(error.clone()).id("textinput_error").ink(14, Tone::Danger).pad(16, 0));
    }
    parts.push(text(format!("Total: ${}", amount(total))).id("order_total").ink(20, Tone::Text).bold());
    parts.push(button("Preview order", Message::Place).id("place_order").wide());
    column(vec![
        app_bar(Some(Message::Up), &format!("{verb} {}", quote.symbol), Vec::new()),
        scroll("order", vec![column(parts).wide().gap(14).pad(20, 8)]),
    ])
}
