use proptest::prelude::*;

use super::*;
use crate::types::number::Fault;

fn show(format: &str, value: i128, scale: u8) -> String {
    let mut out = String::new();
    NumberFormat::parse(format)
        .unwrap()
        .write_decimal(value, scale, &mut out);
    out
}

fn show_float(format: &str, value: f64) -> String {
    let mut out = String::new();
    NumberFormat::parse(format).unwrap().write_float(value, &mut out);
    out
}

fn read(format: &str, text: &str, scale: u8) -> Result<i128, Fault> {
    NumberFormat::parse(format).unwrap().read_decimal(text, 38, scale)
}

#[test]
fn the_documentations_table_of_to_char() {
    let formats = [
        "\">\"$99.0\"<\"",
        "\">\"B9,999.0\"<\"",
        "\">\"TME\"<\"",
        "\">\"TM9\"<\"",
        "\">\"0XXX\"<\"",
        "\">\"S0XXX\"<\"",
    ];
    for (value, row) in [
        (
            -12_391,
            [
                ">-$12.4<",
                ">   -12.4<",
                ">-1.2391E1<",
                ">-12.391<",
                ">FFF4<",
                ">-000C<",
            ],
        ),
        (
            0,
            [">  $0.0<", ">      .0<", ">0E0<", ">0.000<", ">0000<", ">+0000<"],
        ),
        (
            -1000,
            [
                "> -$1.0<",
                ">    -1.0<",
                ">-1E0<",
                ">-1.000<",
                ">FFFF<",
                ">-0001<",
            ],
        ),
        (
            100,
            [">  $0.1<", ">      .1<", ">1E-1<", ">0.100<", ">0000<", ">+0000<"],
        ),
        (
            10,
            [">  $0.0<", ">      .0<", ">1E-2<", ">0.010<", ">0000<", ">+0000<"],
        ),
        (
            3_987_000,
            [
                "> $##.#<",
                "> 3,987.0<",
                ">3.987E3<",
                ">3987.000<",
                ">0F93<",
                ">+0F93<",
            ],
        ),
        (
            1111,
            [
                ">  $1.1<",
                ">     1.1<",
                ">1.111E0<",
                ">1.111<",
                ">0001<",
                ">+0001<",
            ],
        ),
    ] {
        for (format, text) in formats.iter().zip(row) {
            assert_eq!(show(format, value, 3), text, "{value} as {format}");
        }
    }
}

#[test]
fn signs_stand_where_documented() {
    for (format, twelve, minus_seven) in [
        ("99", " 12", " -7"),
        ("S99", "+12", " -7"),
        ("99S", "12+", " 7-"),
        ("MI99", " 12", "- 7"),
        ("99MI", "12 ", " 7-"),
        ("$99", " $12", " -$7"),
        ("FM99", "12", "-7"),
    ] {
        assert_eq!(show(format, 12, 0), twelve, "{format}");
        assert_eq!(show(format, -7, 0), minus_seven, "{format}");
    }
    assert_eq!(show("999.99MI", -12345, 2), "123.45-");
}

#[test]
fn alignment() {
    for (value, nines, signed, zeros, compact) in [
        (1.2, "       1.2  ", "      +1.2  ", "+000,001.200", "1.2"),
        (123.456, "     123.456", "    +123.456", "+000,123.456", "123.456"),
        (
            1234.56,
            "   1,234.56 ",
            "  +1,234.56 ",
            "+001,234.560",
            "1,234.56",
        ),
        (
            -123_456.789,
            "-123,456.789",
            "-123,456.789",
            "-123,456.789",
            "-123,456.789",
        ),
    ] {
        assert_eq!(show_float("999,999.999", value), nines);
        assert_eq!(show_float("S999,999.999", value), signed);
        assert_eq!(show_float("S000,000.000", value), zeros);
        assert_eq!(show_float("FM999,999.999", value), compact);
    }
    assert_eq!(show("\">\"99\"<\"", 12, 0), "> 12<");
}

#[test]
fn exponents_percent_and_minimal_forms() {
    assert_eq!(show("9d999EE", 1234, 0), " 1.234E3");
    assert_eq!(show("9.99eeee", 99_995, 0), " 1.  e+05");
    assert_eq!(show("FM9.9EEE", 1, 12), "1E-#");
    assert_eq!(show("TM9%", 25, 2), "25%");
    assert_eq!(show("TM9(6,3)", 123_456_789, 4), "12,345.6789");
    assert_eq!(show("TM9(1,3)", 123_456_789, 2), "1,234,567.9");
    assert_eq!(show("TM9(0,3)", 999_999, 1), "100,000");
    assert_eq!(show_float("TM9", 1.5e300), "1.5E300");
    assert_eq!(
        show_float("TM9", 1.5e37),
        "15000000000000000000000000000000000000"
    );
    assert_eq!(show("TM9(ALL,3)", 1_234_567, 0), "1,234,567");
    assert_eq!(show("TM", 1, 0), "1");
    assert_eq!(show("tm", 10i128.pow(30), 0), "1e30");
    assert_eq!(show_float("999", f64::NAN), " ###");
    assert_eq!(show_float("TM9", f64::INFINITY), "inf");
    assert_eq!(
        show_float("TME", 0.080_722_053_022_710_99),
        "8.072205302271099E-2"
    );
}

#[test]
fn documented_reading() {
    for (format, text, scale, value) in [
        ("99.9", "1.0", 0, Ok(1)),
        ("99.9", "-12.3", 5, Ok(-1_230_000)),
        ("99.9", "- 0.1", 5, Ok(-10_000)),
        ("TM9", "- 0.1", 5, Ok(-10_000)),
        ("9,999.99", "3,741.72", 2, Ok(374_172)),
        ("$9,999.99", "$3,741.72", 2, Ok(374_172)),
        ("XXX", "ae5", 0, Ok(2789)),
        ("XX", "ae5", 0, Err(Fault::NotNumeric)),
        ("999,999.99", "012,345.67", 2, Ok(1_234_567)),
        ("999,999.99", "12,345.67", 2, Ok(1_234_567)),
        ("999,999.99", " 12,345.67", 2, Ok(1_234_567)),
        ("999,999.99", "12345.67", 2, Ok(1_234_567)),
        ("999,999.99", "1,2345.67", 2, Err(Fault::NotNumeric)),
        ("000,000.00", "012,345.67", 2, Ok(1_234_567)),
        ("000,000.00", "12,345.67", 2, Err(Fault::NotNumeric)),
        ("MI999|999MI", "-101", 0, Ok(-101)),
        ("MI999|999MI", "102-", 0, Ok(-102)),
        ("MI999|999MI", "103", 0, Ok(103)),
        ("9.9EE", "1.5e-2", 4, Ok(150)),
        ("TM9", "1e2", 0, Err(Fault::NotNumeric)),
        ("TME", "1e2", 0, Ok(100)),
        ("TM9%", "25%", 2, Ok(25)),
        ("AUTO", "1e2", 0, Ok(100)),
        ("AUTO|$9", "$5", 0, Ok(5)),
        ("$9|AUTO", "15", 0, Ok(15)),
        ("AUTO|$9", "five", 0, Err(Fault::NotNumeric)),
        ("99", "123", 0, Err(Fault::NotNumeric)),
        ("99", "", 0, Err(Fault::NotNumeric)),
        ("B99.9", ".5", 1, Ok(5)),
    ] {
        assert_eq!(read(format, text, scale), value, "{text} as {format}");
    }
    let error = NumberFormat::parse("XX").unwrap().refusal("ae5");
    assert_eq!(
        error.to_string(),
        "100140 (22007): Can't parse 'ae5' as number with format 'XX'"
    );
}

#[test]
fn what_is_no_format() {
    for text in [
        "",
        "abc",
        "S99S",
        "99MI S",
        "9.9.9",
        "TM9 99",
        "\"open",
        "$$9",
        "TM9(6, 3)",
        "XXX.X",
    ] {
        assert!(NumberFormat::parse(text).is_err(), "{text}");
    }
    assert_eq!(NumberFormat::parse("FX99").unwrap_err().code(), 2);
}

/// A fixed-position format, with how many digits it has behind the point and in all.
fn fixed_formats() -> impl Strategy<Value = (String, u8, u32)> {
    let signs = prop::sample::select(vec![("", ""), ("S", ""), ("MI", ""), ("", "S"), ("", "MI")]);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (signs, flags, 1_usize..=9, 0_usize..=9, 0_usize..=6, 0_usize..=6).prop_map(
        |((before, behind), (compact, dollar, grouped), whole, zeros, fraction, kept)| {
            let mut digits = String::new();
            for place in (0..whole).rev() {
                digits.push(if place < zeros { '0' } else { '9' });
                if grouped && place > 0 && place % 3 == 0 {
                    digits.push(',');
                }
            }
            if fraction > 0 {
                digits.push('.');
            }
            digits.extend((0..fraction).map(|place| if place < kept { '0' } else { '9' }));
            let (compact, dollar) = (if compact { "FM" } else { "" }, if dollar { "$" } else { "" });
            let format = format!("{compact}{before}{dollar}{digits}{behind}");
            (format, fraction as u8, (whole + fraction) as u32)
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_reads_back(value in -99_999_999i128..=99_999_999) {
        for format in ["999,999.99", "S000,000.00", "999999.00MI", "FM$999,999.99", "TM9", "S999,999.99", "TME"] {
            let text = show(format, value, 2);
            prop_assert_eq!(read(format, &text, 2), Ok(value), "{} as {}", text, format);
        }
        let hex = show("SXXXXXXX", value, 0);
        prop_assert_eq!(read("SXXXXXXX", &hex, 0), Ok(value));
    }

    #[test]
    fn any_format_and_text_are_answered(format in "[0-9XxDGBS$%MITE.,_\"|() a-f]{0,14}", text in ".{0,20}", value in any::<i64>(), float in any::<f64>()) {
        if let Ok(format) = NumberFormat::parse(&format) {
            let _ = format.read_decimal(&text, 38, 2);
            let mut out = String::new();
            format.write_decimal(value.into(), 5, &mut out);
            format.write_float(float, &mut out);
        }
    }

    #[test]
    fn every_fixed_format_reads_what_it_writes(
        (format, scale, digits) in fixed_formats(),
        random in any::<i64>(),
    ) {
        let value = i128::from(random) % 10_i128.pow(digits);
        let text = show(&format, value, scale);
        prop_assert_eq!(read(&format, &text, scale), Ok(value), "'{}' as {}", text, format);
        // A number of one digit more does not fit.
        let text = show(&format, 10_i128.pow(digits), scale);
        prop_assert!(text.contains('#'), "'{}' as {}", text, format);
    }
}
