interface Lane<Job> {
  readonly waiting: Job[];
  running: number;
  inTurn: boolean;
}

/** A job that may run, and whose it is. */
export interface Turn<Job> {
  readonly lane: string;
  readonly job: Job;
  readonly ailing: boolean;
}

/** More than anybody needs: a lane that is forgotten here counts as well again. */
const mostAiling = 1000;

/**
 * Whose turn it is: jobs of one lane go in order, and lanes take turns, so that a full one does not hold up another.
 * Those whose last job failed share half of the places: many dead endpoints leave room for the others.
 */
export class Lanes<Job> {
  readonly #lanes = new Map<string, Lane<Job>>();
  /** Lanes that could start a job. */
  readonly #turns: { readonly well: string[]; readonly ailing: string[] } = { well: [], ailing: [] };
  readonly #ailing = new Set<string>();
  readonly #perLane: number;
  readonly #inAll: number;
  #running = 0;
  #runningAiling = 0;

  constructor(perLane: number, inAll: number) {
    this.#perLane = perLane;
    this.#inAll = inAll;
  }

  add(lane: string, job: Job, first = false): void {
    const found = this.#lanes.get(lane) ?? { waiting: [], running: 0, inTurn: false };
    this.#lanes.set(lane, found);
    if (first) found.waiting.unshift(job);
    else found.waiting.push(job);
    this.#queue(lane, found);
  }

  /** The next job that may run now. Call `leave` when it is over. */
  take(): Turn<Job> | undefined {
    const lane = this.#running < this.#inAll ? this.#next() : undefined;
    const found = lane === undefined ? undefined : this.#lanes.get(lane);
    const job = found?.waiting.shift();
    if (lane === undefined || found === undefined || job === undefined) return undefined;
    const ailing = this.#ailing.has(lane);
    found.inTurn = false;
    found.running++;
    this.#running++;
    if (ailing) this.#runningAiling++;
    this.#queue(lane, found);
    return { lane, job, ailing };
  }

  /** `well`: the job did not fail. */
  leave({ lane, ailing }: Turn<Job>, well: boolean): void {
    const found = this.#lanes.get(lane);
    if (found === undefined) return;
    if (well) this.#ailing.delete(lane);
    else this.#markAiling(lane);
    found.running--;
    this.#running--;
    if (ailing) this.#runningAiling--;
    this.#queue(lane, found);
    if (found.running === 0 && found.waiting.length === 0) this.#lanes.delete(lane);
  }

  /** Forgets what waits, and says what that was. */
  drain(): Job[] {
    this.#turns.well.length = 0;
    this.#turns.ailing.length = 0;
    return [...this.#lanes.values()].flatMap((lane) => {
      lane.inTurn = false;
      return lane.waiting.splice(0);
    });
  }

  /** The ailing after the others, but for one place that is theirs. */
  #next(): string | undefined {
    const { well, ailing } = this.#turns;
    if (this.#runningAiling === 0) return ailing.shift() ?? well.shift();
    return well.shift() ?? (this.#runningAiling < this.#inAll / 2 ? ailing.shift() : undefined);
  }

  #markAiling(lane: string): void {
    this.#ailing.add(lane);
    const [oldest] = this.#ailing;
    if (this.#ailing.size > mostAiling && oldest !== undefined) this.#ailing.delete(oldest);
  }

  #queue(lane: string, found: Lane<Job>): void {
    if (found.inTurn || found.waiting.length === 0 || found.running >= this.#perLane) return;
    found.inTurn = true;
    this.#turns[this.#ailing.has(lane) ? 'ailing' : 'well'].push(lane);
  }
}
