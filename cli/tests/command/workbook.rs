//! Writes `.xlsx` workbooks, also for the unit tests of the reader.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The number formats that [`Value::Number`] can have.
const STYLES: &str = r##"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
    <numFmts count="5"><numFmt numFmtId="164" formatCode="000"/><numFmt numFmtId="165" formatCode="hh:mm"/>
    <numFmt numFmtId="166" formatCode="yyyy\-mm\-dd"/>
    <numFmt numFmtId="167" formatCode="0000\-00"/><numFmt numFmtId="168" formatCode="#,##0.00"/></numFmts>
    <cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/>
    <xf numFmtId="168"/></cellXfs>
    </styleSheet>"##;

/// The content of a cell.
pub(crate) enum Value {
    Text(String),
    /// A number, with the number of its format: 0 is general, 1 `000`, 2 `hh:mm`, 3 `yyyy-mm-dd`, 4 `0000-00`,
    /// 5 `#,##0.00`.
    Number(f64, u8),
    /// The content of the element `c`, with its attributes.
    Xml(&'static str),
}

/// The text of cells.
pub(crate) fn texts(cells: &[&str]) -> Vec<Value> {
    cells.iter().map(|text| Value::Text((*text).to_owned())).collect()
}

/// The XML of a sheet. `rest` follows the cells.
pub(crate) fn sheet(rows: &[Vec<Value>], rest: &str) -> String {
    let cell = |value: &Value| match value {
        Value::Text(text) if text.is_empty() => "<c/>".to_owned(),
        Value::Text(text) => {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            format!(r#"<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#)
        }
        Value::Number(number, style) => format!(r#"<c s="{style}"><v>{number}</v></c>"#),
        Value::Xml(xml) => format!("<c {xml}</c>"),
    };
    let row = |cells: &Vec<Value>| format!("<row>{}</row>", cells.iter().map(cell).collect::<String>());
    let rows: String = rows.iter().map(row).collect();
    let namespace = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main""#;
    format!("<worksheet {namespace}><sheetData>{rows}</sheetData>{rest}</worksheet>")
}

/// A workbook of sheets with a name, a state such as `visible`, and XML.
pub(crate) fn workbook(sheets: &[(&str, &str, String)]) -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let numbered = || sheets.iter().zip(1..);
    let listed: String = numbered()
        .map(|((name, state, _), n)| format!(r#"<sheet name="{name}" sheetId="{n}" state="{state}" r:id="s{n}"/>"#))
        .collect();
    let related: String = numbered()
        .map(|(_, n)| {
            format!(r#"<Relationship Id="s{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>"#)
        })
        .collect();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let mut parts = vec![
        (
            "_rels/.rels".to_owned(),
            format!(
                r#"<Relationships xmlns="{package}"><Relationship Id="w" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>"#),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(r#"<Relationships xmlns="{package}">{related}</Relationships>"#),
        ),
        ("xl/styles.xml".to_owned(), STYLES.to_owned()),
    ];
    parts.extend(numbered().map(|((_, _, xml), n)| (format!("xl/worksheets/sheet{n}.xml"), xml.clone())));
    zipped(&parts)
}

/// A ZIP archive with these parts.
pub(crate) fn zipped(parts: &[(String, String)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name.as_str(), SimpleFileOptions::default().compression_level(Some(1))).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
