import { plain } from '../../src/modem/commands/reply.ts';
import type { Interview, Taken } from './interview.ts';
import { framed } from './reply.ts';

/** Settings as they were found, to be put back at the end in the opposite order. */
export class Restoration {
  readonly #interview: Interview;
  readonly #lines: string[] = [];
  readonly #unread: string[] = [];

  constructor(interview: Interview) {
    this.#interview = interview;
  }

  add(line: string): void {
    this.#lines.push(line);
  }

  /** Echo cannot be asked for: it is on where the first words came back. */
  noteEcho(taken: readonly Taken[]): void {
    const heard = taken.flatMap(({ lines }) => framed(lines));
    if (heard.some((line) => line.trim() === 'AT')) this.add('ATE1');
  }

  /** Asks for a setting that is one number; `wanted` is what it will be. Whether it is known now. */
  async note(name: string, wanted: number): Promise<boolean> {
    const command = { ...plain(`${name}?`, 5_000), owns: new RegExp(`^\\${name.slice(2)}:`, 'i') };
    const { reply } = await this.#interview.ask(command, 'as it is set');
    const value = reply.map((line) => /:\s*(\d+)\s*$/.exec(line)?.[1]).find(Boolean);
    if (value === undefined) this.#unread.push(name);
    else if (Number(value) !== wanted) this.add(`${name}=${value}`);
    return value !== undefined;
  }

  /** What could not be put back, as commands, and what nobody could read and was changed all the same. */
  async putBack(): Promise<readonly string[]> {
    const failed: string[] = [];
    for (const line of this.#lines.splice(0).reverse()) {
      if (!(await this.#interview.putBack(line).catch(() => false))) failed.push(line);
    }
    return [...failed, ...this.#unread.splice(0).filter((name) => name !== 'AT+CMMS')];
  }
}
