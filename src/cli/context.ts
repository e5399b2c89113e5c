/** What a command may touch of the outside world, so that it runs the same in a process and in a test. */
export interface CliContext {
  /** Writes the text as it is: no newline is added. */
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first SIGINT or SIGTERM: the command ends in good order and resolves. */
  readonly signal: AbortSignal;
}
