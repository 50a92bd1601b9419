use super::*;
use crate::functions::semi_structured::flatten::*;
use crate::variant::Path;

/// SEQ, KEY, PATH, INDEX, VALUE, THIS of every row, and the rows they come from.
fn rows(input: &ArrayRef, options: &FlattenOptions) -> Vec<String> {
    let mut out = Vec::new();
    for batch in flatten(values(input), options).unwrap() {
        let columns: Vec<_> = batch.columns.iter().map(shown).collect();
        for row in 0..batch.parents.len() {
            let cells: Vec<_> = columns.iter().map(|column| column[row].as_str()).collect();
            out.push(cells.join("|"));
        }
    }
    out
}

#[test]
fn documented_examples() {
    let plain = FlattenOptions::default();
    let outer = FlattenOptions {
        outer: true,
        ..plain.clone()
    };
    assert_eq!(
        rows(&one("[1, ,77]"), &plain),
        [
            "1|NULL|[0]|0|1|[1,undefined,77]",
            "1|NULL|[2]|2|77|[1,undefined,77]"
        ]
    );
    let path = FlattenOptions {
        path: Path::parse("b").unwrap(),
        ..plain.clone()
    };
    assert_eq!(
        rows(&one("{\"a\":1, \"b\":[77,88]}"), &path),
        ["1|NULL|b[0]|0|77|[77,88]", "1|NULL|b[1]|1|88|[77,88]"]
    );
    assert_eq!(rows(&one("[]"), &plain), Vec::<String>::new());
    assert_eq!(rows(&one("[]"), &outer), ["1|NULL||NULL|NULL|[]"]);
    assert_eq!(
        rows(&json(&[None, Some("1")]), &outer),
        ["1|NULL|NULL|NULL|NULL|NULL", "2|NULL|NULL|NULL|NULL|NULL"]
    );
}

#[test]
fn recursion_and_modes() {
    let input = one("{\"a\":1, \"b\":[77,88], \"c\": {\"d\":\"X\"}}");
    let this = "{\"a\":1,\"b\":[77,88],\"c\":{\"d\":\"X\"}}";
    let recursive = FlattenOptions {
        recursive: true,
        ..FlattenOptions::default()
    };
    let expected = [
        format!("1|a|a|NULL|1|{this}"),
        format!("1|b|b|NULL|[77,88]|{this}"),
        "1|NULL|b[0]|0|77|[77,88]".to_string(),
        "1|NULL|b[1]|1|88|[77,88]".to_string(),
        format!("1|c|c|NULL|{{\"d\":\"X\"}}|{this}"),
        "1|d|c.d|NULL|\"X\"|{\"d\":\"X\"}".to_string(),
    ];
    assert_eq!(rows(&input, &recursive), expected);
    let objects = FlattenOptions {
        mode: FlattenMode::parse("object").unwrap(),
        ..recursive.clone()
    };
    let kept: Vec<_> = expected
        .iter()
        .filter(|row| !row.contains("|NULL|b["))
        .cloned()
        .collect();
    assert_eq!(rows(&input, &objects), kept);
    let arrays = FlattenOptions {
        mode: FlattenMode::Array,
        ..recursive
    };
    assert_eq!(rows(&input, &arrays), Vec::<String>::new());
    assert!(FlattenMode::parse("x").is_err());
}

#[test]
fn batches_join_to_the_whole() {
    let input = json(&[Some("[1,[2,3],{\"a b\":4}]"), None, Some("{}"), Some("[5]")]);
    let options = FlattenOptions {
        recursive: true,
        outer: true,
        ..FlattenOptions::default()
    };
    let whole = rows(&input, &options);
    assert_eq!(whole.len(), 9);
    assert!(whole.iter().any(|row| row.starts_with("1|a b|[2]['a b']|NULL|4")));
    let mut flattener = Flattener::new(
        values(&input),
        &options,
        FlattenColumns {
            this: false,
            ..FlattenColumns::ALL
        },
        1,
    );
    let mut parents = Vec::new();
    let mut paths = Vec::new();
    while let Some(batch) = flattener.next(2).unwrap() {
        assert!(batch.parents.len() <= 2);
        assert_eq!(batch.columns[5].null_count(), batch.parents.len());
        parents.extend(batch.parents.values().iter().copied());
        paths.extend(shown(&batch.columns[2]));
    }
    assert_eq!(parents, [0, 0, 0, 0, 0, 0, 1, 2, 3]);
    let whole_paths: Vec<_> = whole
        .iter()
        .map(|row| row.split('|').nth(2).unwrap().to_string())
        .collect();
    assert_eq!(paths, whole_paths);
}
