import { SerialPort } from 'serialport';

/** A terminal on the simulator's line: writes what it is told and collects what comes. */
export interface Client {
  write(text: string): void;
  /** Everything received up to and with the first match; what follows stays for the next call. */
  until(pattern: RegExp): Promise<string>;
  /** Sends a command line and gives all that comes up to its final result or prompt. */
  say(line: string): Promise<string>;
  /** What has come and was not asked for yet. */
  readonly rest: string;
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

const final = /\r\n(?:OK|ERROR|\+CM[ES] ERROR: [^\r]*|COMMAND NOT SUPPORT|NO CARRIER)\r\n|\r\n> /;

export async function openClient(path: string): Promise<Client> {
  const port = await new Promise<SerialPort>((opened, failed) => {
    const fresh = new SerialPort({ path, baudRate: 115200, hupcl: false }, (error) =>
      error === null || error === undefined ? opened(fresh) : failed(error),
    );
  });
  let received = '';
  let check: () => void = () => undefined;
  port.on('data', (data: Buffer) => {
    received += data.toString('latin1');
    check();
  });
  port.on('error', () => undefined);
  const closed = new Promise<void>((done) => port.once('close', () => done()));
  const until = (pattern: RegExp): Promise<string> =>
    new Promise((done) => {
      check = () => {
        const match = pattern.exec(received);
        if (match === null) return;
        const end = match.index + match[0].length;
        const text = received.slice(0, end);
        received = received.slice(end);
        check = () => undefined;
        done(text);
      };
      check();
    });
  return {
    write: (text) => void port.write(Buffer.from(text, 'latin1')),
    until,
    say(line) {
      port.write(`${line}\r`);
      return until(final);
    },
    get rest() {
      return received;
    },
    closed,
    close: () => (port.isOpen ? new Promise((done) => port.close(() => done())) : Promise.resolve()),
  };
}
