//! Which partition a message goes to.
//!
//! A partition holds its messages in the order they were sent, but when a process is killed one partition may have got
//! further than another. Knowing where each message belongs, the driver can tell from the end offsets alone which
//! messages have arrived, and sends exactly the others.

use crate::world::events::Event;

/// The partition that [`crate::world::sink::Producer`] sends an event to: by the key's hash, as Kafka's Java client
/// does it, and without a key by the message's own bytes.
pub fn of(event: &Event, partitions: usize) -> usize {
    let hash = match &event.key {
        Some(key) => murmur2(key.as_bytes()) & 0x7fff_ffff,
        None => crc32fast::hash(&event.payload),
    };
    hash as usize % partitions.max(1)
}

/// MurmurHash2 with the seed that Kafka's clients use.
fn murmur2(bytes: &[u8]) -> u32 {
    const M: u32 = 0x5bd1_e995;
    let mut hash = 0x9747_b28c_u32 ^ bytes.len() as u32;
    let mut words = bytes.chunks_exact(4);
    for word in words.by_ref() {
        let word = word
            .iter()
            .rev()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        let mut mixed = word.wrapping_mul(M);
        mixed ^= mixed >> 24;
        hash = hash.wrapping_mul(M) ^ mixed.wrapping_mul(M);
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        hash ^= rest
            .iter()
            .rev()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        hash = hash.wrapping_mul(M);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(M);
    hash ^ hash >> 15
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::world::kafka::{Broker, BrokerConfig};
    use crate::world::sink::Producer;

    #[test]
    fn the_hash_is_the_one_of_kafkas_clients() {
        // From the tests of Apache Kafka's own clients.
        let known: [(&str, i32); 5] = [
            ("21", -973932308),
            ("foobar", -790332482),
            ("a-little-bit-long-string", -985981536),
            ("a-little-bit-longer-string", -1486304829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        ];
        for (text, hash) in known {
            assert_eq!(murmur2(text.as_bytes()) as i32, hash, "{text}");
        }
    }

    #[tokio::test]
    async fn the_producer_agrees() {
        let broker = Broker::start(BrokerConfig::default()).await.unwrap();
        broker.create_topic("t", 3).unwrap();
        let producer = Producer::new(&broker.bootstrap_servers(), Duration::from_secs(20)).unwrap();
        let events: Vec<Event> = (0..60)
            .map(|number| Event {
                key: match number % 3 {
                    0 => None,
                    1 => Some(format!("{number}")),
                    _ => Some("x".repeat(number as usize - 2)),
                },
                payload: format!("{{\"n\":{number}}}").into_bytes(),
                timestamp: jiff::Timestamp::from_second(number).unwrap(),
            })
            .collect();
        let mut expected = [0_i64; 3];
        for event in &events {
            expected[of(event, 3)] += 1;
        }
        producer.send_all("t", events).await.unwrap();
        let found: Vec<i64> = (0..3).map(|id| broker.end_offset("t", id).unwrap()).collect();
        assert_eq!(found, expected);
        broker.shutdown().await.unwrap();
    }
}
