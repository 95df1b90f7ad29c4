use proptest::prelude::*;

use super::*;

const LIMITS: TableLimits = TableLimits { columns: 3, rows: 100 };

fn read(text: &str) -> Result<Table, CsvFault> {
    Table::read(text.as_bytes(), LIMITS)
}

fn cells(text: &str) -> Vec<Vec<String>> {
    read(text).unwrap().rows.iter().map(|row| row.cells().map(str::to_owned).collect()).collect()
}

fn fault(problem: CsvProblem, line: usize, column: usize) -> CsvFault {
    CsvFault { problem, line, column }
}

#[test]
fn reads_what_spreadsheets_write() {
    let table = read("\u{feff}code, amount \r\nA-1,\"1,000\"\r\n\r\n\"say \"\"hi\"\"\",\"two\r\nlines\"\r\nlast,").unwrap();
    assert_eq!(table.columns, ["code", "amount"]);
    let rows: Vec<(usize, Vec<&str>)> = table.rows.iter().map(|row| (row.line, row.cells().collect())).collect();
    assert_eq!(rows, [(2, vec!["A-1", "1,000"]), (4, vec!["say \"hi\"", "two\nlines"]), (6, vec!["last", ""])]);
    assert_eq!(cells("a\nb\rc\r\nd"), [["b"], ["c"], ["d"]]);
    assert_eq!(cells("이름\n\"\"\n홍길동"), [["홍길동"]]);
}

#[test]
fn says_where_it_stops_to_be_a_table() {
    for (text, expected) in [
        ("", fault(CsvProblem::Empty, 1, 1)),
        ("\u{feff}\r\n ,\r\n", fault(CsvProblem::Empty, 1, 1)),
        ("a,b\n1,2\n1,x\"y\n", fault(CsvProblem::Quote, 3, 4)),
        ("a,b\n\"1\"2,3", fault(CsvProblem::Quote, 2, 4)),
        ("a,b\n1,\"2\n3,4\n", fault(CsvProblem::Unclosed, 2, 3)),
        ("a,b\n1,가\0", fault(CsvProblem::Null, 2, 4)),
        ("a,b\n1,\"\n\0\"", fault(CsvProblem::Null, 3, 1)),
        ("a,b\n1,2,3\n", fault(CsvProblem::Cells, 2, 5)),
        ("a,b\n\"x\ny\",2\n1\n", fault(CsvProblem::Cells, 4, 1)),
    ] {
        assert_eq!(read(text), Err(expected), "{text:?}");
    }
}

#[test]
fn it_stops_at_the_first_thing_too_many() {
    let limits = TableLimits { columns: 2, rows: 2 };
    let read = |text: &str| Table::read(text.as_bytes(), limits).map(|table| table.rows.len());
    assert_eq!(read("a,b\n1,2\n\n3,4\n , ,\n"), Ok(2), "blank lines are none");
    assert_eq!(read("a,b\n1,2\n\n3,4\n5,6\n7,8"), Err(fault(CsvProblem::Lines, 5, 1)));
    assert_eq!(read("a,b\n1,2\n3,4\n5,6\n\0"), Err(fault(CsvProblem::Lines, 4, 1)), "what follows is not looked at");
    assert_eq!(read(",,,\na,b,c\n1,2,3"), Err(fault(CsvProblem::Columns, 2, 5)));
    // A cell takes no more memory than its text and a number; the many that are too many take none.
    let wide = format!("a,b\n1,2{}", ",x".repeat(1_000_000));
    assert_eq!(read(&wide), Err(fault(CsvProblem::Cells, 2, 5)));
}

#[test]
fn names_the_byte_that_is_no_utf_8() {
    // 한글 in EUC-KR, after a line of nine bytes.
    let bytes = [b"code,sum\nA,".as_slice(), &[0xC7, 0xD1, 0xB1, 0xDB], b"\n"].concat();
    assert_eq!(Table::read(&bytes, LIMITS), Err(fault(CsvProblem::Encoding, 2, 12)));
    assert_eq!(Table::read(&[0xFF, 0xFE, b'a', 0], LIMITS), Err(fault(CsvProblem::Utf16, 1, 1)));
    assert_eq!(Table::read(&[0xFE, 0xFF, 0, b'a'], LIMITS), Err(fault(CsvProblem::Utf16, 1, 1)));
}

#[test]
fn a_cell_is_never_a_formula() {
    let mut writer = CsvWriter::new(["name", "value"]);
    writer.row(["=1+1", "-12.50000"]);
    writer.row(["@sum(a1), \"x\"", "+82 10"]);
    writer.row(["\tx", "-"]);
    writer.row(["-1-1", "7"]);
    writer.row(["-1.", "two\nlines"]);
    assert_eq!(
        writer.finish(),
        "name,value\r\n'=1+1,-12.50000\r\n\"'@sum(a1), \"\"x\"\"\",'+82 10\r\n'\tx,'-\r\n'-1-1,7\r\n'-1.,\"two\nlines\"\r\n"
    );
}

proptest! {
    #[test]
    fn what_is_written_reads_back(rows in prop::collection::vec(("[^\0\r=+\\-@\t]{1,12}", "[^\0\r]{0,12}"), 0..6)) {
        let mut writer = CsvWriter::new(["a", "b"]);
        for (a, b) in &rows {
            writer.row([a.as_str(), b.as_str()]);
        }
        let table = Table::read(writer.finish().as_bytes(), LIMITS).unwrap();
        let expected = rows.iter().filter(|(a, b)| !a.trim().is_empty() || !b.trim().is_empty());
        for (row, (a, b)) in table.rows.iter().zip(expected) {
            let (first, second) = (row.cell(0).unwrap(), row.cell(1).unwrap());
            prop_assert_eq!(first, a.as_str());
            prop_assert_eq!(second.strip_prefix('\'').unwrap_or(second), b.strip_prefix('\'').unwrap_or(b));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(prop::sample::select(b"a,\"\r\n\0\xc3\xa9\xff".to_vec()), 0..40)) {
        let _ = Table::read(&bytes, LIMITS);
    }
}
