/** How an agent works with this API; the tables follow it. */
export function agentOtpGuide(base: string): string {
  return `## The Agent OTP API

For one code, or a few: rent a number for some minutes, give it to whoever wants to text you a code, and wait. A rented number is yours alone.

### Two credentials

| Header | Is for | Where it comes from |
|---|---|---|
| \`X-API-Key: ak_…\` | \`/api/v1/numbers\`: renting, waiting, reading | \`POST /console/api-keys\` with \`{"api": "agent-otp", "name": "agent"}\`, or the operator |
| \`Authorization: Bearer ses_live_…\` | \`/api/v1/auth\`: what is left of your month | \`POST /auth/verify\` |

### Rent, wait, release

\`\`\`sh
# 1. Yours for five minutes. "country" is optional; "timeout_seconds" says for how long (300 if you do not say).
curl -X POST ${base}/api/v1/numbers/rent -H 'X-API-Key: ak_…' \\
  -H 'Content-Type: application/json' -d '{"country": "CA"}'
# → {"success":true,"message":"…","data":{"number":"+14165551234","expires_at":"…","rental_id":"rent_…",…}}

# 2. Have the code sent to that number, then wait for it: one request, no polling.
curl -X POST ${base}/api/v1/numbers/+14165551234/wait-for-otp -H 'X-API-Key: ak_…' \\
  -H 'Content-Type: application/json' -d '{"timeout_seconds": 120}'
# → {"success":true,"message":"…","data":{"status":"received","code":"847291","raw_message":"…","from_number":"…",…}}

# 3. Give it back when you are done: others may be waiting for one.
curl -X DELETE ${base}/api/v1/numbers/+14165551234 -H 'X-API-Key: ak_…'
\`\`\`

- In vain is an answer too: HTTP 200 with \`"success": false\` and \`"status": "timeout"\`. Wait again while the rental lasts; a code that came in between is given out at once.
- Each code is given out by one wait only. Two codes need two waits; \`GET /api/v1/numbers/NUMBER/messages\` shows every text, also those without a code.
- \`expected_sender\` leaves codes of other senders for another wait.
- Lost your notes? \`GET /api/v1/numbers\` lists what you have rented.
- What comes after the end of a rental is not yours to see. Rent for long enough: some codes take minutes.
- 403 means that the rentals of this month are spent: \`GET /api/v1/auth/usage/quota\`. 404 on renting means that no number fits, or that all that fit are taken; \`error\` says which.
- Every error is \`{"success": false, "error": "…"}\`. Times are UTC: \`2026-01-27T14:00:00Z\`.
`;
}
