import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { Ms } from '../../clock.ts';

/** The system tells of one device many times. */
const settle: Ms = 250;

/** Tells when a terminal comes or goes under /dev. Only a hint: where it cannot be had, or says nothing, a timer does. */
export class DevWatch {
  readonly #folder: string;
  readonly #changed: () => void;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(root: string, changed: () => void) {
    this.#folder = join(root, 'dev');
    this.#changed = changed;
  }

  get isAlive(): boolean {
    return this.#watcher !== undefined;
  }

  start(): void {
    if (this.#watcher !== undefined) return;
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, (_, name) => {
        if (name === null || /^tty/.test(name)) this.#soon();
      });
      this.#watcher.on('error', () => this.close());
    } catch {
      this.#watcher = undefined;
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed();
    }, settle).unref();
  }
}
