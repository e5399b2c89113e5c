/** How an agent works with this API; the tables follow it. */
export function opGuide(base: string): string {
  return `## The OP API

### Where do you stand?

- **You have a key** that begins with \`op_live_\` (look in your environment, then ask): go to [Send](#send).
- **You have none.** Do the [quick start](#quick-start) with the person you work for. It signs in a phone: if that phone has an account here, you get that account, and \`user.created\` is false.
  Look at \`GET /console/api-keys\` then; a key's secret cannot be shown again, so make a new one if nobody kept it.
- **You only want a number for one code**, not for a conversation: if this document has a chapter on the Agent OTP API, that is shorter.

### Two credentials

| Begins with | Is for | Where it comes from |
|---|---|---|
| \`ses_live_\` | \`/console/*\`: numbers, keys, webhooks | \`POST /auth/verify\`, also as the cookie \`op_session\` |
| \`op_live_\` | \`/v1/*\`: sending and reading, of one number | \`POST /console/api-keys\` |

Both go into \`Authorization: Bearer …\`. Each is refused (401) where the other belongs. A session ends; a key works until it is revoked or its lease ends.

### Quick start

\`\`\`sh
# 1. Text a code to the person's own phone (E.164: +, country code, number).
curl -X POST ${base}/auth/start -H 'Content-Type: application/json' -d '{"phone": "+14152055634"}'
# → {"verification_id":"…","expires_in":600}

# 2. Ask for the six digits, then trade them for a session. Five wrong codes, and you start again.
curl -X POST ${base}/auth/verify -H 'Content-Type: application/json' \\
  -d '{"verification_id": "VERIFICATION_ID", "code": "428193"}'
# → {"user":{"id":"…","phone":"+14152055634","created":true},"session_token":"ses_live_…","expires_at":"…"}

# 3. Which numbers are there?
curl ${base}/console/numbers/available -H 'Authorization: Bearer ses_live_…'
# → {"numbers":[{"id":"NUMBER_ID","e164":"+16176088932","region":"US"}]}

# 4. Paid accounts take one for themselves alone; with a shared one, leave this out.
curl -X POST ${base}/console/numbers/NUMBER_ID/lease -H 'Authorization: Bearer ses_live_…'

# 5. A key for that number. Keep "key" now: it is never shown again.
curl -X POST ${base}/console/api-keys -H 'Authorization: Bearer ses_live_…' \\
  -H 'Content-Type: application/json' -d '{"number_id": "NUMBER_ID", "name": "agent"}'
\`\`\`

No text came? \`GET /auth/verifications/VERIFICATION_ID\` says whether it went out. \`signup_not_allowed\`: the operator of this gateway decides who may sign up; ask there.

### Send

\`\`\`sh
curl ${base}/v1/number -H 'Authorization: Bearer op_live_…'      # which number is mine?
curl -X POST ${base}/v1/messages -H 'Authorization: Bearer op_live_…' \\
  -H 'Content-Type: application/json' -d '{"to": "+14155559999", "body": "See you at two."}'
\`\`\`

The answer comes at once with \`"status":"queued"\` and an \`id\`. Ask \`GET /v1/messages/ID\` every second or two until \`status\` is \`sent\` or \`failed\`; \`error\` says why it failed.
\`sent\` means that the network took it; \`delivery\` says \`delivered\` or \`failed\` once the network reports on it, which some never do. If \`error\` says that the outcome is not known, the text may
have gone out: it is not sent again by itself, and you should ask the recipient before you do.

### Wait for an answer, or for a code

\`\`\`sh
curl '${base}/v1/messages?direction=inbound&limit=5' -H 'Authorization: Bearer op_live_…'
# → {"data":[{"id":"msg_…","status":"received","from":"+15551234567","body":"Your code is 481920","otp_code":"481920",…}],"next_cursor":null}
\`\`\`

Newest first. Remember the \`id\` you saw last and ask every two seconds or so; better, register a webhook. \`otp_code\` is the one-time code found in the text, or null: read \`body\` yourself then.
\`"partial": true\` means that a part of a long text has not come. For older messages pass \`next_cursor\` as \`cursor\` until it is null.

### Be told: webhooks

\`\`\`sh
curl -X POST ${base}/console/webhooks -H 'Authorization: Bearer ses_live_…' -H 'Content-Type: application/json' \\
  -d '{"number_id": "NUMBER_ID", "url": "https://your-app.example.com/sms", "events": ["message.received"]}'
\`\`\`

Keep the \`secret\` of the answer. Each event is one POST with the headers \`op-event\`, \`op-delivery-id\` and \`op-signature: t=SECONDS,v1=HEX\`, where HEX is the HMAC-SHA256, keyed with the secret, of the
seconds, a full stop and the body's bytes as they came. Check it before you parse anything, and refuse what is older than five minutes:

\`\`\`python
import hashlib, hmac, time

def genuine(secret: str, signature: str, body: bytes) -> bool:
    fields = dict(field.split("=", 1) for field in signature.split(","))
    if abs(time.time() - int(fields["t"])) > 300:
        return False
    mac = hmac.new(secret.encode(), fields["t"].encode() + b"." + body, hashlib.sha256)
    return hmac.compare_digest(mac.hexdigest(), fields["v1"])
\`\`\`

\`\`\`js
import { createHmac, timingSafeEqual } from 'node:crypto';

function genuine(secret, signature, body) {
  const { t, v1 = '' } = Object.fromEntries(signature.split(',').map((field) => field.split('=')));
  if (!(Math.abs(Date.now() / 1000 - Number(t)) <= 300)) return false;
  const mac = createHmac('sha256', secret).update(t + '.').update(body).digest();
  const given = Buffer.from(v1, 'hex');
  return given.length === mac.length && timingSafeEqual(given, mac);
}
\`\`\`

Answer with any 2xx within ten seconds, and do the work afterwards. Anything else is tried again after 30 s, 2 min, 10 min, 1 h, 6 h, 24 h and 24 h, so the same delivery may come twice: drop an
\`op-delivery-id\` you have seen. \`POST /console/webhooks/ID/test\` sends you a made-up event; \`GET /console/webhooks/ID/deliveries\` says why one failed, and each can be sent again.

### What trips people up

- **A shared number is shared.** Everybody with a share who has texted somebody sees what that somebody answers. Send nothing private from it, and expect answers to others. A leased number is yours alone.
- **Somebody you never texted** cannot reach you on a shared number. For codes from strangers, lease a number.
- **Giving a lease back ends everything with it**: its keys, its webhook, the sight of its messages. Ask the person before you do.
- **Free accounts send 50 texts a day, paid ones 1000** (UTC days, all keys together).
- Numbers are E.164 throughout: \`+14155551234\`, never \`(415) 555-1234\`.
- You cannot text your own number or another one of this gateway.
- Times are UTC without a zone: \`2026-05-20T19:14:52\`.
- Do not send unasked-for bulk texts: it is against the law in many places, and it gets the SIM blocked.
`;
}
