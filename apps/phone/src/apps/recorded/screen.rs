//! A recorded screen, checked and brought to the size of our display.

use super::record::{State, View};
use crate::system::intent::Component;
use crate::ui::Rect;
use crate::ui::geometry::{HEIGHT, WIDTH};

/// Most views of a screen.
const MOST_VIEWS: usize = 2000;
/// How deep views may lie in each other.
const DEEPEST: usize = 60;
/// Longest text of a view, in bytes.
const LONGEST_TEXT: usize = 20_000;
/// Largest size of a display and farthest place on it, in pixels.
const FARTHEST: i32 = 20_000;

/// A screen.
#[derive(Debug)]
pub(super) struct Screen {
    /// Its name in the recording.
    pub(super) name: String,
    /// The app and activity that showed it.
    pub(super) component: Component,
    /// Its views; parents come before children, and the first is the window.
    pub(super) views: Vec<Placed>,
    /// The window fills the display.
    pub(super) whole: bool,
}

/// A view in its place.
#[derive(Debug)]
pub(super) struct Placed {
    /// As recorded.
    pub(super) view: View,
    /// Where it lies on our display.
    pub(super) frame: Rect,
    /// The view it lies in.
    pub(super) parent: Option<usize>,
    /// It can be seen, as far as the phone told: nothing that it lies in was hidden.
    pub(super) shown: bool,
}

impl Screen {
    /// Checks a screen.
    pub(super) fn new(state: State) -> Result<Screen, String> {
        let component = Component::parse(&state.activity)
            .filter(|component| is_name(&component.package, "") && is_name(&component.class, "$"))
            .ok_or_else(|| format!("{:?} is no activity of the form package/class", state.activity))?;
        if !(1..=FARTHEST).contains(&state.width) || !(1..=FARTHEST).contains(&state.height) {
            return Err(format!("a display has no {} x {} pixels", state.width, state.height));
        }
        if state.views.is_empty() || state.views.len() > MOST_VIEWS {
            return Err(format!("a screen has 1 to {MOST_VIEWS} views, not {}", state.views.len()));
        }
        let parents = parents(&state.views)?;
        let mut views: Vec<Placed> = Vec::with_capacity(state.views.len());
        for (at, view) in state.views.into_iter().enumerate() {
            let texts = [&view.class, &view.resource_id, &view.text, &view.content_description];
            if texts.iter().any(|text| text.len() > LONGEST_TEXT) {
                return Err(format!("a text of view {at} is longer than {LONGEST_TEXT} bytes"));
            }
            // Phones tell nonsense of views that are nowhere near the display.
            let [[left, top], [right, bottom]] =
                view.bounds.map(|corner| corner.map(|edge| edge.clamp(-FARTHEST, FARTHEST)));
            let across = |x: i32| x * WIDTH / state.width;
            let down = |y: i32| y * HEIGHT / state.height;
            let frame =
                Rect { left: across(left), top: down(top), right: across(right), bottom: down(bottom) };
            let parent = parents[at];
            // The window itself was seen, whatever is said of it: else there were no recording of it.
            let shown = parent.is_none_or(|parent| view.visible && views[parent].shown);
            views.push(Placed { view, frame, parent, shown });
        }
        let window = Rect::sized(0, 0, WIDTH, HEIGHT);
        let whole = views[0].frame.intersect(window) == window;
        Ok(Screen { name: state.state, component, views, whole })
    }

    /// The view that a recorded one is, if it is there and can be seen: the same in everything, or in its place, or in
    /// what it says.
    pub(super) fn find(&self, wanted: &View) -> Option<usize> {
        let kind = |view: &View| view.class == wanted.class && view.resource_id == wanted.resource_id;
        let says =
            |view: &View| view.text == wanted.text && view.content_description == wanted.content_description;
        let place = |view: &View| view.bounds == wanted.bounds;
        let silent = wanted.text.is_empty() && wanted.content_description.is_empty();
        let shown = |is: &dyn Fn(&View) -> bool| {
            self.views.iter().position(|placed| placed.shown && kind(&placed.view) && is(&placed.view))
        };
        shown(&|view| says(view) && place(view))
            .or_else(|| shown(&place))
            .or_else(|| shown(&|view| !silent && says(view)))
    }

    /// The view that answers when `view` is touched: itself, or the first around it that reacts, else itself.
    pub(super) fn touched(&self, view: usize) -> usize {
        self.around(view).find(|&at| self.views[at].view.reacts()).unwrap_or(view)
    }

    /// A view and those that it lies in, from the inside.
    fn around(&self, view: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(view), |&at| self.views[at].parent)
    }
}

impl View {
    /// It answers touches.
    pub(super) fn reacts(&self) -> bool {
        self.clickable || self.checkable || self.editable
    }
}

/// The parent of each view; an error if the views are no tree in which parents come first.
fn parents(views: &[View]) -> Result<Vec<Option<usize>>, String> {
    let mut parents = vec![None; views.len()];
    let mut depths = vec![0; views.len()];
    for (at, view) in views.iter().enumerate() {
        if at > 0 && parents[at].is_none() {
            return Err(format!("view {at} is no child of a view before it"));
        }
        if depths[at] > DEEPEST {
            return Err(format!("view {at} lies in more than {DEEPEST} others"));
        }
        for &child in &view.children {
            match parents.get_mut(child) {
                Some(parent @ None) if child > at => *parent = Some(at),
                _ => {
                    return Err(format!(
                        "view {at} cannot have the child {child}: children come later, and have one parent"
                    ));
                }
            }
            depths[child] = depths[at] + 1;
        }
    }
    Ok(parents)
}

/// A package's or class's name: parts of letters, digits, `_` and `also`, with single dots between.
pub(super) fn is_name(text: &str, also: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || also.contains(c))
    };
    text.len() <= 200 && text.split('.').all(part)
}
