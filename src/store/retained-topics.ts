import type { Database } from './database.ts';

/** What each topic announced besides itself, by name. */
export type PublishedTopics = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Which MQTT topics a broker may retain for us. */
export interface RetainedTopicTable {
  load(): PublishedTopics;
  /** Throws `store.*`. */
  save(topics: PublishedTopics): void;
}

export function createRetainedTopicTable(db: Database): RetainedTopicTable {
  const read = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'retained_topics'");
  const write = db.prepare<[string]>("INSERT OR REPLACE INTO meta (key, value) VALUES ('retained_topics', ?)");
  return {
    load: () => JSON.parse(read.get()?.value ?? '{}') as PublishedTopics,
    save: (topics) => void db.commit(() => write.run(JSON.stringify(topics))),
  };
}
