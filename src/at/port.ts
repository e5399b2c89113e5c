/** A byte pipe to one AT channel. `bytes` ends (or throws) when the device goes away; it is iterated once. */
export interface BytePort {
  /** Chunks as the operating system delivered them. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Resolves once handed to the operating system; never waits for the line to drain. */
  write(data: Uint8Array): Promise<void>;
  /** Never hangs: a device that does not close is abandoned. */
  close(): Promise<void>;
}
