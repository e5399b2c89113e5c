const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayName = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const dayMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const dayMs = 86_400_000;

/** As short as it can be told apart: 14:05, Mon 14:05, 3 May. */
export function shortTime(instant) {
  const today = new Date().setHours(0, 0, 0, 0);
  if (instant >= today) return clock.format(instant);
  if (instant >= today - 6 * dayMs) return `${dayName.format(instant)} ${clock.format(instant)}`;
  return dayMonth.format(instant);
}

export function fullTime(instant) {
  return whole.format(instant);
}

/** The OP API writes instants as UTC without a zone. */
export function opTime(text) {
  return text === null ? null : Date.parse(`${text}Z`);
}

export function timeOf(instant, short = shortTime) {
  const made = document.createElement('time');
  made.dateTime = new Date(instant).toISOString();
  made.title = fullTime(instant);
  made.textContent = short(instant);
  return made;
}

/** RSSI in dBm as 0 to 4 bars. */
export function barsOf(dbm) {
  if (dbm === null) return 0;
  return dbm >= -73 ? 4 : dbm >= -83 ? 3 : dbm >= -93 ? 2 : dbm >= -103 ? 1 : 0;
}

export function signalWord(dbm) {
  if (dbm === null) return 'signal not known';
  return `${dbm} dBm, ${['no signal', 'weak', 'fair', 'good', 'excellent'][barsOf(dbm)]}`;
}

export const registrations = {
  unknown: 'registration not known',
  idle: 'not registered',
  searching: 'searching',
  home: 'home network',
  roaming: 'roaming',
  denied: 'denied',
  emergency_only: 'emergency calls only',
};

export const phases = {
  stopped: 'Stopped',
  absent: 'Not there',
  starting: 'Starting',
  ready: 'Ready',
  recovering: 'Recovering',
  failed: 'Needs you',
};

export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}
