//! A stock trainer: play money, quotes that move, stocks bought and sold.

mod pages;
pub mod quotes;
pub mod store;

pub use store::fill;

use self::quotes::{Quote, amount};
use self::store::Trade;
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::Intent;
use crate::ui::widget::confirm;
use crate::ui::{Icon, Scene};

const MAIN: &str = "com.alifesoftware.stocktrainer.activities.ApplicationFlavorSelectorActivity";
const STOCK: &str = "com.alifesoftware.stocktrainer.activities.StockDetailActivity";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.alifesoftware.stocktrainer".to_owned(),
        label: "Stock Trainer".to_owned(),
        icon: Icon::ChartLine,
        system: true,
        color: (0x1e, 0x7a, 0x5f),
        version: "4.72".to_owned(),
        activities: vec![
            Activity { name: MAIN.to_owned(), filters: vec![Filter::LAUNCHER] },
            Activity { name: STOCK.to_owned(), filters: vec![] },
        ],
        permissions: &["android.permission.INTERNET"],
        launch: launch::<StockTrainer>(),
        setup: |cx| store::DATABASE.open(&cx.files).map(drop),
    }
}

/// A tab at the foot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    /// What is owned.
    #[default]
    Portfolio,
    /// What can be bought.
    Market,
    /// What was bought and sold.
    History,
}

/// An order, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    /// Buy, not sell.
    buy: bool,
    /// How many shares.
    shares: String,
    /// Why it cannot be placed.
    error: Option<String>,
}

/// The stock trainer.
#[derive(Debug, Default)]
pub struct StockTrainer {
    tab: Tab,
    /// What is looked for in the market.
    wanted: String,
    /// The stock that is shown: its symbol.
    shown: Option<String>,
    order: Option<Order>,
    asking: Option<Trade>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Show a tab.
    Tab(Tab),
    /// Look for a stock.
    Search(String),
    /// Show a stock.
    Show(String),
    /// Buy, or sell, what is shown.
    Order(bool),
    /// How many, as typed.
    Shares(String),
    /// Ask whether to place the order.
    Place,
    /// The answer.
    Answer(bool),
    /// One screen back.
    Up,
}

impl App for StockTrainer {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let shown = self.shown.as_ref().and_then(|symbol| store::quote(cx, symbol));
        let body = match (&shown, &self.order) {
            (Some(quote), Some(order)) => pages::order(cx, quote, order),
            (Some(quote), None) => pages::stock(cx, quote),
            (None, _) => pages::tabs(cx, self.tab, &self.wanted),
        };
        Scene::from(body).dialog(self.asking.as_ref().map(|asked| {
            let (verb, sign) = if asked.bought { ("Buy", "Cost") } else { ("Sell", "Proceeds") };
            confirm(
                &format!("{verb} {} {} shares?", asked.shares, asked.symbol),
                &format!(
                    "{sign}: ${} at ${} each",
                    amount(asked.price.saturating_mul(asked.shares)),
                    amount(asked.price)
                ),
                verb,
                Message::Answer(false),
                Message::Answer(true),
            )
        }))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Tab(tab) => *self = StockTrainer { tab, ..StockTrainer::default() },
            Message::Search(wanted) => self.wanted = wanted,
            Message::Show(symbol) => self.shown = Some(symbol),
            Message::Order(buy) => self.order = Some(Order { buy, ..Order::default() }),
            Message::Shares(shares) => {
                if let Some(order) = &mut self.order {
                    (order.shares, order.error) = (shares, None);
                }
            }
            Message::Place => {
                let quote = self.shown.as_ref().and_then(|symbol| store::quote(cx, symbol));
                if let (Some(order), Some(quote)) = (&mut self.order, quote) {
                    match check(cx, order, &quote) {
                        Ok(trade) => self.asking = Some(trade),
                        Err(error) => order.error = Some(error),
                    }
                }
            }
            Message::Answer(yes) => {
                if let Some(trade) = self.asking.take().filter(|_| yes) {
                    let done = store::trade(&cx.files, &trade);
                    let verb = if trade.bought { "Bought" } else { "Sold" };
                    cx.toast(match done {
                        true => format!("{verb} {} {} shares", trade.shares, trade.symbol),
                        false => "The order failed".to_owned(),
                    });
                    self.order = None;
                }
            }
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, _: &Intent, _: &mut Services) {}

    fn back(&mut self, _: &mut Services) -> bool {
        if self.asking.take().is_some() || self.order.take().is_some() || self.shown.take().is_some() {
            return true;
        }
        std::mem::take(&mut self.tab) != Tab::Portfolio
    }

    fn activity(&self) -> &'static str {
        if self.shown.is_some() { STOCK } else { MAIN }
    }

    fn place(&self) -> String {
        format!("{:?} {:?} {}", self.tab, self.shown, self.order.is_some())
    }
}

/// How many shares of a stock are owned.
fn owned(cx: &Services, symbol: &str) -> i64 {
    store::holdings(&cx.files).iter().find(|owned| owned.symbol == symbol).map_or(0, |owned| owned.shares)
}

/// The trade that an order asks for, or why there is none.
fn check(cx: &Services, order: &Order, quote: &Quote) -> Result<Trade, String> {
    let shares: i64 = order.shares.trim().parse().map_err(|_| "Enter a whole number of shares")?;
    let (balance, owned) = (store::balance(&cx.files), owned(cx, &quote.symbol));
    if shares <= 0 {
        return Err("Enter a whole number of shares".to_owned());
    }
    if order.buy && quote.price.checked_mul(shares).is_none_or(|cost| cost > balance) {
        return Err(format!("Your cash of ${} buys {} shares", amount(balance), balance / quote.price));
    }
    if !order.buy && shares > owned {
        return Err(format!("You own {owned} shares"));
    }
    Ok(Trade {
        symbol: quote.symbol.clone(),
        name: quote.name.clone(),
        bought: order.buy,
        shares,
        price: quote.price,
        date: store::date(cx.clock.millis()),
    })
}
