import { GatewayError } from '../errors.ts';
import { isPrivateAddress, literalAddress } from './addresses.ts';
import { isWebhookEvent, type WebhookEvent, webhookEvents } from './webhook-event.ts';

const longestUrl = 2048;

/** A URL that may be posted to. Throws `webhook.bad_url`. */
export function checkUrl(text: string, allowPrivate: boolean): string {
  if (text.length > longestUrl) throw badUrl(`it has more than ${longestUrl} characters`);
  const url = /[\s\p{Cc}]/u.test(text) ? null : URL.parse(text);
  if (url === null) throw badUrl('it is no absolute URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw badUrl('it begins with neither https:// nor http://');
  if (url.username !== '' || url.password !== '') throw badUrl('it carries a user name or a password');
  const literal = literalAddress(url);
  if (literal !== undefined && !allowPrivate && isPrivateAddress(literal)) throw badUrl('its address is private');
  return text;
}

function badUrl(why: string): GatewayError {
  return new GatewayError('webhook.bad_url', `the URL of the webhook cannot be used: ${why}`);
}

/** Each once, in the order given. Throws `webhook.bad_events`. */
export function checkEvents(wanted: readonly string[]): readonly WebhookEvent[] {
  const events = [...new Set(wanted)];
  const known = events.filter(isWebhookEvent);
  if (known.length > 0 && known.length === events.length) return known;
  throw new GatewayError(
    'webhook.bad_events',
    `the events of a webhook are one or more of ${webhookEvents.join(', ')}`,
  );
}
