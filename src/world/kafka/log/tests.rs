use std::fs::OpenOptions;
use std::io::Write;

use bytes::BytesMut;
use kafka_protocol::records::{
    Compression, NO_PARTITION_LEADER_EPOCH, NO_PRODUCER_EPOCH, NO_PRODUCER_ID, Record, RecordBatchEncoder,
    RecordEncodeOptions, TimestampType,
};

use super::*;

const LIMIT: usize = 1 << 20;

/// A producer's batch: one record per time, from that producer and sequence on.
fn batch_of(times: &[i64], producer: Option<(i64, i16, i32)>) -> Bytes {
    let (producer_id, producer_epoch, sequence) = producer.unwrap_or((NO_PRODUCER_ID, NO_PRODUCER_EPOCH, -1));
    let record = |(n, time): (usize, &i64)| Record {
        transactional: false,
        control: false,
        delete_horizon: false,
        partition_leader_epoch: NO_PARTITION_LEADER_EPOCH,
        producer_id,
        producer_epoch,
        timestamp_type: TimestampType::Creation,
        offset: n as i64,
        sequence: sequence.wrapping_add(n as i32), // the encoder begins a batch wherever this is not in a row
        timestamp: *time,
        key: None,
        value: (n % 2 == 0).then(|| Bytes::from(format!("value at {time}"))),
        headers: [("h".into(), None)].into(),
    };
    let records: Vec<Record> = times.iter().enumerate().map(record).collect();
    let mut out = BytesMut::new();
    let options = RecordEncodeOptions {
        version: 2,
        compression: Compression::None,
    };
    RecordBatchEncoder::encode(&mut out, &records, &options).unwrap();
    out.freeze()
}

fn batch(times: &[i64]) -> Bytes {
    batch_of(times, None)
}

/// Base offsets of the batches in fetched bytes.
fn offsets(mut bytes: &[u8]) -> Vec<i64> {
    let mut found = Vec::new();
    while let Some(header) = BatchHeader::parse(bytes) {
        found.push(header.base_offset);
        bytes = &bytes[header.bytes..];
    }
    assert!(bytes.is_empty());
    found
}

/// Both kinds of log, and what keeps the second one's file.
fn logs() -> (Vec<PartitionLog>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = PartitionLog::in_file(folder.path().join("t/0.log")).unwrap().0;
    (vec![PartitionLog::in_memory(), file], folder)
}

#[test]
fn batches_get_offsets_and_come_back_whole() {
    let (logs, _folder) = logs();
    for log in logs {
        assert_eq!(log.append(&batch(&[10, 11, 12]), LIMIT), Ok(0));
        assert_eq!(log.append(&batch(&[13]), LIMIT), Ok(3));
        assert_eq!(log.append(&batch(&[14, 15]), LIMIT), Ok(4));
        assert_eq!(log.next_offset(), 6);
        let all = log.read(0, LIMIT, true).unwrap();
        assert_eq!(offsets(&all.records), [0, 3, 4]);
        assert_eq!(all.high_watermark, 6);
        assert_eq!(offsets(&log.read(2, LIMIT, true).unwrap().records), [0, 3, 4]);
        assert_eq!(offsets(&log.read(5, LIMIT, true).unwrap().records), [4]);
        assert!(log.read(6, LIMIT, true).unwrap().records.is_empty());
        assert_eq!(
            log.read(7, LIMIT, true).unwrap_err(),
            ResponseError::OffsetOutOfRange
        );
        assert_eq!(
            log.read(-1, LIMIT, true).unwrap_err(),
            ResponseError::OffsetOutOfRange
        );
        assert_eq!(log.available(0, LIMIT), Ok(all.records.len()));
    }
}

#[test]
fn a_bound_splits_between_batches_only() {
    let (logs, _folder) = logs();
    for log in logs {
        let one = batch(&[1]);
        (0..3).for_each(|n| assert_eq!(log.append(&one, LIMIT), Ok(n)));
        let size = one.len();
        assert_eq!(offsets(&log.read(0, size * 2, false).unwrap().records), [0, 1]);
        assert_eq!(offsets(&log.read(1, size * 2 - 1, false).unwrap().records), [1]);
        assert!(log.read(0, size - 1, false).unwrap().records.is_empty());
        assert_eq!(offsets(&log.read(0, 0, true).unwrap().records), [0]);
    }
}

#[test]
fn times_lead_to_offsets() {
    let (logs, _folder) = logs();
    for log in logs {
        assert_eq!(log.find(Moment::Since(0)), Ok(None));
        assert_eq!(log.find(Moment::Latest), Ok(None));
        log.append(&batch(&[100, 300, 200]), LIMIT).unwrap();
        log.append(&batch(&[150]), LIMIT).unwrap();
        log.append(&batch(&[400, 400]), LIMIT).unwrap();
        let found = |moment| log.find(moment).unwrap().map(|s| (s.offset, s.timestamp));
        assert_eq!(found(Moment::Since(0)), Some((0, 100)));
        assert_eq!(found(Moment::Since(101)), Some((1, 300)));
        assert_eq!(found(Moment::Since(301)), Some((4, 400)));
        assert_eq!(found(Moment::Since(401)), None);
        assert_eq!(found(Moment::Latest), Some((4, 400)));
    }
}

#[test]
fn repeated_batches_are_stored_once_and_gaps_refused() {
    let (logs, _folder) = logs();
    for log in logs {
        let sent = |sequence, epoch| log.append(&batch_of(&[1, 2], Some((7, epoch, sequence))), LIMIT);
        assert_eq!(sent(0, 0), Ok(0));
        assert_eq!(sent(2, 0), Ok(2));
        assert_eq!(sent(0, 0), Ok(0));
        assert_eq!(sent(2, 0), Ok(2));
        assert_eq!(sent(6, 0), Err(ResponseError::OutOfOrderSequenceNumber));
        assert_eq!(sent(3, 1), Err(ResponseError::OutOfOrderSequenceNumber));
        assert_eq!(sent(0, 1), Ok(4));
        assert_eq!(sent(4, 0), Err(ResponseError::InvalidProducerEpoch));
        assert_eq!(log.next_offset(), 6);
    }
}

#[test]
fn sequences_wrap_to_zero() {
    let log = PartitionLog::in_memory();
    log.append(&batch_of(&[1], Some((7, 0, i32::MAX))), LIMIT)
        .unwrap();
    assert_eq!(log.append(&batch_of(&[2], Some((7, 0, 0))), LIMIT), Ok(1));
}

#[test]
fn unsound_batches_are_refused() {
    let log = PartitionLog::in_memory();
    let good = batch(&[1, 2]);
    let refused = |bytes: &[u8]| log.append(&Bytes::copy_from_slice(bytes), LIMIT).unwrap_err();
    assert_eq!(
        log.append(&good, good.len() - 1),
        Err(ResponseError::MessageTooLarge)
    );
    assert_eq!(refused(&[]), ResponseError::CorruptMessage);
    assert_eq!(refused(&good[..good.len() - 1]), ResponseError::CorruptMessage);
    assert_eq!(
        refused(&[&good[..], &good[..]].concat()),
        ResponseError::InvalidRecord
    );
    for place in 0..good.len() {
        let mut bytes = good.to_vec();
        bytes[place] ^= 0x10;
        // Base offset and leader epoch are the broker's to set.
        match place {
            0..8 | 12..16 => assert!(log.append(&bytes.into(), LIMIT).is_ok()),
            _ => drop(refused(&bytes)),
        }
    }
    let mut old = good.to_vec();
    old[16] = 1;
    assert_eq!(refused(&old), ResponseError::UnsupportedForMessageFormat);
}

#[test]
fn a_restart_keeps_whole_batches_and_cuts_a_torn_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("0.log");
    let open = || PartitionLog::in_file(path.clone()).unwrap();
    let (log, _) = open();
    log.append(&batch_of(&[5], Some((41, 0, 0))), LIMIT).unwrap();
    log.append(&batch(&[6, 7]), LIMIT).unwrap();
    drop(log);
    let whole = std::fs::metadata(&path).unwrap().len();
    let torn = batch(&[8]);
    for kept in [1, 11, 60, torn.len() - 1] {
        OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(&torn[..kept])
            .unwrap();
        let (log, producer) = open();
        assert_eq!((log.next_offset(), producer), (3, 41));
        assert_eq!(std::fs::metadata(&path).unwrap().len(), whole);
        assert_eq!(std::fs::read(path.with_extension("cut")).unwrap(), torn[..kept]);
    }
    let (log, _) = open();
    assert_eq!(
        log.append(&batch_of(&[5], Some((41, 0, 0))), LIMIT),
        Ok(0),
        "sequences are remembered"
    );
    assert_eq!(log.append(&batch_of(&[9], Some((41, 0, 1))), LIMIT), Ok(3));
    assert_eq!(
        offsets(&open().0.read(0, LIMIT, true).unwrap().records),
        [0, 1, 3]
    );
}

#[test]
fn a_lookup_reads_into_compressed_batches() {
    use kafka_protocol::records::Compression as Kind;
    let records: Vec<Record> = [10_i64, 20, 30]
        .iter()
        .enumerate()
        .map(|(n, time)| Record {
            transactional: false,
            control: false,
            delete_horizon: false,
            partition_leader_epoch: -1,
            producer_id: -1,
            producer_epoch: -1,
            timestamp_type: TimestampType::Creation,
            offset: n as i64,
            sequence: n as i32,
            timestamp: *time,
            key: None,
            value: None,
            headers: Default::default(),
        })
        .collect();
    for (compression, offset) in [(Kind::Gzip, 1), (Kind::Zstd, 1), (Kind::Lz4, 0)] {
        let squeeze = |plain: &mut BytesMut, out: &mut BytesMut, kind: Kind| {
            match kind {
                Kind::Gzip => {
                    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Default::default());
                    encoder.write_all(plain)?;
                    out.extend_from_slice(&encoder.finish()?);
                }
                Kind::Zstd => out.extend_from_slice(&zstd::encode_all(&plain[..], 0)?),
                _ => out.extend_from_slice(b"opaque"),
            }
            Ok(())
        };
        let mut out = BytesMut::new();
        let options = RecordEncodeOptions {
            version: 2,
            compression,
        };
        RecordBatchEncoder::encode_with_custom_compression(&mut out, &records, &options, Some(squeeze))
            .unwrap();
        let log = PartitionLog::in_memory();
        log.append(&out.freeze(), LIMIT).unwrap();
        assert_eq!(
            log.find(Moment::Since(11)).unwrap().unwrap().offset,
            offset,
            "{compression:?}"
        );
    }
}

#[tokio::test]
async fn an_append_wakes_who_waits() {
    let log = PartitionLog::in_memory();
    let notify = Arc::new(Notify::new());
    log.wake(&notify);
    log.append(&batch(&[1]), LIMIT).unwrap();
    notify.notified().await;
}
