//! Tests of the tables in files.

use encoding_rs::EUC_KR;

use super::*;

#[path = "../../tests/command/workbook.rs"]
mod workbook;

use self::workbook::{Value, sheet as xml, texts, workbook, zipped};

fn parse(bytes: impl AsRef<[u8]>) -> Result<Sheet> {
    Sheet::parse(bytes.as_ref(), &Layout::default())
}

/// The numbers of the rows, and their first cells.
fn rows(bytes: impl AsRef<[u8]>) -> Vec<(u64, String)> {
    let sheet = parse(bytes).unwrap();
    sheet.rows.iter().map(|row| (row.number, row.field("name", 0).unwrap().to_owned())).collect()
}

fn expected<const N: usize>(rows: [(u64, &str); N]) -> Vec<(u64, String)> {
    rows.map(|(number, text)| (number, text.to_owned())).into()
}

/// The error of a file without a readable column `name`.
fn error(bytes: impl AsRef<[u8]>) -> String {
    match parse(bytes).and_then(|sheet| sheet.column("name")) {
        Ok(column) => panic!("there is a column {column}"),
        Err(error) => format!("{error:#}"),
    }
}

/// A workbook of one sheet.
fn book(rows: &[Vec<Value>]) -> Vec<u8> {
    workbook(&[("Sheet1", "visible", xml(rows, ""))])
}

#[test]
fn rows_have_the_line_numbers_of_a_text_editor() {
    let text = "name,x\na,1\n\n\nb,\"2\n3\n\"\n   \nc,4\n,\nd,5";
    let all = expected([(2, "a"), (5, "b"), (9, "c"), (11, "d")]);
    for end in ["\n", "\r\n", "\r"] {
        for start in ["", "\u{FEFF}"] {
            assert_eq!(rows(format!("{start}{}", text.replace('\n', end))), all, "{end:?}");
        }
        let shifted: Vec<_> = all.iter().map(|(line, name)| (line + 1, name.clone())).collect();
        assert_eq!(rows(format!("sep=,\n{text}").replace('\n', end)), shifted, "{end:?}");
    }
    let shifted: Vec<_> = all.iter().map(|(line, name)| (line + 2, name.clone())).collect();
    assert_eq!(rows(format!("\r\n\r\n{}", text.replace('\n', "\r\n"))), shifted);
}

#[test]
fn rows_without_text_are_ignored() {
    assert_eq!(rows("name,x\na,\n,\n , \n\"\",\n,,,\n"), expected([(2, "a")]));
    assert!(rows("").is_empty());
    let cells = [texts(&["name"]), texts(&["", ""]), texts(&["a"]), texts(&[" "])];
    assert_eq!(rows(book(&cells)), expected([(3, "a")]));
}

#[test]
fn a_row_has_the_fields_of_the_header_and_may_have_empty_ones_after_them() {
    let widths = |bytes: &[u8]| {
        let sheet = parse(bytes).unwrap();
        sheet.rows.iter().map(|row| sheet.check_width(row).is_ok()).collect::<Vec<_>>()
    };
    assert_eq!(widths(b"name,x\na,1\na,1,, \na\na,1,2"), [true, true, false, false]);
    let cells = [&["name", "x"][..], &["a", "1"], &["a", "1", "", " "], &["a"], &["a", "1", "2"]].map(texts);
    assert_eq!(widths(&book(&cells)), [true, true, true, false], "a workbook does not store empty cells");
}

#[test]
fn every_encoding_and_separator_gives_the_same_rows() {
    let text = "name,x\n확률과정론,1\n\"가, 나; 다\t라\",2\n";
    let all = expected([(2, "확률과정론"), (3, "가, 나; 다\t라")]);
    for separator in [",", ";", "\t"] {
        let text = text.replace(",1", "/1").replace(",2", "/2").replace("e,x", "e/x").replace('/', separator);
        for text in [text.clone(), format!("sep={separator}\r\n{text}"), text.replace('\n', "\r\n")] {
            let start = u64::from(text.starts_with("sep"));
            let all: Vec<_> = all.iter().map(|(line, name)| (line + start, name.clone())).collect();
            let utf16 = |order: fn(u16) -> [u8; 2]| {
                format!("\u{FEFF}{text}").encode_utf16().flat_map(order).collect::<Vec<u8>>()
            };
            assert_eq!(rows(&text), all);
            assert_eq!(rows(format!("\u{FEFF}{text}")), all);
            assert_eq!(rows(EUC_KR.encode(&text).0), all);
            assert_eq!(rows(utf16(u16::to_le_bytes)), all);
            assert_eq!(rows(utf16(u16::to_be_bytes)), all);
        }
    }
    assert_eq!(rows("name;description\na;b, c, d, e\n"), expected([(2, "a")]), "only the header decides");
    assert_eq!(rows("name\na\n"), expected([(2, "a")]));
}

#[test]
fn cells_of_a_workbook_are_what_the_spreadsheet_program_shows() {
    let cells = vec![
        Value::Text(" 007 ".to_owned()),
        Value::Number(7.0, 0),
        Value::Number(7.0, 1),
        Value::Number(3.0, 0),
        Value::Number(0.5, 0),
        Value::Number(1234.0, 1),
        Value::Number(0.375, 2),
        Value::Number(0.427_083_333_333_333, 2),
        Value::Number(20_260_001.0, 0),
        Value::Xml(r#"t="b"><v>1</v>"#),
        Value::Xml(r#"t="str"><f>A1&amp;"x"</f><v>007x</v>"#),
        Value::Xml("><f>1+1</f><v>2</v>"),
        Value::Text("두\n줄".to_owned()),
    ];
    let names: Vec<String> = (0..cells.len()).map(|number| format!("c{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let sheet = parse(book(&[texts(&names), cells])).unwrap();
    let found: Vec<&str> = (0..names.len()).map(|column| sheet.rows[0].field("c", column).unwrap()).collect();
    let expected = ["007", "7", "007", "3", "0.5", "1234", "09:00", "10:15", "20260001", "true", "007x", "2", "두\n줄"];
    assert_eq!(found, expected);
}

#[test]
fn a_cell_without_a_readable_value_has_an_error_that_says_what_to_do() {
    for (value, expected) in [
        (Value::Xml("><f>1+1</f><v></v>"), "the cell is a formula without a value: open the file"),
        (Value::Xml("><f>1+1</f>"), "the cell is a formula without a value: open the file"),
        (Value::Xml(r#"t="e"><v>#REF!</v>"#), "the cell is the error #REF!"),
        (
            Value::Number(46_024.0, 3),
            "the cell is the date 2026-01-02: format the column as text, and enter the value again",
        ),
    ] {
        let sheet = parse(book(&[texts(&["name", "x"]), vec![Value::Text("a".to_owned()), value]])).unwrap();
        let error = sheet.rows[0].field("x", 1).unwrap_err();
        assert!(error.starts_with(&format!("column x: {expected}")), "{error}");
    }
}

#[test]
fn the_only_visible_sheet_with_text_is_read_or_the_named_one() {
    let with = |text: &str| xml(&[texts(&["name"]), texts(&[text])], "");
    let empty = || xml(&[], "");
    let two = workbook(&[("표지", "visible", with("a")), ("강의", "visible", with("b"))]);
    let message = "the sheets 표지 and 강의 both have text: keep only one of them";
    assert!(error(&two).starts_with(message), "{}", error(&two));
    let layout = |sheet: &str| Layout { sheet: Some(sheet.to_owned()), ..Layout::default() };
    let named = Sheet::parse(&two, &layout("강의")).unwrap();
    assert_eq!(named.rows[0].field("name", 0), Ok("b"));
    let missing = Sheet::parse(&two, &layout("과목")).map(|_| ()).unwrap_err();
    assert_eq!(missing.to_string(), "there is no sheet 과목, only 표지, 강의");
    let one = workbook(&[("빈", "visible", empty()), ("강의", "visible", with("b")), ("숨김", "hidden", with("c"))]);
    assert_eq!(rows(one), expected([(2, "b")]));
    assert_eq!(error(workbook(&[("빈", "visible", empty())])), "row 1: there is no column name");
}

#[test]
fn the_header_can_be_in_another_row() {
    let layout = |row| Layout { header_row: Some(row), ..Layout::default() };
    let text = "2026학년도, 2학기, 개설, 강의\n\nname;x\na;b\n";
    let sheet = Sheet::parse(text.as_bytes(), &layout(3)).unwrap();
    assert_eq!((sheet.column("name").unwrap(), sheet.rows.len(), sheet.rows[0].number), (0, 1, 4));
    let error = Sheet::parse(text.as_bytes(), &layout(2)).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "line 2, the header_row of the mapping, has no text");
    let cells = [texts(&["2026학년도"]), texts(&[""]), texts(&["name"]), texts(&["a"])];
    let sheet = Sheet::parse(&book(&cells), &layout(3)).unwrap();
    assert_eq!((sheet.width(), sheet.rows[0].number), (1, 4));
}

#[test]
fn columns_are_found_without_regard_to_case_and_spaces_and_have_one_name_each() {
    let sheet = parse("Email\nDomains,\" NA\nME \"\n".replace("Email\nDomains", "\"Email\n Domains\"")).unwrap();
    assert_eq!((sheet.column("name").unwrap(), sheet.column("emaildomains").unwrap()), (1, 0));
    assert_eq!(error("name,x,Name\n"), "line 1: columns 1 and 3 have the same name name");
    assert_eq!(error("x,y\n"), "line 1: there is no column name, only x, y");
    assert_eq!(error(""), "line 1: there is no column name");
    let merged = r#"<mergeCells><mergeCell ref="A1:B1"/></mergeCells>"#;
    let cells = [texts(&["강의", ""]), texts(&["name", "x"])];
    let message = error(workbook(&[("Sheet1", "visible", xml(&cells, merged))]));
    assert!(message.starts_with("row 1: there is no column name. The row has merged cells"), "{message}");
}

#[test]
fn a_message_lists_the_first_errors_and_their_number() {
    let sheet = parse(format!("name\n{}", "a\n".repeat(26))).unwrap();
    let parsed =
        |parse: fn(&SheetRow) -> Result<(), String>| sheet.parse_rows("nothing is imported", &sheet.rows, parse);
    assert_eq!(parsed(|_| Ok(())).unwrap().len(), 26);
    let message = parsed(|_| Err("is wrong".to_owned())).unwrap_err().to_string();
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines[..3], ["nothing is imported:", "line 2: refused: is wrong", "line 3: refused: is wrong"]);
    assert_eq!(lines[21], "These are the first 20 of 26 errors.");
    assert_eq!(lines.len(), 22);
}

#[test]
fn a_column_that_is_read_must_not_have_merged_cells_with_text() {
    let merged = r#"<mergeCells><mergeCell ref="B2:B3"/><mergeCell ref="C2:C3"/><mergeCell ref="D3:E3"/></mergeCells>"#;
    let cells = [
        texts(&["name", "department", "remark", "x", "y"]),
        texts(&["a", "", "b", "c", "d"]),
        texts(&["e", "", "", "f", ""]),
    ];
    let sheet = parse(workbook(&[("Sheet1", "visible", xml(&cells, merged))])).unwrap();
    assert_eq!((sheet.column("name").unwrap(), sheet.column("department").unwrap()), (0, 1), "no text is lost");
    for (column, range) in [("remark", "C2:C3"), ("x", "D3:E3"), ("y", "D3:E3")] {
        let error = sheet.optional_column(column).unwrap_err().to_string();
        assert!(error.starts_with(&format!("column {column} has merged cells, such as {range}. Only")), "{error}");
    }
}

#[test]
fn a_number_whose_format_adds_zeros_and_other_characters_is_refused() {
    let cells = [texts(&["name", "x"]), vec![Value::Number(230_001.0, 4), Value::Number(1234.0, 5)]];
    let sheet = parse(book(&cells)).unwrap();
    let error = sheet.rows[0].field("name", 0).unwrap_err();
    assert!(error.starts_with("column name: the cell has the number format 0000-00"), "{error}");
    assert_eq!(sheet.rows[0].field("x", 1), Ok("1234"), "#,##0.00 adds no zeros that matter");
}

#[test]
fn a_file_of_another_form_has_an_error_that_says_what_to_do() {
    let broken = "the file is not a workbook that can be read";
    for (bytes, expected) in [
        (b"n\0a\0m\0e\0".to_vec(), "the file is binary, or in UTF-16 without a byte order mark"),
        (b"PK\x03\x04x".to_vec(), broken),
        (b"\xEF\xBB\xBF\r\n<html><table><tr><td>name</table>".to_vec(), "the file is a web page or XML: open it"),
        (b"PK,x\n1,2\n".to_vec(), "line 1: there is no column name, only PK, x"),
        (zipped(&[("a.txt".to_owned(), "a".to_owned())]), broken),
        (b"\xD0\xCF\x11\xE0x".to_vec(), "the file is an old .xls workbook, or has a password"),
        (b"sep=|\nname|x\n".to_vec(), "line 1: the separator \"|\" is not a comma, a semicolon or a tab"),
        (b"name,x\na,\"b\nc,d\n".to_vec(), "line 2: a quotation mark is not closed"),
        (format!("name\n{}", "가".repeat(32_768)).into_bytes(), "line 2: a field has more than 32767 characters"),
    ] {
        assert!(error(&bytes).starts_with(expected), "{expected}: {}", error(&bytes));
    }
}

#[test]
fn a_file_that_would_need_much_memory_is_refused() {
    let far = |reference: &str| {
        let row = format!(r#"<row><c r="{reference}"><v>1</v></c></row>"#);
        workbook(&[("Sheet1", "visible", xml(&[], "").replace("</sheetData>", &format!("{row}</sheetData>")))])
    };
    assert!(error(far("XFD1")).starts_with("row 1: there is text after column 256"));
    let named = Layout { sheet: Some("Sheet1".to_owned()), ..Layout::default() };
    let refused = Sheet::parse(&far("XFD1"), &named).map(|_| ()).unwrap_err();
    assert_eq!(refused.to_string(), "row 1: there is text after column 256");
    assert!(error(far("A1048576")).contains("row 1048576: there is no column name, only 1"));
    let large = |name: &str, size: usize| zipped(&[(name.to_owned(), " ".repeat(size))]);
    let mib = 1024 * 1024;
    for bomb in [large("xl/sharedStrings.xml", 17 * mib), large("xl/worksheets/sheet1.xml", 65 * mib)] {
        assert!(bomb.len() < 2 * mib, "it is a bomb: {} bytes", bomb.len());
        assert!(error(&bomb).starts_with("it is too large when it is unpacked"), "{}", error(&bomb));
    }
    assert!(error("a\n".repeat(100_002)).contains("the file has more than 100000 rows"));
    assert!(error(format!("name\n{}", ",".repeat(2_000_000) + "x")).contains("the file has more than 2000000 cells"));
}
