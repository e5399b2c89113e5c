/** TS 27.005 3.1 <stat>. */
export const stat = { unread: 0, read: 1, unsent: 2, sent: 3 } as const;
export type Stat = (typeof stat)[keyof typeof stat];
export type StorageName = 'SM' | 'ME';

export interface StoredMessage {
  readonly index: number;
  /** Hex, SMSC first. */
  readonly pdu: string;
  stat: Stat;
}

/** The slots of one storage. */
export interface Storage {
  readonly capacity: number;
  /** As a fault may pretend: nothing more fits. */
  blocked: boolean;
  readonly used: number;
  readonly full: boolean;
  /** In order of index. */
  list(): StoredMessage[];
  get(index: number): StoredMessage | undefined;
  /** Into the lowest free slot; null where it is full. */
  add(pdu: string, stat: Stat): StoredMessage | null;
  /** False where the slot was empty. */
  remove(index: number): boolean;
}

export function createStorage(capacity: number, firstIndex: number): Storage {
  const slots = new Map<number, StoredMessage>();
  return {
    capacity,
    blocked: false,
    get used() {
      return this.blocked ? capacity : slots.size;
    },
    get full() {
      return this.blocked || slots.size >= capacity;
    },
    list: () => [...slots.values()].sort((a, b) => a.index - b.index),
    get: (index) => slots.get(index),
    add(pdu, messageStat) {
      if (this.full) return null;
      let index = firstIndex;
      while (slots.has(index)) index++;
      const message = { index, pdu, stat: messageStat };
      slots.set(index, message);
      return message;
    },
    remove: (index) => slots.delete(index),
  };
}
