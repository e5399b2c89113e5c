/** Lines of UTF-8 as they come in, without their ends; stops when the input or the signal does. */
export async function* lines(input: AsyncIterable<Uint8Array | string>, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const chunks = input[Symbol.asyncIterator]();
  const stopped = new Promise<{ done: true; value: undefined }>((resolve) => {
    signal.addEventListener('abort', () => resolve({ done: true, value: undefined }), { once: true });
  });
  let pending = '';
  for (;;) {
    if (signal.aborted) return;
    const next = await Promise.race([chunks.next(), stopped]);
    if (next.done === true) break;
    const text = typeof next.value === 'string' ? next.value : decoder.decode(next.value, { stream: true });
    const parts = (pending + text).split('\n');
    pending = parts.pop() ?? '';
    yield* parts.map(withoutReturn);
  }
  const rest = pending + decoder.decode();
  if (rest !== '') yield withoutReturn(rest);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
