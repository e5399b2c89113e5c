import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { type DoctorParts, doctorCommand } from '../../src/cli/doctor.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { asGatewayError } from '../../src/errors.ts';
import { genericProfile } from '../../src/simulator/profile.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import { recordedContext } from '../cli/recorded-context.ts';
import { FakeMachine, modemUsb } from '../modem/discovery/fake-machine.ts';
import { quickDiscovery } from '../modem/discovery/stage.ts';

/** A machine, a data folder and a configuration for the doctor to look at; all is well until a test says otherwise. */
export class Clinic {
  readonly machine = new FakeMachine();
  readonly folder = mkdtempSync(join(tmpdir(), 'sim2mqtt-clinic-'));
  /** Whole configuration but for `modems`. */
  config: Record<string, unknown> = {};
  modems: Record<string, unknown>[] = [];
  parts: DoctorParts = {};
  readonly finished: TestContext['onTestFinished'];
  #simulators = 0;

  /** `finished` is that of the test: they run side by side. */
  constructor(finished: TestContext['onTestFinished']) {
    this.finished = finished;
    finished(() => {
      this.machine[Symbol.dispose]();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  /** On interface 02 of a device of its own, and in the configuration under its stable path. */
  async modem(
    options: SimulatorOptions & { literal?: Record<string, string[]> } = {},
    more: object = {},
  ): Promise<Simulator> {
    const { literal = {}, ...rest } = options;
    const at = this.#simulators++;
    const link = join(this.folder, `line${at}`);
    const simulator = await startSimulator({ link, profile: { ...genericProfile, literal }, ...rest });
    this.finished(() => simulator.close());
    this.machine.plug(modemUsb(`1-${at + 1}`, link));
    const port = `/dev/serial/by-path/usb-0:${at + 1}:1.2-port0`;
    this.modems.push({ id: `m${at + 1}`, port, offer: 'private', ...more });
    return simulator;
  }

  async examine(): Promise<{ findings: readonly Finding[]; code: string | null; text: string }> {
    const file = join(this.folder, 'config.json');
    writeFileSync(file, JSON.stringify({ ...this.config, modems: this.modems }));
    const options = { json: true, config: file, data: this.data };
    const parts = { root: this.machine.root, intervals: quickDiscovery, ...this.parts };
    const context = recordedContext();
    const failed = await doctorCommand(options, context, parts).then(
      () => null,
      (thrown) => asGatewayError(thrown),
    );
    const text = context.written.join('');
    const { ok, findings } = JSON.parse(text);
    if (ok !== (failed === null)) throw new Error('the exit code does not fit what was found');
    return { findings, code: failed?.code ?? null, text };
  }

  /** Codes of what is wrong, the first cause first. */
  async codes(): Promise<string[]> {
    return (await this.examine()).findings.filter(({ severity }) => severity !== 'advice').map(({ code }) => code);
  }
}
