use proptest::prelude::*;

use super::*;
use crate::types::calendar::{MAX_DAY, day_number};

fn moment(
    year: i32,
    month: u32,
    day: u32,
    clock: (i64, i64, i64),
    nanos: i64,
    offset: Option<i16>,
) -> Moment {
    let (hour, minute, second) = clock;
    let nanos = ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + nanos;
    Moment {
        days: day_number(year, month, day),
        nanos,
        offset,
    }
}

fn read(format: &str, text: &str) -> Option<Moment> {
    DateTimeFormat::parse(format)
        .unwrap()
        .read(text, Kind::Timestamp, 1970)
}

fn show(format: &str, moment: &Moment) -> String {
    let mut out = String::new();
    DateTimeFormat::parse(format).unwrap().write(moment, &mut out);
    out
}

#[test]
fn every_documented_form_is_detected() {
    let zone = Some(420);
    let full = moment(2013, 4, 28, (20, 57, 1), 123_456_789, zone);
    let whole = moment(2013, 4, 28, (20, 57, 1), 0, zone);
    let rfc = |nanos, offset| moment(2000, 12, 21, (16, 1, 7), nanos, offset);
    for (text, found) in [
        ("2013-04-28", moment(2013, 4, 28, (0, 0, 0), 0, None)),
        ("17-DEC-1980", moment(1980, 12, 17, (0, 0, 0), 0, None)),
        ("03-April-2024", moment(2024, 4, 3, (0, 0, 0), 0, None)),
        ("12/17/1980", moment(1980, 12, 17, (0, 0, 0), 0, None)),
        ("2013-04-28T20:57:01.123456789+07:00", full),
        ("2013-04-28 20:57:01.123456789+07:00", full),
        ("2013-04-28 20:57:01.123456789+07", full),
        ("2013-04-28 20:57:01.123456789 +07:00", full),
        ("2013-04-28 20:57:01.123456789 +0700", full),
        ("2013-04-28 20:57:01 +07:00", whole),
        ("2013-04-28 20:57:01 +0700", whole),
        (
            "2013-04-28T20:57:01.123456",
            moment(2013, 4, 28, (20, 57, 1), 123_456_000, None),
        ),
        (
            "2013-04-28 20:57:01.123456",
            moment(2013, 4, 28, (20, 57, 1), 123_456_000, None),
        ),
        ("2013-04-28T20:57:01", moment(2013, 4, 28, (20, 57, 1), 0, None)),
        ("2013-04-28 20:57", moment(2013, 4, 28, (20, 57, 0), 0, None)),
        ("2013-04-28T20", moment(2013, 4, 28, (20, 0, 0), 0, None)),
        ("2013-04-28 20", moment(2013, 4, 28, (20, 0, 0), 0, None)),
        ("2013-04-28T20:57:01+07:00", whole),
        ("2013-04-28 20:57:01+07", whole),
        (
            "2013-04-28T20:57+07:00",
            moment(2013, 4, 28, (20, 57, 0), 0, zone),
        ),
        (
            "2013-04-28T20:57:01Z",
            moment(2013, 4, 28, (20, 57, 1), 0, Some(0)),
        ),
        ("Thu, 21 Dec 2000 16:01:07 +0200", rfc(0, Some(120))),
        (
            "Thu, 21 Dec 2000 16:01:07.123456789 +0200",
            rfc(123_456_789, Some(120)),
        ),
        ("Thu, 21 Dec 2000 04:01:07 PM +0200", rfc(0, Some(120))),
        (
            "Thu, 21 Dec 2000 04:01:07.123456789 PM +0200",
            rfc(123_456_789, Some(120)),
        ),
        ("Thu, 21 Dec 2000 16:01:07", rfc(0, None)),
        ("Thu, 21 Dec 2000 04:01:07.5 PM", rfc(500_000_000, None)),
        ("2/18/2008 02:36:48", moment(2008, 2, 18, (2, 36, 48), 0, None)),
        (
            "Mon Jul 08 18:09:51 +0000 2013",
            moment(2013, 7, 8, (18, 9, 51), 0, Some(0)),
        ),
        (" 2013-4-8 1:2:3 ", moment(2013, 4, 8, (1, 2, 3), 0, None)),
    ] {
        assert_eq!(auto::timestamp(text), Some(found), "{text}");
        assert_eq!(auto::date(text).map(|m| m.days), Some(found.days), "{text}");
    }
}

#[test]
fn what_is_no_documented_form_is_refused() {
    for text in [
        "",
        " ",
        "2019/01/02",
        "01-02-2019",
        "2021-04-04T22:54:29+0000",
        "2023-02-29",
        "2023-13-01",
        "2023-01-01 24:00:00",
        "2023-01-01 23:59:60",
        "2023-01-01T",
        "2023-01-01 10:11:12.",
        "2023-01-01 10:11:12.1234567890",
        "2023-01-01x",
        "20107-05-10",
        "05/16",
        "2/18/2008 02:36",
        "Thu, 21 Dec 2000",
        "2023-01-01 10+07",
        "hello",
        "１２",
    ] {
        assert_eq!(auto::timestamp(text), None, "{text}");
    }
}

#[test]
fn times() {
    let at = |h, m, s, nanos| Some(moment(1970, 1, 1, (h, m, s), nanos, None));
    for (text, found) in [
        ("20:57:01.123456789", at(20, 57, 1, 123_456_789)),
        ("20:57:01", at(20, 57, 1, 0)),
        ("20:57", at(20, 57, 0, 0)),
        ("07:57:01.5 AM", at(7, 57, 1, 500_000_000)),
        ("04:01:07 PM", at(16, 1, 7, 0)),
        ("12:01 AM", at(0, 1, 0, 0)),
        ("12:01 PM", at(12, 1, 0, 0)),
        ("31536002789", at(0, 0, 2, 0)),
        ("24:00", None),
        ("13:01 PM", None),
        ("5", at(0, 0, 5, 0)),
        ("20:57:01 x", None),
    ] {
        assert_eq!(auto::time(text), found, "{text}");
    }
    assert_eq!(auto::time("20:57:01.5+07:00").unwrap().offset, Some(420));
}

#[test]
fn integers_are_counted_by_magnitude() {
    let new_year = Some(moment(1971, 1, 1, (0, 0, 0), 0, Some(0)));
    for text in ["31536000", "31536000000", "31536000000000", "31536000000000000"] {
        assert_eq!(auto::timestamp(text), new_year, "{text}");
    }
    assert_eq!(
        auto::timestamp("1487654321321"),
        Some(moment(2017, 2, 21, (5, 18, 41), 321_000_000, Some(0)))
    );
    assert_eq!(
        auto::timestamp("-1"),
        Some(moment(1969, 12, 31, (23, 59, 59), 0, Some(0)))
    );
    assert_eq!(auto::timestamp("-99999999999999"), None);
    assert_eq!(auto::timestamp("99999999999999999999999999"), None);
}

#[test]
fn elements_read() {
    let day = |year, month, day| Some(moment(year, month, day, (0, 0, 0), 0, None));
    for (format, text, found) in [
        ("DD.MM.YYYY", "5.4.2024", day(2024, 4, 5)),
        ("yyyy.mm.dd", "2024.05.10", day(2024, 5, 10)),
        ("YYYYMMDD", "20240510", day(2024, 5, 10)),
        ("DD-MON-YYYY", "17-december-1980", day(1980, 12, 17)),
        ("MMMM DD, YYYY", "jan 7, 2001", day(2001, 1, 7)),
        ("DY DD MON YY", "Mon 05 Feb 79", day(1979, 2, 5)),
        ("MM/DD/YY", "1/2/69", day(2069, 1, 2)),
        ("Y-MO-D", "5-1-2", day(2005, 1, 2)),
        ("YYYY", "2024", day(2024, 1, 1)),
        (
            "YYYY-MM-DD\"T\"HH24",
            "2024-01-02T05",
            Some(moment(2024, 1, 2, (5, 0, 0), 0, None)),
        ),
        (
            "YYYY-MM-DDTHH24:MI:SS EST",
            "2026-01-02T03:04:05 EST",
            Some(moment(2026, 1, 2, (3, 4, 5), 0, None)),
        ),
        (
            "HH12:MI:SS.FF3 AM",
            "01:02:03.5 pm",
            Some(moment(1970, 1, 1, (13, 2, 3), 500_000_000, None)),
        ),
        (
            "H12:ME:S P",
            "1:2:3 A",
            Some(moment(1970, 1, 1, (1, 2, 3), 0, None)),
        ),
        (
            "YYYY-MM-DD HH:MI TZHTZM",
            "2024-01-02 03:04 -0730",
            Some(moment(2024, 1, 2, (3, 4, 0), 0, Some(-450))),
        ),
        (
            "YYYY-MM-DD HH24:MI TZH:TZM",
            "2024-01-02 03:04 Z",
            Some(moment(2024, 1, 2, (3, 4, 0), 0, Some(0))),
        ),
        (
            "YYYY-MM-DD HH24:MI:SSTZH",
            "2024-01-02 03:04:05+02",
            Some(moment(2024, 1, 2, (3, 4, 5), 0, Some(120))),
        ),
        (
            "YYYY-MM-DDHH24:MI",
            "2019-02-28 23:59",
            Some(moment(2019, 2, 28, (23, 59, 0), 0, None)),
        ),
        ("YYYY-MM-DD HH24:MI", "2019-02-2823:59", None),
        ("HH24:MI:SS.FF3", "01:02:03.1234", None),
        ("HH24:MI:SS.FF3", "01:02:03", None),
        ("YYYY-MM-DD", "2024-01-02 ", day(2024, 1, 2)),
        ("YYYY-MM-DD", "2024-01-02x", None),
        ("HH12:MI", "13:00", None),
        ("DD/MM/YYYY", "31/02/2024", None),
    ] {
        assert_eq!(read(format, text), found, "{text} as {format}");
    }
}

#[test]
fn the_century_of_two_digits() {
    let format = DateTimeFormat::parse("YY").unwrap();
    let year =
        |text, start| crate::types::calendar::date_of(format.read(text, Kind::Date, start).unwrap().days).0;
    assert_eq!(year("79", 1980), 2079);
    assert_eq!(year("80", 1980), 1980);
    assert_eq!(year("00", 2000), 2000);
    assert_eq!(year("99", 1900), 1999);
}

#[test]
fn elements_write() {
    let at = moment(2024, 4, 5, (13, 2, 3), 4_000_567, Some(-450));
    for (format, text) in [
        ("mm/dd/yyyy, hh24:mi hours", "04/05/2024, 13:02 hours"),
        ("DD-MON-YYYY", "05-Apr-2024"),
        ("DY, D MMMM YY", "Fri, 5 April 24"),
        ("Y-MO-D H24:ME:S", "24-4-5 13:2:3"),
        ("HH12:MI:SS.FF AM", "01:02:03.004000567 PM"),
        ("H12 P", "1 P"),
        ("SS.FF3", "03.004"),
        ("SS.FF0", "03."),
        ("TZH", "-07"),
        ("TZHTZM", "-0730"),
        ("TZH:TZM", "-07:30"),
        ("YYYY \"YYYY\"\"MM\"", "2024 YYYYMM"),
    ] {
        assert_eq!(show(format, &at), text, "{format}");
    }
    assert_eq!(
        show("HH12 AM TZHTZM", &moment(7, 1, 1, (0, 0, 0), 0, None)),
        "12 AM Z"
    );
    assert_eq!(show("YYYY", &moment(7, 1, 1, (0, 0, 0), 0, None)), "0007");
}

#[test]
fn wrong_formats_and_their_errors() {
    assert!(DateTimeFormat::parse("YYYY \"open").is_err());
    assert!(DateTimeFormat::parse("HH24:MI AM").is_err());
    let format = DateTimeFormat::parse("YYYY-MM-DD").unwrap();
    let error = format.refusal("x", Kind::Timestamp);
    assert_eq!(
        error.to_string(),
        "100096 (22007): Can't parse 'x' as timestamp with format 'YYYY-MM-DD'"
    );
    assert_eq!(DateTimeFormat::auto().refusal("x", Kind::Date).code(), 100_040);
    assert!(DateTimeFormat::parse(" auto ").unwrap().is_auto());
}

fn moments() -> impl Strategy<Value = Moment> {
    (
        day_number(1, 1, 1)..=MAX_DAY,
        0i64..86_400_000_000_000,
        proptest::option::of(-840i16..=840),
    )
        .prop_map(|(days, nanos, offset)| Moment { days, nanos, offset })
}

/// A format that says all of a moment: date, time and offset in any order, with any spelling of each; and the fractional
/// digits that it has.
fn whole_formats() -> impl Strategy<Value = (String, u32)> {
    let select = |choices: &'static [&'static str]| prop::sample::select(choices);
    let date = (
        Just(vec!["YYYY", "month", "DD"]).prop_shuffle(),
        select(&["MM", "MON", "MMMM"]),
        select(&["-", "/", ".", " ", ", "]),
        select(&["", "DY "]),
    )
        .prop_map(|(order, month, separator, weekday)| {
            format!("{weekday}{}", order.join(separator).replace("month", month))
        });
    let time = (
        select(&["HH24", "HH12"]),
        select(&[":", "."]),
        0_u32..=9,
        select(&["AM", "PM"]),
    )
        .prop_map(|(hour, separator, digits, half)| {
            let fraction = if digits > 0 {
                format!(".FF{digits}")
            } else {
                String::new()
            };
            let half = if hour == "HH12" {
                format!(" {half}")
            } else {
                String::new()
            };
            (
                format!("{hour}{separator}MI{separator}SS{fraction}{half}"),
                digits,
            )
        });
    let zone = select(&["TZH:TZM", "TZHTZM"]);
    (
        date,
        time,
        zone,
        any::<bool>(),
        select(&[" ", "\"T\"", " \"at\" "]),
    )
        .prop_map(|(date, (time, digits), zone, date_first, between)| {
            let format = match date_first {
                true => format!("{date}{between}{time} {zone}"),
                false => format!("{time} {zone}{between}{date}"),
            };
            (format, digits)
        })
}

proptest! {
    #[test]
    fn printed_moments_read_back(at in moments()) {
        let zoned = Moment { offset: Some(at.offset.unwrap_or(0)), ..at };
        for format in [
            "YYYY-MM-DD\"T\"HH24:MI:SS.FF9TZH:TZM",
            "DY, DD MON YYYY HH12:MI:SS.FF AM TZHTZM",
            "D.MO.YYYY H24-ME-S,FF9 TZH:TZM",
        ] {
            let text = show(format, &zoned);
            prop_assert_eq!(read(format, &text), Some(zoned), "{} as {}", text, format);
        }
        let iso = show("YYYY-MM-DD HH24:MI:SS.FF9", &at);
        prop_assert_eq!(auto::timestamp(&iso), Some(Moment { offset: None, ..at }));
        let auto_zoned = show("YYYY-MM-DD\"T\"HH24:MI:SS.FF9TZH:TZM", &zoned);
        prop_assert_eq!(auto::timestamp(&auto_zoned), Some(zoned));
        let time = show("HH24:MI:SS.FF9", &at);
        prop_assert_eq!(auto::time(&time), Some(Moment { days: 0, offset: None, ..at }));
    }

    #[test]
    fn every_format_reads_what_it_writes((format, digits) in whole_formats(), at in moments()) {
        let nanos = at.nanos - at.nanos % 10_i64.pow(9 - digits);
        let at = Moment { nanos, offset: Some(at.offset.unwrap_or(0)), ..at };
        let text = show(&format, &at);
        prop_assert_eq!(read(&format, &text), Some(at), "'{}' as {}", text, format);
    }

    #[test]
    fn any_text_and_format_are_answered(format in ".{0,30}", text in ".{0,40}") {
        let _ = auto::timestamp(&text);
        let _ = auto::time(&text);
        if let Ok(format) = DateTimeFormat::parse(&format) {
            let _ = format.read(&text, Kind::Date, 1970);
            format.write(&Moment::midnight(0), &mut String::new());
        }
    }

    #[test]
    fn nearly_valid_text_is_answered(text in "[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}[T ]?[0-9:.]{0,18} ?[AP+Z-]?[0-9:M]{0,6}") {
        if let Some(found) = auto::timestamp(&text) {
            prop_assert!((0..86_400_000_000_000).contains(&found.nanos));
        }
    }
}
