import { accountsPage } from './accounts.js';
import { auditPage } from './audit.js';
import { healthPage } from './health.js';
import { keysPage, ownKeysPage } from './keys.js';
import { messagesPage } from './messages.js';
import { modemsPage } from './modems.js';
import { numbersPage, ownNumbersPage } from './numbers.js';
import { rulesPage } from './rules.js';
import { operatorMessages, ownMessages } from './sources.js';
import { ownWebhooksPage, webhooksPage } from './webhooks.js';

const paths = {
  messages: 'M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm3 5v2h10V8zm0 4v2h7v-2z',
  modems: 'M3 17h4v4H3zm7-6h4v10h-4zm7-8h4v18h-4z',
  numbers: 'M7 1h10a2 2 0 0 1 2 2v18a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2zm0 4v12h10V5zm4 14v2h2v-2z',
  accounts: 'M12 3a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zm0 11c5 0 9 2.5 9 5.5V21H3v-1.5C3 16.5 7 14 12 14z',
  keys: 'M8 7a5 5 0 1 1 0 10A5 5 0 0 1 8 7zm0 3a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm5 1h9v2h-2v3h-2v-3h-2v2h-2v-2h-1z',
  webhooks: 'M3 11h12.2l-4.6-4.6L12 5l7 7-7 7-1.4-1.4 4.6-4.6H3zM20 4h2v16h-2z',
  rules:
    'M3 4h18v2H3zm0 5h11v2H3zm0 5h7v2H3zm0 5h5v2H3zm14-6a4 4 0 0 1 3.2 6.4l2.5 2.5-1.4 1.4-2.5-2.5A4 4 0 1 1 17 13z',
  audit: 'M5 2h10l5 5v15H5zm2 7v2h10V9zm0 4v2h10v-2zm0 4v2h6v-2z',
  health:
    'M12 21S3 15 3 8.5A5 5 0 0 1 12 5.5a5 5 0 0 1 9 3C21 15 12 21 12 21zM6 12h3l1.5-3 2.5 6 1.5-3H18v-2h-4.5l-.7 1.5-2.3-6L7.8 10H6z',
};

/** The first three are in reach of a thumb; the rest is under "More" there. */
export const operatorPages = [
  { name: 'messages', title: 'Messages', path: paths.messages, bare: true, open: messagesPage(operatorMessages) },
  { name: 'modems', title: 'Modems', path: paths.modems, open: modemsPage },
  { name: 'numbers', title: 'Numbers', path: paths.numbers, open: numbersPage },
  { name: 'accounts', title: 'Accounts', path: paths.accounts, open: accountsPage },
  { name: 'keys', title: 'Keys', path: paths.keys, open: keysPage },
  { name: 'webhooks', title: 'Webhooks', path: paths.webhooks, open: webhooksPage },
  { name: 'rules', title: 'Try the rules', path: paths.rules, open: rulesPage },
  { name: 'audit', title: 'Audit trail', path: paths.audit, open: auditPage },
  { name: 'health', title: 'Health', path: paths.health, open: healthPage },
];

export const accountPages = [
  { name: 'messages', title: 'Messages', path: paths.messages, bare: true, open: messagesPage(ownMessages) },
  { name: 'numbers', title: 'Numbers', path: paths.numbers, open: ownNumbersPage },
  { name: 'keys', title: 'Keys', path: paths.keys, open: ownKeysPage },
  { name: 'webhooks', title: 'Webhooks', path: paths.webhooks, open: ownWebhooksPage },
];
