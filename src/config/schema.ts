import type { XStatic } from 'typebox/schema';
import { modemFamilies } from '../domain/modem-family.ts';
import {
  atLeast,
  brokerUrl,
  choice,
  count,
  e164,
  flag,
  ipAddress,
  list,
  listenAddress,
  mapping,
  modemPort,
  name,
  named,
  pinDigits,
  ruleName,
  section,
  text,
  timeOfDay,
  topic,
  topicFilter,
  ussdCode,
  webUrl,
} from './shapes.ts';

const mqtt = section(
  'The broker, and what is published there',
  {
    url: text({ ...brokerUrl, title: 'The broker', derived: 'the embedded one, on mqtt.listen' }),
    listen: text({ ...listenAddress, title: 'Where the embedded broker listens', default: '127.0.0.1:1883' }),
    username: text({ title: 'User name at the broker' }),
    password: text({ title: 'Password at the broker; better given as password_file' }),
    password_file: text({ title: 'File that holds the password' }),
    ca_file: text({ title: 'PEM file of the authorities that may sign the broker (mqtts, wss)' }),
    cert_file: text({ title: 'PEM file of our certificate (mqtts, wss)' }),
    key_file: text({ title: 'PEM file of the key of cert_file' }),
    root: text({ ...topic, title: 'First topic level', default: 'sim2mqtt' }),
    homeassistant: flag({ title: 'Discovery under homeassistant/', default: true }),
    homeassistant_otp: choice(['masked', 'full'], {
      title: 'One-time codes, and the texts that hold one, in what Home Assistant shows',
      default: 'masked',
    }),
    privacy: section(
      'What of a message is published',
      {
        otp: choice(['full', 'masked', 'off'], { title: 'One-time codes on MQTT', default: 'full' }),
        text: choice(['full', 'masked', 'off'], { title: 'Message texts on MQTT', default: 'full' }),
      },
      ['otp', 'text'],
    ),
    response_topics: {
      ...list(text(topicFilter), 'Where a reply may be asked for; every other response topic is refused'),
      default: ['sim2mqtt-hub/+/reply/#', 'sim2mqtt-client/+/reply/#'],
    },
  },
  ['listen', 'root', 'homeassistant', 'homeassistant_otp', 'privacy', 'response_topics'],
);

const http = section(
  'The HTTP APIs, the console and the metrics',
  {
    listen: text({ ...listenAddress, title: 'Where the HTTP server listens', default: '127.0.0.1:8480' }),
    public_url: text({ ...webUrl, title: 'How clients reach it', derived: 'http:// and http.listen' }),
    trusted_proxies: list(text(ipAddress), 'Proxies whose X-Forwarded-For says who the client is'),
  },
  ['listen', 'public_url', 'trusted_proxies'],
);

const modem = mapping(
  {
    id: text({ ...name, title: 'Names the modem in topics and replies' }),
    port: text({ ...modemPort, title: 'Where the modem is' }),
    baud: count({
      title: 'Rate of the serial line, where there is one: behind a bridge or on pins of the board',
      unit: 'baud',
      minimum: 300,
      maximum: 4_000_000,
      default: 115_200,
    }),
    name: text({ title: 'What people call it', maxLength: 100 }),
    balance_ussd: text({ ...ussdCode, title: 'What to dial to be told the balance of a prepaid SIM' }),
    number: text({ ...e164, title: "The line's own number", derived: 'what the SIM tells' }),
    offer: choice(['shared', 'lease', 'private'], { title: 'Who may use the line', default: 'private' }),
    pin: text({ ...pinDigits, title: 'PIN of the SIM; better given as pin_file' }),
    pin_file: text({ title: 'File that holds the PIN' }),
    profile: choice(modemFamilies, { title: 'Modem family, where recognising it fails', derived: 'recognised' }),
    pace: section(
      'How fast the line may send, for an operator that bars lines that send fast',
      {
        per_minute: count({
          title: 'Most parts the line sends in a minute',
          unit: 'parts',
          minimum: 1,
        }),
        per_hour: count({ title: 'Most parts the line sends in an hour', unit: 'parts', minimum: 1 }),
        per_day: count({ title: 'Most parts the line sends in a day', unit: 'parts', minimum: 1 }),
        burst: count({
          title: 'Parts that go at once after a rest, before they go one by one at the rate of per_minute',
          unit: 'parts',
          minimum: 1,
        }),
      },
      [],
    ),
    calls: choice(['hangup', 'ignore'], {
      title: 'What happens to a call once it was told: one that nobody takes keeps some modems from receiving',
      default: 'hangup',
    }),
    smsc: text({ ...e164, title: 'Service centre number to set where the SIM names none' }),
    power_command: list(
      text({}),
      'A command and its arguments that cut and restore the power of the modem when nothing else helps',
    ),
    direct: flag({ title: 'Messages passed on without being stored, where the family bears it', default: false }),
  },
  ['id', 'port', 'baud', 'offer', 'pace', 'calls', 'power_command', 'direct'],
);

const accounts = section(
  'Who may use the lines over HTTP',
  {
    signup: choice(['closed', 'allowlist', 'open'], { title: 'Who may open an account', default: 'allowlist' }),
    allow: list(text(e164), 'Phone numbers that may open one while signup is allowlist'),
    default_tier: choice(['free', 'paid'], { title: 'Tier of a new account', default: 'free' }),
  },
  ['signup', 'allow', 'default_tier'],
);

const example = { text: text({ maxLength: 1600 }), from: text({ maxLength: 64 }) };
const otpRule = mapping(
  {
    id: text({ ...ruleName, title: 'Names the rule in events' }),
    sender: text({ title: 'RE2 pattern that some part of the sender must match', maxLength: 200 }),
    pattern: text({ title: 'RE2 pattern with a named group: (?P<code>…)', maxLength: 500 }),
    service: text({ title: 'Whose code it is', maxLength: 100 }),
    negative: flag({ title: 'What matches is no one-time code' }),
    examples: mapping(
      {
        match: atLeast(2, mapping({ ...example, code: text({ maxLength: 64 }) }, ['text', 'code']), 'Texts it finds'),
        no_match: atLeast(1, mapping(example, ['text']), 'Texts it must leave alone'),
      },
      ['match', 'no_match'],
    ),
  },
  ['id', 'pattern', 'examples'],
);

/**
 * The resolved configuration: JSON Schema as data, its type derived from it, so that neither can drift.
 * `derived` says where a default comes from that is no constant; `unit` and `form` are for people.
 */
export const resolvedSchema = mapping(
  {
    gateway: text({ ...name, title: 'Names this gateway in topics', derived: 'the host name' }),
    mqtt,
    http,
    modems: list(modem, 'The modems'),
    contacts: named(text(e164), 'Numbers by name, each something to notify in Home Assistant'),
    accounts,
    webhooks: section(
      'Where webhooks may lead',
      { allow_private: flag({ title: 'Webhooks to private addresses', derived: 'true unless signup is open' }) },
      ['allow_private'],
    ),
    recovery: section(
      'What may be done to a modem that hangs',
      {
        usb_command: list(
          text({}),
          'The command that may reset USB devices, and its arguments; the verb and the device are added: see scripts/usb-reset',
        ),
      },
      ['usb_command'],
    ),
    backup: section(
      'The nightly backup, in backups/ of the data folder',
      {
        at: text({
          ...timeOfDay,
          title: 'When the nightly backup is made, by the clock of the machine',
          default: '03:30',
        }),
        keep: count({ title: 'How many of them are kept; 0: none is made', unit: 'copies', default: 7, maximum: 1000 }),
      },
      ['at', 'keep'],
    ),
    retention: section(
      'What is kept, and for how long',
      {
        messages_days: count({ title: 'How long messages are kept', unit: 'days', minimum: 1, default: 90 }),
        events_days: count({ title: 'How long events are kept', unit: 'days', minimum: 1, default: 7 }),
      },
      ['messages_days', 'events_days'],
    ),
    log: section(
      'The log, on stdout',
      {
        level: choice(['debug', 'info', 'warn', 'error'], { title: 'Least level that is logged', default: 'info' }),
        format: choice(['text', 'json'], { title: 'Form of a log line', default: 'text' }),
      },
      ['level', 'format'],
    ),
    otp: section(
      'Your own rules for one-time codes',
      {
        rules: list(otpRule, 'Your own OTP rules, tried before the built-in ones'),
        folder: text({ title: 'Folder of more rules, *.json; read again, as the rules here, on SIGHUP' }),
      },
      ['rules'],
    ),
    messages: section(
      'Messages that come in parts',
      {
        partial_after: count({
          title: 'How long a long message waits for its missing parts before it is given out as partial',
          unit: 'seconds',
          default: 600,
        }),
      },
      ['partial_after'],
    ),
  },
  [
    'gateway',
    'mqtt',
    'http',
    'modems',
    'contacts',
    'accounts',
    'webhooks',
    'recovery',
    'backup',
    'retention',
    'log',
    'otp',
    'messages',
  ],
);

/** Everything a key can say, defaults filled in and secrets read from their files. */
export type Config = XStatic<typeof resolvedSchema>;
export type ModemConfig = Config['modems'][number];
