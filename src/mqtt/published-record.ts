/** What a retained message announced besides itself: Home Assistant's platform of each component, by its id. */
export type Components = Readonly<Record<string, string>>;

/** Keeps over restarts which retained topics the broker may hold for us. Both throw `store.*`. */
export interface RetainedMemory {
  load(): Readonly<Record<string, Components>>;
  save(published: Readonly<Record<string, Components>>): void;
}

/** Forgets: for where nothing has to survive. */
export const noMemory: RetainedMemory = { load: () => ({}), save: () => {} };

/**
 * The retained topics that were published and not yet cleared. It is saved before they are published and after they are
 * cleared, so that none is ever forgotten at the broker. Those of a gateway of another name are not ours to clear: a
 * copied data folder names them too.
 */
export class PublishedRecord {
  readonly #memory: RetainedMemory;
  readonly #topics: Map<string, Components>;
  #saved: string;

  constructor(memory: RetainedMemory, isOurs: (topic: string) => boolean) {
    this.#memory = memory;
    const loaded = memory.load();
    this.#topics = new Map(Object.entries(loaded).filter(([topic]) => isOurs(topic)));
    this.#saved = JSON.stringify(loaded);
  }

  topics(): string[] {
    return [...this.#topics.keys()];
  }

  /** Every component that the topic has announced since it was last cleared. */
  componentsOf(topic: string): Components {
    return this.#topics.get(topic) ?? {};
  }

  add(topic: string, components: Components): void {
    this.#topics.set(topic, { ...this.#topics.get(topic), ...components });
  }

  remove(topic: string): void {
    this.#topics.delete(topic);
  }

  /** Does nothing where nothing has changed. Throws what the memory throws; then the next call tries again. */
  save(): void {
    const published = Object.fromEntries(this.#topics);
    const text = JSON.stringify(published);
    if (text === this.#saved) return;
    this.#memory.save(published);
    this.#saved = text;
  }
}
