//! Snowflake's data types: their names, their Arrow form and their text form.
//!
//! [`SnowType`] is the logical type. Its Arrow form is chosen so that the Arrow type *alone* tells the logical type
//! apart through every DataFusion operator, without help of field metadata (which operators may drop):
//!
//! | Snowflake | Arrow | note |
//! | --- | --- | --- |
//! | NUMBER(p,s) | `Decimal128(p,s)` | any Arrow integer that an operator yields reads as NUMBER(38,0) |
//! | FLOAT | `Float64` | |
//! | VARCHAR | `Utf8` | never `LargeUtf8` or `Utf8View` |
//! | BINARY | `Binary` | |
//! | BOOLEAN | `Boolean` | |
//! | DATE | `Date32` | |
//! | TIME | `Time64(Nanosecond)` | |
//! | TIMESTAMP_NTZ, _LTZ, _TZ | `FixedSizeBinary(12)`, `(13)`, `(14)` | see [`temporal`]: years 1 to 9999 with nine digits |
//! | VARIANT, OBJECT, ARRAY | `LargeBinary` | see [`crate::variant`]; OBJECT and ARRAY are told by metadata |
//! | ARRAY(T), OBJECT(k T), MAP(K,V), VECTOR(T,n) | `LargeBinary` | the same, told by metadata: see [`structured`] |
//!
//! What an Arrow type cannot say (a VARCHAR's length, a timestamp's scale, OBJECT against VARIANT) travels in the
//! field's metadata under [`TYPE_KEY`] and falls back to the widest form when that is lost.
//!
//! The rest of the room: [`context`] holds the session parameters that shape values; [`structured`] is types
//! of types; [`coerce`] tells which types go together and [`cast`] converts them; [`number`] is exact decimal arithmetic; [`mod@format`] reads and writes dates and
//! times by format, [`text`] writes any value; [`calendar`] and [`zone`] are what they count with.

pub mod calendar;
pub mod cast;
pub mod coerce;
pub mod context;
pub mod format;
pub mod number;
pub mod stop;
pub mod structured;
pub mod temporal;
pub mod text;
pub mod zone;

mod data_type;

pub use context::TypeContext;
pub use stop::Stop;

pub use data_type::{MAX_BINARY, MAX_DIMENSION, MAX_VARCHAR, SnowType, TYPE_KEY};
