use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn call(tool: &str, arguments: Value) -> Call {
    Call { tool: tool.into(), arguments }
}

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "unit": {"type": "string", "enum": ["Celsius", "Fahrenheit"]},
            "days": {"type": "integer"},
            "limit": {"type": "number"},
            "alerts": {"type": "boolean"},
            "stops": {"type": "array", "items": {"type": "string"}},
            "sizes": {"type": "array", "items": {"type": "integer"}},
            "area": {"type": "object"},
            "people": {"type": "array", "items": {"type": "object"}},
            "anything": {}
        },
        "required": ["city"]
    })
}

/// The right call is exactly `gold`.
#[track_caller]
fn check(gold: Value, given: Value, right: bool) {
    let accepted = Accepted::exactly(&call("weather", gold));
    let result = matches(&call("weather", given), &accepted, &schema());
    assert_eq!(result.is_ok(), right, "{result:?}");
}

/// The accepted values are listed as the leaderboard lists them.
#[track_caller]
fn check_listed(accepted: Value, given: Value, right: bool) {
    let accepted = Accepted::listed(&json!({ "weather": accepted })).unwrap();
    let result = matches(&call("weather", given), &accepted, &schema());
    assert_eq!(result.is_ok(), right, "{result:?}");
}

#[test]
fn strings_are_compared_without_case_spaces_and_punctuation() {
    let gold = json!({"city": "New York, N.Y."});
    check(gold.clone(), json!({"city": "New York, N.Y."}), true);
    check(gold.clone(), json!({"city": "new-york ny"}), true);
    check(gold.clone(), json!({"city": "NEW_YORK/N*Y^"}), true);
    check(gold.clone(), json!({"city": "New Yorker"}), false);
    check(gold, json!({"city": "New York: N.Y."}), false);
    check(json!({"city": "Land's End"}), json!({"city": "land\"s end"}), true);
    check(json!({"city": "Land's End"}), json!({"city": "lands end"}), false);
    check(json!({"city": "ÉVORA"}), json!({"city": "évora"}), true);
}

#[test]
fn names_must_be_equal() {
    let accepted = Accepted::exactly(&call("weather", json!({"city": "Bern"})));
    let error = matches(&call("Weather", json!({"city": "Bern"})), &accepted, &schema()).unwrap_err();
    assert_eq!(error, "called Weather, not weather");
}

#[test]
fn required_arguments_must_be_there_and_unknown_ones_must_not() {
    check(json!({"city": "Bern"}), json!({}), false);
    check(json!({"city": "Bern"}), json!({"city": "Bern", "unit": "Celsius"}), false);
    check(json!({"city": "Bern"}), json!({"city": "Bern", "colour": "red"}), false);
    check(json!({"city": "Bern"}), json!(["Bern"]), false);
    check(json!({"city": "Bern"}), Value::Null, false);
}

#[test]
fn a_single_gold_call_leaves_no_optional_argument_out() {
    check(json!({"city": "Bern", "days": 3}), json!({"city": "Bern", "days": 3}), true);
    check(json!({"city": "Bern", "days": 3}), json!({"city": "Bern"}), false);
}

#[test]
fn a_listed_argument_is_optional_only_with_an_empty_string() {
    let optional = json!({"city": ["Bern"], "unit": ["Celsius", ""]});
    check_listed(optional.clone(), json!({"city": "Bern"}), true);
    check_listed(optional.clone(), json!({"city": "Bern", "unit": "celsius"}), true);
    check_listed(optional, json!({"city": "Bern", "unit": "Fahrenheit"}), false);
    check_listed(json!({"city": ["Bern"], "unit": ["Celsius"]}), json!({"city": "Bern"}), false);
    // A required argument stays required, whatever the list says.
    check_listed(json!({"city": ["Bern", ""]}), json!({}), false);
}

#[test]
fn any_listed_value_is_right() {
    let accepted = json!({"city": ["Bern", "Berne", "BE"]});
    check_listed(accepted.clone(), json!({"city": "berne"}), true);
    check_listed(accepted.clone(), json!({"city": "b.e."}), true);
    check_listed(accepted, json!({"city": "Basel"}), false);
}

#[test]
fn numbers_are_equal_by_value_and_integers_may_stand_for_floats() {
    let gold = |days: Value| json!({"city": "Bern", "days": days});
    check(gold(json!(3)), gold(json!(3)), true);
    check(gold(json!(3)), gold(json!(4)), false);
    check(gold(json!(3)), gold(json!(3.0)), false);
    check(gold(json!(3)), gold(json!("3")), false);
    let gold = |limit: Value| json!({"city": "Bern", "limit": limit});
    check(gold(json!(2.0)), gold(json!(2)), true);
    check(gold(json!(2)), gold(json!(2.0)), true);
    check(gold(json!(2.5)), gold(json!(2)), false);
    check(gold(json!(2.5)), gold(json!("2.5")), false);
}

#[test]
fn booleans_are_no_numbers_and_no_strings() {
    let gold = |alerts: Value| json!({"city": "Bern", "alerts": alerts});
    check(gold(json!(true)), gold(json!(true)), true);
    check(gold(json!(true)), gold(json!(false)), false);
    check(gold(json!(true)), gold(json!(1)), false);
    check(gold(json!(true)), gold(json!("true")), false);
}

#[test]
fn lists_are_ordered_and_typed() {
    let gold = |stops: Value| json!({"city": "Bern", "stops": stops});
    check(gold(json!(["Thun", "Bern"])), gold(json!(["thun", "BERN"])), true);
    check(gold(json!(["Thun", "Bern"])), gold(json!(["Bern", "Thun"])), false);
    check(gold(json!(["Thun", "Bern"])), gold(json!(["Thun"])), false);
    check(gold(json!(["Thun"])), gold(json!("Thun")), false);
    check(gold(json!([])), gold(json!([])), true);
    let gold = |sizes: Value| json!({"city": "Bern", "sizes": sizes});
    check(gold(json!([1, 2])), gold(json!([1, 2])), true);
    check(gold(json!([1, 2])), gold(json!([1, "2"])), false);
    check(gold(json!([1, 2])), gold(json!([1.0, 2.0])), false);
}

#[test]
fn objects_are_compared_key_by_key() {
    let gold = |area: Value| json!({"city": "Bern", "area": area});
    let right = json!({"name": "Old Town", "zip": 3011});
    check(gold(right.clone()), gold(json!({"zip": 3011, "name": "old-town"})), true);
    check(gold(right.clone()), gold(json!({"name": "Old Town"})), false);
    check(gold(right.clone()), gold(json!({"name": "Old Town", "zip": 3011, "x": 1})), false);
    check(gold(right.clone()), gold(json!({"name": "Old Town", "zip": "3011"})), false);
    check(gold(right), gold(json!("Old Town 3011")), false);
    check(gold(json!({"a": {"b": ["X Y"]}})), gold(json!({"a": {"b": ["x-y"]}})), true);
    check(gold(json!({"a": {"b": ["X Y"]}})), gold(json!({"a": {"b": ["x", "y"]}})), false);
}

#[test]
fn objects_list_accepted_values_by_key() {
    let accepted = json!({"city": ["Bern"], "area": [{"name": ["Old Town", "Centre"], "zip": [3011, ""]}]});
    let given = |area: Value| json!({"city": "Bern", "area": area});
    check_listed(accepted.clone(), given(json!({"name": "centre", "zip": 3011})), true);
    check_listed(accepted.clone(), given(json!({"name": "Old Town"})), true);
    check_listed(accepted.clone(), given(json!({"zip": 3011})), false);
    check_listed(accepted, given(json!({"name": "Old Town", "zip": 3012})), false);
}

#[test]
fn lists_of_objects_are_compared_in_order() {
    let gold = |people: Value| json!({"city": "Bern", "people": people});
    let two = json!([{"name": "Ann"}, {"name": "Bob"}]);
    check(gold(two.clone()), gold(json!([{"name": "ann"}, {"name": "bob"}])), true);
    check(gold(two.clone()), gold(json!([{"name": "Bob"}, {"name": "Ann"}])), false);
    check(gold(two), gold(json!([{"name": "Ann"}])), false);
}

#[test]
fn a_variable_may_stand_for_a_value_where_the_list_says_so() {
    let accepted = json!({"city": ["Bern"], "days": ["num_days"]});
    check_listed(accepted.clone(), json!({"city": "Bern", "days": "num_days"}), true);
    check_listed(accepted, json!({"city": "Bern", "days": 3}), false);
}

#[test]
fn arguments_without_a_type_are_compared_by_value_alone() {
    let gold = |anything: Value| json!({"city": "Bern", "anything": anything});
    check(gold(json!("X")), gold(json!("x")), true);
    check(gold(json!(null)), gold(json!(null)), true);
    check(gold(json!(1)), gold(json!("1")), false);
}

#[test]
fn what_is_no_list_of_accepted_values_is_told() {
    for wrong in [json!(null), json!({}), json!([1]), json!({"t": 1}), json!({"t": {"a": "b"}})] {
        assert_eq!(Accepted::listed(&wrong), None, "{wrong}");
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever a call holds, it is right against itself and nothing panics on anything else.
    #[test]
    fn a_call_matches_itself(value in any_value(), other in any_value()) {
        let schema = json!({"properties": {"x": {}}, "required": ["x"]});
        let gold = call("t", json!({"x": value}));
        prop_assert_eq!(matches(&gold, &Accepted::exactly(&gold), &schema), Ok(()));
        let _ = matches(&call("t", other.clone()), &Accepted::exactly(&gold), &other);
    }
}
