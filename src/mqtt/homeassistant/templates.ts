/** Home Assistant's templates (Jinja) that make of our payloads what it shows. */

/** How much of a one-time code Home Assistant may show and record. */
export type CodeDisclosure = 'masked' | 'full';

/** A key of the payload; none where it is absent or null. */
export function plainValue(key: string): string {
  return `{{ value_json.${key} }}`;
}

/** An enumerated value; none for `unknown`, which is Home Assistant's own word for that. */
export function knownValue(key: string): string {
  return `{{ value_json.${key} if value_json.${key} != 'unknown' else none }}`;
}

/** The attributes of an event are what is named here and nothing else: a new field of ours is not shown by itself. */
function attributes(keys: readonly string[], more: Readonly<Record<string, string>> = {}): string {
  const named = keys.map((key) => `'${key}': value_json.get('${key}')`);
  const made = Object.entries(more).map(([key, expression]) => `'${key}': ${expression}`);
  return `{{ {${[...named, ...made].join(', ')}} | to_json }}`;
}

const about = ['event_type', 'id', 'time', 'modem'];
const message = [...about, 'to', 'from', 'parts', 'partial', 'reason'];
const service = "(value_json.get('otp') or {}).get('service')";

/** The text of a message with a one-time code is left out with it: how the code is written there cannot be known here. */
export function messageEvent(otp: CodeDisclosure): string {
  const hasCode = "value_json.get('otp') is not none";
  if (otp === 'full') {
    const code = "(value_json.get('otp') or {}).get('code')";
    return attributes([...message, 'text'], { has_code: hasCode, service, code });
  }
  const text = "value_json.get('text') if value_json.get('otp') is none else none";
  return attributes(message, { text, has_code: hasCode, service });
}

const code = [...about, 'to', 'from', 'service', 'rule', 'confidence', 'message_id', 'expires'];

export function codeEvent(otp: CodeDisclosure): string {
  return attributes(otp === 'full' ? [...code, 'code'] : code);
}

/** Without the text: it may hold a code that this gateway sent to sign somebody in. */
export const deliveryEvent = attributes([...about, 'message_id', 'to', 'segments', 'reference', 'error']);
export const callEvent = attributes([...about, 'to', 'from']);
export const gatewayEvent = attributes([...about, 'code', 'message', 'hint']);

export const storageUsed = "{{ value_json.storage | sum(attribute='used') if value_json.storage else none }}";
export const storages = "{{ {'storages': value_json.storage} | to_json }}";
export const problem =
  "{{ {'phase': value_json.phase, 'problem': (value_json.problem or {}).get('message'), 'hint': (value_json.problem or {}).get('hint')} | to_json }}";
export const whyWaiting = "{{ {'reason': value_json.queued_reason, 'retry_at': value_json.retry_at} | to_json }}";
/** A state of Home Assistant has at most 255 characters. */
export const balanceText = '{{ value_json.balance.text[:255] if value_json.balance else none }}';
export const balanceTime = "{{ {'asked_at': (value_json.balance or {}).get('at')} | to_json }}";

/** A request to send what is to be notified. */
export function sendTo(number: string): string {
  return `{"to": ${JSON.stringify(number)}, "text": {{ value | to_json }} }`;
}
