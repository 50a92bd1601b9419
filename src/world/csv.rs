//! CSV as the world's writers write it: commas, texts in double quotes where they need it, line feeds.

/// Adds a line. A missing value is an empty field, an empty text a pair of quotes.
pub fn line<'a>(file: &mut Vec<u8>, cells: impl IntoIterator<Item = Option<&'a str>>) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            file.push(b',');
        }
        let Some(text) = cell else { continue };
        let plain = !text.is_empty()
            && text.trim() == text
            && !text
                .bytes()
                .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'));
        if plain {
            file.extend_from_slice(text.as_bytes());
        } else {
            file.push(b'"');
            file.extend_from_slice(text.replace('"', "\"\"").as_bytes());
            file.push(b'"');
        }
    }
    file.push(b'\n');
}
