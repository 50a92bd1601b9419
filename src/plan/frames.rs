//! Window frames: Snowflake's defaults, on what DataFusion can compute.

use datafusion::sql::sqlparser::ast::{WindowFrame, WindowFrameBound, WindowFrameUnits};

/// The frame that a window function has by default, and RANGE frames in a form that works over every type.
/// <https://docs.snowflake.com/en/sql-reference/functions-window-syntax>
///
/// DataFusion's RANGE knows only types that it can add to; between UNBOUNDED and CURRENT ROW, GROUPS means the same.
pub fn set_frame(function: &str, frame: &mut Option<WindowFrame>) {
    use WindowFrameBound::{CurrentRow, Following, Preceding};
    let (units, end) = match (function, frame.as_ref()) {
        // Here an ORDER BY does not cut the frame at the current row.
        ("FIRST_VALUE" | "LAST_VALUE" | "NTH_VALUE", None) => (WindowFrameUnits::Rows, Following(None)),
        // These do not look at the frame.
        (
            "LAG"
            | "LEAD"
            | "ROW_NUMBER"
            | "RANK"
            | "DENSE_RANK"
            | "PERCENT_RANK"
            | "CUME_DIST"
            | "NTILE"
            | "CONDITIONAL_TRUE_EVENT"
            | "CONDITIONAL_CHANGE_EVENT"
            | "INTERPOLATE_FFILL"
            | "INTERPOLATE_BFILL"
            | "\"$INTERPOLATE_LINEAR\"",
            None,
        ) => (WindowFrameUnits::Rows, CurrentRow),
        (_, None) => (WindowFrameUnits::Groups, CurrentRow),
        (_, Some(given)) if given.units == WindowFrameUnits::Range => {
            let plain =
                |bound: &WindowFrameBound| matches!(bound, CurrentRow | Preceding(None) | Following(None));
            if plain(&given.start_bound) && given.end_bound.as_ref().is_none_or(plain) {
                *frame = Some(WindowFrame {
                    units: WindowFrameUnits::Groups,
                    ..given.clone()
                });
            }
            return;
        }
        _ => return,
    };
    *frame = Some(WindowFrame {
        units,
        start_bound: Preceding(None),
        end_bound: Some(end),
    });
}
