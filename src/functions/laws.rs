//! Laws that hold for all arguments, not only for the documentation's examples.

use proptest::prelude::*;

use super::testing::{context, evaluate};

fn value(call: String) -> String {
    evaluate(&call, &context(&[]))
        .unwrap_or_else(|error| panic!("{call}: {error}"))
        .1
}

fn number(call: String) -> i64 {
    value(call).parse().unwrap()
}

fn date(days: i64) -> String {
    value(format!("DATEADD('day', {days}, '1970-01-01'::DATE)"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_day_difference_undoes_adding_days(days in -700_000_i64..2_900_000, count in -10_000_i64..10_000) {
        let start = date(days);
        let moved = value(format!("DATEADD('day', {count}, '{start}'::DATE)"));
        prop_assert_eq!(number(format!("DATEDIFF('day', '{start}'::DATE, '{moved}'::DATE)")), count);
    }

    #[test]
    fn truncation_is_a_border_at_or_before(
        days in -700_000_i64..2_900_000,
        part in prop::sample::select(vec!["year", "quarter", "month", "week", "day"]),
    ) {
        let day = date(days);
        let start = value(format!("DATE_TRUNC('{part}', '{day}'::DATE)"));
        prop_assert!(start <= day);
        prop_assert_eq!(value(format!("DATE_TRUNC('{part}', '{start}'::DATE)")), start.clone());
        prop_assert_eq!(number(format!("DATEDIFF('{part}', '{start}'::DATE, '{day}'::DATE)")), 0);
        let before = value(format!("DATEADD('day', -1, '{start}'::DATE)"));
        prop_assert_eq!(number(format!("DATEDIFF('{part}', '{before}'::DATE, '{day}'::DATE)")), 1);
    }

    #[test]
    fn slices_count_characters(text in "[a-zé☃ ]{0,8}", start in -10_i64..10, length in 0_i64..10) {
        let characters: Vec<char> = text.chars().collect();
        let total = characters.len() as i64;
        let first = match start {
            0 => 0,
            start if start > 0 => start - 1,
            start => total + start,
        };
        let expected: String = if first < 0 {
            String::new()
        } else {
            characters.iter().skip(first as usize).take(length as usize).collect()
        };
        prop_assert_eq!(value(format!("SUBSTR('{text}', {start}, {length})")), expected);
    }

    #[test]
    fn like_is_the_regular_expression_it_stands_for(text in "[ab\n]{0,6}", pattern in "[ab%_]{0,6}") {
        let regex = pattern.replace('%', ".*").replace('_', ".");
        prop_assert_eq!(
            value(format!("LIKE('{text}', '{pattern}')")),
            value(format!("REGEXP_LIKE('{text}', '{regex}', 's')"))
        );
    }

    #[test]
    fn parts_join_to_the_whole(text in "[a-c,]{0,8}") {
        let count = text.matches(',').count() + 1;
        let parts: Vec<_> = (1..=count).map(|n| value(format!("SPLIT_PART('{text}', ',', {n})"))).collect();
        prop_assert_eq!(parts.join(","), text);
    }

    #[test]
    fn rounding_goes_to_the_nearest(unscaled in -99_999_i64..99_999) {
        let sign = if unscaled < 0 { "-" } else { "" };
        let text = format!("{sign}{}.{:02}", unscaled.abs() / 100, unscaled.abs() % 100);
        let expected = (unscaled.abs() + 50) / 100 * unscaled.signum();
        prop_assert_eq!(number(format!("ROUND({text})")), expected);
        prop_assert_eq!(number(format!("FLOOR({text})")), unscaled.div_euclid(100));
        prop_assert_eq!(number(format!("CEIL({text})")), -(-unscaled).div_euclid(100));
        prop_assert_eq!(number(format!("TRUNC({text})")), unscaled / 100);
    }

    #[test]
    fn encodings_undo_each_other(text in "\\PC{0,12}") {
        prop_assume!(!text.contains(['\'', ',', '(', ')']) && !text.contains("::"));
        let hex = value(format!("HEX_ENCODE('{text}')"));
        prop_assert_eq!(value(format!("HEX_DECODE_STRING('{hex}')")), text.clone());
        let base64 = value(format!("BASE64_ENCODE('{text}')"));
        prop_assert_eq!(value(format!("BASE64_DECODE_STRING('{base64}')")), text);
    }
}
