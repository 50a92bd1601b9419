use crate::functions::testing::{check, check_in, check_types, context};

#[test]
fn adding() {
    check(&[
        ("DATEADD('year', 2, '2022-05-08'::DATE)", "2024-05-08"),
        ("DATEADD('year', -2, '2022-05-08'::DATE)", "2020-05-08"),
        (
            "DATEADD('hour', 2, '2022-04-05'::DATE)",
            "2022-04-05 02:00:00.000",
        ),
        ("DATEADD('month', 1, '2023-01-31'::DATE)", "2023-02-28"),
        ("DATEADD('month', 1, '2023-02-28'::DATE)", "2023-03-28"),
        ("DATEADD('quarter', 1, '2023-11-30'::DATE)", "2024-02-29"),
        ("DATEADD('week', -1, '2023-01-03'::DATE)", "2022-12-27"),
        ("TIMEADD('hour', 3, '22:00:00'::TIME)", "01:00:00"),
        (
            "TIMESTAMPADD('ms', 1500, '2024-01-01 00:00:00'::TIMESTAMP_NTZ(0))",
            "2024-01-01 00:00:01.500",
        ),
        ("DATEADD('day', 1.6, '2024-01-01'::DATE)", "2024-01-03"),
        (
            "DATEADD('d', 1, '2024-12-31 10:00:00')",
            "2025-01-01 10:00:00.000",
        ),
        ("DATEADD('day', NULL, '2024-01-01'::DATE)", "NULL"),
        ("DATEADD('day', 1, NULL)", "NULL"),
        ("DATEADD('fortnight', 1, '2024-01-01'::DATE)", "!1056"),
        ("DATEADD('day', 1, '10:00:00'::TIME)", "!1056"),
        ("DATEADD('year', 9000, '2024-01-01'::DATE)", "!100039"),
        ("DATEADD('day', 99999999999, '2024-01-01'::DATE)", "!100039"),
        ("DATEADD('day', 1, 5)", "!1044"),
        ("ADD_MONTHS('2016-05-15'::DATE, 2)", "2016-07-15"),
        ("ADD_MONTHS('2016-02-29'::DATE, 1)", "2016-03-31"),
        ("ADD_MONTHS('2016-05-31'::DATE, -1)", "2016-04-30"),
        (
            "ADD_MONTHS('2016-05-15 10:00:00'::TIMESTAMP_NTZ, 1)",
            "2016-06-15 10:00:00.000",
        ),
    ]);
    check_types(&[
        ("DATEADD('day', 1, '2024-01-01'::DATE)", "DATE"),
        ("DATEADD('hour', 1, '2024-01-01'::DATE)", "TIMESTAMP_NTZ(9)"),
        (
            "DATEADD('us', 1, '2024-01-01'::TIMESTAMP_LTZ(3))",
            "TIMESTAMP_LTZ(6)",
        ),
    ]);
}

#[test]
fn summer_time_passes_in_real_time_for_hours_only() {
    let context = context(&["TIMEZONE=America/Los_Angeles"]);
    check_in(
        &context,
        &[
            (
                "DATEADD('hour', 24, '2024-03-09 12:00:00'::TIMESTAMP_LTZ)",
                "2024-03-10 13:00:00.000 -0700",
            ),
            (
                "DATEADD('day', 1, '2024-03-09 12:00:00'::TIMESTAMP_LTZ)",
                "2024-03-10 12:00:00.000 -0700",
            ),
            (
                "DATEDIFF('hour', '2024-03-09 12:00:00'::TIMESTAMP_LTZ, '2024-03-10 12:00:00'::TIMESTAMP_LTZ)",
                "23",
            ),
        ],
    );
}

#[test]
fn differences() {
    check(&[
        (
            "DATEDIFF('year', '2020-04-09 14:39:20'::TIMESTAMP, '2023-05-08 23:39:20'::TIMESTAMP)",
            "3",
        ),
        ("DATEDIFF('month', '2021-01-01'::DATE, '2021-02-28'::DATE)", "1"),
        ("DATEDIFF('month', '2016-01-01', '2017-12-31')", "23"),
        ("DATEDIFF('day', '2016-08-23', '2016-09-07')", "15"),
        (
            "DATEDIFF('hour', '2016-01-01 01:59:59', '2016-01-01 02:00:00')",
            "1",
        ),
        (
            "DATEDIFF('minute', '2016-01-01 01:00:59', '2016-01-01 02:00:00')",
            "60",
        ),
        (
            "DATEDIFF('second', '2016-01-01 01:00:59', '2016-01-01 02:00:00')",
            "3541",
        ),
        (
            "DATEDIFF('ms', '2024-02-20 21:18:41.0000', '2024-02-20 21:18:42.1239')",
            "1123",
        ),
        (
            "DATEDIFF('second', '1969-12-31 23:59:59.5', '1970-01-01 00:00:00')",
            "1",
        ),
        ("DATEDIFF('week', '2017-01-01'::DATE, '2017-01-02'::DATE)", "1"),
        ("DATEDIFF('quarter', '2023-12-31'::DATE, '2024-01-01'::DATE)", "1"),
        ("DATEDIFF('day', '2024-03-01'::DATE, '2024-02-28'::DATE)", "-2"),
        ("TIMEDIFF('minute', '10:00:00'::TIME, '11:30:00'::TIME)", "90"),
        ("DATEDIFF('day', NULL, '2024-02-28'::DATE)", "NULL"),
        ("DATEDIFF('dow', '2024-01-01'::DATE, '2024-02-28'::DATE)", "!1056"),
        ("MONTHS_BETWEEN('2019-03-15'::DATE, '2019-02-15'::DATE)", "1"),
        ("MONTHS_BETWEEN('2019-03-31'::DATE, '2019-02-28'::DATE)", "1"),
        (
            "MONTHS_BETWEEN('2019-03-01'::DATE, '2019-02-15'::DATE)",
            "0.5483870968",
        ),
    ]);
    check_in(
        &context(&["WEEK_START=7"]),
        &[("DATEDIFF('week', '2016-12-31'::DATE, '2017-01-01'::DATE)", "1")],
    );
}

#[test]
fn parts() {
    check(&[
        ("DATE_PART('quarter', '2024-04-08'::DATE)", "2"),
        (
            "EXTRACT('hour', '2024-04-08T23:39:20.123-07:00'::TIMESTAMP_NTZ)",
            "23",
        ),
        (
            "DATE_PART('nanosecond', '2024-04-08 23:39:20.123'::TIMESTAMP_NTZ)",
            "123000000",
        ),
        (
            "DATE_PART('epoch_second', '1969-12-31 23:59:59.5'::TIMESTAMP_NTZ)",
            "-1",
        ),
        (
            "DATE_PART('epoch_millisecond', '1970-01-01 00:00:01.5'::TIMESTAMP_NTZ)",
            "1500",
        ),
        (
            "DATE_PART('tzh', '2024-04-08 23:39:20 +05:30'::TIMESTAMP_TZ)",
            "5",
        ),
        (
            "DATE_PART('timezone_minute', '2024-04-08 23:39:20 +05:30'::TIMESTAMP_TZ)",
            "30",
        ),
        ("DATE_PART('year', '10:00:00'::TIME)", "!1056"),
        ("YEAR('2016-01-02'::DATE)", "2016"),
        ("YEAROFWEEK('2016-01-02'::DATE)", "2015"),
        ("WEEK('2016-01-02'::DATE)", "53"),
        ("WEEKISO('2016-01-02'::DATE)", "53"),
        ("DAYOFYEAR('2024-12-31'::DATE)", "366"),
        ("DAYOFWEEK('2016-01-02'::DATE)", "6"),
        ("DAYOFWEEK('2016-01-03'::DATE)", "0"),
        ("DAYOFWEEKISO('2016-01-03'::DATE)", "7"),
        ("SECOND('2016-01-03 10:11:12.9'::TIMESTAMP_NTZ)", "12"),
        ("MONTH('2016-01-03 10:11:12')", "1"),
        ("DAYNAME('2024-05-01'::DATE)", "Wed"),
        ("MONTHNAME('2024-05-01'::DATE)", "May"),
        ("DAY(NULL)", "NULL"),
    ]);
    check_types(&[
        ("YEAR('2016-01-02'::DATE)", "NUMBER(4,0)"),
        ("DAYNAME('2016-01-02'::DATE)", "VARCHAR(3)"),
    ]);
}

#[test]
fn weeks_follow_the_session() {
    check_in(
        &context(&["WEEK_START=1", "WEEK_OF_YEAR_POLICY=1"]),
        &[
            ("DAYOFWEEK('2017-01-01'::DATE)", "7"),
            ("WEEK('2016-12-31'::DATE)", "53"),
            ("WEEK('2017-01-01'::DATE)", "1"),
            ("WEEK('2017-01-02'::DATE)", "2"),
            ("YEAROFWEEK('2017-01-01'::DATE)", "2017"),
        ],
    );
    check_in(
        &context(&["WEEK_START=3"]),
        &[
            ("DATE_TRUNC('week', '2016-12-30'::DATE)", "2016-12-28"),
            ("LAST_DAY('2016-12-30'::DATE, 'week')", "2017-01-03"),
            ("DAYOFWEEK('2016-12-30'::DATE)", "3"),
        ],
    );
}

#[test]
fn truncating() {
    check(&[
        ("DATE_TRUNC('month', '2024-05-09'::DATE)", "2024-05-01"),
        ("DATE_TRUNC('week', '2024-05-09'::DATE)", "2024-05-06"),
        (
            "DATE_TRUNC('quarter', '2024-05-09 08:50:57.891'::TIMESTAMP_NTZ)",
            "2024-04-01 00:00:00.000",
        ),
        (
            "DATE_TRUNC('hour', '2024-05-09 08:50:57.891'::TIMESTAMP_NTZ)",
            "2024-05-09 08:00:00.000",
        ),
        (
            "DATE_TRUNC('second', '1969-12-31 23:59:59.891'::TIMESTAMP_NTZ)",
            "1969-12-31 23:59:59.000",
        ),
        ("DATE_TRUNC('minute', '08:50:57'::TIME)", "08:50:00"),
        ("DATE_TRUNC('day', '08:50:57'::TIME)", "!1056"),
        (
            "DATE_TRUNC('day', '2024-05-09 23:30:00 +0500'::TIMESTAMP_TZ)",
            "2024-05-09 00:00:00.000 +0500",
        ),
        ("TRUNC('2024-05-09'::DATE, 'year')", "2024-01-01"),
        ("LAST_DAY('2024-02-09'::DATE)", "2024-02-29"),
        (
            "LAST_DAY('2024-05-08 10:00:00'::TIMESTAMP_NTZ, 'year')",
            "2024-12-31",
        ),
        ("LAST_DAY('2024-05-08'::DATE, 'week')", "2024-05-12"),
        ("NEXT_DAY('2024-05-10'::DATE, 'Friday ')", "2024-05-17"),
        ("NEXT_DAY('2024-05-10'::DATE, 'mo')", "2024-05-13"),
        ("PREVIOUS_DAY('2024-05-10'::DATE, 'fr')", "2024-05-03"),
        ("NEXT_DAY('2024-05-10'::DATE, 'x')", "!100137"),
        (
            "TIME_SLICE('2019-02-28'::DATE, 4, 'MONTH', 'START')",
            "2019-01-01",
        ),
        ("TIME_SLICE('2019-02-28'::DATE, 4, 'MONTH', 'END')", "2019-05-01"),
        (
            "TIME_SLICE('2019-02-28 12:07:00'::TIMESTAMP_NTZ, 5, 'minute')",
            "2019-02-28 12:05:00.000",
        ),
        ("TIME_SLICE('2019-02-28'::DATE, 1, 'week')", "2019-02-25"),
        ("TIME_SLICE('2019-02-28'::DATE, 0, 'day')", "!100137"),
    ]);
}

#[test]
fn constructing() {
    check(&[
        ("DATE_FROM_PARTS(2004, 2, 17)", "2004-02-17"),
        ("DATE_FROM_PARTS(2004, 0, 1)", "2003-12-01"),
        ("DATE_FROM_PARTS(2004, 13, 1)", "2005-01-01"),
        ("DATE_FROM_PARTS(2004, 3, 0)", "2004-02-29"),
        ("DATE_FROM_PARTS(2004, 1, 366)", "2004-12-31"),
        ("DATE_FROM_PARTS(99999, 1, 1)", "!100039"),
        ("TIME_FROM_PARTS(12, 34, 56, 987654321)", "12:34:56"),
        ("TIME_FROM_PARTS(0, 100, 0)", "01:40:00"),
        (
            "TIMESTAMP_NTZ_FROM_PARTS(2013, 4, 5, 12, 0, 0, 987654321)",
            "2013-04-05 12:00:00.987",
        ),
        (
            "TIMESTAMP_FROM_PARTS('2013-04-05'::DATE, '12:00:00'::TIME)",
            "2013-04-05 12:00:00.000",
        ),
        (
            "TIMESTAMP_TZ_FROM_PARTS(2013, 4, 5, 12, 0, 0, 0, 'Europe/Vienna')",
            "2013-04-05 12:00:00.000 +0200",
        ),
        (
            "TIMESTAMP_TZ_FROM_PARTS(2013, 4, 5, 12, 0, 0, 0, 'Mars/Base')",
            "!100094",
        ),
        ("TIMESTAMP_NTZ_FROM_PARTS(2013, 4, 5)", "!938"),
        ("DATE_FROM_PARTS(2004, NULL, 1)", "NULL"),
    ]);
}

#[test]
fn zones_and_now() {
    check(&[
        (
            "CONVERT_TIMEZONE('America/Los_Angeles', 'America/New_York', '2024-01-01 14:00:00'::TIMESTAMP_NTZ)",
            "2024-01-01 17:00:00.000",
        ),
        (
            "CONVERT_TIMEZONE('Europe/Warsaw', 'UTC', '2024-01-01 00:00:00'::TIMESTAMP_NTZ)",
            "2023-12-31 23:00:00.000",
        ),
        (
            "CONVERT_TIMEZONE('America/Los_Angeles', '2024-04-05 12:00:00 +02:00'::TIMESTAMP_TZ)",
            "2024-04-05 03:00:00.000 -0700",
        ),
        (
            "CONVERT_TIMEZONE('Nowhere', '2024-04-05 12:00:00 +02:00'::TIMESTAMP_TZ)",
            "!100094",
        ),
    ]);
    let mut context = context(&["TIMEZONE=America/Los_Angeles"]);
    context.now = "2024-07-01T06:30:00.123456789Z".parse().unwrap();
    check_in(
        &context,
        &[
            ("CURRENT_TIMESTAMP()", "2024-06-30 23:30:00.123 -0700"),
            ("CURRENT_TIMESTAMP(0)", "2024-06-30 23:30:00.000 -0700"),
            ("CURRENT_DATE()", "2024-06-30"),
            ("CURRENT_TIME()", "23:30:00"),
            ("SYSDATE()", "2024-07-01 06:30:00.123"),
        ],
    );
    check_types(&[
        ("CURRENT_TIMESTAMP(3)", "TIMESTAMP_LTZ(3)"),
        ("SYSDATE()", "TIMESTAMP_NTZ(9)"),
    ]);
}
