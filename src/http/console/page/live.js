const listeners = new Set();
let source;
let retry;
let wait = 1000;
let opened = false;

/** Called with (kind, data) for each event: `message`, `modem`, `gateway`; `again` when everything may be another. Returns how to stop. */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(kind, data) {
  for (const listener of [...listeners]) listener(kind, data);
}

/** `state` is told `live`, `waiting` or `off`. */
export function connect(as, state) {
  disconnect();
  source = new EventSource(`ui/api/events?as=${as}`);
  source.addEventListener('hello', () => {
    wait = 1000;
    state('live');
    if (opened) tell('again');
    opened = true;
  });
  source.addEventListener('missed', () => tell('again'));
  source.addEventListener('signed-out', () => tell('signed-out'));
  for (const kind of ['message', 'modem', 'gateway']) {
    source.addEventListener(kind, ({ data }) => data !== undefined && tell(kind, JSON.parse(data)));
  }
  source.onerror = () => {
    state('waiting');
    // The browser comes back by itself, unless it was refused.
    if (source?.readyState !== EventSource.CLOSED) return;
    retry = setTimeout(() => connect(as, state), wait);
    wait = Math.min(wait * 2, 60_000);
  };
}

export function disconnect() {
  clearTimeout(retry);
  source?.close();
  source = undefined;
}

/** Runs `work` soon after the first call and, while calls go on, once a second at most. */
export function calmly(work) {
  let timer;
  let last = 0;
  return () => {
    if (timer !== undefined) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        last = Date.now();
        work();
      },
      Math.max(120, last + 1000 - Date.now()),
    );
  };
}
