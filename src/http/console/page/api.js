/** What the gateway answers where it refuses. */
export class ApiError extends Error {
  constructor(status, { code = 'unreachable', message, hint, field } = {}) {
    super(message ?? 'The gateway cannot be reached.');
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.field = field;
  }
}

let signedOut = () => {};

/** What to do once the gateway no longer knows who this is. */
export function onSignedOut(then) {
  signedOut = then;
}

async function ask(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, {
      message: 'The gateway cannot be reached.',
      hint: 'Is it running, and is this phone on its network?',
    });
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const error = new ApiError(response.status, answer.error);
  if (response.status === 429) error.hint ??= `Wait ${response.headers.get('retry-after') ?? 'a few'} seconds.`;
  if (response.status === 401 && error.code !== 'verification_invalid' && path !== 'ui/api/session') signedOut();
  throw error;
}

export const get = (path, query = {}) => ask('GET', path + queryOf(query));
export const post = (path, body) => ask('POST', path, body);
export const patch = (path, body) => ask('PATCH', path, body);
export const remove = (path) => ask('DELETE', path);

function queryOf(query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

/** For part of a path. */
export const part = encodeURIComponent;

/** Makes a repeat of the same request harmless; `crypto.randomUUID` is for https alone. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((octet) => octet.toString(16).padStart(2, '0')).join('');
}
