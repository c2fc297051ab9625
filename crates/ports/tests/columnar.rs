//! Rows as Arrow and Parquet, read back with those formats' own readers.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int16Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::StreamReader;
use bytes::Bytes;
use chrono::TimeDelta;
use common::{Place, now, place, plan};
use futures::StreamExt;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ports::{Credential, Format, Plan, PortError, Presented, ViewPlan};
use sqlx::Executor;
use uuid::Uuid;

async fn granted(place: &Place, columns: &[&str]) -> Credential {
    let agreement = Uuid::from_u128(common::unique());
    let until = now() + TimeDelta::days(1);
    let view = ViewPlan { table: "all_kinds".into(), ..common::view(columns) };
    place.source.settle(agreement, &Plan { views: vec![view], ..plan(&[], until) }).await.unwrap();
    let credential = Credential::new(agreement, [7; 32]);
    place.source.set_credential(agreement, &credential).await.unwrap();
    credential
}

async fn chunks(place: &Place, credential: &Credential, format: Format) -> Result<Vec<Bytes>, PortError> {
    let presented = Presented::parse(&credential.token()).unwrap();
    let mut stream = ports::open(&place.source, &presented).await?.rows("staff", format).await?;
    let mut chunks = vec![];
    while let Some(chunk) = stream.next().await {
        chunks.push(chunk?);
    }
    Ok(chunks)
}

fn read(format: Format, bytes: Vec<u8>) -> Vec<RecordBatch> {
    if format == Format::Arrow {
        return StreamReader::try_new(std::io::Cursor::new(bytes), None).unwrap().map(Result::unwrap).collect();
    }
    ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).unwrap().build().unwrap().map(Result::unwrap).collect()
}

const TABLE: &str = r#"CREATE DOMAIN ssot.amount AS numeric(12, 3); CREATE TYPE ssot.mood AS ENUM ('glad', 'sad');
    CREATE TABLE ssot.all_kinds (n smallint, i bigint, b boolean, r real, f double precision, x numeric, d numeric(10, 2), a ssot.amount, day date, t time,
        at timestamp, moment timestamptz, raw bytea, j jsonb, u uuid, m ssot.mood, list int[], "it's ""odd""" text);
    INSERT INTO ssot.all_kinds VALUES (-7, 9007199254740993, true, 1.5, 2.25, 3.125, -1234.50, 7.125, '1969-12-31', '23:59:59.000001',
        '2026-11-21 08:00:00.5', '2026-11-21 08:00:00+08', '\x00ff', '{"a": 1}', '00000000-0000-7000-8000-000000000001', 'sad', '{1,2}', E'line\nbreak 🚌');
    INSERT INTO ssot.all_kinds (n) VALUES (NULL);
    INSERT INTO ssot.all_kinds (day, at, moment) VALUES ('infinity', '-infinity', 'infinity');
    SELECT pasar_source.share_table('ssot', 'all_kinds')"#;

#[tokio::test]
async fn every_type_is_read_back() {
    let mut place = place("kinds").await;
    place.admin.execute(TABLE).await.unwrap();
    let columns = ["n", "i", "b", "r", "f", "x", "d", "a", "day", "t", "at", "moment", "raw", "j", "u", "m", "list", "it's \"odd\""];
    let credential = granted(&place, &columns).await;
    for format in [Format::Arrow, Format::Parquet] {
        let bytes = chunks(&place, &credential, format).await.unwrap().concat();
        let batches = read(format, bytes);
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 3);
        let batch = &batches[0];
        let types: Vec<String> = batch.schema().fields().iter().map(|field| field.data_type().to_string()).collect();
        assert_eq!(batch.schema().fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>(), columns);
        assert_eq!(&types[6..8], ["Decimal128(10, 2)", "Decimal128(12, 3)"], "{types:?}");
        let column = |name: &str| batch.column_by_name(name).unwrap();
        assert_eq!(column("n").as_primitive::<Int16Type>().value(0), -7);
        assert_eq!(column("i").as_primitive::<Int64Type>().value(0), 9_007_199_254_740_993, "beyond what a double holds");
        assert!(column("b").as_boolean().value(0));
        assert!((column("x").as_primitive::<Float64Type>().value(0) - 3.125).abs() < f64::EPSILON);
        assert_eq!(column("d").as_primitive::<Decimal128Type>().value(0), -123_450);
        assert_eq!(column("a").as_primitive::<Decimal128Type>().value(0), 7_125);
        assert_eq!(column("day").as_primitive::<Date32Type>().value(0), -1);
        assert_eq!(column("t").as_primitive::<Time64MicrosecondType>().value(0), 86_399_000_001);
        assert_eq!(column("at").as_primitive::<TimestampMicrosecondType>().value(0), 1_795_248_000_500_000);
        assert_eq!(column("moment").as_primitive::<TimestampMicrosecondType>().value(0), 1_795_219_200_000_000);
        assert_eq!(column("raw").as_binary::<i32>().value(0), [0, 255]);
        for (name, text) in
            [("j", "{\"a\": 1}"), ("u", "00000000-0000-7000-8000-000000000001"), ("m", "sad"), ("list", "{1,2}"), (columns[17], "line\nbreak 🚌")]
        {
            assert_eq!(column(name).as_string::<i32>().value(0), text);
        }
        for column in batch.columns() {
            assert!(column.is_null(1));
        }
        for name in ["day", "at", "moment"] {
            assert!(column(name).is_null(2), "{name}: infinity is no value");
        }
    }
    place.admin.execute("INSERT INTO ssot.all_kinds (d) VALUES ('NaN')").await.unwrap();
    assert!(chunks(&place, &credential, Format::Arrow).await.is_err(), "what has no place in its type is no other value");
    place.admin.execute("TRUNCATE ssot.all_kinds").await.unwrap();
    for format in [Format::Arrow, Format::Parquet] {
        let batches = read(format, chunks(&place, &credential, format).await.unwrap().concat());
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 0);
    }
}

#[tokio::test]
async fn many_rows_come_in_parts() {
    let mut place = place("parts").await;
    place.admin.execute(TABLE).await.unwrap();
    let rows: i64 = 150_000;
    let fill = "TRUNCATE ssot.all_kinds; INSERT INTO ssot.all_kinds (i, \"it's \"\"odd\"\"\") SELECT n, md5(n::text) || md5((n + 1)::text) || md5((n + 2)::text) FROM generate_series(1, 150000) n";
    place.admin.execute(fill).await.unwrap();
    let credential = granted(&place, &["i", "it's \"odd\""]).await;
    for format in [Format::Arrow, Format::Parquet] {
        let chunks = chunks(&place, &credential, format).await.unwrap();
        let longest = chunks.iter().map(Bytes::len).max().unwrap();
        assert!(longest < 12 << 20, "{format:?}: {longest} bytes were held at once");
        assert!(chunks.len() > 2, "{format:?}");
        let batches = read(format, chunks.concat());
        let sum: i64 = batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec()).sum();
        assert_eq!(sum, rows * (rows + 1) / 2, "{format:?}");
    }
}
