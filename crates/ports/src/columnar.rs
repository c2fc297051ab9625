//! Rows as Arrow or Parquet: types follow those of the view's columns. What is held at once is one batch of rows, or for Parquet
//! one row group, however long the answer is.

use crate::error::PortError;
use crate::read::quoted;
use crate::values::{Column, Kind};
use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{Field, Schema, SchemaRef};
use bytes::{Buf, BytesMut};
use futures::StreamExt;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use sqlx::{PgConnection, Row};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// Rows and bytes of a batch, whichever comes first.
const BATCH_ROWS: usize = 8192;
const BATCH_BYTES: usize = 4 << 20;
/// Rows and bytes of a row group.
const GROUP_ROWS: usize = 65_536;
const GROUP_BYTES: usize = 8 << 20;

pub(crate) type Chunks = mpsc::Sender<Result<bytes::Bytes, PortError>>;

fn strange(error: impl std::fmt::Display) -> PortError {
    PortError::Source(error.to_string())
}

/// The columns of a view, in order.
pub(crate) async fn kinds(conn: &mut PgConnection, from: &str) -> Result<Vec<(String, Kind)>, PortError> {
    let rows = sqlx::query(
        "SELECT a.attname::text AS name, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) AS kind,
                CASE WHEN t.typbasetype = 0 THEN a.atttypmod ELSE t.typtypmod END AS modifier
         FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
    )
    .bind(from)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let (name, kind, modifier): (String, String, i32) = (row.try_get("name")?, row.try_get("kind")?, row.try_get("modifier")?);
            Ok((name, Kind::of(&kind, modifier)))
        })
        .collect()
}

/// What is asked of the source: binary rows, each column in the form that its kind is read from.
pub(crate) fn statement(from: &str, columns: &[(String, Kind)]) -> String {
    let list: Vec<String> = columns.iter().map(|(name, kind)| format!("{}::{}", quoted(name), kind.cast())).collect();
    format!("COPY (SELECT {} FROM {from}) TO STDOUT (FORMAT binary)", list.join(", "))
}

/// Where a writer leaves bytes until they are sent on.
#[derive(Debug, Clone, Default)]
struct Shelf(Arc<Mutex<Vec<u8>>>);

impl Shelf {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Shelf {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

enum Writer {
    Arrow(Box<StreamWriter<Shelf>>),
    Parquet(Box<ArrowWriter<Shelf>>),
}

impl Writer {
    fn new(parquet: bool, schema: &SchemaRef, shelf: &Shelf) -> Result<Self, PortError> {
        if !parquet {
            return Ok(Self::Arrow(Box::new(StreamWriter::try_new(shelf.clone(), schema).map_err(strange)?)));
        }
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by("Pasar".into()).build();
        Ok(Self::Parquet(Box::new(ArrowWriter::try_new(shelf.clone(), schema.clone(), Some(properties)).map_err(strange)?)))
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), PortError> {
        match self {
            Self::Arrow(writer) => writer.write(batch).map_err(strange),
            Self::Parquet(writer) => {
                writer.write(batch).map_err(strange)?;
                if writer.in_progress_rows() >= GROUP_ROWS || writer.in_progress_size() >= GROUP_BYTES {
                    writer.flush().map_err(strange)?;
                }
                Ok(())
            }
        }
    }

    fn finish(&mut self) -> Result<(), PortError> {
        match self {
            Self::Arrow(writer) => writer.finish().map_err(strange),
            Self::Parquet(writer) => writer.finish().map(|_| ()).map_err(strange),
        }
    }
}

/// Rows of Postgres's binary format on their way into batches.
struct Table {
    schema: SchemaRef,
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
    waiting: BytesMut,
    begun: bool,
    ended: bool,
}

/// "PGCOPY\n\xff\r\n\0", flags, and the length of what may follow them.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
const HEADER: usize = 19;

impl Table {
    fn new(columns: &[(String, Kind)]) -> Self {
        let fields: Vec<Field> = columns.iter().map(|(name, kind)| Field::new(name, kind.data_type(), true)).collect();
        let columns = columns.iter().map(|(_, kind)| Column::new(*kind)).collect();
        Self { schema: Arc::new(Schema::new(fields)), columns, rows: 0, bytes: 0, waiting: BytesMut::new(), begun: false, ended: false }
    }

    fn is_full(&self) -> bool {
        self.rows >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }

    fn batch(&mut self) -> Result<RecordBatch, PortError> {
        (self.rows, self.bytes) = (0, 0);
        let arrays = self.columns.iter_mut().map(Column::finish).collect::<Result<_, _>>()?;
        RecordBatch::try_new(self.schema.clone(), arrays).map_err(strange)
    }

    /// Takes one row from what is waiting; false when it is not whole yet.
    fn row(&mut self) -> Result<bool, PortError> {
        if !self.begun {
            if self.waiting.len() < HEADER {
                return Ok(false);
            }
            if !self.waiting.starts_with(SIGNATURE) {
                return Err(strange("the source did not send binary rows"));
            }
            self.waiting.advance(HEADER);
            self.begun = true;
        }
        let mut rest = &self.waiting[..];
        if rest.len() < 2 {
            return Ok(false);
        }
        let count = rest.get_i16();
        if count == -1 {
            self.ended = true;
            return Ok(false);
        }
        if usize::try_from(count) != Ok(self.columns.len()) {
            return Err(strange("the source sent another number of columns"));
        }
        let mut fields = Vec::with_capacity(self.columns.len());
        for _ in &self.columns {
            if rest.len() < 4 {
                return Ok(false);
            }
            // A negative length is no value.
            let field = match usize::try_from(rest.get_i32()) {
                Err(_) => None,
                Ok(length) if rest.len() < length => return Ok(false),
                Ok(length) => {
                    let (field, behind) = rest.split_at(length);
                    rest = behind;
                    Some(field)
                }
            };
            fields.push(field);
        }
        for (column, field) in self.columns.iter_mut().zip(&fields) {
            column.append(*field)?;
        }
        let taken = self.waiting.len() - rest.len();
        self.rows += 1;
        self.bytes += taken;
        self.waiting.advance(taken);
        Ok(true)
    }
}

/// Runs the query until it is done or nobody listens any more; dropping the connection then ends it at the source.
pub(crate) async fn copy(mut conn: PgConnection, statement: String, columns: Vec<(String, Kind)>, parquet: bool, send: Chunks) {
    let done = written(&mut conn, &statement, &columns, parquet, &send).await;
    if let Err(error) = done {
        let _ = send.send(Err(error)).await;
    }
}

async fn written(conn: &mut PgConnection, statement: &str, columns: &[(String, Kind)], parquet: bool, send: &Chunks) -> Result<(), PortError> {
    let mut chunks = conn.copy_out_raw(statement).await?;
    let mut table = Table::new(columns);
    let shelf = Shelf::default();
    let mut writer = Writer::new(parquet, &table.schema, &shelf)?;
    // The source has begun to answer; a row group may take a while.
    if send.send(Ok(bytes::Bytes::new())).await.is_err() {
        return Ok(());
    }
    let hand_on = async || {
        let bytes = shelf.take();
        bytes.is_empty() || send.send(Ok(bytes.into())).await.is_ok()
    };
    while let Some(chunk) = chunks.next().await {
        table.waiting.extend_from_slice(&chunk?);
        while table.row()? {
            if table.is_full() {
                writer.write(&table.batch()?)?;
                if !hand_on().await {
                    return Ok(());
                }
            }
        }
    }
    if !table.ended {
        return Err(PortError::Unavailable("the source broke off".into()));
    }
    if table.rows > 0 {
        writer.write(&table.batch()?)?;
    }
    writer.finish()?;
    hand_on().await;
    Ok(())
}
