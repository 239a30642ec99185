//! NumPy and Matrix Market files.

use super::Folder;
use std::io::{Cursor, Write};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// A file of format version 1.0 as NumPy's documentation describes it.
fn npy(kind: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}");
    let header = format!("{header:<117}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

fn doubles(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn npz(arrays: &[(&str, Vec<u8>)], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in arrays {
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).expect("an entry");
        writer.write_all(content).expect("its content");
    }
    writer.finish().expect("an archive").into_inner()
}

#[test]
fn arrays_of_numpy() {
    let six = doubles(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let folder = Folder::with("c.npy", npy("<f8", false, "(2, 3)", &six));
    assert_eq!(
        folder.rows("npy(\"c.npy\")"),
        [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    );
    folder.write("f.npy", npy("<f8", true, "(2, 3)", &six));
    assert_eq!(
        folder.rows("npy(\"f.npy\")"),
        [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]
    );
    folder.write("v.npy", npy("<f8", false, "(6,)", &six));
    assert_eq!(folder.rows("npy(\"v.npy\")").len(), 6);
    folder.write("s.npy", npy("<f8", false, "()", &six[..8]));
    assert_eq!(folder.rows("npy(\"s.npy\")"), [[1.0]]);
    folder.write(
        "big.npy",
        npy(">i4", false, "(2,)", &[0, 0, 1, 0, 255, 255, 255, 254]),
    );
    assert_eq!(folder.rows("npy(\"big.npy\")"), [[256.0], [-2.0]]);
    folder.write("bool.npy", npy("|b1", false, "(2,)", &[1, 0]));
    assert_eq!(folder.rows("npy(\"bool.npy\")"), [[1.0], [0.0]]);
    folder.write("f4.npy", npy("<f4", false, "(1,)", &0.5_f32.to_le_bytes()));
    assert_eq!(folder.rows("npy(\"f4.npy\")"), [[0.5]]);
}

#[test]
fn broken_arrays_of_numpy() {
    let folder = Folder::new();
    let fails = |content: Vec<u8>, words: &[&str]| {
        folder.write("t.npy", content);
        folder.fails("npy(\"t.npy\")", words);
    };
    let two = doubles(&[1.0, f64::NAN]);
    fails(
        npy("<f8", false, "(2,)", &two),
        &["`t.npy`, row 2, column 1: the value is NaN"],
    );
    fails(
        npy("<f8", false, "(3,)", &two),
        &["`t.npy` is not a valid NumPy file"],
    );
    fails(
        npy("<f8", false, "(1, 1, 2)", &two),
        &["it has 3 axes, a matrix has two"],
    );
    fails(npy("<f8", false, "(0,)", &[]), &["it has no entries"]);
    fails(
        npy("<f8", false, "(10000000000, 10000000000)", &two),
        &["1e20 entries"],
    );
    fails(
        npy("<c16", false, "(1,)", &two),
        &["entries of type '<c16' are not real numbers"],
    );
    fails(npy("<U2", false, "(1,)", &two), &["are not real numbers"]);
    fails(npy("red", false, "(1,)", &two), &["not a valid NumPy file"]);
    fails(
        npy("<f8", false, &"(".repeat(50), &two),
        &["not a valid NumPy file"],
    );
    fails(b"1,2,3\n4,5,6\n".to_vec(), &["it does not begin with"]);
    fails(Vec::new(), &["it is too short"]);
    fails(
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff____".to_vec(),
        &["4294967295 bytes"],
    );
    folder.fails("npy(\"none.npy\")", &["there is no such file"]);
    folder.fails("npy(\".\")", &["is a folder"]);
}

#[test]
fn archives_of_numpy() {
    let one = npy("<f8", false, "(1,)", &doubles(&[1.0]));
    let two = npy("<f8", false, "(2,)", &doubles(&[2.0, 3.0]));
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let arrays = [("one.npy", one.clone()), ("two.npy", two.clone())];
        let folder = Folder::with("t.npz", npz(&arrays, method));
        assert_eq!(folder.rows("npz(\"t.npz\", \"two\")"), [[2.0], [3.0]]);
        folder.fails(
            "npz(\"t.npz\", \"twoo\")",
            &["no entry `twoo`", "did you mean `two`?"],
        );
        folder.fails(
            "npz(\"t.npz\")",
            &["is 2 arrays", "npz(\"t.npz\", \"one\")"],
        );
        folder.write("t.npz", npz(&arrays[..1], method));
        assert_eq!(folder.rows("npz(\"t.npz\")"), [[1.0]]);
    }
    let folder = Folder::with("t.npz", b"PK\x03\x04 and nothing more");
    folder.fails(
        "npz(\"t.npz\", \"a\")",
        &["`t.npz` is not a valid NumPy archive"],
    );
    folder.write(
        "t.npz",
        npz(&[("a.npy", b"none".to_vec())], CompressionMethod::Stored),
    );
    folder.fails(
        "npz(\"t.npz\", \"a\")",
        &["`t.npz: a` is not a valid NumPy file"],
    );
}

#[test]
fn matrix_market() {
    let folder = Folder::new();
    let rows = |text: &str| {
        folder.write("t.mtx", text);
        folder.rows("mtx(\"t.mtx\")")
    };
    let general =
        "%%MatrixMarket matrix coordinate real general\n% a comment\n\n2 3 2\n1 3 5\n2 1 -1e-1\n";
    assert_eq!(rows(general), [[0.0, 0.0, 5.0], [-0.1, 0.0, 0.0]]);
    let value = folder.read("mtx(\"t.mtx\")").expect("a matrix");
    assert!(matches!(value, bowl::matrix::Matrix::Sparse(_)));
    let symmetric = "%%MatrixMarket matrix coordinate integer symmetric\n2 2 2\n1 1 1\n2 1 3\n";
    assert_eq!(rows(symmetric), [[1.0, 3.0], [3.0, 0.0]]);
    let skew = "%%MatrixMarket matrix coordinate real skew-symmetric\r\n2 2 1\r\n2 1 3\r\n";
    assert_eq!(rows(skew), [[0.0, -3.0], [3.0, 0.0]]);
    let pattern = "%%matrixmarket matrix coordinate pattern general\n1 2 1\n1 2\n";
    assert_eq!(rows(pattern), [[0.0, 1.0]]);
    let array = "%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n";
    assert_eq!(rows(array), [[1.0, 3.0], [2.0, 4.0]]);
    let triangle = "%%MatrixMarket matrix array real symmetric\n2 2\n1\n2\n4\n";
    assert_eq!(rows(triangle), [[1.0, 2.0], [2.0, 4.0]]);
}

#[test]
fn broken_matrix_market() {
    let folder = Folder::new();
    let fails = |text: &str, words: &[&str]| {
        folder.write("t.mtx", text);
        folder.fails("mtx(\"t.mtx\")", words);
    };
    let body = |text: &str| format!("%%MatrixMarket matrix coordinate real general\n{text}");
    fails("", &["line 1: expected `%%MatrixMarket"]);
    fails("1 2 3\n", &["line 1: expected `%%MatrixMarket"]);
    fails(
        "%%MatrixMarket matrix coordinate complex general\n",
        &["`complex`"],
    );
    fails(
        &body(""),
        &["expected rows, columns and the number of entries"],
    );
    fails(&body("2 2\n"), &["line 2: expected rows, columns"]);
    fails(
        &body("2 2 2\n1 1 1\n"),
        &["2 entries are announced, 1 are there"],
    );
    fails(
        &body("2 2 1\n1 1 1\n2 2 2\n"),
        &["line 4: more than the announced 1"],
    );
    fails(
        &body("2 2 1\n3 1 1\n"),
        &["line 3: entry [3, 1] lies outside of the 2 x 2"],
    );
    fails(&body("2 2 1\n0 1 1\n"), &["entry [0, 1] lies outside"]);
    fails(
        &body("2 2 1\n1 1 red\n"),
        &["line 3: expected a row, a column and a number"],
    );
    fails(
        &body("2 2 1\n1 2 nan\n"),
        &["`t.mtx`, row 1, column 2: the value is NaN"],
    );
    fails(&body("0 0 0\n"), &["the matrix has no entries"]);
    fails(&body("1000000000000 1 0\n"), &["a side is longer"]);
    fails(&body("2 2 1000000000000\n"), &["entries are more than"]);
    fails(
        "%%MatrixMarket matrix array real general\n1000000 1000000\n1\n",
        &["more than"],
    );
    folder.write("t.mtx", b"%%MatrixMarket\xff\xfe");
    folder.fails("mtx(\"t.mtx\")", &["it is not UTF-8 text"]);
    folder.fails("mtx(\".\")", &["is a folder"]);
}
