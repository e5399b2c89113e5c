import type { Readable } from 'node:stream';

/** Watches the MQTT packets of a stream and calls `exceeded` once one announces more than `most` octets (MQTT 3.1.1 2.2.3). */
export function limitPackets(stream: Readable, most: number, exceeded: () => void): void {
  let rest = 0;
  let length = 0;
  let factor = 0;
  const watch = (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; ) {
      if (rest > 0) {
        const here = Math.min(rest, chunk.length - at);
        rest -= here;
        at += here;
        continue;
      }
      const octet = chunk[at] ?? 0;
      at += 1;
      if (factor === 0) {
        factor = 1;
        length = 0;
        continue;
      }
      length += (octet & 0x7f) * factor;
      factor *= 0x80;
      if (length > most) {
        stream.off('data', watch);
        exceeded();
        return;
      }
      if (octet < 0x80) {
        rest = length;
        factor = 0;
      }
    }
  };
  stream.on('data', watch);
}
