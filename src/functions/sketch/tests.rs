use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Decimal128Array, Float64Array, StringArray};

use super::row_hash::hashes;

#[test]
fn equal_numbers_hash_alike_whatever_their_form() {
    let number = |value: i128, scale: i8| {
        let array = Decimal128Array::from(vec![value]);
        Arc::new(array.with_precision_and_scale(38, scale).unwrap()) as ArrayRef
    };
    let float: ArrayRef = Arc::new(Float64Array::from(vec![15.0]));
    let hash = |column: ArrayRef| hashes(&[column]).unwrap();
    assert_eq!(hash(number(15, 0)), hash(number(1500, 2)));
    assert_eq!(hash(number(15, 0)), hash(float));
    assert_ne!(hash(number(15, 0)), hash(number(15, 1)));
}

#[test]
fn the_order_of_columns_and_where_texts_end_matter() {
    let text = |value: &str| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let hash = |left: &str, right: &str| hashes(&[text(left), text(right)]).unwrap();
    assert_ne!(hash("a", "b"), hash("b", "a"));
    assert_ne!(hash("ab", "c"), hash("a", "bc"));
}
